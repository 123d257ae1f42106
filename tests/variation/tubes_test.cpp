#include "neucasl/variation/tubes.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::variation {
namespace {

struct Counts {
  double mean = 0.0;
  double variance = 0.0;
};
Counts places(double mean, double variation, int samples) {
  double sum = 0.0;
  double squares = 0.0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(9, "places", static_cast<std::uint64_t>(k));
    const double n = draw_places(mean, variation, random);
    sum += n;
    squares += n * n;
  }
  return {sum / samples, squares / samples - sum / samples * sum / samples};
}

TEST(Places, WithoutVariationTheyAreTheMean) {
  base::RandomStream random(1, "fixed");
  EXPECT_EQ(draw_places(12.0, 0.0, random), 12);
  EXPECT_EQ(draw_places(0.0, 1.0, random), 0);
  EXPECT_THROW((void)draw_places(-1.0, 0.0, random), base::Error);
  EXPECT_THROW((void)draw_places(1.0, NAN, random), base::Error);
}

// Exponential distances: mean and variance 15, 5 sigma of 20,000 samples.
TEST(Places, ExponentialDistancesGiveAPoissonCount) {
  constexpr int samples = 20000;
  const Counts found = places(15.0, 1.0, samples);
  EXPECT_NEAR(found.mean, 15.0, 5.0 * std::sqrt(15.0 / samples));
  EXPECT_NEAR(found.variance, 15.0, 5.0 * 15.0 * std::sqrt(2.0 / samples + 1.0 / 15.0 / samples));
}

// A stationary renewal process has the mean count w exactly, and for many places the variance
// c^2 w + 1/6 + c^4 / 2 - mu3 / (3 mu^3) (Cox, Renewal Theory, section 4.5); for Gamma distances
// mu3 / mu^3 = 2 c^4 (third central moment), so that it is c^2 w + 1/6 - c^4 / 6.
TEST(Places, GammaDistancesGiveCoxsVariance) {
  constexpr int samples = 20000;
  constexpr double c = 0.5;
  const Counts found = places(40.0, c, samples);
  const double variance = c * c * 40.0 + 1.0 / 6.0 - c * c * c * c / 6.0;
  EXPECT_NEAR(found.mean, 40.0, 5.0 * std::sqrt(variance / samples));
  EXPECT_NEAR(found.variance, variance, 5.0 * variance * std::sqrt(2.0 / samples));
}

// Opens and shorts of a Poisson count against the closed forms: 5 sigma of a share.
TEST(Tubes, PoissonFailuresFollowTheClosedForms) {
  const TubeStatistics statistics = tube_statistics(0.1, 0.2, 0.9, 0.3);
  constexpr int samples = 20000;
  constexpr double mean = 4.0;
  int open = 0;
  int shorted = 0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(8, "tubes", static_cast<std::uint64_t>(k));
    const TubeCounts made = draw_tubes(statistics, draw_places(mean, 1.0, random), random);
    if (made.semiconducting + made.metallic == 0) ++open;
    if (made.metallic > 0) ++shorted;
  }
  const auto near = [&](int count, double exact) {
    EXPECT_NEAR(static_cast<double>(count) / samples, exact,
                5.0 * std::sqrt(exact * (1.0 - exact) / samples));
  };
  near(open, open_probability_poisson(statistics, mean));
  near(shorted, short_probability_poisson(statistics, mean));
}

// A Poisson count of this mean is the limit of many unlikely places.
TEST(Tubes, ThePoissonFormsAreTheLimitOfTheBinomialOnes) {
  constexpr int many = 100000;
  const TubeStatistics rare{1.0 - 5.0 / many, 0.1 / many};
  const TubeStatistics each{0.0, 0.1 / 5.0};
  EXPECT_NEAR(open_probability(rare, many) / open_probability_poisson(each, 5.0), 1.0, 2e-4);
  EXPECT_NEAR(short_probability(rare, many) / short_probability_poisson(each, 5.0), 1.0, 1e-5);
}

}  // namespace
}  // namespace neucasl::variation
