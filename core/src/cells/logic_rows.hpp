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

/// J of each change from a row to the next.
std::vector<double> row_energies(const TimedNetlist& timed, std::span<const std::uint64_t> rows);

/// One clock cycle: the inputs change, the clock rises, the clock falls.
struct CycleFigures {
  double energy = 0.0;  ///< J
  double delay = 0.0;   ///< s, of the last output change after the rising clock; 0: none
};
/// Inputs of successive cycles from the initial state; `realised` is the netlist's network.
std::vector<CycleFigures> cycle_figures(const TimedNetlist& timed, const logic::Network& realised,
                                        std::span<const std::uint64_t> rows);

/// Successive rows of which the mean energy is stated: all in ascending order up to ten inputs,
/// else 257 random ones; with latches 16 random ones.
std::vector<std::uint64_t> typical_rows(const logic::Network& network, std::uint64_t seed);

double mean(std::span<const double> values);

}  // namespace neucasl::cells
