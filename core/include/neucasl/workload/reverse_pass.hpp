#pragma once

#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Gradients of an operator graph by reverse accumulation (A. Griewank and A. Walther, "Evaluating
/// derivatives", 2nd ed., SIAM 2008, ch. 3).

namespace neucasl::workload {

/// A run that keeps the value of every tensor that the gradients of the wanted ones rest on.
class NEUCASL_EXPORT RecordedRun {
 public:
  /// Runs the graph, which must outlive this. `wanted`: tensors whose gradient will be asked for:
  /// inputs, stored tensors or results of nodes, of a floating type.
  /// \throws base::Error as `run`; "onnx.gradient" when an operator between a wanted tensor and the
  /// outputs has no derivative here (with the operator), or a wanted tensor is not floating.
  RecordedRun(const OperatorGraph& graph, const std::vector<Tensor>& inputs,
              std::vector<TensorId> wanted, const base::CancelFlag& cancel = {});

  /// Values of the graph's outputs.
  [[nodiscard]] const std::vector<Tensor>& outputs() const { return outputs_; }
  /// d/dt of sum over the outputs k of <output_k, seeds_k> for each wanted tensor t, of its shape.
  /// \throws base::Error "onnx.shape" when a seed has not its output's type and shape.
  [[nodiscard]] std::vector<Tensor> gradients(const std::vector<Tensor>& seeds) const;
};

}  // namespace neucasl::workload
