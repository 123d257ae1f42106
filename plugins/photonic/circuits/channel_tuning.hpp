#pragma once

#include <functional>
#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Tuning of resonators that act on each other.
///
/// Each channel has one resonator and a target. *Alone* means: from the closed form of a single
/// resonator. *Calibrated* means: the value that is asked of each resonator alone is corrected by
/// what the whole row misses, again and again, which needs measurements of the row only:
///
///   u <- u + (target - measured(tunings(u))),     tunings_k = inverse of alone_k at u_k.

namespace neucasl::photonic {

struct TunedChannels {
  int count = 0;
  /// Value of a channel whose resonator stands alone; monotonic from `first` to `last`.
  std::function<double(int channel, double tuning)> alone;
  /// Values of all channels by the tunings of all.
  std::function<std::vector<double>(const std::vector<double>& tunings)> together;
  double first = 0.0;
  double last = 0.0;

  [[nodiscard]] double lowest(int channel) const;
  [[nodiscard]] double highest(int channel) const;
  /// Tuning that gives the value, or the end of the range that comes nearest.
  [[nodiscard]] double tuning_for(int channel, double value) const;
  [[nodiscard]] std::vector<double> tune_alone(const std::vector<double>& targets) const;
};

struct Calibration {
  std::vector<double> tunings;
  std::vector<double> values;         ///< Achieved.
  std::vector<double> largest_error;  ///< Before each correction, and at the end.
};

struct CalibrationLimits {
  /// Largest error at which it ends; rounding of a wavelength moves a value by about 1e-12.
  double accuracy = 1e-10;
  int most_corrections = 60;
  std::string what;   ///< For messages: "weight", "input".
  double unit = 1.0;  ///< A value of 1 of `what`.
  base::Location where;
};

/// \throws base::Error "photonic.calibration" naming the channel that its resonator cannot bring to
/// its target beside the others.
Calibration calibrate(const TunedChannels& channels, const std::vector<double>& targets,
                      const CalibrationLimits& limits);

/// max |values - targets|
double largest_difference(const std::vector<double>& values, const std::vector<double>& targets);

}  // namespace neucasl::photonic
