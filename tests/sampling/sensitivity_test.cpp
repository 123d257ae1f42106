#include "neucasl/sampling/sensitivity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/normal_distribution.hpp"
#include "tests/sampling/limit_states.hpp"

namespace neucasl::sampling {
namespace {

using test::FunctionLimit;

/// T. Ishigami and T. Homma, Proc. ISUMA 1990, p. 398: x uniform in (-pi, pi), closed form of its
/// indices in A. Saltelli et al., Sensitivity Analysis in Practice, 2004.
TEST(SobolIndices, OfIshigamisFunctionMatchTheClosedForm) {
  constexpr double a = 7.0;
  constexpr double b = 0.1;
  constexpr double pi = std::numbers::pi;
  FunctionLimit limit(3, [](std::span<const double> u) {
    const auto x = [&](std::size_t i) { return pi * (2.0 * base::normal_cumulative(u[i]) - 1.0); };
    return std::sin(x(0)) + a * std::pow(std::sin(x(1)), 2) +
           b * std::pow(x(2), 4) * std::sin(x(0));
  });
  const double fourth = std::pow(pi, 4);
  const double alone = 0.5 * std::pow(1.0 + b * fourth / 5.0, 2);
  const double second = a * a / 8.0;
  const double joint = b * b * fourth * fourth * (1.0 / 18.0 - 1.0 / 50.0);
  const double variance = alone + second + joint;
  SobolOptions options;
  options.samples = 20000;
  options.bootstraps = 100;
  options.confidence = 0.999;
  const std::vector<SobolIndices> indices = sobol_indices(limit, options);
  EXPECT_EQ(limit.evaluations, 20000U * 5U);
  const std::array<double, 3> first{alone / variance, second / variance, 0.0};
  const std::array<double, 3> total{(alone + joint) / variance, second / variance,
                                    joint / variance};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(indices[i].first.value, first[i], 0.05) << i;
    EXPECT_NEAR(indices[i].total.value, total[i], 0.03) << i;
    EXPECT_LE(indices[i].first.interval.low, first[i] + 0.01) << i;
    EXPECT_GE(indices[i].first.interval.high, first[i] - 0.01) << i;
    EXPECT_LE(indices[i].total.interval.low, total[i] + 0.01) << i;
    EXPECT_GE(indices[i].total.interval.high, total[i] - 0.01) << i;
    EXPECT_LT(indices[i].total.interval.high - indices[i].total.interval.low, 0.1) << i;
  }
}

TEST(SobolIndices, RefuseWhatHasNone) {
  FunctionLimit constant(2, [](std::span<const double>) { return 3.0; });
  EXPECT_THROW(static_cast<void>(sobol_indices(constant, {})), base::Error);
  FunctionLimit broken(2, [](std::span<const double>) { return std::nan(""); });
  EXPECT_THROW(static_cast<void>(sobol_indices(broken, {})), base::Error);
}

/// On a plane the squared direction cosines tell how much each input matters.
TEST(RankInputs, OrdersTheInputsOfAPlane) {
  FunctionLimit limit(
      4, [](std::span<const double> u) { return 4.0 - (2.0 * u[1] + u[3]) / std::sqrt(5.0); });
  const ProbabilityEstimate one = test::estimate_by(limit, MethodKind::automatic);
  const std::vector<InputRank> ranks = rank_inputs(one.failures);
  ASSERT_EQ(ranks.size(), 4U);
  EXPECT_EQ(ranks[0].input, 1U);
  EXPECT_EQ(ranks[1].input, 3U);
  EXPECT_NEAR(ranks[0].mean, 4.23 * 2.0 / std::sqrt(5.0), 0.2);  // E[x | x > 4] = 4.226.
  EXPECT_NEAR(ranks[0].share, 0.8, 0.06);
  EXPECT_LT(ranks[2].share, 0.02);
}

/// Both sides fail: the means cancel, the spread tells.
TEST(RankInputs, SeesAnInputThatFailsOnBothSides) {
  FunctionLimit limit(3, [](std::span<const double> u) { return 3.0 - std::abs(u[2]); });
  const ProbabilityEstimate one = test::estimate_by(limit, MethodKind::automatic);
  const std::vector<InputRank> ranks = rank_inputs(one.failures);
  EXPECT_EQ(ranks[0].input, 2U);
  EXPECT_GT(ranks[0].deviation, 3.0);
  EXPECT_GT(ranks[0].share, 0.95);
  EXPECT_THROW(static_cast<void>(rank_inputs({})), base::Error);
}

}  // namespace
}  // namespace neucasl::sampling
