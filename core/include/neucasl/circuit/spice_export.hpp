#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/circuit/circuit.hpp"

/// \file
/// Circuits as decks for a plain ngspice: device models become subcircuits of sources with formulas
/// and capacitors.

namespace neucasl::circuit {

/// A state s becomes the charge s / scale times this, so that the rates of devices, from years to
/// picoseconds, become currents and conductances of the size that the rest of a circuit has.
inline constexpr double state_charge = 1e-9;

/// The shortest text that reads back as the same number.
NEUCASL_EXPORT void append_spice_number(std::string& text, double value);

/// Lines of one device: sources with formulas and capacitors between the nodes of its unknowns.
/// `node` names the node of each unknown, "0" the ground; `id` begins the names of all that is
/// added. With `transient`, states move; else memories are held.
NEUCASL_EXPORT void append_behavioural(const Circuit& circuit, std::size_t device,
                                       const std::string& id, const std::vector<std::string>& node,
                                       bool transient, std::string& text);

/// Line of source `source` of `Circuit::behavioural`; `node` names every node of the circuit.
NEUCASL_EXPORT void append_formula_source(const Circuit& circuit, std::size_t source,
                                          const std::string& name,
                                          const std::vector<std::string>& node, std::string& text);

/// A time function as SPICE writes it, "pulse(...)". ngspice takes a duration of zero for a default
/// of its own; `least_edge` (s) stands in its place. Empty for a constant.
NEUCASL_EXPORT std::string spice_waveform(const Waveform& waveform, double least_edge);

struct SpiceExportOptions {
  Analysis analysis = OperatingPointAnalysis{};
  Tolerances tolerances;
  std::string title;
};

/// A deck that ngspice runs on its own: `ngspice -b deck.cir` prints the first nodes, and with
/// `-r deck.raw` it stores all. Devices with the same model and the
/// same numbers share a subcircuit whose internal unknowns are inner nodes, over their scale. Names
/// are those of the circuit with '_' for all but letters, digits and '.', made unique; a comment
/// gives those that changed.
/// \throws base::Error "circuit.spice" for what SPICE has no statement for: a sweep of anything but
/// a source, uneven points, noise analysis of a circuit with devices.
NEUCASL_EXPORT std::string to_spice(const Circuit& circuit, const SpiceExportOptions& options = {});

}  // namespace neucasl::circuit
