#include "junction_tuning.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::photonic {

void add_tuning_parameters(std::vector<model::Parameter>& parameters) {
  parameters.push_back({"shift_per_volt", "pm/V", -30.0, -10000.0, 10000.0,
                        "shift of the resonance with the junction's voltage; negative: reverse "
                        "bias (depletion) moves it to longer wavelengths"});
  parameters.push_back({"loss_per_volt", "1/V", 0.02, -2.0, 2.0,
                        "relative change of the intrinsic loss with the junction's voltage"});
  parameters.push_back({"junction_capacitance", "fF", 20.0, 0.01, 1e6, "of the junction"});
  parameters.push_back(
      {"series_resistance", "ohm", 100.0, 0.01, 1e6, "between the pins and the junction"});
  parameters.push_back({"saturation_current", "fA", 1.0, 0.0, 1e9, "of the junction"});
  parameters.push_back({"ideality", "1", 1.2, 1.0, 5.0, "emission coefficient of the junction"});
  parameters.push_back({"leakage_resistance", "Mohm", 1000.0, 1e-3, 1e9, "across the junction"});
  parameters.push_back({"shift_per_kelvin", "nm/K", 0.08, -1.0, 1.0,
                        "shift of the resonance with the temperature rise"});
  parameters.push_back({"thermal_conductance", "W/K", 1e-9, 1e-12, 1.0,
                        "from the disk to the ambient, beside what else is on the net"});
  parameters.push_back({"thermal_capacitance", "J/K", 1e-12, 0.0, 1.0,
                        "of the disk, beside what else is on the net"});
  parameters.push_back(
      {"heating_share", "1", 0.0, 0.0, 1.0, "share of the light lost in the disk that warms it"});
  parameters.push_back({"drive_voltage", "V", -2.0, -10.0, 0.6,
                        "junction voltage of the second level of a bit, for its cost"});
}

JunctionTuning read_tuning(ParameterReader& reader, const Resonator& resonator,
                           const model::Environment& environment) {
  const double copies = environment.carriers;
  JunctionTuning d{};
  d.detuning_per_volt = resonator.per_shift * reader.next();
  d.loss_per_volt = reader.next();
  d.capacitance = reader.next() / copies;
  d.conductance = 1.0 / (reader.next() * copies);
  d.saturation = reader.next() / copies;
  const double ideality = reader.next();
  d.inverse_thermal = elementary_charge / (ideality * boltzmann * environment.temperature);
  d.leakage = 1.0 / (reader.next() * copies);
  d.detuning_per_kelvin = resonator.per_shift * reader.next();
  d.heat_conductance = reader.next() / copies;
  d.heat_capacitance = reader.next() / copies;
  d.heating = reader.next();
  return d;
}

model::Internal junction_internal() {
  return {"junction",
          model::InternalKind::algebraic,
          base::dimension::voltage,
          1.0,
          -10.0,
          1.2,
          "voltage of the junction, against the cathode"};
}

std::vector<model::NoiseSource> tuning_noise(const JunctionTuning& d, int anode, int junction,
                                             double voltage, double temperature) {
  const double saturation_shot =
      d.saturation * (2.0 + std::expm1(std::min(d.inverse_thermal * voltage, 60.0)));
  const double thermal = 4.0 * boltzmann * temperature;
  return {{"thermal", anode, junction, thermal * d.conductance, 0.0},
          {"shot", junction, anode + 1, 2.0 * elementary_charge * saturation_shot, 0.0},
          {"leakage", junction, anode + 1, thermal * d.leakage, 0.0}};
}

}  // namespace neucasl::photonic
