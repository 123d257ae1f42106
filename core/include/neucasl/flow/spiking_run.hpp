#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neucasl/plugin/spiking_solver.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// A spiking network from a file, simulated, and what it shows.

namespace neucasl::flow {

struct SpikingRun {
  mapping::SpikingNetwork network;
  device::UseList uses;  ///< Of the cards that it names.
  plugin::SpikingOptions options;
  plugin::SpikingResult result;
  std::string method;
};

/// Reads, verifies and checks the design of a network.
/// \throws base::Error as io::read_design, ir::verify and mapping::read_spiking_network.
NEUCASL_EXPORT mapping::SpikingNetwork load_spiking_network(const std::filesystem::path& file,
                                                            const device::Library& devices,
                                                            device::UseList& uses);

/// "cells[3], cells[5]": neurons by population and index; empty: none.
/// \throws base::Error "spiking.probe" for another form, a source, a neuron that is not there or is
/// named twice; "spiking.population".
NEUCASL_EXPORT std::vector<plugin::NeuronRef> parse_probes(const std::string& text,
                                                           const mapping::SpikingNetwork& network,
                                                           const base::Location& where);

/// Columns time, population, index; by time.
NEUCASL_EXPORT results::Table spike_table(const SpikingRun& run);
/// Columns population, kind, members, spikes, rate.
NEUCASL_EXPORT results::Table rate_table(const SpikingRun& run);
/// Columns time and one for each probe, V.
NEUCASL_EXPORT results::Table potential_table(const SpikingRun& run);
/// Columns source, target, before, after of the memristive projection, S; without absent synapses.
NEUCASL_EXPORT results::Table conductance_table(const SpikingRun& run, std::size_t projection);

/// Figures: rates by population, conductances by memristive projection, events; tables; a chart of
/// spikes and one of potentials.
NEUCASL_EXPORT results::Findings to_findings(const SpikingRun& run, const std::string& plugin);

}  // namespace neucasl::flow
