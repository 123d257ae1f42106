#pragma once

#include <vector>

#include "envelope_drives.hpp"
#include "neucasl/circuit/analysis.hpp"

/// \file
/// From light and drives to results.

namespace neucasl::scattering {

/// All nodes but the ground, then the branch currents that are reported, at all computed points or
/// those of an even grid, by parabolas.
class EnvelopeTraces {
 public:
  EnvelopeTraces(const EnvelopeNetwork& network, const DriveSystem& drives,
                 const circuit::TransientAnalysis& analysis);

  /// A first point, or one after a corner at the same time (which is no new row).
  void begin(double time, const Light& light, const DriveState& state);
  void add(double time, const Light& light, const DriveState& state);
  circuit::Result take() { return std::move(result_); }

 private:
  struct Point {
    double time = 0.0;
    std::vector<double> values;
  };
  void pack(double time, const Light& light, const DriveState& state, Point& point) const;
  void append(const Point& point);
  void interpolate();

  const EnvelopeNetwork& network_;
  const DriveSystem& drives_;
  circuit::TransientAnalysis analysis_;
  circuit::Result result_;
  struct LightNode {
    enum class Kind : std::uint8_t { net, outgoing, state } kind = Kind::net;
    std::uint32_t index = 0;  // port or state
    std::uint32_t trace = 0;  // of the real part; the imaginary part follows
  };
  std::vector<LightNode> light_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> slow_;  // trace, unknown
  Point now_, before_, earlier_;
  std::size_t points_ = 0;  // since the corner
  double next_ = 1.0;
};

}  // namespace neucasl::scattering
