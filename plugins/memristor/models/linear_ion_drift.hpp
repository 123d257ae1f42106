#pragma once

#include "curves.hpp"
#include "motion.hpp"
#include "neucasl/model/equations.hpp"

/// \file
/// Linear ion drift: D. B. Strukov, G. S. Snider, D. R. Stewart and R. S. Williams, "The missing
/// memristor found", Nature 453:80-83, 2008.
///
/// State x = w/D, 1: fully doped, low resistance.
///   i = v / (Ron x + Roff (1 - x)),   dx/dt = mu Ron / D^2 i f(x)

namespace neucasl::memristor_models {

struct LinearIonDrift {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  /// In the order of the specification; the operations follow.
  enum ParameterIndex : std::size_t {
    on_resistance,
    off_resistance,
    length,
    mobility,
    window,
    window_exponent,
    edge_width,
    initial_state,
    on_variation,
    off_variation,
  };
  struct Derived {
    double on, off;  ///< ohm
    double drift;    ///< mu Ron / D^2, 1/(A s)
    double window, exponent, edge, initial;
  };

  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 1> initial(const Derived& d) { return {d.initial}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 2, 1>& y) {
    const S& state = x[2];
    const S current = (x[0] - x[1]) / mixed_resistance(S(1.0 - state), d.on, d.off);
    const auto kind = static_cast<Window>(static_cast<int>(d.window));
    const S factor = select(current, window_factor(state, true, kind, d.exponent),
                            window_factor(state, false, kind, d.exponent));
    y.current[0] += current;
    y.current[1] -= current;
    y.rate[0] = held_within_ends(S(d.drift * current * factor), state, d.edge);
  }
};

class LinearIonDriftModel final : public model::EquationModel<LinearIonDrift> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// Low resistance normal, high resistance lognormal.
  [[nodiscard]] std::vector<model::ParameterSpread> spreads(
      std::span<const double> parameters) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::memristor_models
