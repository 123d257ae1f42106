#pragma once

#include <span>
#include <string>
#include <vector>

#include "operations.hpp"
#include "write_verify.hpp"

/// \file
/// Characteristic curves that all memories of the family share.

namespace neucasl::memristor_models {

/// What the curves need to know of a model.
struct MemoryTraits {
  Preparation preparation;
  std::size_t state = 0;               ///< Index of the internal unknown that holds the memory.
  double sine_amplitude = 1.0;         ///< V, of the hysteresis loop
  std::vector<double> frequencies;     ///< Hz, at least two, rising
  double state_before_sine = 0.5;      ///< Value of the prepared parameter before the loop.
  std::vector<double> set_voltages;    ///< V, for switching times
  std::vector<double> reset_voltages;  ///< V
  int levels = 8;                      ///< of the programming staircase; 0: none
  WriteVerifyRule rule;
};

struct HysteresisLoop {
  double frequency = 0.0;  ///< Hz
  std::vector<double> voltage;
  std::vector<double> current;
  double area = 0.0;  ///< W, sum of the absolute areas of both lobes, after one period of settling
};
/// The second period of a sine of voltage.
HysteresisLoop hysteresis_loop(const model::DeviceModel& model, std::span<const double> parameters,
                               const model::Environment& environment, double amplitude,
                               double frequency);

/// Time at constant voltage until the memory state has made `share` of its way from where
/// `from` puts it to where `to` would, s; NaN when not within `longest`.
double switching_time(const model::DeviceModel& model, std::span<const double> parameters,
                      const model::Environment& environment, const MemoryTraits& traits,
                      double from, double to, double voltage, double longest, double share = 0.9);

/// Hysteresis loops, set and reset pulse, switching times against voltage, programming staircase,
/// and comparisons with the published figures set_time, reset_time, on_resistance, off_resistance,
/// resistance_ratio, set_energy, reset_energy where given.
model::Characterization memory_characterization(const model::DeviceModel& model,
                                                std::span<const double> parameters,
                                                const model::Environment& environment,
                                                std::span<const model::PublishedFigure> published,
                                                const MemoryTraits& traits);

/// Adds a comparison when a published figure of that name is given.
void compare(model::Characterization& characterization,
             std::span<const model::PublishedFigure> published, const std::string& name,
             const std::string& quantity, double value, const base::Dimension& dimension,
             const std::string& note = {});

}  // namespace neucasl::memristor_models
