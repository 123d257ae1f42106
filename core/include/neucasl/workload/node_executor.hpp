#pragma once

#include <vector>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Nodes of a graph that something else computes than the graph's own operators.

namespace neucasl::workload {

class NEUCASL_EXPORT NodeExecutor {
 public:
  virtual ~NodeExecutor();
  /// True for nodes, of one output, that `compute` takes over.
  [[nodiscard]] virtual bool computes(std::size_t node) const = 0;
  /// The output of a node, of the type that its operator gives. `inputs`: nothing where one is left
  /// out.
  [[nodiscard]] virtual Tensor compute(std::size_t node,
                                       const std::vector<const Tensor*>& inputs) const = 0;
};

/// As `run`, with some nodes computed by the executor.
/// \throws base::Error as `run` and as the executor; "onnx.shape" when it gives another type.
NEUCASL_EXPORT std::vector<Tensor> run(const OperatorGraph& graph,
                                       const std::vector<Tensor>& inputs,
                                       const NodeExecutor& executor,
                                       const base::CancelFlag& cancel = {});

}  // namespace neucasl::workload
