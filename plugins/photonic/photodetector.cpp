#include "photodetector.hpp"

#include <algorithm>
#include <cmath>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification Photodetector::specification() {
  model::Specification s;
  s.name = "photodetector";
  s.title = "Photodiode";
  s.family = "photonic";
  s.terminals = {optical_port("input", ir::Direction::input), electrical_pin("anode"),
                 electrical_pin("cathode")};
  s.internals = {{"delayed_power",
                  model::InternalKind::state,
                  {},
                  1.0,
                  -100.0,
                  1000.0,
                  "optical power behind the transit time, in mW"}};
  s.parameters = {{"responsivity", "A/W", 1.0, 0.0, 100.0, "photocurrent for optical power"},
                  {"dark_current", "nA", 10.0, 0.0, 1e6, "saturation current of the junction"},
                  {"ideality", "1", 1.5, 1.0, 5.0, "emission coefficient of the junction"},
                  {"shunt_resistance", "Mohm", 100.0, 1e-3, 1e9, "across the junction"},
                  {"junction_capacitance", "fF", 10.0, 0.0, 1e6, "across the junction"},
                  {"transit_time", "ps", 5.0, 1e-3, 1e6, "time constant of the photocurrent"}};
  s.equations = {"dp/dt = (|a|^2 - p) / transit_time, b = 0",
                 "I = I_d (exp(V / (n k T / q)) - 1) + V / R_sh + d(C V)/dt - responsivity p, "
                 "V = anode - cathode",
                 "noise: 2 q (responsivity p + I_d exp(V / (n k T / q)) + I_d) + 4 k T / R_sh"};
  s.validity =
      "Below saturation by space charge, no avalanche gain, no reflection, constant "
      "capacitance. With several carriers the beats between them are left out.";
  s.source =
      "B. E. A. Saleh and M. C. Teich, Fundamentals of Photonics, 2nd ed., Wiley 2007, "
      "chapter 18";
  return s;
}

Photodetector::Derived Photodetector::derive(std::span<const double> parameters,
                                             const model::Environment& environment) {
  ParameterReader reader(parameters);
  const double copies = environment.carriers;
  Derived d{};
  d.responsivity = reader.next() * power_unit;
  d.saturation = reader.next() / copies;
  d.inverse_thermal = elementary_charge / (reader.next() * boltzmann * environment.temperature);
  d.shunt = 1.0 / (reader.next() * copies);
  d.capacitance = reader.next() / copies;
  d.inverse_transit = 1.0 / reader.next();
  return d;
}

std::vector<model::NoiseSource> PhotodetectorModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  const Derived d = derived_from(derived);
  const double photocurrent = std::max(d.responsivity * unknowns[4], 0.0);
  const double forward = d.saturation * model::functions::limited_exp(
                                            d.inverse_thermal * (unknowns[2] - unknowns[3]), 60.0);
  return {{"shot", 2, 3, 2.0 * elementary_charge * (photocurrent + forward + d.saturation), 0.0},
          {"thermal", 2, 3, 4.0 * boltzmann * environment.temperature * d.shunt, 0.0}};
}

model::Characterization PhotodetectorModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  model::Environment single = environment;
  single.carriers = 1;
  model::DrivenDevice device(*this, parameters, single);
  const auto current = [&](double power, double voltage) {
    return device.rest(std::vector<double>{std::sqrt(power), 0.0, voltage, 0.0})[2];
  };
  const double bias = -1.0;
  std::vector<double> powers, currents;
  for (int i = -60; i <= 0; ++i) {
    powers.push_back(1e-3 * std::pow(10.0, i / 20.0) * 10.0);
    currents.push_back(-current(powers.back(), bias));
  }
  add_curve(result, "current_over_power", "Reverse current at -1 V over the optical power", "power",
            base::dimension::power, powers, {"Optical power", "mW", true}, "current",
            base::dimension::current, currents, {"Reverse current", "mA", true});
  std::vector<double> voltages, lit;
  for (int i = -100; i <= 60; ++i) {
    voltages.push_back(i * 0.01);
    lit.push_back(current(1e-3, voltages.back()));
  }
  add_curve(result, "current_over_voltage", "Current at 1 mW over the voltage", "voltage",
            base::dimension::voltage, voltages, {"Voltage", "V"}, "current",
            base::dimension::current, lit, {"Current", "mA"});
  const double slope = (current(2e-3, bias) - current(1e-3, bias)) / -1e-3;
  compare(result, published, "responsivity", slope,
          base::dimension::current / base::dimension::power);
  compare(result, published, "dark_current", -current(0.0, bias), base::dimension::current,
          "at -1 V, leakage included");
  // Settling of the photocurrent to 1/e after a step of light.
  const double transit = 1.0 / derived_from(device.derived()).inverse_transit;
  device.rest(std::vector<double>{0.0, 0.0, bias, 0.0});
  const auto points =
      device.transient(0.0, 8.0 * transit, 0.02 * transit, [&](double, std::span<double> x) {
        x[0] = std::sqrt(1e-3);
        x[1] = 0.0;
        x[2] = bias;
        x[3] = 0.0;
      });
  const double level = 1.0 - std::exp(-1.0);
  double settled = 0.0;
  for (std::size_t i = 1; i < points.size() && settled == 0.0; ++i) {
    const double before = points[i - 1].internals[0];
    const double after = points[i].internals[0];
    if (after < level) continue;
    settled = points[i - 1].time +
              (points[i].time - points[i - 1].time) * (level - before) / (after - before);
  }
  compare(result, published, "response_time", settled, base::dimension::time,
          "photocurrent to 63 % after a step, without load");
  return result;
}

}  // namespace neucasl::photonic
