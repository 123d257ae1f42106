#include <cmath>
#include <limits>
#include <numbers>

#include "operator.hpp"

namespace neucasl::workload {
namespace {

constexpr auto activation = OperationKind::activation;
constexpr auto arithmetic_kind = OperationKind::elementwise;

std::vector<TensorType> infer_floating(const NodeView& node) {
  node.require_floating(0);
  return same_as_first(node);
}

/// y = f(x) of each element of a floating tensor.
template <class F>
void map_floating(const NodeView& node, std::vector<Tensor>& outputs, const F& f) {
  const Tensor& input = node.value(0, "an operand");
  with_floating(input, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(input);
    std::vector<T>& y = numbers<T>(outputs[0]);
    for (std::size_t k = 0; k < x.size(); ++k) y[k] = static_cast<T>(f(x[k]));
  });
}

template <auto function>
void execute_function(const NodeView& node, std::vector<Tensor>& outputs) {
  map_floating(node, outputs, [](auto x) { return function(static_cast<double>(x)); });
}

/// As above, for integers too.
template <class F>
void map_any(const NodeView& node, std::vector<Tensor>& outputs, const F& f) {
  const Tensor& input = node.value(0, "an operand");
  with_storage(input, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<T>& x = numbers<T>(input);
    std::vector<T>& y = numbers<T>(outputs[0]);
    for (std::size_t k = 0; k < x.size(); ++k) y[k] = f(x[k]);
  });
}

/// The least integer stays as it is.
template <class T>
T negated(T x) {
  if constexpr (std::is_floating_point_v<T>) {
    return -x;
  } else {
    return static_cast<T>(0 - static_cast<std::uint64_t>(x));
  }
}

void execute_abs(const NodeView& node, std::vector<Tensor>& outputs) {
  map_any(node, outputs, [](auto x) { return x < 0 ? negated(x) : x; });
}

void execute_negative(const NodeView& node, std::vector<Tensor>& outputs) {
  map_any(node, outputs, [](auto x) { return negated(x); });
}

void execute_sign(const NodeView& node, std::vector<Tensor>& outputs) {
  map_any(node, outputs,
          [](auto x) { return static_cast<decltype(x)>(x > 0 ? 1 : (x < 0 ? -1 : 0)); });
}

void execute_relu(const NodeView& node, std::vector<Tensor>& outputs) {
  map_any(node, outputs, [](auto x) { return x < 0 ? decltype(x){0} : x; });
}

void execute_not(const NodeView& node, std::vector<Tensor>& outputs) {
  map_any(node, outputs, [](auto x) { return static_cast<decltype(x)>(x == 0 ? 1 : 0); });
}

double square_root(double x) { return std::sqrt(x); }
double exponential(double x) { return std::exp(x); }
double logarithm(double x) { return std::log(x); }
double reciprocal(double x) { return 1.0 / x; }
double error_function(double x) { return std::erf(x); }
double floor_of(double x) { return std::floor(x); }
double ceiling(double x) { return std::ceil(x); }
double sine(double x) { return std::sin(x); }
double cosine(double x) { return std::cos(x); }
double tangent_hyperbolic(double x) { return std::tanh(x); }
double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
double softsign(double x) { return x / (1.0 + std::fabs(x)); }
double hard_swish(double x) { return x * std::fmax(0.0, std::fmin(1.0, x / 6.0 + 0.5)); }

void execute_leaky_relu(const NodeView& node, std::vector<Tensor>& outputs) {
  const double slope = node.real("alpha", 0.01);
  map_floating(node, outputs, [&](auto x) { return x < 0 ? slope * x : x; });
}

void execute_elu(const NodeView& node, std::vector<Tensor>& outputs) {
  const double alpha = node.real("alpha", 1.0);
  map_floating(node, outputs, [&](auto x) { return x < 0 ? alpha * std::expm1(x) : x; });
}

void execute_hard_sigmoid(const NodeView& node, std::vector<Tensor>& outputs) {
  const double alpha = node.real("alpha", 0.2);
  const double beta = node.real("beta", 0.5);
  map_floating(node, outputs,
               [&](auto x) { return std::fmax(0.0, std::fmin(1.0, alpha * x + beta)); });
}

std::vector<TensorType> infer_gelu(const NodeView& node) {
  const std::string form = node.text("approximate", "none");
  if (form != "none" && form != "tanh") {
    node.fail("onnx.attribute", "has the approximation '" + form + "'", "give none or tanh");
  }
  return infer_floating(node);
}

