#include <algorithm>
#include <cmath>
#include <limits>

#include "operator.hpp"

namespace neucasl::workload {
namespace {

// Integers wrap around as those of two's complement do.
std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

struct Sum {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    return static_cast<std::int64_t>(bits(a) + bits(b));
  }
};
struct Difference {
  template <class T>
  T operator()(T a, T b) const {
    return a - b;
  }
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    return static_cast<std::int64_t>(bits(a) - bits(b));
  }
};
struct Product {
  template <class T>
  T operator()(T a, T b) const {
    return a * b;
  }
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    return static_cast<std::int64_t>(bits(a) * bits(b));
  }
};
/// Integer divisors are checked to be other than 0.
struct Quotient {
  template <class T>
  T operator()(T a, T b) const {
    return a / b;
  }
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    return b == -1 ? static_cast<std::int64_t>(0 - bits(a)) : a / b;
  }
};
struct Larger {
  template <class T>
  T operator()(T a, T b) const {
    return not_a_number(a) || a > b ? a : b;
  }
};
struct Smaller {
  template <class T>
  T operator()(T a, T b) const {
    return not_a_number(a) || a < b ? a : b;
  }
};

std::vector<TensorType> infer_variadic(const NodeView& node) {
  TensorType result = node.type(0);
  for (std::size_t k = 1; k < node.inputs(); ++k) {
    node.require_same_type(k);
    result.shape = broadcast_shape(node, result.shape, node.shape(k));
  }
  return {result};
}

void refuse_zero_divisors(const NodeView& node) {
  const auto* divisors = std::get_if<std::vector<std::int64_t>>(&node.value(1, "a divisor").values);
  if (divisors != nullptr && std::count(divisors->begin(), divisors->end(), 0) > 0) {
    node.fail("onnx.value", "divides integers by zero", "give divisors other than 0");
  }
}

/// out = f(a, b), each element.
template <class Out, class In, class F>
void combine(const Tensor& a, const Tensor& b, Tensor& out, const F& f) {
  const std::vector<In>& x = numbers<In>(a);
  const std::vector<In>& y = numbers<In>(b);
  std::vector<Out>& z = numbers<Out>(out);
  const TensorShape& shape = out.type.shape;
  if (a.type.shape == shape && b.type.shape == shape) {
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = f(x[k], y[k]);
    return;
  }
  for_each_element<2>(shape, {stretched(a.type.shape, shape), stretched(b.type.shape, shape)},
                      {0, 0}, [&](std::size_t position, const auto& offsets) {
                        z[position] = f(x[static_cast<std::size_t>(offsets[0])],
                                        y[static_cast<std::size_t>(offsets[1])]);
                      });
}

/// Folds all inputs, from the left.
template <class F>
void execute_variadic(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    Tensor result = node.value(0, "an operand");
    for (std::size_t k = 1; k < node.inputs(); ++k) {
      const Tensor& next = node.value(k, "an operand");
      Tensor folded(
          TensorType{result.type.type, broadcast_shape(node, result.type.shape, next.type.shape)});
      combine<T, T>(result, next, folded, F{});
      result = std::move(folded);
    }
    outputs[0] = std::move(result);
  });
}

void execute_quotient(const NodeView& node, std::vector<Tensor>& outputs) {
  refuse_zero_divisors(node);
  execute_variadic<Quotient>(node, outputs);
}

void execute_mean(const NodeView& node, std::vector<Tensor>& outputs) {
  execute_variadic<Sum>(node, outputs);
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    for (T& value : numbers<T>(outputs[0])) value /= static_cast<T>(node.inputs());
  });
}

std::vector<TensorType> infer_mean(const NodeView& node) {
  node.require_floating(0);
  return infer_variadic(node);
}

std::vector<TensorType> infer_power(const NodeView& node) {
  return {{node.type(0).type, broadcast_shape(node, node.shape(0), node.shape(1))}};
}

std::vector<double> as_doubles(const Tensor& tensor) {
  return std::visit(
      [](const auto& values) { return std::vector<double>(values.begin(), values.end()); },
      tensor.values);
}

std::int64_t integer_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) return base == 1 ? 1 : (base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0);
  std::uint64_t result = 1;
  std::uint64_t square = bits(base);
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result *= square;
    square *= square;
  }
  return static_cast<std::int64_t>(result);
}

