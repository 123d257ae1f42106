#include "neucasl/precision/graph_quantisation.hpp"

#include <algorithm>

#include "neucasl/workload/staged_network.hpp"

namespace neucasl::precision {
namespace {

using workload::OperatorGraph;
using workload::Tensor;
using workload::TensorId;

/// The same diagnostic, about a layer.
[[noreturn]] void rethrow_of_layer(const base::Error& error, const std::string& layer) {
  const base::Diagnostic& found = error.diagnostic();
  throw base::Error(found.code, "layer '" + layer + "': " + found.message, found.remedy,
                    found.where);
}

[[noreturn]] void refuse(const OperatorGraph& graph, std::size_t node, const char* code,
                         const std::string& what, const std::string& remedy) {
  throw base::Error(code, graph.title(node) + ' ' + what, remedy, {graph.file, 0, 0});
}

const Tensor& weight_tensor(const OperatorGraph& graph, std::size_t node) {
  const workload::OperatorNode& of = graph.nodes.at(node);
  if (of.type != "Conv" && of.type != "Gemm" && of.type != "MatMul") {
    refuse(graph, node, "onnx.operator", "is no product with a matrix",
           "give Conv, Gemm or MatMul");
  }
  if (of.inputs.size() < 2 || of.inputs[1] == workload::no_tensor ||
      !graph.tensors[of.inputs[1]].value) {
    refuse(graph, node, "onnx.graph", "has no stored weight", "store its second input");
  }
  return *graph.tensors[of.inputs[1]].value;
}

TensorId append_tensor(OperatorGraph& graph, const std::string& name, std::optional<Tensor> value) {
  graph.tensors.push_back({name, std::move(value), {}});
  return graph.tensors.size() - 1;
}

TensorId append_scalar(OperatorGraph& graph, const std::string& name, float value) {
  return append_tensor(graph, name, Tensor(workload::TensorShape{}, std::vector<float>{value}));
}

TensorId append_zero_point(OperatorGraph& graph, const std::string& name,
                           workload::ElementType type, int value) {
  Tensor tensor(workload::TensorShape{}, std::vector<std::int64_t>{value});
  tensor.type.type = type;
  return append_tensor(graph, name, std::move(tensor));
}

/// Layers of a segment with the number of their node, in the order of nodes.
std::vector<const workload::MatrixLayer*> layers_in(const workload::SegmentedNetwork& network,
                                                    std::size_t segment) {
  std::vector<const workload::MatrixLayer*> layers;
  for (const workload::MatrixLayer& layer : network.matrix_layers()) {
    if (layer.segment == segment) layers.push_back(&layer);
  }
  std::sort(layers.begin(), layers.end(),
            [](const auto* a, const auto* b) { return a->node < b->node; });
  return layers;
}

std::size_t samples_of(const Tensor& batch) {
  return batch.type.shape.empty() ? 1 : batch.type.shape.front();
}

}  // namespace

WeightLayout weight_layout(const OperatorGraph& graph, std::size_t node) {
  const Tensor& weight = weight_tensor(graph, node);
  const workload::TensorShape& shape = weight.type.shape;
  const workload::OperatorNode& of = graph.nodes[node];
  if (of.type == "Conv") {
    if (shape.size() < 3) {
      refuse(graph, node, "onnx.shape", "has a weight of " + workload::to_string(shape),
             "give outputs x channels x ...");
    }
    return {1, shape[0], weight.type.elements() / std::max<std::size_t>(shape[0], 1), false};
  }
  if (shape.size() < 2) {
    refuse(graph, node, "onnx.shape", "has a weight of " + workload::to_string(shape),
           "give a matrix");
  }
  const auto transposed = of.attributes.find("transB");
  if (transposed != of.attributes.end() && std::get<std::int64_t>(transposed->second) != 0) {
    return {1, shape[0], shape[1], false};
  }
  const std::size_t depth = shape[shape.size() - 2];
  const std::size_t outputs = shape.back();
  return {weight.type.elements() / std::max<std::size_t>(depth * outputs, 1), outputs, depth, true};
}

const std::vector<float>& stored_weight(const OperatorGraph& graph, std::size_t node) {
  const auto* values = std::get_if<std::vector<float>>(&weight_tensor(graph, node).values);
  if (values == nullptr) {
    refuse(graph, node, "onnx.type", "has no weight of single precision", "give float32");
  }
  return *values;
}

void replace_weight(OperatorGraph& graph, std::size_t node, std::vector<float> weight) {
  if (stored_weight(graph, node).size() != weight.size()) {
    refuse(graph, node, "onnx.shape", "takes another number of weights", "keep the shape");
  }
  TensorId& id = graph.nodes[node].inputs[1];
  std::size_t readers = 0;
  for (const workload::OperatorNode& other : graph.nodes) {
    readers += static_cast<std::size_t>(std::count(other.inputs.begin(), other.inputs.end(), id));
  }
  if (readers > 1) {
    Tensor own(graph.tensors[id].value->type.shape, std::vector<float>());
    own.type.type = graph.tensors[id].value->type.type;
    id = append_tensor(graph, graph.tensors[id].name + " of " + graph.title(node), std::move(own));
  }
  graph.tensors[id].value->values = std::move(weight);
}

QuantisedWeight quantised_weight(const OperatorGraph& graph, const workload::MatrixLayer& layer,
                                 const QuantiserForm& form) {
  try {
    return quantise(stored_weight(graph, layer.node), weight_layout(graph, layer.node), form);
  } catch (const base::Error& error) {
    rethrow_of_layer(error, layer.name);
  }
}

std::size_t round_input(OperatorGraph& graph, std::size_t node, const UniformQuantiser& quantiser) {
  using workload::ElementType;
  const bool narrow = quantiser.lowest >= -128 && quantiser.highest <= 127;
  const ElementType type = narrow ? ElementType::int8 : ElementType::int16;
  const int lowest = narrow ? -128 : -32768;
  const std::string name = "rounded input " + std::to_string(graph.tensors.size());
  std::vector<workload::OperatorNode> nodes;
  TensorId value = graph.nodes.at(node).inputs.at(0);
  const auto append = [&](const char* operation, std::vector<TensorId> inputs) {
    inputs.insert(inputs.begin(), value);
    value = append_tensor(graph, name + ' ' + operation, std::nullopt);
    nodes.push_back({name + ' ' + operation, operation, std::move(inputs), {value}, {}});
  };
  if (quantiser.lowest != lowest || quantiser.highest != -lowest - 1) {
    const Range range = quantiser.range();
    append("Clip", {append_scalar(graph, name + " low", static_cast<float>(range.low)),
                    append_scalar(graph, name + " high", static_cast<float>(range.high))});
  }
  const TensorId scale = append_scalar(graph, name + " scale", static_cast<float>(quantiser.scale));
  const TensorId zero = append_zero_point(graph, name + " zero point", type, quantiser.zero_point);
  append("QuantizeLinear", {scale, zero});
  append("DequantizeLinear", {scale, zero});
  graph.nodes[node].inputs[0] = value;
  graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(node), nodes.begin(),
                     nodes.end());
  return nodes.size();
}

