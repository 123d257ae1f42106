#pragma once

#include "engine.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::spiking_plugin {

/// Gives the engine; a network of spikes has no operating point.
class SpikingSimulator final : public plugin::CircuitSimulator {
 public:
  /// \throws base::Error "simulator.analysis" always.
  [[nodiscard]] plugin::OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) override;
  [[nodiscard]] const plugin::SpikingSolver* spiking_solver() const override { return &solver_; }

 private:
  EventDrivenSolver solver_;
};

}  // namespace neucasl::spiking_plugin
