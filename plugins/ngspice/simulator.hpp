#pragma once

#include <memory>
#include <vector>

#include "neucasl/plugin/circuit_simulator.hpp"
#include "simulation.hpp"
#include "worker_process.hpp"

namespace neucasl::ngspice_plugin {

/// Simulates circuits with ngspice in worker processes. Decks are written from the IR only.
class NgspiceSimulator : public plugin::CircuitSimulator {
 public:
  explicit NgspiceSimulator(const WorkerOptions& options = {});

  /// \throws base::Error "ngspice.<rule>" when the result does not count, see README.md; what
  /// ir::flatten and circuit::lower throw; base::Cancelled.
  [[nodiscard]] plugin::OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) override;
  [[nodiscard]] circuit::Result simulate(const circuit::Circuit& circuit,
                                         const circuit::Analysis& analysis,
                                         const plugin::SimulationOptions& options,
                                         plugin::Context& context) override;
  /// On as many workers as the context has threads.
  void simulate_batch(std::size_t count, const std::function<circuit::Circuit(std::size_t k)>& make,
                      const circuit::Analysis& analysis, const plugin::SimulationOptions& options,
                      const std::function<void(std::size_t k, plugin::SimulationOutcome)>& take,
                      plugin::Context& context) override;

  /// The one that single circuits run on.
  [[nodiscard]] const WorkerProcess& worker() const { return *workers_.front(); }

 private:
  WorkerOptions options_;
  BridgeRefusal refusal_;
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
};

}  // namespace neucasl::ngspice_plugin
