#pragma once

#include "motion.hpp"
#include "neucasl/model/driven_device.hpp"
#include "neucasl/model/equations.hpp"

/// \file
/// Volatile threshold switch in series with a memory cell (selector).
///
/// State s, 0: insulating, 1: conducting. Phenomenological, both polarities alike:
///   i = G_off (G_on/G_off)^s v
///   ds/dt = (f - s) (1/t_off + (1/t_on - 1/t_off) f),  f = logistic((|v| - V_c)/w + a (s - 1/2))
/// At rest s = f(s). For a > 4 that curve folds back: the device switches on at the upper and off
/// at the lower fold. V_c and w are such that the folds lie exactly at the threshold and the hold
/// voltage: V_c is their middle, and with r = sqrt(1 - 4/a), w (a r / 2 - 2 artanh r) is half their
/// distance. Thresholds shrink with the ambient temperature as sqrt(T_c - T): the heating power
/// v^2 G that brings the channel to the critical temperature T_c (M. D. Pickett and R. S. Williams,
/// Nanotechnology 23:215202, 2012).

namespace neucasl::memristor_models {

struct ThresholdSelector {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  static constexpr double reference_temperature = 300.0;  ///< K, of the thresholds
  enum ParameterIndex : std::size_t {
    threshold_voltage,
    hold_voltage,
    on_conductance,
    off_conductance,
    on_time,
    off_time,
    abruptness,
    critical_temperature,
    threshold_variation,
    off_variation,
    pulse_voltage,
    pulse_time,
  };
  struct Derived {
    double off, log_ratio;
    double centre, inverse_width, feedback;
    double on_rate, off_rate;
  };

  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 1> initial(const Derived& /*d*/) { return {0.0}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 2, 1>& y) {
    const S& state = x[2];
    const S voltage = x[0] - x[1];
    const S current = d.off * exp(clamp(S(d.log_ratio * state), -80.0, 80.0)) * voltage;
    y.current[0] += current;
    y.current[1] -= current;
    const S goal = logistic(
        S((smooth_abs(voltage, 1e-3) - d.centre) * d.inverse_width + d.feedback * (state - 0.5)));
    y.rate[0] = (goal - state) * (d.off_rate + (d.on_rate - d.off_rate) * goal);
  }
};

class ThresholdSelectorModel final : public model::EquationModel<ThresholdSelector> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// Threshold and hold voltage together normal, off conductance lognormal.
  void sample_variation(std::span<double> parameters, base::RandomStream& random) const override;
  /// One pulse that switches the device on, and the same at half the voltage (a half-selected
  /// cell).
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

/// A slow triangle of voltage from 0 to `peak` and back.
struct SelectorSweep {
  std::vector<double> voltage;
  std::vector<double> current;
  double threshold = 0.0;  ///< V, where the state passes 1/2 upwards; NaN when it does not
  double hold = 0.0;       ///< V, downwards
};
SelectorSweep sweep_selector(const ThresholdSelectorModel& model,
                             std::span<const double> parameters,
                             const model::Environment& environment, double peak);
/// From a step of voltage until the state passes 1/2; NaN when it does not within `longest`.
struct TurnOn {
  double time = 0.0;    ///< s
  double energy = 0.0;  ///< J
};
TurnOn turn_on(const ThresholdSelectorModel& model, std::span<const double> parameters,
               const model::Environment& environment, double voltage, double longest);

}  // namespace neucasl::memristor_models
