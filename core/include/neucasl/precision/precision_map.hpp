#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/network/network.hpp"
#include "neucasl/precision/quantiser.hpp"

/// \file
/// Precision maps: how many bits each layer's weights and activations have.
///
/// A *precision map* belongs to one network structure. It says which *method* and *variant* made
/// it, so that two maps can be compared. A *fallback* stands for layers that it does not name;
/// without one, a missing layer is an error.

namespace neucasl::precision {

struct LayerPrecision {
  std::string layer;
  int weight_bits = 8;      ///< Including the sign; symmetric, one scale for the tensor.
  int activation_bits = 8;  ///< Unsigned: inputs of matrix layers are not negative.

  bool operator==(const LayerPrecision&) const = default;
};

struct NEUCASL_EXPORT PrecisionMap {
  std::string network;  ///< Name of the network.
  std::string method;   ///< "uniform", later "cmpq", "pmpq", "tdmpq", ...
  std::string variant;
  std::uint64_t seed = 0;
  std::vector<LayerPrecision> layers;
  std::optional<LayerPrecision> fallback;
  base::Location where;  ///< The file it came from.

  bool operator==(const PrecisionMap& other) const;
  /// \throws base::Error "precision.layer" when the layer is neither named nor has a fallback.
  [[nodiscard]] const LayerPrecision& at(std::string_view layer) const;
  /// \throws base::Error "precision.layer" for a layer that is missing, named twice, or not a
  /// matrix layer of the network (with the nearest name); "precision.bits" for a bit count out of
  /// [least_bits, most_bits]; "precision.network" when the map is for another network.
  void check(const network::Network& network) const;
};

/// The same bits in every matrix layer.
NEUCASL_EXPORT PrecisionMap uniform(const network::Network& network, int weight_bits,
                                    int activation_bits);

}  // namespace neucasl::precision
