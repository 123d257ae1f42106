#include <cmath>

#include "derivative.hpp"

namespace neucasl::workload {
namespace {

/// Adjoint of input `k`: at each element of the output the seed times slope(a, b), for operands a,
/// b of storage type A and B.
template <class T, class A, class B, class Slope>
void add_product(ReverseNode& node, std::size_t k, const std::vector<A>& a, const std::vector<B>& b,
                 const Slope& slope) {
  const Tensor& seed = node.seed();
  const std::vector<T>& g = numbers<T>(seed);
  const TensorShape& shape = seed.type.shape;
  std::vector<T> contributions(g.size());
  if (a.size() == g.size() && b.size() == g.size()) {
    for (std::size_t n = 0; n < g.size(); ++n) {
      contributions[n] = static_cast<T>(g[n] * slope(a[n], b[n]));
    }
  } else {
    const NodeView& view = node.view();
    for_each_element<2>(shape, {stretched(view.shape(0), shape), stretched(view.shape(1), shape)},
                        {0, 0}, [&](std::size_t position, const auto& offsets) {
                          contributions[position] = static_cast<T>(
                              g[position] * slope(a[static_cast<std::size_t>(offsets[0])],
                                                  b[static_cast<std::size_t>(offsets[1])]));
                        });
  }
  add_stretched(contributions, shape, node.adjoint(k));
}

/// Each input gets the seed times a factor of its own.
template <class Factor>
void scale_seed(ReverseNode& node, const Factor& factor) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    for (std::size_t k = 0; k < node.view().inputs(); ++k) {
      if (!node.wants(k)) continue;
      std::vector<T> contributions = numbers<T>(node.seed());
      const auto scale = static_cast<T>(factor(k));
      for (T& one : contributions) one *= scale;
      add_stretched(contributions, node.seed().type.shape, node.adjoint(k));
    }
  });
}

void reverse_sum(ReverseNode& node) {
  scale_seed(node, [](std::size_t) { return 1.0; });
}
void reverse_difference(ReverseNode& node) {
  scale_seed(node, [](std::size_t k) { return k == 0 ? 1.0 : -1.0; });
}
void reverse_mean(ReverseNode& node) {
  const auto count = static_cast<double>(node.view().inputs());
  scale_seed(node, [&](std::size_t) { return 1.0 / count; });
}

void reverse_product(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const auto& a = numbers<T>(node.view().value(0, "an operand"));
    const auto& b = numbers<T>(node.view().value(1, "an operand"));
    if (node.wants(0)) add_product<T>(node, 0, a, b, [](T, T y) { return y; });
    if (node.wants(1)) add_product<T>(node, 1, a, b, [](T x, T) { return x; });
  });
}

void reverse_quotient(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const auto& a = numbers<T>(node.view().value(0, "an operand"));
    const auto& b = numbers<T>(node.view().value(1, "an operand"));
    if (node.wants(0)) add_product<T>(node, 0, a, b, [](T, T y) { return T{1} / y; });
    if (node.wants(1)) add_product<T>(node, 1, a, b, [](T x, T y) { return -x / (y * y); });
  });
}

/// d/dx x^y = y x^(y-1), d/dy x^y = x^y ln x; both 0 where the factor before is.
void reverse_power(ReverseNode& node) {
  const Tensor& base = node.view().value(0, "a base");
  const Tensor& exponent = node.view().value(1, "an exponent");
  const auto by_base = [](auto x, auto y) {
    const auto power = static_cast<double>(y);
    return power == 0.0 ? 0.0 : power * std::pow(static_cast<double>(x), power - 1.0);
  };
  const auto by_exponent = [](auto x, auto y) {
    const double value = std::pow(static_cast<double>(x), static_cast<double>(y));
    return value == 0.0 ? 0.0 : value * std::log(static_cast<double>(x));
  };
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const auto& a = numbers<T>(base);
    std::visit(
        [&](const auto& b) {
          using B = typename std::decay_t<decltype(b)>::value_type;
          if (node.wants(0)) add_product<T>(node, 0, a, b, by_base);
          if constexpr (std::is_floating_point_v<B>) {
            if (!node.wants(1)) return;
            // The exponent may have another type than the base.
            const Tensor& seed = node.seed();
            std::vector<B> contributions(seed.size());
            for_each_element<2>(seed.type.shape,
                                {stretched(base.type.shape, seed.type.shape),
                                 stretched(exponent.type.shape, seed.type.shape)},
                                {0, 0}, [&](std::size_t position, const auto& offsets) {
                                  contributions[position] = static_cast<B>(
                                      static_cast<double>(numbers<T>(seed)[position]) *
                                      by_exponent(a[static_cast<std::size_t>(offsets[0])],
                                                  b[static_cast<std::size_t>(offsets[1])]));
                                });
            add_stretched(contributions, seed.type.shape, node.adjoint(1));
          }
        },
        exponent.values);
  });
}

/// Max and Min: the first input that is the output gets the seed.
void reverse_extreme(ReverseNode& node) {
  const NodeView& view = node.view();
  const TensorShape& shape = node.seed().type.shape;
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& y = numbers<T>(node.value());
    std::vector<bool> taken(y.size(), false);
    for (std::size_t k = 0; k < view.inputs(); ++k) {
      const std::vector<T>& x = numbers<T>(view.value(k, "an operand"));
      std::vector<T> contributions(y.size(), T{0});
      for_each_element<1>(
          shape, {stretched(view.shape(k), shape)}, {0},
          [&](std::size_t position, const auto& offsets) {
            if (taken[position] || x[static_cast<std::size_t>(offsets[0])] != y[position]) {
              return;
            }
            taken[position] = true;
            contributions[position] = numbers<T>(node.seed())[position];
          });
      if (node.wants(k)) add_stretched(contributions, shape, node.adjoint(k));
    }
  });
}

}  // namespace

std::vector<Derivative> elementwise_derivatives() {
  return {{"Add", reverse_sum},
          {"Sum", reverse_sum},
          {"Sub", reverse_difference},
          {"Mean", reverse_mean},
          {"Mul", reverse_product, reads_all},
          {"Div", reverse_quotient, reads_all},
          {"Pow", reverse_power, reads_all},
          {"Max", reverse_extreme, reads_all, reads_all},
          {"Min", reverse_extreme, reads_all, reads_all}};
}

}  // namespace neucasl::workload
