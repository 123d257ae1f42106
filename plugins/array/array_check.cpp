#include "array_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/disjoint_sets.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::ArrayProblem;
using plugin::ArraySources;

/// Products of three numbers of this size, summed over an array, stay finite.
constexpr double largest = 1e90;

/// 0, or a number whose reciprocal is as harmless as itself.
bool is_resistance(double x) { return x == 0.0 || (x >= 1.0 / largest && x <= largest); }

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

[[noreturn]] void fail(const char* code, const std::string& message, const char* remedy) {
  throw base::Error(std::string("array.") + code, message, remedy);
}

std::string size_text(const ArrayProblem& problem) {
  return "an array of " + std::to_string(problem.rows) + " rows and " +
         std::to_string(problem.columns) + " columns has ";
}

void check_cells(const ArrayProblem& problem) {
  const auto valid = [](double x) { return x >= 0.0 && x <= largest; };
  // Counting, unlike searching, is vectorised; a comparison with NaN fails as it should.
  std::size_t invalid = 0;
  for (const double g : problem.conductance) {
    invalid += g >= 0.0 && g <= largest ? 0 : 1;
  }
  if (invalid == 0) return;
  const auto bad = std::find_if_not(problem.conductance.begin(), problem.conductance.end(), valid);
  const auto at = static_cast<std::size_t>(bad - problem.conductance.begin());
  fail("conductance",
       "conductance " + number(*bad) + " S at row " + std::to_string(at / problem.columns) +
           ", column " + std::to_string(at % problem.columns) + " is not valid",
       "give conductances from 0 to 1e90 S (indices count from 0)");
}

void check_end(const ArrayProblem& problem, std::span<const double> end, std::size_t lines,
               const char* side, const char* line) {
  if (!end.empty() && end.size() != lines) {
    fail("size",
         size_text(problem) + std::to_string(end.size()) + " resistances of its " + side + " ends",
         "give one a wire");
  }
  for (std::size_t k = 0; k < end.size(); ++k) {
    if (is_resistance(end[k]) || end[k] == std::numeric_limits<double>::infinity()) continue;
    fail("resistance",
         "resistance " + number(end[k]) + " ohm of the " + side + " end of " + line + " " +
             std::to_string(k) + " is not valid",
         "give 0 ohm or 1e-90 to 1e90 ohm; infinite is a floating end");
  }
}

void check_held_twice(double segment, std::span<const double> first, std::span<const double> last,
                      const char* line) {
  if (segment > 0.0 || last.empty() || first.size() != last.size()) return;
  for (std::size_t k = 0; k < last.size(); ++k) {
    if (first[k] > 0.0 || last[k] > 0.0) continue;
    fail("short",
         std::string(line) + " " + std::to_string(k) +
             " is an ideal wire between two ideal sources, whose currents have no value",
         "give the wire or one of its ends a resistance");
  }
}

/// Ends with their defaults: `value` where nothing is given.
std::vector<double> with_default(std::span<const double> end, std::size_t lines, double value) {
  if (end.empty()) return std::vector<double>(lines, value);
  return {end.begin(), end.end()};
}

void check_connection(const ArrayProblem& problem, const std::vector<double>& left,
                      const std::vector<double>& right, const std::vector<double>& top,
                      const std::vector<double>& bottom) {
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  const std::size_t ground = rows + columns;
  // Connected wires: rows first, then columns, and last the potentials.
  base::DisjointSets parts(ground + 1);
  const auto grounded = [](double first, double last) {
    return std::isfinite(first) || std::isfinite(last);
  };
  std::size_t floating = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    grounded(left[i], right[i]) ? parts.join(i, ground) : void(++floating);
  }
  for (std::size_t j = 0; j < columns; ++j) {
    grounded(top[j], bottom[j]) ? parts.join(rows + j, ground) : void(++floating);
  }
  if (floating == 0) return;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      if (problem.conductance[i * columns + j] > 0.0) parts.join(i, rows + j);
    }
  }
  for (std::size_t k = 0; k < ground; ++k) {
    if (parts.same(k, ground)) continue;
    fail("floating",
         (k < rows ? "row " + std::to_string(k) : "column " + std::to_string(k - rows)) +
             " has no connection to a potential: both its ends float, and no path through cells "
             "leads to a wire with an end that does not",
         "give one of its ends a finite resistance, or close a cell (indices count from 0)");
  }
}

