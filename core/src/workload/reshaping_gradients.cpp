#include <algorithm>

#include "axis_plans.hpp"
#include "derivative.hpp"

namespace neucasl::workload {
namespace {

void reverse_copy(ReverseNode& node) { node.adjoint(0).values = node.seed().values; }

/// Adds each element of `seed` where it came from: element `start` + the steps of its place.
void scatter_strided(const Tensor& seed, const Strides& strides, std::ptrdiff_t start,
                     Tensor& adjoint) {
  with_floating(seed, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(seed);
    std::vector<T>& to = numbers<T>(adjoint);
    for_each_element<1>(seed.type.shape, {strides}, {start},
                        [&](std::size_t position, const auto& offsets) {
                          to[static_cast<std::size_t>(offsets[0])] += g[position];
                        });
  });
}

void reverse_transpose(ReverseNode& node) {
  const Strides plain = row_major(node.view().shape(0));
  const std::vector<std::size_t> order = permutation(node.view());
  Strides strides;
  strides.reserve(order.size());
  for (const std::size_t d : order) strides.push_back(plain[d]);
  scatter_strided(node.seed(), strides, 0, node.adjoint(0));
}

void reverse_expand(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    add_stretched(numbers<decltype(zero)>(node.seed()), node.seed().type.shape, node.adjoint(0));
  });
}

void reverse_concat(ReverseNode& node) {
  const NodeView& view = node.view();
  const std::size_t axis = concatenation_axis(view);
  const TensorShape& shape = node.seed().type.shape;
  const std::size_t row = extent(shape, axis, shape.size());
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    std::size_t begin = 0;
    for (std::size_t k = 0; k < view.inputs(); ++k) {
      const std::size_t part = extent(view.shape(k), axis, shape.size());
      for (std::size_t n = 0; node.wants(k) && n < extent(shape, 0, axis); ++n) {
        std::copy_n(numbers<T>(node.seed()).begin() + static_cast<std::ptrdiff_t>(n * row + begin),
                    part,
                    numbers<T>(node.adjoint(k)).begin() + static_cast<std::ptrdiff_t>(n * part));
      }
      begin += part;
    }
  });
}

void reverse_split(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = view.shape(0);
  const std::size_t axis = view.axis(view.integer("axis", 0), shape.size());
  const Strides strides = row_major(shape);
  std::ptrdiff_t start = 0;
  for (std::size_t k = 0; k < view.outputs(); ++k) {
    const ReverseOutput& part = node.output(k);
    if (part.seed != nullptr) scatter_strided(*part.seed, strides, start, node.adjoint(0));
    start += strides[axis] * static_cast<std::ptrdiff_t>(part.type->shape[axis]);
  }
}

void reverse_slice(ReverseNode& node) {
  const StridedPlace place = slice_place(node.view());
  scatter_strided(node.seed(), place.strides, place.start, node.adjoint(0));
}

}  // namespace

std::vector<Derivative> reshaping_derivatives() {
  return {{"Reshape", reverse_copy},
          {"Flatten", reverse_copy},
          {"Squeeze", reverse_copy},
          {"Unsqueeze", reverse_copy},
          {"Identity", reverse_copy},
          {"Dropout", reverse_copy},
          {"Transpose", reverse_transpose},
          {"Expand", reverse_expand},
          {"Concat", reverse_concat},
          {"Split", reverse_split, 0b10, reads_none, true},
          {"Slice", reverse_slice, ~ReadMask{1}}};
}

}  // namespace neucasl::workload
