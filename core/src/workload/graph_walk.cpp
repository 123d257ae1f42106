#include "graph_walk.hpp"

#include <algorithm>

namespace neucasl::workload {
namespace {

/// Constants up to this size are computed while shapes are inferred; shapes are far smaller.
constexpr std::size_t most_folded = std::size_t{1} << 16;

bool all_constant(const OperatorNode& node, const std::vector<KnownTensor>& tensors) {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](TensorId id) { return id == no_tensor || tensors[id].constant; });
}

bool all_known(const OperatorNode& node, const std::vector<KnownTensor>& tensors) {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](TensorId id) { return id == no_tensor || tensors[id].value != nullptr; });
}

}  // namespace

std::vector<KnownTensor> initial_tensors(const OperatorGraph& graph,
                                         const std::vector<TensorType>& inputs) {
  std::vector<KnownTensor> tensors(graph.tensors.size());
  for (TensorId id = 0; id < tensors.size(); ++id) {
    const std::optional<Tensor>& value = graph.tensors[id].value;
    if (!value) continue;
    tensors[id].type = value->type;
    tensors[id].constant = true;
    tensors[id].value = &*value;
  }
  for (std::size_t k = 0; k < graph.inputs.size(); ++k) {
    const GraphTensor& input = graph.tensors[graph.inputs[k]];
    KnownTensor& known = tensors[graph.inputs[k]];
    if (inputs.empty()) {
      known.type = input.declared;
    } else if (k < inputs.size()) {
      known.type = inputs[k];
    }
    if (!known.type) {
      throw base::Error("onnx.dynamic-shape", "the input '" + input.name + "' has no fixed shape",
                        "give a size for each of its dimensions", {graph.file, 0, 0});
    }
  }
  return tensors;
}

NodeView view_of(const OperatorGraph& graph, std::size_t node,
                 const std::vector<KnownTensor>& tensors) {
  std::vector<NodeInput> inputs;
  for (const TensorId id : graph.nodes[node].inputs) {
    if (id == no_tensor) {
      inputs.push_back({});
    } else {
      inputs.push_back({&*tensors[id].type, tensors[id].value, tensors[id].constant});
    }
  }
  return {graph, node, std::move(inputs)};
}

std::vector<TensorType> inferred_types(const NodeView& view, const Operator& rule) {
  std::vector<TensorType> types = rule.infer(view);
  types.resize(std::min(types.size(), view.outputs()));
  for (const TensorType& type : types) {
    double count = 1.0;
    for (const std::size_t size : type.shape) count *= static_cast<double>(size);
    if (count <= static_cast<double>(most_elements)) continue;
    view.fail("onnx.size", "makes a tensor of " + to_string(type.shape),
              "give at most " + std::to_string(most_elements) + " elements");
  }
  return types;
}

std::vector<Tensor> computed(const NodeView& view, const Operator& rule,
                             std::vector<TensorType> types) {
  std::vector<Tensor> outputs;
  outputs.reserve(types.size());
  for (TensorType& type : types) outputs.emplace_back(std::move(type));
  rule.execute(view, outputs);
  for (Tensor& output : outputs) output.round_to_type();
  return outputs;
}

std::vector<KnownTensor> walk_shapes(
    const OperatorGraph& graph, const std::vector<TensorType>& inputs,
    const std::function<void(std::size_t node, const NodeView& view)>& visit) {
  graph.check();
  std::vector<KnownTensor> tensors = initial_tensors(graph, inputs);
  for (std::size_t index = 0; index < graph.nodes.size(); ++index) {
    const OperatorNode& node = graph.nodes[index];
    const Operator& rule = *find_operator(node.type);
    const NodeView view = view_of(graph, index, tensors);
    const std::vector<TensorType> types = inferred_types(view, rule);
    if (visit) visit(index, view);
    const bool constant = rule.role == Role::shape || all_constant(node, tensors);
    std::size_t elements = 0;
    for (const TensorType& type : types) elements += type.elements();
    std::vector<Tensor> values;
    if (constant && elements <= most_folded &&
        (rule.role == Role::shape || all_known(node, tensors))) {
      values = computed(view, rule, types);
    }
    for (std::size_t k = 0; k < types.size(); ++k) {
      if (node.outputs[k] == no_tensor) continue;
      KnownTensor& known = tensors[node.outputs[k]];
      known.type = types[k];
      known.constant = constant;
      if (values.empty()) continue;
      known.held = std::move(values[k]);
      known.value = &*known.held;
    }
  }
  return tensors;
}

std::vector<std::optional<TensorType>> infer_shapes(const OperatorGraph& graph,
                                                    const std::vector<TensorType>& inputs) {
  std::vector<std::optional<TensorType>> types;
  for (KnownTensor& tensor : walk_shapes(graph, inputs, {}))
    types.push_back(std::move(tensor.type));
  return types;
}

}  // namespace neucasl::workload
