#pragma once

#include "neucasl/base/export.hpp"

/// \file
/// The standard normal distribution, accurate in both tails.

namespace neucasl::base {

/// exp(-u^2 / 2) / sqrt(2 pi)
NEUCASL_EXPORT double normal_density(double u);

/// Phi(u), the probability of a number below u; the relative error is a few roundings however small
/// it is. That of a number above u is normal_cumulative(-u).
NEUCASL_EXPORT double normal_cumulative(double u);

/// Phi^-1(p), 0 <= p <= 1, by M. J. Wichura's algorithm AS 241 (Applied Statistics 37(3):477, 1988)
/// and one step of Halley's; -infinity and infinity at the ends. For p near 1 ask for
/// -normal_quantile(1 - p) with a 1 - p that is known better.
NEUCASL_EXPORT double normal_quantile(double p);

/// Phi(b) - Phi(a) for a <= b, without cancellation in the tails.
NEUCASL_EXPORT double normal_interval(double a, double b);

}  // namespace neucasl::base
