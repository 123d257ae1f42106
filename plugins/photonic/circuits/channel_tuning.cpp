#include "channel_tuning.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/quantity.hpp"

namespace neucasl::photonic {
namespace {

constexpr int bisections = 200;  // ends before, when the interval has no number inside

[[noreturn]] void refuse(const TunedChannels& channels, const std::vector<double>& targets,
                         const Calibration& found, const CalibrationLimits& limits) {
  std::size_t worst = 0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    if (std::abs(found.values[k] - targets[k]) > std::abs(found.values[worst] - targets[worst])) {
      worst = k;
    }
  }
  const auto text = [&](double value) { return base::shortest(value / limits.unit); };
  throw base::Error(
      "photonic.calibration",
      limits.what + ' ' + std::to_string(worst) + " reaches " + text(found.values[worst]) +
          " beside the other channels, its target is " + text(targets[worst]),
      "alone its resonator goes from " + text(channels.lowest(static_cast<int>(worst))) + " to " +
          text(channels.highest(static_cast<int>(worst))) +
          "; lower the full scale or set the channels further apart",
      limits.where);
}

}  // namespace

double TunedChannels::lowest(int channel) const {
  return std::min(alone(channel, first), alone(channel, last));
}

double TunedChannels::highest(int channel) const {
  return std::max(alone(channel, first), alone(channel, last));
}

double TunedChannels::tuning_for(int channel, double value) const {
  const bool rising = alone(channel, last) > alone(channel, first);
  double below = rising ? first : last;
  double above = rising ? last : first;
  if (value <= alone(channel, below)) return below;
  if (value >= alone(channel, above)) return above;
  for (int i = 0; i < bisections; ++i) {
    const double middle = 0.5 * (below + above);
    if (middle == below || middle == above) break;
    (alone(channel, middle) < value ? below : above) = middle;
  }
  return 0.5 * (below + above);
}

std::vector<double> TunedChannels::tune_alone(const std::vector<double>& targets) const {
  std::vector<double> tunings;
  tunings.reserve(targets.size());
  for (int k = 0; k < count; ++k) {
    tunings.push_back(tuning_for(k, targets[static_cast<std::size_t>(k)]));
  }
  return tunings;
}

double largest_difference(const std::vector<double>& values, const std::vector<double>& targets) {
  double largest = 0.0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    largest = std::max(largest, std::abs(values[k] - targets[k]));
  }
  return largest;
}

Calibration calibrate(const TunedChannels& channels, const std::vector<double>& targets,
                      const CalibrationLimits& limits) {
  Calibration best;
  std::vector<double> asked = targets;
  for (int i = 0; i <= limits.most_corrections; ++i) {
    Calibration now;
    now.tunings = channels.tune_alone(asked);
    now.values = channels.together(now.tunings);
    const double error = largest_difference(now.values, targets);
    const bool better =
        best.largest_error.empty() ||
        error < *std::min_element(best.largest_error.begin(), best.largest_error.end());
    if (better) {
      best.tunings = now.tunings;
      best.values = now.values;
    }
    best.largest_error.push_back(error);
    if (error <= limits.accuracy) return best;
    for (std::size_t k = 0; k < targets.size(); ++k) {
      // A value beyond the range moves nothing: it must not wind up.
      const auto channel = static_cast<int>(k);
      asked[k] = std::clamp(asked[k] + targets[k] - now.values[k], channels.lowest(channel),
                            channels.highest(channel));
    }
  }
  refuse(channels, targets, best, limits);
}

}  // namespace neucasl::photonic
