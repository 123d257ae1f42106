#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// What the commands on arrays share: the array, its ends, and how to solve it.

namespace neucasl::cli {

/// Options of the array and of the solver.
void add_array_options(options::options_description& description);

/// An array from the options; owns what the problem refers to.
class ArrayInput {
 public:
  /// \throws base::Error for files, quantities and lists that are not valid, with their place.
  ArrayInput(const Session& session, const Parsed& parsed);

  [[nodiscard]] plugin::ArrayProblem problem() const;
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] const plugin::ArraySolveOptions& solve_options() const { return options_; }
  /// The same array after some cells have been given other resistances (row, column, ohm).
  [[nodiscard]] std::vector<plugin::CellChange> changes(const std::string& file) const;

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<double> conductance_;
  std::vector<double> access_;  ///< ohm, one a row; empty without access devices
  double row_segment_ = 0.0;
  double column_segment_ = 0.0;
  std::vector<double> left_;
  std::vector<double> right_;
  std::vector<double> top_;
  std::vector<double> bottom_;
  plugin::ArraySolveOptions options_;
};

/// The array solver of the plugin that `--solver` names, with the simulator that owns it.
struct FoundSolver {
  std::unique_ptr<plugin::CircuitSimulator> owner;
  const plugin::ArraySolver* solver = nullptr;
};

/// \throws base::Error "cli.usage" when the plugin has none.
FoundSolver find_array_solver(Session& session, const Parsed& parsed);

}  // namespace neucasl::cli
