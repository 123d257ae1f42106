#include "mach_zehnder_modulator.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "curves.hpp"
#include "modulation.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification MachZehnderModulator::specification() {
  model::Specification s;
  s.name = "mach_zehnder_modulator";
  s.title = "Mach-Zehnder modulator";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("output"), electrical_pin("signal", 10.0),
                 electrical_pin("reference", 10.0)};
  s.internals = outgoing_pairs(s.terminals);
  s.internals.push_back({"junction", model::InternalKind::algebraic, base::dimension::voltage, 1.0,
                         -20.0, 20.0,
                         "voltage of the electrode's capacitance, against the reference"});
  s.parameters = {{"half_wave_voltage", "V", 2.0, 0.01, 100.0, "voltage from bright to dark"},
                  {"bias_phase", "rad", 0.0, -20.0, 20.0,
                   "phase difference of the arms without voltage; pi / 2: quadrature"},
                  loss_parameter("insertion_loss_db", 1.2, "power loss in dB in the bright state"),
                  {"extinction_ratio_db", "1", 25.0, 0.1, 100.0, "bright over dark power in dB"},
                  {"capacitance", "fF", 200.0, 0.01, 1e6, "of the electrode"},
                  {"resistance", "ohm", 20.0, 0.01, 1e6, "in series with the capacitance"},
                  {"drive_voltage", "V", 2.0, 0.01, 100.0, "swing of one bit, for its cost"}};
  s.equations = {"D = bias_phase + pi V_j / half_wave_voltage, g = 10^(-extinction_ratio / 20)",
                 "S12 = S21 = A (cos(D/2) + j g sin(D/2)), S11 = S22 = 0",
                 "I = (V - V_j) / R, dV_j/dt = I / C"};
  s.validity =
      "Push-pull drive without chirp beyond that of unequal arms, lumped electrode (short "
      "against the electrical wavelength), constant capacitance, no travelling wave.";
  s.source =
      "G. L. Li and P. K. L. Yu, Optical intensity modulators for digital and analog "
      "applications, J. Lightwave Technology 21(9):2010-2030, 2003";
  return s;
}

MachZehnderModulator::Derived MachZehnderModulator::derive(std::span<const double> parameters,
                                                           const model::Environment& environment) {
  ParameterReader reader(parameters);
  Derived d{};
  d.half_per_volt = 0.5 * std::numbers::pi / reader.next();
  d.half_bias = 0.5 * reader.next();
  d.amplitude = amplitude_of_loss(reader.next());
  d.imbalance = amplitude_of_loss(reader.next());
  d.capacitance = reader.next() / environment.carriers;
  d.conductance = 1.0 / (reader.next() * environment.carriers);
  return d;
}

std::vector<model::NoiseSource> MachZehnderModulatorModel::noise(
    std::span<const double> derived, std::span<const double> /*unknowns*/,
    const model::Environment& environment) const {
  return {{"thermal", 4, 10,
           4.0 * boltzmann * environment.temperature * derived_from(derived).conductance, 0.0}};
}

std::vector<model::OperationCost> MachZehnderModulatorModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  const double swing = parameters[model::parameter_index(specification(), "drive_voltage")];
  const Derived d = MachZehnderModulator::derive(parameters, environment);
  return bit_costs(*this, parameters, environment, swing, d.capacitance / d.conductance);
}

model::Characterization MachZehnderModulatorModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const double half_wave = parameters[model::parameter_index(specification(), "half_wave_voltage")];
  std::vector<double> voltages, powers;
  for (int i = -100; i <= 100; ++i) {
    voltages.push_back(half_wave * 1.5 * i / 100);
    powers.push_back(
        power_transfer(*this, parameters, environment, "input", "output", {voltages.back(), 0.0}));
  }
  add_curve(result, "transfer", "Transmitted power over the voltage", "voltage",
            base::dimension::voltage, voltages, {"Voltage", "V"}, "share", {}, powers,
            {"Share of the input's power", ""});
  const auto [low, high] = std::minmax_element(powers.begin(), powers.end());
  compare(result, published, "insertion_loss_db", loss_of_power(*high), {}, "bright state");
  compare(result, published, "extinction_ratio_db", loss_of_power(*low / *high), {},
          "of the sampled transfer curve");
  compare_bit_cost(result, published, costs(parameters, environment));
  return result;
}

}  // namespace neucasl::photonic
