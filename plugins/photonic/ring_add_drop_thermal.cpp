#include "ring_add_drop_thermal.hpp"

#include <cmath>
#include <numbers>

#include "curves.hpp"

namespace neucasl::photonic {

model::Specification RingAddDropThermal::specification() {
  model::Specification s;
  s.name = "ring_add_drop_thermal";
  s.title = "Ring resonator between two buses, tuned by temperature";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("through"), optical_port("drop"),
                 optical_port("add"), thermal_pin("heat")};
  s.internals = outgoing_pairs(s.terminals);
  add_ring_parameters(s.parameters);
  s.parameters.push_back(coupling_parameter("power_coupling_1", 0.0225,
                                            "share that crosses between bus 1 and the ring"));
  s.parameters.push_back(coupling_parameter("power_coupling_2", 0.0225,
                                            "share that crosses between bus 2 and the ring"));
  s.parameters.push_back({"shift_per_kelvin", "nm/K", 0.08, -1.0, 1.0,
                          "shift of the resonances with the temperature rise"});
  s.parameters.push_back({"thermal_conductance", "W/K", 1e-9, 1e-12, 1.0,
                          "from the ring to the ambient, beside what else is on the net"});
  s.parameters.push_back({"thermal_capacitance", "J/K", 1e-12, 0.0, 1.0,
                          "of the ring, beside what else is on the net"});
  s.parameters.push_back(
      {"heating_share", "1", 0.0, 0.0, 1.0, "share of the light lost in the ring that warms it"});
  add_resonator_fabrication(s.parameters);
  s.equations = {"as ring_add_drop, with p higher by 2 pi n_g L shift_per_kelvin rise / l^2",
                 "heat = G rise - heating_share (sum |a|^2 - sum |b|^2), stored heat = C rise"};
  s.validity = "As ring_add_drop; the ring has one temperature, the shift is linear in it.";
  s.source =
      "W. Bogaerts et al., Silicon microring resonators, Laser and Photonics Reviews "
      "6(1):47-73, 2012";
  return s;
}

RingAddDropThermal::Derived RingAddDropThermal::derive(std::span<const double> parameters,
                                                       const model::Environment& environment) {
  ParameterReader reader(parameters);
  RingGeometry ring = read_ring(reader);
  ring.shift += ambient_shift(parameters, environment);
  const double coupling_1 = reader.next();
  const double coupling_2 = reader.next();
  const double shift_per_kelvin = reader.next();
  const double slope = ring.phase_per_shift(environment.wavelength);
  Derived d{};
  d.couplers = make_couplers(coupling_1, coupling_2, ring.round_trip);
  // The drop has half the phase, hence 4 pi.
  d.phase = std::remainder(ring.phase_at(environment.wavelength) + slope * ring.shift,
                           4.0 * std::numbers::pi);
  d.phase_per_kelvin = slope * shift_per_kelvin;
  d.conductance = reader.next() / environment.carriers;
  d.capacitance = reader.next() / environment.carriers;
  d.heating = reader.next();
  return d;
}

model::Characterization RingAddDropThermalModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  ParameterReader reader(parameters);
  const RingGeometry ring = read_ring(reader);
  const double range = ring_free_spectral_range(ring, environment.wavelength);
  characterize_ring(result, *this, parameters, environment, published, range);

  const auto drop_peak = [&](double rise) {
    return resonances(
        [&](double wavelength) {
          return power_transfer_at(wavelength, *this, parameters, environment, "input", "drop",
                                   {rise});
        },
        environment.wavelength - 0.6 * range, environment.wavelength + 0.6 * range, 1201);
  };
  // The first resonance below the carrier is followed while it moves.
  const auto cold = drop_peak(0.0);
  if (cold.empty()) return result;
  std::vector<double> rises, shifts;
  for (int i = 0; i <= 20; ++i) {
    const double rise = static_cast<double>(i);
    const auto found = drop_peak(rise);
    if (found.empty()) continue;
    double shift = found.front().wavelength - cold.front().wavelength;
    shift -= range * std::round(shift / range);
    rises.push_back(rise);
    shifts.push_back(shift);
  }
  add_curve(result, "thermal_tuning", "Shift of the resonance over the temperature rise",
            "temperature_rise", base::dimension::temperature, rises, {"Temperature rise", "K"},
            "shift", base::dimension::length, shifts, {"Shift", "nm"});
  compare(result, published, "shift_per_kelvin", shifts.back() / rises.back(),
          base::dimension::length / base::dimension::temperature);
  return result;
}

}  // namespace neucasl::photonic
