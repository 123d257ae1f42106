#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// The report: a document model, rendered to one self-contained HTML file (no script, no network,
/// charts as inline SVG). Rendering is deterministic.

namespace neucasl::results {

/// An axis title with its unit, e.g. {"Column current", "uA"}; values are already in that unit.
struct Axis {
  std::string title;
  std::string unit;
  bool logarithmic = false;
};

/// Horizontal bars, each stacked of the same series: rows x series values.
struct BarChart {
  std::string caption;
  Axis axis;
  std::vector<std::string> bars;
  std::vector<std::string> series;          ///< One entry: no legend.
  std::vector<std::vector<double>> values;  ///< bars x series, >= 0
};

struct LineSeries {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  bool points_only = false;
};
struct LineChart {
  std::string caption;
  Axis x_axis;
  Axis y_axis;
  std::vector<LineSeries> series;
};

/// Counts of samples in equal bins, with optional vertical marks ("limit", "nominal").
struct Histogram {
  std::string caption;
  Axis axis;
  std::vector<double> samples;
  std::vector<std::pair<std::string, double>> marks;
};

/// rows x columns values, row 0 at the top. Drawn as an embedded PNG or SVG rectangles with a
/// colour scale and its unit; large maps are averaged down to at most 128 x 128 blocks.
struct HeatMap {
  std::string caption;
  Axis scale;
  std::string row_title;
  std::string column_title;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
};

/// Horizontal bars between what a quantity becomes when one input is low and when it is high, about
/// what it is otherwise; the longest should come first.
struct TornadoChart {
  struct Bar {
    std::string name;
    double at_low = 0.0;  ///< NaN: not known.
    double at_high = 0.0;
  };
  std::string caption;
  Axis axis;
  double reference = 0.0;
  std::vector<Bar> bars;
};

struct Paragraph {
  std::string text;
};

/// A whole table shown in the report (`most_rows` at the most, saying how many are left out).
struct ShownTable {
  Table table;
  std::size_t most_rows = 50;
};

/// An SVG drawing ("<svg ...", shown as an image, so that its scripts and links are dead) or
/// preformatted text made elsewhere (a netlist, for example).
struct Preformatted {
  std::string caption;
  std::string text;
};

using ReportItem = std::variant<Paragraph, BarChart, LineChart, Histogram, HeatMap, TornadoChart,
                                ShownTable, Preformatted>;

struct ReportSection {
  std::string title;
  std::vector<ReportItem> items;
};

struct Report {
  std::string title;
  std::string subtitle;         ///< One line: the design, data set and seed.
  std::vector<Figure> figures;  ///< The summary at the top, each with interval and provenance.
  std::vector<ReportSection> sections;
};

/// The whole HTML file. All text is escaped. Values that a chart cannot show (not finite, negative
/// in bars, not positive on a logarithmic axis) are left out and counted in a note below it.
NEUCASL_EXPORT std::string render_html(const Report& report);

/// One chart as the text of an .svg file, caption and legend included. Deterministic.
NEUCASL_EXPORT std::string render_svg(const LineChart& chart);

}  // namespace neucasl::results
