#include "line_currents.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace neucasl::array_plugin {
namespace {

/// Of the conductance of a segment.
constexpr double strong = 0.01;

double at(std::span<const double> values, std::size_t k) {
  return values.empty() ? 0.0 : values[k];
}

/// Current out of node k of a wire along it, A; its nodes are `step` apart from `begin` on. An
/// ideal wire is one node, and one on an ideal source has no law to obey.
double current_along(const WireEnds& wire, std::span<const double> volts, std::size_t begin,
                     std::size_t step, std::size_t k, std::size_t nodes, double first_volt,
                     double last_volt) {
  const double volt = volts[begin + k * step];
  double sum = 0.0;
  const auto add = [&](double resistance, double other) {
    if (resistance > 0.0) sum += (volt - other) / resistance;
  };
  k > 0 ? add(wire.segment, volts[begin + (k - 1) * step])
        : add(wire.segment + wire.first, first_volt);
  k + 1 < nodes ? add(wire.segment, volts[begin + (k + 1) * step])
                : add(wire.segment + wire.last, last_volt);
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

NodeResiduals node_residuals(const plugin::ArrayProblem& problem, const ProblemWires& wires,
                             const plugin::ArraySources& s, const NodeVoltages& voltages) {
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  NodeResiduals result{std::vector<double>(rows * columns), std::vector<double>(rows * columns)};
  for (std::size_t i = 0; i < rows; ++i) {
    const WireEnds row = wires.row(i);
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t k = i * columns + j;
      const double current = problem.conductance[k] * (voltages.row[k] - voltages.column[k]);
      result.row[k] = at(s.row_current, k) - current -
                      current_along(row, voltages.row, i * columns, 1, j, columns, at(s.left, i),
                                    at(s.right, i));
      result.column[k] = at(s.column_current, k) + current -
                         current_along(wires.column(j), voltages.column, j, columns, i, rows,
                                       at(s.top, j), at(s.bottom, j));
    }
  }
  return result;
}

double strong_conductance(const plugin::ArrayProblem& problem) {
  const double largest =
      std::max(problem.row_segment_resistance, problem.column_segment_resistance);
  return largest > 0.0 ? strong / largest : std::numeric_limits<double>::infinity();
}

EndCurrents end_currents(const plugin::ArrayProblem& problem, const ProblemWires& wires,
                         const plugin::ArraySources& s, const NodeVoltages& voltages) {
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  EndCurrents result{std::vector<double>(rows),
                     std::vector<double>(rows),
                     std::vector<double>(columns),
                     std::vector<double>(columns),
                     {}};
  plugin::ArrayPower& power = result.power;
  const auto cell = [&](std::size_t k) { return problem.conductance[k] * voltages.across(k); };
  for (std::size_t k = 0; k < rows * columns; ++k) {
    power.cells += cell(k) * voltages.across(k);
    power.delivered +=
        at(s.row_current, k) * voltages.row[k] + at(s.column_current, k) * voltages.column[k];
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
