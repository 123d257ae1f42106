#include "line_currents.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace neucasl::array_plugin {
namespace {

double at(std::span<const double> values, std::size_t k) {
  return values.empty() ? 0.0 : values[k];
}

/// The wires that meet at one node: the sum of their conductances, and of these times the voltage
/// of the node over the other ends of the wires. Nodes of a line are `step` apart.
struct NodeWires {
  double conductance = 0.0;
  double current = 0.0;
};
NodeWires wires_at(const WireEnds& wire, std::span<const double> line, std::size_t at,
                   std::size_t step, std::size_t k, std::size_t nodes, double first_volt,
                   double last_volt, double volt) {
  NodeWires sum;
  const auto add = [&](double resistance, double other) {
    sum.conductance += 1.0 / resistance;
    sum.current += (volt - other) / resistance;
  };
  add(wire.segment + (k > 0 ? 0.0 : wire.first), k > 0 ? line[at - step] : first_volt);
  add(wire.segment + (k + 1 < nodes ? 0.0 : wire.last),
      k + 1 < nodes ? line[at + step] : last_volt);
  return sum;
}

/// Currents and power of one wire, whose node k gives current(k) to its cells.
template <class Current>
void finish_wire(const WireEnds& wire, double first_volt, double last_volt, std::size_t nodes,
                 const Current& current, double& first, double& last, double& wires, double& ends) {
  const double through = wire.through(first_volt, last_volt, nodes);
  first = through;
  last = -through;
  for (std::size_t k = 0; k < nodes; ++k) {
    const double share = wire.first_share(k, nodes);
    first += share * current(k);
    last += (1.0 - share) * current(k);
  }
  if (std::isinf(wire.first) && std::isinf(wire.last)) first = last = 0.0;
  // Along the wire the current falls by what the cells take.
  double flow = first;
  double squares = first * first + last * last;
  for (std::size_t k = 0; k + 1 < nodes; ++k) {
    flow -= current(k);
    squares += flow * flow;
  }
  wires += wire.segment * squares;
  // No current flows at a floating end.
  if (std::isfinite(wire.first)) ends += wire.first * first * first;
  if (std::isfinite(wire.last)) ends += wire.last * last * last;
}

std::vector<double> or_default(std::span<const double> given, std::size_t count, double value) {
  if (given.empty()) return std::vector<double>(count, value);
  return {given.begin(), given.end()};
}

}  // namespace

double WireEnds::first_share(std::size_t k, std::size_t nodes) const {
  if (std::isinf(first)) return std::isinf(last) ? 0.5 : 0.0;
  if (std::isinf(last)) return 1.0;
  return (last + static_cast<double>(nodes - k) * segment) / total(nodes);
}

double WireEnds::through(double first_volt, double last_volt, std::size_t nodes) const {
  const double resistance = total(nodes);
  return std::isinf(resistance) ? 0.0 : (first_volt - last_volt) / resistance;
}

ProblemWires::ProblemWires(const plugin::ArrayProblem& problem)
    : row_segment_(problem.row_segment_resistance),
      column_segment_(problem.column_segment_resistance),
      left_(or_default(problem.ends.left, problem.rows, 0.0)),
      right_(or_default(problem.ends.right, problem.rows, std::numeric_limits<double>::infinity())),
      top_(or_default(problem.ends.top, problem.columns, std::numeric_limits<double>::infinity())),
      bottom_(or_default(problem.ends.bottom, problem.columns, 0.0)) {
  for (std::size_t j = 0; j < problem.columns; ++j) {
    only_bottom_ = only_bottom_ && std::isinf(top_[j]) && std::isfinite(bottom_[j]);
  }
}

std::vector<double> cell_currents(const plugin::ArrayProblem& problem, const ProblemWires& wires,
                                  const plugin::ArraySources& s,
                                  std::span<const double> row_voltage,
                                  std::span<const double> column_voltage) {
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  std::vector<double> current(rows * columns);
  const bool column_wires = problem.column_segment_resistance > 0.0;
  const bool row_wires = problem.row_segment_resistance > 0.0;
  const double least = strong_conductance(problem);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t k = i * columns + j;
      const double g = problem.conductance[k];
      current[k] = g * (row_voltage[k] - column_voltage[k]);
      if (g < least) continue;
      if (column_wires) {
        const NodeWires w = wires_at(wires.column(j), column_voltage, k, columns, i, rows,
                                     at(s.top, j), at(s.bottom, j), row_voltage[k]);
        if (g > w.conductance) {
          current[k] = g * (w.current - at(s.column_current, k)) / (g + w.conductance);
          continue;
        }
      }
      if (!row_wires) continue;
      const NodeWires w = wires_at(wires.row(i), row_voltage, k, 1, j, columns, at(s.left, i),
                                   at(s.right, i), column_voltage[k]);
      if (g > w.conductance) {
        current[k] = g * (at(s.row_current, k) - w.current) / (g + w.conductance);
      }
    }
  }
  return current;
}

double strong_conductance(const plugin::ArrayProblem& problem) {
  const double largest =
      std::max(problem.row_segment_resistance, problem.column_segment_resistance);
  return largest > 0.0 ? 1.0 / largest : std::numeric_limits<double>::infinity();
}

EndCurrents end_currents(const plugin::ArrayProblem& problem, const ProblemWires& wires,
                         const plugin::ArraySources& s, std::span<const double> row_voltage,
                         std::span<const double> column_voltage) {
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  EndCurrents result{std::vector<double>(rows),
                     std::vector<double>(rows),
                     std::vector<double>(columns),
                     std::vector<double>(columns),
                     {}};
  plugin::ArrayPower& power = result.power;
  const std::vector<double> cells = cell_currents(problem, wires, s, row_voltage, column_voltage);
  const auto cell = [&](std::size_t k) { return cells[k]; };
  for (std::size_t k = 0; k < rows * columns; ++k) {
    power.cells += cell(k) * (row_voltage[k] - column_voltage[k]);
    power.delivered +=
        at(s.row_current, k) * row_voltage[k] + at(s.column_current, k) * column_voltage[k];
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const auto current = [&](std::size_t j) {
      const std::size_t k = i * columns + j;
      return cell(k) - at(s.row_current, k);
    };
    finish_wire(wires.row(i), at(s.left, i), at(s.right, i), columns, current, result.left[i],
                result.right[i], power.row_wires, power.ends);
    power.delivered += at(s.left, i) * result.left[i] + at(s.right, i) * result.right[i];
  }
  for (std::size_t j = 0; j < columns; ++j) {
    const auto current = [&](std::size_t i) {
      const std::size_t k = i * columns + j;
      return -cell(k) - at(s.column_current, k);
    };
    finish_wire(wires.column(j), at(s.top, j), at(s.bottom, j), rows, current, result.top[j],
                result.bottom[j], power.column_wires, power.ends);
    power.delivered += at(s.top, j) * result.top[j] + at(s.bottom, j) * result.bottom[j];
  }
  return result;
}

}  // namespace neucasl::array_plugin
