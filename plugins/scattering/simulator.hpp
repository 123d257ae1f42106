#pragma once

#include "neucasl/plugin/circuit_simulator.hpp"
#include "photonic_solver.hpp"
#include "thermal_tuning.hpp"

namespace neucasl::scattering {

/// Simulates photonic networks by the scattering matrices of their devices: operating points and
/// sweeps.
class ScatteringSimulator final : public plugin::CircuitSimulator {
 public:
  [[nodiscard]] plugin::OperatingPoint operating_point(const ir::Design& design, ir::ModuleId top,
                                                       plugin::Context& context) override;
  [[nodiscard]] circuit::Result simulate(const circuit::Circuit& circuit,
                                         const circuit::Analysis& analysis,
                                         const plugin::SimulationOptions& options,
                                         plugin::Context& context) override;
  [[nodiscard]] const plugin::PhotonicSolver* photonic_solver() const override { return &solver_; }
  [[nodiscard]] const plugin::ThermalTuner* thermal_tuner() const override { return &tuner_; }

 private:
  ScatteringSolver solver_;
  HeaterTuner tuner_;
};

}  // namespace neucasl::scattering
