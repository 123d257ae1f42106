#pragma once

#include <optional>
#include <string>
#include <vector>

/// \file
/// Scales: from values along an axis to pixels, with round ticks.

namespace neucasl::results {

/// Whether a value can be placed on an axis.
bool drawable(double value, bool logarithmic);

struct Range {
  double low = 0.0;
  double high = 0.0;

  void include(double value);
};

/// Range of the drawable values; nothing when there are none.
std::optional<Range> range_of(const std::vector<double>& values, bool logarithmic);

/// The nearest step of 1, 2 or 5 times a power of ten that is not below `step`.
double round_step(double step);

struct Tick {
  double value = 0.0;
  std::string label;  ///< Empty for a minor tick.
};

struct Scale {
  double low = 0.0;
  double high = 1.0;
  bool logarithmic = false;
  double from = 0.0;  ///< Pixel of `low`.
  double to = 1.0;    ///< Pixel of `high`.
  std::vector<Tick> ticks;

  /// Pixel of a value, clamped to the axis.
  [[nodiscard]] double at(double value) const;
  [[nodiscard]] std::vector<std::string> labels() const;
};

enum class Direction { horizontal, vertical };
/// Whether the axis may grow to end on ticks.
enum class Ends { on_ticks, exact };

/// As many ticks as fit without their labels touching.
Scale fit_scale(Range range, bool logarithmic, double from, double to, Direction direction,
                Ends ends = Ends::on_ticks);

}  // namespace neucasl::results
