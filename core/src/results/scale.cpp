#include "scale.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "number_text.hpp"
#include "text_layout.hpp"

namespace neucasl::results {
namespace {

int decade_of(double size) { return static_cast<int>(std::floor(std::log10(size) + 1e-9)); }

std::string linear_label(double value, double step, double largest) {
  if (std::abs(value) < 1e-6 * step) return "0";
  const int step_decade = decade_of(step);
  if (largest < 1e6 && step_decade >= -4) return fixed(value, std::max(0, -step_decade));
  const int decade = decade_of(largest);
  const double mantissa = value / std::pow(10.0, decade);
  return fixed(mantissa, std::max(0, decade - step_decade)) + "×" + power_of_ten(decade);
}

std::string log_label(double value, bool powers) {
  if (!powers) return significant(value, 3);
  const int decade = decade_of(value);
  const double mantissa = std::round(value / std::pow(10.0, decade));
  return mantissa == 1.0 ? power_of_ten(decade) : fixed(mantissa, 0) + "×" + power_of_ten(decade);
}

// Room for a label and its gap, in pixels along the axis.
double label_room(const std::string& label, Direction direction) {
  return direction == Direction::horizontal ? text_width(label, tick_size) + 14.0 : 22.0;
}

bool labels_fit(const Scale& scale, Direction direction) {
  const Tick* last = nullptr;
  for (const Tick& tick : scale.ticks) {
    if (tick.label.empty()) continue;
    if (last != nullptr) {
      const double room =
          (label_room(last->label, direction) + label_room(tick.label, direction)) / 2.0;
      if (std::abs(scale.at(tick.value) - scale.at(last->value)) < room) return false;
    }
    last = &tick;
  }
  return true;
}

void place_linear_ticks(Scale& scale, Range range, double step, Ends ends) {
  double first = std::floor(range.low / step + 1e-6);
  double last = std::ceil(range.high / step - 1e-6);
  if (ends == Ends::on_ticks) {
    scale.low = first * step;
    scale.high = last * step;
  } else {
    first = std::ceil(range.low / step - 1e-6);
    last = std::floor(range.high / step + 1e-6);
  }
  const double largest = std::max(std::abs(scale.low), std::abs(scale.high));
  scale.ticks.clear();
  const auto count = static_cast<int>(last - first) + 1;
  for (int i = 0; i < count; ++i) {
    const double value = (first + i) * step;
    scale.ticks.push_back({value, linear_label(value, step, largest)});
  }
}

void fit_linear(Scale& scale, Range range, Direction direction, Ends ends) {
  scale.low = range.low;
  scale.high = range.high;
  const double length = std::abs(scale.to - scale.from);
  const double spacing = direction == Direction::horizontal ? 70.0 : 45.0;
  double step = round_step((range.high - range.low) / std::max(1.0, length / spacing));
  for (int attempt = 0; attempt < 6; ++attempt) {
    place_linear_ticks(scale, range, step, ends);
    if (labels_fit(scale, direction)) return;
    step = round_step(step * 1.5);
  }
}

double round_down_125(double value) {
  const double decade = std::pow(10.0, decade_of(value));
  for (const double factor : {5.0, 2.0}) {
    if (value >= factor * decade * (1.0 - 1e-9)) return factor * decade;
  }
  return decade;
}

double round_up_125(double value) {
  const double decade = std::pow(10.0, decade_of(value));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (value <= factor * decade * (1.0 + 1e-9)) return factor * decade;
  }
  return 10.0 * decade;
}

// Labels at every stride-th decade, or at 1, 2 and 5 when stride is 0; the rest is minor.
void place_log_ticks(Scale& scale, int stride) {
  scale.ticks.clear();
  const bool powers = scale.low < 0.99e-3 || scale.high > 1.01e5;
  const int first = decade_of(scale.low);
  const int last = decade_of(scale.high);
  for (int decade = first; decade <= last; ++decade) {
    for (int factor = 1; factor <= 9; ++factor) {
      const double value = factor * std::pow(10.0, decade);
      if (value < scale.low * (1.0 - 1e-9) || value > scale.high * (1.0 + 1e-9)) continue;
      const bool labelled = stride == 0 ? factor == 1 || factor == 2 || factor == 5
                                        : factor == 1 && decade % stride == 0;
      if (!labelled && last - first > 6) continue;
      scale.ticks.push_back({value, labelled ? log_label(value, powers) : std::string()});
    }
  }
}

void fit_logarithmic(Scale& scale, Range range, Direction direction, Ends ends) {
  scale.low = ends == Ends::on_ticks ? round_down_125(range.low) : range.low;
  scale.high = ends == Ends::on_ticks ? round_up_125(range.high) : range.high;
  const double decades = std::log10(scale.high / scale.low);
  for (int stride = decades < 2.5 ? 0 : 1; stride < 700; ++stride) {
    place_log_ticks(scale, stride);
    if (labels_fit(scale, direction)) break;
  }
  const std::vector<std::string> labels = scale.labels();
  if (labels.size() < 2) {
    // Within a part of one decade: even steps, though unevenly spaced.
    const double step = round_step((scale.high - scale.low) / 3.0);
    place_linear_ticks(scale, {scale.low, scale.high}, step, Ends::exact);
  }
}

// Gives a point, or what rounding leaves of one, some width.
Range widened(Range range, bool logarithmic) {
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > 1e-9 * size) return range;
  if (logarithmic) return {range.low / 3.0, range.high * 3.0};
  if (size == 0.0) return {0.0, 1.0};
  return {range.low - 0.05 * size, range.high + 0.05 * size};
}

}  // namespace

bool drawable(double value, bool logarithmic) {
  if (!std::isfinite(value) || std::abs(value) > 1e290) return false;
  return !logarithmic || value > 1e-290;
}

void Range::include(double value) {
  low = std::min(low, value);
  high = std::max(high, value);
}

std::optional<Range> range_of(const std::vector<double>& values, bool logarithmic) {
  std::optional<Range> range;
  for (const double value : values) {
    if (!drawable(value, logarithmic)) continue;
    if (!range) range = Range{value, value};
    range->include(value);
  }
  return range;
}

double round_step(double step) {
  if (!(step > 1e-290)) return 1e-290;
  return round_up_125(step);
}

double Scale::at(double value) const {
  const double clamped = std::clamp(value, low, high);
  const double share = logarithmic ? std::log10(clamped / low) / std::log10(high / low)
                                   : (clamped - low) / (high - low);
  return std::isfinite(share) ? from + share * (to - from) : from;
}

std::vector<std::string> Scale::labels() const {
  std::vector<std::string> texts;
  for (const Tick& tick : ticks) {
    if (!tick.label.empty()) texts.push_back(tick.label);
  }
  return texts;
}

Scale fit_scale(Range range, bool logarithmic, double from, double to, Direction direction,
                Ends ends) {
  Scale scale;
  scale.logarithmic = logarithmic;
  scale.from = from;
  scale.to = to;
  range = widened(range, logarithmic);
  if (logarithmic) {
    fit_logarithmic(scale, range, direction, ends);
  } else {
    fit_linear(scale, range, direction, ends);
  }
  return scale;
}

}  // namespace neucasl::results
