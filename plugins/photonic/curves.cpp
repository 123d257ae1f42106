#include "curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "matched_ports.hpp"
#include "optics.hpp"

namespace neucasl::photonic {
namespace {

constexpr double golden = 0.6180339887498949;

/// Place of the maximum of f in [low, high].
double refined_peak(const std::function<double(double)>& f, double low, double high) {
  double a = high - golden * (high - low);
  double b = low + golden * (high - low);
  double fa = f(a);
  double fb = f(b);
  for (int i = 0; i < 60 && high - low > 1e-15 * high; ++i) {
    if (fa > fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - golden * (high - low);
      fa = f(a);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + golden * (high - low);
      fb = f(b);
    }
  }
  return 0.5 * (low + high);
}

/// Where f falls through `level` between `inside` (above) and `outside` (below).
double crossing(const std::function<double(double)>& f, double level, double inside,
                double outside) {
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (inside + outside);
    (f(middle) > level ? inside : outside) = middle;
  }
  return 0.5 * (inside + outside);
}

/// Steps away from a peak until f is below `level`; NaN when it never is within `reach`.
double half_point(const std::function<double(double)>& f, double level, double peak, double step,
                  double reach) {
  double inside = peak;
  while (std::abs(inside - peak) < reach) {
    const double outside = inside + step;
    if (f(outside) < level) return crossing(f, level, inside, outside);
    inside = outside;
    step *= 1.5;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double in_unit(double value, const std::string& unit) {
  if (unit.empty() || unit == "dB") return value;
  return value / base::parse_unit(unit).value;
}

std::vector<double> in_unit(std::vector<double> values, const std::string& unit) {
  for (double& value : values) value = in_unit(value, unit);
  return values;
}

}  // namespace

const std::vector<double>& Spectrum::of(std::string_view port) const {
  for (std::size_t p = 0; p < ports.size(); ++p) {
    if (ports[p] == port) return power[p];
  }
  throw base::Error("photonic.port", "there is no port '" + std::string(port) + "'",
                    base::suggest(port, ports));
}

double Spectrum::at_centre(std::string_view port) const { return of(port)[wavelength.size() / 2]; }

std::vector<double> span_around(const model::Environment& environment, double half_width,
                                int half_points) {
  std::vector<double> wavelengths;
  for (int i = -half_points; i <= half_points; ++i) {
    wavelengths.push_back(environment.wavelength + half_width * i / half_points);
  }
  return wavelengths;
}

std::size_t port_index(const model::Specification& specification, std::string_view name) {
  std::size_t port = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline != ir::Discipline::optical) continue;
    if (terminal.name == name) return port;
    ++port;
  }
  throw base::Error("photonic.port",
                    specification.name + " has no port '" + std::string(name) + "'", "");
}

std::size_t pin_unknown(const model::Specification& specification, std::string_view name) {
  std::size_t unknown = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.name == name) return unknown;
    unknown += static_cast<std::size_t>(model::unknowns_of(terminal.discipline));
  }
  throw base::Error("photonic.port",
                    specification.name + " has no terminal '" + std::string(name) + "'", "");
}

std::vector<double> terminal_values(const model::Specification& specification,
                                    std::size_t input_port, double amplitude,
                                    const Controls& controls) {
  std::vector<double> values;
  std::size_t port = 0;
  std::size_t control = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::optical) {
      values.push_back(port++ == input_port ? amplitude : 0.0);
      values.push_back(0.0);
    } else {
      values.push_back(control < controls.size() ? controls[control] : 0.0);
      ++control;
    }
  }
  return values;
}

