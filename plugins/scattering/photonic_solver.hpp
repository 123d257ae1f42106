#pragma once

#include "neucasl/plugin/photonic_solver.hpp"

namespace neucasl::scattering {

class ScatteringSolver final : public plugin::PhotonicSolver {
 public:
  [[nodiscard]] std::vector<std::string> port_nets(const circuit::Circuit& circuit) const override;
  [[nodiscard]] plugin::PhotonicTransfer transfer(const circuit::Circuit& circuit,
                                                  const std::vector<std::string>& inputs,
                                                  const std::vector<std::string>& outputs,
                                                  const std::vector<double>& wavelengths,
                                                  const plugin::Context& context) const override;
  [[nodiscard]] plugin::PhotonicGradient gradient(const circuit::Circuit& circuit,
                                                  const std::vector<std::string>& outputs,
                                                  const std::vector<std::string>& targets,
                                                  const plugin::Context& context) const override;
  [[nodiscard]] plugin::PhotonicCalibration calibrate(
      const circuit::Circuit& circuit, const std::vector<plugin::PhotonicGoal>& goals,
      const std::vector<plugin::PhotonicKnob>& knobs,
      const plugin::PhotonicCalibrationOptions& options,
      const plugin::Context& context) const override;
  [[nodiscard]] plugin::PhotonicBudget budget(const circuit::Circuit& circuit,
                                              const plugin::PhotonicBudgetOptions& options,
                                              const plugin::Context& context) const override;
};

}  // namespace neucasl::scattering
