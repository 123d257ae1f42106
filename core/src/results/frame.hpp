#pragma once

#include <string>

#include "markup.hpp"
#include "neucasl/results/report.hpp"
#include "scale.hpp"

/// \file
/// What surrounds the data of a chart: axes, grid, titles.

namespace neucasl::results {

inline constexpr double chart_width = 860.0;

/// The rectangle of the data, in pixels.
struct Plot {
  double left = 0.0;
  double top = 0.0;
  double right = 0.0;
  double bottom = 0.0;

  [[nodiscard]] double width() const { return right - left; }
  [[nodiscard]] double height() const { return bottom - top; }
};

/// "Column current (uA)".
std::string axis_text(const Axis& axis);

/// Height that a title above (vertical axis) or below (horizontal axis, with its tick labels)
/// takes.
double title_room(const std::string& title);
double horizontal_axis_room(const std::string& title);
/// Width that tick labels left of the plot take.
double vertical_axis_room(const Scale& scale);

void draw_horizontal_axis(Svg& svg, const Scale& scale, const Plot& plot, const std::string& title,
                          bool grid = true);
/// The title stands above the plot, so that nobody has to turn the head.
void draw_vertical_axis(Svg& svg, const Scale& scale, const Plot& plot, const std::string& title,
                        bool grid = true);

/// A picture that says "no data" and what would be on the axis.
std::string draw_no_data(const std::string& caption, const std::string& axis_title);

/// "3 points are not shown: ..." or nothing when count is 0.
std::string left_out_note(std::size_t count, const std::string& what, bool logarithmic);

}  // namespace neucasl::results
