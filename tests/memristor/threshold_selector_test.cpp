#include "memristor/models/threshold_selector.hpp"

#include "checks.hpp"
#include "memristor/models/operations.hpp"
#include "neucasl/base/statistics.hpp"

namespace neucasl::memristor_models {
namespace {

using P = ThresholdSelector;

class ThresholdSelectorTest : public testing::Test {
 protected:
  const ThresholdSelectorModel model;
  std::vector<double> parameters = model::default_parameters(model.specification());
};

TEST_F(ThresholdSelectorTest, ParametersStandInTheOrderOfTheIndex) {
  const model::Specification& s = model.specification();
  EXPECT_EQ(model::parameter_index(s, "abruptness"), P::abruptness);
  EXPECT_EQ(model::parameter_index(s, "off_variation"), P::off_variation);
  EXPECT_EQ(s.parameters.size(), P::pulse_time + 1);
}

TEST_F(ThresholdSelectorTest, SlowSweepSwitchesAtThresholdAndHoldVoltage) {
  for (const double abruptness : {8.0, 20.0, 50.0}) {
    parameters[P::abruptness] = abruptness;
    const SelectorSweep up = sweep_selector(model, parameters, {}, 1.5);
    EXPECT_NEAR(up.threshold, 1.2, 0.01);
    EXPECT_NEAR(up.hold, 0.9, 0.01);
    const SelectorSweep negative = sweep_selector(model, parameters, {}, -1.5);
    EXPECT_NEAR(negative.threshold, -1.2, 0.01);
    EXPECT_NEAR(negative.hold, -0.9, 0.01);
  }
}

TEST_F(ThresholdSelectorTest, AtRestTheBranchIsKept) {
  model::DrivenDevice device(model, parameters);
  const auto conductance_at = [&](double voltage) {
    const double terminals[] = {voltage, 0.0};
    return device.rest(terminals)[0] / voltage;
  };
  EXPECT_LT(conductance_at(0.3), 1.01e-6);
  EXPECT_LT(conductance_at(1.05), 1.2e-6);  // between: still off
  EXPECT_GT(conductance_at(1.4), 490e-6);   // on
  EXPECT_GT(conductance_at(1.05), 400e-6);  // between: still on
  EXPECT_LT(conductance_at(0.5), 1.01e-6);  // off
}

TEST_F(ThresholdSelectorTest, VolatileWithItsTimeConstant) {
  model::DrivenDevice device(model, parameters);
  const double on[] = {1.0};
  device.set_internals(on);
  const auto points = apply(device, {0.0, 1e-9, 0.0}, 20e-9).points;
  for (const auto& point : points) {
    EXPECT_NEAR(point.internals[0], std::exp(-point.time / 2e-9), 2e-3);
  }
}

TEST_F(ThresholdSelectorTest, DelayFarAboveTheThresholdIsThatOfTheTimeConstant) {
  EXPECT_NEAR(turn_on(model, parameters, {}, 2.4, 1e-6).time, 1e-9 * std::log(2.0), 2e-12);
  EXPECT_GT(turn_on(model, parameters, {}, 1.21, 1e-6).time, 2e-9);
  EXPECT_TRUE(std::isnan(turn_on(model, parameters, {}, 1.15, 1e-6).time));
}

TEST_F(ThresholdSelectorTest, ThresholdsShrinkTowardsTheCriticalTemperature) {
  model::Environment hot;
  hot.temperature = 500.0;
  const double factor = std::sqrt((1080.0 - 500.0) / (1080.0 - 300.0));
  const SelectorSweep sweep = sweep_selector(model, parameters, hot, 1.5);
  EXPECT_NEAR(sweep.threshold, 1.2 * factor, 0.01);
  EXPECT_NEAR(sweep.hold, 0.9 * factor, 0.01);
  hot.temperature = 1100.0;
  EXPECT_THROW(sweep_selector(model, parameters, hot, 1.5), base::Error);
}

TEST_F(ThresholdSelectorTest, VariationHasTheDeclaredStatistics) {
  parameters[P::threshold_variation] = 0.05;
  std::vector<double> thresholds;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    std::vector<double> p = parameters;
    base::RandomStream random(4, "variation", i);
    model.sample_variation(p, random);
    thresholds.push_back(p[P::threshold_voltage]);
    EXPECT_NEAR(p[P::hold_voltage] / p[P::threshold_voltage], 0.75, 1e-12);
  }
  EXPECT_NEAR(base::mean(thresholds), 1.2, 5.0 * 0.06 / 100.0);
  EXPECT_NEAR(base::standard_deviation(thresholds), 0.06, 5.0 * 0.06 / 141.0);
}

TEST_F(ThresholdSelectorTest, HalfSelectedCellCostsLittle) {
  const auto costs = model.costs(parameters, {});
  ASSERT_EQ(costs.size(), 2U);
  EXPECT_GT(costs[0].energy, 1e3 * costs[1].energy);
}

}  // namespace
}  // namespace neucasl::memristor_models