void execute_gelu(const NodeView& node, std::vector<Tensor>& outputs) {
  if (node.text("approximate", "none") == "none") {
    return map_floating(node, outputs,
                        [](auto x) { return 0.5 * x * (1.0 + std::erf(x / std::numbers::sqrt2)); });
  }
  const double scale = std::sqrt(2.0 * std::numbers::inv_pi);
  map_floating(node, outputs, [&](auto x) {
    return 0.5 * x * (1.0 + std::tanh(scale * (x + 0.044715 * std::pow(x, 3.0))));
  });
}

std::vector<TensorType> infer_not(const NodeView& node) {
  if (node.type(0).type != ElementType::boolean) {
    node.fail("onnx.type", "has an input of " + std::string(to_string(node.type(0).type)),
              "give truths");
  }
  return same_as_first(node);
}

std::vector<TensorType> infer_clip(const NodeView& node) {
  for (const std::size_t k : {1U, 2U}) {
    if (!node.has(k)) continue;
    node.require_same_type(k);
    if (node.type(k).elements() != 1) {
      node.fail("onnx.shape", "has a bound of shape " + to_string(node.shape(k)),
                "give one number");
    }
  }
  return same_as_first(node);
}

void execute_clip(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    T low = std::numeric_limits<T>::lowest();
    T high = std::numeric_limits<T>::max();
    if constexpr (std::is_floating_point_v<T>) {
      low = static_cast<T>(node.real("min", static_cast<double>(low)));
      high = static_cast<T>(node.real("max", static_cast<double>(high)));
    }
    if (node.has(1)) low = numbers<T>(node.value(1, "a bound")).front();
    if (node.has(2)) high = numbers<T>(node.value(2, "a bound")).front();
    const std::vector<T>& x = numbers<T>(node.value(0, "an operand"));
    std::vector<T>& y = numbers<T>(outputs[0]);
    // The upper bound wins, also over a larger lower one.
    for (std::size_t k = 0; k < x.size(); ++k) {
      const T raised = x[k] < low ? low : x[k];
      y[k] = raised > high ? high : raised;
    }
  });
}

template <auto function>
Operator floating(const char* name, OperationKind kind) {
  return {name,
          1,
          1,
          1,
          Role::operation,
          kind,
          {"consumed_inputs"},
          infer_floating,
          execute_function<function>};
}

}  // namespace

std::vector<Operator> unary_operators() {
  const auto one = [](const char* name, OperationKind kind, std::vector<const char*> attributes,
                      auto infer, auto execute) {
    attributes.push_back("consumed_inputs");
    return Operator{name, 1, 1, 1, Role::operation, kind, std::move(attributes), infer, execute};
  };
  return {floating<square_root>("Sqrt", arithmetic_kind),
          floating<exponential>("Exp", arithmetic_kind),
          floating<logarithm>("Log", arithmetic_kind),
          floating<reciprocal>("Reciprocal", arithmetic_kind),
          floating<floor_of>("Floor", arithmetic_kind),
          floating<ceiling>("Ceil", arithmetic_kind),
          floating<sine>("Sin", arithmetic_kind),
          floating<cosine>("Cos", arithmetic_kind),
          floating<error_function>("Erf", activation),
          floating<tangent_hyperbolic>("Tanh", activation),
          floating<sigmoid>("Sigmoid", activation),
          floating<softplus>("Softplus", activation),
          floating<softsign>("Softsign", activation),
          floating<hard_swish>("HardSwish", activation),
          one("Abs", arithmetic_kind, {}, same_as_first, execute_abs),
          one("Neg", arithmetic_kind, {}, same_as_first, execute_negative),
          one("Sign", arithmetic_kind, {}, same_as_first, execute_sign),
          one("Not", arithmetic_kind, {}, infer_not, execute_not),
          one("Relu", activation, {}, same_as_first, execute_relu),
          one("LeakyRelu", activation, {"alpha"}, infer_floating, execute_leaky_relu),
          one("Elu", activation, {"alpha"}, infer_floating, execute_elu),
          one("HardSigmoid", activation, {"alpha", "beta"}, infer_floating, execute_hard_sigmoid),
          one("Gelu", activation, {"approximate"}, infer_gelu, execute_gelu),
          {"Clip",
           1,
           3,
           1,
           Role::operation,
           activation,
           {"min", "max", "consumed_inputs"},
           infer_clip,
           execute_clip}};
}

}  // namespace neucasl::workload
