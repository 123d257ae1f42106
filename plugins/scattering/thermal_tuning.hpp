#pragma once

#include "neucasl/plugin/thermal_tuner.hpp"

namespace neucasl::scattering {

/// Powers of the heaters by least squares without negative powers, around a Newton iteration over
/// the laws of the devices; then voltages and currents by the laws of the heaters at their
/// temperatures.
class HeaterTuner final : public plugin::ThermalTuner {
 public:
  [[nodiscard]] plugin::TuningSolution tune(const circuit::Circuit& circuit,
                                            const plugin::TuningRequest& request) const override;
};

}  // namespace neucasl::scattering
