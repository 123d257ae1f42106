#include "neucasl/variation/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neucasl::variation {
namespace {

TEST(TelegraphNoise, ClosedForms) {
  const TelegraphNoise noise({2e-3, 6e-3, 0.1});
  EXPECT_NEAR(noise.occupancy(), 0.75, 1e-15);
  EXPECT_NEAR(noise.correlation_time(), 1.5e-3, 1e-18);
  EXPECT_NEAR(noise.mean(), 0.075, 1e-15);
  EXPECT_NEAR(noise.covariance(0.0), 0.01 * 0.75 * 0.25, 1e-17);
  EXPECT_NEAR(noise.covariance(-1.5e-3), noise.covariance(0.0) / std::exp(1.0), 1e-17);
  // The density integrates to the variance: covariance(0) = integral of S over f, which is that of
  // an arctangent.
  double integral = 0.0;
  constexpr double step = 0.5;
  for (double f = 0.5 * step; f < 1e6; f += step) integral += noise.spectral_density(f) * step;
  EXPECT_NEAR(integral / noise.covariance(0.0), 1.0, 1e-3);
}

// 20,000 stationary pairs a lag. The mean of x y has a deviation of at most amplitude^2 / 2 over
// the root of the count; 5 of them, a chance of 6e-7 each.
TEST(TelegraphNoise, OccupancyAndAutocorrelationOfSamples) {
  const TelegraphNoise noise({1e-3, 3e-3, 2.0});
  for (const double lag : {1e-5, 3e-4, 1e-3, 5e-3}) {
    constexpr int samples = 20000;
    double first = 0.0;
    double second = 0.0;
    double product = 0.0;
    for (int k = 0; k < samples; ++k) {
      base::RandomStream random(3, "telegraph", static_cast<std::uint64_t>(k));
      const std::vector<double> x = noise.at(std::vector<double>{1.0, 1.0 + lag}, random);
      first += x[0];
      second += x[1];
      product += x[0] * x[1];
    }
    const double limit = 5.0 * 2.0 / std::sqrt(samples);
    EXPECT_NEAR(first / samples, 1.5, 0.5 * limit);
    EXPECT_NEAR(second / samples, 1.5, 0.5 * limit);
    EXPECT_NEAR(product / samples, 1.5 * 1.5 + noise.covariance(lag), limit);
  }
}

// Steps that are long and short, together and apart: the same law (Chapman and Kolmogorov).
TEST(TelegraphNoise, SamplesDoNotDependOnTheSteps) {
  const TelegraphNoise noise({1e-3, 1e-3, 1.0});
  constexpr int samples = 20000;
  double direct = 0.0;
  double through = 0.0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream a(4, "direct", static_cast<std::uint64_t>(k));
    base::RandomStream b(4, "through", static_cast<std::uint64_t>(k));
    const auto x = noise.at(std::vector<double>{0.0, 4e-4}, a);
    const auto y = noise.at(std::vector<double>{0.0, 1e-4, 1e-4, 3e-4, 4e-4}, b);
    direct += x.front() * x.back();
    through += y.front() * y.back();
  }
  const double exact = 0.25 + noise.covariance(4e-4);
  EXPECT_NEAR(direct / samples, exact, 5.0 * 0.5 / std::sqrt(samples));
  EXPECT_NEAR(through / samples, exact, 5.0 * 0.5 / std::sqrt(samples));
}

TEST(TelegraphNoise, PathsHaveExponentialStays) {
  const TelegraphNoise noise({2e-3, 5e-4, 1.0});
  base::RandomStream random(5, "path");
  const TelegraphNoise::Path path = noise.path(20.0, random);
  double filled = 0.0;
  double last = 0.0;
  bool state = path.filled;
  for (const double time : path.changes) {
    EXPECT_GT(time, last);
    if (state) filled += time - last;
    last = time;
    state = !state;
  }
  // About 8,000 stays of each kind: their sum has a relative deviation of 1 / sqrt(8000).
  const double expected = 20.0 / (2e-3 + 5e-4);
  EXPECT_NEAR(static_cast<double>(path.changes.size()) / 2.0, expected, 5.0 * std::sqrt(expected));
  EXPECT_NEAR(filled / last, noise.occupancy(), 5.0 * noise.occupancy() / std::sqrt(expected));
}

TEST(TelegraphNoise, RefusesWhatIsNoTrap) {
  EXPECT_THROW(TelegraphNoise({0.0, 1.0, 1.0}), base::Error);
  EXPECT_THROW(TelegraphNoise({1.0, -1.0, 1.0}), base::Error);
  EXPECT_THROW(TelegraphNoise({1.0, INFINITY, 1.0}), base::Error);
  EXPECT_THROW(TelegraphNoise({1.0, 1.0, NAN}), base::Error);
  const TelegraphNoise noise({1.0, 1.0, 1.0});
  base::RandomStream random(1, "bad");
  EXPECT_THROW((void)noise.at(std::vector<double>{1.0, 0.5}, random), base::Error);
  EXPECT_THROW((void)noise.at(std::vector<double>{NAN}, random), base::Error);
  EXPECT_THROW((void)noise.path(-1.0, random), base::Error);
}

}  // namespace
}  // namespace neucasl::variation
