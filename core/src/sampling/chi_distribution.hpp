#pragma once

#include <cstddef>

/// \file
/// The distance of a standard normal point from the origin.

namespace neucasl::sampling {

/// Regularised upper incomplete gamma function Q(a, x), by the series or the continued fraction of
/// Press et al., Numerical Recipes, 3rd ed., section 6.2; accurate relative to itself.
double upper_gamma(double a, double x);

/// P(|u| > radius) in this dimension.
double chi_tail(std::size_t dimension, double radius);

/// The radius with P(|u| > radius) = tail, 0 < tail <= 1.
double chi_tail_quantile(std::size_t dimension, double tail);

}  // namespace neucasl::sampling
