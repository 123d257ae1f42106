#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cstring>
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
  constexpr std::size_t lanes = 8;
  using Halves [[gnu::vector_size(2 * lanes)]] = std::uint16_t;
  using Words [[gnu::vector_size(4 * lanes)]] = std::uint32_t;
  using Floats [[gnu::vector_size(4 * lanes)]] = float;
  const bool brain = type == ElementType::bfloat16;
  std::size_t k = 0;
  for (; k + lanes <= count; k += lanes) {
    Halves half;
    std::memcpy(&half, bits + k, sizeof half);
    const Words wide = __builtin_convertvector(half, Words);
    Words word = wide << 16;
    if (!brain) {
      // The exponent counts from 15 instead of 127; that of infinity and NaN has all bits set.
      const Floats scaled = std::bit_cast<Floats>((wide & 0x7fffU) << 13) * 0x1p112F;
      const Words no_number = std::bit_cast<Words>((wide & 0x7c00U) == 0x7c00U);
      word = std::bit_cast<Words>(scaled) | (word & 0x80000000U) | (no_number & 0x7f800000U);
    }
    std::memcpy(values + k, &word, sizeof word);
  }
  for (; k < count; ++k) values[k] = from_half_bits(type, bits[k]);
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
