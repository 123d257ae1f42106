#pragma once

#include "neucasl/model/equations.hpp"

namespace neucasl::photonic {

/// Heat flow between two places, smaller with their distance.
struct ThermalCoupling {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double conductance;  ///< W/K
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 0> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    const S heat = d.conductance * (x[0] - x[1]);
    y.current[0] += heat;
    y.current[1] -= heat;
  }
};

class ThermalCouplingModel final : public model::EquationModel<ThermalCoupling> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
