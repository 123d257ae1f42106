#include "laser.hpp"

#include <cmath>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {

model::Internal amplitude_internal() {
  return {"amplitude", model::InternalKind::algebraic,          {}, 0.1, 0.0,
          2.0,         "magnitude of the emitted wave, sqrt(W)"};
}

model::Parameter intensity_noise_parameter() {
  return {"relative_intensity_noise_db",
          "1",
          -140.0,
          -250.0,
          -60.0,
          "one-sided density of the relative power fluctuation, dB/Hz"};
}

double amplitude_noise(double power, double decibel) {
  return 0.25 * power * std::pow(10.0, decibel / 10.0);
}

model::Specification Laser::specification() {
  model::Specification s;
  s.name = "laser";
  s.title = "Continuous-wave laser";
  s.family = "photonic";
  s.terminals = {optical_port("output", ir::Direction::output)};
  s.internals = {amplitude_internal()};
  s.parameters = {{"power", "mW", 1.0, 0.0, 1000.0, "emitted power"},
                  {"wavelength", "nm", 0.0, 0.0, 12000.0,
                   "of its light; it emits on this carrier only; 0: on every carrier"},
                  {"phase", "rad", 0.0, -20.0, 20.0, "of the emitted wave"},
                  intensity_noise_parameter(),
                  {"wall_plug_efficiency", "1", 0.2, 1e-4, 1.0, "emitted over electrical power"}};
  add_emitter_fabrication(s.parameters);
  s.equations = {"b = sqrt(power) e^(j phase) on its own carrier, else 0: V = a + b, I = a - b",
                 "noise of |b|: power RIN / 4, RIN = 10^(relative_intensity_noise / 10)"};
  s.validity = "One line without width (no phase noise), intensity noise white, nothing reflected.";
  s.source =
      "L. A. Coldren, S. W. Corzine and M. L. Mashanovitch, Diode Lasers and Photonic "
      "Integrated Circuits, 2nd ed., Wiley 2012, chapter 5";
  return s;
}

Laser::Derived Laser::derive(std::span<const double> parameters,
                             const model::Environment& environment) {
  ParameterReader reader(parameters);
  double power = reader.next();
  if (!emits(reader.next(), environment)) power = 0.0;
  const double phase = reader.next();
  return {std::sqrt(power), std::cos(phase), std::sin(phase),
          amplitude_noise(power, reader.next())};
}

std::vector<double> LaserModel::emitted_wavelengths(std::span<const double> parameters) const {
  const double own = parameters[model::parameter_index(specification(), "wavelength")];
  if (own == 0.0) return {};
  return {own};
}

std::vector<model::NoiseSource> LaserModel::noise(std::span<const double> derived,
                                                  std::span<const double> /*unknowns*/,
                                                  const model::Environment& /*environment*/) const {
  return {{"relative_intensity", 2, -1, derived_from(derived).amplitude_noise, 0.0}};
}

model::Characterization LaserModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  model::Environment own = environment;
  own.carriers = 1;
  own.swept = true;
  const auto out = response(*this, parameters, own, 0, 0.0);
  const double power = squared_magnitude(out[0]);
  const double efficiency =
      parameters[model::parameter_index(specification(), "wall_plug_efficiency")];
  compare(result, published, "power", power, base::dimension::power);
  compare(result, published, "electrical_power", power / efficiency, base::dimension::power);
  results::Table table;
  table.name = "emission";
  table.title = "Emitted and electrical power";
  table.add("power", std::vector<double>{power}, base::dimension::power);
  table.add("electrical_power", std::vector<double>{power / efficiency}, base::dimension::power);
  result.tables.push_back(std::move(table));
  return result;
}

}  // namespace neucasl::photonic
