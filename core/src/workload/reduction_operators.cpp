#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "axis_plans.hpp"

namespace neucasl::workload {
namespace {

/// Which dimensions of the input are reduced.
std::vector<bool> reduced_axes(const NodeView& node) {
  const std::size_t rank = node.shape(0).size();
  std::vector<std::size_t> axes = node.axes(1, rank);
  std::vector<bool> reduced(rank, false);
  if (axes.empty() && node.integer("noop_with_empty_axes", 0) == 0) {
    reduced.assign(rank, true);
  }
  for (const std::size_t axis : axes) reduced[axis] = true;
  return reduced;
}

}  // namespace

TensorShape kept_shape(const NodeView& node) {
  const std::vector<bool> reduced = reduced_axes(node);
  TensorShape shape = node.shape(0);
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (reduced[d]) shape[d] = 1;
  }
  return shape;
}

namespace {

std::vector<TensorType> infer_reduction(const NodeView& node) {
  const TensorShape kept = kept_shape(node);
  if (node.integer("keepdims", 1) != 0) return {{node.type(0).type, kept}};
  const std::vector<bool> reduced = reduced_axes(node);
  TensorShape shape;
  for (std::size_t d = 0; d < kept.size(); ++d) {
    if (!reduced[d]) shape.push_back(kept[d]);
  }
  return {{node.type(0).type, shape}};
}

/// Of something: only a sum is 0 of nothing.
std::vector<TensorType> infer_filled_reduction(const NodeView& node) {
  if (node.type(0).elements() == 0) {
    node.fail("onnx.shape", "reduces an empty tensor", "give sizes above 0");
  }
  return infer_reduction(node);
}

std::vector<TensorType> infer_mean_reduction(const NodeView& node) {
  node.require_floating(0);
  return infer_filled_reduction(node);
}

/// Folds the input into one number for each output; floating ones in double.
template <class T, class Fold>
auto reduce(const NodeView& node, double start, const Fold& fold) {
  using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;
  const Tensor& input = node.value(0, "a tensor");
  const std::vector<T>& x = numbers<T>(input);
  const TensorShape kept = kept_shape(node);
  std::vector<Sum> sums(extent(kept, 0, kept.size()), static_cast<Sum>(start));
  for_each_element<1>(input.type.shape, {stretched(kept, input.type.shape)}, {0},
                      [&](std::size_t position, const auto& offsets) {
                        Sum& sum = sums[static_cast<std::size_t>(offsets[0])];
                        sum = fold(sum, static_cast<Sum>(x[position]));
                      });
  return sums;
}

struct AddTo {
  template <class S>
  S operator()(S sum, S x) const {
    if constexpr (std::is_floating_point_v<S>) {
      return sum + x;
    } else {
      return static_cast<S>(static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(x));
    }
  }
};

void execute_sum(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const auto sums = reduce<T>(node, 0.0, AddTo{});
    std::transform(sums.begin(), sums.end(), numbers<T>(outputs[0]).begin(),
                   [](auto sum) { return static_cast<T>(sum); });
  });
}

void execute_mean_reduction(const NodeView& node, std::vector<Tensor>& outputs) {
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    const auto sums = reduce<T>(node, 0.0, AddTo{});
    const double count =
        static_cast<double>(node.type(0).elements()) / static_cast<double>(sums.size());
    std::transform(sums.begin(), sums.end(), numbers<T>(outputs[0]).begin(),
                   [&](double sum) { return static_cast<T>(sum / count); });
  });
}

template <bool largest>
void execute_extreme(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    std::vector<T>& y = numbers<T>(outputs[0]);
    const Tensor& input = node.value(0, "a tensor");
    const std::vector<T>& x = numbers<T>(input);
    const TensorShape kept = kept_shape(node);
    std::vector<bool> begun(y.size(), false);
    for_each_element<1>(input.type.shape, {stretched(kept, input.type.shape)}, {0},
                        [&](std::size_t position, const auto& offsets) {
                          const auto at = static_cast<std::size_t>(offsets[0]);
                          const T value = x[position];
                          const bool better = largest ? value > y[at] : value < y[at];
                          if (begun[at] && !better && !not_a_number(value)) return;
                          begun[at] = true;
                          y[at] = value;
                        });
  });
}

}  // namespace

std::vector<Operator> reduction_operators() {
  const auto reduction = [](const char* name, auto infer, auto execute) {
    return Operator{name,
                    1,
                    2,
                    1,
                    Role::operation,
                    OperationKind::pooling,
                    {"axes", "keepdims", "noop_with_empty_axes"},
                    infer,
                    execute};
  };
  return {reduction("ReduceSum", infer_reduction, execute_sum),
          reduction("ReduceMean", infer_mean_reduction, execute_mean_reduction),
          reduction("ReduceMax", infer_filled_reduction, execute_extreme<true>),
          reduction("ReduceMin", infer_filled_reduction, execute_extreme<false>)};
}

}  // namespace neucasl::workload
