#include "microdisk_modulator.hpp"

#include <algorithm>
#include <cmath>

#include "curves.hpp"
#include "modulation.hpp"

namespace neucasl::photonic {

model::Specification MicrodiskModulator::specification() {
  model::Specification s;
  s.name = "microdisk_modulator";
  s.title = "Microdisk or ring modulator beside one bus";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("through"), electrical_pin("anode"),
                 electrical_pin("cathode"), thermal_pin("heat")};
  s.internals = outgoing_pairs(s.terminals);
  add_mode_states(s.internals);
  s.internals.push_back({"junction", model::InternalKind::algebraic, base::dimension::voltage, 1.0,
                         -10.0, 1.2, "voltage of the junction, against the cathode"});
  add_resonator_parameters(s.parameters, false);
  s.parameters.push_back({"shift_per_volt", "pm/V", -30.0, -10000.0, 10000.0,
                          "shift of the resonance with the junction's voltage; negative: reverse "
                          "bias (depletion) moves it to longer wavelengths"});
  s.parameters.push_back({"loss_per_volt", "1/V", 0.02, -2.0, 2.0,
                          "relative change of the intrinsic loss with the junction's voltage"});
  s.parameters.push_back({"junction_capacitance", "fF", 20.0, 0.01, 1e6, "of the junction"});
  s.parameters.push_back(
      {"series_resistance", "ohm", 100.0, 0.01, 1e6, "between the pins and the junction"});
  s.parameters.push_back({"saturation_current", "fA", 1.0, 0.0, 1e9, "of the junction"});
  s.parameters.push_back({"ideality", "1", 1.2, 1.0, 5.0, "emission coefficient of the junction"});
  s.parameters.push_back({"leakage_resistance", "Mohm", 1000.0, 1e-3, 1e9, "across the junction"});
  s.parameters.push_back({"shift_per_kelvin", "nm/K", 0.08, -1.0, 1.0,
                          "shift of the resonance with the temperature rise"});
  s.parameters.push_back({"thermal_conductance", "W/K", 1e-9, 1e-12, 1.0,
                          "from the disk to the ambient, beside what else is on the net"});
  s.parameters.push_back({"thermal_capacitance", "J/K", 1e-12, 0.0, 1.0,
                          "of the disk, beside what else is on the net"});
  s.parameters.push_back(
      {"heating_share", "1", 0.0, 0.0, 1.0, "share of the light lost in the disk that warms it"});
  s.parameters.push_back({"drive_voltage", "V", -2.0, -10.0, 0.6,
                          "junction voltage of the second level of a bit, for its cost"});
  s.equations = {"w0 moves with the shift: shift_per_volt V_j + shift_per_kelvin rise",
                 "1/tau_0 = w0 / (2 Q0) exp(loss_per_volt V_j)",
                 "dA/dt = (j (w - w0) - 1/tau_0 - 1/tau_1) A + j mu input",
                 "through = input + j mu A; a second mode likewise backwards",
                 "I = (V - V_j) / R, C dV_j/dt = I - I_s (exp(V_j / (n k T / q)) - 1) - V_j / R_l",
                 "heat = G rise - heating_share 2 |A|^2 / tau_0, stored heat = C_th rise"};
  s.validity =
      "As the microdisk; small shifts against the free spectral range, constant junction "
      "capacitance, index and loss follow the junction's voltage at once, the junction's "
      "own heat is left out.";
  s.source =
      "W. D. Sacher and J. K. S. Poon, Dynamics of microring resonator modulators, Optics "
      "Express 16(20):15741-15753, 2008; B. E. Little et al., J. Lightwave Technology "
      "15(6):998-1005, 1997";
  return s;
}

