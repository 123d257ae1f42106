#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/model/complex.hpp"
#include "neucasl/model/device_model.hpp"
#include "neucasl/model/driven_device.hpp"

/// \file
/// What characteristic curves of photonic devices are made with. A *spectrum* is the share of the
/// input's power at each port over the wavelength; a *resonance* has a wavelength, a full width at
/// half of its peak, and the share of power at the peak.

namespace neucasl::photonic {

/// Values of the terminals that are not optical, in their order: V, K.
using Controls = std::vector<double>;

struct Spectrum {
  std::vector<double> wavelength;  ///< m
  std::vector<std::string> ports;
  std::vector<std::vector<double>> power;  ///< ports x wavelengths, share of the input's power.

  [[nodiscard]] const std::vector<double>& of(std::string_view port) const;
  /// At the middle wavelength.
  [[nodiscard]] double at_centre(std::string_view port) const;
};

/// 2 * `half_points` + 1 wavelengths, the carrier in the middle.
std::vector<double> span_around(const model::Environment& environment, double half_width,
                                int half_points = 200);

/// Waves out of all optical ports, by order, for a wave `amplitude` (sqrt(W), real) into one.
std::vector<model::Complex<double>> response(const model::DeviceModel& model,
                                             std::span<const double> parameters,
                                             const model::Environment& environment,
                                             std::size_t input_port, double amplitude,
                                             const Controls& controls = {});
/// Share of power from one port to another.
double power_transfer(const model::DeviceModel& model, std::span<const double> parameters,
                      const model::Environment& environment, std::string_view input,
                      std::string_view output, const Controls& controls = {},
                      double input_power = 1e-3);
/// As power_transfer, at another wavelength.
double power_transfer_at(double wavelength, const model::DeviceModel& model,
                         std::span<const double> parameters, model::Environment environment,
                         std::string_view input, std::string_view output,
                         const Controls& controls = {});

Spectrum spectrum_of(const model::DeviceModel& model, std::span<const double> parameters,
                     const model::Environment& environment, std::string_view input,
                     std::span<const double> wavelengths, const Controls& controls = {});
/// spectrum_of, and its table "spectrum" and chart "spectrum" (dB) added to `result`.
Spectrum add_spectrum(model::Characterization& result, const model::DeviceModel& model,
                      std::span<const double> parameters, const model::Environment& environment,
                      std::string_view input, std::span<const double> wavelengths,
                      const Controls& controls = {});

/// Terminal unknowns with waves into some ports and `controls` elsewhere.
std::vector<double> terminal_values(const model::Specification& specification,
                                    std::size_t input_port, double amplitude,
                                    const Controls& controls);
/// Index of a port among the optical terminals, of a pin among the others.
std::size_t port_index(const model::Specification& specification, std::string_view name);
std::size_t pin_unknown(const model::Specification& specification, std::string_view name);

struct Resonance {
  double wavelength = 0.0;  ///< m
  double width = 0.0;       ///< m, full width at half of the peak.
  double peak = 0.0;
  [[nodiscard]] double quality() const { return wavelength / width; }
};
/// Peaks of a positive response over the wavelength, found on `points` samples and refined.
/// Resonances narrower than two samples may be missed; peaks below `least` are left out.
std::vector<Resonance> resonances(const std::function<double(double wavelength)>& response,
                                  double from, double to, int points, double least = 1e-3);

/// Quality, free spectral range and drop or extinction of a ring or disk from `spectral` =
/// response(l), compared with "quality", "free_spectral_range" of the card, and their table.
/// Returns the resonances found within `search` of the carrier.
std::vector<Resonance> add_resonances(model::Characterization& result,
                                      std::span<const model::PublishedFigure> published,
                                      const std::function<double(double wavelength)>& response,
                                      const model::Environment& environment, double search);

/// A comparison with the published figure of that name, or without one.
void compare(model::Characterization& result, std::span<const model::PublishedFigure> published,
             std::string_view name, double value, base::Dimension dimension,
             const std::string& note = {});

/// A table of x and y, and a chart of it with both scaled to the units of the axes.
void add_curve(model::Characterization& result, const std::string& name, const std::string& title,
               const std::string& x_name, base::Dimension x_dimension, const std::vector<double>& x,
               const results::Axis& x_axis, const std::string& y_name, base::Dimension y_dimension,
               const std::vector<double>& y, const results::Axis& y_axis);

}  // namespace neucasl::photonic
