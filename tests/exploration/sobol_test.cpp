#include "neucasl/exploration/sobol.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::exploration {
namespace {

TEST(ScrambledSobol, HasOnePointInEachIntervalOfEveryAxis) {
  constexpr std::size_t count = 256;
  const auto points = scrambled_sobol(count, 40, 3);
  for (std::size_t d = 0; d < 40; ++d) {
    std::set<std::size_t> intervals;
    for (const auto& point : points) {
      ASSERT_GE(point[d], 0.0);
      ASSERT_LT(point[d], 1.0);
      intervals.insert(static_cast<std::size_t>(point[d] * count));
    }
    EXPECT_EQ(intervals.size(), count) << d;
  }
}

/// In two dimensions they are a (0, m, 2)-net: one point in each box of area 2^-m, of any shape.
TEST(ScrambledSobol, FillsEveryBoxOfTheFirstTwoAxes) {
  constexpr int m = 8;
  const auto points = scrambled_sobol(1U << m, 2, 11);
  for (int split = 0; split <= m; ++split) {
    std::set<std::pair<int, int>> boxes;
    for (const auto& point : points) {
      boxes.emplace(static_cast<int>(point[0] * (1 << split)),
                    static_cast<int>(point[1] * (1 << (m - split))));
    }
    EXPECT_EQ(boxes.size(), 1U << m) << split;
  }
}

TEST(ScrambledSobol, DependsOnTheSeedAndNotOnTheCount) {
  const auto few = scrambled_sobol(10, 3, 5);
  const auto many = scrambled_sobol(100, 3, 5);
  for (std::size_t k = 0; k < few.size(); ++k) EXPECT_EQ(few[k], many[k]);
  EXPECT_NE(scrambled_sobol(10, 3, 6), few);
}

/// Mean over scramblings of the squared error of an integral; random points give variance / n.
TEST(ScrambledSobol, IntegratesBetterThanRandomPoints) {
  constexpr std::size_t count = 1024;
  const auto integrand = [](const std::vector<double>& x) {
    double product = 1.0;
    for (const double one : x) product *= 1.0 + 0.5 * (one - 0.5);
    return product;  // Its integral is 1.
  };
  double squares = 0.0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    double sum = 0.0;
    for (const auto& point : scrambled_sobol(count, 5, seed)) sum += integrand(point);
    squares += std::pow(sum / count - 1.0, 2) / 8.0;
  }
  const double variance = std::pow(1.0 + 0.25 / 12.0, 5) - 1.0;
  EXPECT_LT(squares, variance / count / 100.0);
}

TEST(ScrambledSobol, RefusesNoDimension) {
  EXPECT_THROW(static_cast<void>(scrambled_sobol(4, 0, 1)), base::Error);
  EXPECT_THROW(static_cast<void>(scrambled_sobol(4, 1001, 1)), base::Error);
}

}  // namespace
}  // namespace neucasl::exploration
