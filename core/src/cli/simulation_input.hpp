#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/ir/spice_parser.hpp"

/// \file
/// What `simulate` works on: a circuit and what to compute about it.

namespace neucasl::cli {

struct RequestedAnalysis {
  std::string text;
  circuit::Analysis analysis;
};

/// A measurement and the analysis that it takes: "tran", ... or empty for the only one with an
/// axis.
struct RequestedMeasurement {
  std::string analysis;
  circuit::Measurement measurement;
};

struct SimulationInput {
  std::string title;
  bool deck = false;  ///< Names are lower case, and '#' marks what the importer added.
  circuit::Circuit circuit;
  std::vector<RequestedAnalysis> analyses;
  std::vector<RequestedMeasurement> measurements;
  plugin::SimulationOptions options;
};

/// Options of `simulate` that say what to simulate.
void add_simulation_options(options::options_description& description);

/// \throws base::Error for anything wrong with file or options.
SimulationInput read_simulation(Session& session, const Parsed& parsed);

}  // namespace neucasl::cli
