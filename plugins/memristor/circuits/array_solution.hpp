#pragma once

#include <functional>
#include <vector>

#include "neucasl/mapping/array_module.hpp"

/// \file
/// Node voltages of a crossbar with resistive wires, for the figures that a simulation is held
/// against. Rows are driven at column 0, columns are held at 0 V below the last row.
///
/// Kirchhoff's current law at each crossing; the tridiagonal systems of all row wires and of all
/// column wires are solved in turn (block Gauss-Seidel, Thomas' algorithm) until the voltages stand
/// still. Cells that are not linear enter by their chord conductance i/v, found anew until it
/// stands still too.

namespace neucasl::memristor_circuits {

struct ArrayProblem {
  std::size_t rows = 0;
  std::size_t columns = 0;
  double row_segment = 0.0;         ///< ohm; 0: ideal row wires
  double column_segment = 0.0;      ///< ohm; 0: ideal column wires
  std::vector<double> conductance;  ///< S, rows x columns, row-major
};

struct ArraySolution {
  std::vector<double> row_voltage;     ///< V at each crossing, rows x columns
  std::vector<double> column_voltage;  ///< V at each crossing
  std::vector<double> column_current;  ///< A, out of each column
};

/// \throws base::Error "memristor.solve" when the wires are so resistive that the sweeps do not
/// settle.
ArraySolution solve_array(const ArrayProblem& problem, const std::vector<double>& inputs);

/// Current (A) of cell k between these voltages.
using CellCurrent = std::function<double(std::size_t k, double row_voltage, double column_voltage)>;
/// As above with cells of any current law; `problem.conductance` holds first guesses.
ArraySolution solve_array(ArrayProblem problem, const std::vector<double>& inputs,
                          const CellCurrent& current);

/// Upper bound of what the wires take from the current of each column, A, for linear cells.
///
/// No node leaves the range of the driven voltages (maximum principle), so that no cell carries
/// more than G (largest - smallest voltage), and a segment no more than the cells behind it. The
/// drops along both wires of a cell, times G, bound what its current loses.
std::vector<double> wire_loss_bound(const ArrayProblem& problem, const std::vector<double>& inputs);

}  // namespace neucasl::memristor_circuits
