#include "memristor/models/vteam.hpp"

#include "checks.hpp"
#include "neucasl/base/statistics.hpp"

namespace neucasl::memristor_models {
namespace {

using P = Vteam;

class VteamTest : public testing::Test {
 protected:
  const VteamModel model;
  std::vector<double> parameters = model::default_parameters(model.specification());

  Values at(double voltage, double state) {
    RandomPoint point{parameters, std::vector<double>(model.derived_size()), {voltage, 0.0, state}};
    model.derive(parameters, {}, point.derived);
    return evaluate(model, point);
  }
  static model::DrivenDevice::Drive hold(double voltage) {
    return [voltage](double, std::span<double> v) {
      v[0] = voltage;
      v[1] = 0.0;
    };
  }
};

TEST_F(VteamTest, ParametersStandInTheOrderOfTheIndex) {
  const model::Specification& s = model.specification();
  EXPECT_EQ(model::parameter_index(s, "k_off"), P::k_off);
  EXPECT_EQ(model::parameter_index(s, "current_law"), P::current_law);
  EXPECT_EQ(model::parameter_index(s, "threshold_variation"), P::threshold_variation);
  EXPECT_EQ(model::parameter_index(s, "retention_energy"), P::retention_energy);
  EXPECT_EQ(s.parameters.size(), P::retention_energy + 1 + operation_count);
}

// Kvatinsky et al. 2015, equation 1 at constant voltage: the state moves at a constant rate.
TEST_F(VteamTest, StateAtConstantVoltageIsTheClosedForm) {
  const double set_rate = 10.0 * std::pow(-0.5 / -0.2 - 1.0, 3.0) / 3e-9;
  model::DrivenDevice device(model, parameters);
  for (const auto& point : device.transient(0.0, 0.8 / set_rate, 0.02 / set_rate, hold(-0.5))) {
    EXPECT_NEAR(point.internals[0], 1.0 - set_rate * point.time, 0.011);
  }
  // Away from the edges the rate itself is exact.
  EXPECT_NEAR(at(-0.5, 0.5).flow[2], set_rate, 1e-12 * set_rate);
  const double reset_rate = 5e-4 * (1.0 / 0.02 - 1.0) / 3e-9;
  EXPECT_NEAR(at(1.0, 0.5).flow[2], -reset_rate, 1e-12 * reset_rate);
  parameters[P::initial_state] = 0.2;
  model::DrivenDevice middle(model, parameters);
  middle.transient(0.0, 0.5 / reset_rate, 0.01 / reset_rate, hold(1.0));
  EXPECT_NEAR(middle.internals()[0], 0.7, 1e-8);
}

TEST_F(VteamTest, NothingMovesBetweenTheThresholds) {
  for (const double voltage : {-0.2, -0.1, 0.0, 0.01, 0.02}) {
    for (const double state : {0.0, 0.3, 1.0}) EXPECT_EQ(at(voltage, state).flow[2], 0.0);
  }
  EXPECT_GT(at(-0.201, 0.5).flow[2], 0.0);
  EXPECT_LT(at(0.021, 0.5).flow[2], 0.0);
}

TEST_F(VteamTest, BothCurrentLaws) {
  EXPECT_NEAR(at(0.01, 0.25).flow[0], 0.01 / (50.0 + 950.0 * 0.25), 1e-18);
  parameters[P::current_law] = 1.0;
  EXPECT_NEAR(at(0.01, 0.25).flow[0], 0.01 / (50.0 * std::pow(20.0, 0.25)), 1e-15);
  EXPECT_NEAR(at(0.01, 1.0).flow[0], 0.01 / 1000.0, 1e-17);
}

TEST_F(VteamTest, LoopIsPinchedAndClosesWithFrequency) {
  parameters[P::initial_state] = 0.5;
  const HysteresisLoop slow = hysteresis_loop(model, parameters, {}, 1.0, 5e6);
  const HysteresisLoop fast = hysteresis_loop(model, parameters, {}, 0.1, 5e8);
  for (std::size_t i = 0; i < slow.voltage.size(); ++i) {
    if (std::abs(slow.voltage[i]) < 1e-12) {
      EXPECT_LT(std::abs(slow.current[i]), 1e-13);
    }
  }
  EXPECT_GT(slow.area, 1e-4);
  EXPECT_LT(fast.area, 1e-3 * slow.area);
}

TEST_F(VteamTest, HighestRatesCanBeIntegratedAndHeldAtTheEnd) {
  parameters[P::k_on] = -1e3;
  parameters[P::k_off] = 1e2;
  parameters[P::alpha_off] = 3.0;  // 1e14 and 1e16 per second
  model::DrivenDevice device(model, parameters);
  device.transient(0.0, 1e-9, 1e-10, hold(-1.5));
  EXPECT_NEAR(device.internals()[0], 0.0, 1e-6);
  device.transient(0.0, 1e-9, 1e-10, hold(1.5));
  EXPECT_NEAR(device.internals()[0], 1.0, 1e-6);
}

TEST_F(VteamTest, WearDoublesTheLowResistanceAndHalvesTheState) {
  parameters[P::initial_state] = 0.0;
  model.age(parameters,
            {parameters[P::retention_time], 358.15, 0.0, 1.0, parameters[P::endurance_cycles]});
  EXPECT_NEAR(parameters[P::on_resistance], 100.0, 1e-9);
  EXPECT_NEAR(parameters[P::initial_state], 0.5, 1e-12);
  // Arrhenius: at 300 K the same time loses less by exp(E/k (1/300 - 1/358.15)).
  std::vector<double> cold = model::default_parameters(model.specification());
  cold[P::initial_state] = 0.0;
  model.age(cold, {cold[P::retention_time], 300.0, 0.0, 1.0, 0.0});
  const double slower =
      std::exp(cold[P::retention_energy] / 1.380649e-23 * (1.0 / 300.0 - 1.0 / 358.15));
  EXPECT_NEAR(cold[P::initial_state], 1.0 - std::exp2(-1.0 / slower), 1e-12);
}

TEST_F(VteamTest, VariationHasTheDeclaredStatistics) {
  parameters[P::threshold_variation] = 0.05;
  std::vector<double> v_on;
  for (std::uint64_t k = 0; k < 10000; ++k) {
    std::vector<double> p = parameters;
    base::RandomStream random(5, "variation", k);
    model.sample_variation(p, random);
    v_on.push_back(p[P::v_on]);
    EXPECT_EQ(p[P::on_resistance], 50.0);
  }
  EXPECT_NEAR(base::mean(v_on), -0.2, 5.0 * 0.01 / 100.0);
  EXPECT_NEAR(base::standard_deviation(v_on), 0.01, 5.0 * 0.01 / 141.0);
}

TEST_F(VteamTest, CostsComeFromTheEquations) {
  const auto costs = model.costs(parameters, {});
  ASSERT_EQ(costs.size(), 3U);
  // A read of 10 ns and 10 mV across 50 ohm, with edges of a twentieth: v^2/R (t - t/20 + 2/3
  // t/20).
  EXPECT_EQ(costs[0].operation, "read");
  EXPECT_NEAR(costs[0].energy, 1e-4 / 50.0 * 10e-9 * (1.0 - 0.05 / 3.0), 2e-4 * costs[0].energy);
  EXPECT_NEAR(costs[0].time, 10.5e-9, 1e-18);
  // A reset at 1 V is between all in low and all in high resistance.
  EXPECT_GT(costs[2].energy, 200e-9 / 1000.0);
  EXPECT_LT(costs[2].energy, 200e-9 / 50.0);
}

}  // namespace
}  // namespace neucasl::memristor_models
