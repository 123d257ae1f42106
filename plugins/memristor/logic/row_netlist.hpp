#pragma once

#include "design_rules.hpp"
#include "neucasl/ir/design.hpp"

/// \file
/// The netlist of a row with the sources that carry out its schedule.
///
///     controller                     row
///     drive[k] --- column_switch k --- memristor k --- row wire --- row_switch --- row_drive
///     control[k] ----^                                     |
///                                                          +------- load_switch --- RG --- ground
///
/// A switch is a conductance between 1/open_resistance and 1/switch_resistance, linear in its
/// control voltage of 0 to 1 V. Drive and control of a cycle rise and fall together. Cell k is
/// `row.cells[0][k]`; its `initial_state` holds what was stored before the first cycle.

namespace neucasl::memristor_logic {

/// Modules "row", "controller" and, on top, the circuit named after the function. All cells hold
/// false at first.
ir::Design row_design(const Schedule& schedule, const RowDrive& drive, const std::string& device,
                      const std::string& name);

/// Names in the flat netlist.
std::string cell_element(Cell cell);
std::string state_node(Cell cell);

/// s, of all cycles; of one idle cycle when the schedule has none.
double schedule_time(const Schedule& schedule, const RowDrive& drive);

}  // namespace neucasl::memristor_logic
