#pragma once

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

/// \file
/// Transients of photonic circuits: complex envelopes of light around each carrier.

namespace neucasl::scattering {

/// Steps of variable length with a controlled error, as of `plugin::SimulationOptions`; corners of
/// sources, and their arrivals behind delays, are hit. Columns are those of the other simulators.
/// \throws base::Error "scattering.analysis" (times without a meaning), "scattering.element",
/// "scattering.envelope" (what it cannot do, by name), "scattering.loop", "scattering.convergence",
/// "scattering.step" (the step vanishes; names time and place).
circuit::Result simulate_envelope(const circuit::Circuit& circuit,
                                  const circuit::TransientAnalysis& analysis,
                                  const plugin::SimulationOptions& options,
                                  plugin::Context& context);

}  // namespace neucasl::scattering
