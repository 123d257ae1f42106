#include "termination.hpp"

#include "curves.hpp"

namespace neucasl::photonic {

model::Specification Termination::specification() {
  model::Specification s;
  s.name = "termination";
  s.title = "Matched absorber";
  s.family = "photonic";
  s.terminals = {optical_port("port", ir::Direction::input)};
  s.equations = {"b = 0: I = V = a"};
  s.validity = "Any power and wavelength.";
  s.source = "D. M. Pozar, Microwave Engineering, 4th ed., Wiley 2012, section 4.3";
  return s;
}

model::Characterization TerminationModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const auto out = response(*this, parameters, environment, 0, 0.1);
  compare(result, published, "reflected_power_share", squared_magnitude(out[0]) / 0.01, {});
  return result;
}

}  // namespace neucasl::photonic
