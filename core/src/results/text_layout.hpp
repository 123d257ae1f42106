#pragma once

#include <string>
#include <string_view>
#include <vector>

/// \file
/// Rough measures of text. The reader's font is unknown, so widths are those of a wide sans-serif.

namespace neucasl::results {

inline constexpr double tick_size = 12.0;   ///< Font size of tick labels, pixels.
inline constexpr double title_size = 13.0;  ///< Font size of axis titles, pixels.

/// Width in pixels at a font size in pixels.
double text_width(std::string_view text, double font_size);

double widest(const std::vector<std::string>& texts, double font_size);

/// Lines no wider than `width`, broken at spaces, else after punctuation, else anywhere.
std::vector<std::string> wrap_text(std::string_view text, double width, double font_size);

}  // namespace neucasl::results
