#pragma once

#include <set>
#include <vector>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// Instants that time steps must hit.

namespace neucasl::native_plugin {

/// Corners of the sources' waveforms, their echoes on lines, and the end, ascending. Instants
/// closer than rounding count as one.
class CornerQueue {
 public:
  CornerQueue(const circuit::Circuit& circuit, double stop);

  /// The first instant later than `time`.
  [[nodiscard]] double next_after(double time);
  /// An instant that a passed corner causes; ignored beyond the end, or when there are too many.
  void add_echo(double time);

 private:
  double stop_;
  double nearness_;
  std::set<double> corners_;
  std::size_t echoes_ = 0;
};

}  // namespace neucasl::native_plugin
