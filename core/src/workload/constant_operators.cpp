#include <algorithm>
#include <cmath>
#include <limits>

#include "operator.hpp"

namespace neucasl::workload {
namespace {

/// The value that the attributes of a Constant give.
Tensor constant_of(const NodeView& node) {
  const auto& attributes = node.node().attributes;
  if (attributes.size() != 1) {
    node.fail("onnx.attribute", "has " + std::to_string(attributes.size()) + " values",
              "give one of value, value_float, value_floats, value_int, value_ints");
  }
  const Attribute& given = attributes.begin()->second;
  if (const auto* tensor = std::get_if<Tensor>(&given)) return *tensor;
  if (const auto* integer = std::get_if<std::int64_t>(&given)) {
    return {TensorShape{}, std::vector<std::int64_t>{*integer}};
  }
  if (const auto* real = std::get_if<double>(&given)) {
    return {TensorShape{}, std::vector<float>{static_cast<float>(*real)}};
  }
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&given)) {
    return {TensorShape{integers->size()}, *integers};
  }
  if (const auto* reals = std::get_if<std::vector<double>>(&given)) {
    return {TensorShape{reals->size()}, std::vector<float>(reals->begin(), reals->end())};
  }
  node.fail("onnx.type", "holds text", "give numbers");
}

std::vector<TensorType> infer_constant(const NodeView& node) { return {constant_of(node).type}; }

void execute_constant(const NodeView& node, std::vector<Tensor>& outputs) {
  outputs[0] = constant_of(node);
}

Tensor filling_of(const NodeView& node) {
  const auto found = node.node().attributes.find("value");
  if (found == node.node().attributes.end()) return Tensor(TensorShape{1}, std::vector<float>{0});
  const auto* tensor = std::get_if<Tensor>(&found->second);
  if (tensor == nullptr || tensor->size() != 1) {
    node.fail("onnx.attribute", "has a 'value' that is not one number", "give a tensor of one");
  }
  return *tensor;
}

std::vector<TensorType> infer_constant_of_shape(const NodeView& node) {
  TensorType type{filling_of(node).type.type, {}};
  for (const std::int64_t size : node.integers_of(0, "a shape")) {
    if (size < 0 || size > static_cast<std::int64_t>(most_elements)) {
      node.fail("onnx.shape", "asks for a size of " + std::to_string(size), "give at least 0");
    }
    type.shape.push_back(static_cast<std::size_t>(size));
  }
  return {type};
}

void execute_constant_of_shape(const NodeView& node, std::vector<Tensor>& outputs) {
  const Tensor filling = filling_of(node);
  with_storage(filling, [&](auto zero) {
    using T = decltype(zero);
    std::fill(numbers<T>(outputs[0]).begin(), numbers<T>(outputs[0]).end(),
              numbers<T>(filling).front());
  });
}

/// The dimensions that Shape gives.
TensorShape shape_part(const NodeView& node) {
  const TensorShape& shape = node.shape(0);
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto place = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t given = node.integer(name, otherwise);
    return std::clamp<std::int64_t>(given < 0 ? given + rank : given, 0, rank);
  };
  const std::int64_t first = place("start", 0);
  const std::int64_t last = std::max(first, place("end", rank));
  return {shape.begin() + first, shape.begin() + last};
}

std::vector<TensorType> infer_shape(const NodeView& node) {
  return {{ElementType::int64, {shape_part(node).size()}}};
}

void execute_shape(const NodeView& node, std::vector<Tensor>& outputs) {
  const TensorShape part = shape_part(node);
  std::copy(part.begin(), part.end(), numbers<std::int64_t>(outputs[0]).begin());
}

std::vector<TensorType> infer_size(const NodeView& node) {
  static_cast<void>(node.type(0));
  return {{ElementType::int64, {}}};
}

void execute_size(const NodeView& node, std::vector<Tensor>& outputs) {
  numbers<std::int64_t>(outputs[0]).front() = static_cast<std::int64_t>(node.type(0).elements());
}

double number_of(const NodeView& node, std::size_t k, const char* what) {
  const Tensor& tensor = node.value(k, what);
  if (tensor.size() != 1) {
    node.fail("onnx.shape", std::string("has ") + what + " of " + to_string(node.shape(k)),
              "give one number");
  }
  return std::visit([](const auto& values) { return static_cast<double>(values.front()); },
                    tensor.values);
}

