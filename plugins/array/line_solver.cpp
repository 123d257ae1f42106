#include "line_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "line_run.hpp"
#include "line_system.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/parallel.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::ArrayProblem;
using plugin::ArraySolution;
using plugin::ArraySolveOptions;
using plugin::EffectiveMatrix;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

[[noreturn]] void fail(const char* code, const std::string& message, const char* remedy) {
  throw base::Error(std::string("array.") + code, message, remedy);
}

std::string cell_name(std::size_t row, std::size_t column) {
  return "row " + std::to_string(row) + ", column " + std::to_string(column);
}

void check_options(const ArraySolveOptions& options) {
  if (!(options.tolerance > 0.0 && options.tolerance <= 1e-2)) {
    fail("options", "tolerance " + number(options.tolerance) + " is out of range",
         "give a tolerance above 0 and at most 1e-2");
  }
  if (options.max_iterations < 1 || options.threads < 1) {
    fail("options",
         "max_iterations " + std::to_string(options.max_iterations) + " or threads " +
             std::to_string(options.threads) + " is out of range",
         "give at least 1");
  }
}

void check_problem(const ArrayProblem& problem) {
  const auto valid = [](double x) { return x >= 0.0 && std::isfinite(x); };
  if (problem.rows == 0 || problem.columns == 0 ||
      problem.conductance.size() / problem.columns != problem.rows ||
      problem.conductance.size() % problem.columns != 0) {
    fail("size",
         "an array of " + std::to_string(problem.rows) + " rows and " +
             std::to_string(problem.columns) + " columns has " +
             std::to_string(problem.conductance.size()) + " conductances",
         "give rows x columns conductances and at least one row and column");
  }
  if (!valid(problem.row_segment_resistance) || !valid(problem.column_segment_resistance)) {
    fail("resistance",
         "segment resistance " + number(problem.row_segment_resistance) + " ohm (row), " +
             number(problem.column_segment_resistance) + " ohm (column) is not valid",
         "give finite resistances of at least 0 ohm");
  }
  // Counting, unlike searching, is vectorised; a comparison with NaN fails as it should.
  std::size_t invalid = 0;
  for (const double g : problem.conductance) {
    invalid += g >= 0.0 && g <= std::numeric_limits<double>::max() ? 0 : 1;
  }
  if (invalid == 0) return;
  const auto bad = std::find_if_not(problem.conductance.begin(), problem.conductance.end(), valid);
  const auto at = static_cast<std::size_t>(bad - problem.conductance.begin());
  fail("conductance",
       "conductance " + number(*bad) + " S at " +
           cell_name(at / problem.columns, at % problem.columns) + " is not valid",
       "give finite conductances of at least 0 S (indices count from 0)");
}

void check_input(const ArrayProblem& problem, std::span<const double> input, std::size_t inputs) {
  if (input.size() / problem.rows != inputs || input.size() % problem.rows != 0) {
    fail("size",
         std::to_string(inputs) + " inputs of " + std::to_string(problem.rows) + " rows have " +
             std::to_string(input.size()) + " voltages",
         "give inputs x rows voltages");
  }
  const auto bad =
      std::find_if_not(input.begin(), input.end(), [](double x) { return std::isfinite(x); });
  if (bad == input.end()) return;
  const auto at = static_cast<std::size_t>(bad - input.begin());
  fail("input",
       "voltage " + number(*bad) + " V of input " + std::to_string(at / problem.rows) + " at row " +
           std::to_string(at % problem.rows) + " is not finite",
       "give finite voltages (indices count from 0)");
}

/// Never lets a result pass that misses the tolerance, NaN included.
void check_outcome(const Outcome& outcome, const ArraySolveOptions& options) {
  if (outcome.residual <= options.tolerance && outcome.ended) return;
  fail("stalled",
       "relative residual " + number(outcome.residual) + " after " +
           std::to_string(outcome.iterations) + " iterations exceeds the tolerance " +
           number(options.tolerance),
       "allow more iterations or a larger tolerance");
}

