#pragma once

#include "neucasl/base/export.hpp"

/// \file
/// The standard normal distribution.

namespace neucasl::base {

/// P(X <= x), accurate to rounding relative to itself in the lower tail.
NEUCASL_EXPORT double normal_probability(double x);

/// The x with P(X <= x) = p, 0 < p < 1 (M. Wichura, Appl. Stat. 37:477, 1988, algorithm AS 241:
/// 1e-16 relative).
NEUCASL_EXPORT double normal_quantile(double p);

}  // namespace neucasl::base
