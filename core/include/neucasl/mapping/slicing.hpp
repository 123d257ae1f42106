#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/mapping/architecture.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/precision/precision_map.hpp"

/// \file
/// Slicing of weight matrices into arrays.
///
/// A weight of b bits (sign and b - 1 magnitude bits) becomes `slices` = ceil((b - 1) / c) *digits*
/// of c bits, c being the bits per cell. Each digit takes a *differential pair* of columns: the
/// positive column holds it when the weight is positive, the negative one otherwise, and the other
/// cell is at the lowest level. Column of (output n, slice k, sign s) in its tile:
///   (n slices + k) 2 + s, s = 0 positive, 1 negative; slice 0 is the least significant.
/// A *tile* is one array: a block of rows of the weight matrix times a block of outputs. An output
/// never straddles two tiles.

namespace neucasl::mapping {

/// One block of a layer's weight matrix.
struct TilePlan {
  std::size_t row_first = 0;
  std::size_t rows = 0;
  std::size_t output_first = 0;
  std::size_t outputs = 0;
};

struct LayerPlan {
  network::LayerId layer = 0;
  std::string name;
  int weight_bits = 0;
  int activation_bits = 0;
  int slices = 0;
  int input_cycles = 0;  ///< ceil(activation_bits / dac_bits)
  std::size_t depth = 0;
  std::size_t outputs = 0;
  std::size_t positions = 0;  ///< Matrix-vector products of one inference.
  precision::QuantisedTensor weight;
  std::vector<TilePlan> tiles;  ///< Row blocks outer, output blocks inner.

  /// Levels of the cells of a tile, rows x (outputs slices 2), row-major.
  [[nodiscard]] NEUCASL_EXPORT std::vector<std::uint8_t> levels(const TilePlan& tile,
                                                                int bits_per_cell) const;
};

/// Digits of a weight of so many bits.
NEUCASL_EXPORT int slices_of(int weight_bits, const Architecture& architecture);

/// Weight bits from `least` to `most` whose digits use all levels of their cells, 1 + k c: any
/// other number takes as many cells as the next larger one of these. Those that need more columns
/// than an array has are left out.
NEUCASL_EXPORT std::vector<int> weight_bit_menu(const Architecture& architecture,
                                                int least = precision::least_bits,
                                                int most = precision::most_bits);

/// Cells and arrays of a layer. \throws base::Error "mapping.fit" as `plan_layers`.
NEUCASL_EXPORT precision::AnalogPlan analog_plan(const precision::NetworkLayers::Layer& layer,
                                                 int weight_bits, const Architecture& architecture);

/// \throws base::Error "mapping.precision" for what arrays and banks cannot hold: weights with zero
/// points or scales for parts of a layer, and inputs with signed codes.
NEUCASL_EXPORT void check_array_form(const precision::LayerPrecision& bits,
                                     const std::string& layer, const base::Location& where);

/// Plans every matrix layer.
/// \throws base::Error as PrecisionMap::check; "mapping.precision" as `check_array_form`;
/// "mapping.fit" when one output needs more columns than an array has.
NEUCASL_EXPORT std::vector<LayerPlan> plan_layers(const network::Network& network,
                                                  const precision::PrecisionMap& precision,
                                                  const Architecture& architecture);

}  // namespace neucasl::mapping
