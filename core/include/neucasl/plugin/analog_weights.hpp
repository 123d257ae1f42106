#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/mapping/architecture.hpp"
#include "neucasl/plugin/analog_chip.hpp"
#include "neucasl/precision/quantiser.hpp"

/// \file
/// Weights as the cells of a chip hold them: the perturbation of a layer by its device.
///
/// A quantised weight q is kept in digits d_k of c bits in differential pairs of cells, as
/// mapping/slicing.hpp says. Each cell is programmed, drifts and fluctuates as analog_chip.hpp
/// says, and the weight that its reads stand for is
///   w' = scale sum_k 2^(c k) (G+_k - G-_k) / ((G_max - G_min) / (2^c - 1)).
/// Validity: reads with ideal wires and converters, one fluctuation for a draw, whatever the input.
/// For both, `mapping::analog_backend` reads whole arrays.

namespace neucasl::plugin {

struct AnalogCells {
  ProgrammingModel device;
  mapping::CellLevels levels;
  int bits_per_cell = 1;
};

/// \throws base::Error as `read_programming_model` and `mapping::read_cell_levels`.
NEUCASL_EXPORT AnalogCells read_analog_cells(const device::Card& card, int bits_per_cell,
                                             device::UseList& uses);

struct AnalogDraw {
  ChipSample chip;
  bool read_noise = true;
  /// All weights divided by the factor by which drift has changed the sum of the layer's
  /// conductances (V. Joshi et al., Nat. Commun. 11:2473, 2020, "global drift compensation").
  bool drift_compensation = false;
};

/// The weights of a layer on one chip. Depends on the draw and the layer's name only.
/// \throws base::Error "device.drift" as `program_tile`; "precision.bits".
NEUCASL_EXPORT std::vector<float> analog_weights(const precision::QuantisedTensor& weight,
                                                 int weight_bits, const std::string& layer,
                                                 const AnalogCells& cells, const AnalogDraw& draw);

/// Bits of the uniform quantiser over +-max |w| whose rounding error has the mean square that the
/// device's errors have over `draws` chips, from `draw.chip.sample` on:
///   log2(1 + 2 max |w| / (sqrt(12) sigma)).
/// More bits than these only resolve the device's errors. Infinite without errors.
/// \throws base::Error as `analog_weights`; "precision.value" for no draw or no weight but 0.
NEUCASL_EXPORT double effective_bits(std::span<const float> weight, int weight_bits,
                                     const std::string& layer, const AnalogCells& cells,
                                     const AnalogDraw& draw, int draws);

}  // namespace neucasl::plugin
