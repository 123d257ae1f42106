#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/logic/technology_mapping.hpp"

/// \file
/// Static timing, and timed simulation with delays and energies of cell tables.

namespace neucasl::logic {

struct TimingOptions {
  double input_transition = 0.0;  ///< s; as in MappingOptions.
  double output_load = 0.0;       ///< F at every primary output; as in MappingOptions.
  double wire_capacitance = 0.0;  ///< F of every net
};

struct PathStep {
  std::size_t net = 0;
  bool rising = false;
  double arrival = 0.0;     ///< s
  double transition = 0.0;  ///< s
  double load = 0.0;        ///< F
};

struct TimingReport {
  double delay = 0.0;                              ///< s, the latest output or flip-flop input.
  std::vector<PathStep> critical;                  ///< From input to output.
  std::vector<double> arrival_rise, arrival_fall;  ///< By net, s; NaN where a net never changes.
  double leakage_power = 0.0;                      ///< W
  double area = 0.0;                               ///< m^2
};

/// The latest arrivals over all paths. Primary inputs change at 0; a path ends at a primary output
/// or at the data input of a flip-flop, whose output follows the rising clock. Of the transitions
/// that meet in a net the slowest counts, so that the delay bounds that of each single change.
/// \throws base::Error "timing.arc" when the library has no table for an input that matters.
NEUCASL_EXPORT TimingReport static_timing(const CellNetlist& netlist, const CellLibrary& library,
                                          const TimingOptions& options = {});

/// A change of a net.
struct TimedEvent {
  std::size_t net = 0;
  bool rising = false;
  double time = 0.0;  ///< s after the change of the inputs
  double transition = 0.0;
};
struct TransitionReport {
  double delay = 0.0;  ///< s; of the last change of an output, 0 when none changes.
  std::size_t last_output = 0;
  double energy = 0.0;  ///< J from the supply, loads included, without leakage.
  std::vector<TimedEvent> events;
};
/// One change of inputs, all at time 0, simulated event by event: each change of an input of a cell
/// moves its output by the tables' delay; when the input changes back before that, the output stays
/// (inertial delay). A flip-flop begins with its initial value, or 0, and takes its data of before
/// the change when the clock rises. Bit i of `before` and `after` is input i. The energy counts
/// what the cells take from their supply, not what the sources of the primary inputs deliver.
/// \throws std::logic_error for more than 64 inputs; base::Error as static_timing.
NEUCASL_EXPORT TransitionReport simulate_transition(const CellNetlist& netlist,
                                                    const CellLibrary& library,
                                                    std::uint64_t before, std::uint64_t after,
                                                    const TimingOptions& options = {});

/// The pair of input patterns with the longest delay: of all changes of one input up to ten inputs,
/// of `tries` random ones beyond. \return before, after
NEUCASL_EXPORT std::pair<std::uint64_t, std::uint64_t> slowest_transition(
    const CellNetlist& netlist, const CellLibrary& library, const TimingOptions& options = {},
    std::uint64_t tries = 4096, std::uint64_t seed = 1);

}  // namespace neucasl::logic
