#pragma once

#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// Channels of wavelength-division multiplexing for resonators with periodic resonances.

namespace neucasl::photonic {

/// What is asked for.
struct ChannelRequest {
  double centre = 1.55e-6;  ///< m, middle of the grid.
  double spacing = 0.0;     ///< m; 0: the free spectral range divided by the number of channels.
  int channels = 0;
  double free_spectral_range = 0.0;  ///< m, of the resonators at the centre.
  double width = 0.0;                ///< m, full width of a resonance at half of its peak.
  base::Location where;              ///< For messages.
};

struct ChannelPlan {
  std::vector<double> wavelengths;  ///< m, ascending, equally spaced.
  double spacing = 0.0;             ///< m
  double free_spectral_range = 0.0;
  double width = 0.0;

  [[nodiscard]] int channels() const { return static_cast<int>(wavelengths.size()); }
};

/// The next order of the first channel's resonator must be at least a spacing behind the last
/// channel: channels x spacing <= free spectral range; and neighbours must be resolved: spacing >=
/// width.
/// \throws base::Error "photonic.channels" otherwise, saying how many channels fit.
ChannelPlan plan_channels(const ChannelRequest& request);

/// Channel, wavelength, frequency.
results::Table channel_table(const ChannelPlan& plan);

}  // namespace neucasl::photonic
