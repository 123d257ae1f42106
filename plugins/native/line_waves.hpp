#pragma once

#include <vector>

#include "system.hpp"

/// \file
/// Waves on ideal lines: the method of characteristics (Branin, Proc. IEEE 55:2012, 1967).

namespace neucasl::native_plugin {

/// What each port of each line has sent, V + impedance I, over time.
class LineWaves {
 public:
  explicit LineWaves(const System& system);

  [[nodiscard]] bool any() const { return !delays_.empty(); }
  [[nodiscard]] double shortest_delay() const { return shortest_; }
  [[nodiscard]] const std::vector<double>& delays() const { return delays_; }

  /// A solved point at a time later than all before. At a corner slopes may jump.
  void record(double time, std::span<const double> x, bool corner);
  /// Marks the last point as a corner.
  void mark_corner();
  /// Takes back the last point.
  void drop();
  /// What arrives at each port at a time at most one delay after the last point; what came before
  /// the first point was like it. Between points a parabola, not across corners.
  void arrive(double time, Excitation& excitation) const;

 private:
  [[nodiscard]] double sent(std::size_t port, double time) const;

  const System& system_;
  std::vector<double> delays_;  // one for each line
  double shortest_ = 0.0;
  std::vector<double> times_;
  std::vector<char> corners_;
  std::vector<std::vector<double>> waves_;  // of each port
};

}  // namespace neucasl::native_plugin
