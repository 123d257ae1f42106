#include "resonator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "curves.hpp"
#include "matched_ports.hpp"
#include "network.hpp"
#include "optics.hpp"
#include "ring.hpp"

namespace neucasl::photonic {
namespace {

using std::complex;

const Settings disk_settings = {{"resonance_wavelength", 1550e-9},
                                {"intrinsic_quality", 61000.0},
                                {"coupling_quality_1", 18400.0},
                                {"coupling_quality_2", 12000.0},
                                {"free_spectral_range", 18e-9}};

double rate(double quality, double frequency) { return std::numbers::pi * frequency / quality; }

TEST(Microdisk, RestIsTheLorentzianOfItsQualities) {
  const std::unique_ptr<model::DeviceModel> model(make_model("microdisk"));
  const auto parameters = parameters_of(*model, disk_settings);
  const double f0 = light_speed / 1550e-9;
  const double total = rate(61000.0, f0) + rate(18400.0, f0) + rate(12000.0, f0);
  for (int k = -40; k <= 40; ++k) {
    model::Environment environment;
    environment.wavelength = 1550e-9 + k * 0.02e-9;
    const double detuning = 2.0 * std::numbers::pi * (light_speed / environment.wavelength - f0);
    const complex<double> denominator(total, -detuning);
    const complex through = 1.0 - 2.0 * rate(18400.0, f0) / denominator;
    const complex drop = -2.0 * std::sqrt(rate(18400.0, f0) * rate(12000.0, f0)) / denominator;
    const auto out = response(*model, parameters, environment, 0, 0.05);
    EXPECT_LT(std::abs(complex(out[1].re, out[1].im) / 0.05 - through), 1e-11);
    EXPECT_LT(std::abs(complex(out[2].re, out[2].im) / 0.05 - drop), 1e-11);
    EXPECT_LT(std::hypot(out[0].re, out[0].im, out[3].re), 1e-14);
  }
}

TEST(Microdisk, EqualsTheRingOfItsFinesseNearResonance) {
  // A ring of even order, its couplers translated: k^2 = w0 T / Q for small k^2.
  const double ng = 4.2, circumference = 30e-6, order = 46.0;
  const double round_time = ng * circumference / light_speed;
  const double f0 = light_speed / 1550e-9;
  const auto coupling = [&](double quality) {
    return 2.0 * std::numbers::pi * f0 * round_time / quality;
  };
  const double q0 = 4e6, q1 = 1e6, q2 = 2e6;
  const std::unique_ptr<model::DeviceModel> ring(make_model("ring_add_drop"));
  const std::unique_ptr<model::DeviceModel> disk(make_model("microdisk"));
  const auto ring_parameters =
      parameters_of(*ring, {{"radius", circumference / (2.0 * std::numbers::pi)},
                            {"effective_index", order * 1550e-9 / circumference},
                            {"group_index", ng},
                            {"round_trip_loss_db", 10.0 / std::numbers::ln10 * coupling(q0)},
                            {"power_coupling_1", coupling(q1)},
                            {"power_coupling_2", coupling(q2)}});
  const auto disk_parameters = parameters_of(
      *disk, {{"intrinsic_quality", q0}, {"coupling_quality_1", q1}, {"coupling_quality_2", q2}});
  for (int k = -20; k <= 20; ++k) {
    model::Environment environment;
    environment.wavelength = 1550e-9 + k * 0.3e-12;
    for (const std::size_t input : {0u, 1u, 2u, 3u}) {
      const auto a = response(*ring, ring_parameters, environment, input, 1.0);
      const auto b = response(*disk, disk_parameters, environment, input, 1.0);
      for (std::size_t p = 0; p < 4; ++p) {
        EXPECT_NEAR(a[p].re, b[p].re, 3e-3) << k << ' ' << input << ' ' << p;
        EXPECT_NEAR(a[p].im, b[p].im, 3e-3) << k << ' ' << input << ' ' << p;
      }
    }
  }
}

TEST(Microdisk, TakesTheOrderNearestToTheCarrier) {
  ResonatorParameters p;
  p.wavelength = 1550e-9;
  p.intrinsic_quality = 1e5;
  p.coupling_quality_1 = 1e4;
  p.free_spectral_range = 18e-9;
  EXPECT_NEAR(make_resonator(p, 1550e-9).detuning, 0.0, 1e-6);
  const double spacing = light_speed * 18e-9 / (1550e-9 * 1550e-9);
  for (const int order : {-3, -1, 2}) {
    const double carrier = light_speed / (light_speed / 1550e-9 + order * spacing);
    EXPECT_NEAR(make_resonator(p, carrier).detuning, 0.0, 1e-6);
  }
}

TEST(Microdisk, FollowsAStepOfLightAsCoupledModeTheorySays) {
  const std::unique_ptr<model::DeviceModel> model(make_model("microdisk"));
  const auto parameters = parameters_of(*model, disk_settings);
  model::Environment environment;
  environment.wavelength = 1550.1e-9;
  const double f0 = light_speed / 1550e-9;
  const double total = rate(61000.0, f0) + rate(18400.0, f0) + rate(12000.0, f0);
  const double detuning = 2.0 * std::numbers::pi * (light_speed / environment.wavelength - f0);
  const complex<double> pole(-total, detuning);
  const MatchedPorts matched(*model);
  model::DrivenDevice device(matched, parameters, environment);
  const auto dark = terminal_values(model->specification(), 0, 0.0, {});
  const auto lit = terminal_values(model->specification(), 0, 0.05, {});
  device.rest(dark);
  const double end = 8.0 / total;
  const auto points = device.transient(
      0.0, end, end / 400,
      [&](double, std::span<double> x) { std::copy(lit.begin(), lit.end(), x.begin()); }, 1e-6);
  ASSERT_GT(points.size(), 300u);
  double worst = 0.0;
  for (const auto& point : points) {
    const complex drop = -2.0 * std::sqrt(rate(18400.0, f0) * rate(12000.0, f0)) / -pole *
                         (1.0 - std::exp(pole * point.time));
    const complex out(-point.flow[4] / 0.05, -point.flow[5] / 0.05);
    // The first step of an integrator smears a step of the drive.
    if (point.time > 0.1 / total) worst = std::max(worst, std::abs(out - drop));
  }
  EXPECT_LT(worst, 5e-3);
}

TEST(MicrodiskModulator, ResonanceMovesWithVoltageAndTemperature) {
  const std::unique_ptr<model::DeviceModel> model(make_model("microdisk_modulator"));
  const auto parameters = parameters_of(
      *model, {{"shift_per_volt", -50e-12}, {"shift_per_kelvin", 0.08e-9}, {"loss_per_volt", 0.0}});
  const auto resonance = [&](double voltage, double rise) {
    const auto found = resonances(
        [&](double wavelength) {
          return 1.0 - power_transfer_at(wavelength, *model, parameters, {}, "input", "through",
                                         {voltage, 0.0, rise});
        },
        1548e-9, 1552e-9, 2001);
    EXPECT_EQ(found.size(), 1u);
    return found.front().wavelength;
  };
  const double rest = resonance(0.0, 0.0);
  EXPECT_NEAR(rest, 1550e-9, 1e-14);
  EXPECT_NEAR(resonance(-2.0, 0.0) - rest, 100e-12, 0.02e-12);
  EXPECT_NEAR(resonance(0.0, 10.0) - rest, 0.8e-9, 0.001e-9);
}

TEST(MicrodiskModulator, LostLightWarmsIt) {
  const std::unique_ptr<model::DeviceModel> model(make_model("microdisk_modulator"));
  const auto parameters = parameters_of(
      *model, {{"heating_share", 1.0}, {"thermal_conductance", 1e-9}, {"intrinsic_quality", 5e4}});
  const MatchedPorts matched(*model);
  model::DrivenDevice device(matched, parameters, {});
  const auto in = terminal_values(model->specification(), 0, 0.03, {0.0, 0.0, 0.0});
  const auto flow = device.rest(in);
  double lost = 0.0;
  for (std::size_t p = 0; p < 2; ++p) {
    for (std::size_t i = 2 * p; i < 2 * p + 2; ++i) {
      const double out = in[i] - flow[i];
      lost += in[i] * in[i] - out * out;
    }
  }
  EXPECT_GT(lost, 1e-4);
  EXPECT_NEAR(-flow[6] / lost, 1.0, 1e-10);
}

TEST(MicrodiskModulator, ChargingCostsHalfTheEnergyOfTheSwingInMean) {
  const std::unique_ptr<model::DeviceModel> model(make_model("microdisk_modulator"));
  const auto parameters =
      parameters_of(*model, {{"junction_capacitance", 84e-15}, {"drive_voltage", -2.0}});
  for (const model::OperationCost& cost : model->costs(parameters, {})) {
    if (cost.operation == "bit") {
      EXPECT_NEAR(cost.energy / (0.25 * 84e-15 * 4.0), 1.0, 0.01);
    }
    EXPECT_GT(cost.time, 0.0);
  }
}

/// Silicon's index rises with the temperature: heat, like a positive shift, moves resonances to
/// longer wavelengths.
TEST(ThermalRing, PositiveShiftsAndHeatMoveResonancesToLongerWavelengths) {
  const std::unique_ptr<model::DeviceModel> warm(make_model("ring_add_drop_thermal"));
  const auto heated = parameters_of(*warm, {{"shift_per_kelvin", 0.08e-9}});
  const auto shifted =
      parameters_of(*warm, {{"shift_per_kelvin", 0.08e-9}, {"resonance_shift", 0.4e-9}});
  const auto peak = [&](const std::vector<double>& parameters, double rise) {
    double most = 0.0;
    double at = 0.0;
    for (int k = 0; k <= 3000; ++k) {  // less than a free spectral range
      model::Environment environment;
      environment.wavelength = 1552e-9 + k * 5e-12;
      const auto waves = response(*warm, parameters, environment, 0, 0.03, {rise});
      if (squared_magnitude(waves[2]) <= most) continue;
      most = squared_magnitude(waves[2]);
      at = environment.wavelength;
    }
    return at;
  };
  const double cold = peak(heated, 0.0);
  EXPECT_NEAR(peak(heated, 5.0) - cold, 0.4e-9, 1e-11);
  EXPECT_NEAR(peak(shifted, 0.0) - cold, 0.4e-9, 1e-11);
}

TEST(ThermalRing, ShiftsAndWarmsByItsLoss) {
  const std::unique_ptr<model::DeviceModel> warm(make_model("ring_add_drop_thermal"));
  const std::unique_ptr<model::DeviceModel> cold(make_model("ring_add_drop"));
  const auto warm_parameters = parameters_of(
      *warm, {{"shift_per_kelvin", 0.08e-9}, {"heating_share", 1.0}, {"round_trip_loss_db", 0.3}});
  const auto shifted =
      parameters_of(*cold, {{"resonance_shift", 0.4e-9}, {"round_trip_loss_db", 0.3}});
  double most = 0.0;
  for (int k = 0; k < 60; ++k) {
    model::Environment environment;
    environment.wavelength = 1540e-9 + k * 0.33e-9;
    const auto a = response(*warm, warm_parameters, environment, 0, 0.03, {5.0});
    const auto b = response(*cold, shifted, environment, 0, 0.03);
    double lost = 0.03 * 0.03;
    for (std::size_t p = 0; p < 4; ++p) {
      EXPECT_NEAR(a[p].re, b[p].re, 1e-12);
      EXPECT_NEAR(a[p].im, b[p].im, 1e-12);
      lost -= squared_magnitude(a[p]);
    }
    const MatchedPorts matched(*warm);
    model::DrivenDevice device(matched, warm_parameters, environment);
    const auto flow = device.rest(terminal_values(warm->specification(), 0, 0.03, {5.0}));
    EXPECT_NEAR(flow[8], 5e-9 - lost, 1e-15);
    most = std::max(most, lost);
  }
  EXPECT_GT(most, 1e-4);
}

TEST(PhaseShifter, ReachesPiAtItsVoltage) {
  const std::unique_ptr<model::DeviceModel> model(make_model("phase_shifter"));
  const auto parameters = parameters_of(*model, {{"phase_per_watt", std::numbers::pi / 0.03},
                                                 {"resistance", 1000.0},
                                                 {"insertion_loss_db", 0.0}});
  const auto out = response(*model, parameters, {}, 0, 0.1, {std::sqrt(0.03 * 1000.0), 0.0});
  EXPECT_NEAR(out[1].re, -0.1, 1e-14);
  const auto costs = model->costs(parameters, {});
  ASSERT_EQ(costs.size(), 1u);
  EXPECT_NEAR(costs[0].energy / (0.03 * costs[0].time), 1.0, 0.02);
}

TEST(MachZehnderModulator, FollowsItsRaisedCosine) {
  const std::unique_ptr<model::DeviceModel> model(make_model("mach_zehnder_modulator"));
  const auto parameters = parameters_of(
      *model,
      {{"half_wave_voltage", 3.0}, {"insertion_loss_db", 2.0}, {"extinction_ratio_db", 12.0}});
  const double bright = std::pow(10.0, -0.2), dark = bright * std::pow(10.0, -1.2);
  for (int k = -10; k <= 10; ++k) {
    const double cosine = std::cos(0.5 * std::numbers::pi * k * 0.3 / 3.0);
    const double expected = dark + (bright - dark) * cosine * cosine;
    EXPECT_NEAR(power_transfer(*model, parameters, {}, "input", "output", {0.3 * k, 0.0}), expected,
                1e-13);
  }
}

}  // namespace
}  // namespace neucasl::photonic
