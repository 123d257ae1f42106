#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Matrices of pure numbers as comma-separated text: one row a line, lines that are empty or begin
/// with '#' are skipped.

namespace neucasl::photonic {

struct MatrixFile {
  Eigen::MatrixXd values;
  std::string file;
  /// Where each number stands, row by row.
  std::vector<base::Location> places;

  [[nodiscard]] const base::Location& place(Eigen::Index row, Eigen::Index column) const {
    return places[static_cast<std::size_t>(row * values.cols() + column)];
  }
};

/// \throws base::Error "photonic.matrix" with line and column for what is no finite number, rows of
/// different length, or an empty file; "base.file" when it cannot be read.
MatrixFile read_matrix(const std::filesystem::path& path, const base::Location& where = {});
/// The same from text; `file` for messages.
MatrixFile parse_matrix(const std::string& text, const std::string& file);

}  // namespace neucasl::photonic
