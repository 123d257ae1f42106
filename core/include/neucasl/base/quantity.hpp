#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Physical quantities: a value in SI units and a dimension.
///
/// A *dimension* is the vector of exponents of metre, kilogram, second, ampere and kelvin. A
/// *quantity* is a double in coherent SI units with a dimension. Unit-bearing text ("10 kOhm",
/// "1.2 um", "0.2 V", "3 fF/um") is converted at the edges only. Units follow the SI brochure,
/// 9th edition (BIPM, 2019).

namespace neucasl::base {

/// Exponents of m, kg, s, A, K.
struct Dimension {
  std::array<std::int8_t, 5> exponent{};

  auto operator<=>(const Dimension&) const = default;
  [[nodiscard]] constexpr bool dimensionless() const { return *this == Dimension{}; }
};

constexpr Dimension operator*(Dimension a, const Dimension& b) {
  for (std::size_t i = 0; i < a.exponent.size(); ++i) {
    a.exponent[i] = static_cast<std::int8_t>(a.exponent[i] + b.exponent[i]);
  }
  return a;
}
constexpr Dimension operator/(Dimension a, const Dimension& b) {
  for (std::size_t i = 0; i < a.exponent.size(); ++i) {
    a.exponent[i] = static_cast<std::int8_t>(a.exponent[i] - b.exponent[i]);
  }
  return a;
}

namespace dimension {
inline constexpr Dimension none{};
inline constexpr Dimension length{{1, 0, 0, 0, 0}};
inline constexpr Dimension area{{2, 0, 0, 0, 0}};
inline constexpr Dimension time{{0, 0, 1, 0, 0}};
inline constexpr Dimension frequency{{0, 0, -1, 0, 0}};
inline constexpr Dimension current{{0, 0, 0, 1, 0}};
inline constexpr Dimension temperature{{0, 0, 0, 0, 1}};
inline constexpr Dimension energy{{2, 1, -2, 0, 0}};
inline constexpr Dimension power{{2, 1, -3, 0, 0}};
inline constexpr Dimension charge{{0, 0, 1, 1, 0}};
inline constexpr Dimension voltage{{2, 1, -3, -1, 0}};
inline constexpr Dimension resistance{{2, 1, -3, -2, 0}};
inline constexpr Dimension conductance{{-2, -1, 3, 2, 0}};
inline constexpr Dimension capacitance{{-2, -1, 4, 2, 0}};
inline constexpr Dimension inductance{{2, 1, -2, -2, 0}};
}  // namespace dimension

/// A value in coherent SI units with its dimension.
struct Quantity {
  double value = 0.0;
  Dimension dimension{};

  bool operator==(const Quantity&) const = default;
};

constexpr Quantity operator*(const Quantity& a, const Quantity& b) {
  return {a.value * b.value, a.dimension * b.dimension};
}
constexpr Quantity operator/(const Quantity& a, const Quantity& b) {
  return {a.value / b.value, a.dimension / b.dimension};
}

/// Parses "<number> <unit>". The unit is a product or quotient of prefixed units with optional
/// integer powers ("fF/um", "um^2", "A/V^2", "%"); a bare number is dimensionless.
/// \throws Error "base.quantity" for a malformed number, an unknown unit (with the nearest one), or
/// a value that is not finite; `where` is attached.
NEUCASL_EXPORT Quantity parse_quantity(std::string_view text, const Location& where = {});

/// Parses a unit alone; the value of the result is its size in SI units.
NEUCASL_EXPORT Quantity parse_unit(std::string_view text, const Location& where = {});

/// value x unit, rounded once: 40 uS is the double nearest to 4e-5 S, which 40 * 1e-6 is not.
NEUCASL_EXPORT Quantity scaled(double value, const Quantity& unit);

/// Parses and requires a dimension; returns the SI value.
/// \throws Error "base.quantity" as above; "base.dimension" when the dimension differs, naming an
/// acceptable unit; a bare number where a unit is needed is such an error.
NEUCASL_EXPORT double parse_si(std::string_view text, const Dimension& dimension,
                               const Location& where = {});

/// Shortest text that parses back to the same double, with the coherent SI unit: "1e-06 S".
NEUCASL_EXPORT std::string to_string(const Quantity& quantity);

/// For people: an engineering prefix and `digits` significant digits: "12.3 uA".
NEUCASL_EXPORT std::string to_engineering(const Quantity& quantity, int digits = 4);

/// The coherent SI unit of a dimension: "S", "V", "m^2", "" for none.
NEUCASL_EXPORT std::string unit_symbol(const Dimension& dimension);

/// Shortest decimal text that reads back as the same double, in the C locale.
NEUCASL_EXPORT std::string shortest(double value);

}  // namespace neucasl::base
