#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/cells/characterization.hpp"
#include "neucasl/cells/logic_design.hpp"

/// \file
/// Where the tables of cells come from.

namespace neucasl::cells {

struct CellTables {
  logic::CellLibrary library;
  std::string method;  ///< For people: which file, or which simulator.
};

/// The file that the parameter `library` names, or one beside the n card that fits; nothing when
/// there is none or new tables are asked for. Cells that are no standard cells are left out.
/// \throws base::Error "cells.library" when the named file does not fit the pair; "liberty.*".
std::optional<CellTables> tables_from_file(const LogicTask& task);

/// The first file beside the n card that has tables of all standard cells, whatever their
/// transistors, scaled so that its inverter has this capacitance and delay: good enough to choose
/// between cells.
std::optional<CellTables> scaled_tables(const LogicTask& task, const CellScale& scale);

/// Simulates the cells.
CellTables new_tables(const LogicTask& task, const std::vector<StandardCell>& cells,
                      const CharacterizationGrid& grid);

/// All standard cells; flip-flops only for a network with latches, or for a whole library.
std::vector<StandardCell> candidates(const LogicTask& task);
bool whole_library(const LogicTask& task);

}  // namespace neucasl::cells
