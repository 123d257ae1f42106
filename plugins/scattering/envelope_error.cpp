#include <algorithm>
#include <cmath>

#include "envelope_light.hpp"

/// \file
/// Error of a step of light.

namespace neucasl::scattering {
namespace {

/// f[t0, t1, t2] of three instants.
Amplitude second_difference(const Amplitude& f2, const Amplitude& f1, const Amplitude& f0,
                            double h1, double h0) {
  return ((f2 - f1) / h1 - (f1 - f0) / h0) / (h1 + h0);
}

}  // namespace

void LightStep::forcing(const Instant& instant, std::vector<Amplitude>& g) const {
  g = instant.force;
  for (std::size_t k = 0; k < with_states_.size(); ++k) {
    const EnvelopeElement& element = network_.elements()[with_states_[k]];
    const Amplitude* rate = &instant.rate[first_rate_[k]];
    const Amplitude* mean = &mean_[first_rate_[k]];
    for (std::uint32_t s = 0; s < element.states; ++s) {
      for (std::uint32_t t = 0; t < element.states; ++t) {
        const std::size_t i = static_cast<std::size_t>(s) * element.states + t;
        const Amplitude change = rate[i] - mean[i];
        if (change == 0.0) continue;
        g[element.first_state + s] += change * instant.state[element.first_state + t];
      }
    }
  }
}

/// What a parabola through the last points may be off by between them.
template <class Value>
double LightStep::bending(const Value& value, double h, double h1) const {
  const Amplitude a = value(instants_[0]);
  const Amplitude b = value(instants_[1]);
  const Amplitude bend = second_difference(value(next_), a, b, h, h1);
  if (count_ < 3) return 0.25 * h * h * std::abs(bend);
  const double h2 = instants_[1].time - instants_[2].time;
  const Amplitude before = second_difference(a, b, value(instants_[2]), h1, h2);
  return 0.385 * h * h * h * std::abs(bend - before) / (h + h1 + h2);
}

double LightStep::error(double time, const Light& light) {
  fill(time, light, next_);
  const Instant& a = instants_[0];
  const Instant& b = instants_[1];
  const double h = time - a.time;
  const double h1 = a.time - b.time;
  double largest = 0.0;
  const auto see = [&](double error, double peak, const Amplitude& now) {
    const double tolerated =
        tolerances_.relative * std::max(peak, std::abs(now)) + tolerances_.voltage;
    largest = std::max(largest, error / tolerated);
  };
  if (!with_states_.empty()) {
    forcing(next_, forcing_[0]);
    forcing(a, forcing_[1]);
    forcing(b, forcing_[2]);
  }
  for (std::size_t s = 0; s < light.state.size(); ++s) {
    const Amplitude bend = second_difference(forcing_[0][s], forcing_[1][s], forcing_[2][s], h, h1);
    see(h * h * h / 6.0 * std::abs(bend), state_peak_[s], light.state[s]);
    // A mode that rings down freely is exact at any step, but the points have to show it.
    see(bending([&](const Instant& one) { return one.state[s]; }, h, h1), state_peak_[s],
        light.state[s]);
  }
  for (std::size_t p = 0; p < wave_peak_.size(); ++p) {
    const std::uint32_t sent = history_of_port_[p];
    const double delay = sent != none ? history_.delay(sent) : h;
    double error = bending([&](const Instant& one) { return one.waves[p]; }, h, h1);
    if (delay < h) {
      // A straight line inside the step.
      const Amplitude bend = second_difference(next_.waves[p], a.waves[p], b.waves[p], h, h1);
      error = std::max(error, delay * (h - delay) * std::abs(bend));
    }
    see(error, wave_peak_[p], next_.waves[p]);
  }
  return largest / tolerances_.truncation;
}

}  // namespace neucasl::scattering
