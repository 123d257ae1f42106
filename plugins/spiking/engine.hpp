#pragma once

#include "neucasl/plugin/spiking_solver.hpp"

namespace neucasl::spiking_plugin {

/// Event-driven simulation with exact integration between events.
class EventDrivenSolver final : public plugin::SpikingSolver {
 public:
  [[nodiscard]] plugin::SpikingResult run(const mapping::SpikingNetwork& network,
                                          const plugin::SpikingOptions& options) const override;
  [[nodiscard]] std::string method() const override;
};

}  // namespace neucasl::spiking_plugin
