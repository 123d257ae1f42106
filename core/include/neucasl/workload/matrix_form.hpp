#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// A node Conv, Gemm or MatMul with a stored second input as products of matrices.
///
/// The node is `groups` products of a rows x depth by a depth x outputs matrix. A row is what one
/// place of the output sees: a patch of the image in the order channel, window, or a vector.

namespace neucasl::workload {

class NEUCASL_EXPORT MatrixForm {
 public:
  /// `input`: type of the node's first input.
  /// \throws base::Error as `infer_shapes`; "onnx.operator" for another node; "onnx.graph" when the
  /// second input is not stored; "onnx.shape" for a stored stack of matrices.
  MatrixForm(const OperatorGraph& graph, std::size_t node, const TensorType& input);

  [[nodiscard]] std::size_t groups() const { return groups_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::size_t outputs() const { return outputs_; }  ///< Of one group.
  [[nodiscard]] const TensorType& result() const { return result_; }

  /// `count` rows of a group's matrix, from the values of the node's first input; `padding` stands
  /// for what lies outside an image.
  void gather(std::span<const std::int16_t> input, std::size_t group, std::size_t first_row,
              std::size_t count, std::int16_t padding, std::int16_t* rows) const;
  /// Puts `count` rows of a group's product into the values of the node's output.
  void scatter(const float* product, std::size_t group, std::size_t first_row, std::size_t count,
               std::span<float> output) const;
  /// Scales the products by alpha and adds the bias, of which there may be none.
  void finish(const Tensor* bias, std::span<float> output) const;

 private:
  void plan_convolution(const class NodeView& view);

  std::size_t groups_ = 1;
  std::size_t rows_ = 0;
  std::size_t depth_ = 0;
  std::size_t outputs_ = 0;
  TensorType result_;
  bool columns_first_ = false;           ///< Gemm: the input is depth x rows.
  std::size_t positions_ = 0;            ///< Of a convolution's image; 0: no convolution.
  std::size_t inputs_ = 0;               ///< Elements of one channel of the image.
  std::size_t taps_ = 0;                 ///<
  std::vector<std::ptrdiff_t> offsets_;  ///< positions x taps, -1: padding.
  float alpha_ = 1.0F;
  float beta_ = 1.0F;
};

}  // namespace neucasl::workload
