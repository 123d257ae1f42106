#include <algorithm>
#include <cmath>

#include "charts.hpp"
#include "colours.hpp"
#include "frame.hpp"
#include "number_text.hpp"

namespace neucasl::results {
namespace {

constexpr std::size_t most_marked = 60;    // A line of more points shows no markers.
constexpr std::size_t most_points = 4000;  // Per series; more would only grow the file.

struct Point {
  double x = 0.0;
  double y = 0.0;
  bool gap_before = false;
};

struct Curve {
  std::vector<Point> points;
  std::size_t hidden = 0;
};

Curve read_curve(const LineSeries& series, const LineChart& chart) {
  Curve curve;
  bool gap = true;
  for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
    if (!drawable(series.x[i], chart.x_axis.logarithmic) ||
        !drawable(series.y[i], chart.y_axis.logarithmic)) {
      ++curve.hidden;
      gap = true;
      continue;
    }
    curve.points.push_back({series.x[i], series.y[i], gap});
    gap = false;
  }
  return curve;
}

// Keeps the lowest and highest point of each run, so that peaks stay.
std::vector<Point> thinned(const std::vector<Point>& points) {
  if (points.size() <= most_points) return points;
  const std::size_t run = (2 * points.size() + most_points - 1) / most_points;
  std::vector<Point> kept;
  const auto lower = [](const Point& a, const Point& b) { return a.y < b.y; };
  for (std::size_t at = 0; at < points.size(); at += run) {
    const auto first = points.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last =
        points.begin() + static_cast<std::ptrdiff_t>(std::min(at + run, points.size()));
    auto [least, most] = std::minmax_element(first, last, lower);
    if (most < least) std::swap(least, most);
    const bool gap = std::any_of(first, last, [](const Point& p) { return p.gap_before; });
    kept.push_back(*least);
    kept.back().gap_before = gap;
    if (most != least) kept.push_back({most->x, most->y, false});
  }
  return kept;
}

void draw_line(Svg& svg, const std::vector<Point>& points, std::size_t series, const Scale& x,
               const Scale& y) {
  std::string data;
  for (const Point& point : points) {
    data += point.gap_before || data.empty() ? 'M' : 'L';
    data += coordinate(x.at(point.x)) + ' ' + coordinate(y.at(point.y));
  }
  svg.path(data, line_style(series));
}

std::string with_unit(double value, const Axis& axis) {
  return significant(value) + (axis.unit.empty() ? "" : " ") + axis.unit;
}

void draw_markers(Svg& svg, const std::vector<Point>& points, std::size_t index,
                  const LineChart& chart, const Scale& x, const Scale& y) {
  const std::string name = chart.series[index].name;
  const std::string style = "fill=\"" + series_colour(index) + "\"";
  for (const Point& point : points) {
    svg.path(marker_path(index, x.at(point.x), y.at(point.y)), style,
             (name.empty() ? "" : name + ": ") + with_unit(point.x, chart.x_axis) + ", " +
                 with_unit(point.y, chart.y_axis));
  }
}

std::optional<Range> curves_range(const std::vector<Curve>& curves, double Point::*part) {
  std::optional<Range> range;
  for (const Curve& curve : curves) {
    for (const Point& point : curve.points) {
      if (!range) range = Range{point.*part, point.*part};
      range->include(point.*part);
    }
  }
  return range;
}

}  // namespace

std::string line_style(std::size_t series) {
  constexpr std::string_view dashes[] = {"", "7 3", "2 3", "9 3 2 3"};
  std::string style = "class=\"curve\" stroke=\"" + series_colour(series) + '"';
  const std::string_view dash = dashes[series % std::size(dashes)];
  if (!dash.empty()) style += " stroke-dasharray=\"" + std::string(dash) + '"';
  return style;
}

std::string marker_path(std::size_t series, double x, double y) {
  const std::string start = 'M' + coordinate(x) + ' ' + coordinate(y);
  constexpr std::string_view outlines[] = {
      "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",  // Circle.
      "m-3.2-3.2h6.4v6.4h-6.4z",                       // Square.
      "m0-4.4l4.2 7.4h-8.4z",                          // Triangle.
      "m0-4.6l4.6 4.6-4.6 4.6-4.6-4.6z",               // Diamond.
  };
  return start + std::string(outlines[series % std::size(outlines)]);
}

Drawing draw(const LineChart& chart) {
  std::vector<Curve> curves;
  std::size_t hidden = 0;
  for (const LineSeries& series : chart.series) {
    curves.push_back(read_curve(series, chart));
    hidden += curves.back().hidden;
  }
  const bool logarithmic = chart.x_axis.logarithmic || chart.y_axis.logarithmic;
  const std::string x_title = axis_text(chart.x_axis);
  const std::string y_title = axis_text(chart.y_axis);
  Drawing drawing;
  if (hidden > 0) drawing.notes.push_back(left_out_note(hidden, "point", logarithmic));
  const std::optional<Range> x_range = curves_range(curves, &Point::x);
  const std::optional<Range> y_range = curves_range(curves, &Point::y);
  if (!x_range || !y_range) {
    drawing.svg = draw_no_data(chart.caption, y_title + " over " + x_title);
    return drawing;
  }

  Plot plot{0.0, title_room(y_title), chart_width - 24.0, 0.0};
  plot.bottom = plot.top + 320.0;
  const Scale y =
      fit_scale(*y_range, chart.y_axis.logarithmic, plot.bottom, plot.top, Direction::vertical);
  plot.left = vertical_axis_room(y);
  const Scale x =
      fit_scale(*x_range, chart.x_axis.logarithmic, plot.left, plot.right, Direction::horizontal);
  Svg svg(chart_width, plot.bottom + horizontal_axis_room(x_title), chart.caption);
  draw_horizontal_axis(svg, x, plot, x_title);
  draw_vertical_axis(svg, y, plot, y_title);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::vector<Point> points = thinned(curves[i].points);
    const bool points_only = chart.series[i].points_only;
    if (!points_only && !points.empty()) draw_line(svg, points, i, x, y);
    const bool marked = points_only || points.size() <= most_marked;
    if (marked) draw_markers(svg, points, i, chart, x, y);
    if (chart.series.size() > 1) {
      const Swatch line = marked ? Swatch::line_with_points : Swatch::line;
      const Swatch swatch = points_only ? Swatch::points : line;
      drawing.legend.push_back({chart.series[i].name, i, swatch});
    }
    if (points_only && points.size() < curves[i].points.size()) {
      drawing.notes.push_back("Only " + std::to_string(points.size()) + " of " +
                              std::to_string(curves[i].points.size()) + " points are drawn.");
    }
  }
  drawing.svg = svg.finish();
  return drawing;
}

}  // namespace neucasl::results
