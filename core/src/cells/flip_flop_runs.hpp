#pragma once

#include "cell_bench.hpp"

/// \file
/// Simulations of a flip-flop: two clock cycles that store a one and then a zero.

namespace neucasl::cells {

struct FlipFlopFigures {
  /// From the clock's middle to the output's. Energies are those of the whole cycle: the change of
  /// the data, the rise of the clock and its fall.
  EdgeFigures rise, fall;
  double data_capacitance = 0.0;   ///< F, by charge
  double clock_capacitance = 0.0;  ///< F, by charge
  double leakage_power = 0.0;      ///< W, mean of both stored values
};

/// At one clock transition (the data's too) and load; `window` is doubled until the output settles.
/// \throws base::Error "cells.characterization".
FlipFlopFigures run_flip_flop(const CellBench& bench, double transition, double load, double window,
                              plugin::CircuitSimulator& simulator, plugin::Context& context);

}  // namespace neucasl::cells
