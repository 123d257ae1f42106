#pragma once

#include <functional>

#include "operator.hpp"

/// \file
/// How reductions, normalisations and movements of data read the axes of their input; for their
/// execution and their derivatives.

namespace neucasl::workload {

/// The input's shape with reduced sizes 1.
TensorShape kept_shape(const NodeView& node);

/// outer x count x inner: the elements that are normalised together.
struct SoftmaxBlocks {
  std::size_t outer = 1;
  std::size_t count = 1;
  std::size_t inner = 1;

  /// Place of the first element of a block; the next ones are `inner` apart.
  [[nodiscard]] std::size_t first(std::size_t block) const {
    return block / inner * count * inner + block % inner;
  }
};
SoftmaxBlocks softmax_blocks(const NodeView& node);

/// Values of a floating tensor as double; `otherwise` for an input that is left out.
std::vector<double> doubles_of(const NodeView& node, std::size_t input, std::size_t count,
                               double otherwise);

/// Mean and reciprocal deviation of a row.
struct Moments {
  double mean = 0.0;
  double inverse = 0.0;
};
template <class T>
Moments moments_of(const T* x, std::size_t count, double epsilon) {
  double sum = 0.0;
  for (std::size_t k = 0; k < count; ++k) sum += static_cast<double>(x[k]);
  Moments moments;
  moments.mean = sum / static_cast<double>(count);
  double squares = 0.0;
  for (std::size_t k = 0; k < count; ++k) {
    const double difference = static_cast<double>(x[k]) - moments.mean;
    squares += difference * difference;
  }
  moments.inverse = 1.0 / std::sqrt(squares / static_cast<double>(count) + epsilon);
  return moments;
}

/// Of Transpose: the input's dimension that each one of the output is.
std::vector<std::size_t> permutation(const NodeView& node);

std::size_t concatenation_axis(const NodeView& node);

/// Where an element of the output stands in the input: `start` and a step for each dimension.
struct StridedPlace {
  Strides strides;
  std::ptrdiff_t start = 0;
};
StridedPlace slice_place(const NodeView& node);

/// Calls body(place in the output, place in the input or -1 for the filling) for each element.
void for_each_padded(const NodeView& node, const TensorShape& output,
                     const std::function<void(std::size_t to, std::ptrdiff_t from)>& body);

}  // namespace neucasl::workload
