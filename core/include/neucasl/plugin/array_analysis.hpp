#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Reading one cell of an array: what the others add to its current, and what voltage they see.
///
/// Nouns. The *selected* cell is at the crossing of the selected row and column. A cell that shares
/// only its row or only its column is *half-selected*; all others are *unselected*. *Sneak current*
/// is the part of the sensed current that did not pass the selected cell. The *disturb voltage* is
/// the voltage across a cell that is not selected.
///
/// Source of the schemes V/2 and V/3: Y.-C. Chen et al., "An access-transistor-free (0T/1R)
/// non-volatile resistance random access memory (RRAM) using a novel threshold switching,
/// self-rectifying chalcogenide device", IEDM 2003, 37.4; with wires: J. Liang, H.-S. P. Wong,
/// "Cross-point memory array without cell selectors", IEEE Trans. Electron Devices 57, 2531 (2010).
/// The other schemes leave the unselected wires floating or at 0 V.

namespace neucasl::plugin {

/// Potentials of the unselected wires. The selected row is at V, the selected column at 0 V.
enum class BiasScheme {
  half,      ///< Rows and columns at V/2: half-selected cells see V/2, unselected ones 0.
  third,     ///< Rows at V/3, columns at 2V/3: every cell but the selected sees V/3.
  floating,  ///< Unselected wires have no connection.
  grounded   ///< Rows and columns at 0 V.
};

/// "half", "third", "floating" or "grounded".
/// \throws base::Error "array.scheme" for another name.
NEUCASL_EXPORT BiasScheme bias_scheme(std::string_view name);

/// The cell to read, with the voltage of its row in V.
struct CellSelection {
  std::size_t row = 0;
  std::size_t column = 0;
  double voltage = 0.0;
  BiasScheme scheme = BiasScheme::half;
};

/// Largest magnitude of the voltage across the cells of one kind, and where it is; without cells
/// of that kind 0 V and the row and column after the last.
struct DisturbVoltage {
  double voltage = 0.0;  ///< V, row wire over column wire
  std::size_t row = 0;
  std::size_t column = 0;
};

/// Currents in A, voltages in V.
struct CellReading {
  double sensed_current = 0.0;    ///< Out of the selected column's ends.
  double cell_current = 0.0;      ///< Through the selected cell.
  double sneak_current = 0.0;     ///< Sensed less cell current.
  double selected_voltage = 0.0;  ///< Across the selected cell.
  DisturbVoltage row_disturb;     ///< Half-selected on the selected row.
  DisturbVoltage column_disturb;  ///< Half-selected on the selected column.
  DisturbVoltage unselected;      ///< Neither.
  std::vector<double> disturb;    ///< Voltage across every cell, rows x columns.
  ArrayPower power;
  double residual = 0.0;
  double error = 0.0;
};

/// Reads a cell. The ends of the problem say where the potentials are applied: the scheme sets the
/// potential of all ends, and `floating` also takes the ends of the unselected wires away.
/// \throws base::Error "array.selection" for a cell that is not in the array or a voltage that is
/// not finite; what the solver throws.
NEUCASL_EXPORT CellReading read_cell(const ArraySolver& solver, const ArrayProblem& problem,
                                     const CellSelection& selection,
                                     const ArraySolveOptions& options);

/// Conductances of cells in series with access devices that are linear at the operating point: a
/// selected transistor of 1T1R cells, a selector of 1S1R cells. `access_resistance` is one a row
/// (one gate line a row), in ohm; infinite is a row that is switched off. G / (1 + G R), S.
/// \throws base::Error "array.size" for sizes that do not fit, "array.resistance" for a negative or
/// NaN resistance, with its row.
NEUCASL_EXPORT std::vector<double> with_access_devices(std::size_t rows, std::size_t columns,
                                                       std::span<const double> conductance,
                                                       std::span<const double> access_resistance);

}  // namespace neucasl::plugin
