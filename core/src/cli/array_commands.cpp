#include <algorithm>
#include <cstdint>
#include <iostream>
#include <sstream>

#include "array_input.hpp"
#include "command.hpp"
#include "console.hpp"
#include "csv_matrix.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/plugin/array_analysis.hpp"

namespace neucasl::cli {
namespace {

using base::Error;

/// Potentials of one kind of end: a file with one line a wire and one column an input, to inputs x
/// wires.
std::vector<double> potentials(const Parsed& parsed, const std::string& option, const char* wires,
                               std::size_t count, std::size_t inputs) {
  if (!parsed.has(option)) return {};
  const CsvMatrix table = read_csv(parsed.text(option));
  if (table.rows != count) {
    throw Error("array.size",
                "there are " + std::to_string(table.rows) + " voltages for " +
                    std::to_string(count) + ' ' + wires,
                "give one line a wire", {parsed.text(option), 0, 0});
  }
  if (table.columns != inputs) {
    throw Error("array.size",
                "there are " + std::to_string(table.columns) + " inputs here and " +
                    std::to_string(inputs) + " in --input-csv",
                "give one column an input vector", {parsed.text(option), 0, 0});
  }
  std::vector<double> values(table.values.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < inputs; ++k) {
      values[k * count + i] = table.values[i * inputs + k];
    }
  }
  return values;
}

void write_end_currents(const std::string& file, const plugin::ArraySolution& solution,
                        std::size_t inputs) {
  std::string text = "end,wire,input,current (A)\n";
  const auto add = [&](const char* end, const std::vector<double>& current) {
    const std::size_t wires = current.size() / inputs;
    for (std::size_t k = 0; k < current.size(); ++k) {
      text += std::string(end) + ',' + std::to_string(k % wires) + ',' + std::to_string(k / wires) +
              ',' + base::shortest(current[k]) + '\n';
    }
  };
  add("left", solution.left_current);
  add("right", solution.right_current);
  add("top", solution.top_current);
  add("bottom", solution.bottom_current);
  base::write_file(file, text);
}

using Figures = std::vector<io::SummaryEntry>;

void add_power(Figures& figures, const plugin::ArrayPower& power) {
  figures.push_back({"power.delivered", power.delivered});
  figures.push_back({"power.cells", power.cells});
  figures.push_back({"power.row_wires", power.row_wires});
  figures.push_back({"power.column_wires", power.column_wires});
  figures.push_back({"power.ends", power.ends});
}

/// "label  value unit" lines for people.
void print_power(const plugin::ArrayPower& power) {
  print_columns({{"delivered power", base::shortest(power.delivered) + " W"},
                 {"in cells", base::shortest(power.cells) + " W"},
                 {"in row wires", base::shortest(power.row_wires) + " W"},
                 {"in column wires", base::shortest(power.column_wires) + " W"},
                 {"in ends", base::shortest(power.ends) + " W"}});
}

base::ProgressListener progress_on(Console& console) {
  return [&console](std::string_view what, std::size_t done_now, std::size_t total) {
    console.progress(what, done_now, total);
  };
}

template <class Answer>
Figures figures_of(const ArrayInput& array, const Answer& answer,
                   const plugin::ArraySolver& solver) {
  return {{"rows", static_cast<double>(array.rows())},
          {"columns", static_cast<double>(array.columns())},
          {"residual", answer.residual},
          {"error", answer.error},
          {"method", solver.method()}};
}

template <class Answer>
std::string accuracy_text(const ArrayInput& array, const Answer& answer) {
  return std::to_string(array.rows()) + " x " + std::to_string(array.columns()) + " array, " +
         std::to_string(answer.iterations) + " iterations, relative residual " +
         base::shortest(answer.residual) + ", estimated error " + base::shortest(answer.error) +
         '\n';
}

}  // namespace

