#pragma once

#include "line_solver.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::array_plugin {

/// Simulates driven crossbar arrays by the line solver.
class ArraySimulator final : public plugin::CircuitSimulator {
 public:
  [[nodiscard]] plugin::OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) override;
  [[nodiscard]] circuit::Result simulate(const circuit::Circuit& circuit,
                                         const circuit::Analysis& analysis,
                                         const plugin::SimulationOptions& options,
                                         plugin::Context& context) override;
  [[nodiscard]] const plugin::ArraySolver* array_solver() const override { return &solver_; }

 private:
  LineSolver solver_;
};

}  // namespace neucasl::array_plugin
