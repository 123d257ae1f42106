#include "heater.hpp"

#include <algorithm>
#include <cmath>

#include "curves.hpp"
#include "optics.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {
namespace {

/// The heater with nothing else on its thermal net: temperature by bisection of the heat flow.
double settled_rise(model::DrivenDevice& device, double voltage) {
  double low = -1.0;
  double high = 1.0;
  const auto flow = [&](double rise) {
    return device.rest(std::vector<double>{voltage, 0.0, rise})[2];
  };
  while (flow(high) < 0.0 && high < 1e9) high *= 2.0;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (flow(middle) < 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double power_at(model::DrivenDevice& device, double voltage, double rise) {
  return voltage * device.rest(std::vector<double>{voltage, 0.0, rise})[0];
}

}  // namespace

model::Specification Heater::specification() {
  model::Specification s;
  s.name = "heater";
  s.title = "Resistive heater";
  s.family = "photonic";
  s.terminals = {electrical_pin("positive", 10.0), electrical_pin("negative", 10.0),
                 thermal_pin("heat")};
  s.parameters = {
      {"resistance", "ohm", 1000.0, 1.0, 1e6, "at ambient temperature"},
      {"temperature_coefficient", "1/K", 0.0, 0.0, 0.01, "relative rise of the resistance"},
      {"thermal_resistance", "K/W", 8000.0, 1.0, 1e7, "from the heated place to the ambient"},
      {"thermal_time_constant", "us", 4.0, 1e-3, 1e6, "of the heated place alone"},
      {"shift_per_kelvin", "nm/K", 0.08, 1e-4, 1.0,
       "of a resonator at the heated place; used for the tuning curve and its cost only"}};
  s.equations = {"I = V / R, R = resistance (1 + temperature_coefficient rise)",
                 "heat = rise / R_th - V I, stored heat = C_th rise, C_th = time constant / R_th"};
  s.validity =
      "One temperature for heater and device, linear heat flow; the resistance stays "
      "above a tenth of its ambient value.";
  s.source =
      "M. Bahadori et al., Thermal rectification of integrated microheaters for microring "
      "resonators in silicon photonics platform, J. Lightwave Technology 36(3):773-788, 2018";
  return s;
}

Heater::Derived Heater::derive(std::span<const double> parameters,
                               const model::Environment& /*environment*/) {
  ParameterReader reader(parameters);
  Derived d{};
  d.conductance = 1.0 / reader.next();
  d.coefficient = reader.next();
  d.heat_conductance = 1.0 / reader.next();
  d.heat_capacitance = reader.next() * d.heat_conductance;
  return d;
}

std::vector<model::NoiseSource> HeaterModel::noise(std::span<const double> derived,
                                                   std::span<const double> unknowns,
                                                   const model::Environment& environment) const {
  const Derived d = derived_from(derived);
  const double relative =
      0.1 + model::functions::smooth_positive(0.9 + d.coefficient * unknowns[2], 1e-5);
  const double temperature = std::max(environment.temperature + unknowns[2], 0.0);
  return {{"thermal", 0, 1, 4.0 * boltzmann * temperature * d.conductance / relative, 0.0}};
}

std::vector<model::OperationCost> HeaterModel::costs(std::span<const double> parameters,
                                                     const model::Environment& environment) const {
  const Derived d = Heater::derive(parameters, environment);
  const double shift = 1e-9;
  const double rise =
      shift / parameters[model::parameter_index(specification(), "shift_per_kelvin")];
  const double power = rise * d.heat_conductance;
  const double time = 3.0 * d.heat_capacitance / d.heat_conductance;
  return {{"shift_1_nm", power * time, time,
           "Power that holds the temperature of a shift of 1 nm, rise / R_th, over three time "
           "constants (95 % of the shift)"}};
}

model::Characterization HeaterModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  model::DrivenDevice device(*this, parameters, environment);
  const Derived d = derived_from(device.derived());
  const double per_kelvin = parameters[model::parameter_index(specification(), "shift_per_kelvin")];
  // Up to a rise of 100 K.
  const double top = std::sqrt(100.0 * d.heat_conductance / d.conductance);
  std::vector<double> powers, shifts, rises;
  for (int i = 0; i <= 50; ++i) {
    const double voltage = top * i / 50;
    rises.push_back(settled_rise(device, voltage));
    powers.push_back(power_at(device, voltage, rises.back()));
    shifts.push_back(per_kelvin * rises.back());
  }
  add_curve(result, "rise_over_power", "Temperature rise over the power", "power",
            base::dimension::power, powers, {"Power", "mW"}, "temperature_rise",
            base::dimension::temperature, rises, {"Temperature rise", "K"});
  add_curve(result, "shift_over_power", "Shift of a resonator over the power", "power",
            base::dimension::power, powers, {"Power", "mW"}, "shift", base::dimension::length,
            shifts, {"Shift", "nm"});
  compare(result, published, "tuning_efficiency", shifts.back() / powers.back(),
          base::dimension::length / base::dimension::power);
  compare(result, published, "response_time", d.heat_capacitance / d.heat_conductance,
          base::dimension::time);
  return result;
}

}  // namespace neucasl::photonic
