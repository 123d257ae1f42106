#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "neucasl/workload/operator_graph.hpp"

namespace neucasl::workload {
namespace {

/// The value whose two's complement (or binary form) of that width these low bits are.
template <class Narrow>
void wrap(std::vector<std::int64_t>& values) {
  constexpr std::int64_t span = std::int64_t{1} << (8 * sizeof(Narrow));
  constexpr std::int64_t sign = std::is_signed_v<Narrow> ? span / 2 : 0;
  for (std::int64_t& value : values) value = ((value & (span - 1)) ^ sign) - sign;
}

template <class Half>
void round_half(std::vector<float>& values) {
  for (float& value : values) value = static_cast<float>(Half(value));
}

}  // namespace

std::string_view to_string(ElementType type) {
  constexpr std::string_view names[] = {"float32", "float64", "float16", "bfloat16",
                                        "int8",    "int16",   "int32",   "int64",
                                        "uint8",   "uint16",  "uint32",  "boolean"};
  return names[static_cast<std::size_t>(type)];
}

bool is_floating(ElementType type) { return type <= ElementType::bfloat16; }

float from_half_bits(ElementType type, std::uint16_t bits) {
  if (type == ElementType::bfloat16) {
    return static_cast<float>(Eigen::numext::bit_cast<Eigen::bfloat16>(bits));
  }
  return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits));
}

void from_half_bits(ElementType type, const std::uint16_t* bits, std::size_t count, float* values) {
  const auto convert = [&](auto zero) {
    using Half = decltype(zero);
    const auto size = static_cast<Eigen::Index>(count);
    using Halves = Eigen::Array<Half, Eigen::Dynamic, 1>;
    Eigen::Map<Eigen::ArrayXf>(values, size) =
        Eigen::Map<const Halves>(reinterpret_cast<const Half*>(bits), size).template cast<float>();
  };
  if (type == ElementType::bfloat16) {
    convert(Eigen::bfloat16{});
  } else {
    convert(Eigen::half{});
  }
}

std::uint16_t to_half_bits(ElementType type, float value) {
  if (type == ElementType::bfloat16) {
    return Eigen::numext::bit_cast<std::uint16_t>(Eigen::bfloat16(value));
  }
  return Eigen::numext::bit_cast<std::uint16_t>(Eigen::half(value));
}

std::string to_string(const TensorShape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const std::size_t size : shape) {
    if (!text.empty()) text += " x ";
    text += std::to_string(size);
  }
  return text;
}

std::size_t TensorType::elements() const {
  std::size_t count = 1;
  for (const std::size_t size : shape) count *= size;
  return count;
}

Tensor::Tensor(TensorType of) : type(std::move(of)) {
  const std::size_t count = type.elements();
  if (type.type == ElementType::float64) {
    values = std::vector<double>(count);
  } else if (is_floating(type.type)) {
    values = std::vector<float>(count);
  } else {
    values = std::vector<std::int64_t>(count);
  }
}

Tensor::Tensor(TensorShape shape, std::vector<float> numbers)
    : type{ElementType::float32, std::move(shape)}, values(std::move(numbers)) {}

Tensor::Tensor(TensorShape shape, std::vector<std::int64_t> numbers)
    : type{ElementType::int64, std::move(shape)}, values(std::move(numbers)) {}

std::size_t Tensor::size() const {
  return std::visit([](const auto& stored) { return stored.size(); }, values);
}

void Tensor::round_to_type() {
  auto* integers = std::get_if<std::vector<std::int64_t>>(&values);
  auto* floats = std::get_if<std::vector<float>>(&values);
  switch (type.type) {
    case ElementType::float16:
      return round_half<Eigen::half>(*floats);
    case ElementType::bfloat16:
      return round_half<Eigen::bfloat16>(*floats);
    case ElementType::int8:
      return wrap<std::int8_t>(*integers);
    case ElementType::int16:
      return wrap<std::int16_t>(*integers);
    case ElementType::int32:
      return wrap<std::int32_t>(*integers);
    case ElementType::uint8:
      return wrap<std::uint8_t>(*integers);
    case ElementType::uint16:
      return wrap<std::uint16_t>(*integers);
    case ElementType::uint32:
      return wrap<std::uint32_t>(*integers);
    case ElementType::boolean:
      for (std::int64_t& value : *integers) value = value != 0 ? 1 : 0;
      return;
    case ElementType::float32:
    case ElementType::float64:
    case ElementType::int64:
      return;
  }
}

}  // namespace neucasl::workload
