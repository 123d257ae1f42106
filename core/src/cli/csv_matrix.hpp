#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/base/file.hpp"
#include "neucasl/base/quantity.hpp"

/// \file
/// Matrices of numbers as CSV files.

namespace neucasl::cli {

struct CsvMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
  std::vector<std::uint32_t> lines;  ///< where each row stands in the file, from 1
};

/// Numbers separated by commas, one row a line; empty lines and lines that begin with '#' are
/// skipped. "inf" is accepted.
/// \throws base::Error "cli.csv" with line and column.
CsvMatrix read_csv(const std::string& file);

/// at(row, column) for `rows` x `columns`.
template <class At>
void write_csv(const std::string& file, std::size_t rows, std::size_t columns, At at) {
  std::string text;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      text += (c ? "," : "") + base::shortest(at(r, c));
    }
    text += '\n';
  }
  base::write_file(file, text);
}

}  // namespace neucasl::cli
