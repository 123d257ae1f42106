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
