#pragma once

#include <string>
#include <vector>

#include "neucasl/cells/standard_cells.hpp"
#include "neucasl/logic/cell_library.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// Tables of delay, transition and energy of standard cells, by circuit simulation.
///
/// The input under test is a ramp from rail to rail, as long as the table's transition; the output
/// has a capacitor. An input that acts in both senses (of XOR, XNOR, MUX) has one arc for each.
/// Where several states of the other inputs give an arc, delay and transition are those of the
/// slowest, energies the mean.

namespace neucasl::cells {

/// What is typical of a technology: the axes of its tables are multiples of these.
struct CellScale {
  double input_capacitance = 0.0;  ///< F, of INV_X1
  double transition = 0.0;         ///< s, of an INV_X1 that drives four like itself
  double delay = 0.0;              ///< s, of the same, mean of both directions
};

/// \throws base::Error "cells.characterization" when the inverter does not switch from rail to
/// rail; what the simulator throws.
NEUCASL_EXPORT CellScale measure_scale(const TransistorPair& pair,
                                       plugin::CircuitSimulator& simulator,
                                       plugin::Context& context);

/// Points of all tables of a cell of drive strength 1; loads of others are as many times larger.
struct CharacterizationGrid {
  std::vector<double> transition;  ///< s
  std::vector<double> load;        ///< F
};
/// Five by five: transitions 0.25 to 6 times, loads 1 to 20 times the scale.
NEUCASL_EXPORT CharacterizationGrid grid_of(const CellScale& scale);
/// Two by two, enough to choose between cells.
NEUCASL_EXPORT CharacterizationGrid coarse_grid_of(const CellScale& scale);

/// Characterises some cells (latches have no tables: they are no part of a logic::CellLibrary).
/// \throws base::Error "cells.characterization" when an output does not reach its rail, naming cell
/// and input; what the simulator throws. base::Cancelled. Values have four digits.
NEUCASL_EXPORT std::vector<logic::Cell> characterize(const TransistorPair& pair,
                                                     const std::vector<StandardCell>& cells,
                                                     const CharacterizationGrid& grid,
                                                     plugin::CircuitSimulator& simulator,
                                                     plugin::Context& context);

/// The same as a library. Its origin names the simulator and contains `identity_of` the pair.
NEUCASL_EXPORT logic::CellLibrary characterize_library(const std::string& name,
                                                       const TransistorPair& pair,
                                                       const std::vector<StandardCell>& cells,
                                                       const CharacterizationGrid& grid,
                                                       plugin::CircuitSimulator& simulator,
                                                       plugin::Context& context);

/// The library was made from these cards, sizes and supply.
NEUCASL_EXPORT bool fits(const logic::CellLibrary& library, const TransistorPair& pair,
                         const device::Library& cards);

}  // namespace neucasl::cells
