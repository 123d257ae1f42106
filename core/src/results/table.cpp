#include "neucasl/results/table.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace neucasl::results {
namespace {

std::string csv_quoted(std::string_view field) {
  if (field.find_first_of("\",\r\n") == std::string_view::npos) return std::string(field);
  std::string text = "\"";
  for (const char letter : field) {
    if (letter == '"') text += '"';
    text += letter;
  }
  return text + '"';
}

std::string header(const Column& column) {
  const std::string unit = base::unit_symbol(column.dimension);
  return csv_quoted(unit.empty() ? column.name : column.name + " (" + unit + ')');
}

struct FieldText {
  std::size_t row;

  // The sign of a NaN differs between machines.
  std::string operator()(const std::vector<double>& values) const {
    return std::isnan(values[row]) ? "nan" : base::shortest(values[row]);
  }
  std::string operator()(const std::vector<std::int64_t>& values) const {
    return std::to_string(values[row]);
  }
  std::string operator()(const std::vector<std::string>& values) const {
    return csv_quoted(values[row]);
  }
};

[[noreturn]] void fail(const Table& table, const std::string& message, const std::string& remedy) {
  throw base::Error("results.table", "table '" + table.name + "': " + message, remedy);
}

}  // namespace

std::size_t Column::size() const {
  return std::visit([](const auto& items) { return items.size(); }, values);
}

std::size_t Table::rows() const {
  std::size_t longest = 0;
  for (const Column& column : columns) longest = std::max(longest, column.size());
  return longest;
}

Table& Table::add(std::string column, std::vector<double> values, base::Dimension dimension) {
  columns.push_back({std::move(column), dimension, std::move(values)});
  return *this;
}

Table& Table::add(std::string column, std::vector<std::int64_t> values) {
  columns.push_back({std::move(column), {}, std::move(values)});
  return *this;
}

Table& Table::add(std::string column, std::vector<std::string> values) {
  columns.push_back({std::move(column), {}, std::move(values)});
  return *this;
}

const Column& Table::column(std::string_view column_name) const {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.name == column_name) return column;
    names.push_back(column.name);
  }
  fail(*this, "no column '" + std::string(column_name) + '\'', base::suggest(column_name, names));
}

void Table::validate() const {
  std::set<std::string> names;
  for (const Column& column : columns) {
    if (column.name.empty()) fail(*this, "a column has no name", "name every column");
    if (!names.insert(column.name).second) {
      fail(*this, "two columns are named '" + column.name + '\'', "give each its own name");
    }
    if (column.size() != columns.front().size()) {
      fail(*this,
           "column '" + column.name + "' has " + std::to_string(column.size()) + " rows, '" +
               columns.front().name + "' has " + std::to_string(columns.front().size()),
           "make all columns equally long");
    }
    if (!std::holds_alternative<std::vector<double>>(column.values) &&
        !column.dimension.dimensionless()) {
      fail(*this, "column '" + column.name + "' has a unit but no real numbers",
           "store quantities as doubles in SI units");
    }
  }
}

std::string to_csv(const Table& table) {
  table.validate();
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) text += ',';
    text += header(table.columns[i]);
  }
  text += '\n';
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (i > 0) text += ',';
      const std::string field = std::visit(FieldText{row}, table.columns[i].values);
      // A blank line would read as no row.
      text += field.empty() && table.columns.size() == 1 ? "\"\"" : field;
    }
    text += '\n';
  }
  return text;
}

Figure make_figure(std::string key, std::string label, double value,
                   const base::Dimension& dimension, std::string method, std::string plugin) {
  Figure figure;
  figure.key = std::move(key);
  figure.label = std::move(label);
  figure.value = value;
  figure.dimension = dimension;
  figure.method = std::move(method);
  figure.plugin = std::move(plugin);
  return figure;
}

}  // namespace neucasl::results