/// Solves inputs 0 ... count-1, giving each thread one contiguous share. `input(k)` is the k-th
/// source vector (valid until the next call on that thread), `result(k, run)` takes the answer.
template <class Input, class Result>
Outcome solve_all(const System& system, std::size_t count, const ArraySolveOptions& options,
                  const Input& input, const Result& result) {
  const std::size_t shares = std::min(count, static_cast<std::size_t>(options.threads));
  std::vector<Outcome> worst(shares);
  base::parallel_for(shares, options.threads, base::CancelFlag{}, [&](std::size_t share) {
    Run run(system);
    std::vector<double> buffer(system.grid.rows);
    for (std::size_t k = share * count / shares; k < (share + 1) * count / shares; ++k) {
      const Outcome outcome = run.solve({.left = input(k, buffer)}, options);
      check_outcome(outcome, options);
      result(k, run);
      worst[share].iterations = std::max(worst[share].iterations, outcome.iterations);
      worst[share].residual = std::max(worst[share].residual, outcome.residual);
    }
  });
  Outcome all;
  for (const Outcome& outcome : worst) {
    all.iterations = std::max(all.iterations, outcome.iterations);
    all.residual = std::max(all.residual, outcome.residual);
  }
  return all;
}

}  // namespace

ArraySolution LineSolver::solve(const ArrayProblem& problem, std::span<const double> input_voltage,
                                std::size_t inputs, const ArraySolveOptions& options) const {
  check_options(options);
  check_problem(problem);
  check_input(problem, input_voltage, inputs);
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  const std::vector<double> near(rows + columns, 0.0);
  const std::vector<double> far(rows + columns, std::numeric_limits<double>::infinity());
  const System system(
      rows, columns,
      {problem.row_segment_resistance, std::span(near).first(rows), std::span(far).first(rows)},
      {problem.column_segment_resistance, std::span(far).first(columns),
       std::span(near).first(columns)},
      [&](std::size_t i, std::size_t j) { return problem.conductance[i * columns + j]; });
  ArraySolution solution;
  solution.column_current.resize(inputs * columns);
  if (options.node_voltages) {
    solution.row_voltage.resize(inputs * rows * columns);
    solution.column_voltage.resize(inputs * rows * columns);
  }
  const Outcome outcome = solve_all(
      system, inputs, options,
      [&](std::size_t k, std::vector<double>&) { return input_voltage.subspan(k * rows, rows); },
      [&](std::size_t k, const Run& run) {
        for (std::size_t j = 0; j < columns; ++j) {
          solution.column_current[k * columns + j] = run.current(j);
        }
        if (!options.node_voltages) return;
        const std::size_t cells = rows * columns;
        run.voltages(std::span(solution.row_voltage).subspan(k * cells, cells),
                     std::span(solution.column_voltage).subspan(k * cells, cells));
      });
  solution.iterations = outcome.iterations;
  solution.residual = outcome.residual;
  return solution;
}

EffectiveMatrix LineSolver::effective_matrix(const ArrayProblem& problem,
                                             const ArraySolveOptions& options) const {
  check_options(options);
  check_problem(problem);
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  const std::vector<double> near(rows + columns, 0.0);
  const std::vector<double> far(rows + columns, std::numeric_limits<double>::infinity());
  const System adjoint(
      columns, rows,
      {problem.column_segment_resistance, std::span(near).first(columns),
       std::span(far).first(columns)},
      {problem.row_segment_resistance, std::span(far).first(rows), std::span(near).first(rows)},
      [&](std::size_t i, std::size_t j) {
        return problem.conductance[(rows - 1 - j) * columns + columns - 1 - i];
      });
  EffectiveMatrix matrix{rows, columns, std::vector<double>(rows * columns)};
  const Outcome outcome = solve_all(
      adjoint, columns, options,
      [&](std::size_t k, std::vector<double>& unit) {
        std::fill(unit.begin(), unit.end(), 0.0);
        unit[k] = 1.0;
        return std::span<const double>(unit);
      },
      [&](std::size_t k, const Run& run) {
        for (std::size_t i = 0; i < rows; ++i) {
          matrix.value[i * columns + columns - 1 - k] = run.current(rows - 1 - i);
        }
      });
  matrix.iterations = outcome.iterations;
  matrix.residual = outcome.residual;
  return matrix;
}

std::string LineSolver::method() const {
  return "Conjugate gradients on the Schur complement of the row wires, line preconditioner (Saad "
         "2003, sections 9.2 and 14.2)";
}

}  // namespace neucasl::array_plugin
