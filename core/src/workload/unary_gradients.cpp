#include <cmath>
#include <limits>
#include <numbers>

#include "derivative.hpp"

namespace neucasl::workload {
namespace {

/// The seed times slope(x) of each element.
template <class Slope>
void reverse_by_input(ReverseNode& node, const Slope& slope) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(node.view().value(0, "an operand"));
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = static_cast<T>(g[k] * slope(x[k]));
  });
}

/// The seed times slope(y) of each element of the output.
template <class Slope>
void reverse_by_output(ReverseNode& node, const Slope& slope) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& y = numbers<T>(node.value());
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = static_cast<T>(g[k] * slope(y[k]));
  });
}

template <auto slope>
void by_input(ReverseNode& node) {
  reverse_by_input(node, [](auto x) { return slope(static_cast<double>(x)); });
}
template <auto slope>
void by_output(ReverseNode& node) {
  reverse_by_output(node, [](auto y) { return slope(static_cast<double>(y)); });
}

double of_root(double y) { return 0.5 / y; }
double of_exponential(double y) { return y; }
double of_logarithm(double x) { return 1.0 / x; }
double of_reciprocal(double y) { return -y * y; }
double of_sine(double x) { return std::cos(x); }
double of_cosine(double x) { return -std::sin(x); }
double of_error_function(double x) { return 2.0 * std::numbers::inv_sqrtpi * std::exp(-x * x); }
double of_tanh(double y) { return 1.0 - y * y; }
double of_sigmoid(double y) { return y * (1.0 - y); }
double of_softplus(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double of_softsign(double x) { return 1.0 / ((1.0 + std::fabs(x)) * (1.0 + std::fabs(x))); }
double of_hard_swish(double x) {
  if (x <= -3.0) return 0.0;
  return x >= 3.0 ? 1.0 : x / 3.0 + 0.5;
}
double of_magnitude(double x) { return x < 0.0 ? -1.0 : (x > 0.0 ? 1.0 : 0.0); }

void reverse_negative(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& g = numbers<T>(node.seed());
    std::vector<T>& to = numbers<T>(node.adjoint(0));
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = -g[k];
  });
}

void reverse_relu(ReverseNode& node) {
  reverse_by_output(node, [](auto y) { return static_cast<decltype(y)>(y > 0 ? 1 : 0); });
}

void reverse_leaky_relu(ReverseNode& node) {
  const double slope = node.view().real("alpha", 0.01);
  reverse_by_input(node, [&](auto x) { return x < 0 ? slope : 1.0; });
}

void reverse_elu(ReverseNode& node) {
  const double alpha = node.view().real("alpha", 1.0);
  reverse_by_input(node,
                   [&](auto x) { return x < 0 ? alpha * std::exp(static_cast<double>(x)) : 1.0; });
}

void reverse_hard_sigmoid(ReverseNode& node) {
  const double alpha = node.view().real("alpha", 0.2);
  const double beta = node.view().real("beta", 0.5);
  reverse_by_input(node, [&](auto x) {
    const double y = alpha * static_cast<double>(x) + beta;
    return y > 0.0 && y < 1.0 ? alpha : 0.0;
  });
}

/// y = x P(x): y' = P + x P'; P is the normal distribution or its approximation by tanh
/// (D. Hendrycks and K. Gimpel, arXiv:1606.08415).
void reverse_gelu(ReverseNode& node) {
  using std::numbers::inv_sqrtpi;
  using std::numbers::sqrt2;
  if (node.view().text("approximate", "none") == "none") {
    return reverse_by_input(node, [](auto value) {
      const auto x = static_cast<double>(value);
      return 0.5 * (1.0 + std::erf(x / sqrt2)) + x * std::exp(-0.5 * x * x) * inv_sqrtpi / sqrt2;
    });
  }
  const double scale = std::sqrt(2.0 * std::numbers::inv_pi);
  reverse_by_input(node, [&](auto value) {
    const auto x = static_cast<double>(value);
    constexpr double cubic = 0.044715;
    const double t = std::tanh(scale * (x + cubic * x * x * x));
    return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * scale * (1.0 + 3.0 * cubic * x * x);
  });
}

template <class T>
struct Bounds {
  T low = std::numeric_limits<T>::lowest();
  T high = std::numeric_limits<T>::max();
};

template <class T>
Bounds<T> bounds_of(const NodeView& view) {
  Bounds<T> bounds;
  bounds.low = static_cast<T>(view.real("min", static_cast<double>(bounds.low)));
  bounds.high = static_cast<T>(view.real("max", static_cast<double>(bounds.high)));
  if (view.has(1)) bounds.low = numbers<T>(view.value(1, "a bound")).front();
  if (view.has(2)) bounds.high = numbers<T>(view.value(2, "a bound")).front();
  return bounds;
}

/// Each seed goes to what its element was set to: the operand or one of the bounds.
void reverse_clip(ReverseNode& node) {
  with_floating(node.seed(), [&](auto zero) {
    using T = decltype(zero);
    const Bounds<T> bounds = bounds_of<T>(node.view());
    const std::vector<T>& x = numbers<T>(node.view().value(0, "an operand"));
    const std::vector<T>& g = numbers<T>(node.seed());
    T* to = node.wants(0) ? numbers<T>(node.adjoint(0)).data() : nullptr;
    double below = 0.0;
    double above = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const bool raised = x[k] < bounds.low;
      if ((raised ? bounds.low : x[k]) > bounds.high) {
        above += static_cast<double>(g[k]);
      } else if (raised) {
        below += static_cast<double>(g[k]);
      } else if (to != nullptr) {
        to[k] = g[k];
      }
    }
    if (node.wants(1)) numbers<T>(node.adjoint(1)).front() = static_cast<T>(below);
    if (node.wants(2)) numbers<T>(node.adjoint(2)).front() = static_cast<T>(above);
  });
}

}  // namespace

std::vector<Derivative> unary_derivatives() {
  return {{"Sqrt", by_output<of_root>, reads_none, reads_all},
          {"Exp", by_output<of_exponential>, reads_none, reads_all},
          {"Log", by_input<of_logarithm>, reads_all},
          {"Reciprocal", by_output<of_reciprocal>, reads_none, reads_all},
          {"Sin", by_input<of_sine>, reads_all},
          {"Cos", by_input<of_cosine>, reads_all},
          {"Erf", by_input<of_error_function>, reads_all},
          {"Tanh", by_output<of_tanh>, reads_none, reads_all},
          {"Sigmoid", by_output<of_sigmoid>, reads_none, reads_all},
          {"Softplus", by_input<of_softplus>, reads_all},
          {"Softsign", by_input<of_softsign>, reads_all},
          {"HardSwish", by_input<of_hard_swish>, reads_all},
          {"Abs", by_input<of_magnitude>, reads_all},
          {"Neg", reverse_negative},
          {"Relu", reverse_relu, reads_none, reads_all},
          {"LeakyRelu", reverse_leaky_relu, reads_all},
          {"Elu", reverse_elu, reads_all},
          {"HardSigmoid", reverse_hard_sigmoid, reads_all},
          {"Gelu", reverse_gelu, reads_all},
          {"Clip", reverse_clip, reads_all}};
}

}  // namespace neucasl::workload
