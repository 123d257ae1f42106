#include "splitter.hpp"

#include <cmath>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Specification Splitter::specification() {
  model::Specification s;
  s.name = "splitter";
  s.title = "Y junction, one guide into two";
  s.family = "photonic";
  s.terminals = {optical_port("common"), optical_port("branch_1"), optical_port("branch_2")};
  s.parameters = {{"power_share", "1", 0.5, 0.0, 1.0, "share of the power that goes to branch_1"},
                  loss_parameter("excess_loss_db", 0.1, "power loss in dB from the common guide")};
  s.equations = {"branch_1 = A sqrt(share) common, branch_2 = A sqrt(1 - share) common",
                 "common = A (sqrt(share) branch_1 + sqrt(1 - share) branch_2); the orthogonal "
                 "combination of the branches is radiated; A = 10^(-excess_loss / 20)"};
  s.validity =
      "Matched, without reflection; independent of the wavelength. Two equal waves of the "
      "same phase join without loss, one wave alone loses half its power.";
  s.source =
      "L. Chrostowski and M. Hochberg, Silicon Photonics Design, Cambridge University Press "
      "2015, section 4.2";
  return s;
}

ScatteringMatrix<double, Splitter::ports> Splitter::matrix(
    std::span<const double> parameters, const model::Environment& /*environment*/) {
  ParameterReader reader(parameters);
  const double share = reader.next();
  const double amplitude = amplitude_of_loss(reader.next());
  ScatteringMatrix<double, ports> s;
  s[0][1].re = s[1][0].re = amplitude * std::sqrt(share);
  s[0][2].re = s[2][0].re = amplitude * std::sqrt(1.0 - share);
  return s;
}

model::Characterization SplitterModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const Spectrum split = add_spectrum(result, *this, parameters, environment, "common",
                                      span_around(environment, 20e-9));
  const double sum = split.at_centre("branch_1") + split.at_centre("branch_2");
  compare(result, published, "insertion_loss_db", loss_of_power(sum), {}, "both branches together");
  return result;
}

}  // namespace neucasl::photonic
