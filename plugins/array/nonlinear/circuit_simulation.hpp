#pragma once

#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// Analyses of circuits that are arrays, with the traces that the other simulators give.

namespace neucasl::array_plugin {

/// Operating points, sweeps and transients.
/// \throws base::Error "simulator.analysis" for others, "array.option" for device forms other than
/// "compiled", "array.structure" (`find_array`), and what `NonlinearSolver` throws.
circuit::Result simulate_array(const circuit::Circuit& circuit, const circuit::Analysis& analysis,
                               const plugin::SimulationOptions& options, plugin::Context& context);

}  // namespace neucasl::array_plugin
