#pragma once

#include <filesystem>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Matrices from text files: one row a line, numbers apart by commas, semicolons, blanks or tabs;
/// '#' begins a comment; empty lines do not count.

namespace neucasl::memristor_circuits {

struct NumberTable {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;         ///< Row-major.
  std::vector<base::Location> where;  ///< Of each value.
  base::Location file;                ///< The file alone.

  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
};

/// \throws base::Error "memristor.numbers" with file, line and column: something that is no finite
/// number, a row of another length, or no number at all; "base.file".
NumberTable read_numbers(const std::filesystem::path& path, const base::Location& where);

}  // namespace neucasl::memristor_circuits
