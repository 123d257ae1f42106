#include "comb_laser.hpp"

#include <cmath>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {
namespace {

struct Lines {
  double first = 0.0;
  double spacing = 0.0;
  double count = 0.0;
};

Lines lines_of(std::span<const double> parameters) {
  const Lines lines{parameters[1], parameters[2], parameters[3]};
  if (lines.count == std::round(lines.count)) return lines;
  throw base::Error(
      "model.parameters",
      "comb_laser: 'count' = " + base::shortest(lines.count) + " is not a whole number",
      "give a whole number of lines");
}

/// Wavelength of the line nearest to the carrier.
double nearest_line(const Lines& lines, double carrier) {
  const double order = std::round((carrier - lines.first) / lines.spacing);
  return lines.first + lines.spacing * std::min(std::max(order, 0.0), lines.count - 1.0);
}

}  // namespace

model::Specification CombLaser::specification() {
  model::Specification s;
  s.name = "comb_laser";
  s.title = "Comb laser, equal lines";
  s.family = "photonic";
  s.terminals = {optical_port("output", ir::Direction::output)};
  s.internals = {amplitude_internal()};
  s.parameters = {
      {"power_per_line", "mW", 1.0, 0.0, 1000.0, "emitted power of each line"},
      {"first_wavelength", "nm", 1550.0, 400.0, 12000.0, "of the shortest line"},
      {"spacing", "nm", 0.8, 1e-3, 1000.0, "between lines"},
      {"count", "1", 8.0, 1.0, 10000.0, "number of lines, a whole number"},
      intensity_noise_parameter(),
      {"wall_plug_efficiency", "1", 0.2, 1e-4, 1.0, "emitted over electrical power, all lines"}};
  add_emitter_fabrication(s.parameters);
  s.equations = {"l_k = first_wavelength + k spacing, k = 0 ... count - 1",
                 "b = sqrt(power_per_line) on a carrier that is a line, else 0",
                 "noise of |b|: power RIN / 4"};
  s.validity =
      "Lines of equal power, all of phase 0; the intensity noise of the lines is taken as "
      "independent; nothing reflected.";
  s.source =
      "P. Del'Haye et al., Optical frequency comb generation from a monolithic "
      "microresonator, Nature 450:1214-1217, 2007";
  return s;
}

CombLaser::Derived CombLaser::derive(std::span<const double> parameters,
                                     const model::Environment& environment) {
  const Lines lines = lines_of(parameters);
  double power = parameters[0];
  if (!emits(nearest_line(lines, environment.wavelength), environment)) power = 0.0;
  return {std::sqrt(power), 1.0, 0.0, amplitude_noise(power, parameters[4])};
}

std::vector<double> CombLaserModel::emitted_wavelengths(std::span<const double> parameters) const {
  const Lines lines = lines_of(parameters);
  std::vector<double> wavelengths;
  wavelengths.reserve(static_cast<std::size_t>(lines.count));
  for (int k = 0; k < static_cast<int>(lines.count); ++k) {
    wavelengths.push_back(lines.first + lines.spacing * k);
  }
  return wavelengths;
}

std::vector<model::NoiseSource> CombLaserModel::noise(
    std::span<const double> derived, std::span<const double> /*unknowns*/,
    const model::Environment& /*environment*/) const {
  return {{"relative_intensity", 2, -1, derived_from(derived).amplitude_noise, 0.0}};
}

model::Characterization CombLaserModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  const auto value = [&](std::string_view name) {
    return parameters[model::parameter_index(specification(), name)];
  };
  model::Environment at = environment;
  at.carriers = 1;
  at.swept = false;
  std::vector<double> wavelength = emitted_wavelengths(parameters);
  std::vector<double> power;
  double total = 0.0;
  for (const double line : wavelength) {
    at.wavelength = line;
    power.push_back(squared_magnitude(response(*this, parameters, at, 0, 0.0)[0]));
    total += power.back();
  }
  results::Table table;
  table.name = "lines";
  table.title = "Lines of the comb";
  table.add("wavelength", std::move(wavelength), base::dimension::length);
  table.add("power", std::move(power), base::dimension::power);
  result.tables.push_back(std::move(table));
  compare(result, published, "power", total, base::dimension::power, "all lines");
  compare(result, published, "electrical_power", total / value("wall_plug_efficiency"),
          base::dimension::power);
  return result;
}

}  // namespace neucasl::photonic
