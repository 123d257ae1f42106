#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/model/driven_device.hpp"

/// \file
/// Curves and figures of a transistor: its terminals are drain, gate, source and, if it has a
/// fourth, bulk; all but drain and gate at ground.

namespace neucasl::cells {

/// A transistor under test. Voltages and currents are those of the electron device: for holes both
/// are turned.
class NEUCASL_EXPORT TransistorBench {
 public:
  TransistorBench(const model::DeviceModel& model, std::span<const double> parameters,
                  const model::Environment& environment, int polarity);

  /// Current into the drain, A.
  double current(double gate, double drain);
  /// Charge into the gate, C.
  double gate_charge(double gate, double drain);

 private:
  void bias(double gate, double drain);

  const model::DeviceModel& model_;
  model::DrivenDevice device_;
  double sign_;
  std::vector<double> terminals_;
};

/// Figures of merit at a supply voltage.
struct TransistorFigures {
  double on_current = 0.0;          ///< A, gate and drain at the supply
  double off_current = 0.0;         ///< A, gate at ground, drain at the supply
  double effective_current = 0.0;   ///< A, mean of (V, V/2) and (V/2, V) (M. Na, IEDM 2002)
  double subthreshold_swing = 0.0;  ///< V for a factor of ten, least of the saturated curve
  double barrier_lowering = 0.0;    ///< V/V between the linear and the saturated curve
  double linear_threshold = 0.0;    ///< V, at the criterion's current
  double saturated_threshold = 0.0;
};

/// Drain voltage of the linear transfer curve, V.
inline constexpr double linear_drain = 0.05;

/// `criterion`: the drain current that defines the threshold, A.
/// \throws base::Error "model.threshold" when no gate voltage within 1 V of the supply gives it.
NEUCASL_EXPORT TransistorFigures transistor_figures(TransistorBench& bench, double supply,
                                                    double criterion);

/// Energy and time of charging the gate from off to on, drain going the other way.
NEUCASL_EXPORT model::OperationCost switching_cost(TransistorBench& bench, double supply);

NEUCASL_EXPORT model::Characterization characterize_transistor(
    TransistorBench& bench, double supply, double criterion, const std::string& title,
    std::span<const model::PublishedFigure> published);

}  // namespace neucasl::cells
