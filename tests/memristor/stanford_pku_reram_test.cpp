#include "memristor/models/stanford_pku_reram.hpp"

#include "checks.hpp"
#include "neucasl/base/statistics.hpp"

namespace neucasl::memristor_models {
namespace {

using P = StanfordPkuReram;
constexpr double k = 1.380649e-23;
constexpr double q = 1.602176634e-19;

class StanfordPkuReramTest : public testing::Test {
 protected:
  const StanfordPkuReramModel model;
  std::vector<double> parameters = model::default_parameters(model.specification());
  model::Environment environment{298.0, 1.55e-6, 1, false};

  RandomPoint point(double voltage, double state, double heating) {
    RandomPoint p{
        parameters, std::vector<double>(model.derived_size()), {voltage, 0.0, state, heating}};
    model.derive(parameters, environment, p.derived);
    return p;
  }
  static model::DrivenDevice::Drive hold(double voltage) {
    return [voltage](double, std::span<double> v) {
      v[0] = voltage;
      v[1] = 0.0;
    };
  }
};

TEST_F(StanfordPkuReramTest, ParametersStandInTheOrderOfTheIndex) {
  const model::Specification& s = model.specification();
  EXPECT_EQ(model::parameter_index(s, "gap_max"), P::gap_max);
  EXPECT_EQ(model::parameter_index(s, "minimum_field"), P::minimum_field);
  EXPECT_EQ(model::parameter_index(s, "flicker_noise"), P::flicker_noise);
  EXPECT_EQ(model::parameter_index(s, "retention_energy"), P::retention_energy);
  EXPECT_EQ(s.parameters.size(), P::retention_energy + 1 + operation_count);
}

// The published equations, written out for version 1.0.0 of the Verilog-A model.
TEST_F(StanfordPkuReramTest, CurrentAndGapVelocityAreThePublishedOnes) {
  for (const double voltage : {1.5, 1.8, -1.3}) {
    const double state = 0.4;
    const double gap = 0.2e-9 + 0.4 * 1.5e-9;
    const double heating = 0.35;
    const Values at = evaluate(model, point(voltage, state, heating));
    const double current = 1e-3 * std::exp(-gap / 0.25e-9) * std::sinh(voltage / 0.25);
    EXPECT_NEAR(at.flow[0], current, 1e-12 * std::abs(current));
    const double temperature = 298.0 + 35.0;
    const double gamma = 16.0 - 0.8 * std::pow(gap / 1e-9, 3.0);
    ASSERT_GT(gamma * std::abs(voltage) / 12e-9, 1.05 * 1.4e9);
    const double velocity = -10.0 * std::exp(-0.6 * q / (k * temperature)) *
                            std::sinh(gamma * 0.25 / 12.0 * q * voltage / (k * temperature));
    EXPECT_NEAR(-at.flow[2], velocity / 1.5e-9, 1e-3 * std::abs(velocity / 1.5e-9));
  }
}

TEST_F(StanfordPkuReramTest, NoIonMovesBelowTheSmallestField) {
  const double below = 0.9 * 1.4e9 * 12e-9 / 16.0;
  EXPECT_LT(std::abs(evaluate(model, point(-below, 0.1, 0.0)).flow[2]),
            1e-2 * std::abs(evaluate(model, point(-1.2 * below / 0.9, 0.1, 0.0)).flow[2]));
  EXPECT_EQ(evaluate(model, point(0.0, 0.5, 0.0)).flow[2], 0.0);
}

TEST_F(StanfordPkuReramTest, TemperatureAtRestIsThatOfThePower) {
  parameters[P::initial_state] = 0.0;
  model::DrivenDevice device(model, parameters, environment);
  const double terminals[] = {1.0, 0.0};
  const double current = device.rest(terminals)[0];
  EXPECT_NEAR(100.0 * device.internals()[1], 2.1e3 * current, 1e-9 * 2.1e3 * current);
  EXPECT_EQ(device.internals()[0], 0.0);
}

// The benchmark decks of the model: +1.8 V for 100 ns sets, -1.3 V for 100 ns resets.
TEST_F(StanfordPkuReramTest, BenchmarkPulsesSetAndReset) {
  parameters[P::initial_state] = 1.0;
  model::DrivenDevice device(model, parameters, environment);
  const double high = conductance(device, 0.1);
  apply(device, {1.8, 100e-9, 10e-12});
  const double low = conductance(device, 0.1);
  EXPECT_NEAR(1.0 / high, 218586.0, 1.0);
  EXPECT_NEAR(1.0 / low, 542.0, 1.0);
  apply(device, {-1.3, 100e-9, 10e-12});
  const double reset = conductance(device, 0.1);
  EXPECT_LT(reset, low / 10.0);
  EXPECT_GT(reset, high);
}

TEST_F(StanfordPkuReramTest, SwitchingTimeFallsExponentiallyWithVoltage) {
  MemoryTraits traits;
  traits.preparation = {P::initial_state, 0.0, 1.0};
  const auto time = [&](double voltage) {
    return switching_time(model, parameters, environment, traits, 1.0, 0.0, voltage, 1e-3);
  };
  const double slow = time(1.5);
  const double middle = time(1.65);
  const double fast = time(1.8);
  EXPECT_GT(slow / middle, 3.0);
  EXPECT_NEAR(std::log(slow / middle) / std::log(middle / fast), 1.0, 0.2);
}

TEST_F(StanfordPkuReramTest, HeatSpeedsUpSwitching) {
  environment.temperature = 398.0;
  const double hot = std::abs(evaluate(model, point(-1.3, 0.2, 0.0)).flow[2]);
  environment.temperature = 298.0;
  EXPECT_GT(hot, 4.0 * std::abs(evaluate(model, point(-1.3, 0.2, 0.0)).flow[2]));
}

TEST_F(StanfordPkuReramTest, LoopIsPinchedAndClosesWithFrequency) {
  const HysteresisLoop slow = hysteresis_loop(model, parameters, environment, 1.5, 1e5);
  const HysteresisLoop fast = hysteresis_loop(model, parameters, environment, 1.5, 1e10);
  for (std::size_t i = 0; i < slow.voltage.size(); ++i) {
    if (std::abs(slow.voltage[i]) < 1e-12) {
      EXPECT_LT(std::abs(slow.current[i]), 1e-12);
    }
  }
  EXPECT_GT(slow.area, 1e-4);
  EXPECT_LT(fast.area, 0.01 * slow.area);
}

// ln R of the high-resistance state is gap_max/g0 and a constant, so a normal gap gives a lognormal
// resistance.
TEST_F(StanfordPkuReramTest, HighResistanceIsLognormal) {
  parameters[P::gap_variation] = 0.05e-9;
  parameters[P::current_variation] = 0.0;
  std::vector<double> log_resistance;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    std::vector<double> p = parameters;
    base::RandomStream random(2, "variation", i);
    model.sample_variation(p, random);
    p[P::initial_state] = 1.0;
    model::DrivenDevice device(model, p, environment);
    log_resistance.push_back(-std::log(conductance(device, 0.1)));
  }
  EXPECT_NEAR(base::mean(log_resistance), std::log(218586.0), 5.0 * 0.2 / 100.0);
  EXPECT_NEAR(base::standard_deviation(log_resistance), 0.2, 5.0 * 0.2 / 141.0);
}

TEST_F(StanfordPkuReramTest, CyclesRaiseTheLowResistance) {
  parameters[P::initial_state] = 0.0;
  model::DrivenDevice fresh(model, parameters, environment);
  std::vector<double> worn = parameters;
  model.age(worn, {0.0, 300.0, 0.0, 1.0, parameters[P::endurance_cycles]});
  model::DrivenDevice used(model, worn, environment);
  EXPECT_NEAR(conductance(fresh, 0.1) / conductance(used, 0.1), 2.0, 1e-9);
}

TEST_F(StanfordPkuReramTest, FlickerNoiseGoesWithTheSquareOfTheCurrent) {
  parameters[P::flicker_noise] = 1e-6;
  const RandomPoint at = point(0.2, 0.3, 0.0);
  const double current = evaluate(model, at).flow[0];
  const auto sources = model.noise(at.derived, at.unknowns, environment);
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_NEAR(sources[0].flicker, 1e-6 * current * current, 1e-12 * sources[0].flicker);
}

}  // namespace
}  // namespace neucasl::memristor_models
