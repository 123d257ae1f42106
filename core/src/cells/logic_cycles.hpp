#pragma once

#include "logic_bench.hpp"
#include "logic_timing.hpp"

/// \file
/// What simulations of rows and of clock cycles share, and the latter.

namespace neucasl::cells {

constexpr double steps_of_a_window = 20.0;

/// A netlist ready for simulation.
struct CheckSetup {
  /// `library` must outlive the object.
  CheckSetup(const LogicTask& task, const plugin::LogicDesign& design,
             const logic::CellLibrary& library);

  TimedNetlist timed;
  LogicBench bench;
  std::size_t inputs = 0;  ///< Without the clock, which is the last.
  double window = 0.0;     ///< s after a change until everything is at rest.
};

/// Of long transients: levels, and energies to about a hundredth.
plugin::SimulationOptions row_options();
plugin::LogicRow read_row(const CheckSetup& setup, const circuit::Result& result,
                          std::uint64_t inputs, double time);
/// Time at which the last output that ends at another level crosses half the supply in (from, to];
/// `from` when none does.
double last_output_change(const CheckSetup& setup, const circuit::Result& result, double from,
                          double to);
void add_charts(const CheckSetup& setup, const circuit::Result& result, plugin::LogicCheck& check);

void check_cycles(const CheckSetup& setup, const plugin::LogicDesign& design,
                  std::span<const std::uint64_t> rows, plugin::CircuitSimulator& simulator,
                  plugin::Context& context, plugin::LogicCheck& check);

}  // namespace neucasl::cells
