#include "memristor/models/phase_change_memory.hpp"

#include "checks.hpp"
#include "memristor/models/phase_change_curves.hpp"
#include "neucasl/base/statistics.hpp"

namespace neucasl::memristor_models {
namespace {

using P = PhaseChangeMemory;

class PhaseChangeMemoryTest : public testing::Test {
 protected:
  const PhaseChangeMemoryModel model;
  std::vector<double> parameters = model::default_parameters(model.specification());

  [[nodiscard]] P::Derived derived() const { return P::derive(parameters, {}); }
  [[nodiscard]] model::DrivenDevice device(double state) const {
    return {model, prepared(parameters, P::initial_state, state)};
  }
  /// Conductance at the age to which it refers.
  static double settled(model::DrivenDevice& device) {
    apply(device, {0.0, 1e-9, 0.0}, 20.0);
    return conductance(device, 0.2);
  }
};

TEST_F(PhaseChangeMemoryTest, ParametersStandInTheOrderOfTheIndex) {
  const model::Specification& s = model.specification();
  EXPECT_EQ(model::parameter_index(s, "melting_temperature"), P::melting_temperature);
  EXPECT_EQ(model::parameter_index(s, "edge_width"), P::edge_width);
  EXPECT_EQ(model::parameter_index(s, "drift_onset"), P::drift_onset);
  EXPECT_EQ(model::parameter_index(s, "programming_sigma_2"), P::programming_sigma_2);
  EXPECT_EQ(model::parameter_index(s, "initial_age"), P::initial_age);
  EXPECT_EQ(s.parameters.size(), P::initial_age + 1 + operation_count);
}

// aihwkit: mean of nu = clamp(-0.0155 ln g + 0.0244, 0.049, 0.1).
TEST_F(PhaseChangeMemoryTest, DriftExponentIsRecoveredFromTheIntegratedDrift) {
  const std::vector<double> times{20.0, 200.0, 2e3, 2e4, 2e5, 2e6};
  for (const double g : {0.9, 0.5, 0.1, 0.02}) {
    const std::vector<double> conductances =
        drifted_conductance(model, parameters, {}, g * 25e-6, times);
    EXPECT_NEAR(conductances[0], g * 25e-6, 1e-4 * g * 25e-6);
    const double published = std::clamp(-0.0155 * std::log(g) + 0.0244, 0.049, 0.1);
    EXPECT_NEAR(fitted_drift_exponent(times, conductances), published, 3e-4);
    // And every point lies on the power law.
    for (std::size_t i = 0; i < times.size(); ++i) {
      EXPECT_NEAR(std::log(conductances[i] / conductances[0]),
                  -published * std::log(times[i] / 20.0), 3e-3);
    }
  }
}

TEST_F(PhaseChangeMemoryTest, DriftStartsAnewAfterMelting) {
  model::DrivenDevice cell = device(0.0);
  apply(cell, {1.75, 100e-9, 5e-9}, 20.0);
  EXPECT_NEAR(cell.internals()[3], 0.0, 1e-3);
  EXPECT_GT(cell.internals()[0], 0.9);
}

TEST_F(PhaseChangeMemoryTest, ProgrammingAndDriftHaveThePublishedStatistics) {
  for (const double g : {0.2, 0.5, 0.8}) {
    parameters[P::initial_state] = phase_change_state(parameters, g * 25e-6);
    std::vector<double> conductances;
    std::vector<double> deviations;
    std::vector<double> exponents;
    for (std::uint64_t i = 0; i < 10000; ++i) {
      std::vector<double> p = parameters;
      base::RandomStream random(9, "programming", i);
      model.sample_variation(p, random);
      const double log_g = -std::log(250.0) * p[P::initial_state];
      conductances.push_back(25.0 * std::exp(log_g));
      deviations.push_back(p[P::drift_deviation]);
      exponents.push_back(P::drift_exponent(P::derive(p, {}), std::log(g)));
    }
    const double sigma = -1.1731 * g * g + 1.9650 * g + 0.2635;
    EXPECT_NEAR(base::mean(conductances), 25.0 * g, 5.0 * sigma / 100.0);
    EXPECT_NEAR(base::standard_deviation(conductances), sigma, 5.0 * sigma / 141.0);
    EXPECT_NEAR(base::mean(deviations), 0.0, 0.05);
    EXPECT_NEAR(base::standard_deviation(deviations), 1.0, 5.0 / 141.0);
    // sigma of nu = clamp(-0.0125 ln g - 0.0059, 0.008, 0.045), the corners rounded by 5e-4.
    const double spread = std::clamp(-0.0125 * std::log(g) - 0.0059, 0.008, 0.045);
    EXPECT_NEAR(base::standard_deviation(exponents), spread, 3e-4 + 5.0 * spread / 141.0);
  }
}

// sigma = G Q sqrt(ln((t + t_read)/(2 t_read))), Q = min(0.0088/g^0.65, 0.2): the integral of the
// model's 1/f noise from 1/(t + t_read) to 1/(2 t_read).
TEST_F(PhaseChangeMemoryTest, ReadNoiseIntegratesToThePublishedSigma) {
  for (const double g : {1.0, 0.3, 0.005}) {
    const double state = phase_change_state(parameters, g * 25e-6);
    model::DrivenDevice cell = device(state);
    const double terminals[] = {0.2, 0.0};
    const double current = cell.rest(terminals)[0];
    std::vector<double> unknowns{0.2, 0.0};
    unknowns.insert(unknowns.end(), cell.internals().begin(), cell.internals().end());
    const auto sources = model.noise(cell.derived(), unknowns, {});
    const double t = 3600.0;
    const double read = 250e-9;
    const double sigma =
        std::sqrt(sources[0].flicker * std::log((1.0 / (2.0 * read)) / (1.0 / (t + read))));
    const double q = std::min(0.0088 / std::pow(std::max(g, 0.004), 0.65), 0.2);
    EXPECT_NEAR(sigma / current, q * std::sqrt(std::log((t + read) / (2.0 * read))),
                1e-6 * sigma / current);
  }
}

TEST_F(PhaseChangeMemoryTest, MeltedLayerAtRestIsWhereTheTemperatureMelts) {
  model::DrivenDevice cell = device(0.0);
  const auto hold = [](double, std::span<double> v) {
    v[0] = 1.45;
    v[1] = 0.0;
  };
  cell.transient(0.0, 5e-6, 1e-8, hold);
  // 300 K + dT (1 - eta u) = Tm, dT = R_th v^2 G.
  const double rise = 1000.0 * cell.internals()[2];
  EXPECT_NEAR(rise, 1.6e6 * 1.45 * 1.45 * 200e-6, 0.01 * rise);
  EXPECT_NEAR(cell.internals()[0], (1.0 - 577.0 / rise) / 0.4, 2e-3);
}

TEST_F(PhaseChangeMemoryTest, SetAndResetPulses) {
  model::DrivenDevice cell = device(1.0);
  const double high = settled(cell);
  apply(cell, {1.28, 1e-6, 50e-9});
  const double set = settled(cell);
  apply(cell, {1.75, 100e-9, 5e-9});
  const double reset = settled(cell);
  EXPECT_NEAR(high, 0.1e-6, 0.01e-6);
  EXPECT_NEAR(set, 25e-6, 0.1e-6);
  EXPECT_LT(reset, 0.2e-6);
  // A slow fall lets the melt crystallise: the same pulse with a long edge sets.
  apply(cell, {1.75, 2e-6, 2e-6});
  EXPECT_GT(settled(cell), 20e-6);
}

TEST_F(PhaseChangeMemoryTest, SwitchesAtTheThreshold) {
  model::DrivenDevice cell = device(1.0);
  const auto ramp_up = [](double time, std::span<double> v) {
    v[0] = 1.3 * time / 1e-6;
    v[1] = 0.0;
  };
  double threshold = 0.0;
  for (const auto& point : cell.transient(0.0, 1e-6, 1e-9, ramp_up)) {
    if (point.internals[1] < 0.5) threshold = point.terminals[0];
  }
  // The fold lies about five widths of 20 mV below.
  EXPECT_NEAR(threshold, 1.1, 0.1);
}

TEST_F(PhaseChangeMemoryTest, ReadsDoNotDisturb) {
  model::DrivenDevice cell = device(0.5);
  const double before = conductance(cell, 0.2);
  apply(cell, {0.2, 1e-3, 1e-6});
  EXPECT_NEAR(conductance(cell, 0.2) / before, 1.0, 1e-4);
}

TEST_F(PhaseChangeMemoryTest, RetentionAndDriftWithAge) {
  parameters[P::initial_state] = 0.8;
  std::vector<double> room = parameters;
  model.age(room, {3.15e8, 300.0, 0.0, 1.0, 0.0});
  EXPECT_NEAR(room[P::initial_state], 0.8, 1e-3);
  EXPECT_NEAR(room[P::initial_age], 20.0 + 3.15e8, 1.0);
  model::DrivenDevice fresh(model, parameters);
  model::DrivenDevice aged(model, room);
  const double log_g = -std::log(250.0) * 0.8;
  EXPECT_NEAR(std::log(conductance(fresh, 0.2) / conductance(aged, 0.2)),
              P::drift_exponent(derived(), log_g) * std::log((20.0 + 3.15e8) / 20.0), 0.01);
  std::vector<double> hot = parameters;
  model.age(hot, {3600.0, 480.0, 0.0, 1.0, 0.0});
  EXPECT_EQ(hot[P::initial_state], 0.0);
}

}  // namespace
}  // namespace neucasl::memristor_models
