#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Gradients of an operator graph by reverse accumulation (A. Griewank and A. Walther, "Evaluating
/// derivatives", 2nd ed., SIAM 2008, ch. 3).
///
/// Where an operator has a kink (Relu at 0, the largest of equals) the slope on one of its sides is
/// taken. Gradients are float64 for float64 tensors and float32 for other floating ones; the
/// rounding of float16 and bfloat16 behind each operator counts as the identity. Nothing flows
/// through integers, truths and shapes: they count as constants. Matrix products by Eigen, sums of
/// reductions, normalisations and stretched operands in double.

namespace neucasl::workload {

/// Operators that gradients go through, sorted.
NEUCASL_EXPORT std::vector<std::string> differentiable_operators();

/// A run that keeps the value of every tensor that the gradients of the wanted ones rest on. On one
/// thread.
class NEUCASL_EXPORT RecordedRun {
 public:
  /// Runs the graph, which must outlive this. `wanted`: tensors whose gradient will be asked for:
  /// inputs, stored tensors or results of nodes, of a floating type.
  /// \throws base::Error as `run`; "onnx.gradient" when an operator between a wanted tensor and the
  /// outputs has no derivative here (with the operator), or a wanted tensor is not floating.
  RecordedRun(const OperatorGraph& graph, const std::vector<Tensor>& inputs,
              std::vector<TensorId> wanted, const base::CancelFlag& cancel = {});
  RecordedRun(RecordedRun&&) noexcept;
  RecordedRun& operator=(RecordedRun&&) noexcept;
  ~RecordedRun();

  /// Values of the graph's outputs.
  [[nodiscard]] const std::vector<Tensor>& outputs() const { return outputs_; }
  /// d/dt of sum over the outputs k of <output_k, seeds_k> for each wanted tensor t, of its shape.
  /// Seeds of outputs that are not floating are not read.
  /// \throws base::Error "onnx.shape" when a seed has not its output's shape, or is not float64 for
  /// a float64 output and float32 for another floating one; base::Cancelled.
  [[nodiscard]] std::vector<Tensor> gradients(const std::vector<Tensor>& seeds) const;

 private:
  struct Record;
  std::unique_ptr<Record> record_;
  std::vector<Tensor> outputs_;
};

}  // namespace neucasl::workload
