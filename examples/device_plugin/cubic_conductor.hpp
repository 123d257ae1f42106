#pragma once

#include "neucasl/model/equations.hpp"

/// i = G v (1 + (v / v0)^2), the first odd terms of any symmetric conductor:
/// space-charge-limited and tunnelling films at small voltages.
struct CubicConductor {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double conductance;  // S
    double scale;        // V
  };
  static neucasl::model::Specification specification();
  static Derived derive(std::span<const double> parameters,
                        const neucasl::model::Environment& /*environment*/) {
    return {parameters[0], parameters[1]};
  }
  static std::array<double, 0> initial(const Derived& /*derived*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x,
                       neucasl::model::Terms<S, 2, 0>& y) {
    const S v = x[0] - x[1];
    const S ratio = v / S(d.scale);
    const S current = S(d.conductance) * v * (S(1.0) + ratio * ratio);
    y.current[0] += current;
    y.current[1] -= current;
  }
};

class CubicConductorModel final : public neucasl::model::EquationModel<CubicConductor> {
 public:
  /// The current over -2 V to 2 V.
  [[nodiscard]] neucasl::model::Characterization characterize(
      std::span<const double> parameters, const neucasl::model::Environment& environment,
      std::span<const neucasl::model::PublishedFigure> published) const override;
};
