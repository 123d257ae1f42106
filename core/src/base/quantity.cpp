#include "neucasl/base/quantity.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace neucasl::base {
namespace {

struct Unit {
  std::string_view symbol;
  double size;
  Dimension dimension;
  bool prefixed;
};

namespace d = dimension;

constexpr Dimension mass{{0, 1, 0, 0, 0}};

// The first unit of a dimension is the one printed.
constexpr Unit units[] = {
    {"m", 1.0, d::length, true},
    {"g", 1e-3, mass, true},
    {"s", 1.0, d::time, true},
    {"A", 1.0, d::current, true},
    {"K", 1.0, d::temperature, true},
    {"V", 1.0, d::voltage, true},
    {"W", 1.0, d::power, true},
    {"J", 1.0, d::energy, true},
    {"C", 1.0, d::charge, true},
    {"F", 1.0, d::capacitance, true},
    {"H", 1.0, d::inductance, true},
    {"S", 1.0, d::conductance, true},
    {"Hz", 1.0, d::frequency, true},
    {"ohm", 1.0, d::resistance, true},
    {"Ohm", 1.0, d::resistance, true},
    {"Ω", 1.0, d::resistance, true},
    {"min", 60.0, d::time, false},
    {"h", 3600.0, d::time, false},
    {"d", 86400.0, d::time, false},
    {"a", 365.25 * 86400.0, d::time, false},
    {"eV", 1.602176634e-19, d::energy, true},
    {"rad", 1.0, d::none, true},
    {"deg", std::numbers::pi / 180.0, d::none, false},
    {"%", 0.01, d::none, false},
    {"ppm", 1e-6, d::none, false},
    {"1", 1.0, d::none, false},
};

struct Prefix {
  std::string_view symbol;
  double factor;
};
constexpr Prefix prefixes[] = {{"f", 1e-15}, {"p", 1e-12}, {"n", 1e-9}, {"u", 1e-6}, {"µ", 1e-6},
                               {"μ", 1e-6},  {"m", 1e-3},  {"c", 1e-2}, {"k", 1e3},  {"M", 1e6},
                               {"G", 1e9},   {"T", 1e12},  {"a", 1e-18}};

std::optional<Quantity> find_unit(std::string_view symbol) {
  for (const Unit& unit : units) {
    if (unit.symbol == symbol) return Quantity{unit.size, unit.dimension};
  }
  for (const Prefix& prefix : prefixes) {
    if (!symbol.starts_with(prefix.symbol)) continue;
    const std::string_view rest = symbol.substr(prefix.symbol.size());
    for (const Unit& unit : units) {
      if (unit.prefixed && unit.symbol == rest) {
        return Quantity{prefix.factor * unit.size, unit.dimension};
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> unit_names() {
  std::vector<std::string> names;
  for (const Unit& unit : units) names.emplace_back(unit.symbol);
  return names;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Quantity power(const Quantity& base, int exponent) {
  Quantity result{1.0, {}};
  for (int i = 0; i < std::abs(exponent); ++i) {
    result = exponent > 0 ? result * base : result / base;
  }
  return result;
}

}  // namespace

Quantity parse_unit(std::string_view text, const Location& where) {
  Quantity result{1.0, {}};
  std::string_view rest = trim(text);
  bool divide = false;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("*/ \t"), rest.size());
    std::string_view factor = rest.substr(0, end);
    int exponent = 1;
    if (const auto caret = factor.find('^'); caret != std::string_view::npos) {
      const std::string_view digits = factor.substr(caret + 1);
      const auto [last, code] =
          std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
      if (code != std::errc{} || last != digits.data() + digits.size() || std::abs(exponent) > 9) {
        throw Error("base.quantity", "bad exponent in unit '" + std::string(text) + "'",
                    "write an integer power from -9 to 9, as in 'um^2'", where);
      }
      factor = factor.substr(0, caret);
    }
    const auto unit = find_unit(factor);
    if (!unit) {
      throw Error("base.quantity", "unknown unit '" + std::string(factor) + "'",
                  suggest(factor, unit_names()) + " (with SI prefixes a f p n u m c k M G T)",
                  where);
    }
    result = result * power(*unit, divide ? -exponent : exponent);
    divide = false;
    rest = rest.substr(end);
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) rest.remove_prefix(1);
    if (!rest.empty() && (rest[0] == '*' || rest[0] == '/')) {
      divide = rest[0] == '/';
      rest = trim(rest.substr(1));
      if (rest.empty()) {
        throw Error("base.quantity", "unit '" + std::string(text) + "' ends in an operator",
                    "write a unit after '*' or '/'", where);
      }
    }
  }
  return result;
}

Quantity parse_quantity(std::string_view text, const Location& where) {
  const std::string_view trimmed = trim(text);
  double value = 0.0;
  const char* first = trimmed.data();
  const char* const last = first + trimmed.size();
  // A sign after the plus would slip through from_chars.
  if (last - first > 1 && *first == '+' && first[1] != '-') ++first;
  const auto [end, code] = std::from_chars(first, last, value);
  if (code != std::errc{} || !std::isfinite(value)) {
    throw Error("base.quantity", "'" + std::string(trimmed) + "' is not a finite number",
                "write a number and a unit, as in '10 kohm'", where);
  }
  const std::string_view symbol = trim(std::string_view(end, static_cast<std::size_t>(last - end)));
  if (symbol.empty()) return {value, {}};
  const Quantity unit = parse_unit(symbol, where);
  const Quantity si = scaled(value, unit);
  if (!std::isfinite(si.value)) {
    throw Error("base.quantity", "'" + std::string(trimmed) + "' is too large for a number",
                "write a smaller value or unit", where);
  }
  return si;
}

Quantity scaled(double value, const Quantity& unit) {
  // Powers of ten up to 22 are exact doubles, their inverses are not.
  const double inverse = std::nearbyint(1.0 / unit.value);
  if (unit.value < 1.0 && inverse < 1e22 && 1.0 / inverse == unit.value) {
    return {value / inverse, unit.dimension};
  }
  return {value * unit.value, unit.dimension};
}

double parse_si(std::string_view text, const Dimension& dimension, const Location& where) {
  const Quantity quantity = parse_quantity(text, where);
  if (quantity.dimension != dimension) {
    const std::string expected = unit_symbol(dimension);
    const std::string found = unit_symbol(quantity.dimension);
    throw Error("base.dimension",
                "'" + std::string(trim(text)) + "' " +
                    (found.empty() ? std::string("has no unit") : "is in " + found),
                expected.empty() ? "write a number without a unit"
                                 : "write a value in " + expected + ", with any SI prefix",
                where);
  }
  return quantity.value;
}

std::string shortest(double value) {
  char buffer[40];
  const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return code == std::errc{} ? std::string(buffer, end) : std::string("nan");
}

std::string unit_symbol(const Dimension& wanted) {
  if (wanted.dimensionless()) return {};
  if (wanted == mass) return "kg";
  for (const Unit& unit : units) {
    if (unit.size == 1.0 && unit.dimension == wanted) return std::string(unit.symbol);
  }
  for (const Unit& unit : units) {
    if (unit.size == 1.0 && !unit.dimension.dimensionless() &&
        dimension::none / unit.dimension == wanted) {
      return std::string(unit.symbol) + "^-1";
    }
  }
  constexpr std::string_view base[] = {"m", "kg", "s", "A", "K"};
  std::string text;
  for (std::size_t i = 0; i < wanted.exponent.size(); ++i) {
    const int exponent{wanted.exponent[i]};
    if (exponent == 0) continue;
    if (!text.empty()) text += '*';
    text += base[i];
    if (exponent != 1) text += '^' + std::to_string(exponent);
  }
  return text;
}

std::string to_string(const Quantity& quantity) {
  const std::string symbol = unit_symbol(quantity.dimension);
  return shortest(quantity.value) + (symbol.empty() ? "" : " " + symbol);
}

std::string to_engineering(const Quantity& quantity, int digits) {
  const std::string symbol = unit_symbol(quantity.dimension);
  double value = quantity.value;
  char buffer[64];
  if (std::isfinite(value)) {
    // Rounding first keeps 0.99999 V from becoming "1000 mV".
    const char* const end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                          std::chars_format::scientific, std::max(digits - 1, 0))
                                .ptr;
    std::from_chars(buffer, end, value);
  }
  std::string_view prefix;
  if (!symbol.empty() && symbol.find_first_of("*^") == std::string::npos && value != 0.0 &&
      std::isfinite(value) && symbol != "kg") {
    static constexpr Prefix scale[] = {{"a", 1e-18}, {"f", 1e-15}, {"p", 1e-12}, {"n", 1e-9},
                                       {"u", 1e-6},  {"m", 1e-3},  {"", 1.0},    {"k", 1e3},
                                       {"M", 1e6},   {"G", 1e9},   {"T", 1e12}};
    const Prefix* chosen = &scale[0];
    for (const Prefix& candidate : scale) {
      if (std::abs(value) >= candidate.factor * (1.0 - 1e-12)) chosen = &candidate;
    }
    value /= chosen->factor;
    prefix = chosen->symbol;
  }
  std::string shown = symbol;
  if (quantity.dimension == dimension::area && value != 0.0 && std::abs(value) < 1e-2) {
    // Prefixes apply before the power, so areas have steps of a million.
    const bool small = std::abs(value) < 1e-9;
    value /= small ? 1e-12 : 1e-6;
    shown = small ? "um^2" : "mm^2";
  }
  const auto [end, code] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  std::string text = code == std::errc{} ? std::string(buffer, end) : std::string("nan");
  if (!shown.empty()) text += " " + std::string(prefix) + shown;
  return text;
}

}  // namespace neucasl::base
