#include "memristor/models/write_verify.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "memristor/models/library.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::memristor_models {
namespace {

struct Cell {
  std::unique_ptr<model::DeviceModel> model;
  std::vector<double> parameters;
};

Cell cell_of(const std::string& card_name) {
  const device::Card card = device::load_card(std::string(NEUCASL_SOURCE_FOLDER) +
                                              "/devices/memristor/" + card_name + ".xml");
  Cell cell;
  cell.model.reset(make_model(card.choice("model").value));
  device::UseList uses;
  cell.parameters = model::parameters_from(cell.model->specification(), card, uses);
  return cell;
}

class Levels : public testing::TestWithParam<const char*> {};

// Sixteen levels, up and down, each within a fifth of their spacing.
TEST_P(Levels, AreReachedWithinTheTolerance) {
  const Cell cell = cell_of(GetParam());
  model::DrivenDevice device(*cell.model, cell.parameters);
  const Operations o = operations_of(cell.parameters);
  const WriteVerifyRule rule = rule_from(o, 0.4, 60, 0.02);
  apply(device, {o.set_voltage, o.set_time, o.set_time / 20.0}, 1e-9);
  const double on = conductance(device, o.read_voltage);
  apply(device, {o.reset_voltage, o.reset_time, o.reset_time / 20.0}, 1e-9);
  const double off = conductance(device, o.read_voltage);
  ASSERT_GT(on, 5.0 * off);
  std::vector<double> targets = even_levels(off, on, 16);
  const std::vector<double> down(targets.rbegin(), targets.rend());
  targets.insert(targets.end(), down.begin(), down.end());
  const double tolerance = 0.2 * (on - off) / 15.0;
  for (const double target : targets) {
    const WriteVerifyResult result = write_verify(device, target, tolerance, rule);
    EXPECT_TRUE(result.success) << target;
    EXPECT_LE(std::abs(conductance(device, o.read_voltage) - target), tolerance);
    double energy = result.first_conductance * o.read_voltage * o.read_voltage * o.read_time;
    for (const WriteVerifyPulse& pulse : result.pulses) {
      energy += pulse.energy;
      EXPECT_GT(pulse.energy, 0.0);
      EXPECT_LE(std::abs(pulse.pulse.amplitude),
                std::max(std::abs(rule.set.limit), std::abs(rule.reset.limit)) * (1.0 + 1e-12));
    }
    EXPECT_NEAR(result.energy, energy, 1e-9 * energy);
    if (!result.pulses.empty()) {
      EXPECT_EQ(result.conductance, result.pulses.back().conductance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cards, Levels,
                         testing::Values("vteam_kvatinsky2015", "hfox_stanford_pku",
                                         "hfox_stanford_asu"),
                         [](const auto& info) { return std::string(info.param); });

TEST(WriteVerify, SaysWhenTheTargetIsOutOfReach) {
  const Cell cell = cell_of("vteam_kvatinsky2015");
  model::DrivenDevice device(*cell.model, cell.parameters);
  WriteVerifyRule rule = rule_from(operations_of(cell.parameters));
  rule.most_pulses = 30;
  const WriteVerifyResult result = write_verify(device, 1.0 / 20.0, 1e-4, rule);
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.pulses.size(), 30U);
}

TEST(WriteVerify, NothingToDoAtTheTarget) {
  const Cell cell = cell_of("vteam_kvatinsky2015");
  model::DrivenDevice device(*cell.model, cell.parameters);
  const WriteVerifyResult result =
      write_verify(device, 1e-3, 1e-5, rule_from(operations_of(cell.parameters)));
  EXPECT_TRUE(result.success);
  EXPECT_TRUE(result.pulses.empty());
}

TEST(WriteVerify, RefusesARuleWithoutPulses) {
  const Cell cell = cell_of("vteam_kvatinsky2015");
  model::DrivenDevice device(*cell.model, cell.parameters);
  WriteVerifyRule rule = rule_from(operations_of(cell.parameters));
  rule.set.step = -rule.set.step;
  EXPECT_THROW(write_verify(device, 1e-3, 1e-5, rule), base::Error);
  rule = rule_from(operations_of(cell.parameters));
  rule.reset.width = 0.0;
  EXPECT_THROW(write_verify(device, 1e-3, 1e-5, rule), base::Error);
}

}  // namespace
}  // namespace neucasl::memristor_models
