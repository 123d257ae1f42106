#include "liberty_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace neucasl::logic {
namespace {

/// Between these powers of ten numbers are written out.
constexpr int least_plain = -5;
constexpr int most_plain = 14;

std::string written_out(const std::string& digits, int exponent) {
  if (exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return digits + std::string(whole - digits.size(), '0');
  return digits.substr(0, whole) + '.' + digits.substr(whole);
}

}  // namespace

std::string print_scaled(double value, int exponent) {
  if (value == 0.0) return "0";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t mark = text.find('e');
  std::string digits(text.substr(0, mark));
  if (digits.size() > 1) digits.erase(1, 1);
  const int power = std::stoi(std::string(text.substr(mark + 1))) - exponent;
  const std::string sign = value < 0.0 ? "-" : "";
  if (power >= least_plain && power <= most_plain) return sign + written_out(digits, power);
  if (digits.size() > 1) digits.insert(1, 1, '.');
  return sign + digits + 'e' + std::to_string(power);
}

std::optional<double> parse_scaled(std::string_view text, int exponent) {
  // Far beyond what a double holds, but not beyond an int.
  constexpr int largest_exponent = 100000;
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  int power = 0;
  if (mark < text.size()) {
    std::string_view digits = text.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), power);
    if (code != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (std::abs(power) > largest_exponent) return std::nullopt;
  }
  const std::string scaled =
      std::string(text.substr(0, mark)) + 'e' + std::to_string(power + exponent);
  double value = 0.0;
  const auto [end, code] = std::from_chars(scaled.data(), scaled.data() + scaled.size(), value);
  if (code != std::errc{} || end != scaled.data() + scaled.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace neucasl::logic
