#include "neucasl/base/quantity.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/results.pb.h"
#include "protobuf_json.hpp"

namespace neucasl::io {

namespace wire = results::v1;

namespace {

wire::Table message_of(const results::Table& table) {
  wire::Table message;
  message.set_name(table.name);
  message.set_title(table.title);
  for (const results::Column& column : table.columns) {
    wire::Column& out = *message.add_columns();
    out.set_name(column.name);
    out.set_unit(base::unit_symbol(column.dimension));
    if (const auto* doubles = std::get_if<std::vector<double>>(&column.values)) {
      out.mutable_doubles()->mutable_values()->Assign(doubles->begin(), doubles->end());
    } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
      out.mutable_integers()->mutable_values()->Assign(integers->begin(), integers->end());
    } else {
      for (const std::string& text : std::get<std::vector<std::string>>(column.values)) {
        out.mutable_texts()->add_values(text);
      }
    }
  }
  return message;
}

}  // namespace

std::string encode_json(const results::Table& table) { return to_json(message_of(table)); }
std::string encode(const results::Table& table) { return message_of(table).SerializeAsString(); }

namespace {

results::Table table_of(const wire::Table& message) {
  results::Table table;
  table.name = message.name();
  table.title = message.title();
  for (const wire::Column& in : message.columns()) {
    results::Column column;
    column.name = in.name();
    if (!in.unit().empty()) column.dimension = base::parse_unit(in.unit()).dimension;
    if (in.has_doubles()) {
      column.values =
          std::vector<double>(in.doubles().values().begin(), in.doubles().values().end());
    } else if (in.has_integers()) {
      column.values =
          std::vector<std::int64_t>(in.integers().values().begin(), in.integers().values().end());
    } else {
      column.values =
          std::vector<std::string>(in.texts().values().begin(), in.texts().values().end());
    }
    table.columns.push_back(std::move(column));
  }
  table.validate();
  return table;
}

}  // namespace

results::Table decode_table(std::string_view bytes) {
  wire::Table message;
  from_bytes(bytes, message, "io.table", "<table>");
  return table_of(message);
}

namespace {

base::Dimension dimension_of(const std::string& unit) {
  return unit.empty() ? base::Dimension{} : base::parse_unit(unit).dimension;
}

void put(const results::Figure& figure, wire::Figure& out) {
  out.set_key(figure.key);
  out.set_label(figure.label);
  out.set_value(figure.value);
  out.set_unit(base::unit_symbol(figure.dimension));
  out.set_has_interval(figure.has_interval);
  out.set_low(figure.low);
  out.set_high(figure.high);
  out.set_confidence(figure.confidence);
  out.set_as_percent(figure.as_percent);
  out.set_method(figure.method);
  out.set_plugin(figure.plugin);
  for (const std::string& source : figure.sources) out.add_sources(source);
}

results::Figure get(const wire::Figure& in) {
  return {in.key(),          in.label(),  in.value(),  dimension_of(in.unit()),
          in.has_interval(), in.low(),    in.high(),   in.confidence(),
          in.as_percent(),   in.method(), in.plugin(), {in.sources().begin(), in.sources().end()}};
}

void put(const results::Axis& axis, wire::Axis& out) {
  out.set_title(axis.title);
  out.set_unit(axis.unit);
  out.set_logarithmic(axis.logarithmic);
}
results::Axis get(const wire::Axis& in) { return {in.title(), in.unit(), in.logarithmic()}; }

/// Writes each kind of report item into the message.
struct ItemWriter {
  wire::ReportItem& out;

