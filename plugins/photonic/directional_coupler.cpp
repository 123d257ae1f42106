#include "directional_coupler.hpp"

#include <cmath>
#include <numbers>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification DirectionalCoupler::specification() {
  model::Specification s;
  s.name = "directional_coupler";
  s.title = "Directional coupler";
  s.family = "photonic";
  s.terminals = {optical_port("input_1"), optical_port("input_2"), optical_port("output_1"),
                 optical_port("output_2")};
  s.parameters = {
      coupling_parameter("power_coupling", 0.5,
                         "share of power that crosses; used when "
                         "coupling_length is 0"),
      {"length", "um", 0.0, 0.0, 1e5, "length over which the guides couple"},
      {"coupling_length", "um", 0.0, 0.0, 1e5, "length for full exchange; 0: use power_coupling"},
      loss_parameter("excess_loss_db", 0.0, "power loss in dB")};
  add_coupling_fabrication(s.parameters);
  s.equations = {
      "t = sqrt(1 - power_coupling), k = sqrt(power_coupling), or with a coupling "
      "length Lc: t = cos(pi L / 2 Lc), k = sin(pi L / 2 Lc)",
      "output_1 = A (t input_1 + j k input_2), output_2 = A (j k input_1 + t input_2), "
      "and likewise backwards; A = 10^(-excess_loss / 20)"};
  s.validity =
      "Matched, without reflection; coupling independent of the wavelength; the phase of "
      "the guides themselves is left to waveguide models.";
  s.source =
      "A. Yariv, Coupled-mode theory for guided-wave optics, IEEE J. Quantum Electronics "
      "9(9):919-933, 1973";
  return s;
}

ScatteringMatrix<double, DirectionalCoupler::ports> DirectionalCoupler::matrix(
    std::span<const double> parameters, const model::Environment& /*environment*/) {
  ParameterReader reader(parameters);
  const double power_coupling = reader.next();
  const double length = reader.next();
  const double coupling_length = reader.next();
  const double amplitude = amplitude_of_loss(reader.next());
  const double angle = coupling_length > 0.0
                           ? 0.5 * std::numbers::pi * length / coupling_length
                           : std::atan2(std::sqrt(power_coupling), std::sqrt(1.0 - power_coupling));
  const model::Complex<double> through{amplitude * std::cos(angle), 0.0};
  const model::Complex<double> cross{0.0, amplitude * std::sin(angle)};
  ScatteringMatrix<double, ports> s;
  s[0][2] = s[2][0] = s[1][3] = s[3][1] = through;
  s[0][3] = s[3][0] = s[1][2] = s[2][1] = cross;
  return s;
}

model::Characterization DirectionalCouplerModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const Spectrum spectrum = add_spectrum(result, *this, parameters, environment, "input_1",
                                         span_around(environment, 20e-9));
  const double through = spectrum.at_centre("output_1");
  const double cross = spectrum.at_centre("output_2");
  compare(result, published, "insertion_loss_db", loss_of_power(through + cross), {},
          "both outputs together");
  compare(result, published, "power_coupling", cross / (through + cross), {});
  return result;
}

}  // namespace neucasl::photonic