std::vector<TensorType> infer_range(const NodeView& node) {
  node.require_same_type(1);
  node.require_same_type(2);
  if (number_of(node, 2, "a step") == 0.0) {
    node.fail("onnx.value", "counts by steps of 0", "give another step");
  }
  const double count = std::ceil((number_of(node, 1, "a limit") - number_of(node, 0, "a start")) /
                                 number_of(node, 2, "a step"));
  if (!(count <= static_cast<double>(most_elements))) {
    node.fail("onnx.value", "counts without end", "give a step that reaches the limit");
  }
  return {{node.type(0).type, {count > 0.0 ? static_cast<std::size_t>(count) : 0}}};
}

void execute_range(const NodeView& node, std::vector<Tensor>& outputs) {
  with_storage(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    // The step behind the last number may not fit.
    using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
    auto value = static_cast<Wide>(numbers<T>(node.value(0, "a start")).front());
    const auto step = static_cast<Wide>(numbers<T>(node.value(2, "a step")).front());
    for (T& one : numbers<T>(outputs[0])) {
      one = static_cast<T>(value);
      value += step;
    }
  });
}

/// Numbers of types in TensorProto.DataType.
ElementType target_of(const NodeView& node) {
  switch (node.integer("to", 0)) {
    case 1:
      return ElementType::float32;
    case 2:
      return ElementType::uint8;
    case 3:
      return ElementType::int8;
    case 4:
      return ElementType::uint16;
    case 5:
      return ElementType::int16;
    case 6:
      return ElementType::int32;
    case 7:
      return ElementType::int64;
    case 9:
      return ElementType::boolean;
    case 10:
      return ElementType::float16;
    case 11:
      return ElementType::float64;
    case 12:
      return ElementType::uint32;
    case 16:
      return ElementType::bfloat16;
    default:
      node.fail("onnx.type", "casts to type " + std::to_string(node.integer("to", 0)),
                "cast to a floating type, an integer of up to 64 bits other than uint64, or bool");
  }
}

std::vector<TensorType> infer_cast(const NodeView& node) {
  return {{target_of(node), node.shape(0)}};
}

template <class To, class From>
To converted(From value, bool truth) {
  if (truth) return static_cast<To>(value != From{0} ? 1 : 0);
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Towards zero; what does not fit is the nearest that does, and no number is 0.
    constexpr double end = 9223372036854775808.0;
    const auto number = static_cast<double>(value);
    if (std::isnan(number)) return 0;
    if (number >= end) return std::numeric_limits<To>::max();
    if (number < -end) return std::numeric_limits<To>::min();
  }
  return static_cast<To>(value);
}

void execute_cast(const NodeView& node, std::vector<Tensor>& outputs) {
  const bool truth = outputs[0].type.type == ElementType::boolean;
  std::visit(
      [&](const auto& from, auto& to) {
        using To = typename std::decay_t<decltype(to)>::value_type;
        std::transform(from.begin(), from.end(), to.begin(),
                       [&](auto value) { return converted<To>(value, truth); });
      },
      node.value(0, "a tensor").values, outputs[0].values);
}

}  // namespace

std::vector<Operator> constant_operators() {
  return {{"Constant",
           0,
           0,
           1,
           Role::movement,
           OperationKind::elementwise,
           {"value", "value_float", "value_floats", "value_int", "value_ints"},
           infer_constant,
           execute_constant},
          {"ConstantOfShape",
           1,
           1,
           1,
           Role::movement,
           OperationKind::elementwise,
           {"value"},
           infer_constant_of_shape,
           execute_constant_of_shape},
          {"Shape",
           1,
           1,
           1,
           Role::shape,
           OperationKind::elementwise,
           {"start", "end"},
           infer_shape,
           execute_shape},
          {"Size", 1, 1, 1, Role::shape, OperationKind::elementwise, {}, infer_size, execute_size},
          {"Range",
           3,
           3,
           1,
           Role::movement,
           OperationKind::elementwise,
           {},
           infer_range,
           execute_range},
          {"Cast",
           1,
           1,
           1,
           Role::movement,
           OperationKind::elementwise,
           {"to", "saturate"},
           infer_cast,
           execute_cast}};
}

}  // namespace neucasl::workload
