#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "neucasl/sampling/validation.hpp"
#include "tests/sampling/limit_states.hpp"

/// \file
/// Estimates that would be wrong say so.

namespace neucasl::sampling {
namespace {

using test::estimate_by;
using test::FunctionLimit;

ValidationRow row_of(const char* problem, MethodKind kind, std::size_t seeds, int threads = 1) {
  Method method;
  method.kind = kind;
  ValidationOptions options;
  options.seeds = seeds;
  options.threads = threads;
  return validate(known_problem(problem), method, options);
}

/// A mean shift sees one of several failing regions, or a spot of one without a nearest point.
TEST(Safety, AMeanShiftThatMissesFailuresIsRefused) {
  for (const char* problem : {"two-sided-4-d2", "two-sided-5-d10", "four-branch-6", "four-branch-7",
                              "parabola-two-points", "hypersphere-1e-6"}) {
    const ValidationRow row = row_of(problem, MethodKind::mean_shift, 10);
    EXPECT_EQ(row.supported, 0U) << problem;
    EXPECT_EQ(row.silent_errors, 0U) << problem;
    EXPECT_TRUE(std::isnan(row.inside_rate)) << problem;
  }
}

TEST(Safety, TheReasonIsNamed) {
  const auto limit = known_problem("two-sided-5-d10").make();
  const ProbabilityEstimate one = estimate_by(*limit, MethodKind::mean_shift);
  EXPECT_NE(std::find(one.reasons.begin(), one.reasons.end(), "missed-mode"), one.reasons.end());
  EXPECT_NEAR(one.probability / known_problem("two-sided-5-d10").exact, 0.5, 0.1);
  EXPECT_FALSE(one.warnings.empty());
}

/// Probability 1e-9 in 100 dimensions: half width 10 % with no more than 20,000 evaluations.
TEST(Safety, AutomaticReachesOneInABillion) {
  const auto limit = known_problem("hyperplane-6-d100").make();
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const ProbabilityEstimate one = estimate_by(*limit, MethodKind::automatic, seed);
    EXPECT_TRUE(one.interval_supported);
    EXPECT_LE(one.evaluations, 20000U);
    EXPECT_LT(0.5 * (one.high - one.low), 0.13 * one.probability);
    EXPECT_LT(std::abs(one.probability / 9.8658764504e-10 - 1.0), 0.3);
  }
}

TEST(Safety, AutomaticFindsEveryRegion) {
  for (const char* problem : {"two-sided-5-d10", "four-branch-7", "parabola-two-points"}) {
    const ValidationRow row = row_of(problem, MethodKind::automatic, 5);
    EXPECT_EQ(row.supported, 5U) << problem;
    EXPECT_EQ(row.silent_errors, 0U) << problem;
    EXPECT_LT(row.relative_width, 0.15) << problem;
  }
}

/// A margin of two values gives no direction: plain Monte Carlo, whose interval is valid.
TEST(Safety, AutomaticFallsBackOnMonteCarlo) {
  FunctionLimit limit(2, [](std::span<const double> u) { return u[0] > 2.0 ? -1.0 : 1.0; });
  const ProbabilityEstimate one = estimate_by(limit, MethodKind::automatic);
  EXPECT_EQ(one.method, "auto: monte-carlo");
  EXPECT_TRUE(one.interval_supported);
  EXPECT_GT(one.high, 0.02);
  EXPECT_LT(one.low, 0.025);
  const ProbabilityEstimate subset = estimate_by(limit, MethodKind::subset_simulation);
  EXPECT_FALSE(subset.interval_supported);
  EXPECT_EQ(subset.reasons, std::vector<std::string>{"few-levels"});
  EXPECT_EQ(estimate_by(limit, MethodKind::mean_shift).reasons.front(), "not-converged");
}

TEST(Safety, StopsAtTheEvaluationsAllowed) {
  const auto limit = known_problem("hyperplane-6-d100").make();
  Method method;
  method.most_evaluations = 6000;
  for (const MethodKind kind : {MethodKind::automatic, MethodKind::mean_shift,
                                MethodKind::subset_simulation, MethodKind::cross_entropy}) {
    method.kind = kind;
    const ProbabilityEstimate one = test::estimate_with(*limit, method);
    EXPECT_LE(one.evaluations, 6500U) << to_string(kind);
    EXPECT_TRUE(!one.interval_supported || one.high > 1e-9) << to_string(kind);
  }
}

TEST(Validation, DoesNotDependOnTheThreads) {
  const ValidationRow one = row_of("four-branch-6", MethodKind::automatic, 6, 1);
  const ValidationRow two = row_of("four-branch-6", MethodKind::automatic, 6, 2);
  EXPECT_EQ(one.inside, two.inside);
  EXPECT_EQ(one.evaluations, two.evaluations);
  EXPECT_EQ(one.relative_width, two.relative_width);
}

TEST(Validation, ASilentErrorIsSupportedAndFarOff) {
  ProbabilityEstimate one;
  one.probability = 1e-6;
  one.low = 0.9e-6;
  one.high = 1.1e-6;
  one.interval_supported = true;
  EXPECT_FALSE(silent_error(one, 1.05e-6));
  EXPECT_FALSE(silent_error(one, 1.2e-6));  // Outside, but by chance now and then.
  EXPECT_TRUE(silent_error(one, 2e-6));
  EXPECT_TRUE(silent_error(one, 0.5e-6));
  one.interval_supported = false;
  EXPECT_FALSE(silent_error(one, 2e-6));
}

}  // namespace
}  // namespace neucasl::sampling
