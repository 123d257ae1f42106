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
  double output_load = 0.0;       ///< F
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

NEUCASL_EXPORT TimingReport static_timing(const CellNetlist& netlist, const CellLibrary& library,
                                          const TimingOptions& options = {});

/// One change of inputs, simulated event by event (inertial delays).
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
/// Bit i of `before` and `after` is input i.
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
