#pragma once

#include "logic_rows.hpp"
#include "neucasl/cells/logic_design.hpp"

/// \file
/// Surroundings of a mapped netlist.

namespace neucasl::cells {

/// Load and input transition of the request, or what stands for their zeros.
logic::TimingOptions surroundings(const LogicTask& task, const logic::CellLibrary& library);

}  // namespace neucasl::cells
