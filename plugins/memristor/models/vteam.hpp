#pragma once

#include "curves.hpp"
#include "motion.hpp"
#include "neucasl/model/equations.hpp"

/// \file
/// VTEAM, voltage threshold adaptive memristor: S. Kvatinsky, M. Ramadan, E. G. Friedman and
/// A. Kolodny, IEEE Trans. Circuits Syst. II 62(8):786-790, 2015.
///
/// State x = (w - w_on)/(w_off - w_on), 0: low resistance, 1: high resistance.
///   dw/dt = k_off (v/v_off - 1)^alpha_off f_off   for v > v_off > 0
///         = k_on  (v/v_on  - 1)^alpha_on  f_on    for v < v_on < 0, else 0
///   v = (Ron + (Roff - Ron) x) i   or   v = Ron (Roff/Ron)^x i

namespace neucasl::memristor_models {

struct Vteam {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  enum ParameterIndex : std::size_t {
    on_resistance,
    off_resistance,
    length,
    k_on,
    k_off,
    alpha_on,
    alpha_off,
    v_on,
    v_off,
    current_law,
    window,
    window_exponent,
    edge_width,
    corner_width,
    initial_state,
    on_variation,
    off_variation,
    threshold_variation,
    endurance_cycles,
    retention_time,
    retention_energy,
  };
  struct Derived {
    double on, off, log_ratio, exponential;
    double rate_on, rate_off;  ///< |k| / (w_off - w_on), 1/s
    double alpha_on, alpha_off, v_on, v_off;
    double window, exponent, edge, corner, initial;
  };

  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 1> initial(const Derived& d) { return {d.initial}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 2, 1>& y) {
    const S& state = x[2];
    const S voltage = x[0] - x[1];
    const S current = d.exponential > 0.5
                          ? S(voltage / d.on * exp(clamp(S(-d.log_ratio * state), -80.0, 80.0)))
                          : S(voltage / mixed_resistance(state, d.on, d.off));
    y.current[0] += current;
    y.current[1] -= current;
    const auto kind = static_cast<Window>(static_cast<int>(d.window));
    const S up = pow(ramp(S(voltage / d.v_off - 1.0), d.corner), d.alpha_off) * d.rate_off *
                 window_factor(state, true, kind, d.exponent);
    const S down = pow(ramp(S(voltage / d.v_on - 1.0), d.corner), d.alpha_on) * d.rate_on *
                   window_factor(state, false, kind, d.exponent);
    y.rate[0] = up * tanh((1.0 - state) / d.edge) - down * tanh(state / d.edge);
  }
};

class VteamModel final : public model::EquationModel<Vteam> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// Low resistance normal, high resistance lognormal, thresholds normal and independent.
  [[nodiscard]] std::vector<model::ParameterSpread> spreads(
      std::span<const double> parameters) const override;
  /// Cycles raise the low resistance; time lets the state relax towards high resistance.
  void age(std::span<double> parameters, const model::Stress& stress) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::memristor_models