InputQuantisers calibrate_inputs(const workload::SegmentedNetwork& network, const PrecisionMap& map,
                                 const Tensor& samples, const RangeChoice& choice,
                                 const base::CancelFlag& cancel) {
  map.check(layers_of(network));
  InputQuantisers result;
  workload::StagedOptions options;
  options.batch = samples_of(samples);
  // All at once, unless the network takes a fixed number.
  std::vector<Tensor> batches = workload::StagedNetwork(network, options).batches(samples);
  for (std::size_t k = 0; k < network.segments(); ++k) {
    OperatorGraph graph = network.segment(k, samples_of(batches.front()));
    const auto layers = layers_in(network, k);
    const std::size_t outputs = graph.outputs.size();
    for (const auto* layer : layers) {
      graph.outputs.push_back(graph.nodes.at(layer->node).inputs.at(0));
    }
    std::vector<InputRange> ranges(layers.size());
    for (Tensor& batch : batches) {
      std::vector<Tensor> values = workload::run(graph, {std::move(batch)}, cancel);
      for (std::size_t i = 0; i < layers.size(); ++i) {
        try {
          ranges[i].observe(std::get<std::vector<float>>(values[outputs + i].values));
        } catch (const base::Error& error) {
          rethrow_of_layer(error, layers[i]->name);
        }
      }
      batch = std::move(values.front());
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const LayerPrecision& bits = map.at(layers[i]->name);
      try {
        result[layers[i]->name] =
            ranges[i].quantiser(bits.activation_form, bits.activation_bits, choice);
      } catch (const base::Error& error) {
        rethrow_of_layer(error, layers[i]->name);
      }
    }
  }
  return result;
}

OperatorGraph rounded_segment(const workload::SegmentedNetwork& network, std::size_t segment,
                              std::size_t samples, const PrecisionMap& map,
                              const InputQuantisers& inputs, const WeightRule& rule) {
  OperatorGraph graph = network.segment(segment, samples);
  const auto layers = layers_in(network, segment);
  for (const auto* layer : layers) {
    const QuantiserForm form = map.at(layer->name).weight_form();
    replace_weight(
        graph, layer->node,
        rule ? rule(graph, *layer, form) : quantised_weight(graph, *layer, form).values());
  }
  // From the last one on, since nodes behind an insertion move.
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const auto found = inputs.find((*layer)->name);
    if (found != inputs.end()) static_cast<void>(round_input(graph, (*layer)->node, found->second));
  }
  return graph;
}

Tensor run_rounded(const workload::SegmentedNetwork& network, const PrecisionMap& map,
                   const InputQuantisers& inputs, const Tensor& samples,
                   const base::CancelFlag& cancel) {
  map.check(layers_of(network));
  Tensor value = samples;
  for (std::size_t k = 0; k < network.segments(); ++k) {
    const OperatorGraph graph = rounded_segment(network, k, samples_of(samples), map, inputs);
    value = std::move(workload::run(graph, {value}, cancel).front());
  }
  return value;
}

}  // namespace neucasl::precision
