#pragma once

#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::native_plugin {

/// Simulates circuits of device models by modified nodal analysis, in this process. Objects have no
/// state.
class NativeSimulator final : public plugin::CircuitSimulator {
 public:
  [[nodiscard]] plugin::OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) override;
  [[nodiscard]] circuit::Result simulate(const circuit::Circuit& circuit,
                                         const circuit::Analysis& analysis,
                                         const plugin::SimulationOptions& options,
                                         plugin::Context& context) override;
  /// On `context.threads` threads; a circuit is the business of one.
  void simulate_batch(std::size_t count, const std::function<circuit::Circuit(std::size_t k)>& make,
                      const circuit::Analysis& analysis, const plugin::SimulationOptions& options,
                      const std::function<void(std::size_t k, plugin::SimulationOutcome)>& take,
                      plugin::Context& context) override;
};

}  // namespace neucasl::native_plugin
