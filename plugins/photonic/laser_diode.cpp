#include "laser_diode.hpp"

#include <algorithm>
#include <cmath>

#include "curves.hpp"
#include "laser.hpp"
#include "optics.hpp"

namespace neucasl::photonic {
namespace {

/// Emitted power at a point of a driven device, W.
double emitted(std::span<const double> internals) { return internals[2] * internals[2]; }

model::Environment alone(const model::Environment& environment) {
  model::Environment single = environment;
  single.carriers = 1;
  single.swept = true;
  return single;
}

std::vector<double> at_voltage(double voltage) { return {0.0, 0.0, voltage, 0.0}; }

}  // namespace

model::Specification LaserDiode::specification() {
  model::Specification s;
  s.name = "laser_diode";
  s.title = "Directly driven laser";
  s.family = "photonic";
  s.terminals = {optical_port("output", ir::Direction::output), electrical_pin("anode"),
                 electrical_pin("cathode")};
  s.internals = {{"junction", model::InternalKind::algebraic, base::dimension::voltage, 1.0, -5.0,
                  3.0, "voltage of the junction, against the cathode"},
                 {"power", model::InternalKind::state, {}, 1.0, 0.0, 1000.0, "optical power in mW"},
                 amplitude_internal()};
  s.parameters = {
      {"threshold_current", "mA", 0.5, 1e-3, 1000.0, "where lasing begins"},
      {"slope_efficiency", "W/A", 0.5, 1e-3, 10.0, "emitted power for current above it"},
      {"wavelength", "nm", 0.0, 0.0, 12000.0,
       "of its light; it emits on this carrier only; 0: on every carrier"},
      {"saturation_current", "fA", 1e-3, 1e-12, 1e9, "of the junction"},
      {"ideality", "1", 2.0, 1.0, 5.0, "emission coefficient of the junction"},
      {"series_resistance", "ohm", 50.0, 0.01, 1e5, "between the pins and the junction"},
      {"junction_capacitance", "fF", 100.0, 0.01, 1e6, "of the junction"},
      {"response_time", "ps", 100.0, 1e-2, 1e7, "time constant of the emitted power"},
      intensity_noise_parameter(),
      {"drive_voltage", "V", 2.0, 0.01, 5.0, "at the pins when switched on, for its cost"}};
  add_emitter_fabrication(s.parameters);
  add_threshold_ageing(s.parameters);
  s.equations = {
      "I = (V - V_j) / R, C dV_j/dt = I - I_j, "
      "I_j = I_s (exp(V_j / (n k T / q)) - 1)",
      "dP/dt = (slope max(I_j - I_th, 0) - P) / response_time, the corner rounded over "
      "2 % of I_th",
      "b = sqrt(P), noise of |b|: P RIN / 4"};
  s.validity =
      "One mode, one relaxation time (no relaxation oscillation, no turn-on delay by "
      "carriers), no roll-off by heat, no chirp, nothing reflected.";
  s.source =
      "L. A. Coldren, S. W. Corzine and M. L. Mashanovitch, Diode Lasers and Photonic "
      "Integrated Circuits, 2nd ed., Wiley 2012, chapters 2 and 5";
  return s;
}

LaserDiode::Derived LaserDiode::derive(std::span<const double> parameters,
                                       const model::Environment& environment) {
  ParameterReader reader(parameters);
  const double copies = environment.carriers;
  Derived d{};
  d.threshold = reader.next() / copies;
  // The copy that emits has its share of the current and all of the light.
  d.slope = reader.next() * copies / power_unit;
  d.emission = emits(reader.next(), environment) ? 1.0 : 0.0;
  d.saturation = reader.next() / copies;
  d.inverse_thermal = elementary_charge / (reader.next() * boltzmann * environment.temperature);
  d.conductance = 1.0 / (reader.next() * copies);
  d.capacitance = reader.next() / copies;
  d.inverse_response = 1.0 / reader.next();
  d.intensity_noise = std::pow(10.0, reader.next() / 10.0);
  return d;
}

std::vector<double> LaserDiodeModel::emitted_wavelengths(std::span<const double> parameters) const {
  const double own = parameters[model::parameter_index(specification(), "wavelength")];
  if (own == 0.0) return {};
  return {own};
}

std::vector<model::NoiseSource> LaserDiodeModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& /*environment*/) const {
  const Derived d = derived_from(derived);
  return {{"relative_intensity", 6, -1, 0.25 * unknowns[6] * unknowns[6] * d.intensity_noise, 0.0}};
}

std::vector<model::OperationCost> LaserDiodeModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  const double on = parameters[model::parameter_index(specification(), "drive_voltage")];
  model::DrivenDevice device(*this, parameters, alone(environment));
  const Derived d = derived_from(device.derived());
  device.rest(at_voltage(on));
  const double final_power = emitted(device.internals());
  device.reset();
  const double slowest = 1.0 / d.inverse_response + d.capacitance / d.conductance;
  const double end = 10.0 * slowest;
  const auto points = device.transient(0.0, end, end / 500, [&](double time, std::span<double> x) {
    const auto v = at_voltage(on * std::min(time / (1e-3 * end), 1.0));
    std::copy(v.begin(), v.end(), x.begin());
  });
  const double level = 0.9 * final_power;
  double energy = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& a = points[i - 1];
    const auto& b = points[i];
    const double mean = 0.5 * (a.terminals[2] * a.flow[2] + b.terminals[2] * b.flow[2]);
    const double before = emitted(a.internals);
    const double after = emitted(b.internals);
    if (after < level) {
      energy += mean * (b.time - a.time);
      continue;
    }
    const double step = (b.time - a.time) * (level - before) / (after - before);
    return {{"switch_on", energy + mean * step, a.time + step,
             "Transient of a voltage step until 90 % of the power; integral of V I"}};
  }
  return {};
}

model::Characterization LaserDiodeModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  model::DrivenDevice device(*this, parameters, alone(environment));
  const double on = parameters[model::parameter_index(specification(), "drive_voltage")];
  std::vector<double> voltages, currents, powers;
  for (int i = 0; i <= 200; ++i) {
    const double v = on * i / 200;
    const std::vector<double> flow = device.rest(at_voltage(v));
    voltages.push_back(v);
    currents.push_back(flow[2]);
    powers.push_back(emitted(device.internals()));
  }
  add_curve(result, "light_over_current", "Emitted power over the current", "current",
            base::dimension::current, currents, {"Current", "mA"}, "power", base::dimension::power,
            powers, {"Emitted power", "mW"});
  add_curve(result, "current_over_voltage", "Current over the voltage", "voltage",
            base::dimension::voltage, voltages, {"Voltage", "V"}, "current",
            base::dimension::current, currents, {"Current", "mA"});
  compare(result, published, "power", powers.back(), base::dimension::power,
          "at the drive voltage");
  compare(result, published, "electrical_power", on * currents.back(), base::dimension::power,
          "at the drive voltage");
  compare(result, published, "wall_plug_efficiency", powers.back() / (on * currents.back()), {},
          "at the drive voltage");
  for (const model::OperationCost& cost : costs(parameters, environment)) {
    compare(result, published, "switch_on_time", cost.time, base::dimension::time, "to 90 %");
  }
  return result;
}

}  // namespace neucasl::photonic
