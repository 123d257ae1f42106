#include "array_input.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "csv_matrix.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/plugin/array_analysis.hpp"

namespace neucasl::cli {
namespace {

using base::Error;

constexpr double floating_end = std::numeric_limits<double>::infinity();

double conductance_of(double resistance, std::size_t row, std::size_t column,
                      const base::Location& place) {
  if (resistance > 0.0) return 1.0 / resistance;
  throw Error("array.conductance",
              "the resistance at row " + std::to_string(row) + ", column " +
                  std::to_string(column) + " is " + base::shortest(resistance) + " ohm",
              "give positive resistances; inf is an open cell", place);
}

double resistance_option(const Parsed& parsed, const std::string& name) {
  const std::string& text = parsed.text(name);
  if (text == "floating") return floating_end;
  return base::parse_si(text, base::dimension::resistance, {"--" + name, 0, 0});
}

/// Wires of a list such as "0,4-7".
std::vector<std::size_t> wires_of(const Parsed& parsed, const std::string& name,
                                  std::size_t count) {
  std::vector<std::size_t> wires;
  if (!parsed.has(name)) return wires;
  const std::string& text = parsed.text(name);
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto fail = [&](const std::string& what) {
    throw Error("cli.usage", what, "give wires, counted from 0, as in 0,4-7", {"--" + name, 0, 0});
  };
  const auto number = [&] {
    std::size_t value = 0;
    const auto [next, code] = std::from_chars(at, end, value);
    if (code != std::errc{}) fail("'" + text + "' is no list of wires");
    if (value >= count) fail("there is no wire " + std::to_string(value));
    at = next;
    return value;
  };
  for (;;) {
    const std::size_t first = number();
    std::size_t last = first;
    if (at < end && *at == '-') {
      ++at;
      last = number();
    }
    if (last < first) fail("'" + text + "' has a range that ends before it begins");
    for (std::size_t k = first; k <= last; ++k) wires.push_back(k);
    if (at == end) return wires;
    if (*at != ',') fail("'" + text + "' is no list of wires");
    ++at;
  }
}

}  // namespace

void add_array_options(options::options_description& description) {
  const auto text = [] { return options::value<std::string>(); };
  description.add_options()("resistance-csv", text()->required(),
                            "cell resistances in ohm, rows x columns; inf: open cell")(
      "access-resistance", text(),
      "resistance in series with every cell: a switched-on access device")(
      "wire-resistance", text()->default_value("0 ohm"),
      "resistance of a wire segment of rows and columns")(
      "row-wire-resistance", text(), "of a row segment")("column-wire-resistance", text(),
                                                         "of a column segment")(
      "left-resistance", text()->default_value("0 ohm"),
      "series resistance of the left ends of the rows beyond the last segment, or 'floating'")(
      "right-resistance", text()->default_value("floating"), "of their right ends")(
      "top-resistance", text()->default_value("floating"), "of the top ends of the columns")(
      "bottom-resistance", text()->default_value("0 ohm"), "of their bottom ends")(
      "floating-rows", text(), "rows both of whose ends float, as in 0,4-7")(
      "floating-columns", text(), "columns both of whose ends float")(
      "tolerance", options::value<double>()->default_value(1e-12, "1e-12"), "relative residual")(
      "max-iterations", options::value<int>()->default_value(10000),
      "iterations after which the solve fails")("jobs", options::value<int>()->default_value(1),
                                                "threads")(
      "single-precision", "iterate in single precision and refine to the same tolerance")(
      "solver", text()->default_value("array"), "plugin")("quiet", options::bool_switch(),
                                                          "print no progress");
}

ArrayInput::ArrayInput(const Session& session, const Parsed& parsed) {
  const std::string& file = parsed.text("resistance-csv");
  const CsvMatrix resistance = read_csv(file);
  rows_ = resistance.rows;
  columns_ = resistance.columns;
  conductance_.reserve(resistance.values.size());
  for (std::size_t k = 0; k < resistance.values.size(); ++k) {
    conductance_.push_back(conductance_of(resistance.values[k], k / columns_, k % columns_,
                                          {file, resistance.lines[k / columns_], 0}));
  }
  if (parsed.has("access-resistance")) {
    access_.assign(rows_, resistance_option(parsed, "access-resistance"));
    conductance_ = plugin::with_access_devices(rows_, columns_, conductance_, access_);
  }
  const auto wire = [&](const std::string& option) {
    const std::string name = parsed.has(option) ? option : "wire-resistance";
    return base::parse_si(parsed.text(name), base::dimension::resistance, {"--" + name, 0, 0});
  };
  row_segment_ = wire("row-wire-resistance");
  column_segment_ = wire("column-wire-resistance");
  left_.assign(rows_, resistance_option(parsed, "left-resistance"));
  right_.assign(rows_, resistance_option(parsed, "right-resistance"));
  top_.assign(columns_, resistance_option(parsed, "top-resistance"));
  bottom_.assign(columns_, resistance_option(parsed, "bottom-resistance"));
  for (const std::size_t k : wires_of(parsed, "floating-rows", rows_)) {
    left_[k] = right_[k] = floating_end;
  }
  for (const std::size_t k : wires_of(parsed, "floating-columns", columns_)) {
    top_[k] = bottom_[k] = floating_end;
  }
  options_.tolerance = parsed.get<double>("tolerance");
  options_.max_iterations = parsed.get<int>("max-iterations");
  options_.threads = parsed.get<int>("jobs");
  options_.single_precision = parsed.has("single-precision");
  options_.cancel = session.cancel;
}

plugin::ArrayProblem ArrayInput::problem() const {
  return {rows_,        columns_,        conductance_,
          row_segment_, column_segment_, {left_, right_, top_, bottom_}};
}

std::vector<plugin::CellChange> ArrayInput::changes(const std::string& file) const {
  const CsvMatrix table = read_csv(file);
  if (table.columns != 3) {
    throw Error("cli.csv", "a line has " + std::to_string(table.columns) + " values",
                "give row, column and resistance in ohm of each changed cell",
                {file, table.lines.front(), 1});
  }
  std::vector<plugin::CellChange> changes;
  changes.reserve(table.rows);
  for (std::size_t k = 0; k < table.rows; ++k) {
    const double row = table.values[3 * k];
    const double column = table.values[3 * k + 1];
    const auto index = [&](double value, std::size_t count) {
      if (value >= 0.0 && value < static_cast<double>(count) && std::floor(value) == value) {
        return static_cast<std::size_t>(value);
      }
      throw Error("array.change",
                  "row " + base::shortest(row) + ", column " + base::shortest(column) +
                      " is not in the array",
                  "count from 0", {file, table.lines[k], 1});
    };
    const std::size_t i = index(row, rows_);
    const std::size_t j = index(column, columns_);
    double g = conductance_of(table.values[3 * k + 2], i, j, {file, table.lines[k], 0});
    if (!access_.empty()) {
      g = plugin::with_access_devices(1, 1, std::vector<double>{g},
                                      std::vector<double>{access_[i]})[0];
    }
    changes.push_back({i, j, g});
  }
  return changes;
}

FoundSolver find_array_solver(Session& session, const Parsed& parsed) {
  FoundSolver found;
  found.owner = session.host->make_circuit_simulator(
      session.host->find(parsed.text("solver"), plugin::PluginKind::circuit_simulator));
  found.solver = found.owner->array_solver();
  if (!found.solver) {
    throw Error("cli.usage", "plugin '" + parsed.text("solver") + "' has no array solver",
                "use --solver array");
  }
  return found;
}

}  // namespace neucasl::cli
