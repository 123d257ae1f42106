#include <gtest/gtest.h>

#include <cmath>

#include "cnt/cntfet.hpp"
#include "neucasl/variation/tubes.hpp"

namespace neucasl::cnt {
namespace {

TEST(TubeStatistics, GrowthAndRemoval) {
  const variation::TubeStatistics s = variation::tube_statistics(0.1, 0.3, 0.9, 0.2);
  EXPECT_NEAR(s.metallic, 0.9 * 0.3 * 0.1, 1e-15);
  EXPECT_NEAR(s.empty, 0.1 + 0.9 * (0.3 * 0.9 + 0.7 * 0.2), 1e-15);
  EXPECT_NEAR(variation::open_probability(s, 3), std::pow(s.empty, 3), 1e-18);
  EXPECT_NEAR(variation::short_probability(s, 4), 1.0 - std::pow(1.0 - s.metallic, 4), 1e-15);
}

// Zarkesh-Ha and Shahi, 2011: a failure rate of 1e-9 takes 25 stacked transistors of 18 tubes when
// 3 % are metallic, or one of 15 tubes when none is. They do not state in the abstract how many
// places are empty; one share of empty places explains both figures.
TEST(TubeStatistics, PublishedCountsForOnePartInABillion) {
  constexpr double limit = 1e-9;
  const variation::TubeStatistics none{0.25, 0.0};
  EXPECT_LE(variation::stack_failure_probability(none, 15, 1), limit);
  EXPECT_GT(variation::stack_failure_probability(none, 14, 1), limit);
  const variation::TubeStatistics some{0.25, 0.03};
  EXPECT_LE(variation::stack_failure_probability(some, 18, 25), limit);
  EXPECT_GT(variation::stack_failure_probability(some, 18, 24), limit);
  EXPECT_GT(variation::stack_failure_probability(some, 17, 25), limit);
  // Without stacking no number of tubes does.
  for (int places = 1; places < 100; ++places) {
    EXPECT_GT(variation::stack_failure_probability(some, places, 1), 1e-2);
  }
}

TEST(TubeStatistics, MadeDevicesHaveBinomialCounts) {
  const auto model = make_model("cntfet_n");
  auto p = model::default_parameters(model->specification());
  p[tubes] = 12;
  p[missing_probability] = 0.1;
  p[metallic_fraction] = 0.3;
  p[metallic_removal] = 0.8;
  p[semiconducting_loss] = 0.1;
  p[diameter_sigma] = 0.2e-9;
  const variation::TubeStatistics s = variation::tube_statistics(0.1, 0.3, 0.8, 0.1);
  const double semiconducting = 1.0 - s.empty - s.metallic;
  constexpr int samples = 10000;
  double count = 0, squares = 0, metallic = 0, shorted = 0, deviation = 0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(2, "tubes", static_cast<std::uint64_t>(k));
    auto one = p;
    model->sample_variation(one, random);
    count += one[tubes];
    squares += one[tubes] * one[tubes];
    metallic += one[metallic_tubes];
    shorted += one[metallic_tubes] > 0 ? 1 : 0;
    // Scaled by the root of the count, all devices have the same spread.
    const double scaled = (one[diameter] - p[diameter]) * std::sqrt(one[tubes]);
    deviation += scaled * scaled;
  }
  const double mean = count / samples;
  const double variance = squares / samples - mean * mean;
  const double expected_variance = 12 * semiconducting * (1 - semiconducting);
  EXPECT_NEAR(mean, 12 * semiconducting, 5 * std::sqrt(expected_variance / samples));
  EXPECT_NEAR(variance, expected_variance, 5 * expected_variance * std::sqrt(2.0 / samples));
  EXPECT_NEAR(metallic / samples, 12 * s.metallic, 5 * std::sqrt(12 * s.metallic / samples));
  EXPECT_NEAR(shorted / samples, variation::short_probability(s, 12), 5 * 0.5 / std::sqrt(samples));
  EXPECT_NEAR(std::sqrt(deviation / samples), 0.2e-9, 5 * 0.2e-9 / std::sqrt(2.0 * samples));
}

// Exponential distances: a Poisson count of places, each with a semiconducting tube. 5 sigma.
TEST(TubeStatistics, PlacesVaryWithThePitch) {
  const auto model = make_model("cntfet_n");
  auto p = model::default_parameters(model->specification());
  p[tubes] = 12;
  p[pitch_variation] = 1.0;
  constexpr int samples = 10000;
  double count = 0, squares = 0;
  for (int k = 0; k < samples; ++k) {
    base::RandomStream random(2, "pitch", static_cast<std::uint64_t>(k));
    auto one = p;
    model->sample_variation(one, random);
    EXPECT_EQ(one[metallic_tubes], 0.0);
    count += one[tubes];
    squares += one[tubes] * one[tubes];
  }
  const double mean = count / samples;
  EXPECT_NEAR(mean, 12.0, 5 * std::sqrt(12.0 / samples));
  EXPECT_NEAR(squares / samples - mean * mean, 12.0, 5 * 12.0 * std::sqrt(2.1 / samples));
}

TEST(TubeStatistics, WithoutSpreadNothingVaries) {
  const auto model = make_model("cntfet_p");
  auto p = model::default_parameters(model->specification());
  p[tubes] = 5;
  p[metallic_tubes] = 2;
  base::RandomStream random(2, "tubes");
  auto one = p;
  model->sample_variation(one, random);
  EXPECT_EQ(one, p);
}

}  // namespace
}  // namespace neucasl::cnt
