#pragma once

#include "neucasl/logic/timing.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// Energies and delays of rows and clock cycles by tables.

namespace neucasl::cells {

/// A netlist with its tables and what surrounds it.
struct TimedNetlist {
  logic::CellNetlist netlist;
  const logic::CellLibrary* library = nullptr;
  logic::TimingOptions options;
};

/// Rows in which each differs from the one before in one input, and which contain all of `rows`:
/// of all rows of a network the Gray code, else from each row to the nearest that is left; then
/// back to the first, so that what a net takes up it also gives off, and no mean energy rests on
/// one direction alone.
std::vector<std::uint64_t> walk_through(std::span<const std::uint64_t> rows, std::size_t inputs);

/// J of each change from a row to the next.
std::vector<double> row_energies(const TimedNetlist& timed, std::span<const std::uint64_t> rows);

/// s after the inputs, of the last output that ends at another level; 0: none does.
double output_delay(const TimedNetlist& timed, const logic::TransitionReport& report);

/// The change of one input with the longest `output_delay`: of all up to ten inputs, of 1024 random
/// ones beyond. Glitches count in logic::slowest_transition, here they do not: the tables cannot
/// tell whether they reach the threshold.
struct SlowestChange {
  std::uint64_t before = 0, after = 0;
  double delay = 0.0;  ///< s
};
SlowestChange slowest_change(const TimedNetlist& timed, std::uint64_t seed);

/// One clock cycle: the inputs change, the clock rises, the clock falls.
struct CycleFigures {
  double energy = 0.0;  ///< J
  double delay = 0.0;   ///< s, of the last output change after the rising clock; 0: none
};
/// Inputs of successive cycles from the initial state; `realised` is the netlist's network.
std::vector<CycleFigures> cycle_figures(const TimedNetlist& timed, const logic::Network& realised,
                                        std::span<const std::uint64_t> rows);

/// Successive rows of which the mean energy is stated: all in Gray code and back up to ten
/// inputs, else 257 of a random walk; with latches 16 random ones.
std::vector<std::uint64_t> typical_rows(const logic::Network& network, std::uint64_t seed);

double mean(std::span<const double> values);

}  // namespace neucasl::cells