int solve_array(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  add_array_options(description);
  const auto text = [] { return options::value<std::string>(); };
  description.add_options()("input-csv", text()->required(),
                            "voltages in V at the left ends of the rows: one line a row, one "
                            "column an input vector")("right-input-csv", text(),
                                                      "at the right ends; without: 0 V")(
      "top-input-csv", text(), "at the top ends of the columns: one line a column")(
      "bottom-input-csv", text(), "at the bottom ends")(
      "out", text()->required(),
      "column currents in A out of the bottom ends: one line a column, one column an input vector")(
      "row-voltage-csv", text(),
      "where to write the row wire voltages of the first input, rows x columns")(
      "column-voltage-csv", text(),
      "where to write the column wire voltages of the first input, rows x columns")(
      "end-current-csv", text(), "where to write the currents into the wires at all ends")(
      "power", "print where the power of the first input goes");
  const Parsed parsed("array solve", description, {}, arguments);
  const ArrayInput array(session, parsed);
  const CsvMatrix input = read_csv(parsed.text("input-csv"));
  const std::size_t inputs = input.columns;
  const auto left = potentials(parsed, "input-csv", "rows", array.rows(), inputs);
  const auto right = potentials(parsed, "right-input-csv", "rows", array.rows(), inputs);
  const auto top = potentials(parsed, "top-input-csv", "columns", array.columns(), inputs);
  const auto bottom = potentials(parsed, "bottom-input-csv", "columns", array.columns(), inputs);

  plugin::ArraySolveOptions solve_options = array.solve_options();
  solve_options.node_voltages = parsed.has("row-voltage-csv") || parsed.has("column-voltage-csv");
  solve_options.end_currents = parsed.has("end-current-csv");
  solve_options.power = parsed.has("power");
  const FoundSolver found = find_array_solver(session, parsed);
  Console console(parsed.get<bool>("quiet"));
  solve_options.progress = progress_on(console);
  const plugin::ArraySolution solution = found.solver->solve(
      array.problem(), plugin::ArraySources{inputs, left, right, top, bottom}, solve_options);

  console.clear();
  const std::size_t columns = array.columns();
  write_csv(parsed.text("out"), columns, inputs,
            [&](std::size_t j, std::size_t k) { return solution.column_current[k * columns + j]; });
  const auto write_voltages = [&](const char* option, const std::vector<double>& values) {
    if (!parsed.has(option)) return;
    write_csv(parsed.text(option), array.rows(), columns,
              [&](std::size_t i, std::size_t j) { return values[i * columns + j]; });
  };
  write_voltages("row-voltage-csv", solution.row_voltage);
  write_voltages("column-voltage-csv", solution.column_voltage);
  if (solve_options.end_currents) {
    write_end_currents(parsed.text("end-current-csv"), solution, inputs);
  }
  if (parsed.json()) {
    Figures figures = figures_of(array, solution, *found.solver);
    figures.push_back({"inputs", static_cast<double>(inputs)});
    figures.push_back({"iterations", static_cast<double>(solution.iterations)});
    if (solve_options.power) add_power(figures, solution.power.front());
    std::cout << io::summary_json(figures);
  } else {
    std::cout << accuracy_text(array, solution);
    if (solve_options.power) print_power(solution.power.front());
  }
  return done;
}

int array_matrix(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  add_array_options(description);
  description.add_options()("out", options::value<std::string>()->required(),
                            "effective conductances in S, rows x columns: current out of the "
                            "bottom end of a column for 1 V at the left end of a row")(
      "change-csv", options::value<std::string>(),
      "cells that then change: row, column, resistance in ohm; the matrix is updated, not computed "
      "anew");
  const Parsed parsed("array matrix", description, {}, arguments);
  const ArrayInput array(session, parsed);
  const FoundSolver found = find_array_solver(session, parsed);
  std::vector<plugin::CellChange> changes;
  if (parsed.has("change-csv")) changes = array.changes(parsed.text("change-csv"));
  Console console(parsed.get<bool>("quiet"));
  plugin::ArraySolveOptions solve_options = array.solve_options();
  solve_options.progress = progress_on(console);
  plugin::EffectiveMatrix matrix = found.solver->effective_matrix(array.problem(), solve_options);
  if (!changes.empty()) {
    matrix = found.solver->update_effective_matrix(array.problem(), matrix, changes, solve_options);
  }
  console.clear();
  write_csv(parsed.text("out"), matrix.rows, matrix.columns,
            [&](std::size_t i, std::size_t j) { return matrix.value[i * matrix.columns + j]; });
  if (parsed.json()) {
    Figures figures = figures_of(array, matrix, *found.solver);
    figures.push_back({"iterations", static_cast<double>(matrix.iterations)});
    figures.push_back({"changed_cells", static_cast<double>(changes.size())});
    std::cout << io::summary_json(figures);
  } else {
    std::cout << accuracy_text(array, matrix);
  }
  return done;
}

