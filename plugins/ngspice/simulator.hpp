#pragma once

#include "neucasl/plugin/circuit_simulator.hpp"
#include "worker_process.hpp"

namespace neucasl::ngspice_plugin {

/// Simulates circuits with ngspice in a worker process. Decks are written from the IR only.
class NgspiceSimulator : public plugin::CircuitSimulator {
 public:
  explicit NgspiceSimulator(const WorkerOptions& options = {});

  /// \throws base::Error "ngspice.<rule>" when the result does not count, see README.md; what
  /// ir::flatten and ir::to_spice throw; base::Cancelled.
  [[nodiscard]] plugin::OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) override;

  [[nodiscard]] const WorkerProcess& worker() const { return worker_; }

 private:
  WorkerProcess worker_;
  WorkerOptions options_;
};

}  // namespace neucasl::ngspice_plugin