  void operator()(const results::Paragraph& item) const { out.set_paragraph(item.text); }
  void operator()(const results::BarChart& item) const {
    wire::BarChart& chart = *out.mutable_bar_chart();
    chart.set_caption(item.caption);
    put(item.axis, *chart.mutable_axis());
    for (const std::string& bar : item.bars) chart.add_bars(bar);
    for (const std::string& series : item.series) chart.add_series(series);
    for (const auto& values : item.values) {
      chart.add_values()->mutable_values()->Assign(values.begin(), values.end());
    }
  }
  void operator()(const results::LineChart& item) const {
    wire::LineChart& chart = *out.mutable_line_chart();
    chart.set_caption(item.caption);
    put(item.x_axis, *chart.mutable_x_axis());
    put(item.y_axis, *chart.mutable_y_axis());
    for (const results::LineSeries& series : item.series) {
      wire::LineSeries& line = *chart.add_series();
      line.set_name(series.name);
      line.mutable_x()->Assign(series.x.begin(), series.x.end());
      line.mutable_y()->Assign(series.y.begin(), series.y.end());
      line.set_points_only(series.points_only);
    }
  }
  void operator()(const results::Histogram& item) const {
    wire::Histogram& chart = *out.mutable_histogram();
    chart.set_caption(item.caption);
    put(item.axis, *chart.mutable_axis());
    chart.mutable_samples()->Assign(item.samples.begin(), item.samples.end());
    for (const auto& [label, value] : item.marks) {
      wire::Mark& mark = *chart.add_marks();
      mark.set_label(label);
      mark.set_value(value);
    }
  }
  void operator()(const results::HeatMap& item) const {
    wire::HeatMap& map = *out.mutable_heat_map();
    map.set_caption(item.caption);
    put(item.scale, *map.mutable_scale());
    map.set_row_title(item.row_title);
    map.set_column_title(item.column_title);
    map.set_rows(item.rows);
    map.set_columns(item.columns);
    map.mutable_values()->Assign(item.values.begin(), item.values.end());
  }
  void operator()(const results::TornadoChart& item) const {
    wire::TornadoChart& chart = *out.mutable_tornado_chart();
    chart.set_caption(item.caption);
    put(item.axis, *chart.mutable_axis());
    chart.set_reference(item.reference);
    for (const results::TornadoChart::Bar& one : item.bars) {
      wire::TornadoBar& bar = *chart.add_bars();
      bar.set_name(one.name);
      bar.set_at_low(one.at_low);
      bar.set_at_high(one.at_high);
    }
  }
  void operator()(const results::ShownTable& item) const {
    *out.mutable_shown_table()->mutable_table() = message_of(item.table);
    out.mutable_shown_table()->set_most_rows(item.most_rows);
  }
  void operator()(const results::Preformatted& item) const {
    out.mutable_preformatted()->set_caption(item.caption);
    out.mutable_preformatted()->set_text(item.text);
  }
};

results::BarChart get(const wire::BarChart& in) {
  results::BarChart chart{in.caption(),
                          get(in.axis()),
                          {in.bars().begin(), in.bars().end()},
                          {in.series().begin(), in.series().end()},
                          {}};
  for (const auto& values : in.values()) {
    chart.values.emplace_back(values.values().begin(), values.values().end());
  }
  return chart;
}

results::LineChart get(const wire::LineChart& in) {
  results::LineChart chart{in.caption(), get(in.x_axis()), get(in.y_axis()), {}};
  for (const wire::LineSeries& line : in.series()) {
    chart.series.push_back({line.name(),
                            {line.x().begin(), line.x().end()},
                            {line.y().begin(), line.y().end()},
                            line.points_only()});
  }
  return chart;
}

results::Histogram get(const wire::Histogram& in) {
  results::Histogram chart{
      in.caption(), get(in.axis()), {in.samples().begin(), in.samples().end()}, {}};
  for (const wire::Mark& mark : in.marks()) chart.marks.emplace_back(mark.label(), mark.value());
  return chart;
}

results::HeatMap get(const wire::HeatMap& in) {
  return {in.caption(),
          get(in.scale()),
          in.row_title(),
          in.column_title(),
          in.rows(),
          in.columns(),
          {in.values().begin(), in.values().end()}};
}

results::TornadoChart get(const wire::TornadoChart& in) {
  results::TornadoChart chart{in.caption(), get(in.axis()), in.reference(), {}};
  for (const wire::TornadoBar& bar : in.bars()) {
    chart.bars.push_back({bar.name(), bar.at_low(), bar.at_high()});
  }
  return chart;
}

results::ReportItem get(const wire::ReportItem& in) {
  switch (in.kind_case()) {
    case wire::ReportItem::kBarChart:
      return get(in.bar_chart());
    case wire::ReportItem::kLineChart:
      return get(in.line_chart());
    case wire::ReportItem::kHistogram:
      return get(in.histogram());
    case wire::ReportItem::kHeatMap:
      return get(in.heat_map());
    case wire::ReportItem::kTornadoChart:
      return get(in.tornado_chart());
    case wire::ReportItem::kShownTable:
      return results::ShownTable{table_of(in.shown_table().table()), in.shown_table().most_rows()};
    case wire::ReportItem::kPreformatted:
      return results::Preformatted{in.preformatted().caption(), in.preformatted().text()};
    case wire::ReportItem::kParagraph:
    case wire::ReportItem::KIND_NOT_SET:
      break;
  }
  return results::Paragraph{in.paragraph()};
}

}  // namespace

std::string encode(const results::Findings& findings) {
  wire::Findings message;
  for (const results::Figure& figure : findings.figures) put(figure, *message.add_figures());
  for (const results::Table& table : findings.tables) *message.add_tables() = message_of(table);
  message.set_section_title(findings.section.title);
  for (const results::ReportItem& item : findings.section.items) {
    std::visit(ItemWriter{*message.add_section_items()}, item);
  }
  *message.mutable_numbers_used() = message_of(findings.numbers_used);
  return message.SerializeAsString();
}

results::Findings decode_findings(std::string_view bytes, const std::string& file) {
  wire::Findings message;
  from_bytes(bytes, message, "io.findings", file);
  results::Findings findings;
  for (const wire::Figure& figure : message.figures()) findings.figures.push_back(get(figure));
  for (const wire::Table& table : message.tables()) findings.tables.push_back(table_of(table));
  findings.section.title = message.section_title();
  for (const wire::ReportItem& item : message.section_items()) {
    findings.section.items.push_back(get(item));
  }
  findings.numbers_used = table_of(message.numbers_used());
  return findings;
}

}  // namespace neucasl::io
