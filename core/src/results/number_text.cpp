#include "number_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace neucasl::results {
namespace {

constexpr std::string_view minus = "\u2212";

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string fixed(double value, int decimals) {
  char buffer[400];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value),
                                    std::chars_format::fixed, std::clamp(decimals, 0, 17));
  const std::string digits(buffer, result.ptr);
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  return (value < 0.0 && !zero ? std::string(minus) : std::string()) + digits;
}

std::string power_of_ten(int exponent) {
  constexpr std::string_view superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = "10";
  for (const char letter : std::to_string(exponent)) {
    text += letter == '-' ? std::string_view("⁻") : superscripts[letter - '0'];
  }
  return text;
}

std::string significant(double value, int digits) {
  if (std::isnan(value)) return "no value";
  if (std::isinf(value)) return value < 0.0 ? std::string(minus) + "∞" : "∞";
  const double size = std::abs(value);
  if (size < 1e-300) return "0";
  if (size < 1e7 && value == std::round(value)) return fixed(value, 0);
  int exponent = static_cast<int>(std::floor(std::log10(size)));
  if (size >= 1e-4 && size < 1e6) {
    return without_trailing_zeros(fixed(value, std::max(0, digits - 1 - exponent)));
  }
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, size,
                                    std::chars_format::scientific, digits - 1);
  const std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));
  const std::size_t e = text.find('e');
  exponent = std::stoi(std::string(text.substr(e + 1)));
  return (value < 0.0 ? std::string(minus) : std::string()) +
         without_trailing_zeros(std::string(text.substr(0, e))) + "×" + power_of_ten(exponent);
}

std::string quantity_text(double value, const base::Dimension& dimension) {
  if (std::isnan(value)) return "no value";
  if (dimension.dimensionless() || std::isinf(value)) return significant(value);
  return base::to_engineering({value, dimension});
}

ColumnUnit column_unit(const std::vector<double>& values, const base::Dimension& dimension) {
  ColumnUnit unit{base::unit_symbol(dimension)};
  if (dimension.dimensionless()) return unit;
  double largest = 0.0;
  double smallest = INFINITY;
  for (const double value : values) {
    const double size = std::abs(value);
    if (!std::isfinite(value) || size == 0.0) continue;
    largest = std::max(largest, size);
    smallest = std::min(smallest, size);
  }
  if (largest == 0.0) return unit;
  unit.common = smallest >= 1e-3 * largest;
  if (!unit.common) return unit;
  const std::string text = base::to_engineering({largest, dimension});
  unit.symbol = text.substr(text.find(' ') + 1);
  unit.size = base::parse_unit(unit.symbol).value;
  return unit;
}

}  // namespace neucasl::results
