#include "axis_plans.hpp"
#include "derivative.hpp"

namespace neucasl::workload {
namespace {

/// Calls body(place in the input, place in the output).
template <class Body>
void for_each_reduced(const NodeView& view, const Body& body) {
  for_each_element<1>(view.shape(0), {stretched(kept_shape(view), view.shape(0))}, {0},
                      [&](std::size_t position, const auto& offsets) {
                        body(position, static_cast<std::size_t>(offsets[0]));
                      });
}

template <bool mean>
void reverse_sum_over_axes(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    if (to.empty()) return;
    const double count = static_cast<double>(to.size()) / static_cast<double>(g.size());
    const auto share = static_cast<T>(mean ? 1.0 / count : 1.0);
    for_each_reduced(node.view(),
                     [&](std::size_t from, std::size_t at) { to[from] = share * g[at]; });
  });
}

/// The first of the extreme elements gets the seed.
void reverse_extreme_over_axes(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(node.view().value(0, "a tensor"));
    const std::vector<T>& y = numbers<T>(node.value());
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    std::vector<bool> taken(g.size(), false);
    for_each_reduced(node.view(), [&](std::size_t from, std::size_t at) {
      if (taken[at] || x[from] != y[at]) return;
      taken[at] = true;
      to[from] = g[at];
    });
  });
}

}  // namespace

std::vector<Derivative> reduction_derivatives() {
  return {{"ReduceSum", reverse_sum_over_axes<false>, 0b10},
          {"ReduceMean", reverse_sum_over_axes<true>, 0b10},
          {"ReduceMax", reverse_extreme_over_axes, reads_all, reads_all},
          {"ReduceMin", reverse_extreme_over_axes, reads_all, reads_all}};
}

}  // namespace neucasl::workload