std::vector<model::Complex<double>> response(const model::DeviceModel& model,
                                             std::span<const double> parameters,
                                             const model::Environment& environment,
                                             std::size_t input_port, double amplitude,
                                             const Controls& controls) {
  const model::Specification& specification = model.specification();
  const MatchedPorts matched(model);
  model::DrivenDevice device(matched, parameters, environment);
  const std::vector<double> in = terminal_values(specification, input_port, amplitude, controls);
  const std::vector<double> flow = device.rest(in);
  std::vector<model::Complex<double>> out;
  std::size_t unknown = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::optical) {
      out.push_back({in[unknown] - flow[unknown], in[unknown + 1] - flow[unknown + 1]});
    }
    unknown += static_cast<std::size_t>(model::unknowns_of(terminal.discipline));
  }
  return out;
}

double power_transfer(const model::DeviceModel& model, std::span<const double> parameters,
                      const model::Environment& environment, std::string_view input,
                      std::string_view output, const Controls& controls, double input_power) {
  const model::Specification& specification = model.specification();
  const auto out = response(model, parameters, environment, port_index(specification, input),
                            std::sqrt(input_power), controls);
  return squared_magnitude(out[port_index(specification, output)]) / input_power;
}

double power_transfer_at(double wavelength, const model::DeviceModel& model,
                         std::span<const double> parameters, model::Environment environment,
                         std::string_view input, std::string_view output,
                         const Controls& controls) {
  environment.wavelength = wavelength;
  return power_transfer(model, parameters, environment, input, output, controls);
}

Spectrum spectrum_of(const model::DeviceModel& model, std::span<const double> parameters,
                     const model::Environment& environment, std::string_view input,
                     std::span<const double> wavelengths, const Controls& controls) {
  const double power = 1e-3;
  Spectrum spectrum;
  for (const model::Terminal& terminal : model.specification().terminals) {
    if (terminal.discipline == ir::Discipline::optical) spectrum.ports.push_back(terminal.name);
  }
  spectrum.power.resize(spectrum.ports.size());
  model::Environment at = environment;
  for (const double wavelength : wavelengths) {
    at.wavelength = wavelength;
    const auto out = response(model, parameters, at, port_index(model.specification(), input),
                              std::sqrt(power), controls);
    spectrum.wavelength.push_back(wavelength);
    for (std::size_t p = 0; p < out.size(); ++p) {
      spectrum.power[p].push_back(squared_magnitude(out[p]) / power);
    }
  }
  return spectrum;
}

Spectrum add_spectrum(model::Characterization& result, const model::DeviceModel& model,
                      std::span<const double> parameters, const model::Environment& environment,
                      std::string_view input, std::span<const double> wavelengths,
                      const Controls& controls) {
  Spectrum spectrum = spectrum_of(model, parameters, environment, input, wavelengths, controls);
  results::Table table;
  table.name = "spectrum";
  table.title = "Share of the power into " + std::string(input) + " that leaves each port";
  table.add("wavelength", spectrum.wavelength, base::dimension::length);
  results::LineChart chart;
  chart.caption = table.title;
  chart.x_axis = {"Wavelength", "nm"};
  chart.y_axis = {"Power", "dB"};
  for (std::size_t p = 0; p < spectrum.ports.size(); ++p) {
    table.add(spectrum.ports[p], spectrum.power[p]);
    // A port that gets nothing has no decibels.
    if (*std::max_element(spectrum.power[p].begin(), spectrum.power[p].end()) < 1e-12) continue;
    results::LineSeries series{spectrum.ports[p], in_unit(spectrum.wavelength, "nm"), {}};
    for (const double share : spectrum.power[p]) {
      series.y.push_back(-loss_of_power(std::max(share, 1e-12)));
    }
    chart.series.push_back(std::move(series));
  }
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("spectrum", std::move(chart));
  return spectrum;
}

