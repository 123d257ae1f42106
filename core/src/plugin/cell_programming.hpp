#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/plugin/analog_chip.hpp"
#include "neucasl/plugin/cell_state.hpp"

/// \file
/// What programming, time and faults make of the cells of a tile, from numbers that are drawn
/// elsewhere.

namespace neucasl::plugin {

/// \throws base::Error "device.drift" as `program_tile`.
void check_time(const ProgrammingModel& model, double time);

/// sigma of each target, S; empty with a lognormal spread.
std::vector<double> target_spreads(std::span<const double> target, const ProgrammingModel& model);

/// A target with its error, S. `normal` is standard normal; `sigma` is not used with a lognormal
/// spread.
double programmed_cell(const ProgrammingModel& model, double target, double sigma, double normal);

/// Drift up to `time`, by standard normal numbers of the cells.
void drift_cells(const ProgrammingModel& model, std::span<const double> target,
                 std::span<const double> normal, double time, std::span<double> conductance);

inline bool has_stuck_cells(const ProgrammingModel& model) {
  return model.stuck_on > 0.0 || model.stuck_off > 0.0;
}
/// By a uniform number: below stuck_on a cell is stuck on, below their sum stuck off.
CellState state_of(const ProgrammingModel& model, double uniform);

}  // namespace neucasl::plugin
