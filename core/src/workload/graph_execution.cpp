#include <algorithm>

#include "graph_walk.hpp"
#include "neucasl/workload/node_executor.hpp"

namespace neucasl::workload {

void check_inputs(const OperatorGraph& graph, const std::vector<Tensor>& inputs) {
  const auto fail = [&](const char* code, const std::string& what, const std::string& remedy) {
    throw base::Error(code, what, remedy, {graph.file, 0, 0});
  };
  if (inputs.size() != graph.inputs.size()) {
    fail("onnx.graph",
         "the graph has " + std::to_string(graph.inputs.size()) + " inputs, not " +
             std::to_string(inputs.size()),
         "give a value for each");
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const GraphTensor& input = graph.tensors[graph.inputs[k]];
    const TensorType& type = inputs[k].type;
    if (inputs[k].values.index() != Tensor(TensorType{type.type, {0}}).values.index() ||
        inputs[k].size() != type.elements()) {
      fail("onnx.shape", "the value of '" + input.name + "' does not fit its type", "give one");
    }
    if (!input.declared || *input.declared == type) continue;
    fail("onnx.shape",
         "the input '" + input.name + "' is " + std::string(to_string(input.declared->type)) + ' ' +
             to_string(input.declared->shape) + ", its value " + std::string(to_string(type.type)) +
             ' ' + to_string(type.shape),
         "give a value of the input's type and shape");
  }
}

namespace {

/// Index of the last node that reads each tensor; the number of nodes for outputs.
std::vector<std::size_t> last_readers(const OperatorGraph& graph) {
  std::vector<std::size_t> last(graph.tensors.size(), 0);
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    for (const TensorId id : graph.nodes[node].inputs) {
      if (id != no_tensor) last[id] = node;
    }
  }
  for (const TensorId id : graph.outputs) last[id] = graph.nodes.size();
  return last;
}

std::vector<Tensor> values_of(const OperatorGraph& graph, std::size_t index,
                              const std::vector<KnownTensor>& tensors,
                              const NodeExecutor* executor) {
  const OperatorNode& node = graph.nodes[index];
  const Operator& rule = *find_operator(node.type);
  const NodeView view = view_of(graph, index, tensors);
  std::vector<TensorType> types = inferred_types(view, rule);
  if (executor == nullptr || !executor->computes(index)) {
    return computed(view, rule, std::move(types));
  }
  std::vector<const Tensor*> inputs;
  inputs.reserve(node.inputs.size());
  for (const TensorId id : node.inputs) {
    inputs.push_back(id == no_tensor ? nullptr : tensors[id].value);
  }
  std::vector<Tensor> values;
  values.push_back(executor->compute(index, inputs));
  if (types.size() != 1 || values[0].type != types[0]) {
    view.fail("onnx.shape", "is computed to another shape than its own", "correct the executor");
  }
  values[0].round_to_type();
  return values;
}

}  // namespace

void execute_nodes(const OperatorGraph& graph, std::vector<KnownTensor>& tensors,
                   const std::vector<bool>* kept, const base::CancelFlag& cancel,
                   const NodeExecutor* executor) {
  const std::vector<std::size_t> last = last_readers(graph);
  const auto drop = [&](TensorId id, std::size_t index) {
    if (id == no_tensor || last[id] > index || (kept != nullptr && (*kept)[id])) return;
    tensors[id].held.reset();
  };
  for (std::size_t index = 0; index < graph.nodes.size(); ++index) {
    cancel.throw_if_requested();
    const OperatorNode& node = graph.nodes[index];
    std::vector<Tensor> values = values_of(graph, index, tensors, executor);
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (node.outputs[k] == no_tensor) continue;
      KnownTensor& known = tensors[node.outputs[k]];
      known.type = values[k].type;
      known.held = std::move(values[k]);
      known.value = &*known.held;
    }
    for (const TensorId id : node.inputs) drop(id, index);
  }
}

std::vector<Tensor> values_of_outputs(const OperatorGraph& graph,
                                      const std::vector<KnownTensor>& tensors) {
  std::vector<Tensor> outputs;
  outputs.reserve(graph.outputs.size());
  for (const TensorId id : graph.outputs) outputs.push_back(*tensors[id].value);
  return outputs;
}

namespace {

std::vector<Tensor> execute(const OperatorGraph& graph, const std::vector<Tensor>& inputs,
                            const NodeExecutor* executor, const base::CancelFlag& cancel) {
  graph.check();
  check_inputs(graph, inputs);
  std::vector<TensorType> types;
  types.reserve(inputs.size());
  for (const Tensor& input : inputs) types.push_back(input.type);
  std::vector<KnownTensor> tensors = initial_tensors(graph, types);
  for (std::size_t k = 0; k < inputs.size(); ++k) tensors[graph.inputs[k]].value = &inputs[k];
  execute_nodes(graph, tensors, nullptr, cancel, executor);
  return values_of_outputs(graph, tensors);
}

}  // namespace

NodeExecutor::~NodeExecutor() = default;

std::vector<Tensor> run(const OperatorGraph& graph, const std::vector<Tensor>& inputs,
                        const base::CancelFlag& cancel) {
  return execute(graph, inputs, nullptr, cancel);
}

std::vector<Tensor> run(const OperatorGraph& graph, const std::vector<Tensor>& inputs,
                        const NodeExecutor& executor, const base::CancelFlag& cancel) {
  return execute(graph, inputs, &executor, cancel);
}

}  // namespace neucasl::workload
