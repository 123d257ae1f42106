#include "chi_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace neucasl::sampling {
namespace {

constexpr int most_terms = 100000;

double lower_gamma_by_series(double a, double x) {
  double term = 1.0 / a;
  double sum = term;
  for (int n = 1; n < most_terms && term > sum * 1e-17; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * std::exp(-x + a * std::log(x) - std::lgamma(a));
}

double upper_gamma_by_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  const auto guard = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / guard(b);
  double result = d;
  for (int i = 1; i < most_terms; ++i) {
    const double factor = -i * (i - a);
    b += 2.0;
    d = 1.0 / guard(factor * d + b);
    c = guard(b + factor / c);
    const double change = d * c;
    result *= change;
    if (std::abs(change - 1.0) < 1e-15) break;
  }
  return result * std::exp(-x + a * std::log(x) - std::lgamma(a));
}

}  // namespace

double upper_gamma(double a, double x) {
  if (x <= 0.0) return 1.0;
  if (x < a + 1.0) return 1.0 - lower_gamma_by_series(a, x);
  return upper_gamma_by_fraction(a, x);
}

double chi_tail(std::size_t dimension, double radius) {
  if (radius <= 0.0) return 1.0;
  return upper_gamma(0.5 * static_cast<double>(dimension), 0.5 * radius * radius);
}

double chi_tail_quantile(std::size_t dimension, double tail) {
  if (tail >= 1.0) return 0.0;
  double low = 0.0;
  double high = std::sqrt(static_cast<double>(dimension)) + 1.0;
  while (chi_tail(dimension, high) > tail) {
    low = high;
    high += 4.0;
  }
  const double d = static_cast<double>(dimension);
  const double log_tail = std::log(tail);
  const double scale = (0.5 * d - 1.0) * std::log(2.0) + std::lgamma(0.5 * d);
  double radius = 0.5 * (low + high);
  for (int k = 0; k < 200; ++k) {
    const double probability = chi_tail(dimension, radius);
    (probability > tail ? low : high) = radius;
    // Newton's step on the logarithm, which is nearly a parabola, kept between the bounds.
    const double log_density = (d - 1.0) * std::log(radius) - 0.5 * radius * radius - scale;
    const double log_probability = std::log(probability);
    double next = radius + (log_probability - log_tail) * std::exp(log_probability - log_density);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const bool settled = std::abs(next - radius) <= 1e-13 * radius;
    radius = next;
    if (settled) break;
  }
  return radius;
}

}  // namespace neucasl::sampling
