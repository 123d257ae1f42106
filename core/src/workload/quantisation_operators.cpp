#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "operator.hpp"

namespace neucasl::workload {
namespace {

struct CodeRange {
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
};

bool is_code(ElementType type) {
  constexpr std::array types{ElementType::int8, ElementType::uint8, ElementType::int16,
                             ElementType::uint16};
  return std::find(types.begin(), types.end(), type) != types.end();
}

CodeRange code_range(ElementType type) {
  const int bits = type == ElementType::int8 || type == ElementType::uint8 ? 8 : 16;
  if (type == ElementType::uint8 || type == ElementType::uint16) return {0, (1 << bits) - 1};
  return {-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
}

/// Elements that share a scale, one after the other: all of them, or those behind the axis.
struct ScaleLayout {
  std::size_t inner = 1;
  std::size_t scales = 1;

  [[nodiscard]] std::size_t scale_of(std::size_t element) const { return element / inner % scales; }
};

/// \throws base::Error "onnx.shape" when scale and zero point do not fit the first input.
ScaleLayout scale_layout(const NodeView& node) {
  const TensorShape& shape = node.shape(0);
  const TensorShape& scale = node.shape(1);
  if (node.has(2) && node.type(2).elements() != node.type(1).elements()) {
    node.fail(
        "onnx.shape",
        "has scales of " + to_string(scale) + " and zero points of " + to_string(node.shape(2)),
        "give both of one shape");
  }
  if (node.type(1).elements() == 1 && scale.size() <= 1) return {node.type(0).elements(), 1};
  const std::size_t axis = node.axis(node.integer("axis", 1), shape.size());
  if (scale.size() != 1 || scale[0] != shape[axis]) {
    node.fail("onnx.shape",
              "has scales of " + to_string(scale) + " for an input of " + to_string(shape),
              "give one scale, or one for each of " + std::to_string(shape[axis]) +
                  " places of axis " + std::to_string(axis));
  }
  return {extent(shape, axis + 1, shape.size()), shape[axis]};
}

[[noreturn]] void refuse_type(const NodeView& node, const char* what, std::size_t k) {
  node.fail("onnx.type",
            "has " + std::string(what) + " of " + std::string(to_string(node.type(k).type)),
            "give int8, uint8, int16 or uint16");
}

std::vector<TensorType> infer_quantise(const NodeView& node) {
  if (node.type(0).type != ElementType::int32) node.require_floating(0);
  node.require_floating(1);
  static_cast<void>(scale_layout(node));
  if (node.has(2) && !is_code(node.type(2).type)) refuse_type(node, "zero points", 2);
  return {{node.has(2) ? node.type(2).type : ElementType::uint8, node.shape(0)}};
}

std::vector<TensorType> infer_dequantise(const NodeView& node) {
  if (node.type(0).type != ElementType::int32 && !is_code(node.type(0).type)) {
    refuse_type(node, "codes", 0);
  }
  node.require_floating(1);
  if (node.has(2)) node.require_same_type(2);
  static_cast<void>(scale_layout(node));
  return {{node.type(1).type, node.shape(0)}};
}

/// Scales and zero points as numbers.
std::vector<double> scales_of(const NodeView& node) {
  std::vector<double> scales;
  with_storage(node.value(1, "scales"), [&](auto zero) {
    for (const auto scale : numbers<decltype(zero)>(node.value(1, "scales"))) {
      scales.push_back(static_cast<double>(scale));
    }
  });
  return scales;
}

std::vector<std::int64_t> zero_points_of(const NodeView& node, std::size_t count) {
  if (!node.has(2)) return std::vector<std::int64_t>(count, 0);
  return numbers<std::int64_t>(node.value(2, "zero points"));
}

void execute_quantise(const NodeView& node, std::vector<Tensor>& outputs) {
  const ScaleLayout layout = scale_layout(node);
  const std::vector<double> scales = scales_of(node);
  const std::vector<std::int64_t> zeros = zero_points_of(node, scales.size());
  const CodeRange range = code_range(outputs[0].type.type);
  std::vector<std::int64_t>& codes = numbers<std::int64_t>(outputs[0]);
  const Tensor& input = node.value(0, "numbers");
  with_storage(input, [&](auto zero) {
    const auto& x = numbers<decltype(zero)>(input);
    for (std::size_t k = 0; k < x.size(); ++k) {
      const std::size_t s = layout.scale_of(k);
      const double nearest = std::nearbyint(static_cast<double>(x[k]) / scales[s]);
      if (std::isnan(nearest)) {
        node.fail("onnx.value", "quantises what is not a number, element " + std::to_string(k),
                  "give numbers, and scales above 0");
      }
      codes[k] = static_cast<std::int64_t>(std::clamp(nearest + static_cast<double>(zeros[s]),
                                                      static_cast<double>(range.lowest),
                                                      static_cast<double>(range.highest)));
    }
  });
}

void execute_dequantise(const NodeView& node, std::vector<Tensor>& outputs) {
  const ScaleLayout layout = scale_layout(node);
  const std::vector<double> scales = scales_of(node);
  const std::vector<std::int64_t> zeros = zero_points_of(node, scales.size());
  const std::vector<std::int64_t>& codes = numbers<std::int64_t>(node.value(0, "codes"));
  with_floating(outputs[0], [&](auto zero) {
    using T = decltype(zero);
    std::vector<T>& y = numbers<T>(outputs[0]);
    for (std::size_t k = 0; k < codes.size(); ++k) {
      const std::size_t s = layout.scale_of(k);
      y[k] = static_cast<T>(scales[s] * static_cast<double>(codes[k] - zeros[s]));
    }
  });
}

}  // namespace

std::vector<Operator> quantisation_operators() {
  const auto one = [](const char* name, auto infer, auto execute) {
    return Operator{
        name,  2,      3, 1, Role::movement, OperationKind::elementwise, {"axis", "saturate"},
        infer, execute};
  };
  return {one("QuantizeLinear", infer_quantise, execute_quantise),
          one("DequantizeLinear", infer_dequantise, execute_dequantise)};
}

}  // namespace neucasl::workload
