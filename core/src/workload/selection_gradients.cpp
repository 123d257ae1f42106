#include "axis_plans.hpp"
#include "derivative.hpp"

namespace neucasl::workload {
namespace {

void reverse_gather(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& table = view.shape(0);
  const std::size_t axis = view.axis(view.integer("axis", 0), table.size());
  const auto size = static_cast<std::int64_t>(table[axis]);
  const std::size_t inner = extent(table, axis + 1, table.size());
  const std::vector<std::int64_t>& indices = numbers<std::int64_t>(view.value(1, "indices"));
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const T* from = numbers<T>(node.seed()).data();
    T* const to = numbers<T>(node.adjoint(0)).data();
    for (std::size_t n = 0; n < extent(table, 0, axis); ++n) {
      for (const std::int64_t index : indices) {
        const std::size_t row =
            n * table[axis] + static_cast<std::size_t>(index < 0 ? index + size : index);
        for (std::size_t k = 0; k < inner; ++k) to[row * inner + k] += *from++;
      }
    }
  });
}

void reverse_pad(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(node.seed());
    T* to = node.wants(0) ? numbers<T>(node.adjoint(0)).data() : nullptr;
    double filling = 0.0;
    for_each_padded(node.view(), node.seed().type.shape, [&](std::size_t at, std::ptrdiff_t from) {
      if (from < 0) {
        filling += static_cast<double>(g[at]);
      } else if (to != nullptr) {
        to[from] += g[at];
      }
    });
    if (node.wants(2)) numbers<T>(node.adjoint(2)).front() = static_cast<T>(filling);
  });
}

void reverse_where(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = node.seed().type.shape;
  const std::vector<std::int64_t>& choice = numbers<std::int64_t>(view.value(0, "a condition"));
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(node.seed());
    for (const std::size_t k : {1U, 2U}) {
      if (!node.wants(k)) continue;
      std::vector<T> contributions(g.size(), T{0});
      for_each_element<1>(shape, {stretched(view.shape(0), shape)}, {0},
                          [&](std::size_t position, const auto& offsets) {
                            const bool first = choice[static_cast<std::size_t>(offsets[0])] != 0;
                            if (first == (k == 1)) contributions[position] = g[position];
                          });
      add_stretched(contributions, shape, node.adjoint(k));
    }
  });
}

/// To another floating type: the identity.
void reverse_cast(ReverseNode& node) {
  std::visit(
      [](const auto& from, auto& to) {
        using To = typename std::decay_t<decltype(to)>::value_type;
        for (std::size_t k = 0; k < to.size(); ++k) to[k] = static_cast<To>(from[k]);
      },
      node.seed().values, node.adjoint(0).values);
}

}  // namespace

std::vector<Derivative> selection_derivatives() {
  return {{"Gather", reverse_gather, 0b10},
          {"Pad", reverse_pad, ~ReadMask{1}},
          {"Where", reverse_where, 0b1},
          {"Cast", reverse_cast}};
}

}  // namespace neucasl::workload
