#include "ring_add_drop.hpp"

#include <cmath>

#include "curves.hpp"
#include "ring.hpp"

namespace neucasl::photonic {

model::Specification RingAddDrop::specification() {
  model::Specification s;
  s.name = "ring_add_drop";
  s.title = "Ring resonator between two buses";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("through"), optical_port("drop"),
                 optical_port("add")};
  add_ring_parameters(s.parameters);
  s.parameters.push_back(coupling_parameter("power_coupling_1", 0.0225,
                                            "share that crosses between bus 1 and the ring"));
  s.parameters.push_back(coupling_parameter("power_coupling_2", 0.0225,
                                            "share that crosses between bus 2 and the ring"));
  add_resonator_fabrication(s.parameters);
  s.equations = {
      "t = sqrt(1 - k^2), k^2 the power coupling, a = 10^(-round_trip_loss / 20), "
      "p = 2 pi n_eff L / l + 2 pi n_g L shift / l^2 with L = 2 pi radius",
      "input to through: (t1 - t2 a e^(jp)) / (1 - t1 t2 a e^(jp))",
      "add to drop: (t2 - t1 a e^(jp)) / (1 - t1 t2 a e^(jp))",
      "input to drop, add to through: "
      "-k1 k2 sqrt(a) e^(jp/2) / (1 - t1 t2 a e^(jp)); backwards alike"};
  s.validity =
      "Coupling and loss independent of the wavelength; one mode, no backscattering, the "
      "couplers opposite to each other; signals slow against the photon lifetime (the "
      "microdisk has it in transients).";
  s.source =
      "W. Bogaerts et al., Silicon microring resonators, Laser and Photonics Reviews "
      "6(1):47-73, 2012; A. Yariv, Electronics Letters 36(4):321-322, 2000";
  return s;
}

ScatteringMatrix<double, RingAddDrop::ports> RingAddDrop::matrix(
    std::span<const double> parameters, const model::Environment& environment) {
  ParameterReader reader(parameters);
  RingGeometry ring = read_ring(reader);
  ring.shift += ambient_shift(parameters, environment);
  const double coupling_1 = reader.next();
  const double coupling_2 = reader.next();
  const double wavelength = environment.wavelength;
  const double phase = ring.phase_at(wavelength) + ring.phase_per_shift(wavelength) * ring.shift;
  const RingCouplers couplers = make_couplers(coupling_1, coupling_2, ring.round_trip);
  return add_drop_matrix(ring_response(couplers, phase));
}

model::Characterization RingAddDropModel::characterize(
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
