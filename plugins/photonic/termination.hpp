#pragma once

#include "scattering.hpp"

namespace neucasl::photonic {

/// Absorbs all light: S = 0, so the net carries the arriving wave, V = I = a.
struct Termination {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double unused;
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> /*parameters*/,
                        const model::Environment& /*environment*/) {
    return {0.0};
  }
  static std::array<double, 0> initial(const Derived& /*d*/) { return {}; }
  template <class S>
  static void evaluate(const Derived& /*d*/, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    y.current[0] += x[0];
    y.current[1] += x[1];
  }
};

class TerminationModel final : public model::EquationModel<Termination> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
