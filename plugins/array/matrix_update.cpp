#include "matrix_update.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "array_check.hpp"
#include "neucasl/base/diagnostics.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::ArrayProblem;
using plugin::CellChange;

[[noreturn]] void fail(const CellChange& change, const std::string& what, const char* remedy) {
  throw base::Error("array.change",
                    "the changed cell at row " + std::to_string(change.row) + ", column " +
                        std::to_string(change.column) + what,
                    remedy);
}

void check_changes(const ArrayProblem& problem, std::span<const CellChange> changes) {
  std::vector<bool> named(problem.rows * problem.columns, false);
  for (const CellChange& change : changes) {
    if (change.row >= problem.rows || change.column >= problem.columns) {
      fail(change, " is not in the array", "count from 0");
    }
    const std::size_t cell = change.row * problem.columns + change.column;
    if (named[cell]) fail(change, " is named twice", "name each changed cell once");
    named[cell] = true;
    if (!(change.conductance >= 0.0 && std::isfinite(change.conductance))) {
      fail(change, " has a conductance that is not valid", "give a finite one of at least 0 S");
    }
  }
}

/// Refuses changes that cut a part of the array off.
void check_changed_problem(const ArrayProblem& problem, std::span<const CellChange> changes) {
  std::vector<double> conductance(problem.conductance.begin(), problem.conductance.end());
  for (const CellChange& change : changes) {
    conductance[change.row * problem.columns + change.column] = change.conductance;
  }
  ArrayProblem changed = problem;
  changed.conductance = conductance;
  check_problem(changed);
}

}  // namespace

plugin::EffectiveMatrix updated_matrix(const plugin::ArraySolver& solver,
                                       const ArrayProblem& problem,
                                       const plugin::EffectiveMatrix& matrix,
                                       std::span<const CellChange> changes,
                                       const plugin::ArraySolveOptions& options) {
  check_options(options);
  check_problem(problem);
  check_changes(problem, changes);
  check_changed_problem(problem, changes);
  if (matrix.rows != problem.rows || matrix.columns != problem.columns ||
      matrix.value.size() != matrix.rows * matrix.columns) {
    throw base::Error("array.size", "the effective matrix is not one of this array",
                      "give the matrix that the solver returned for it");
  }
  plugin::EffectiveMatrix result = matrix;
  const std::size_t count = changes.size();
  if (count == 0) return result;

  const std::size_t cells = problem.rows * problem.columns;
  const auto rows = static_cast<Eigen::Index>(problem.rows);
  const auto columns = static_cast<Eigen::Index>(problem.columns);
  const auto size = static_cast<Eigen::Index>(count);
  Eigen::MatrixXd coupled(size, size);       // P^T X
  Eigen::MatrixXd to_left(rows, size);       // B^T X
  Eigen::MatrixXd to_bottom(columns, size);  // C^T X
  plugin::ArraySolveOptions each = options;
  each.node_voltages = each.end_currents = true;
  each.power = false;
  // A few at a time: each has two vectors of the array's size.
  constexpr std::size_t block = 16;
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t inputs = std::min(block, count - first);
    std::vector<double> into_row(inputs * cells, 0.0);
    std::vector<double> into_column(inputs * cells, 0.0);
    for (std::size_t k = 0; k < inputs; ++k) {
      const CellChange& change = changes[first + k];
      const std::size_t cell = change.row * problem.columns + change.column;
      into_row[k * cells + cell] = 1.0;
      into_column[k * cells + cell] = -1.0;
    }
    plugin::ArraySources sources;
    sources.count = inputs;
    sources.row_current = into_row;
    sources.column_current = into_column;
    const plugin::ArraySolution solution = solver.solve(problem, sources, each);
    for (std::size_t k = 0; k < inputs; ++k) {
      const auto column = static_cast<Eigen::Index>(first + k);
      for (std::size_t m = 0; m < count; ++m) {
        const std::size_t cell = changes[m].row * problem.columns + changes[m].column;
        coupled(static_cast<Eigen::Index>(m), column) =
            solution.row_voltage[k * cells + cell] - solution.column_voltage[k * cells + cell];
      }
      // A source's coupling times the voltage is the current that leaves the wire.
      to_left.col(column) =
          -Eigen::Map<const Eigen::VectorXd>(solution.left_current.data() + k * problem.rows, rows);
      to_bottom.col(column) = -Eigen::Map<const Eigen::VectorXd>(
          solution.bottom_current.data() + k * problem.columns, columns);
    }
    result.iterations = std::max(result.iterations, solution.iterations);
    result.residual = std::max(result.residual, solution.residual);
    result.error = std::max(result.error, solution.error);
  }
  Eigen::VectorXd delta(size);
  for (std::size_t m = 0; m < count; ++m) {
    const CellChange& change = changes[m];
    delta[static_cast<Eigen::Index>(m)] =
        change.conductance - problem.conductance[change.row * problem.columns + change.column];
  }
  const Eigen::MatrixXd capacitance =
      Eigen::MatrixXd::Identity(size, size) + delta.asDiagonal() * coupled;
  const Eigen::MatrixXd right = delta.asDiagonal() * to_left.transpose();
  const Eigen::MatrixXd change = to_bottom * capacitance.partialPivLu().solve(right);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) {
      result.value[static_cast<std::size_t>(i * columns + j)] -= change(j, i);
    }
  }
  return result;
}

}  // namespace neucasl::array_plugin
