#include "memristor/models/linear_ion_drift.hpp"

#include <numbers>

#include "checks.hpp"
#include "memristor/models/statistics.hpp"
#include "neucasl/base/statistics.hpp"

namespace neucasl::memristor_models {
namespace {

using P = LinearIonDrift;

class LinearIonDriftTest : public testing::Test {
 protected:
  const LinearIonDriftModel model;
  std::vector<double> parameters = model::default_parameters(model.specification());

  double rate(double voltage, double state) {
    RandomPoint point{parameters, std::vector<double>(model.derived_size()), {voltage, 0.0, state}};
    model.derive(parameters, {}, point.derived);
    return -evaluate(model, point).flow[2];
  }
};

TEST_F(LinearIonDriftTest, ParametersStandInTheOrderOfTheIndex) {
  const model::Specification& s = model.specification();
  EXPECT_EQ(model::parameter_index(s, "mobility"), P::mobility);
  EXPECT_EQ(model::parameter_index(s, "window_exponent"), P::window_exponent);
  EXPECT_EQ(model::parameter_index(s, "off_variation"), P::off_variation);
  EXPECT_EQ(s.parameters.size(), P::off_variation + 1 + operation_count);
}

// Strukov et al. 2008, equation 7 with the charge: M(q) = Roff - (Roff - Ron)(x0 + mu Ron q/D^2);
// and the flux from it, Roff x - (Roff - Ron) x^2/2 = const + mu Ron/D^2 phi.
TEST_F(LinearIonDriftTest, MemristanceIsThePublishedFunctionOfCharge) {
  parameters[P::edge_width] = 1e-3;
  model::DrivenDevice device(model, parameters);
  const double on = 100.0;
  const double off = 16e3;
  const double factor = 1e-14 * on / 1e-16;
  const double frequency = 1.0;
  const auto sine = [&](double t, std::span<double> v) {
    v[0] = std::sin(2.0 * std::numbers::pi * frequency * t);
    v[1] = 0.0;
  };
  const auto points = device.transient(0.0, 2.0, 1e-3, sine, 1e-8);
  double charge = 0.0;
  double most = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    charge +=
        0.5 * (points[i].flow[0] + points[i - 1].flow[0]) * (points[i].time - points[i - 1].time);
    const double x = points[i].internals[0];
    EXPECT_NEAR(off - (off - on) * x, off - (off - on) * (0.1 + factor * charge), 0.05);
    const double flux = (1.0 - std::cos(2.0 * std::numbers::pi * frequency * points[i].time)) /
                        (2.0 * std::numbers::pi * frequency);
    const double left = off * (x - 0.1) - 0.5 * (off - on) * (x * x - 0.01);
    EXPECT_NEAR(left, factor * flux, 1e-4 * off);
    most = std::max(most, x);
  }
  EXPECT_GT(most, 0.2);
  EXPECT_LT(most, 0.9);
}

TEST_F(LinearIonDriftTest, LoopIsPinchedAndClosesWithFrequency) {
  const HysteresisLoop slow = hysteresis_loop(model, parameters, {}, 1.0, 1.0);
  const HysteresisLoop fast = hysteresis_loop(model, parameters, {}, 1.0, 10.0);
  int zeros = 0;
  for (std::size_t i = 0; i < slow.voltage.size(); ++i) {
    if (std::abs(slow.voltage[i]) > 1e-12) continue;
    ++zeros;
    EXPECT_LT(std::abs(slow.current[i]), 1e-14);
  }
  EXPECT_GE(zeros, 2);
  EXPECT_GT(slow.area, 1e-6);
  // Far above its speed the state moves as 1/f.
  EXPECT_LT(fast.area, 0.2 * slow.area);
}

TEST_F(LinearIonDriftTest, WindowsAreThePublishedOnes) {
  const double free_rate = rate(1.0, 0.3);
  parameters[P::window] = 1.0;
  parameters[P::window_exponent] = 2.0;
  EXPECT_NEAR(rate(1.0, 0.3) / free_rate, 1.0 - std::pow(0.4, 4.0), 1.1e-3);
  EXPECT_NEAR(rate(-1.0, 0.3) / -free_rate, 1.0 - std::pow(0.4, 4.0), 1.1e-3);
  parameters[P::window] = 2.0;
  EXPECT_NEAR(rate(1.0, 0.3) / free_rate, 1.0 - std::pow(0.3, 4.0), 1.1e-3);
  EXPECT_NEAR(rate(-1.0, 0.3) / -free_rate, 1.0 - std::pow(0.7, 4.0), 1.1e-3);
  parameters[P::window] = 0.5;
  EXPECT_THROW(rate(1.0, 0.3), base::Error);
}

TEST_F(LinearIonDriftTest, StateStopsAtTheEndAndComesBack) {
  for (const double window : {0.0, 1.0, 2.0}) {
    parameters[P::window] = window;
    model::DrivenDevice device(model, parameters);
    const auto hold = [](double voltage) {
      return [voltage](double, std::span<double> v) {
        v[0] = voltage;
        v[1] = 0.0;
      };
    };
    device.transient(0.0, 50.0, 0.1, hold(1.0));
    EXPECT_GT(device.internals()[0], 0.99);
    EXPECT_LE(device.internals()[0], 1.0 + 1e-9);
    device.transient(0.0, 50.0, 0.1, hold(-1.0));
    EXPECT_LT(device.internals()[0], 0.05);
    EXPECT_GE(device.internals()[0], -1e-9);
  }
}

TEST_F(LinearIonDriftTest, VariationHasTheDeclaredStatistics) {
  parameters[P::on_variation] = 0.05;
  parameters[P::off_variation] = 0.3;
  std::vector<double> on;
  std::vector<double> log_off;
  for (std::uint64_t k = 0; k < 10000; ++k) {
    std::vector<double> p = parameters;
    base::RandomStream random(11, "variation", k);
    model.sample_variation(p, random);
    on.push_back(p[P::on_resistance]);
    log_off.push_back(std::log(p[P::off_resistance]));
  }
  // Five standard errors.
  EXPECT_NEAR(base::mean(on), 100.0, 5.0 * 5.0 / 100.0);
  EXPECT_NEAR(base::standard_deviation(on), 5.0, 5.0 * 5.0 / 141.0);
  EXPECT_NEAR(base::mean(log_off), std::log(16e3), 5.0 * 0.3 / 100.0);
  EXPECT_NEAR(base::standard_deviation(log_off), 0.3, 5.0 * 0.3 / 141.0);
}

TEST_F(LinearIonDriftTest, RefusesResistancesInTheWrongOrder) {
  parameters[P::off_resistance] = 50.0;
  EXPECT_THROW(rate(1.0, 0.5), base::Error);
}

}  // namespace
}  // namespace neucasl::memristor_models
