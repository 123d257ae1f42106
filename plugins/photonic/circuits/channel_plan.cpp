#include "channel_plan.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "../optics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::photonic {
namespace {

constexpr double grid_slack = 1e-9;  // a plan that fills the range exactly is right

std::string length_text(double metre) {
  return base::to_engineering({metre, base::dimension::length}, 6);
}

/// Whole spacings that the range holds.
int fitting(double range, double spacing) {
  return static_cast<int>(std::floor(std::min(range / spacing * (1.0 + grid_slack), 1e9)));
}

}  // namespace

ChannelPlan plan_channels(const ChannelRequest& request) {
  const int channels = request.channels;
  const double range = request.free_spectral_range;
  if (channels < 1) {
    throw base::Error("photonic.channels", std::to_string(channels) + " channels",
                      "give at least one", request.where);
  }
  const double spacing = request.spacing > 0.0 ? request.spacing : range / channels;
  const int most = std::max(fitting(range, request.width), 1);
  if (spacing < request.width * (1.0 - grid_slack)) {
    throw base::Error("photonic.channels",
                      "channels " + length_text(spacing) +
                          " apart are not resolved by resonances " + length_text(request.width) +
                          " wide",
                      "the free spectral range of " + length_text(range) + " holds at most " +
                          std::to_string(most) + " channels a width apart",
                      request.where);
  }
  if (channels > fitting(range, spacing)) {
    const int fit = fitting(range, spacing);
    std::string remedy = "at most " + std::to_string(fit) + " channels of this spacing fit";
    if (range / channels >= request.width) {
      remedy += ", or " + std::to_string(channels) + " channels " + length_text(range / channels) +
                " apart";
    }
    throw base::Error("photonic.channels",
                      std::to_string(channels) + " channels " + length_text(spacing) +
                          " apart need " + length_text(channels * spacing) +
                          ", the free spectral range is " + length_text(range),
                      remedy, request.where);
  }
  ChannelPlan plan;
  plan.spacing = spacing;
  plan.free_spectral_range = range;
  plan.width = request.width;
  for (int k = 0; k < channels; ++k) {
    plan.wavelengths.push_back(request.centre + (k - 0.5 * (channels - 1)) * spacing);
  }
  if (!(plan.wavelengths.front() > 0.0)) {
    throw base::Error("photonic.channels", "the first channel has no positive wavelength",
                      "give a longer centre wavelength", request.where);
  }
  return plan;
}

results::Table channel_table(const ChannelPlan& plan) {
  results::Table table;
  table.name = "channel_plan";
  table.title = "Channels";
  std::vector<std::int64_t> channel;
  std::vector<double> frequency;
  for (std::size_t k = 0; k < plan.wavelengths.size(); ++k) {
    channel.push_back(static_cast<std::int64_t>(k));
    frequency.push_back(light_speed / plan.wavelengths[k]);
  }
  table.add("channel", std::move(channel));
  table.add("wavelength", plan.wavelengths, base::dimension::length);
  table.add("frequency", std::move(frequency), base::dimension::frequency);
  return table;
}

}  // namespace neucasl::photonic
