#include "waveguide_bend.hpp"

#include <numbers>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification WaveguideBend::specification() {
  model::Specification s;
  s.name = "waveguide_bend";
  s.title = "Waveguide bend";
  s.family = "photonic";
  s.terminals = {optical_port("port_1"), optical_port("port_2")};
  s.parameters.push_back({"radius", "um", 5.0, 0.1, 1e5, "radius of the centre line"});
  s.parameters.push_back({"angle", "deg", 90.0, 0.0, 3600.0, "angle of the arc"});
  add_dispersion(s.parameters, 2.4, 4.2);
  s.parameters.push_back(propagation_loss_parameter());
  s.parameters.push_back(
      loss_parameter("bend_loss_db", 0.01, "power loss in dB of a right angle, by radiation"));
  add_loss_fabrication(s.parameters);
  s.equations = {"L = radius angle",
                 "S12 = S21 = 10^(-(loss L + bend_loss angle / 90 deg) / 20) "
                 "e^(j 2 pi n_eff(l) L / l), S11 = S22 = 0"};
  s.validity =
      "As the straight waveguide; the bend loss is a number of the given radius, and the loss of "
      "the joints to straight guides counts into it.";
  s.source =
      "L. Chrostowski and M. Hochberg, Silicon Photonics Design, Cambridge University Press 2015, "
      "chapter 3";
  return s;
}

ScatteringMatrix<double, WaveguideBend::ports> WaveguideBend::matrix(
    std::span<const double> parameters, const model::Environment& environment) {
  ParameterReader reader(parameters);
  const double radius = reader.next();
  const double angle = reader.next();
  const Dispersion dispersion = read_dispersion(reader);
  const double loss = reader.next();
  const double bend_loss = reader.next();
  const double length = radius * angle;
  const double total = loss * length + bend_loss * angle / (0.5 * std::numbers::pi);
  ScatteringMatrix<double, ports> s;
  s[0][1] = s[1][0] = phasor(amplitude_of_loss(total),
                             propagation_phase(dispersion, length, environment.wavelength));
  return s;
}

model::Characterization WaveguideBendModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const Spectrum spectrum = add_spectrum(result, *this, parameters, environment, "port_1",
                                         span_around(environment, 20e-9));
  compare(result, published, "insertion_loss_db", loss_of_power(spectrum.at_centre("port_2")), {});
  return result;
}

}  // namespace neucasl::photonic
