#pragma once

#include "operator.hpp"

/// \file
/// What matrix operators multiply.

namespace neucasl::workload {

/// Both operands of MatMul as stacks of matrices.
struct Stacks {
  TensorShape left;    ///< Dimensions before the last two.
  TensorShape right;   ///<
  TensorShape result;  ///< Both stretched to each other.
  std::size_t rows = 1;
  std::size_t depth = 1;
  std::size_t columns = 1;
};

/// \throws base::Error "onnx.shape".
Stacks stacks_of(const NodeView& node);

/// Calls body(a, b, c) for each product: where its matrices begin in the operands and the result.
template <class Body>
void for_each_product(const Stacks& stacks, const Body& body) {
  const std::size_t left = stacks.rows * stacks.depth;
  const std::size_t right = stacks.depth * stacks.columns;
  const std::size_t result = stacks.rows * stacks.columns;
  for_each_element<2>(
      stacks.result,
      {stretched(stacks.left, stacks.result), stretched(stacks.right, stacks.result)}, {0, 0},
      [&](std::size_t position, const auto& offsets) {
        body(static_cast<std::size_t>(offsets[0]) * left,
             static_cast<std::size_t>(offsets[1]) * right, position * result);
      });
}

struct GemmSizes {
  bool left = false;   ///< The first matrix is transposed.
  bool right = false;  ///< The second is.
  std::size_t rows = 0;
  std::size_t depth = 0;
  std::size_t columns = 0;
};

/// \throws base::Error "onnx.shape".
GemmSizes gemm_sizes(const NodeView& node);

}  // namespace neucasl::workload
