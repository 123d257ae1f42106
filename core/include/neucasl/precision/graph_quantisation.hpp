#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "neucasl/precision/input_range.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// Networks with rounded weights and inputs: the same graphs, computed in float.

namespace neucasl::precision {

/// Where the weights of a node Conv, Gemm or MatMul stand in its second input.
/// \throws base::Error "onnx.operator", "onnx.graph", "onnx.shape" for a node of another kind or
/// shape.
NEUCASL_EXPORT WeightLayout weight_layout(const workload::OperatorGraph& graph, std::size_t node);

/// The stored weight of such a node. \throws base::Error as above; "onnx.type" for float64.
NEUCASL_EXPORT const std::vector<float>& stored_weight(const workload::OperatorGraph& graph,
                                                       std::size_t node);

/// Other weights for such a node, in the same order; other readers of the stored tensor keep it.
/// \throws base::Error as `stored_weight`; "onnx.shape" for another number.
NEUCASL_EXPORT void replace_weight(workload::OperatorGraph& graph, std::size_t node,
                                   std::vector<float> weight);

/// \throws base::Error as `stored_weight` and `quantise`, with the layer's name.
NEUCASL_EXPORT QuantisedWeight quantised_weight(const workload::OperatorGraph& graph,
                                                const workload::MatrixLayer& layer,
                                                const QuantiserForm& form);

/// Puts Clip, QuantizeLinear and DequantizeLinear in front of a node's first input; Clip where the
/// codes are fewer than those of int8 or int16. Returns by how many the node, and all behind it,
/// moved.
NEUCASL_EXPORT std::size_t round_input(workload::OperatorGraph& graph, std::size_t node,
                                       const UniformQuantiser& quantiser);

/// Quantisers of the layers' inputs, by layer.
using InputQuantisers = std::map<std::string, UniformQuantiser, std::less<>>;

/// Runs the network on a batch of samples and finds the ranges of the inputs of all layers.
/// \throws base::Error as `workload::run`, `PrecisionMap::check` and `InputRange`, with the layer.
NEUCASL_EXPORT InputQuantisers calibrate_inputs(const workload::SegmentedNetwork& network,
                                                const PrecisionMap& map,
                                                const workload::Tensor& samples,
                                                const RangeChoice& choice = {},
                                                const base::CancelFlag& cancel = {});

/// The weight of a layer when it has so many bits.
using WeightRule = std::function<std::vector<float>(const workload::OperatorGraph& graph,
                                                    const workload::MatrixLayer& layer,
                                                    const QuantiserForm& form)>;

/// A segment for that many samples with rounded weights, or those of a rule, and, where `inputs`
/// has the layer, rounded inputs.
NEUCASL_EXPORT workload::OperatorGraph rounded_segment(const workload::SegmentedNetwork& network,
                                                       std::size_t segment, std::size_t samples,
                                                       const PrecisionMap& map,
                                                       const InputQuantisers& inputs,
                                                       const WeightRule& rule = {});

/// Scores of the network with rounded weights and inputs, in float.
/// \throws base::Error as `workload::run`, `PrecisionMap::check` and `quantise`.
NEUCASL_EXPORT workload::Tensor run_rounded(const workload::SegmentedNetwork& network,
                                            const PrecisionMap& map, const InputQuantisers& inputs,
                                            const workload::Tensor& samples,
                                            const base::CancelFlag& cancel = {});

}  // namespace neucasl::precision
