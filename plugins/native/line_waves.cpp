#include "line_waves.hpp"

#include <algorithm>

namespace neucasl::native_plugin {

LineWaves::LineWaves(const System& system)
    : system_(system), waves_(system.linear_part().ports().size()) {
  for (const circuit::TransmissionLine& line : system.circuit().lines) {
    delays_.push_back(line.delay);
  }
  if (any()) shortest_ = *std::min_element(delays_.begin(), delays_.end());
}

void LineWaves::record(double time, std::span<const double> x, bool corner) {
  if (!any()) return;
  times_.push_back(time);
  corners_.push_back(corner ? 1 : 0);
  const auto& ports = system_.linear_part().ports();
  for (std::size_t k = 0; k < ports.size(); ++k) {
    waves_[k].push_back(x[ports[k].p] - x[ports[k].n] + ports[k].impedance * x[ports[k].branch]);
  }
}

void LineWaves::mark_corner() {
  if (any()) corners_.back() = 1;
}

void LineWaves::drop() {
  if (!any()) return;
  times_.pop_back();
  corners_.pop_back();
  for (auto& wave : waves_) wave.pop_back();
}

double LineWaves::sent(std::size_t port, double time) const {
  const std::vector<double>& wave = waves_[port];
  if (time <= times_.front()) return wave.front();
  const auto above = std::lower_bound(times_.begin(), times_.end(), time);
  if (above == times_.end()) return wave.back();
  const auto b = static_cast<std::size_t>(above - times_.begin());
  const std::size_t a = b - 1;
  const double share = (time - times_[a]) / (times_[b] - times_[a]);
  const double straight = wave[a] + share * (wave[b] - wave[a]);
  std::size_t c = 0;
  if (a > 0 && corners_[a] == 0) {
    c = a - 1;
  } else if (b + 1 < times_.size() && corners_[b] == 0) {
    c = b + 1;
  } else {
    return straight;
  }
  const double slope = (wave[b] - wave[a]) / (times_[b] - times_[a]);
  const double other = (wave[c] - wave[b]) / (times_[c] - times_[b]);
  const double bend = (other - slope) / (times_[c] - times_[a]);
  return straight + bend * (time - times_[a]) * (time - times_[b]);
}

void LineWaves::arrive(double time, Excitation& excitation) const {
  for (std::size_t k = 0; k < waves_.size(); ++k) {
    const std::size_t other = k ^ 1U;  // the two ports of a line are neighbours
    excitation.wave[k] = sent(other, time - delays_[k / 2]);
  }
}

}  // namespace neucasl::native_plugin
