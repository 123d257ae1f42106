#include "neucasl/base/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace neucasl::base {
namespace {

TEST(IncompleteBeta, AgreesWithClosedForms) {
  for (const double x : {1e-9, 0.01, 0.2, 0.5, 0.77, 0.999}) {
    EXPECT_NEAR(incomplete_beta(1, 1, x), x, 1e-14);
    for (const double n : {2.0, 3.0, 17.0, 400.0}) {
      EXPECT_NEAR(incomplete_beta(n, 1, x), std::pow(x, n), 1e-13) << n << ' ' << x;
      EXPECT_NEAR(incomplete_beta(1, n, x), 1.0 - std::pow(1.0 - x, n), 1e-13) << n << ' ' << x;
    }
    EXPECT_NEAR(incomplete_beta(2, 2, x), x * x * (3.0 - 2.0 * x), 1e-13);
    EXPECT_NEAR(incomplete_beta(0.5, 0.5, x), 2.0 / std::numbers::pi * std::asin(std::sqrt(x)),
                1e-12);
    EXPECT_NEAR(incomplete_beta(3.5, 7.25, x) + incomplete_beta(7.25, 3.5, 1.0 - x), 1.0, 1e-13);
  }
  EXPECT_EQ(incomplete_beta(2, 3, 0.0), 0.0);
  EXPECT_EQ(incomplete_beta(2, 3, 1.0), 1.0);
}

TEST(ClopperPearson, GivesKnownIntervals) {
  const Interval none = clopper_pearson(0, 100, 0.95);
  EXPECT_EQ(none.low, 0.0);
  EXPECT_NEAR(none.high, 1.0 - std::pow(0.025, 0.01), 1e-12);
  EXPECT_NEAR(none.high, 0.0362167, 5e-8);
  const Interval half = clopper_pearson(5, 10, 0.95);
  EXPECT_NEAR(half.low, 0.187086, 5e-7);
  EXPECT_NEAR(half.high, 0.812914, 5e-7);
  const Interval all = clopper_pearson(100, 100, 0.95);
  EXPECT_NEAR(all.low, std::pow(0.025, 0.01), 1e-12);
  EXPECT_EQ(all.high, 1.0);
  const Interval one = clopper_pearson(1, 1, 0.9);
  EXPECT_NEAR(one.low, 0.05, 1e-12);
}

TEST(ClopperPearson, IsSymmetricAndGrowsWithConfidence) {
  for (const std::uint64_t k : {1U, 7U, 500U, 993U}) {
    const Interval a = clopper_pearson(k, 1000, 0.95);
    const Interval b = clopper_pearson(1000 - k, 1000, 0.95);
    EXPECT_NEAR(a.low, 1.0 - b.high, 1e-12);
    const Interval wide = clopper_pearson(k, 1000, 0.99);
    EXPECT_LT(wide.low, a.low);
    EXPECT_GT(wide.high, a.high);
    const double share = static_cast<double>(k) / 1000.0;
    EXPECT_LT(a.low, share);
    EXPECT_GT(a.high, share);
  }
}

double binomial(int n, int k, double p) {
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)) *
         std::pow(p, k) * std::pow(1.0 - p, n - k);
}

TEST(ClopperPearson, CoversAtLeastItsConfidence) {
  for (const double p : {0.01, 0.1, 0.37, 0.5, 0.9}) {
    double covered = 0.0;
    for (int k = 0; k <= 30; ++k) {
      const Interval interval = clopper_pearson(static_cast<std::uint64_t>(k), 30, 0.9);
      if (interval.low <= p && p <= interval.high) covered += binomial(30, k, p);
    }
    EXPECT_GE(covered, 0.9) << p;
  }
}

TEST(Quantile, IsTypeSeven) {
  const std::vector<double> values{4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(quantile(values, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 3.7);
  EXPECT_DOUBLE_EQ(quantile(values, 1.0), 4.0);
  EXPECT_DOUBLE_EQ(quantile({7.0}, 0.3), 7.0);
}

TEST(Moments, OfSmallSamples) {
  EXPECT_EQ(mean({}), 0.0);
  EXPECT_DOUBLE_EQ(mean({1, 2, 6}), 3.0);
  EXPECT_EQ(standard_deviation({}), 0.0);
  EXPECT_EQ(standard_deviation({5}), 0.0);
  EXPECT_DOUBLE_EQ(standard_deviation({2, 4, 4, 4, 5, 5, 7, 9}), std::sqrt(32.0 / 7.0));
}

TEST(Statistics, RankCorrelationTakesRanksOnly) {
  // Textbook case without ties: 1 - 6 sum d^2 / (n (n^2 - 1)) with sum d^2 = 194, n = 10.
  const std::vector<double> x{106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
  const std::vector<double> y{7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
  EXPECT_NEAR(rank_correlation(x, y), 1.0 - 6.0 * 194.0 / 990.0, 1e-14);
  EXPECT_NEAR(rank_correlation({1, 2, 3}, {1, 10, 1000}), 1.0, 1e-15);
  // Ranks 1.5, 1.5, 3 against 1, 2, 3: Pearson's correlation of these.
  EXPECT_NEAR(rank_correlation({5, 5, 9}, {1, 2, 3}), 1.5 / std::sqrt(1.5 * 2.0), 1e-14);
  EXPECT_TRUE(std::isnan(rank_correlation({1, 1}, {1, 2})));
}

TEST(Ranks, OfEqualValuesAreTheirMean) {
  EXPECT_EQ(ranks({3, 1, 3, 2}), (std::vector<double>{3.5, 1, 3.5, 2}));
  EXPECT_EQ(ranks({}), std::vector<double>{});
}

TEST(MeanInterval, AgreesWithStudentsTable) {
  // t(0.975) for 4 and 1 degrees of freedom: 2.776445105, 12.706204736; t(0.95) for 9: 1.833112933.
  const Interval five = mean_interval({1, 2, 3, 4, 5}, 0.95);
  const double half = 2.776445105 * std::sqrt(2.5 / 5.0);
  EXPECT_NEAR(five.low, 3.0 - half, 1e-8);
  EXPECT_NEAR(five.high, 3.0 + half, 1e-8);
  const Interval two = mean_interval({0, 2}, 0.95);
  EXPECT_NEAR(two.high, 1.0 + 12.706204736, 1e-7);
  const std::vector<double> ten{3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
  const Interval wide = mean_interval(ten, 0.9);
  EXPECT_NEAR(wide.high - mean(ten), 1.833112933 * standard_deviation(ten) / std::sqrt(10.0), 1e-8);
  EXPECT_TRUE(std::isinf(mean_interval({1.0}, 0.95).high));
}

TEST(PermutationTest, GivesTheShareOfDivisions) {
  // Of the 10 divisions of 1 ... 5 into two and three, one has the sum 9 and none more.
  EXPECT_NEAR(permutation_test({5, 4}, {1, 2, 3}, 20000, 1), 0.1, 0.01);
  // Sums of at least 7: 5 + 4, 5 + 3, 5 + 2, 4 + 3.
  EXPECT_NEAR(permutation_test({4, 3}, {1, 2, 5}, 20000, 1), 0.4, 0.015);
  EXPECT_EQ(permutation_test({1, 1}, {1, 1, 1}, 100, 1), 1.0);
  EXPECT_GT(permutation_test({1, 2}, {5, 6, 7}, 1000, 1), 0.99);
}

}  // namespace
}  // namespace neucasl::base
