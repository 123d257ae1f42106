#include "table_text.hpp"

#include <algorithm>
#include <cmath>

#include "command.hpp"
#include "json_text.hpp"

namespace neucasl::cli {
namespace {

std::string text_at(const results::Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    return texts->at(row);
  }
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    if (std::isnan(numbers->at(row))) return "-";
    return base::to_engineering({numbers->at(row), column.dimension});
  }
  return std::to_string(std::get<std::vector<std::int64_t>>(column.values).at(row));
}

std::string json_at(const results::Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    return json_quoted(texts->at(row));
  }
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    return json_number(numbers->at(row));
  }
  return std::to_string(std::get<std::vector<std::int64_t>>(column.values).at(row));
}

}  // namespace

std::vector<std::vector<std::string>> text_rows(const results::Table& table, std::size_t most) {
  std::vector<std::vector<std::string>> rows(1);
  for (const results::Column& column : table.columns) rows[0].push_back(column.name);
  for (std::size_t r = 0; r < std::min(most, table.rows()); ++r) {
    rows.emplace_back();
    rows.back().reserve(table.columns.size());
    for (const results::Column& column : table.columns) rows.back().push_back(text_at(column, r));
  }
  return rows;
}

std::string rows_as_json(const results::Table& table) {
  std::vector<std::string> rows;
  rows.reserve(table.rows());
  for (std::size_t r = 0; r < table.rows(); ++r) {
    JsonObject row;
    for (const results::Column& column : table.columns) row.add(column.name, json_at(column, r));
    rows.push_back(row.str());
  }
  return json_list(rows);
}

std::string units_as_json(const results::Table& table) {
  JsonObject units;
  for (const results::Column& column : table.columns) {
    const std::string unit = base::unit_symbol(column.dimension);
    if (!unit.empty()) units.text(column.name, unit);
  }
  return units.str();
}

}  // namespace neucasl::cli
