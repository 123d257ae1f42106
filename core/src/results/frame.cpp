#include "frame.hpp"

#include <algorithm>
#include <vector>

#include "text_layout.hpp"

namespace neucasl::results {
namespace {

constexpr double line_height = 17.0;
constexpr double longest_title = chart_width - 40.0;

void draw_title(Svg& svg, const std::vector<std::string>& lines, double x, double first_baseline,
                Anchor anchor) {
  for (const std::string& line : lines) {
    svg.text(x, first_baseline, line, "axis-title", anchor);
    first_baseline += line_height;
  }
}

// Keeps a centred title inside the picture.
double title_centre(const Plot& plot, double width) {
  const double centre = (plot.left + plot.right) / 2.0;
  return std::clamp(centre, width / 2.0, std::max(width / 2.0, chart_width - width / 2.0));
}

}  // namespace

std::string axis_text(const Axis& axis) {
  return axis.unit.empty() ? axis.title : axis.title + " (" + axis.unit + ')';
}

double title_room(const std::string& title) {
  if (title.empty()) return 12.0;
  const auto lines = wrap_text(title, longest_title, title_size).size();
  return line_height * static_cast<double>(lines) + 12.0;
}

double horizontal_axis_room(const std::string& title) { return 22.0 + title_room(title); }

double vertical_axis_room(const Scale& scale) { return widest(scale.labels(), tick_size) + 14.0; }

void draw_horizontal_axis(Svg& svg, const Scale& scale, const Plot& plot, const std::string& title,
                          bool grid) {
  for (const Tick& tick : scale.ticks) {
    const double x = scale.at(tick.value);
    if (grid) svg.line(x, plot.top, x, plot.bottom, tick.label.empty() ? "grid minor" : "grid");
    if (tick.label.empty()) continue;
    svg.line(x, plot.bottom, x, plot.bottom + 4.0, "axis");
    svg.text(x, plot.bottom + 18.0, tick.label, "tick", Anchor::middle);
  }
  svg.line(plot.left, plot.bottom, plot.right, plot.bottom, "axis");
  if (title.empty()) return;
  const auto lines = wrap_text(title, longest_title, title_size);
  const double x = title_centre(plot, widest(lines, title_size));
  draw_title(svg, lines, x, plot.bottom + 38.0, Anchor::middle);
}

void draw_vertical_axis(Svg& svg, const Scale& scale, const Plot& plot, const std::string& title,
                        bool grid) {
  for (const Tick& tick : scale.ticks) {
    const double y = scale.at(tick.value);
    if (grid) svg.line(plot.left, y, plot.right, y, tick.label.empty() ? "grid minor" : "grid");
    if (tick.label.empty()) continue;
    svg.line(plot.left - 4.0, y, plot.left, y, "axis");
    svg.text(plot.left - 8.0, y + 4.0, tick.label, "tick", Anchor::end);
  }
  svg.line(plot.left, plot.top, plot.left, plot.bottom, "axis");
  if (title.empty()) return;
  draw_title(svg, wrap_text(title, longest_title, title_size), 4.0, 15.0, Anchor::start);
}

std::string draw_no_data(const std::string& caption, const std::string& axis_title) {
  const auto lines = wrap_text(axis_title, longest_title, title_size);
  const double height = 90.0 + line_height * static_cast<double>(lines.size());
  Svg svg(chart_width, height, caption);
  svg.rect(0.5, 0.5, chart_width - 1.0, height - 1.0, "#f6f6f4");
  svg.text(chart_width / 2.0, 50.0, "no data", "empty", Anchor::middle);
  draw_title(svg, lines, chart_width / 2.0, 80.0, Anchor::middle);
  return svg.finish();
}

std::string left_out_note(std::size_t count, const std::string& what, bool logarithmic) {
  if (count == 0) return {};
  return std::to_string(count) + ' ' + what + (count == 1 ? " is" : "s are") + " not shown: not " +
         (logarithmic ? "finite and positive." : "finite.");
}

}  // namespace neucasl::results
