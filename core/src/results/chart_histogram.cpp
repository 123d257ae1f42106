#include <algorithm>
#include <cmath>

#include "bins.hpp"
#include "charts.hpp"
#include "colours.hpp"
#include "frame.hpp"
#include "number_text.hpp"
#include "text_layout.hpp"

namespace neucasl::results {
namespace {

constexpr double lane_height = 18.0;

// A vertical line with its text in a lane above the bars.
struct Mark {
  std::string text;
  double value = 0.0;
  std::size_t lane = 0;
  bool text_left = false;
  Range taken;  // Pixels from left to right of line and text.
};

std::vector<Mark> read_marks(const Histogram& chart) {
  std::vector<Mark> marks;
  for (const auto& [name, value] : chart.marks) {
    if (!drawable(value, chart.axis.logarithmic)) continue;
    const std::string unit = chart.axis.unit.empty() ? "" : ' ' + chart.axis.unit;
    std::string label = name;
    label.append(": ").append(significant(value)).append(unit);
    marks.push_back({std::move(label), value, 0, false, {}});
  }
  return marks;
}

// Lanes count upwards from the bars. A text stands above every mark whose line it would cross, so
// texts to the right of their line are placed from the right; returns the count of lanes.
std::size_t assign_lanes(std::vector<Mark>& marks, const Scale& x) {
  for (Mark& mark : marks) {
    const double width = text_width(mark.text, tick_size) + 14.0;
    const double at = x.at(mark.value);
    mark.text_left = at + width > chart_width && at - width > 0.0;
    mark.taken = mark.text_left ? Range{at - width, at + 4.0} : Range{at - 4.0, at + width};
  }
  std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
    if (a.text_left != b.text_left) return b.text_left;
    return a.text_left ? a.value < b.value : a.value > b.value;
  });
  std::size_t lanes = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool apart =
          marks[i].taken.high <= marks[j].taken.low || marks[j].taken.high <= marks[i].taken.low;
      if (!apart) marks[i].lane = std::max(marks[i].lane, marks[j].lane + 1);
    }
    lanes = std::max(lanes, marks[i].lane + 1);
  }
  return lanes;
}

void draw_marks(Svg& svg, const std::vector<Mark>& marks, const Scale& x, const Plot& plot) {
  const auto baseline = [&](const Mark& mark) {
    return plot.top - lane_height * static_cast<double>(mark.lane + 1) + 12.0;
  };
  for (const Mark& mark : marks) {
    const double at = x.at(mark.value);
    svg.line(at, baseline(mark) - 10.0, at, plot.bottom, "mark");
  }
  for (const Mark& mark : marks) {
    const double at = x.at(mark.value);
    svg.text(mark.text_left ? at - 6.0 : at + 6.0, baseline(mark), mark.text, "mark-name",
             mark.text_left ? Anchor::end : Anchor::start);
  }
}

void draw_bins(Svg& svg, const Bins& bins, const Histogram& chart, const Scale& x, const Scale& y) {
  const std::string unit = chart.axis.unit.empty() ? "" : ' ' + chart.axis.unit;
  for (std::size_t i = 0; i < bins.counts.size(); ++i) {
    if (bins.counts[i] == 0) continue;
    const double left = x.at(bins.edges[i]);
    const double right = x.at(bins.edges[i + 1]);
    const double top = y.at(static_cast<double>(bins.counts[i]));
    const double gap = right - left > 4.0 ? 1.0 : 0.0;
    svg.rect(left, top, std::max(0.5, right - left - gap), y.from - top, series_colour(4),
             significant(bins.edges[i], 6) + " to " + significant(bins.edges[i + 1], 6) + unit +
                 ": " + std::to_string(bins.counts[i]) +
                 (bins.counts[i] == 1 ? " sample" : " samples"));
  }
}

// Counts are whole, so ticks are too.
Scale count_scale(const Bins& bins, double bottom, double top) {
  const std::size_t most = *std::max_element(bins.counts.begin(), bins.counts.end());
  const double high = std::max(static_cast<double>(most), 1.0);
  Scale scale = fit_scale({0.0, high}, false, bottom, top, Direction::vertical);
  std::erase_if(scale.ticks,
                [](const Tick& t) { return std::abs(t.value - std::round(t.value)) > 1e-9; });
  for (Tick& tick : scale.ticks) tick.label = significant(std::round(tick.value));
  return scale;
}

}  // namespace

Drawing draw(const Histogram& chart) {
  const bool logarithmic = chart.axis.logarithmic;
  std::vector<double> samples = chart.samples;
  std::erase_if(samples, [=](double value) { return !drawable(value, logarithmic); });
  Drawing drawing;
  if (const std::size_t hidden = chart.samples.size() - samples.size(); hidden > 0) {
    drawing.notes.push_back(left_out_note(hidden, "sample", logarithmic));
  }
  const std::string title = axis_text(chart.axis);
  if (samples.empty()) {
    drawing.svg = draw_no_data(chart.caption, title);
    return drawing;
  }
  drawing.notes.push_back(std::to_string(samples.size()) +
                          (samples.size() == 1 ? " sample." : " samples."));

  const Bins bins = bin_samples(std::move(samples), logarithmic);
  std::vector<Mark> marks = read_marks(chart);
  Range range{bins.edges.front(), bins.edges.back()};
  if (bins.counts.size() == 1 && !logarithmic) {
    const double width = range.high - range.low;
    range = {range.low - 2.0 * width, range.high + 2.0 * width};
  }
  for (const Mark& mark : marks) range.include(mark.value);

  const std::string count_title = "Samples per bin";
  // A first scale tells how wide the count labels are.
  Plot plot{0.0, 0.0, chart_width - 24.0, 0.0};
  plot.left = std::max(40.0, vertical_axis_room(count_scale(bins, 280.0, 0.0)));
  const Scale x = fit_scale(range, logarithmic, plot.left, plot.right, Direction::horizontal);
  const std::size_t lanes = assign_lanes(marks, x);
  plot.top = title_room(count_title) + lane_height * static_cast<double>(lanes);
  plot.bottom = plot.top + 280.0;
  const Scale y = count_scale(bins, plot.bottom, plot.top);

  Svg svg(chart_width, plot.bottom + horizontal_axis_room(title), chart.caption);
  draw_vertical_axis(svg, y, plot, count_title);
  draw_horizontal_axis(svg, x, plot, title, false);
  draw_bins(svg, bins, chart, x, y);
  draw_marks(svg, marks, x, plot);
  drawing.svg = svg.finish();
  return drawing;
}

}  // namespace neucasl::results
