#include "neucasl/plugin/array_analysis.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::plugin {
namespace {

constexpr double floating_end = std::numeric_limits<double>::infinity();

/// Series resistances of one kind of end, those of unselected wires infinite when they float.
std::vector<double> ends_of(std::span<const double> given, std::size_t count, std::size_t selected,
                            double without, bool float_others) {
  std::vector<double> ends(given.begin(), given.end());
  if (given.empty()) ends.assign(count, without);
  for (std::size_t k = 0; k < ends.size() && float_others; ++k) {
    if (k != selected) ends[k] = floating_end;
  }
  return ends;
}

/// `rows` is that of the array, where no cell has been met.
void take_larger(DisturbVoltage& worst, double voltage, std::size_t row, std::size_t column,
                 std::size_t rows) {
  if (worst.row == rows || std::abs(voltage) > std::abs(worst.voltage)) {
    worst = {voltage, row, column};
  }
}

void check(const ArrayProblem& problem, const CellSelection& selection) {
  if (selection.row >= problem.rows || selection.column >= problem.columns) {
    throw base::Error("array.selection",
                      "row " + std::to_string(selection.row) + ", column " +
                          std::to_string(selection.column) + " is not in an array of " +
                          std::to_string(problem.rows) + " rows and " +
                          std::to_string(problem.columns) + " columns",
                      "count from 0");
  }
  if (!std::isfinite(selection.voltage)) {
    throw base::Error("array.selection", "the voltage of the selected row is not finite",
                      "give a finite voltage");
  }
}

}  // namespace

BiasScheme bias_scheme(std::string_view name) {
  if (name == "half") return BiasScheme::half;
  if (name == "third") return BiasScheme::third;
  if (name == "floating") return BiasScheme::floating;
  if (name == "grounded") return BiasScheme::grounded;
  throw base::Error("array.scheme", "there is no bias scheme '" + std::string(name) + "'",
                    "give half, third, floating or grounded");
}

CellReading read_cell(const ArraySolver& solver, const ArrayProblem& problem,
                      const CellSelection& selection, const ArraySolveOptions& options) {
  check(problem, selection);
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  const bool floats = selection.scheme == BiasScheme::floating;
  const auto left = ends_of(problem.ends.left, rows, selection.row, 0.0, floats);
  const auto right = ends_of(problem.ends.right, rows, selection.row, floating_end, floats);
  const auto top = ends_of(problem.ends.top, columns, selection.column, floating_end, floats);
  const auto bottom = ends_of(problem.ends.bottom, columns, selection.column, 0.0, floats);
  ArrayProblem biased = problem;
  biased.ends = {left, right, top, bottom};

  const double volt = selection.voltage;
  const bool half = selection.scheme == BiasScheme::half;
  const bool third = selection.scheme == BiasScheme::third;
  std::vector<double> row_volt(rows, half ? volt / 2.0 : third ? volt / 3.0 : 0.0);
  std::vector<double> column_volt(columns, half ? volt / 2.0 : third ? 2.0 * volt / 3.0 : 0.0);
  row_volt[selection.row] = volt;
  column_volt[selection.column] = 0.0;

  ArraySolveOptions all = options;
  all.node_voltages = all.end_currents = all.power = true;
  const ArraySolution solution =
      solver.solve(biased, ArraySources{1, row_volt, row_volt, column_volt, column_volt}, all);

  CellReading reading;
  for (DisturbVoltage* worst :
       {&reading.row_disturb, &reading.column_disturb, &reading.unselected}) {
    *worst = {0.0, rows, columns};
  }
  reading.disturb.resize(rows * columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t k = i * columns + j;
      const double across = solution.row_voltage[k] - solution.column_voltage[k];
      reading.disturb[k] = across;
      const bool row = i == selection.row;
      const bool column = j == selection.column;
      if (row && column) {
        reading.selected_voltage = across;
        reading.cell_current = problem.conductance[k] * across;
      } else {
        take_larger(row      ? reading.row_disturb
                    : column ? reading.column_disturb
                             : reading.unselected,
                    across, i, j, rows);
      }
    }
  }
  reading.sensed_current =
      -solution.top_current[selection.column] - solution.bottom_current[selection.column];
  reading.sneak_current = reading.sensed_current - reading.cell_current;
  reading.power = solution.power.front();
  reading.residual = solution.residual;
  reading.error = solution.error;
  return reading;
}

std::vector<double> with_access_devices(std::size_t rows, std::size_t columns,
                                        std::span<const double> conductance,
                                        std::span<const double> access_resistance) {
  if (conductance.size() != rows * columns || access_resistance.size() != rows) {
    throw base::Error("array.size",
                      std::to_string(rows) + " rows of " + std::to_string(columns) +
                          " cells have " + std::to_string(conductance.size()) +
                          " conductances and " + std::to_string(access_resistance.size()) +
                          " access resistances",
                      "give rows x columns conductances and one resistance a row");
  }
  std::vector<double> result(conductance.begin(), conductance.end());
  for (std::size_t i = 0; i < rows; ++i) {
    const double series = access_resistance[i];
    if (!(series >= 0.0)) {
      throw base::Error(
          "array.resistance",
          "the access resistance of row " + std::to_string(i) + " is negative or not a number",
          "give at least 0 ohm; infinite is switched off");
    }
    for (std::size_t j = 0; j < columns; ++j) {
      double& g = result[i * columns + j];
      // An infinite resistance times an open cell is not a number.
      g = std::isinf(series) ? 0.0 : g / (1.0 + g * series);
    }
  }
  return result;
}

}  // namespace neucasl::plugin
