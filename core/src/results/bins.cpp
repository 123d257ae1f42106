#include "bins.hpp"

#include <algorithm>
#include <cmath>

#include "scale.hpp"

namespace neucasl::results {
namespace {

constexpr double most_bins = 60.0;

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto lower = static_cast<std::size_t>(place);
  const std::size_t upper = std::min(lower + 1, sorted.size() - 1);
  return std::lerp(sorted[lower], sorted[upper], place - static_cast<double>(lower));
}

double bin_width(const std::vector<double>& sorted) {
  const double count = static_cast<double>(sorted.size());
  const double spread = sorted.back() - sorted.front();
  const double middle = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const double sturges = spread / (std::ceil(std::log2(count)) + 1.0);
  const double width = middle > 0.0 ? 2.0 * middle / std::cbrt(count) : sturges;
  return std::clamp(width, spread / most_bins, spread);
}

Bins one_bin(double value, std::size_t count) {
  const double half = value == 0.0 ? 0.5 : std::abs(value) * 0.01;
  return {{value - half, value + half}, {count}};
}

}  // namespace

Bins bin_samples(std::vector<double> samples, bool logarithmic) {
  if (logarithmic) {
    for (double& sample : samples) sample = std::log10(sample);
  }
  std::sort(samples.begin(), samples.end());
  const double low = samples.front();
  const double high = samples.back();
  Bins bins;
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    bins = one_bin(low, samples.size());
  } else {
    const double width = round_step(bin_width(samples));
    const double first = std::floor(low / width);
    const auto count = static_cast<std::size_t>(std::max(1.0, std::ceil(high / width) - first));
    for (std::size_t i = 0; i <= count; ++i) {
      bins.edges.push_back((first + static_cast<double>(i)) * width);
    }
    bins.counts.resize(count);
    for (const double sample : samples) {
      const double place = std::max(0.0, std::floor(sample / width) - first);
      ++bins.counts[std::min(static_cast<std::size_t>(place), count - 1)];
    }
  }
  if (logarithmic) {
    for (double& edge : bins.edges) edge = std::pow(10.0, edge);
  }
  return bins;
}

}  // namespace neucasl::results
