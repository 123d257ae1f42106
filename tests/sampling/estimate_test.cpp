#include "neucasl/sampling/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/normal_distribution.hpp"
#include "tests/sampling/limit_states.hpp"

namespace neucasl::sampling {
namespace {

using test::estimate_by;
using test::estimate_with;
using test::first_at_most;
using test::FunctionLimit;

double below(double beta) { return base::normal_cumulative(-beta); }

/// Seeds whose interval holds the exact value, of those supported.
struct Rate {
  int supported = 0;
  int inside = 0;
};

Rate rate_over(int seeds, const Method& method, FunctionLimit& limit, double exact) {
  Rate rate;
  for (int seed = 1; seed <= seeds; ++seed) {
    const ProbabilityEstimate one = estimate_with(limit, method, static_cast<std::uint64_t>(seed));
    if (!one.interval_supported) continue;
    ++rate.supported;
    if (test::holds(one, exact)) ++rate.inside;
  }
  return rate;
}

/// At 95 % fewer than five in six of 60 happens once in 2,000 times.
void expect_coverage(Method method, double beta) {
  FunctionLimit limit(3, first_at_most(beta));
  const Rate rate = rate_over(60, method, limit, below(beta));
  EXPECT_GE(rate.supported, 54) << to_string(method.kind);
  EXPECT_GE(6 * rate.inside, 5 * rate.supported) << to_string(method.kind);
}

TEST(Estimate, PlainMethodsCoverTheExactValue) {
  Method method;
  method.samples = 3200;
  for (const MethodKind kind :
       {MethodKind::monte_carlo, MethodKind::latin_hypercube, MethodKind::sobol}) {
    method.kind = kind;
    expect_coverage(method, 1.5);
  }
}

TEST(Estimate, RareMethodsCoverTheExactValue) {
  Method method;
  method.relative_width = 0.2;
  for (const MethodKind kind :
       {MethodKind::automatic, MethodKind::mean_shift, MethodKind::defensive_mixture,
        MethodKind::cross_entropy, MethodKind::subset_simulation}) {
    method.kind = kind;
    method.repetitions = kind == MethodKind::subset_simulation ? 8 : 16;
    method.level_samples = kind == MethodKind::subset_simulation ? 320 : 640;
    expect_coverage(method, 4.0);
  }
}

/// In one direction strata and nets leave hardly any scatter.
TEST(Estimate, DesignsOfPointsNarrowTheInterval) {
  FunctionLimit limit(2, first_at_most(1.0));
  const auto width = [&](MethodKind kind) {
    const ProbabilityEstimate one = estimate_by(limit, kind, 3);
    return one.high - one.low;
  };
  const double plain = width(MethodKind::monte_carlo);
  EXPECT_LT(width(MethodKind::latin_hypercube), plain / 5.0);
  EXPECT_LT(width(MethodKind::sobol), plain / 5.0);
}

TEST(Estimate, ControlVariateCoversAndNarrows) {
  FunctionLimit limit(2, [](std::span<const double> u) { return 2.5 - u[0] - 0.1 * u[1]; });
  FunctionLimit control(2, first_at_most(2.5));
  Method method;
  method.kind = MethodKind::control_variate;
  method.control = &control;
  method.samples = 3000;
  method.control_samples = 60000;
  const double exact = below(2.5 / std::hypot(1.0, 0.1));
  const Rate rate = rate_over(40, method, limit, exact);
  EXPECT_EQ(rate.supported, 40);
  EXPECT_GE(rate.inside, 33);
  const ProbabilityEstimate one = estimate_with(limit, method);
  EXPECT_EQ(one.evaluations, 3000U);
  EXPECT_EQ(one.control_evaluations, 63000U);
  method.kind = MethodKind::monte_carlo;
  const ProbabilityEstimate plain = estimate_with(limit, method);
  EXPECT_LT(one.high - one.low, 0.7 * (plain.high - plain.low));
}

TEST(Estimate, ScaledSigmaAndFormComeNearButRefuseTheirIntervals) {
  FunctionLimit limit(5, first_at_most(5.0));
  Method method;
  method.samples = 40000;
  method.kind = MethodKind::scaled_sigma;
  const ProbabilityEstimate scaled = estimate_with(limit, method);
  EXPECT_FALSE(scaled.interval_supported);
  EXPECT_EQ(scaled.reasons, std::vector<std::string>{"extrapolation"});
  // Twice the half width holds for the scatter and for the error of the form.
  const double half_width = std::log(scaled.high / scaled.probability);
  EXPECT_LT(half_width, 3.0);
  EXPECT_LT(std::abs(std::log(scaled.probability / below(5.0))), 2.0 * half_width);
  method.kind = MethodKind::form;
  const ProbabilityEstimate form = estimate_with(limit, method);
  EXPECT_FALSE(form.interval_supported);
  EXPECT_EQ(form.reasons, std::vector<std::string>{"first-order"});
  EXPECT_NEAR(form.probability / below(5.0), 1.0, 1e-3);
  EXPECT_LT(form.evaluations, 60U);
}

TEST(Estimate, IsAFunctionOfTheSeed) {
  FunctionLimit limit(2, [](std::span<const double> u) { return 3.0 - u[0] - u[1]; });
  for (const MethodKind kind : all_methods()) {
    if (kind == MethodKind::control_variate) continue;
    const ProbabilityEstimate one = estimate_by(limit, kind, 5);
    const ProbabilityEstimate again = estimate_by(limit, kind, 5);
    EXPECT_EQ(one.probability, again.probability) << to_string(kind);
    EXPECT_EQ(one.high, again.high) << to_string(kind);
    EXPECT_EQ(one.evaluations, again.evaluations) << to_string(kind);
    if (kind != MethodKind::form) {
      EXPECT_NE(one.high, estimate_by(limit, kind, 6).high) << to_string(kind);
    }
  }
}

TEST(Estimate, CountsEveryEvaluation) {
  for (const MethodKind kind : all_methods()) {
    if (kind == MethodKind::control_variate) continue;
    FunctionLimit limit(2, first_at_most(3.5));
    EXPECT_EQ(estimate_by(limit, kind).evaluations, limit.evaluations) << to_string(kind);
  }
}

TEST(Estimate, NoFailureLeavesAnUpperBound) {
  FunctionLimit limit(2, first_at_most(20.0));
  const ProbabilityEstimate one = estimate_by(limit, MethodKind::monte_carlo);
  EXPECT_EQ(one.probability, 0.0);
  EXPECT_EQ(one.low, 0.0);
  EXPECT_NEAR(one.high, -std::log(0.025) / 10000.0, 1e-6);  // (1 - high)^n = 0.025
}

/// Evaluations that fail are good at the low end and bad at the high one.
TEST(Estimate, BoundsFailedEvaluationsBothWays) {
  const auto margin = [](std::span<const double> u) {
    // One in 20 fails, whatever its margin would be.
    return u[1] > 1.6448536 ? std::numeric_limits<double>::quiet_NaN() : 1.0 - u[0];
  };
  FunctionLimit limit(2, margin);
  const double good = 0.95 * below(1.0);
  for (const MethodKind kind : {MethodKind::monte_carlo, MethodKind::latin_hypercube,
                                MethodKind::sobol, MethodKind::automatic}) {
    const ProbabilityEstimate one = estimate_by(limit, kind);
    EXPECT_GT(one.failed_evaluations, 0U) << to_string(kind);
    EXPECT_LT(one.low, good) << to_string(kind);
    EXPECT_GT(one.high, good + 0.05) << to_string(kind);
    EXPECT_LT(one.high, good + 0.1) << to_string(kind);
    EXPECT_NE(one.warnings.back().find("evaluations failed"), std::string::npos);
  }
}

std::string code_of(LimitState& limit, const Method& method, double confidence = 0.95) {
  EstimateOptions options;
  options.confidence = confidence;
  try {
    static_cast<void>(estimate(limit, method, options));
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

TEST(Estimate, RefusesMethodsThatMakeNoSense) {
  FunctionLimit limit(2, first_at_most(1.0));
  const auto changed = [&](const std::function<void(Method&)>& change) {
    Method method;
    change(method);
    return code_of(limit, method);
  };
  EXPECT_EQ(changed([](Method&) {}), "");
  EXPECT_EQ(changed([](Method& m) { m.samples = 5; }), "sampling.method");
  EXPECT_EQ(changed([](Method& m) { m.relative_width = 0.0; }), "sampling.method");
  EXPECT_EQ(changed([](Method& m) { m.level_probability = 0.9; }), "sampling.method");
  EXPECT_EQ(changed([](Method& m) { m.level_samples = 50; }), "sampling.method");
  EXPECT_EQ(changed([](Method& m) { m.defensive_share = 1.0; }), "sampling.method");
  EXPECT_EQ(changed([](Method& m) { m.repetitions = 2; }), "sampling.method");
  EXPECT_EQ(changed([](Method& m) { m.kind = MethodKind::control_variate; }), "sampling.method");
  EXPECT_EQ(code_of(limit, {}, 1.0), "sampling.method");
  FunctionLimit other(3, first_at_most(1.0));
  EXPECT_EQ(changed([&](Method& m) {
              m.kind = MethodKind::control_variate;
              m.control = &other;
            }),
            "sampling.limit-state");
  FunctionLimit none(0, [](std::span<const double>) { return 1.0; });
  EXPECT_EQ(code_of(none, {}), "sampling.limit-state");
  FunctionLimit broken(2, [](std::span<const double>) { return std::nan(""); });
  for (const MethodKind kind : {MethodKind::automatic, MethodKind::monte_carlo, MethodKind::form}) {
    Method method;
    method.kind = kind;
    EXPECT_EQ(code_of(broken, method), "sampling.failed-evaluations");
  }
}

TEST(Estimate, HearsACancel) {
  FunctionLimit limit(2, first_at_most(1.0));
  EstimateOptions options;
  options.cancel.request();
  EXPECT_THROW(static_cast<void>(estimate(limit, {}, options)), base::Cancelled);
}

TEST(Estimate, NamesOfMethodsReadBack) {
  for (const MethodKind kind : all_methods()) EXPECT_EQ(method_kind(to_string(kind)), kind);
  EXPECT_THROW(static_cast<void>(method_kind("mean-shif")), base::Error);
}

}  // namespace
}  // namespace neucasl::sampling