MicrodiskModulator::Derived MicrodiskModulator::derive(std::span<const double> parameters,
                                                       const model::Environment& environment) {
  ParameterReader reader(parameters);
  const double copies = environment.carriers;
  Derived d{};
  d.resonator = make_resonator(read_resonator(reader, false), environment.wavelength);
  d.detuning_per_volt = d.resonator.per_shift * reader.next();
  d.loss_per_volt = reader.next();
  d.capacitance = reader.next() / copies;
  d.conductance = 1.0 / (reader.next() * copies);
  d.saturation = reader.next() / copies;
  const double ideality = reader.next();
  d.inverse_thermal = elementary_charge / (ideality * boltzmann * environment.temperature);
  d.leakage = 1.0 / (reader.next() * copies);
  d.detuning_per_kelvin = d.resonator.per_shift * reader.next();
  d.heat_conductance = reader.next() / copies;
  d.heat_capacitance = reader.next() / copies;
  d.heating = reader.next();
  return d;
}

std::vector<model::NoiseSource> MicrodiskModulatorModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  const Derived d = derived_from(derived);
  const double saturation_shot =
      d.saturation * (2.0 + std::expm1(std::min(d.inverse_thermal * unknowns[15], 60.0)));
  return {{"thermal", 4, 15, 4.0 * boltzmann * environment.temperature * d.conductance, 0.0},
          {"shot", 15, 5, 2.0 * elementary_charge * saturation_shot, 0.0},
          {"leakage", 15, 5, 4.0 * boltzmann * environment.temperature * d.leakage, 0.0}};
}

std::vector<model::OperationCost> MicrodiskModulatorModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  const double swing = parameters[model::parameter_index(specification(), "drive_voltage")];
  if (swing == 0.0) return {};
  model::Environment single = environment;
  single.carriers = 1;
  const Derived d = MicrodiskModulator::derive(parameters, single);
  const double slowest =
      std::max(d.capacitance / d.conductance, 1.0 / d.resonator.inverse_lifetime);
  return bit_costs(*this, parameters, environment, swing, slowest);
}

model::Characterization MicrodiskModulatorModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  ParameterReader reader(parameters);
  const ResonatorParameters disk = read_resonator(reader, false);
  const double swing = parameters[model::parameter_index(specification(), "drive_voltage")];
  model::Environment centred = environment;
  centred.wavelength = disk.wavelength + disk.shift;
  const double loaded = 1.0 / (1.0 / disk.intrinsic_quality + 1.0 / disk.coupling_quality_1);
  const double width = disk.wavelength / loaded;
  add_spectrum(result, *this, parameters, centred, "input", span_around(centred, 5.0 * width));
  const auto missing = [&](double wavelength, double voltage) {
    return 1.0 - power_transfer_at(wavelength, *this, parameters, centred, "input", "through",
                                   {voltage, 0.0, 0.0});
  };
  const double range = disk.free_spectral_range;
  add_resonances(
      result, published, [&](double wavelength) { return missing(wavelength, 0.0); }, centred,
      std::max(1.2 * range, 10.0 * width));

  std::vector<double> voltages, shares;
  for (int i = 0; i <= 50; ++i) {
    voltages.push_back(swing * i / 50);
    shares.push_back(1.0 - missing(centred.wavelength, voltages.back()));
  }
  add_curve(result, "transfer", "Transmitted power over the voltage, carrier on the resonance",
            "voltage", base::dimension::voltage, voltages, {"Voltage", "V"}, "share", {}, shares,
            {"Share of the input's power", ""});
  compare(result, published, "insertion_loss_db", loss_of_power(shares.back()), {},
          "at the drive voltage, carrier on the resonance without voltage");
  compare(result, published, "extinction_ratio_db",
          loss_of_power(std::max(shares.front(), 1e-15) / shares.back()), {},
          "between 0 V and the drive voltage; critical coupling has no other limit than rounding");
  const auto moved =
      resonances([&](double wavelength) { return missing(wavelength, swing); },
                 centred.wavelength - 0.5 * range, centred.wavelength + 0.5 * range, 4001);
  if (moved.size() == 1 && swing != 0.0) {
    compare(result, published, "shift_per_volt",
            (moved.front().wavelength - centred.wavelength) / swing,
            base::dimension::length / base::dimension::voltage);
  }
  compare_bit_cost(result, published, costs(parameters, centred));
  return result;
}

}  // namespace neucasl::photonic
