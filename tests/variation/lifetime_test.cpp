#include "neucasl/variation/lifetime.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/variation/waveguides.hpp"

namespace neucasl::variation {
namespace {

constexpr double electronvolt = 1.602176634e-19;
constexpr double year = 365.25 * 86400.0;

TEST(Arrhenius, TheLogarithmIsLinearInTheInverseTemperature) {
  const double factor = arrhenius_factor(1.1 * electronvolt, 300.0, 398.15);
  EXPECT_NEAR(std::log(factor), 1.1 * electronvolt / 1.380649e-23 * (1.0 / 300.0 - 1.0 / 398.15),
              1e-11);
  EXPECT_GT(factor, 1.0);
  EXPECT_NEAR(factor * arrhenius_factor(1.1 * electronvolt, 398.15, 300.0), 1.0, 1e-12);
  EXPECT_EQ(arrhenius_factor(1e-19, 350.0, 350.0), 1.0);
  EXPECT_THROW((void)arrhenius_factor(1e-19, 0.0, 300.0), base::Error);
}

TEST(Retention, HalfIsLeftAfterTheHalfLife) {
  const double energy = 1.2 * electronvolt;
  EXPECT_NEAR(retained_share(1e6, 358.15, 1e6, energy, 358.15), 0.5, 1e-15);
  const double colder = arrhenius_factor(energy, 300.0, 358.15);
  EXPECT_NEAR(retained_share(3e6 * colder, 300.0, 1e6, energy, 358.15), 0.125, 1e-12);
  EXPECT_THROW((void)retained_share(-1.0, 300.0, 1e6, energy, 358.15), base::Error);
}

TEST(Weibull, SurvivalAndTheWeakest) {
  const WeibullLaw law{1e6, 2.5};
  EXPECT_NEAR(survival(law, 1e6), std::exp(-1.0), 1e-15);
  EXPECT_EQ(survival(law, 0.0), 1.0);
  EXPECT_NEAR(weibull_mean(law), 1e6 * std::tgamma(1.4), 1e-6);
  // All of 1,000 cells survive.
  EXPECT_NEAR(survival(weakest(law, 1000.0), 3e4), std::pow(survival(law, 3e4), 1000.0), 1e-12);
  EXPECT_THROW((void)survival({0.0, 1.0}, 1.0), base::Error);
  EXPECT_THROW((void)survival(law, NAN), base::Error);
}

// Cycles to failure of 20,000 cells against the survival: 5 sigma of a share.
TEST(Weibull, CyclesToFailureFollowTheSurvival) {
  const WeibullLaw law{1e6, 1.7};
  const Distribution cycles = lifetime_of(law);
  constexpr int samples = 20000;
  for (const double at : {1e5, 5e5, 1e6, 2e6}) {
    int alive = 0;
    for (int k = 0; k < samples; ++k) {
      base::RandomStream random(6, "endurance", static_cast<std::uint64_t>(k));
      if (cycles.from_normal(random.normal()) > at) ++alive;
    }
    const double exact = survival(law, at);
    EXPECT_NEAR(static_cast<double>(alive) / samples, exact,
                5.0 * std::sqrt(exact * (1.0 - exact) / samples));
  }
}

TEST(ThresholdShift, PowersOfTimeAndVoltage) {
  const PowerLawShift law{0.03, 0.1 * electronvolt, 3.0, 1.0 / 6.0};
  const double one = shift_after(law, 1e4, 300.0, 0.7);
  EXPECT_NEAR(one,
              0.03 * std::exp(-0.1 * electronvolt / (boltzmann * 300.0)) * std::pow(0.7, 3.0) *
                  std::pow(1e4, 1.0 / 6.0),
              1e-15);
  EXPECT_NEAR(shift_after(law, 64e4, 300.0, 0.7) / one, 2.0, 1e-12);
  EXPECT_NEAR(shift_after(law, 1e4, 300.0, -1.4) / one, 8.0, 1e-12);
  EXPECT_EQ(shift_after(law, 0.0, 300.0, 0.7), 0.0);
}

TEST(ThresholdShift, AMissionOfEqualStretchesIsOneStretch) {
  const PowerLawShift law{0.03, 0.1 * electronvolt, 3.0, 0.2};
  const std::vector<StressStep> steps(10, {1e5, 350.0, 0.7, 0.5});
  EXPECT_NEAR(shift_after(law, steps), shift_after(law, 5e5, 350.0, 0.7), 1e-14);
  // Without stress nothing is added, and the order of hot and cold does not matter to a law whose
  // shift^(1/n) adds up.
  const std::vector<StressStep> hot_first = {
      {1e5, 380.0, 0.7, 1.0}, {3e7, 300.0, 0.0, 1.0}, {4e5, 300.0, 0.7, 1.0}};
  const std::vector<StressStep> cold_first = {{4e5, 300.0, 0.7, 1.0}, {1e5, 380.0, 0.7, 1.0}};
  EXPECT_NEAR(shift_after(law, hot_first), shift_after(law, cold_first), 1e-14);
  const double hot = shift_after(law, 1e5, 380.0, 0.7);
  const double cold = shift_after(law, 4e5, 300.0, 0.7);
  EXPECT_NEAR(shift_after(law, cold_first), std::pow(std::pow(hot, 5.0) + std::pow(cold, 5.0), 0.2),
              1e-14);
  EXPECT_THROW((void)shift_after(law, std::vector<StressStep>{{1.0, 300.0, 1.0, 1.5}}),
               base::Error);
}

TEST(Breakdown, VoltageTemperatureAndArea) {
  const BreakdownLaw law{1e3, 1.2, 44.0, 0.6 * electronvolt, 2.0, 398.15, 1e-10};
  const WeibullLaw reference = breakdown(law, 2.0, 398.15, 1e-10);
  EXPECT_NEAR(reference.scale, 1e3, 1e-9);
  EXPECT_EQ(reference.shape, 1.2);
  EXPECT_NEAR(breakdown(law, 1.0, 398.15, 1e-10).scale / 1e3 / std::pow(2.0, 44.0), 1.0, 1e-12);
  EXPECT_NEAR(breakdown(law, 2.0, 300.0, 1e-10).scale / 1e3,
              arrhenius_factor(0.6 * electronvolt, 300.0, 398.15), 1e-9);
  // A hundred times the area: survival to the power of a hundred.
  EXPECT_NEAR(survival(breakdown(law, 2.0, 398.15, 1e-8), 10.0),
              std::pow(survival(reference, 10.0), 100.0), 1e-12);
  EXPECT_THROW((void)breakdown(law, 0.0, 300.0, 1e-10), base::Error);
}

TEST(Electromigration, BlacksLaw) {
  ElectromigrationLaw law;
  law.time = 10 * year;
  law.reference_density = 1e10;
  law.reference_temperature = 378.15;
  law.current_exponent = 2.0;
  law.energy = 0.9 * electronvolt;
  law.log_sigma = 0.4;
  EXPECT_NEAR(median_lifetime(law, 1e10, 378.15) / (10 * year), 1.0, 1e-12);
  EXPECT_NEAR(median_lifetime(law, 2e10, 378.15) / (10 * year), 0.25, 1e-12);
  EXPECT_NEAR(median_lifetime(law, 1e10, 350.0) / (10 * year),
              arrhenius_factor(0.9 * electronvolt, 350.0, 378.15), 1e-9);
  EXPECT_TRUE(std::isinf(median_lifetime(law, 0.0, 378.15)));
  // Half of single wires, half to the power of three of three alike; wires at rest do not count.
  const std::vector<double> three = {1e10, 1e10, 0.0, 1e10};
  EXPECT_NEAR(wires_survive(law, three, 378.15, 10 * year), 0.125, 1e-12);
  const double early = base::normal_cumulative(std::log(0.1) / 0.4);
  EXPECT_NEAR(wires_survive(law, three, 378.15, year), std::pow(1.0 - early, 3.0), 1e-12);
  EXPECT_THROW((void)median_lifetime(law, -1.0, 300.0), base::Error);
}

TEST(Pelgrom, FallsWithTheRootOfTheArea) {
  // 1.2 mV um over 0.25 um^2.
  EXPECT_NEAR(pelgrom_sigma(1.2e-9, 0.25e-12), 2.4e-3, 1e-15);
  EXPECT_THROW((void)pelgrom_sigma(1.0, 0.0), base::Error);
}

TEST(Growth, IsOneAfterItsTime) {
  const ActivatedGrowth law{1e8, 0.5, 0.5 * electronvolt, 358.15};
  EXPECT_NEAR(growth_after(law, 1e8, 358.15), 1.0, 1e-15);
  EXPECT_NEAR(growth_after(law, 4e8, 358.15), 2.0, 1e-12);
  EXPECT_NEAR(growth_after(law, 1e8, 320.0),
              1.0 / std::sqrt(arrhenius_factor(0.5 * electronvolt, 320.0, 358.15)), 1e-12);
}

TEST(Waveguides, ResonanceAndGap) {
  // 1 nm wider at dn/dw = 1e6 per m and n_g = 4.2: 1550 nm / 4.2 x 1e-3.
  EXPECT_NEAR(resonance_shift(1550e-9, 4.2, 1e6, 1e-9, 2e6, 0.0), 1550e-9 / 4.2 * 1e-3, 1e-20);
  EXPECT_NEAR(resonance_shift(1550e-9, 4.2, 1e6, 2e-9, 2e6, -1e-9), 0.0, 1e-22);
  EXPECT_NEAR(coupling_at_gap(0.1, 0.0, 1e-7), 0.1, 1e-15);
  // Weak coupling falls as the square of the amplitude.
  EXPECT_NEAR(coupling_at_gap(1e-6, 1e-7, 1e-7) / 1e-6, std::exp(-2.0), 1e-6);
  EXPECT_THROW((void)coupling_at_gap(1.5, 0.0, 1e-7), base::Error);
}

}  // namespace
}  // namespace neucasl::variation
