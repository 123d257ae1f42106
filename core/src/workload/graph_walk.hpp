#pragma once

#include <functional>

#include "operator.hpp"

/// \file
/// What is known of the tensors of a graph while its nodes are visited in order.

namespace neucasl::workload {

class NodeExecutor;

struct KnownTensor {
  std::optional<TensorType> type;
  bool constant = false;
  std::optional<Tensor> held;     ///< Computed here.
  const Tensor* value = nullptr;  ///< Here or in the graph; nothing when not known.
};

/// State before the first node: stored values and the types of the inputs.
/// \throws base::Error "onnx.dynamic-shape" for an input without a type.
std::vector<KnownTensor> initial_tensors(const OperatorGraph& graph,
                                         const std::vector<TensorType>& inputs);

NodeView view_of(const OperatorGraph& graph, std::size_t node,
                 const std::vector<KnownTensor>& tensors);

/// Types of the outputs of a node, as many as it has.
/// \throws base::Error "onnx.size" and what the operator refuses.
std::vector<TensorType> inferred_types(const NodeView& view, const Operator& rule);

/// Values of the outputs of a node whose inputs are all known (Shape: have types).
std::vector<Tensor> computed(const NodeView& view, const Operator& rule,
                             std::vector<TensorType> types);

/// Infers the types of all nodes in order and computes small constants; calls `visit(node, view)`
/// after the inputs of each node are known.
std::vector<KnownTensor> walk_shapes(
    const OperatorGraph& graph, const std::vector<TensorType>& inputs,
    const std::function<void(std::size_t node, const NodeView& view)>& visit);

/// \throws base::Error "onnx.graph", "onnx.shape" when values do not fit the graph's inputs.
void check_inputs(const OperatorGraph& graph, const std::vector<Tensor>& inputs);

/// Computes all nodes in order, those that `executor` computes by it; drops each value behind its
/// last reader, unless it is `kept`.
void execute_nodes(const OperatorGraph& graph, std::vector<KnownTensor>& tensors,
                   const std::vector<bool>* kept, const base::CancelFlag& cancel,
                   const NodeExecutor* executor = nullptr);

std::vector<Tensor> values_of_outputs(const OperatorGraph& graph,
                                      const std::vector<KnownTensor>& tensors);

}  // namespace neucasl::workload
