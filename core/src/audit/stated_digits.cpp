#include "stated_digits.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace neucasl::audit {

double stated_tolerance(double value) {
  if (value == 0.0) return 0.0;
  // Units are powers of ten, so SI has the digits that were written, up to the conversion's
  // rounding: the fewest digits that give the value to a double's precision but for a few units.
  constexpr int most = 17;
  constexpr double rounding = 1e-15;
  constexpr double least = 1e-9;
  for (int digits = 1; digits < most; ++digits) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*e", digits - 1, value);
    if (std::abs(std::strtod(text, nullptr) - value) > rounding * std::abs(value)) continue;
    const double mantissa = std::abs(std::strtod(text, nullptr)) /
                            std::pow(10.0, std::floor(std::log10(std::abs(value))));
    return std::max(least, 0.5 * std::pow(10.0, 1 - digits) / mantissa);
  }
  return least;
}

}  // namespace neucasl::audit
