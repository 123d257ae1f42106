#include "matrix_update.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "array_check.hpp"
#include "neucasl/base/diagnostics.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::ArrayProblem;
using plugin::CellChange;

/// Relative, of the largest entry; above it the changed array is solved anew.
constexpr double allowed_error = 1e-10;

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

std::vector<double> changed_conductance(const ArrayProblem& problem,
                                        std::span<const CellChange> changes) {
  std::vector<double> conductance(problem.conductance.begin(), problem.conductance.end());
  for (const CellChange& change : changes) {
    conductance[change.row * problem.columns + change.column] = change.conductance;
  }
  return conductance;
}

/// The identity of the update: with D the changes, P^T X the voltages across the changed cells for
/// a current of 1 A through each, B^T X and C^T X the currents out of the rows' and columns' ends,
///   W' = W - C^T X (I + D P^T X)^-1 D (B^T X)^T
struct Update {
  Eigen::MatrixXd across;     ///< P^T X
  Eigen::MatrixXd to_left;    ///< B^T X, rows x changes
  Eigen::MatrixXd to_bottom;  ///< C^T X, columns x changes
  Eigen::VectorXd delta;      ///< D
};

struct Difference {
  Eigen::MatrixXd value;  ///< columns x rows
  double error = 0.0;     ///< bound on that of an entry, S
};

/// \param error relative, of the solves. Where a cell that conducts far more than its wires is
/// opened, I + D P^T X nearly vanishes and multiplies it; so by the bound for perturbed systems
/// (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002, 7.4).
Difference difference(const Update& update, double error) {
  const Eigen::Index size = update.delta.size();
  const Eigen::MatrixXd coupled = update.delta.asDiagonal() * update.across;
  const Eigen::MatrixXd inverse =
      (Eigen::MatrixXd::Identity(size, size) + coupled).partialPivLu().inverse();
  const Eigen::MatrixXd right = update.delta.asDiagonal() * update.to_left.transpose();
  const Eigen::MatrixXd solved = inverse * right;
  const Eigen::MatrixXd terms = Eigen::MatrixXd::Identity(size, size) + coupled.cwiseAbs();
  const Eigen::MatrixXd solved_error =
      error * (inverse.cwiseAbs() * (terms * solved.cwiseAbs() + right.cwiseAbs()));
  const Eigen::MatrixXd bound =
      update.to_bottom.cwiseAbs() * (solved_error + error * solved.cwiseAbs());
  return {update.to_bottom * solved, bound.maxCoeff()};
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
  const std::vector<double> conductance = changed_conductance(problem, changes);
  ArrayProblem changed = problem;
  changed.conductance = conductance;
  check_problem(changed);
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
  Update update{Eigen::MatrixXd(size, size), Eigen::MatrixXd(rows, size),
                Eigen::MatrixXd(columns, size), Eigen::VectorXd(size)};
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
        update.across(static_cast<Eigen::Index>(m), column) =
            solution.row_voltage[k * cells + cell] - solution.column_voltage[k * cells + cell];
      }
      // A source's coupling times the voltage is the current that leaves the wire.
      update.to_left.col(column) =
          -Eigen::Map<const Eigen::VectorXd>(solution.left_current.data() + k * problem.rows, rows);
      update.to_bottom.col(column) = -Eigen::Map<const Eigen::VectorXd>(
          solution.bottom_current.data() + k * problem.columns, columns);
    }
    result.iterations = std::max(result.iterations, solution.iterations);
    result.residual = std::max(result.residual, solution.residual);
    result.error = std::max(result.error, solution.error);
  }
  for (std::size_t m = 0; m < count; ++m) {
    update.delta[static_cast<Eigen::Index>(m)] =
        changes[m].conductance -
        problem.conductance[changes[m].row * problem.columns + changes[m].column];
  }
  const Difference change =
      difference(update, std::max(result.error, std::numeric_limits<double>::epsilon()));
  double largest = 0.0;
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) {
      double& value = result.value[static_cast<std::size_t>(i * columns + j)];
      value -= change.value(j, i);
      largest = std::max(largest, std::abs(value));
    }
  }
  result.error = std::max(result.error, change.error / largest);
  // Not a number, where the inverse has none, is too much as well.
  if (result.error <= std::max(allowed_error, options.tolerance)) return result;
  return solver.effective_matrix(changed, options);
}

}  // namespace neucasl::array_plugin
