#include "neucasl/base/normal_distribution.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neucasl::base {
namespace {

/// Published values of the upper tail (M. Abramowitz and I. Stegun, Handbook of Mathematical
/// Functions, 1972, tables 26.1 and 26.2, and their continuation).
TEST(NormalDistribution, HasItsKnownProbabilities) {
  EXPECT_DOUBLE_EQ(normal_cumulative(0.0), 0.5);
  EXPECT_NEAR(normal_cumulative(1.0), 0.841344746068543, 1e-15);
  EXPECT_NEAR(normal_cumulative(-4.0) / 3.16712418331199e-5, 1.0, 1e-13);
  EXPECT_NEAR(normal_cumulative(-6.0) / 9.86587645037698e-10, 1.0, 1e-13);
}

TEST(NormalDistribution, QuantileIsTheInverse) {
  EXPECT_NEAR(normal_quantile(0.975), 1.95996398454005, 1e-13);
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-14);  // From the algorithm's paper.
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 1e-13);
  for (double x = -37.0; x <= 5.0; x += 0.25) {
    EXPECT_NEAR(normal_quantile(normal_cumulative(x)), x, 1e-9 * std::exp(std::max(0.0, x) * 2.0));
  }
}

}  // namespace
}  // namespace neucasl::base
