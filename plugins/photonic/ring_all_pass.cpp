#include "ring_all_pass.hpp"

#include <cmath>

#include "curves.hpp"
#include "ring.hpp"

namespace neucasl::photonic {

model::Specification RingAllPass::specification() {
  model::Specification s;
  s.name = "ring_all_pass";
  s.title = "Ring resonator beside one bus";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("through")};
  add_ring_parameters(s.parameters);
  s.parameters.push_back(coupling_parameter("power_coupling", 0.02, "share that enters the ring"));
  add_resonator_fabrication(s.parameters);
  s.equations = {
      "t = sqrt(1 - power_coupling), a = 10^(-round_trip_loss / 20), "
      "p = 2 pi n_eff L / l + 2 pi n_g L shift / l^2 with L = 2 pi radius",
      "through = (t - a e^(jp)) / (1 - t a e^(jp)) input, and backwards alike"};
  s.validity =
      "Coupling and loss independent of the wavelength; one mode, no backscattering; "
      "signals slow against the photon lifetime (the microdisk has it in transients).";
  s.source =
      "A. Yariv, Universal relations for coupling of optical power between microresonators "
      "and dielectric waveguides, Electronics Letters 36(4):321-322, 2000; W. Bogaerts et "
      "al., Silicon microring resonators, Laser and Photonics Reviews 6(1):47-73, 2012";
  return s;
}

ScatteringMatrix<double, RingAllPass::ports> RingAllPass::matrix(
    std::span<const double> parameters, const model::Environment& environment) {
  ParameterReader reader(parameters);
  RingGeometry ring = read_ring(reader);
  ring.shift += ambient_shift(parameters, environment);
  const double power_coupling = reader.next();
  const double wavelength = environment.wavelength;
  const double phase = ring.phase_at(wavelength) + ring.phase_per_shift(wavelength) * ring.shift;
  const RingCouplers couplers = make_couplers(power_coupling, 0.0, ring.round_trip);
  ScatteringMatrix<double, ports> s;
  s[0][1] = s[1][0] = ring_response(couplers, phase).bus_1;
  return s;
}

model::Characterization RingAllPassModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  ParameterReader reader(parameters);
  const RingGeometry ring = read_ring(reader);
  characterize_ring(result, *this, parameters, environment, published,
                    ring_free_spectral_range(ring, environment.wavelength));
  return result;
}

}  // namespace neucasl::photonic
