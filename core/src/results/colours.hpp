#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

/// \file
/// Colours that people with any kind of colour vision can tell apart.

namespace neucasl::results {

using Rgb = std::array<std::uint8_t, 3>;

/// "#rrggbb".
std::string to_hex(const Rgb& colour);

/// Colour of a series: Okabe and Ito's palette (Color Universal Design, 2008), then paler turns.
std::string series_colour(std::size_t index);

/// Perceptually uniform map of [0, 1]: viridis (van der Walt and Smith, 2015), ten anchors.
Rgb viridis(double share);

inline constexpr Rgb missing_colour{217, 217, 217};

}  // namespace neucasl::results
