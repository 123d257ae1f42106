#include "mirror.hpp"

#include <cmath>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification Mirror::specification() {
  model::Specification s;
  s.name = "mirror";
  s.title = "Partly reflecting mirror";
  s.family = "photonic";
  s.terminals = {optical_port("port_1"), optical_port("port_2")};
  s.parameters = {{"reflection", "1", 0.9, 0.0, 1.0, "amplitude of the reflected wave"},
                  loss_parameter("excess_loss_db", 0.0, "power loss in dB of both waves")};
  s.equations = {
      "t = sqrt(1 - r^2); S11 = S22 = A r, S12 = S21 = j A t; "
      "A = 10^(-excess_loss / 20)"};
  s.validity = "Symmetric, independent of the wavelength, its reference planes in one place.";
  s.source = "H. A. Haus, Waves and Fields in Optoelectronics, Prentice-Hall 1984, chapter 3";
  return s;
}

ScatteringMatrix<double, Mirror::ports> Mirror::matrix(std::span<const double> parameters,
                                                       const model::Environment& /*environment*/) {
  ParameterReader reader(parameters);
  const double reflection = reader.next();
  const double amplitude = amplitude_of_loss(reader.next());
  ScatteringMatrix<double, ports> s;
  s[0][0].re = s[1][1].re = amplitude * reflection;
  s[0][1].im = s[1][0].im = amplitude * std::sqrt(1.0 - reflection * reflection);
  return s;
}

model::Characterization MirrorModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const Spectrum spectrum = add_spectrum(result, *this, parameters, environment, "port_1",
                                         span_around(environment, 20e-9));
  compare(result, published, "power_reflectivity", spectrum.at_centre("port_1"), {});
  compare(result, published, "power_transmission", spectrum.at_centre("port_2"), {});
  return result;
}

}  // namespace neucasl::photonic