/// The nearest integer below or above, at the ends where it would not fit.
std::int64_t truncated(double value) {
  constexpr double end = 9223372036854775808.0;
  if (std::isnan(value)) return 0;
  if (value >= end) return std::numeric_limits<std::int64_t>::max();
  if (value < -end) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

void execute_power(const NodeView& node, std::vector<Tensor>& outputs) {
  const Tensor& base = node.value(0, "a base");
  const Tensor& exponent = node.value(1, "an exponent");
  if (!is_floating(base.type.type) && !is_floating(exponent.type.type)) {
    return combine<std::int64_t, std::int64_t>(base, exponent, outputs[0], integer_power);
  }
  const std::vector<double> x = as_doubles(base);
  const std::vector<double> y = as_doubles(exponent);
  const TensorShape& shape = outputs[0].type.shape;
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    std::vector<T>& z = numbers<T>(outputs[0]);
    for_each_element<2>(shape,
                        {stretched(base.type.shape, shape), stretched(exponent.type.shape, shape)},
                        {0, 0}, [&](std::size_t position, const auto& offsets) {
                          const double power = std::pow(x[static_cast<std::size_t>(offsets[0])],
                                                        y[static_cast<std::size_t>(offsets[1])]);
                          if constexpr (std::is_same_v<T, std::int64_t>) {
                            z[position] = truncated(power);
                          } else {
                            z[position] = static_cast<T>(power);
                          }
                        });
  });
}

std::vector<TensorType> infer_comparison(const NodeView& node) {
  node.require_same_type(1);
  return {{ElementType::boolean, broadcast_shape(node, node.shape(0), node.shape(1))}};
}

template <class F>
void execute_comparison(const NodeView& node, std::vector<Tensor>& outputs) {
  const Tensor& a = node.value(0, "an operand");
  with_storage(a, [&](auto zero) {
    using T = decltype(zero);
    combine<std::int64_t, T>(a, node.value(1, "an operand"), outputs[0],
                             [](T x, T y) { return std::int64_t{F{}(x, y) ? 1 : 0}; });
  });
}

std::vector<TensorType> infer_logic(const NodeView& node) {
  if (node.type(0).type != ElementType::boolean) {
    node.fail("onnx.type", "has an input of " + std::string(to_string(node.type(0).type)),
              "give truths");
  }
  return infer_comparison(node);
}

template <class F>
Operator arithmetic(const char* name) {
  // Before opset 7 stretching had to be asked for; aligned at the last dimension it was the same.
  return {name,
          2,
          2,
          1,
          Role::operation,
          OperationKind::elementwise,
          {"broadcast", "consumed_inputs"},
          infer_variadic,
          execute_variadic<F>};
}

template <class F>
Operator comparison(const char* name) {
  return {name,
          2,
          2,
          1,
          Role::operation,
          OperationKind::elementwise,
          {},
          infer_comparison,
          execute_comparison<F>};
}

template <class F>
Operator logic(const char* name) {
  return {name,
          2,
          2,
          1,
          Role::operation,
          OperationKind::elementwise,
          {},
          infer_logic,
          execute_comparison<F>};
}

template <class F>
Operator variadic(const char* name) {
  return {name,
          1,
          any_number,
          1,
          Role::operation,
          OperationKind::elementwise,
          {"consumed_inputs"},
          infer_variadic,
          execute_variadic<F>};
}

}  // namespace

std::vector<Operator> elementwise_operators() {
  Operator quotient = arithmetic<Quotient>("Div");
  quotient.execute = execute_quotient;
  Operator power = arithmetic<Product>("Pow");
  power.infer = infer_power;
  power.execute = execute_power;
  Operator mean = variadic<Sum>("Mean");
  mean.infer = infer_mean;
  mean.execute = execute_mean;
  return {arithmetic<Sum>("Add"),
          arithmetic<Difference>("Sub"),
          arithmetic<Product>("Mul"),
          quotient,
          power,
          mean,
          variadic<Sum>("Sum"),
          variadic<Larger>("Max"),
          variadic<Smaller>("Min"),
          comparison<std::equal_to<>>("Equal"),
          comparison<std::greater<>>("Greater"),
          comparison<std::less<>>("Less"),
          comparison<std::greater_equal<>>("GreaterOrEqual"),
          comparison<std::less_equal<>>("LessOrEqual"),
          logic<std::logical_and<>>("And"),
          logic<std::logical_or<>>("Or"),
          logic<std::not_equal_to<>>("Xor")};
}

}  // namespace neucasl::workload
