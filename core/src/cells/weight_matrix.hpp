#pragma once

#include "neucasl/cells/circuits.hpp"

/// \file
/// Whole numbers in rows: weights and input patterns of a synapse array, from files or random.
///
/// A file has one row a line, numbers apart by commas, semicolons or blanks; '#' begins a comment.

namespace neucasl::cells {

struct WholeMatrix {
  std::size_t rows = 0, columns = 0;
  std::vector<int> values;  ///< Row after row.

  [[nodiscard]] int at(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
};

/// \throws base::Error "cells.numbers" with line and column for what is no whole number from `low`
/// to `high` and for a row of another length; "base.file".
WholeMatrix read_whole_numbers(const std::string& path, int low, int high,
                               const base::Location& where);

/// Uniform in `low` to `high`, from the seed of the task; `purpose` names the stream.
WholeMatrix random_whole_numbers(const CircuitTask& task, std::string_view purpose,
                                 std::size_t rows, std::size_t columns, int low, int high);

}  // namespace neucasl::cells
