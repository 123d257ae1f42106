#include "neucasl/base/sobol.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

class ScrambledSobol : public testing::TestWithParam<Scrambling> {
 protected:
  static std::vector<std::vector<double>> scrambled_sobol(std::size_t count, std::size_t dimensions,
                                                          std::uint64_t seed) {
    SobolSequence sequence(dimensions, seed, "test", GetParam());
    std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
    for (auto& point : points) sequence.next(point);
    return points;
  }
};

INSTANTIATE_TEST_SUITE_P(BothScramblings, ScrambledSobol,
                         testing::Values(Scrambling::linear, Scrambling::nested));

TEST_P(ScrambledSobol, HasOnePointInEachIntervalOfEveryAxis) {
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
TEST_P(ScrambledSobol, FillsEveryBoxOfTheFirstTwoAxes) {
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

TEST_P(ScrambledSobol, DependsOnTheSeedAndNotOnTheCount) {
  const auto few = scrambled_sobol(10, 3, 5);
  const auto many = scrambled_sobol(100, 3, 5);
  for (std::size_t k = 0; k < few.size(); ++k) EXPECT_EQ(few[k], many[k]);
  EXPECT_NE(scrambled_sobol(10, 3, 6), few);
}

/// Mean over scramblings of the squared error of an integral; random points give variance / n.
TEST_P(ScrambledSobol, IntegratesBetterThanRandomPoints) {
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

/// Over many scramblings each point is uniform, and two points are as if independent in the digits
/// below those that they share.
TEST(NestedScrambling, MakesEachPointUniform) {
  constexpr std::size_t seeds = 4000;
  std::array<std::size_t, 16> counts{};
  double product = 0.0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SobolSequence sequence(1, seed, "uniform", Scrambling::nested);
    std::array<double, 3> x{};
    for (double& one : x) sequence.next({&one, 1});
    ++counts[static_cast<std::size_t>(x[2] * 16.0)];
    // The first two points share no digit but that they differ in the first.
    const auto rest = [](double value) { return 2.0 * value - std::floor(2.0 * value) - 0.5; };
    product += rest(x[0]) * rest(x[1]);
  }
  double square = 0.0;
  for (const std::size_t count : counts) {
    const double expected = static_cast<double>(seeds) / 16.0;
    square += std::pow(static_cast<double>(count) - expected, 2) / expected;
  }
  EXPECT_LT(square, 44.3);  // Chi-squared of 15 degrees of freedom: once in 10^4 by chance.
  EXPECT_LT(std::abs(product) * 12.0 / std::sqrt(static_cast<double>(seeds)), 4.0);
}

TEST_P(ScrambledSobol, RefusesNoDimension) {
  EXPECT_THROW(static_cast<void>(scrambled_sobol(4, 0, 1)), Error);
  EXPECT_THROW(static_cast<void>(scrambled_sobol(4, SobolSequence::most_dimensions + 1, 1)), Error);
}

}  // namespace
}  // namespace neucasl::base