std::vector<Resonance> resonances(const std::function<double(double wavelength)>& response,
                                  double from, double to, int points, double least) {
  const double step = (to - from) / (points - 1);
  std::vector<double> samples;
  samples.reserve(static_cast<std::size_t>(points));
  for (int i = 0; i < points; ++i) samples.push_back(response(from + step * i));
  std::vector<Resonance> found;
  for (std::size_t i = 1; i + 1 < samples.size(); ++i) {
    if (!(samples[i] >= samples[i - 1] && samples[i] > samples[i + 1])) continue;
    const double middle = from + step * static_cast<double>(i);
    Resonance resonance;
    resonance.wavelength = refined_peak(response, middle - step, middle + step);
    resonance.peak = response(resonance.wavelength);
    if (resonance.peak < least) continue;
    const double half = 0.5 * resonance.peak;
    resonance.width = half_point(response, half, resonance.wavelength, 0.02 * step, to - from) -
                      half_point(response, half, resonance.wavelength, -0.02 * step, to - from);
    if (std::isfinite(resonance.width)) found.push_back(resonance);
  }
  return found;
}

std::vector<Resonance> add_resonances(model::Characterization& result,
                                      std::span<const model::PublishedFigure> published,
                                      const std::function<double(double wavelength)>& response,
                                      const model::Environment& environment, double search) {
  const double centre = environment.wavelength;
  std::vector<Resonance> found = resonances(response, centre - search, centre + search, 4001);
  results::Table table;
  table.name = "resonances";
  table.title = "Resonances near the carrier";
  std::vector<double> wavelength, width, quality, peak;
  for (const Resonance& one : found) {
    wavelength.push_back(one.wavelength);
    width.push_back(one.width);
    quality.push_back(one.quality());
    peak.push_back(one.peak);
  }
  table.add("wavelength", wavelength, base::dimension::length);
  table.add("full_width_at_half_maximum", width, base::dimension::length);
  table.add("quality", quality);
  table.add("peak", peak);
  result.tables.push_back(std::move(table));
  if (found.empty()) return found;
  const auto nearest =
      std::min_element(found.begin(), found.end(), [&](const Resonance& a, const Resonance& b) {
        return std::abs(a.wavelength - centre) < std::abs(b.wavelength - centre);
      });
  const std::string note =
      "resonance at " + base::to_engineering({nearest->wavelength, base::dimension::length}, 6);
  compare(result, published, "quality", nearest->quality(), {}, note);
  if (found.size() > 1) {
    // Over both neighbours when there are two, since the distance grows with the wavelength.
    const auto first = nearest == found.begin() ? nearest : nearest - 1;
    const auto last = nearest + 1 == found.end() ? nearest : nearest + 1;
    compare(result, published, "free_spectral_range",
            (last->wavelength - first->wavelength) / static_cast<double>(last - first),
            base::dimension::length, note);
  }
  return found;
}

void compare(model::Characterization& result, std::span<const model::PublishedFigure> published,
             std::string_view name, double value, base::Dimension dimension,
             const std::string& note) {
  model::Characterization::Comparison comparison;
  comparison.quantity = std::string(name);
  comparison.model = value;
  comparison.published = std::numeric_limits<double>::quiet_NaN();
  comparison.dimension = dimension;
  comparison.note = note;
  for (const model::PublishedFigure& figure : published) {
    if (figure.name != name) continue;
    comparison.published = figure.value;
    comparison.source = figure.source;
  }
  result.comparisons.push_back(std::move(comparison));
}

void add_curve(model::Characterization& result, const std::string& name, const std::string& title,
               const std::string& x_name, base::Dimension x_dimension, const std::vector<double>& x,
               const results::Axis& x_axis, const std::string& y_name, base::Dimension y_dimension,
               const std::vector<double>& y, const results::Axis& y_axis) {
  results::Table table;
  table.name = name;
  table.title = title;
  table.add(x_name, x, x_dimension);
  table.add(y_name, y, y_dimension);
  result.tables.push_back(std::move(table));
  results::LineChart chart;
  chart.caption = title;
  chart.x_axis = x_axis;
  chart.y_axis = y_axis;
  chart.series.push_back({y_axis.title, in_unit(x, x_axis.unit), in_unit(y, y_axis.unit)});
  result.charts.emplace_back(name, std::move(chart));
}

}  // namespace neucasl::photonic
