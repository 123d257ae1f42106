#include "microdisk_switch.hpp"

#include <algorithm>
#include <cmath>

#include "curves.hpp"
#include "modulation.hpp"

namespace neucasl::photonic {

model::Specification MicrodiskSwitch::specification() {
  model::Specification s;
  s.name = "microdisk_switch";
  s.title = "Microdisk or ring switch between two buses";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("through"), optical_port("drop"),
                 optical_port("add"),   electrical_pin("anode"), electrical_pin("cathode"),
                 thermal_pin("heat")};
  s.internals = outgoing_pairs(s.terminals);
  add_mode_states(s.internals);
  s.internals.push_back(junction_internal());
  add_resonator_parameters(s.parameters, true);
  add_tuning_parameters(s.parameters);
  add_resonator_fabrication(s.parameters);
  s.equations = {"w0 moves with the shift: shift_per_volt V_j + shift_per_kelvin rise",
                 "1/tau_0 = w0 / (2 Q0) exp(loss_per_volt V_j)",
                 "dA/dt = (j (w - w0) - 1/tau_0 - 1/tau_1 - 1/tau_2) A + j mu_1 input + j mu_2 add",
                 "through = input + j mu_1 A, drop = add + j mu_2 A; backwards a second mode",
                 "I = (V - V_j) / R, C dV_j/dt = I - I_s (exp(V_j / (n k T / q)) - 1) - V_j / R_l",
                 "heat = G rise - heating_share 2 |A|^2 / tau_0, stored heat = C_th rise"};
  s.validity =
      "As the microdisk; small shifts against the free spectral range, constant junction "
      "capacitance, index and loss follow the junction's voltage at once, the junction's "
      "own heat is left out.";
  s.source =
      "B. E. Little et al., Microring resonator channel dropping filters, J. Lightwave Technology "
      "15(6):998-1005, 1997; W. D. Sacher and J. K. S. Poon, Dynamics of microring resonator "
      "modulators, Optics Express 16(20):15741-15753, 2008";
  return s;
}

MicrodiskSwitch::Derived MicrodiskSwitch::derive(std::span<const double> parameters,
                                                 const model::Environment& environment) {
  ParameterReader reader(parameters);
  Derived d{};
  ResonatorParameters disk = read_resonator(reader, true);
  disk.shift += ambient_shift(parameters, environment);
  d.resonator = make_resonator(disk, environment.wavelength);
  d.tuning = read_tuning(reader, d.resonator, environment);
  return d;
}

std::vector<model::NoiseSource> MicrodiskSwitchModel::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& environment) const {
  return tuning_noise(derived_from(derived).tuning, 8, 23, unknowns[23], environment.temperature);
}

std::vector<model::OperationCost> MicrodiskSwitchModel::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  const double swing = parameters[model::parameter_index(specification(), "drive_voltage")];
  if (swing == 0.0) return {};
  model::Environment single = environment;
  single.carriers = 1;
  const MicrodiskSwitch::Derived d = MicrodiskSwitch::derive(parameters, single);
  const double slowest =
      std::max(d.tuning.capacitance / d.tuning.conductance, 1.0 / d.resonator.inverse_lifetime);
  return bit_costs(*this, parameters, environment, swing, slowest);
}

model::Characterization MicrodiskSwitchModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  ParameterReader reader(parameters);
  const ResonatorParameters disk = read_resonator(reader, true);
  const double swing = parameters[model::parameter_index(specification(), "drive_voltage")];
  model::Environment centred = environment;
  centred.wavelength = disk.wavelength + disk.shift + ambient_shift(parameters, environment);
  const double loaded = 1.0 / (1.0 / disk.intrinsic_quality + 1.0 / disk.coupling_quality_1 +
                               1.0 / disk.coupling_quality_2);
  const double width = disk.wavelength / loaded;
  add_spectrum(result, *this, parameters, centred, "input", span_around(centred, 5.0 * width));
  const auto share = [&](double wavelength, std::string_view port, double voltage) {
    return power_transfer_at(wavelength, *this, parameters, centred, "input", port,
                             {voltage, 0.0, 0.0});
  };
  const double range = disk.free_spectral_range;
  add_resonances(
      result, published, [&](double wavelength) { return share(wavelength, "drop", 0.0); }, centred,
      std::max(1.2 * range, 10.0 * width));

  std::vector<double> voltages, through, drop;
  for (int i = 0; i <= 50; ++i) {
    voltages.push_back(swing * i / 50);
    through.push_back(share(centred.wavelength, "through", voltages.back()));
    drop.push_back(share(centred.wavelength, "drop", voltages.back()));
  }
  add_curve(result, "through", "Power at 'through' over the voltage, carrier on the resonance",
            "voltage", base::dimension::voltage, voltages, {"Voltage", "V"}, "share", {}, through,
            {"Share of the input's power", ""});
  add_curve(result, "drop", "Power at 'drop' over the voltage, carrier on the resonance", "voltage",
            base::dimension::voltage, voltages, {"Voltage", "V"}, "share", {}, drop,
            {"Share of the input's power", ""});
  compare(result, published, "drop_loss_db", loss_of_power(drop.front()), {}, "on resonance");
  compare(result, published, "through_loss_db", loss_of_power(through.back()), {},
          "at the drive voltage");
  compare(result, published, "extinction_ratio_db",
          loss_of_power(std::max(drop.back(), 1e-15) / drop.front()), {},
          "drop port, between 0 V and the drive voltage");
  const auto moved =
      resonances([&](double wavelength) { return share(wavelength, "drop", swing); },
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
