#include <algorithm>
#include <cmath>
#include <numeric>

#include "neucasl/exploration/accuracy.hpp"

namespace neucasl::exploration {
namespace {

/// From 1 on; equal values have the mean of their ranks.
std::vector<double> mean_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double rank = 0.5 * static_cast<double>(first + 1 + end);
    for (std::size_t k = first; k < end; ++k) ranks[order[k]] = rank;
    first = end;
  }
  return ranks;
}

}  // namespace

std::optional<double> rank_correlation(std::span<const double> x, std::span<const double> y) {
  constexpr std::size_t least = 3;
  if (x.size() < least) return std::nullopt;
  const std::vector<double> a = mean_ranks(x);
  const std::vector<double> b = mean_ranks(y);
  const double middle = 0.5 * static_cast<double>(x.size() + 1);
  double product = 0.0;
  double square_a = 0.0;
  double square_b = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    product += (a[k] - middle) * (b[k] - middle);
    square_a += (a[k] - middle) * (a[k] - middle);
    square_b += (b[k] - middle) * (b[k] - middle);
  }
  if (square_a == 0.0 || square_b == 0.0) return std::nullopt;
  return product / std::sqrt(square_a * square_b);
}

}  // namespace neucasl::exploration
