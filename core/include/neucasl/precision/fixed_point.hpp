#pragma once

#include <cstdint>

#include "neucasl/base/export.hpp"

/// \file
/// Real factors of integers, without floating point.

namespace neucasl::precision {

/// A positive real factor m 2^-s, m of 31 bits (Jacob et al., section 2.2).
class NEUCASL_EXPORT FixedPointScale {
 public:
  /// \throws base::Error "precision.requantisation" for a scale that is not above 0 and below 2^30.
  explicit FixedPointScale(double scale);
  /// Nearest, ties to even, for |sum| < 2^32.
  [[nodiscard]] std::int64_t apply(std::int64_t sum) const;

 private:
  std::int64_t multiplier_ = 0;
  int shift_ = 0;
};

}  // namespace neucasl::precision
