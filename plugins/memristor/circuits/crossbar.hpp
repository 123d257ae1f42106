#pragma once

#include "array_solution.hpp"
#include "cell.hpp"
#include "weights.hpp"

/// \file
/// The netlist of a crossbar of cells and of its readout: a handful of objects and value tables
/// whatever the size.

namespace neucasl::memristor_circuits {

struct CrossbarRequest {
  std::string name;
  std::size_t rows = 0;
  std::size_t columns = 0;
  double row_segment = 0.0;     ///< ohm; 0: ideal row wires
  double column_segment = 0.0;  ///< ohm; 0: ideal column wires
  std::vector<double> state;    ///< Of the memories, rows x columns.
  bool gate_per_row = false;    ///< Else all gates are one net.

  [[nodiscard]] mapping::ArrayWiring wiring() const {
    return {rows, columns, row_segment > 0.0, column_segment > 0.0};
  }
};

/// Ports row_wire and column_wire, numbered by `wiring()`, and gate (width 1 or rows) when the
/// cells have transistors. Cells are `cells[row][column]`.
ir::ModuleId add_crossbar(ir::Design& design, Elements& elements, const Cell& cell,
                          const CrossbarRequest& request);

/// Ports column (all columns, each held at 0 V), column_voltage (transresistance x current of each)
/// and output: the columns' voltages added by their gains, for each output. Ideal elements.
ir::ModuleId add_readout(ir::Design& design, Elements& elements, const std::string& name,
                         const EncodedWeights& weights, double transresistance);

/// Output voltages of such a readout, V, for these column currents.
std::vector<double> readout_voltages(const EncodedWeights& weights, double transresistance,
                                     const std::vector<double>& current);

/// States that give the cells these conductances.
std::vector<double> states_of(const Cell& cell, const std::vector<double>& conductance);

/// Currents of all columns, A, for these row voltages: ideal wires or not, linear cells or not.
ArraySolution solve_crossbar(const Cell& cell, const CrossbarRequest& request,
                             const std::vector<double>& conductance,
                             const std::vector<double>& row_voltages);

/// Upper bound of the difference between each column's current and the sum of conductance times
/// voltage, A: what the wires take (`wire_loss_bound`, times the steepest slope of the cells over
/// their conductance), and what the cells' current at the full voltage differs from
/// conductance times voltage.
std::vector<double> deviation_bound(const Cell& cell, const CrossbarRequest& request,
                                    const std::vector<double>& conductance,
                                    const std::vector<double>& row_voltages);

}  // namespace neucasl::memristor_circuits
