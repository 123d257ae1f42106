#pragma once

#include "neucasl/cells/standard_cells.hpp"
#include "neucasl/logic/technology_mapping.hpp"

/// \file
/// Netlists of cells as designs, and back.
///
/// The top module has the ports of the netlist, "vdd" and "vss". Its attributes keep what names of
/// the netlist representation cannot: "name.NET" is the name of a port that is no identifier;
/// "state.INSTANCE" the name of what a flip-flop stores, "initial.INSTANCE" its first value.

namespace neucasl::cells {

/// An output that shares its net with an input or another output gets a cell BUF_X1.
ir::Design design_of(const logic::CellNetlist& netlist, const logic::CellLibrary& library,
                     const TransistorPair& pair);

/// Standard cells that the top module of such a design has instances of, each once, by name.
std::vector<StandardCell> cells_in(const ir::Design& design);

/// \throws base::Error "cells.library" when the library lacks a cell of the design.
logic::CellNetlist read_netlist(const ir::Design& design, const logic::CellLibrary& library);

}  // namespace neucasl::cells
