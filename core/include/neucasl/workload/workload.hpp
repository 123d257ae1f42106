#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// What one sample of a neural network asks of hardware: shapes of its operations, no values.
///
/// An *operation* takes the outputs of earlier operations. A *matrix operation* is `count`
/// independent products of a `positions` x `depth` matrix by a `depth` x `outputs` matrix. The
/// second one is *stationary* when it is a trained weight, which an array or a bank can hold from
/// sample to sample, and dynamic when it is computed from the sample (attention). A convolution is
/// one product with positions = output height x width and depth = kernel height x width x input
/// channels; with g groups it is g products, so a depthwise convolution has one product for each
/// channel. A *multiply-accumulate* counts as one here; estimators say whether their operations
/// count it as two.

namespace neucasl::workload {

enum class OperationKind {
  matrix,         ///< The only kind with a product.
  elementwise,    ///< Sums, products, biases apart from a matrix operation.
  activation,     ///< ReLU, GELU, sigmoid and their like.
  pooling,        ///<
  normalisation,  ///< Layer or batch normalisation that is not folded into weights.
  softmax,        ///<
  lookup          ///< Embedding tables.
};

/// "matrix", "elementwise", "activation", "pooling", "normalisation", "softmax", "lookup".
NEUCASL_EXPORT std::string_view to_string(OperationKind kind);

struct MatrixProduct {
  std::size_t count = 0;  ///< 0: the operation has no product.
  std::size_t positions = 0;
  std::size_t depth = 0;
  std::size_t outputs = 0;
  bool stationary = true;

  [[nodiscard]] double multiply_accumulates() const {
    return static_cast<double>(count) * static_cast<double>(positions) *
           static_cast<double>(depth) * static_cast<double>(outputs);
  }
  /// Entries of all stationary matrices; 0 for dynamic ones.
  [[nodiscard]] std::size_t weights() const { return stationary ? count * depth * outputs : 0; }
};

/// Index of an operation in its workload.
using OperationId = std::size_t;
/// Stands for the input of the network.
inline constexpr OperationId workload_input = static_cast<OperationId>(-1);

struct Operation {
  std::string name;
  OperationKind kind = OperationKind::elementwise;
  std::vector<OperationId> inputs;
  MatrixProduct product;
  std::size_t input_elements = 0;   ///< Read, of one sample, all inputs together.
  std::size_t output_elements = 0;  ///< Written, of one sample.
  /// Inputs that must be there while a window moves along a row, (W (k_y - 1) + k_x) C for a width
  /// W and C channels (A. Shafiee et al., ISCA 2016, section 4); 0: all of them.
  std::size_t window_elements = 0;
  /// Elements of a window along a row, and by how many it moves; 0: no window, or one with gaps.
  std::size_t window_width = 0;
  std::size_t window_stride = 0;
  /// The stationary product takes the weights of this earlier operation, transposed;
  /// workload_input: weights of its own.
  OperationId weights_of = workload_input;
  /// Trained numbers beside the product's weights: biases, tables, scales.
  std::size_t other_parameters = 0;
  /// No output is below zero, whatever comes in: ReLU, sigmoid, softmax.
  bool not_negative = false;
};

/// Operations in topological order.
struct Workload {
  std::string name;
  std::size_t input_elements = 0;
  std::vector<Operation> operations;

  [[nodiscard]] NEUCASL_EXPORT double multiply_accumulates() const;
  [[nodiscard]] NEUCASL_EXPORT std::size_t weights() const;
  /// Weights and other parameters.
  [[nodiscard]] NEUCASL_EXPORT std::size_t parameters() const;
  /// \throws base::Error "workload.shape" for an input that is not an earlier operation, a product
  /// with an empty side, or a name that is empty or twice there.
  NEUCASL_EXPORT void check() const;
};

/// For each operation, whether what it takes, of a product the first matrix, may be below zero.
/// Outputs may be, but for those of operations that are `not_negative` and of poolings of such. The
/// input of the network counts as intensities of pixels, 0 or more.
NEUCASL_EXPORT std::vector<bool> takes_negative(const Workload& workload);

/// The operations of a network; a layer's bias counts to its matrix operation.
/// \throws base::Error as `Network::shapes`.
NEUCASL_EXPORT Workload from_network(const network::Network& network);

}  // namespace neucasl::workload
