#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/base/quantity.hpp"

/// \file
/// Result tables.
///
/// A *table* has named *columns* of equal length, each of numbers with one unit, of integers, or of
/// text. Numbers are in SI units; the CSV header carries the unit: "energy (J)".

namespace neucasl::results {

using ColumnValues =
    std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>>;

struct NEUCASL_EXPORT Column {
  std::string name;           ///< lower_case_with_underscores
  base::Dimension dimension;  ///< of a column of doubles; none otherwise
  ColumnValues values;

  bool operator==(const Column&) const = default;
  [[nodiscard]] std::size_t size() const;
};

struct NEUCASL_EXPORT Table {
  std::string name;   ///< File name without ending: "energy_by_component".
  std::string title;  ///< For people.
  std::vector<Column> columns;

  bool operator==(const Table&) const = default;
  /// Length of the longest column.
  [[nodiscard]] std::size_t rows() const;
  Table& add(std::string column, std::vector<double> values, base::Dimension dimension = {});
  Table& add(std::string column, std::vector<std::int64_t> values);
  Table& add(std::string column, std::vector<std::string> values);
  /// \throws base::Error "results.table" naming the nearest column when there is none.
  [[nodiscard]] const Column& column(std::string_view column_name) const;
  /// \throws base::Error "results.table" when columns differ in length, names repeat or are
  /// empty, or a column that does not hold doubles has a dimension.
  void validate() const;
};

/// RFC 4180 text, '\n' line ends, shortest round-trip numbers, header "name (unit)".
NEUCASL_EXPORT std::string to_csv(const Table& table);

/// One headline figure, with where it comes from.
struct Figure {
  std::string key;    ///< Dotted key in results.json: "accuracy.analog".
  std::string label;  ///< For people: "Accuracy of the analog chip".
  double value = 0.0;
  base::Dimension dimension{};
  bool has_interval = false;  ///< low and high bound the value with the stated confidence.
  double low = 0.0;
  double high = 0.0;
  double confidence = 0.95;
  bool as_percent = false;           ///< Print a share as per cent in the report.
  std::string method;                ///< How it was found, one sentence.
  std::string plugin;                ///< Which plugin or layer computed it.
  std::vector<std::string> sources;  ///< Device parameters and citations that it rests on.
};

/// A figure without interval and sources.
NEUCASL_EXPORT Figure make_figure(std::string key, std::string label, double value,
                                  const base::Dimension& dimension, std::string method,
                                  std::string plugin);

}  // namespace neucasl::results
