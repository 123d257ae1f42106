#include "neucasl/precision/fixed_point.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::precision {

FixedPointScale::FixedPointScale(double scale) {
  constexpr int digits = 31;
  if (!(scale > 0.0) || scale >= std::ldexp(1.0, digits - 1)) {
    throw base::Error("precision.requantisation", "a scale of codes is out of range",
                      "give one above 0 and below 2^30");
  }
  int exponent = 0;
  const double fraction = std::frexp(scale, &exponent);
  std::int64_t multiplier = std::llround(std::ldexp(fraction, digits));
  if (multiplier == std::int64_t{1} << digits) {
    multiplier /= 2;
    ++exponent;
  }
  const int shift = digits - exponent;
  // With more the result is 0 whatever the sum.
  constexpr int most_shift = 62;
  multiplier_ = shift <= most_shift + digits ? multiplier >> std::max(0, shift - most_shift) : 0;
  shift_ = std::min(shift, most_shift);
}

std::int64_t FixedPointScale::apply(std::int64_t sum) const {
  const std::int64_t product = sum * multiplier_;
  if (shift_ == 0) return product;
  const std::int64_t whole = product >> shift_;
  const std::int64_t rest = product - (whole << shift_);
  const std::int64_t half = std::int64_t{1} << (shift_ - 1);
  return whole + ((rest > half || (rest == half && whole % 2 != 0)) ? 1 : 0);
}

}  // namespace neucasl::precision
