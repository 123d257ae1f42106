#include <gtest/gtest.h>

#include <cmath>

#include "circuit_bench.hpp"
#include "thermal_least_squares.hpp"
#include "thermal_tuning.hpp"

namespace neucasl::scattering_test {
namespace {

using base::dimension::length;
using base::dimension::temperature;

/// Heaters in a row, each with a voltage source; neighbours up to `reach` apart are coupled as
/// their distance says.
void add_heater_row(CircuitBench& bench, int count, const Settings& heater,
                    const Settings& coupling, int reach, double pitch) {
  for (int k = 0; k < count; ++k) {
    const std::string number = std::to_string(k);
    bench.voltage("drive_" + number, "pin_" + number, 0.0);
    bench.add("heater", "heater_" + number, {"pin_" + number, "0", "heat_" + number}, heater);
    for (int j = std::max(0, k - reach); j < k; ++j) {
      Settings settings = coupling;
      settings["distance"] = pitch * (k - j);
      bench.add("thermal_coupling", "coupling_" + std::to_string(j) + '_' + number,
                {"heat_" + std::to_string(j), "heat_" + number}, settings);
    }
  }
}

plugin::TuningSolution tune(const CircuitBench& bench,
                            const std::vector<std::pair<std::string, double>>& rises,
                            bool nearest = false) {
  plugin::TuningRequest request;
  for (const auto& [net, rise] : rises) request.targets.push_back({net, {rise, temperature}, {}});
  request.nearest = nearest;
  return scattering::HeaterTuner().tune(bench.circuit, request);
}

/// Puts the found values into the sources.
void apply(const plugin::TuningSolution& solution, CircuitBench& bench) {
  for (const plugin::HeaterSetting& one : solution.heaters) {
    bench.circuit.set(one.source, one.source_value);
  }
}

TEST(ThermalTuning, TwoHeatersFollowTheClosedForm) {
  // P = G T with the conductance to the ambient and one between; V = sqrt(P R0 (1 + c T)).
  const double ambient = 1.0 / 8000.0;
  const double between = 30e-6 * std::exp(-10.0 / 20.0);
  CircuitBench bench;
  add_heater_row(
      bench, 2,
      {{"resistance", 900.0}, {"temperature_coefficient", 2e-3}, {"thermal_resistance", 8000.0}},
      {{"conductance", 30e-6}, {"decay_length", 20e-6}}, 1, 10e-6);
  const auto solution = tune(bench, {{"heat_0", 20.0}, {"heat_1", 35.0}});
  const double p0 = (ambient + between) * 20.0 - between * 35.0;
  const double p1 = (ambient + between) * 35.0 - between * 20.0;
  ASSERT_EQ(solution.heaters.size(), 2u);
  EXPECT_NEAR(solution.heaters[0].power, p0, 1e-12 * p0);
  EXPECT_NEAR(solution.heaters[1].power, p1, 1e-12 * p1);
  EXPECT_NEAR(solution.heaters[0].voltage, std::sqrt(p0 * 900.0 * (1.0 + 2e-3 * 20.0)), 1e-5);
  EXPECT_NEAR(solution.heaters[1].current, std::sqrt(p1 / (900.0 * (1.0 + 2e-3 * 35.0))), 1e-8);
  const double inverse = 1.0 / (ambient * (ambient + 2.0 * between));
  EXPECT_NEAR(solution.coupling[0], (ambient + between) * inverse, 1e-6);
  EXPECT_NEAR(solution.coupling[1], between * inverse, 1e-6);
  // Blind: P = T / R00, so that the other heater's heat comes on top.
  const double own = (ambient + between) * inverse;
  EXPECT_NEAR(solution.places[0].blind, 20.0 + 35.0 / own * between * inverse, 1e-8);
  EXPECT_LT(solution.largest_miss, 1e-10);
}

TEST(ThermalTuning, FoundVoltagesHoldTheTemperaturesInBothSimulators) {
  CircuitBench bench;
  Settings heater = Plugins::card("heater_crosslight");
  heater["temperature_coefficient"] = 1.5e-3;
  add_heater_row(bench, 16, heater, Plugins::card("thermal_coupling_crosslight"), 15, 5e-6);
  std::vector<std::pair<std::string, double>> rises;
  base::RandomStream random(7, "thermal_test/rises");
  for (int k = 0; k < 16; ++k) {
    rises.emplace_back("heat_" + std::to_string(k), 40.0 + 10.0 * random.uniform());
  }
  const auto solution = tune(bench, rises);
  apply(solution, bench);
  for (const char* name : {"native", "ngspice"}) {
    SimulatorBench simulator(name);
    simulator.options.tolerances = circuit::Tolerances::tight();
    const circuit::Result result = simulator.rest(bench);
    for (const auto& [net, rise] : rises) {
      EXPECT_NEAR(values(result, net)[0], rise, 1e-6 * rise) << name << ' ' << net;
    }
  }
  // Without a look at the neighbours the chip is far too hot.
  EXPECT_GT(solution.blind_largest_miss, 10.0);
  EXPECT_LT(solution.largest_miss, 1e-9);
}

TEST(ThermalTuning, ShiftsOfRingsAreTargetsToo) {
  CircuitBench bench;
  add_heater_row(bench, 3, Plugins::card("heater_crosslight"),
                 Plugins::card("thermal_coupling_crosslight"), 2, 5e-6);
  for (int k = 0; k < 3; ++k) {
    const std::string n = std::to_string(k);
    bench.add("ring_add_drop_thermal", "ring_" + n,
              {"in_" + n, "through_" + n, "drop_" + n, "add_" + n, "heat_" + n},
              {{"shift_per_kelvin", 0.07e-9 / 1.0}});
  }
  plugin::TuningRequest request;
  for (int k = 0; k < 3; ++k) {
    request.targets.push_back({"ring_" + std::to_string(k), {(1.0 + 0.1 * k) * 1e-9, length}, {}});
  }
  const auto solution = scattering::HeaterTuner().tune(bench.circuit, request);
  for (std::size_t k = 0; k < 3; ++k) {
    const double rise = (1.0 + 0.1 * static_cast<double>(k)) / 0.07;
    EXPECT_NEAR(solution.rise[k], rise, 1e-9 * rise);
    EXPECT_NEAR(solution.places[k].reached, request.targets[k].wanted.value, 1e-20);
  }
}

TEST(ThermalTuning, WhatNoPowerReachesIsRefusedByName) {
  CircuitBench bench;
  add_heater_row(bench, 3, Plugins::card("heater_crosslight"),
                 Plugins::card("thermal_coupling_crosslight"), 2, 5e-6);
  const std::vector<std::pair<std::string, double>> rises{
      {"heat_0", 30.0}, {"heat_1", 1.0}, {"heat_2", 30.0}};
  std::string message;
  EXPECT_EQ(code_of([&] { tune(bench, rises); }, &message), "scattering.tuning");
  EXPECT_NE(message.find("'heat_1'"), std::string::npos) << message;
  EXPECT_NE(message.find("'heater_1'"), std::string::npos) << message;
  // The common rise that the message asks for is just enough.
  const std::size_t at = message.find("add ");
  ASSERT_NE(at, std::string::npos) << message;
  const double common =
      base::parse_si(message.substr(at + 4, message.find(" or more") - at - 4), temperature);
  auto raised = rises;
  for (auto& one : raised) one.second += common * 1.001;
  EXPECT_NO_THROW(tune(bench, raised));
  for (auto& one : raised) one.second -= common * 0.002;
  EXPECT_EQ(code_of([&] { tune(bench, raised); }), "scattering.tuning");

  const auto nearest = tune(bench, rises, true);
  EXPECT_EQ(nearest.heaters[1].power, 0.0);
  EXPECT_GT(nearest.largest_miss, 0.1);
  EXPECT_NEAR(nearest.rise[0] - 30.0, nearest.rise[2] - 30.0, 1e-9);  // by symmetry
}

TEST(ThermalTuning, LeastSquaresObeyTheirConditions) {
  base::RandomStream random(3, "thermal_test/least_squares");
  for (int trial = 0; trial < 50; ++trial) {
    const Eigen::Index rows = 3 + trial % 9;
    const Eigen::Index columns = 2 + trial % 7;
    const auto draw = [&] { return random.normal(); };
    const Eigen::MatrixXd a = Eigen::MatrixXd::NullaryExpr(rows, columns, draw);
    const Eigen::VectorXd b = Eigen::VectorXd::NullaryExpr(rows, draw);
    const Eigen::VectorXd x = scattering::nonnegative_least_squares(a, b).x;
    const Eigen::VectorXd fall = a.transpose() * (b - a * x);
    for (Eigen::Index j = 0; j < columns; ++j) {
      EXPECT_GE(x(j), 0.0);
      EXPECT_LE(fall(j), 1e-10);
      if (x(j) > 0.0) {
        EXPECT_NEAR(fall(j), 0.0, 1e-10);
      }
    }
  }
}

TEST(ThermalTuning, BadTargetsAndNetworksAreRefused) {
  CircuitBench bench;
  add_heater_row(bench, 2, Plugins::card("heater_crosslight"),
                 Plugins::card("thermal_coupling_crosslight"), 1, 5e-6);
  EXPECT_EQ(code_of([&] { tune(bench, {}); }), "scattering.target");
  EXPECT_EQ(code_of([&] { tune(bench, {{"heat_9", 1.0}}); }), "scattering.target");
  EXPECT_EQ(code_of([&] { tune(bench, {{"heat_0", 1.0}, {"heat_0", 2.0}}); }), "scattering.target");
  EXPECT_EQ(code_of([&] { tune(bench, {{"heat_0", std::nan("")}}); }), "scattering.target");
  const auto with = [&](const std::string& place, const base::Quantity& wanted) {
    plugin::TuningRequest request;
    request.targets.push_back({place, wanted, {}});
    return code_of([&] { (void)scattering::HeaterTuner().tune(bench.circuit, request); });
  };
  EXPECT_EQ(with("heat_0", {1.0, base::dimension::power}), "scattering.target");
  EXPECT_EQ(with("no_ring", {1e-9, length}), "scattering.target");
  EXPECT_EQ(with("coupling_0_1", {1e-9, length}), "scattering.target");

  std::string message;
  EXPECT_EQ(code_of([&] { tune(bench, {{"heat_0", 5000.0}}); }, &message), "scattering.heater");
  EXPECT_NE(message.find("'heater_0'"), std::string::npos) << message;

  CircuitBench cold;
  cold.add("thermal_coupling", "alone", {"heat_a", "heat_b"});
  EXPECT_EQ(code_of([&] { tune(cold, {{"heat_a", 1.0}}); }, &message), "scattering.thermal");
  EXPECT_NE(message.find("'heat_a'"), std::string::npos) << message;
  CircuitBench none;
  EXPECT_EQ(code_of([&] { tune(none, {{"heat_a", 1.0}}); }), "scattering.thermal");
}

}  // namespace
}  // namespace neucasl::scattering_test
