#pragma once

#include <string>
#include <vector>

#include "neucasl/results/report.hpp"

/// \file
/// One drawing function per chart kind.

namespace neucasl::results {

enum class Swatch { area, line, points, line_with_points };

struct LegendEntry {
  std::string name;
  std::size_t series = 0;
  Swatch swatch = Swatch::area;
};

/// A chart: the picture, what its colours mean, and what it leaves out.
struct Drawing {
  std::string svg;
  std::vector<LegendEntry> legend;
  std::vector<std::string> notes;
};

Drawing draw(const BarChart& chart);
Drawing draw(const LineChart& chart);
Drawing draw(const Histogram& chart);
Drawing draw(const HeatMap& chart);
Drawing draw(const TornadoChart& chart);

/// SVG attributes of a series' line, and the outline of its marker around a point; both differ
/// between series in more than colour.
std::string line_style(std::size_t series);
std::string marker_path(std::size_t series, double x, double y);

}  // namespace neucasl::results
