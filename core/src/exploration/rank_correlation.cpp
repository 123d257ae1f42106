#include <cmath>

#include "neucasl/base/statistics.hpp"
#include "neucasl/exploration/accuracy.hpp"

namespace neucasl::exploration {

std::optional<double> rank_correlation(std::span<const double> x, std::span<const double> y) {
  constexpr std::size_t least = 3;
  if (x.size() < least) return std::nullopt;
  const double found = base::rank_correlation({x.begin(), x.end()}, {y.begin(), y.end()});
  return std::isnan(found) ? std::nullopt : std::optional(found);
}

}  // namespace neucasl::exploration
