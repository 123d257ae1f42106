#include "waveguide.hpp"

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification Waveguide::specification() {
  model::Specification s;
  s.name = "waveguide";
  s.title = "Single-mode waveguide";
  s.family = "photonic";
  s.terminals = {optical_port("port_1"), optical_port("port_2")};
  s.parameters.push_back({"length", "um", 100.0, 0.0, 1e6, "length"});
  add_dispersion(s.parameters, 2.4, 4.2);
  s.parameters.push_back(propagation_loss_parameter());
  add_loss_fabrication(s.parameters);
  s.equations = {"S12 = S21 = 10^(-loss L / 20) e^(j 2 pi n_eff(l) L / l), S11 = S22 = 0",
                 "n_eff(l) = n_eff0 - (l - l0)(n_g - n_eff0) / l0"};
  s.validity =
      "One mode, no reflection, dispersion linear in the wavelength; signals slow against the "
      "transit time n_g L / c, which is left out of transients.";
  s.source =
      "D. M. Pozar, Microwave Engineering, 4th ed., Wiley 2012, section 4.3 (scattering matrix); "
      "L. Chrostowski and M. Hochberg, Silicon Photonics Design, Cambridge University Press 2015, "
      "chapter 3 (index and loss)";
  return s;
}

ScatteringMatrix<double, Waveguide::ports> Waveguide::matrix(
    std::span<const double> parameters, const model::Environment& environment) {
  ParameterReader reader(parameters);
  const double length = reader.next();
  const Dispersion dispersion = read_dispersion(reader);
  const double loss = reader.next();
  ScatteringMatrix<double, ports> s;
  s[0][1] = s[1][0] = phasor(amplitude_of_loss(loss * length),
                             propagation_phase(dispersion, length, environment.wavelength));
  return s;
}

model::Characterization WaveguideModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const Spectrum spectrum = add_spectrum(result, *this, parameters, environment, "port_1",
                                         span_around(environment, 20e-9));
  const double loss = loss_of_power(spectrum.at_centre("port_2"));
  compare(result, published, "insertion_loss_db", loss, {});
  const double length = parameters[model::parameter_index(specification(), "length")];
  if (length > 0.0) {
    compare(result, published, "propagation_loss_db", loss / length,
            base::dimension::none / base::dimension::length);
  }
  return result;
}

}  // namespace neucasl::photonic
