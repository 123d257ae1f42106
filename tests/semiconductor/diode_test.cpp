#include "semiconductor/diode.hpp"

#include <gtest/gtest.h>

#include "model_checks.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/model/driven_device.hpp"
#include "semiconductor/semiconductor.hpp"
#include "semiconductor/silicon.hpp"

namespace neucasl::semiconductor {
namespace {

using test::derived_of;
using test::evaluate;

// At the nominal temperature the numbers hold as they stand.
const model::Environment nominal{300.15, 1.55e-6, 1, false};
constexpr double vt = 1.380649e-23 * 300.15 / 1.602176634e-19;

std::vector<double> small_signal_diode() {
  auto p = model::default_parameters(diode::specification());
  p[diode::saturation_current] = 2.52e-9;
  p[diode::emission_coefficient] = 1.752;
  p[diode::series_resistance] = 0.568;
  p[diode::zero_bias_junction_capacitance] = 4e-12;
  p[diode::grading_coefficient] = 0.4;
  p[diode::transit_time] = 20e-9;
  return p;
}

// Cold and shallow junctions lose their potential when they are heated.
void settle(std::vector<double>& p) {
  p[diode::nominal_temperature] = std::clamp(p[diode::nominal_temperature], 280.0, 320.0);
  p[diode::junction_potential] = std::max(p[diode::junction_potential], 0.6);
}

TEST(Diode, SoundOverTheWholeRange) {
  test::expect_sound(*make_model("diode"), 400, settle, false);
}

TEST(Diode, SolvedFromItsFirstGuess) { test::expect_solvable(*make_model("diode"), 1000, settle); }

TEST(Diode, RefusesAJunctionWithoutPotential) {
  auto p = small_signal_diode();
  p[diode::junction_potential] = 0.3;
  model::Environment hot = nominal;
  hot.temperature = 450.0;
  try {
    diode::derive(p, hot);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "model.parameters");
  }
}

TEST(Diode, SoundInForwardBias) {
  const DiodeModel model;
  const auto d = derived_of(model, small_signal_diode(), nominal);
  for (double v = -1.0; v < 1.2; v += 0.0107) {
    const std::vector<double> x = {v + 0.01, 0.0, v};
    test::expect_jacobians(model, d, x, 1e-7);
    test::expect_symbolic(model, d, x);
  }
}

TEST(Diode, CurrentIsShockleysBehindTheResistance) {
  const DiodeModel model;
  const auto p = small_signal_diode();
  model::DrivenDevice device(model, p, nominal);
  for (double junction = -2.0; junction < 0.95; junction += 0.05) {
    const double current = 2.52e-9 * std::expm1(junction / (1.752 * vt));
    const double outside = junction + 0.568 * current;
    const auto flow = device.rest(std::vector{outside + 0.3, 0.3});
    EXPECT_NEAR(flow[0], current, 1e-9 * std::abs(current) + 1e-22) << junction;
    EXPECT_EQ(flow[0], -flow[1]);
    EXPECT_NEAR(device.internals()[0], junction, 1e-9);
  }
}

TEST(Diode, BreaksDownAtItsVoltage) {
  const DiodeModel model;
  auto p = small_signal_diode();
  p[diode::series_resistance] = 0.0;
  p[diode::breakdown_voltage] = 50.0;
  p[diode::breakdown_current] = 1e-4;
  const auto d = diode::derive(p, nominal);
  EXPECT_NEAR(diode::current(d, -50.0), -1e-4 - 2.52e-9, 1e-12);
  EXPECT_NEAR(diode::current(d, -40.0), -2.52e-9, 1e-15);
  EXPECT_NEAR(diode::current(d, -50.1) / diode::current(d, -50.0), std::exp(0.1 / vt), 1e-2);
}

TEST(Diode, CapacitanceIsThatOfSpice) {
  const DiodeModel model;
  auto p = small_signal_diode();
  p[diode::junction_potential] = 0.8;
  const auto d = derived_of(model, p, nominal);
  const double fc = 0.5, vj = 0.8, m = 0.4, cjo = 4e-12;
  for (double v = -5.0; v < 0.7; v += 0.1) {
    const double depletion = v < fc * vj
                                 ? cjo * std::pow(1 - v / vj, -m)
                                 : cjo / std::pow(1 - fc, 1 + m) * (1 - fc * (1 + m) + m * v / vj);
    const double n = 1.752;
    const double diffusion = 20e-9 * 2.52e-9 / (n * vt) * std::exp(v / (n * vt));
    const auto at = evaluate(model, d, std::vector{v, 0.0, v}, true);
    EXPECT_NEAR(at.storage_jacobian[2], depletion + diffusion, 1e-9 * (depletion + diffusion)) << v;
  }
}

TEST(Diode, TemperatureIsThatOfSpice) {
  const auto p = small_signal_diode();
  model::Environment hot = nominal;
  hot.temperature = 360.15;
  const auto d = diode::derive(p, hot);
  const double k = 1.380649e-23, q = 1.602176634e-19, t = 360.15, tn = 300.15;
  const double is =
      2.52e-9 * std::pow(t / tn, 3 / 1.752) * std::exp(q * 1.11 / (1.752 * k) * (1 / tn - 1 / t));
  EXPECT_NEAR(d.saturation, is, 1e-9 * is);
  // Vj(T) = T/Tn Vj - 3 kT/q ln(T/Tn) - Eg(Tn) T/Tn + Eg(T), Tn the reference of the gap.
  const auto gap = [](double x) { return 1.16 - 7.02e-4 * x * x / (x + 1108); };
  const double vj = t / tn * 1.0 - 3 * k * t / q * std::log(t / tn) - 1.1150877 * t / tn + gap(t);
  EXPECT_NEAR(d.potential, vj, 2e-4);
  EXPECT_NEAR(d.capacitance, 4e-12 * (1 + 0.4 * (4e-4 * 60 - (vj - 1.0))), 1e-15);
  // The forward voltage falls by about 2 mV/K.
  model::Environment cold = nominal;
  const auto fall = (diode::current(d, 0.5) / diode::current(diode::derive(p, cold), 0.5));
  EXPECT_GT(fall, 1.0);
  EXPECT_NEAR(junction_potential(0.7, 320.0, 320.0), 0.7, 1e-12);
}

TEST(Diode, NoiseHasItsLimits) {
  const DiodeModel model;
  auto p = small_signal_diode();
  p[diode::series_resistance] = 0.0;
  const auto d = derived_of(model, p, nominal);
  const double v = 0.6;
  const double current = 2.52e-9 * std::expm1(v / (1.752 * vt));
  auto sources = model.noise(d, std::vector{v, 0.0, v}, nominal);
  EXPECT_NEAR(sources[0].white, 2 * 1.602176634e-19 * current, 1e-6 * sources[0].white);
  EXPECT_EQ(sources[1].white, 0.0);
  // A large resistance alone: 4kT/R.
  p[diode::series_resistance] = 1e5;
  sources = model.noise(derived_of(model, p, nominal), std::vector{500.0, 0.0, v}, nominal);
  EXPECT_NEAR(sources[1].white, 4 * 1.380649e-23 * 300.15 / 1e5, 1e-2 * sources[1].white);
  EXPECT_LT(sources[0].white, 0.01 * sources[1].white);
}

TEST(Diode, CardOfTheSmallSignalDiode) {
  const device::Card card =
      device::load_card(NEUCASL_SOURCE_FOLDER "/devices/semiconductor/diode_1n4148.xml");
  const DiodeModel model;
  device::UseList uses;
  auto p = model::parameters_from(model.specification(), card, uses);
  const auto result = model.characterize(p, nominal, model::published_figures(card));
  EXPECT_EQ(result.charts.size(), 2U);
  for (const auto& table : result.tables) table.validate();
  // By hand: n Vt ln(I/Is + 1) + Rs I.
  const double expected = 1.752 * vt * std::log1p(1e-2 / 2.52e-9) + 0.568 * 1e-2;
  EXPECT_NEAR(result.comparisons[0].model, expected, 1e-9);
  EXPECT_NEAR(result.comparisons[1].model, 4e-12, 1e-18);
}

}  // namespace
}  // namespace neucasl::semiconductor
