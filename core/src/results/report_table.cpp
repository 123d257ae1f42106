#include <algorithm>
#include <cmath>
#include <cstdint>

#include "markup.hpp"
#include "number_text.hpp"
#include "report_parts.hpp"

namespace neucasl::results {
namespace {

struct ShownColumn {
  const Column* column = nullptr;
  ColumnUnit unit;
  bool right = true;
};

ShownColumn prepare(const Column& column) {
  ShownColumn shown{&column, {}, !std::holds_alternative<std::vector<std::string>>(column.values)};
  if (const auto* values = std::get_if<std::vector<double>>(&column.values)) {
    shown.unit = column_unit(*values, column.dimension);
  }
  return shown;
}

// "energy_per_inference" reads better, and wraps, with spaces.
std::string heading(const ShownColumn& shown) {
  std::string text = shown.column->name;
  std::replace(text.begin(), text.end(), '_', ' ');
  if (shown.unit.common && !shown.unit.symbol.empty()) text += " (" + shown.unit.symbol + ')';
  return escape(text);
}

struct CellText {
  const ShownColumn& shown;
  std::size_t row;

  std::string operator()(const std::vector<double>& values) const {
    if (row >= values.size()) return {};
    const double value = values[row];
    if (std::isnan(value)) return "–";
    if (shown.unit.common) return significant(value / shown.unit.size);
    return escape(quantity_text(value, shown.column->dimension));
  }
  std::string operator()(const std::vector<std::int64_t>& values) const {
    return row < values.size() ? std::to_string(values[row]) : std::string();
  }
  std::string operator()(const std::vector<std::string>& values) const {
    return row < values.size() ? escape(values[row]) : std::string();
  }
};

std::string cell(const std::string& element, const ShownColumn& shown, const std::string& text) {
  return '<' + element + (shown.right ? " class=\"right\">" : ">") + text + "</" + element + '>';
}

}  // namespace

std::string table_html(const ShownTable& shown) {
  const Table& table = shown.table;
  const std::size_t rows = table.rows();
  const std::size_t printed = std::min(rows, shown.most_rows);
  if (table.columns.empty()) return "<p class=\"note\">no data</p>\n";
  std::vector<ShownColumn> columns;
  for (const Column& column : table.columns) columns.push_back(prepare(column));

  std::string html = "<div class=\"scroll\"><table>\n<thead><tr>";
  for (const ShownColumn& column : columns) html += cell("th", column, heading(column));
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < printed; ++row) {
    html += "<tr>";
    for (const ShownColumn& column : columns) {
      html += cell("td", column, std::visit(CellText{column, row}, column.column->values));
    }
    html += "</tr>\n";
  }
  html += "</tbody></table></div>\n";
  if (rows == 0) html += "<p class=\"note\">no data</p>\n";
  if (printed < rows) {
    html += "<p class=\"note\">" + std::to_string(printed) + " of " + std::to_string(rows) +
            " rows; " + std::to_string(rows - printed) + " are left out.</p>\n";
  }
  return html;
}

}  // namespace neucasl::results
