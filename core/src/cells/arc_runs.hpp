#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cell_bench.hpp"

/// \file
/// Simulations of timing arcs: an input goes up and down again, the others stay.

namespace neucasl::cells {

/// One way in which an input moves the output.
struct ArcState {
  std::size_t input = 0;
  bool positive = false;  ///< Output and input move alike.
  unsigned row = 0;       ///< Levels of the other inputs, bit i for input i.
};

/// All of them, of a combinational cell.
std::vector<ArcState> arc_states(const StandardCell& cell);

struct ArcRun {
  const CellBench* bench = nullptr;
  ArcState state;
  double load = 0.0;  ///< F
};

struct ArcFigures {
  EdgeFigures rise, fall;          ///< By the direction of the output.
  double input_capacitance = 0.0;  ///< F, charge through the input over supply, both directions
};

/// Simulates arcs with the same input transition, each until its output is settled: the window is
/// doubled for those that are not. `take` gets the number of the run.
/// \throws base::Error "cells.characterization" after 12 doublings, or what the simulator says.
void run_arcs(const std::vector<ArcRun>& runs, double transition, double window,
              plugin::CircuitSimulator& simulator, plugin::Context& context,
              const std::function<void(std::size_t run, const ArcFigures&)>& take);

/// "NAND2_X1, input a"
std::string arc_name(const ArcRun& run);

/// Runs a campaign in which no circuit may fail.
void run_all(const std::vector<std::function<circuit::Circuit()>>& circuits,
             const circuit::Analysis& analysis, plugin::CircuitSimulator& simulator,
             plugin::Context& context,
             const std::function<void(std::size_t k, const circuit::Result&)>& take,
             const plugin::SimulationOptions& options = cell_options());

}  // namespace neucasl::cells
