#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/network/network.hpp"
#include "neucasl/precision/quantiser.hpp"
#include "neucasl/workload/segmented_network.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// Precision maps: how many bits each layer's weights and activations have.
///
/// A *precision map* belongs to one network structure. It says which *method* and *variant* made
/// it, so that two maps can be compared. A *fallback* stands for layers that it does not name;
/// without one, a missing layer is an error.

namespace neucasl::precision {

/// How the inputs of a layer are quantised, with one range for all of them.
enum class ActivationForm {
  not_negative,  ///< 0 to the largest; no input may be negative.
  symmetric,     ///<
  affine         ///< From the smallest, with a zero point.
};
/// "not-negative", "symmetric", "affine".
NEUCASL_EXPORT std::string_view to_string(ActivationForm form);
NEUCASL_EXPORT std::optional<ActivationForm> activation_form_from(std::string_view name);

/// What a layer becomes on arrays.
struct AnalogPlan {
  std::size_t cells_per_weight = 0;  ///< Of all digits, both of a differential pair.
  int bits_per_cell = 0;
  std::size_t arrays = 0;
  int converter_bits = 0;

  bool operator==(const AnalogPlan&) const = default;
};

struct NEUCASL_EXPORT LayerPrecision {
  std::string layer{};
  int weight_bits = 8;      ///< Including the sign.
  int activation_bits = 8;  ///< Of the layer's inputs.
  bool weight_affine = false;
  Granularity granularity = Granularity::tensor;  ///< Of the weights.
  std::size_t group_size = 0;
  ActivationForm activation_form = ActivationForm::not_negative;
  /// Scores by method, "cmpq/fp-vs-quant", and number of bits.
  std::map<std::string, std::map<int, double>> sensitivities{};
  std::optional<AnalogPlan> analog{};

  bool operator==(const LayerPrecision&) const = default;
  /// Of the weights.
  [[nodiscard]] QuantiserForm weight_form() const;
};

/// The layers that a map is for.
struct NEUCASL_EXPORT NetworkLayers {
  struct Layer {
    std::string name;
    std::size_t depth = 0;    ///< Inputs of one output.
    std::size_t outputs = 0;  ///<
  };
  std::string network;
  std::vector<Layer> layers;  ///< With weights of their own, in the order of execution.
  /// Products of two matrices that are computed: a map may name them.
  std::vector<std::string> dynamic_products;

  /// Hash of depths and outputs in order: what tells one structure from another whatever its
  /// layers are called.
  [[nodiscard]] std::string structure() const;
};
NEUCASL_EXPORT NetworkLayers layers_of(const network::Network& network);
NEUCASL_EXPORT NetworkLayers layers_of(const workload::Workload& workload);
NEUCASL_EXPORT NetworkLayers layers_of(const workload::SegmentedNetwork& network);

struct NEUCASL_EXPORT PrecisionMap {
  std::string network;  ///< Name of the network.
  std::string method;   ///< "uniform", "cmpq", "pmpq", "tdmpq", "measured", ...
  std::string variant;
  std::uint64_t seed = 0;
  std::string calibration;  ///< Hash of the calibration samples; empty: none were used.
  std::string structure;    ///< NetworkLayers::structure; empty: not stated.
  std::string tool;         ///< Name and version of what wrote it.
  std::vector<LayerPrecision> layers;
  std::optional<LayerPrecision> fallback;
  base::Location where;  ///< The file it came from.

  bool operator==(const PrecisionMap& other) const;
  /// \throws base::Error "precision.layer" when the layer is neither named nor has a fallback.
  [[nodiscard]] const LayerPrecision& at(std::string_view layer) const;
  /// \throws base::Error "precision.network" when the map is for another network;
  /// "precision.structure" when it is for another structure; "precision.layer" for a layer that is
  /// missing, named twice, or not a matrix layer of the network (with the nearest name);
  /// "precision.bits" for a bit count out of [least_bits, most_bits]; "precision.granularity" for a
  /// group without size; "precision.sensitivity" for a score that is not finite.
  void check(const NetworkLayers& network) const;
  void check(const network::Network& network) const { check(layers_of(network)); }
};

/// The same bits in every matrix layer.
NEUCASL_EXPORT PrecisionMap uniform(const NetworkLayers& network, int weight_bits,
                                    int activation_bits);
NEUCASL_EXPORT PrecisionMap uniform(const network::Network& network, int weight_bits,
                                    int activation_bits);

}  // namespace neucasl::precision
