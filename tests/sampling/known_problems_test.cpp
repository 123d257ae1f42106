#include "neucasl/sampling/known_problems.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/sampling/estimate.hpp"
#include "tests/sampling/limit_states.hpp"

namespace neucasl::sampling {
namespace {

double density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi); }

/// By Simpson's rule, whose error is far below 1e-12 for these smooth integrands.
double integral(double low, double high, const std::function<double(double)>& f) {
  constexpr int intervals = 20000;
  const double step = (high - low) / intervals;
  double sum = f(low) + f(high);
  for (int k = 1; k < intervals; ++k) sum += (k % 2 == 0 ? 2.0 : 4.0) * f(low + k * step);
  return sum * step / 3.0;
}

/// In the rotated frame x = (u1 + u2) / sqrt 2, y = (u1 - u2) / sqrt 2.
double four_branch(double p) {
  const double inside = integral(-0.5 * p, 0.5 * p, [](double y) {
    return density(y) * 2.0 * base::normal_cumulative(-(3.0 + 0.2 * y * y));
  });
  return inside + 2.0 * base::normal_cumulative(-0.5 * p);
}

double parabola(double curvature) {
  return integral(-12.0, 12.0, [curvature](double u) {
    return density(u) * base::normal_cumulative(-(5.0 - curvature * (u - 0.1) * (u - 0.1)));
  });
}

/// The tail of chi-squared of an even number of degrees of freedom, as a Poisson sum.
double sphere(double radius, int dimension) {
  const double half = 0.5 * radius * radius;
  double term = std::exp(-half);
  double sum = term;
  for (int k = 1; k < dimension / 2; ++k) sum += term *= half / k;
  return sum;
}

void expect_exact(const std::string& problem, double exact, double stated) {
  EXPECT_NEAR(known_problem(problem).exact / exact, 1.0, 1e-8) << problem;
  EXPECT_NEAR(known_problem(problem).exact / stated, 1.0, 1e-8) << problem;
}

TEST(KnownProblems, HaveTheProbabilitiesOfClosedFormsAndQuadrature) {
  const std::array<double, 7> planes{
      0, 0, 0, 0, 3.1671241833e-5, 2.8665157188e-7, 9.8658764504e-10};
  for (const char* name : {"4-d2", "5-d10", "4-d100", "5-d100", "6-d100"}) {
    const int beta = name[0] - '0';
    const double exact = 0.5 * std::erfc(beta / std::numbers::sqrt2);
    const double stated = planes.at(static_cast<std::size_t>(beta));
    expect_exact(std::string("hyperplane-") + name, exact, stated);
    expect_exact(std::string("two-sided-") + name, 2.0 * exact, 2.0 * stated);
  }
  expect_exact("four-branch-6", four_branch(6.0), 4.4573314896e-3);
  expect_exact("four-branch-7", four_branch(7.0), 2.2227950659e-3);
  expect_exact("hypersphere-1e-6", sphere(13.4954354179, 100), 1e-6);
  expect_exact("hypersphere-1e-9", sphere(14.4678125059, 100), 1e-9);
  expect_exact("parabola-two-points", parabola(0.5), 3.01631190e-3);
  expect_exact("parabola-one-point", parabola(-0.2), 1.61953809e-7);
  expect_exact("lognormal", 0.5 * std::erfc(1.5 / std::hypot(0.2, 0.25) / std::numbers::sqrt2),
               1.3983456537e-6);
  expect_exact("cells", -std::expm1(1048576.0 * std::log1p(-1e-6)), 0.649563768);
}

/// The margins are those of the titles: seen at points on either side of the surface.
TEST(KnownProblems, MarginsChangeSignAtTheSurface) {
  const auto margin = [](const char* name, std::vector<double> u) {
    const auto limit = known_problem(name).make();
    EXPECT_EQ(limit->dimension(), u.size());
    double value = 0.0;
    limit->evaluate(u, {&value, 1});
    return value;
  };
  EXPECT_NEAR(margin("hyperplane-6-d100", std::vector<double>(100, 0.5)), 1.0, 1e-12);
  EXPECT_NEAR(margin("two-sided-6-d100", std::vector<double>(100, -0.7)), -1.0, 1e-12);
  EXPECT_NEAR(margin("hypersphere-1e-6", std::vector<double>(100, -1.0)), 3.4954354179, 1e-12);
  EXPECT_NEAR(margin("four-branch-7", {2.0, 1.0}), 3.1 - 3.0 / std::numbers::sqrt2, 1e-12);
  EXPECT_NEAR(margin("four-branch-6", {2.0, -2.5}), 6.0 / std::numbers::sqrt2 - 4.5, 1e-12);
  EXPECT_NEAR(margin("parabola-two-points", {3.0, 2.1}), 0.0, 1e-12);
  EXPECT_NEAR(margin("parabola-one-point", {5.0, 1.1}), 0.2, 1e-12);
  EXPECT_NEAR(margin("lognormal", {-7.5, 0.0}), 0.0, 1e-12);
  std::vector<double> cells(1024, 0.0);
  const double safe = margin("cells", cells);
  cells[700] = safe + 0.25;
  EXPECT_NEAR(margin("cells", cells), -0.25, 1e-12);
  EXPECT_NEAR(base::normal_cumulative(-safe), -std::expm1(1024.0 * std::log1p(-1e-6)), 1e-12);
}

TEST(KnownProblems, RefuseAnUnknownName) {
  EXPECT_THROW(static_cast<void>(known_problem("hyperplan")), base::Error);
}

/// The interval at 1 - 1e-6 holds the exact value: a false alarm is rarer than once in 10^4 of all
/// these.
class AutomaticOnKnownProblems : public testing::TestWithParam<std::size_t> {};

TEST_P(AutomaticOnKnownProblems, IsRight) {
  const KnownProblem& problem = known_problems()[GetParam()];
  const auto limit = problem.make();
  EstimateOptions options;
  options.seed = 17;
  options.confidence = 1.0 - 1e-6;
  Method method;
  method.relative_width = 0.3;
  const ProbabilityEstimate result = estimate(*limit, method, options);
  EXPECT_TRUE(result.interval_supported) << problem.name << ": " << result.method;
  EXPECT_TRUE(test::holds(result, problem.exact))
      << problem.name << ": " << result.low << " to " << result.high << ", " << result.method;
  EXPECT_LT(result.high, 3.0 * problem.exact) << problem.name << ": " << result.method;
}

INSTANTIATE_TEST_SUITE_P(All, AutomaticOnKnownProblems, testing::Range<std::size_t>(0, 18));

}  // namespace
}  // namespace neucasl::sampling
