#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::plugin {

CircuitSimulator::~CircuitSimulator() = default;
PhotonicSolver::~PhotonicSolver() = default;

circuit::Result CircuitSimulator::simulate(const circuit::Circuit& /*circuit*/,
                                           const circuit::Analysis& analysis,
                                           const SimulationOptions& /*options*/,
                                           Context& /*context*/) {
  throw base::Error("simulator.analysis",
                    "this simulator has no analysis '" + circuit::to_string(analysis) + "'",
                    "use the simulator ngspice or native");
}

void CircuitSimulator::simulate_batch(
    std::size_t count, const std::function<circuit::Circuit(std::size_t)>& make,
    const circuit::Analysis& analysis, const SimulationOptions& options,
    const std::function<void(std::size_t, SimulationOutcome)>& take, Context& context) {
  for (std::size_t k = 0; k < count; ++k) {
    context.cancel.throw_if_requested();
    SimulationOutcome outcome;
    try {
      outcome.result = simulate(make(k), analysis, options, context);
    } catch (const base::Error& error) {
      outcome.failure = error.diagnostic();
    }
    take(k, std::move(outcome));
  }
}

}  // namespace neucasl::plugin
