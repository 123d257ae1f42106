#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "menu.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/precision/allocation.hpp"

namespace neucasl::precision {
namespace {

/// Layers from the most sensitive to the least; equals in their order.
std::vector<std::size_t> ranked(std::span<const double> sensitivity) {
  std::vector<std::size_t> order(sensitivity.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sensitivity[a] > sensitivity[b]; });
  return order;
}

/// Sums of squared distances to the mean of any interval of sorted values, in constant time.
class IntervalSpread {
 public:
  /// Values are taken from their mean, so that squares do not cancel.
  explicit IntervalSpread(const std::vector<double>& sorted) {
    const double mean =
        std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
    for (const double value : sorted) {
      const double distance = value - mean;
      sum_.push_back(sum_.back() + distance);
      squares_.push_back(squares_.back() + static_cast<long double>(distance) * distance);
    }
  }
  /// Of the values [first, end).
  [[nodiscard]] long double of(std::size_t first, std::size_t end) const {
    const long double sum = sum_[end] - sum_[first];
    const long double spread =
        squares_[end] - squares_[first] - sum * sum / static_cast<long double>(end - first);
    return std::max(spread, 0.0L);
  }

 private:
  std::vector<long double> sum_{0.0L};
  std::vector<long double> squares_{0.0L};
};

/// First values of the best `clusters` intervals of the sorted values.
std::vector<std::size_t> best_intervals(const std::vector<double>& sorted, std::size_t clusters) {
  const std::size_t count = sorted.size();
  const IntervalSpread spread(sorted);
  std::vector<long double> best(count + 1);
  for (std::size_t end = 1; end <= count; ++end) best[end] = spread.of(0, end);
  // first_of[c][end]: where the last of c + 1 intervals over [0, end) begins.
  std::vector<std::vector<std::size_t>> first_of(clusters, std::vector<std::size_t>(count + 1, 0));
  for (std::size_t c = 1; c < clusters; ++c) {
    std::vector<long double> next(count + 1);
    for (std::size_t end = c + 1; end <= count; ++end) {
      std::size_t place = c;
      long double least = best[c] + spread.of(c, end);
      for (std::size_t first = c + 1; first < end; ++first) {
        const long double candidate = best[first] + spread.of(first, end);
        if (candidate < least) {
          least = candidate;
          place = first;
        }
      }
      next[end] = least;
      first_of[c][end] = place;
    }
    best = std::move(next);
  }
  std::vector<std::size_t> firsts(clusters, 0);
  std::size_t end = count;
  for (std::size_t c = clusters; c-- > 1;) {
    firsts[c] = first_of[c][end];
    end = firsts[c];
  }
  return firsts;
}

}  // namespace

std::vector<int> allocate_by_rank(std::span<const double> sensitivity, std::span<const int> menu,
                                  double first_share, double last_share) {
  check_menu(menu);
  check_sensitivity(sensitivity);
  if (!(first_share >= 0.0) || !(last_share >= 0.0) || !(first_share + last_share <= 1.0)) {
    throw base::Error("precision.share",
                      "the shares of first and last layers are " + std::to_string(first_share) +
                          " and " + std::to_string(last_share),
                      "give two that are not negative and at most 1 together");
  }
  const double layers = static_cast<double>(sensitivity.size());
  const auto first = static_cast<std::size_t>(std::lround(first_share * layers));
  const auto last = std::min(static_cast<std::size_t>(std::lround(last_share * layers)),
                             sensitivity.size() - first);
  const std::vector<std::size_t> order = ranked(sensitivity);
  std::vector<int> bits(sensitivity.size(), menu[menu.size() / 2]);
  for (std::size_t rank = 0; rank < first; ++rank) bits[order[rank]] = menu.back();
  for (std::size_t rank = order.size() - last; rank < order.size(); ++rank) {
    bits[order[rank]] = menu.front();
  }
  return bits;
}

std::vector<int> allocate_by_clusters(std::span<const double> sensitivity,
                                      std::span<const int> menu) {
  check_menu(menu);
  check_sensitivity(sensitivity);
  if (sensitivity.empty()) return {};
  std::vector<double> distinct(sensitivity.begin(), sensitivity.end());
  std::sort(distinct.begin(), distinct.end());
  const std::vector<double> sorted = distinct;
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const std::size_t clusters = std::min(menu.size(), distinct.size());
  const std::vector<std::size_t> firsts = best_intervals(sorted, clusters);
  std::vector<int> bits;
  bits.reserve(sensitivity.size());
  for (const double value : sensitivity) {
    std::size_t cluster = clusters - 1;
    while (cluster > 0 && value < sorted[firsts[cluster]]) --cluster;
    bits.push_back(menu[menu.size() - clusters + cluster]);
  }
  return bits;
}

}  // namespace neucasl::precision
