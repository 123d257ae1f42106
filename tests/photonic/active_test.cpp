#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "curves.hpp"
#include "matched_ports.hpp"
#include "network.hpp"
#include "optics.hpp"

namespace neucasl::photonic {
namespace {

model::Environment carrier(double wavelength, int carriers = 1, bool swept = false) {
  model::Environment environment;
  environment.wavelength = wavelength;
  environment.carriers = carriers;
  environment.swept = swept;
  return environment;
}

double emitted_power(const std::string& name, const Settings& settings,
                     const model::Environment& environment) {
  const std::unique_ptr<model::DeviceModel> model(make_model(name));
  return squared_magnitude(
      response(*model, parameters_of(*model, settings), environment, 0, 0.0)[0]);
}

TEST(Laser, EmitsOnItsCarrierOnly) {
  const Settings settings = {{"power", 2e-3}, {"wavelength", 1550e-9}, {"phase", 0.7}};
  EXPECT_NEAR(emitted_power("laser", settings, carrier(1550e-9)), 2e-3, 1e-18);
  EXPECT_NEAR(emitted_power("laser", settings, carrier(1550e-9 * (1 + 5e-10))), 2e-3, 1e-18);
  EXPECT_EQ(emitted_power("laser", settings, carrier(1550.1e-9)), 0.0);
  EXPECT_NEAR(emitted_power("laser", settings, carrier(1550.1e-9, 1, true)), 2e-3, 1e-18);
  EXPECT_NEAR(emitted_power("laser", {{"power", 2e-3}}, carrier(1310e-9)), 2e-3, 1e-18);
}

TEST(CombLaser, EmitsItsLinesAndNoOther) {
  const Settings settings = {
      {"power_per_line", 1e-3}, {"first_wavelength", 1550e-9}, {"spacing", 0.8e-9}, {"count", 4.0}};
  for (const int k : {0, 1, 3}) {
    EXPECT_NEAR(emitted_power("comb_laser", settings, carrier(1550e-9 + k * 0.8e-9, 4)), 1e-3,
                1e-18);
  }
  EXPECT_EQ(emitted_power("comb_laser", settings, carrier(1550e-9 + 4 * 0.8e-9)), 0.0);
  EXPECT_EQ(emitted_power("comb_laser", settings, carrier(1550e-9 - 0.8e-9)), 0.0);
  EXPECT_EQ(emitted_power("comb_laser", settings, carrier(1550.4e-9)), 0.0);
  const std::unique_ptr<model::DeviceModel> model(make_model("comb_laser"));
  EXPECT_EQ(model->emitted_wavelengths(parameters_of(*model, settings)).size(), 4u);
  std::vector<double> derived(model->derived_size());
  EXPECT_THROW(model->derive(parameters_of(*model, {{"count", 2.5}}), {}, derived), base::Error);
}

TEST(Laser, AbsorbsWhatReturns) {
  Network net;
  net.add("laser", {"a"}, {{"power", 1e-3}});
  net.add("mirror", {"a", "b"}, {{"reflection", 0.6}});
  net.add("laser", {"b"}, {{"power", 4e-3}, {"phase", 0.3}});
  net.solve();
  const std::complex<double> one = std::sqrt(1e-3), two = std::polar(std::sqrt(4e-3), 0.3);
  const std::complex<double> j(0.0, 1.0);
  EXPECT_LT(std::abs(net.wave("a") - (one + 0.6 * one + 0.8 * j * two)), 1e-15);
  EXPECT_LT(std::abs(net.wave("b") - (two + 0.6 * two + 0.8 * j * one)), 1e-15);
}

TEST(LaserDiode, HasThresholdAndSlope) {
  const std::unique_ptr<model::DeviceModel> model(make_model("laser_diode"));
  const auto parameters =
      parameters_of(*model, {{"threshold_current", 1e-3}, {"slope_efficiency", 0.4}});
  model::DrivenDevice device(*model, parameters, {});
  int above = 0;
  for (int k = 1; k <= 40; ++k) {
    const double current = device.rest(std::vector<double>{0.0, 0.0, 0.1 * k, 0.0})[2];
    const double power = device.internals()[2] * device.internals()[2];
    const double ideal = 0.4 * std::max(current - 1e-3, 0.0);
    EXPECT_NEAR(power, ideal, 0.4 * 1e-3 * 0.011);
    EXPECT_NEAR(device.internals()[1] * 1e-3, power, 1e-8);
    if (current > 2e-3) ++above;
  }
  EXPECT_GT(above, 3);
}

TEST(LaserDiode, CopiesOfSeveralCarriersDrawOneCurrentAndOneEmits) {
  const std::unique_ptr<model::DeviceModel> model(make_model("laser_diode"));
  const auto parameters = parameters_of(*model, {{"wavelength", 1550e-9}});
  const std::vector<double> on = {0.0, 0.0, 2.5, 0.0};
  model::DrivenDevice alone(*model, parameters, carrier(1550e-9));
  const double current = alone.rest(on)[2];
  double sum = 0.0, light = 0.0;
  for (const double wavelength : {1548e-9, 1550e-9, 1552e-9}) {
    model::DrivenDevice copy(*model, parameters, carrier(wavelength, 3));
    sum += copy.rest(on)[2];
    light += copy.internals()[2] * copy.internals()[2];
  }
  EXPECT_NEAR(sum / current, 1.0, 1e-9);
  EXPECT_NEAR(light / (alone.internals()[2] * alone.internals()[2]), 1.0, 1e-9);
}

TEST(Photodetector, CurrentFollowsPowerAndCopiesAdd) {
  const std::unique_ptr<model::DeviceModel> model(make_model("photodetector"));
  const auto parameters = parameters_of(
      *model, {{"responsivity", 0.8}, {"dark_current", 20e-9}, {"shunt_resistance", 50e6}});
  model::DrivenDevice device(*model, parameters, {});
  const auto current = [&](model::DrivenDevice& one, double re, double im) {
    return one.rest(std::vector<double>{re, im, -1.0, 0.0})[2];
  };
  const double expected = -0.8 * (0.02 * 0.02 + 0.03 * 0.03) - 20e-9 - 1.0 / 50e6;
  EXPECT_NEAR(current(device, 0.02, 0.03) / expected, 1.0, 1e-12);
  double sum = 0.0;
  for (const double re : {0.02, 0.01, 0.0, 0.03}) {
    model::DrivenDevice copy(*model, parameters, carrier(1550e-9, 4));
    sum += current(copy, re, 0.0);
  }
  EXPECT_NEAR(sum / (-0.8 * (4e-4 + 1e-4 + 9e-4) - 20e-9 - 1.0 / 50e6), 1.0, 1e-12);
}

TEST(Photodetector, TransitTimeIsOnePole) {
  const std::unique_ptr<model::DeviceModel> model(make_model("photodetector"));
  const auto parameters =
      parameters_of(*model, {{"transit_time", 10e-12}, {"junction_capacitance", 0.0}});
  model::DrivenDevice device(*model, parameters, {});
  device.rest(std::vector<double>{0.0, 0.0, -1.0, 0.0});
  const auto points = device.transient(
      0.0, 50e-12, 0.1e-12,
      [](double, std::span<double> x) {
        x[0] = 0.03;
        x[1] = 0.0;
        x[2] = -1.0;
        x[3] = 0.0;
      },
      1e-6);
  for (const auto& point : points) {
    if (point.time < 1e-12) continue;
    EXPECT_NEAR(point.internals[0], 0.9 * (1.0 - std::exp(-point.time / 10e-12)), 0.01);
  }
}

TEST(Photodetector, NoiseIsShotAndThermal) {
  const std::unique_ptr<model::DeviceModel> model(make_model("photodetector"));
  const auto parameters = parameters_of(
      *model, {{"responsivity", 1.0}, {"dark_current", 1e-9}, {"shunt_resistance", 1e6}});
  model::DrivenDevice device(*model, parameters, {});
  const std::vector<double> terminals = {std::sqrt(1e-3), 0.0, -1.0, 0.0};
  device.rest(terminals);
  std::vector<double> unknowns = terminals;
  unknowns.push_back(device.internals()[0]);
  const auto noise = model->noise(device.derived(), unknowns, {});
  ASSERT_EQ(noise.size(), 2u);
  EXPECT_NEAR(noise[0].white / (2.0 * 1.602176634e-19 * (1e-3 + 1e-9)), 1.0, 1e-12);
  EXPECT_NEAR(noise[1].white / (4.0 * 1.380649e-23 * 300.0 / 1e6), 1.0, 1e-12);
}

TEST(Laser, IntensityNoiseReachesTheDetectorAsPowerTimesRin) {
  // The linear path from the amplitude's equation to the detected power: dP = 2 sqrt(P) d|b|.
  const std::unique_ptr<model::DeviceModel> model(make_model("laser"));
  const double power = 3e-3;
  const auto parameters = parameters_of(
      *model, {{"power", power}, {"phase", 1.1}, {"relative_intensity_noise_db", -145.0}});
  std::vector<double> derived(model->derived_size());
  model->derive(parameters, {}, derived);
  const std::size_t n = 3;
  std::vector<double> flow(n), storage(n), jf(n * n), js(n * n);
  // V = b at a net that a matched detector ends.
  const double re = std::sqrt(power) * std::cos(1.1), im = std::sqrt(power) * std::sin(1.1);
  const std::vector<double> x = {re, im, std::sqrt(power)};
  model->evaluate(derived, x, {flow, storage, jf, js});
  EXPECT_NEAR(flow[2], 0.0, 1e-15);
  const auto noise = model->noise(derived, x, {});
  ASSERT_EQ(noise.size(), 1u);
  ASSERT_EQ(noise[0].from, 2);
  const double amplitude_change = 1.0 / jf[2 * n + 2];
  // I = V - 2 b with the detector's I' = V: V = b.
  const double dre = -0.5 * jf[0 * n + 2] * amplitude_change;
  const double dim = -0.5 * jf[1 * n + 2] * amplitude_change;
  const double dpower = 2.0 * (re * dre + im * dim);
  const double density = dpower * dpower * noise[0].white;
  EXPECT_NEAR(density / (power * power * std::pow(10.0, -14.5)), 1.0, 1e-12);
}

class Amplifier : public testing::Test {
 protected:
  std::unique_ptr<model::DeviceModel> model_{make_model("semiconductor_optical_amplifier")};
  std::vector<double> parameters_ = parameters_of(
      *model_,
      {{"small_signal_gain_db", 25.0}, {"saturation_power", 5e-3}, {"carrier_lifetime", 200e-12}});
};

TEST_F(Amplifier, GainObeysItsImplicitEquation) {
  const double unsaturated = std::pow(10.0, 2.5);
  int saturated = 0;
  for (int k = -60; k <= 15; ++k) {
    const double input = 1e-3 * std::pow(10.0, k / 10.0);
    const double gain = power_transfer(*model_, parameters_, {}, "port_1", "port_2", {}, input);
    // ln(G / G0) = -(G - 1) P_in / P_sat
    EXPECT_NEAR(std::log(gain / unsaturated), -(gain - 1.0) * input / 5e-3, 1e-8);
    EXPECT_NEAR(power_transfer(*model_, parameters_, {}, "port_2", "port_1", {}, input), gain,
                1e-9 * gain);
    if (gain < 0.1 * unsaturated) ++saturated;
  }
  EXPECT_GT(saturated, 5);
}

TEST_F(Amplifier, OutputPowerAtHalfGainIsThatOfTheClosedForm) {
  const auto result = model_->characterize(parameters_, {}, {});
  const double g0 = std::pow(10.0, 2.5);
  bool found = false;
  for (const auto& comparison : result.comparisons) {
    if (comparison.quantity != "saturation_output_power") continue;
    found = true;
    EXPECT_NEAR(comparison.model / (g0 * std::log(2.0) / (g0 - 2.0) * 5e-3), 1.0, 1e-6);
  }
  EXPECT_TRUE(found);
}

TEST_F(Amplifier, GainRecoversWithTheCarrierLifetime) {
  const MatchedPorts matched(*model_);
  model::DrivenDevice device(matched, parameters_, {});
  device.rest(terminal_values(model_->specification(), 0, std::sqrt(1e-3), {}));
  const double h = device.internals()[4];
  const double h0 = 2.5 * std::log(10.0);
  EXPECT_LT(h, 0.6 * h0);
  const auto points = device.transient(
      0.0, 800e-12, 2e-12, [](double, std::span<double> x) { std::fill(x.begin(), x.end(), 0.0); },
      1e-7);
  for (const auto& point : points) {
    if (point.time < 10e-12) continue;
    const double expected = h0 + (h - h0) * std::exp(-point.time / 200e-12);
    EXPECT_NEAR(point.internals[4] / expected, 1.0, 0.02);
  }
}

TEST_F(Amplifier, PhaseFollowsTheGain) {
  const auto alpha = model::parameter_index(model_->specification(), "linewidth_enhancement");
  parameters_[alpha] = 4.0;
  const auto weak = response(*model_, parameters_, {}, 0, 1e-6);
  const auto strong = response(*model_, parameters_, {}, 0, 0.03);
  const std::complex<double> a(weak[1].re, weak[1].im), b(strong[1].re, strong[1].im);
  const double change = std::log(std::norm(b / a) / (0.03 * 0.03 / 1e-12));
  EXPECT_LT(change, -1.0);
  // d phi = -alpha dh / 2
  EXPECT_NEAR(std::remainder(std::arg(b / a) + 2.0 * change, 2.0 * M_PI), 0.0, 1e-6);
}

TEST_F(Amplifier, SeveralCarriersAreRefused) {
  std::vector<double> derived(model_->derived_size());
  try {
    model_->derive(parameters_, carrier(1550e-9, 2), derived);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "photonic.carriers");
  }
}

TEST_F(Amplifier, SpontaneousEmissionBeatsAsItShould) {
  // sigma^2 = 4 R^2 G P n_sp h nu (G - 1) c^2 for signal and spontaneous emission; one quadrature
  // of b has n_sp h nu (G - 1).
  const MatchedPorts matched(*model_);
  model::DrivenDevice device(matched, parameters_, {});
  const auto in = terminal_values(model_->specification(), 0, 1e-5, {});
  device.rest(in);
  std::vector<double> unknowns = in;
  unknowns.insert(unknowns.end(), device.internals().begin(), device.internals().end());
  const auto noise = model_->noise(device.derived(), unknowns, {});
  ASSERT_EQ(noise.size(), 4u);
  const double gain = std::exp(device.internals()[4]);
  const double quantum = 6.62607015e-34 * light_speed / 1.55e-6;
  EXPECT_NEAR(noise[2].white / (4.0 * 1.5 * quantum * (gain - 1.0)), 1.0, 1e-9);
  EXPECT_EQ(noise[2].from, 6);
}

TEST(Heater, WarmsItsNetAndItsNeighbour) {
  Network net;
  const double g = 1.0 / 8000.0, coupling = 20e-6 * std::exp(-0.5);
  net.add("heater", {"0", "0", "second"}, {{"thermal_resistance", 8000.0}});
  net.add("heater", {"drive", "0", "first"}, {{"thermal_resistance", 8000.0}});
  net.add("thermal_coupling", {"first", "second"},
          {{"conductance", 20e-6}, {"distance", 10e-6}, {"decay_length", 20e-6}});
  // A source of 2 V behind 1 kohm, made of two heaters as resistors, would hide the point: the node
  // is driven by a photodetector's current instead.
  net.add("laser", {"light"}, {{"power", 2e-3}});
  net.add("photodetector", {"light", "0", "drive"},
          {{"responsivity", 1.0}, {"dark_current", 0.0}, {"shunt_resistance", 1e12}});
  net.solve();
  const double voltage = net.at("drive");
  EXPECT_NEAR(std::abs(voltage), 2.0, 1e-6);
  const double heat = voltage * voltage / 1000.0;
  // Two places: heat enters the first.
  const double determinant = (g + coupling) * (g + coupling) - coupling * coupling;
  EXPECT_NEAR(net.at("first"), heat * (g + coupling) / determinant, 1e-8);
  EXPECT_NEAR(net.at("second"), heat * coupling / determinant, 1e-8);
}

TEST(Heater, SettlesWithItsTimeConstant) {
  const std::unique_ptr<model::DeviceModel> model(make_model("heater"));
  const auto parameters =
      parameters_of(*model, {{"thermal_resistance", 5000.0}, {"thermal_time_constant", 3e-6}});
  std::vector<double> derived(model->derived_size());
  model->derive(parameters, {}, derived);
  std::vector<double> flow(3), storage(3);
  model->evaluate(derived, std::vector<double>{1.0, 0.0, 2.0}, {flow, storage, {}, {}});
  EXPECT_NEAR(storage[2] / 2.0 * 5000.0, 3e-6, 1e-15);
  EXPECT_NEAR(flow[2], 2.0 / 5000.0 - 1e-3, 1e-12);
  const auto costs = model->costs(parameters, {});
  ASSERT_EQ(costs.size(), 1u);
  EXPECT_NEAR(costs[0].energy / (1e-9 / 0.08e-9 / 5000.0 * 9e-6), 1.0, 1e-12);
}

}  // namespace
}  // namespace neucasl::photonic
