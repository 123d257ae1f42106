#include "neucasl/base/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  const auto guard = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double c = 1.0;
  double d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
  double result = d;
  for (int m = 1; m <= 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / guard(1.0 + even * d);
    c = guard(1.0 + even / c);
    result *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / guard(1.0 + odd * d);
    c = guard(1.0 + odd / c);
    const double change = d * c;
    result *= change;
    if (std::abs(change - 1.0) < 1e-15) break;
  }
  return result;
}

/// The x with I_x(a, b) = p; the function rises with x.
double inverse_incomplete_beta(double a, double b, double p) {
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 200 && high - low > 0.0; ++i) {
    const double middle = 0.5 * (low + high);
    if (middle == low || middle == high) break;
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast on this side of the mean only.
  if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
  return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

Interval clopper_pearson(std::uint64_t successes, std::uint64_t trials, double confidence) {
  const double tail = 0.5 * (1.0 - confidence);
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  Interval result{0.0, 1.0};
  if (successes > 0) result.low = inverse_incomplete_beta(k, n - k + 1.0, tail);
  if (successes < trials) result.high = inverse_incomplete_beta(k + 1.0, n - k, 1.0 - tail);
  return result;
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double position = q * static_cast<double>(values.size() - 1);
  const auto index = static_cast<std::size_t>(position);
  if (index + 1 >= values.size()) return values.back();
  const double share = position - static_cast<double>(index);
  return values[index] + share * (values[index + 1] - values[index]);
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0.0;
  const double centre = mean(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double rank = 0.5 * static_cast<double>(first + end + 1);
    for (; first < end; ++first) result[order[first]] = rank;
  }
  return result;
}

double rank_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const std::vector<double> a = ranks(x);
  const std::vector<double> b = ranks(y);
  const double centre = mean(a);
  double products = 0.0;
  double squares_a = 0.0;
  double squares_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    products += (a[i] - centre) * (b[i] - centre);
    squares_a += (a[i] - centre) * (a[i] - centre);
    squares_b += (b[i] - centre) * (b[i] - centre);
  }
  if (squares_a <= 0.0 || squares_b <= 0.0) return std::numeric_limits<double>::quiet_NaN();
  return products / std::sqrt(squares_a * squares_b);
}

double student_quantile(double confidence, double freedom) {
  // P(|T| > t) = I_x(freedom / 2, 1 / 2) with x = freedom / (freedom + t^2).
  double low = 0.0;
  double high = 1.0;
  for (int k = 0; k < 200; ++k) {
    const double x = 0.5 * (low + high);
    (incomplete_beta(0.5 * freedom, 0.5, x) < 1.0 - confidence ? low : high) = x;
  }
  return std::sqrt(freedom * (1.0 - high) / high);
}

Interval mean_interval(const std::vector<double>& values, double confidence) {
  const double centre = mean(values);
  if (values.size() < 2) {
    const double infinity = std::numeric_limits<double>::infinity();
    return {-infinity, infinity};
  }
  const auto count = static_cast<double>(values.size());
  const double half =
      student_quantile(confidence, count - 1.0) * standard_deviation(values) / std::sqrt(count);
  return {centre - half, centre + half};
}

double permutation_test(const std::vector<double>& a, const std::vector<double>& b,
                        std::size_t draws, std::uint64_t seed) {
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  // Of fixed sums the difference of means rises with the sum of the first group.
  const auto sum_of_first = [&](const std::vector<double>& values) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += values[i];
    return sum;
  };
  const double observed = sum_of_first(all);
  // Sums of the same values in another order differ by rounding.
  double size = 0.0;
  for (const double value : all) size += std::abs(value);
  const double least = observed - 1e-12 * size;
  RandomStream stream(seed, "permutation test");
  std::size_t reached = 1;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto rest = static_cast<std::uint32_t>(all.size() - i);
      std::swap(all[i], all[i + stream.below(rest)]);
    }
    if (sum_of_first(all) >= least) ++reached;
  }
  return static_cast<double>(reached) / static_cast<double>(draws + 1);
}

}  // namespace neucasl::base