void check_values(std::span<const double> values, std::size_t expected, std::size_t count,
                  const char* what, std::size_t rows, std::size_t columns, const char* unit) {
  if (values.empty()) return;
  if (values.size() != expected * count) {
    fail("size",
         std::to_string(count) + " inputs of " + std::to_string(expected) + " " + what + " have " +
             std::to_string(values.size()) + " values",
         "give one value for each of them and each input");
  }
  const auto bad = std::find_if_not(values.begin(), values.end(),
                                    [](double x) { return std::abs(x) <= largest; });
  if (bad == values.end()) return;
  const auto at = static_cast<std::size_t>(bad - values.begin());
  const std::size_t k = at % expected;
  std::string place;
  if (rows > 0) place += " at row " + std::to_string(columns > 0 ? k / columns : k);
  if (columns > 0) {
    place +=
        rows > 0 ? ", column " + std::to_string(k % columns) : " at column " + std::to_string(k);
  }
  fail("input",
       "value " + number(*bad) + " " + unit + " of the " + what + " of input " +
           std::to_string(at / expected) + place + " is not finite or too large",
       "give values of at most 1e90 (indices count from 0)");
}

}  // namespace

void check_options(const plugin::ArraySolveOptions& options) {
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
  if (problem.rows == 0 || problem.columns == 0 ||
      problem.conductance.size() / problem.columns != problem.rows ||
      problem.conductance.size() % problem.columns != 0) {
    fail("size", size_text(problem) + std::to_string(problem.conductance.size()) + " conductances",
         "give rows x columns conductances and at least one row and column");
  }
  if (!is_resistance(problem.row_segment_resistance) ||
      !is_resistance(problem.column_segment_resistance)) {
    fail("resistance",
         "segment resistance " + number(problem.row_segment_resistance) + " ohm (row), " +
             number(problem.column_segment_resistance) + " ohm (column) is not valid",
         "give 0 ohm or 1e-90 to 1e90 ohm");
  }
  check_cells(problem);
  const plugin::ArrayEnds& ends = problem.ends;
  check_end(problem, ends.left, problem.rows, "left", "row");
  check_end(problem, ends.right, problem.rows, "right", "row");
  check_end(problem, ends.top, problem.columns, "top", "column");
  check_end(problem, ends.bottom, problem.columns, "bottom", "column");
  if (ends.left.empty() && ends.right.empty() && ends.top.empty() && ends.bottom.empty()) return;
  const double infinite = std::numeric_limits<double>::infinity();
  const auto left = with_default(ends.left, problem.rows, 0.0);
  const auto right = with_default(ends.right, problem.rows, infinite);
  const auto top = with_default(ends.top, problem.columns, infinite);
  const auto bottom = with_default(ends.bottom, problem.columns, 0.0);
  check_held_twice(problem.row_segment_resistance, left, right, "row");
  check_held_twice(problem.column_segment_resistance, top, bottom, "column");
  check_connection(problem, left, right, top, bottom);
}

void check_sources(const ArrayProblem& problem, const ArraySources& s) {
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  const std::size_t cells = rows * columns;
  check_values(s.left, rows, s.count, "potentials of left ends", rows, 0, "V");
  check_values(s.right, rows, s.count, "potentials of right ends", rows, 0, "V");
  check_values(s.top, columns, s.count, "potentials of top ends", 0, columns, "V");
  check_values(s.bottom, columns, s.count, "potentials of bottom ends", 0, columns, "V");
  check_values(s.row_current, cells, s.count, "currents into row wires", rows, columns, "A");
  check_values(s.column_current, cells, s.count, "currents into column wires", rows, columns, "A");
  check_values(s.start, cells, s.count, "start voltages", rows, columns, "V");
}

void fail_stalled(double residual, double error, int iterations, double tolerance) {
  fail("stalled",
       "relative residual " + number(residual) + " (estimated error " + number(error) +
           " of the voltages) after " + std::to_string(iterations) +
           " iterations does not meet the tolerance " + number(tolerance),
       "allow more iterations or a larger tolerance");
}

}  // namespace neucasl::array_plugin