int disturb_array(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  add_array_options(description);
  const auto text = [] { return options::value<std::string>(); };
  description.add_options()("row", options::value<std::int64_t>()->required(),
                            "row of the selected cell, counted from 0")(
      "column", options::value<std::int64_t>()->required(), "its column")(
      "voltage", text()->required(), "of the selected row; the selected column is at 0 V")(
      "scheme", text()->default_value("half"),
      "potentials of the other wires: half (V/2), third (rows V/3, columns 2V/3), floating, "
      "grounded")("disturb-csv", text(),
                  "where to write the voltage across every cell, rows x columns");
  const Parsed parsed("array disturb", description, {}, arguments);
  const ArrayInput array(session, parsed);
  plugin::CellSelection selection;
  const auto wire = [&](const std::string& option, std::size_t count) {
    const auto number = parsed.get<std::int64_t>(option);
    if (number >= 0 && static_cast<std::size_t>(number) < count) {
      return static_cast<std::size_t>(number);
    }
    throw Error("array.selection",
                "there is no " + option + ' ' + std::to_string(number) + " in an array of " +
                    std::to_string(array.rows()) + " rows and " + std::to_string(array.columns()) +
                    " columns",
                "count from 0", {"--" + option, 0, 0});
  };
  selection.row = wire("row", array.rows());
  selection.column = wire("column", array.columns());
  selection.voltage =
      base::parse_si(parsed.text("voltage"), base::dimension::voltage, {"--voltage", 0, 0});
  selection.scheme = plugin::bias_scheme(parsed.text("scheme"));
  const FoundSolver found = find_array_solver(session, parsed);
  const plugin::CellReading reading =
      plugin::read_cell(*found.solver, array.problem(), selection, array.solve_options());
  if (parsed.has("disturb-csv")) {
    write_csv(
        parsed.text("disturb-csv"), array.rows(), array.columns(),
        [&](std::size_t i, std::size_t j) { return reading.disturb[i * array.columns() + j]; });
  }
  if (parsed.json()) {
    Figures figures = figures_of(array, reading, *found.solver);
    figures.push_back({"sensed_current", reading.sensed_current});
    figures.push_back({"cell_current", reading.cell_current});
    figures.push_back({"sneak_current", reading.sneak_current});
    figures.push_back({"selected_voltage", reading.selected_voltage});
    figures.push_back({"row_disturb_voltage", reading.row_disturb.voltage});
    figures.push_back({"column_disturb_voltage", reading.column_disturb.voltage});
    figures.push_back({"unselected_voltage", reading.unselected.voltage});
    add_power(figures, reading.power);
    std::cout << io::summary_json(figures);
    return done;
  }
  const auto worst = [&](const plugin::DisturbVoltage& at) -> std::string {
    if (at.row == array.rows()) return "no such cell";
    return base::shortest(at.voltage) + " V at row " + std::to_string(at.row) + ", column " +
           std::to_string(at.column);
  };
  print_columns({{"sensed current", base::shortest(reading.sensed_current) + " A"},
                 {"through the selected cell", base::shortest(reading.cell_current) + " A"},
                 {"sneak current", base::shortest(reading.sneak_current) + " A"},
                 {"selected cell", base::shortest(reading.selected_voltage) + " V"},
                 {"worst half-selected of the row", worst(reading.row_disturb)},
                 {"worst half-selected of the column", worst(reading.column_disturb)},
                 {"worst unselected", worst(reading.unselected)}});
  print_power(reading.power);
  return done;
}

}  // namespace neucasl::cli
