#include <charconv>
#include <cmath>
#include <iostream>
#include <limits>

#include "command.hpp"
#include "neucasl/base/file.hpp"

namespace neucasl::cli {
namespace {

using base::Error;

struct CsvMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
};

/// Numbers separated by commas, one row a line; empty lines and lines that begin with '#' are
/// skipped. "inf" is accepted.
CsvMatrix read_csv(const std::string& file) {
  const std::string text = base::read_file(file);
  CsvMatrix matrix;
  std::size_t begin = 0;
  for (std::uint32_t line = 1; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const char* position = text.data() + begin;
    const char* const last = text.data() + end;
    const auto skip = [&] {
      while (position < last && (*position == ' ' || *position == '\t' || *position == '\r')) {
        ++position;
      }
    };
    skip();
    if (position < last && *position != '#') {
      std::size_t columns = 0;
      for (;;) {
        skip();
        if (position < last && *position == '+') ++position;
        double value = 0.0;
        const auto [next, code] = std::from_chars(position, last, value);
        const auto column = static_cast<std::uint32_t>(position - (text.data() + begin)) + 1;
        if (code != std::errc{} || std::isnan(value)) {
          throw Error("cli.csv", "this is not a number", "write numbers separated by commas",
                      {file, line, column});
        }
        matrix.values.push_back(value);
        ++columns;
        position = next;
        skip();
        if (position >= last) break;
        if (*position != ',') {
          throw Error("cli.csv", "a comma is missing", "write numbers separated by commas",
                      {file, line, static_cast<std::uint32_t>(position - text.data() - begin) + 1});
        }
        ++position;
      }
      if (matrix.rows > 0 && columns != matrix.columns) {
        throw Error("cli.csv",
                    "this row has " + std::to_string(columns) + " values, the first one " +
                        std::to_string(matrix.columns),
                    "give all rows the same length", {file, line, 1});
      }
      matrix.columns = columns;
      ++matrix.rows;
    }
    begin = end + 1;
  }
  if (matrix.rows == 0) throw Error("cli.csv", "the file holds no numbers", "", {file, 0, 0});
  return matrix;
}

/// values(index) for `rows` x `columns`.
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

std::vector<double> conductances(const CsvMatrix& resistance, const std::string& file) {
  std::vector<double> result;
  for (std::size_t k = 0; k < resistance.values.size(); ++k) {
    const double r = resistance.values[k];
    if (!(r > 0.0)) {
      throw Error("array.conductance",
                  "the resistance at row " + std::to_string(k / resistance.columns) + ", column " +
                      std::to_string(k % resistance.columns) + " is " + base::shortest(r) + " ohm",
                  "give positive resistances; inf is an open cell", {file, 0, 0});
    }
    result.push_back(1.0 / r);
  }
  return result;
}

}  // namespace

int solve_array(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()("resistance-csv", options::value<std::string>()->required(),
                            "cell resistances in ohm, rows x columns; inf: open cell")(
      "input-csv", options::value<std::string>()->required(),
      "row voltages in V: one line a row, one column an input vector")(
      "wire-resistance", options::value<std::string>()->default_value("0 ohm"),
      "resistance of a wire segment of rows and columns")(
      "row-wire-resistance", options::value<std::string>(), "of a row segment")(
      "column-wire-resistance", options::value<std::string>(), "of a column segment")(
      "out", options::value<std::string>()->required(),
      "column currents in A: one line a column, one column an input vector")(
      "row-voltage-csv", options::value<std::string>(),
      "where to write the row wire voltages of the first input, rows x columns")(
      "column-voltage-csv", options::value<std::string>(),
      "where to write the column wire voltages of the first input, rows x columns")(
      "tolerance", options::value<double>()->default_value(1e-12), "relative residual")(
      "solver", options::value<std::string>()->default_value("array"), "plugin");
  const Parsed parsed("array solve", description, {}, arguments);
  const std::string& resistance_file = parsed.text("resistance-csv");
  const CsvMatrix resistance = read_csv(resistance_file);
  const CsvMatrix input = read_csv(parsed.text("input-csv"));
  if (input.rows != resistance.rows) {
    throw Error("array.size",
                "there are " + std::to_string(input.rows) + " row voltages for " +
                    std::to_string(resistance.rows) + " rows",
                "give one line a row", {parsed.text("input-csv"), 0, 0});
  }
  const auto wire = [&](const std::string& option) {
    const std::string name = parsed.has(option) ? option : "wire-resistance";
    return base::parse_si(parsed.text(name), base::dimension::resistance, {"--" + name, 0, 0});
  };
  const std::vector<double> conductance = conductances(resistance, resistance_file);
  std::vector<double> voltages(input.values.size());
  for (std::size_t i = 0; i < input.rows; ++i) {
    for (std::size_t k = 0; k < input.columns; ++k) {
      voltages[k * input.rows + i] = input.values[i * input.columns + k];
    }
  }
  const auto simulator = session.host->make_circuit_simulator(
      session.host->find(parsed.text("solver"), plugin::PluginKind::circuit_simulator));
  const plugin::ArraySolver* solver = simulator->array_solver();
  if (!solver) {
    throw Error("cli.usage", "plugin '" + parsed.text("solver") + "' has no array solver",
                "use --solver array");
  }
  plugin::ArraySolveOptions solve_options;
  solve_options.tolerance = parsed.get<double>("tolerance");
  solve_options.node_voltages = parsed.has("row-voltage-csv") || parsed.has("column-voltage-csv");
  const plugin::ArraySolution solution =
      solver->solve({resistance.rows, resistance.columns, conductance, wire("row-wire-resistance"),
                     wire("column-wire-resistance")},
                    voltages, input.columns, solve_options);
  const std::size_t columns = resistance.columns;
  write_csv(parsed.text("out"), columns, input.columns,
            [&](std::size_t j, std::size_t k) { return solution.column_current[k * columns + j]; });
  const auto write_voltages = [&](const char* option, const std::vector<double>& values) {
    if (!parsed.has(option)) return;
    write_csv(parsed.text(option), resistance.rows, columns,
              [&](std::size_t i, std::size_t j) { return values[i * columns + j]; });
  };
  write_voltages("row-voltage-csv", solution.row_voltage);
  write_voltages("column-voltage-csv", solution.column_voltage);
  if (parsed.json()) {
    std::cout << io::summary_json({{"rows", static_cast<double>(resistance.rows)},
                                   {"columns", static_cast<double>(columns)},
                                   {"inputs", static_cast<double>(input.columns)},
                                   {"iterations", static_cast<double>(solution.iterations)},
                                   {"residual", solution.residual},
                                   {"method", solver->method()}});
  } else {
    std::cout << resistance.rows << " x " << columns << " array, " << solution.iterations
              << " iterations, relative residual " << base::shortest(solution.residual) << '\n';
  }
  return done;
}

}  // namespace neucasl::cli
