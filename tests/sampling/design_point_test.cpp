#include "neucasl/sampling/design_point.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sampling/limit_states.hpp"

namespace neucasl::sampling {
namespace {

using test::FunctionLimit;

TEST(DesignPoint, OfAPlaneIsItsFootFromAnywhere) {
  FunctionLimit limit(3, [](std::span<const double> u) { return 15.0 - 3.0 * u[0] + 4.0 * u[2]; });
  for (const std::vector<double>& start :
       {std::vector<double>{0.0, 0.0, 0.0}, std::vector<double>{-4.0, 7.0, 2.0}}) {
    const DesignPointSearch one = find_design_point(limit, start, {});
    ASSERT_TRUE(one.converged);
    EXPECT_NEAR(one.point.beta, 3.0, 1e-3);
    EXPECT_NEAR(one.point.u[0], 1.8, 5e-3);
    EXPECT_NEAR(one.point.u[1], 0.0, 5e-3);
    EXPECT_NEAR(one.point.u[2], -2.4, 5e-3);
    EXPECT_NEAR(one.gradient[2], 4.0, 1e-6);
    EXPECT_EQ(one.evaluations, limit.evaluations);
    limit.evaluations = 0;
    const std::vector<double> factors = importance_factors(one.point);
    EXPECT_NEAR(factors[0], 0.36, 2e-3);
    EXPECT_NEAR(factors[2], 0.64, 2e-3);
  }
}

/// Nearest point of u1 = 5 - 0.5 u2^2 (from u2 > 0): u2^2 = 8 and u1 = 1, so beta = 3.
TEST(DesignPoint, OfAParabolaMatchesItsClosedForm) {
  FunctionLimit limit(2, [](std::span<const double> u) { return 5.0 - u[0] - 0.5 * u[1] * u[1]; });
  const DesignPointSearch one = find_design_point(limit, std::vector<double>{0.5, 2.0}, {});
  ASSERT_TRUE(one.converged);
  EXPECT_NEAR(one.point.beta, 3.0, 1e-2);
  EXPECT_NEAR(one.point.u[0], 1.0, 2e-2);
  EXPECT_NEAR(one.point.u[1], std::sqrt(8.0), 2e-2);
}

TEST(DesignPoint, HasANegativeDistanceWhenTheOriginFails) {
  FunctionLimit limit(2, [](std::span<const double> u) { return u[0] - 1.5; });
  const DesignPointSearch one = find_design_point(limit, std::vector<double>{0.0, 0.0}, {});
  ASSERT_TRUE(one.converged);
  EXPECT_NEAR(one.point.beta, -1.5, 1e-3);
}

TEST(DesignPoint, DoesNotConvergeWithoutASlope) {
  FunctionLimit limit(2, [](std::span<const double>) { return 1.0; });
  EXPECT_FALSE(find_design_point(limit, std::vector<double>{0.0, 0.0}, {}).converged);
}

TEST(RadialSearch, FindsTheSurfaceInEveryDirection) {
  FunctionLimit sphere(4, [](std::span<const double> u) {
    double squares = 0.0;
    for (const double x : u) squares += x * x;
    return 3.3 - std::sqrt(squares);
  });
  const std::vector<DesignPoint> found = radial_search(sphere, 6, 10.0, 0.5, 1);
  ASSERT_EQ(found.size(), 12U);
  for (const DesignPoint& point : found) EXPECT_NEAR(point.beta, 3.3, 1e-5);
  FunctionLimit plane(4, [](std::span<const double> u) { return 2.0 - u[0]; });
  const std::vector<DesignPoint> on_plane = radial_search(plane, 20, 8.0, 0.5, 1);
  ASSERT_FALSE(on_plane.empty());
  EXPECT_LT(on_plane.size(), 21U);  // Of opposite directions one at most leads there.
  for (std::size_t k = 0; k < on_plane.size(); ++k) {
    EXPECT_NEAR(on_plane[k].u[0], 2.0, 1e-5);
    EXPECT_GE(on_plane[k].beta, on_plane[k == 0 ? 0 : k - 1].beta);
  }
}

}  // namespace
}  // namespace neucasl::sampling
