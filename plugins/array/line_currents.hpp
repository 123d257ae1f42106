#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "line_system.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Currents at the ends of the wires and the power, from node voltages.
///
/// They follow from the currents i_k that a wire gives to its cells, by superposition: with X the
/// resistance of the whole wire from potential to potential and x_k that from the first potential
/// to node k,
///   I_first = (V_first - V_last) / X + sum_k i_k (X - x_k) / X,
///   I_last  = (V_last - V_first) / X + sum_k i_k x_k / X.
/// Unlike differences of neighbouring voltages over a small resistance, that loses no digits, and
/// it holds for ideal wires too.

namespace neucasl::array_plugin {

/// One wire: its segment and the series resistances of its ends, ohm.
struct WireEnds {
  double segment = 0.0;
  double first = 0.0;  ///< infinite: floating
  double last = 0.0;

  double total(std::size_t nodes) const {
    return first + last + static_cast<double>(nodes + 1) * segment;
  }
  /// The share of the current of node k that comes from the first end; the rest is the last end's.
  double first_share(std::size_t k, std::size_t nodes) const;
  /// Current from the first to the last end without any cell.
  double through(double first_volt, double last_volt, std::size_t nodes) const;
};

/// The wires of a problem with its defaults for ends that are not given.
class ProblemWires {
 public:
  explicit ProblemWires(const plugin::ArrayProblem& problem);

  Wires rows() const { return {row_segment_, left_, right_}; }
  Wires columns() const { return {column_segment_, top_, bottom_}; }
  WireEnds row(std::size_t i) const { return {row_segment_, left_[i], right_[i]}; }
  WireEnds column(std::size_t j) const { return {column_segment_, top_[j], bottom_[j]}; }
  /// Whether the bottom ends take the whole current of the columns.
  bool only_bottom() const { return only_bottom_; }

 private:
  double row_segment_;
  double column_segment_;
  std::vector<double> left_;
  std::vector<double> right_;
  std::vector<double> top_;
  std::vector<double> bottom_;
  bool only_bottom_ = true;
};

/// Cells of at least this conductance, S, join their wires so firmly that the difference of the
/// voltages loses digits.
double strong_conductance(const plugin::ArrayProblem& problem);

/// Voltages at the crossings, rows x columns, V. Each is the sum of a number and a small part that
/// its digits do not hold; without small parts these are empty.
struct NodeVoltages {
  std::span<const double> row, column;
  std::span<const double> small_row{}, small_column{};

  double across(std::size_t k) const {
    const double large = row[k] - column[k];
    return small_row.empty() ? large : large + (small_row[k] - small_column[k]);
  }
};

/// Currents, A, rows x columns, that lack for Kirchhoff's law, without the small parts. Since
/// differences of neighbouring voltages are exact, they are accurate to the digits of the currents.
/// Injected into the array they give the small parts of its voltages.
struct NodeResiduals {
  std::vector<double> row, column;
};
NodeResiduals node_residuals(const plugin::ArrayProblem& problem, const ProblemWires& wires,
                             const plugin::ArraySources& sources, const NodeVoltages& voltages);

/// Currents at the ends from the potentials into the wires, A, and the power of one input.
struct EndCurrents {
  std::vector<double> left;
  std::vector<double> right;
  std::vector<double> top;
  std::vector<double> bottom;
  plugin::ArrayPower power;
};

/// The sources are those of one input. Where there are strong cells, the small parts must be given.
EndCurrents end_currents(const plugin::ArrayProblem& problem, const ProblemWires& wires,
                         const plugin::ArraySources& sources, const NodeVoltages& voltages);

}  // namespace neucasl::array_plugin
