#pragma once

#include "neucasl/cells/transistor_pair.hpp"
#include "neucasl/ir/design.hpp"
#include "neucasl/results/table.hpp"
#include "neucasl/variation/tubes.hpp"

/// \file
/// The share of made circuits in which no transistor is open or shorted.
///
/// A cell works when all its transistors do. *Uncorrelated*: each has its own tubes, and a stack of
/// k in the place of one works when none is open and not all are shorted: (1 - e^w)^k - s^k, with
/// e the probability of an empty place, w places and s = 1 - (1 - m)^w. *Correlated*: transistors
/// of one polarity in a cell lie on the same tubes, as long as the cell; with w places in the
/// narrowest and W in the widest they work with (1 - m)^W - e^w (1 - m)^(W - w), stacked or not.

namespace neucasl::cnt {

struct YieldModel {
  variation::TubeStatistics tubes;
  bool correlated = false;
  int stacked = 1;
};

/// Transistors of a cell by polarity: places of each, a stack counted once.
struct CellTubes {
  std::string cell;
  std::size_t count = 0;  ///< Of these cells in the netlist.
  std::vector<int> n, p;  ///< Places.
};

/// Of the cells that the top module has instances of.
std::vector<CellTubes> tubes_of(const ir::Design& design, int stacked);

double cell_yield(const YieldModel& model, const CellTubes& cell);
double circuit_yield(const YieldModel& model, const std::vector<CellTubes>& cells);

/// The same cells when a unit transistor has `places` instead of `before`.
std::vector<CellTubes> resized(const std::vector<CellTubes>& cells, int before, int places);

/// The least number of places of a unit transistor whose circuits reach the yield.
/// \throws base::Error "cnt.yield" with the best that can be reached.
int places_for(const YieldModel& model, const std::vector<CellTubes>& cells, int before,
               double target, const base::Location& where);

/// Yield by type of cell.
results::Table yield_table(const YieldModel& model, const std::vector<CellTubes>& cells);

}  // namespace neucasl::cnt
