#include <algorithm>
#include <cmath>

#include "charts.hpp"
#include "colours.hpp"
#include "frame.hpp"
#include "number_text.hpp"
#include "text_layout.hpp"

namespace neucasl::results {
namespace {

constexpr std::size_t most_bars = 80;
constexpr double most_name_width = 300.0;
constexpr double name_line = 15.0;

struct Bar {
  std::vector<std::string> name;
  std::vector<double> parts;
  double total = 0.0;
  double top = 0.0;
  double height = 0.0;  // Of the row; the bar itself is 20 pixels at the most.
};

struct Bars {
  std::vector<Bar> rows;
  std::size_t invalid = 0;
};

Bars read_bars(const BarChart& chart) {
  Bars bars;
  const std::size_t count = std::min({chart.bars.size(), chart.values.size(), most_bars});
  for (std::size_t i = 0; i < count; ++i) {
    Bar bar;
    bar.name = wrap_text(chart.bars[i], most_name_width, tick_size);
    for (const double value : chart.values[i]) {
      const bool valid = drawable(value, false) && value >= 0.0;
      if (!valid) ++bars.invalid;
      bar.parts.push_back(valid ? value : 0.0);
      bar.total += bar.parts.back();
    }
    bar.height = std::max(28.0, name_line * static_cast<double>(bar.name.size()) + 8.0);
    bars.rows.push_back(std::move(bar));
  }
  return bars;
}

Range bar_range(const std::vector<Bar>& bars, bool logarithmic) {
  Range range;
  for (const Bar& bar : bars) range.include(bar.total);
  if (!logarithmic) return range;
  // Every bar needs a length, so the axis starts below the least.
  range.low = range.high;
  for (const Bar& bar : bars) {
    if (bar.total > 0.0) range.include(bar.total);
  }
  range.low /= 2.0;
  return range;
}

std::string series_name(const BarChart& chart, std::size_t index) {
  return index < chart.series.size() ? chart.series[index] : std::string();
}

std::string bar_hover(const BarChart& chart, std::size_t bar, std::size_t part, double value) {
  std::string text = chart.bars[bar];
  if (const std::string name = series_name(chart, part); !name.empty()) text += ", " + name;
  return text + ": " + significant(value) + (chart.axis.unit.empty() ? "" : " ") + chart.axis.unit;
}

void draw_bar(Svg& svg, const BarChart& chart, const Bar& bar, std::size_t index,
              const Scale& scale) {
  const double centre = bar.top + bar.height / 2.0;
  double baseline = centre - name_line * static_cast<double>(bar.name.size() - 1) / 2.0 + 4.0;
  for (const std::string& line : bar.name) {
    svg.text(scale.from - 8.0, baseline, line, "bar-name", Anchor::end);
    baseline += name_line;
  }
  double sum = 0.0;
  for (std::size_t part = 0; part < bar.parts.size(); ++part) {
    const double value = bar.parts[part];
    if (value == 0.0) continue;
    const double start = sum == 0.0 ? scale.from : scale.at(sum);
    sum += value;
    svg.rect(start, centre - 10.0, scale.at(sum) - start, 20.0, series_colour(part),
             bar_hover(chart, index, part, value));
  }
  const double end = sum == 0.0 ? scale.from : scale.at(sum);
  svg.text(end + 6.0, centre + 4.0, significant(bar.total), "value", Anchor::start);
}

}  // namespace

Drawing draw(const BarChart& chart) {
  Bars bars = read_bars(chart);
  const bool any = std::any_of(bars.rows.begin(), bars.rows.end(),
                               [](const Bar& bar) { return !bar.parts.empty(); });
  const std::string title = axis_text(chart.axis);
  if (!any) return {draw_no_data(chart.caption, title), {}, {}};

  Plot plot{0.0, 8.0, 0.0, 8.0};
  double name_width = 20.0;
  double value_width = 0.0;
  for (Bar& bar : bars.rows) {
    bar.top = plot.bottom;
    plot.bottom += bar.height;
    name_width = std::max(name_width, widest(bar.name, tick_size));
    value_width = std::max(value_width, text_width(significant(bar.total), tick_size));
  }
  plot.left = name_width + 14.0;
  plot.right = chart_width - value_width - 16.0;

  const Range range = bar_range(bars.rows, chart.axis.logarithmic);
  const bool logarithmic = chart.axis.logarithmic && drawable(range.low, true);
  const Scale scale = fit_scale(range, logarithmic, plot.left, plot.right, Direction::horizontal);
  Svg svg(chart_width, plot.bottom + horizontal_axis_room(title), chart.caption);
  draw_horizontal_axis(svg, scale, plot, title);
  for (std::size_t i = 0; i < bars.rows.size(); ++i) draw_bar(svg, chart, bars.rows[i], i, scale);
  svg.line(plot.left, plot.top, plot.left, plot.bottom, "axis");

  Drawing drawing{svg.finish(), {}, {}};
  if (chart.series.size() > 1) {
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      drawing.legend.push_back({chart.series[i], i, Swatch::area});
    }
  }
  if (bars.invalid > 0) {
    drawing.notes.push_back("Values that are negative or not finite are not shown: " +
                            std::to_string(bars.invalid) + '.');
  }
  if (chart.bars.size() > bars.rows.size()) {
    drawing.notes.push_back(
        "Bars left out: " + std::to_string(chart.bars.size() - bars.rows.size()) + '.');
  }
  return drawing;
}

}  // namespace neucasl::results
