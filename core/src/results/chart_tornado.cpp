#include <algorithm>

#include "charts.hpp"
#include "colours.hpp"
#include "frame.hpp"
#include "number_text.hpp"
#include "text_layout.hpp"

namespace neucasl::results {
namespace {

constexpr double most_input_width = 380.0;
constexpr double input_line = 15.0;

struct TornadoRow {
  const TornadoChart::Bar* bar = nullptr;
  std::vector<std::string> name;
  double top = 0.0;
  double height = 0.0;
};

void draw_row(Svg& svg, const TornadoChart& chart, const TornadoRow& row, const Scale& scale) {
  const double centre = row.top + row.height / 2.0;
  double baseline = centre - input_line * static_cast<double>(row.name.size() - 1) / 2.0 + 4.0;
  for (const std::string& line : row.name) {
    svg.text(scale.from - 8.0, baseline, line, "bar-name", Anchor::end);
    baseline += input_line;
  }
  const std::string unit = chart.axis.unit.empty() ? "" : ' ' + chart.axis.unit;
  const auto half = [&](double value, std::size_t series, const char* which) {
    if (!drawable(value, chart.axis.logarithmic)) return;
    const double start = scale.at(std::min(value, chart.reference));
    const double end = scale.at(std::max(value, chart.reference));
    svg.rect(start, centre - 9.0, end - start, 18.0, series_colour(series),
             row.bar->name + ", " + which + ": " + significant(value) + unit);
  };
  half(row.bar->at_low, 0, "low");
  half(row.bar->at_high, 1, "high");
}

}  // namespace

Drawing draw(const TornadoChart& chart) {
  const std::string title = axis_text(chart.axis);
  if (chart.bars.empty() || !drawable(chart.reference, chart.axis.logarithmic)) {
    return {draw_no_data(chart.caption, title), {}, {}};
  }
  Plot plot{0.0, 8.0, 0.0, 8.0};
  Range range{chart.reference, chart.reference};
  std::vector<TornadoRow> rows;
  double name_width = 20.0;
  std::size_t missing = 0;
  for (const TornadoChart::Bar& bar : chart.bars) {
    TornadoRow row{&bar, wrap_text(bar.name, most_input_width, tick_size), plot.bottom, 0.0};
    row.height = std::max(26.0, input_line * static_cast<double>(row.name.size()) + 8.0);
    plot.bottom += row.height;
    name_width = std::max(name_width, widest(row.name, tick_size));
    for (const double value : {bar.at_low, bar.at_high}) {
      if (drawable(value, chart.axis.logarithmic)) {
        range.include(value);
      } else {
        ++missing;
      }
    }
    rows.push_back(std::move(row));
  }
  plot.left = name_width + 14.0;
  plot.right = chart_width - 24.0;
  const Scale scale =
      fit_scale(range, chart.axis.logarithmic, plot.left, plot.right, Direction::horizontal);
  Svg svg(chart_width, plot.bottom + horizontal_axis_room(title), chart.caption);
  draw_horizontal_axis(svg, scale, plot, title);
  for (const TornadoRow& row : rows) draw_row(svg, chart, row, scale);
  const double reference = scale.at(chart.reference);
  svg.line(reference, plot.top, reference, plot.bottom, "axis");
  Drawing drawing{
      svg.finish(), {{"input low", 0, Swatch::area}, {"input high", 1, Swatch::area}}, {}};
  if (missing > 0) {
    drawing.notes.push_back("Ends that are not known are not shown: " + std::to_string(missing) +
                            '.');
  }
  return drawing;
}

}  // namespace neucasl::results
