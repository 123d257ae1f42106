#pragma once

#include <algorithm>
#include <map>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// Instants that the steps of a transient must hit.

namespace neucasl::scattering {

/// Corners of sources, and their arrivals behind delays, up to a stop time.
class EnvelopeCorners {
 public:
  EnvelopeCorners(const circuit::Circuit& circuit, double stop, double nearness)
      : stop_(stop), nearness_(nearness) {
    for (const circuit::Source& source : circuit.sources) {
      for (const double time : source.waveform.corners(stop)) add(time, 0);
    }
  }
  /// The first one later than `time`; `echo` says how often it has been delayed.
  double next_after(double time, int& echo) {
    while (!corners_.empty() && corners_.begin()->first <= time + nearness_) {
      corners_.erase(corners_.begin());
    }
    echo = 0;
    if (corners_.empty() || corners_.begin()->first >= stop_ - nearness_) return stop_;
    echo = corners_.begin()->second;
    return corners_.begin()->first;
  }
  void add(double time, int echo) {
    if (time >= stop_ || corners_.size() >= most_corners) return;
    const auto near = corners_.lower_bound(time - nearness_);
    if (near != corners_.end() && near->first <= time + nearness_) {
      near->second = std::min(near->second, echo);
      return;
    }
    corners_.emplace(time, echo);
  }

 private:
  static constexpr std::size_t most_corners = 1'000'000;
  double stop_, nearness_;
  std::map<double, int> corners_;
};

}  // namespace neucasl::scattering
