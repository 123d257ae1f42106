#pragma once

#include "neucasl/model/equations.hpp"
#include "neucasl/model/functions.hpp"

namespace neucasl::photonic {

/// A resistor that warms a thermal net.
struct Heater {
  static constexpr int terminal_unknowns = 3;
  static constexpr int internals = 0;
  struct Derived {
    double conductance;       ///< S at ambient temperature
    double coefficient;       ///< 1/K, of the resistance
    double heat_conductance;  ///< W/K
    double heat_capacitance;  ///< J/K
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, 0> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 3, 0>& y) {
    using namespace model::functions;
    const S voltage = x[0] - x[1];
    const S& rise = x[2];
    // R / R0 stays positive far below the range too.
    const S relative = smooth_positive(S(0.9 + d.coefficient * rise), 1e-5) + S(0.1);
    const S current = d.conductance * voltage / relative;
    y.current[0] += current;
    y.current[1] -= current;
    y.current[2] += d.heat_conductance * rise - current * voltage;
    y.charge[2] += d.heat_capacitance * rise;
  }
};

class HeaterModel final : public model::EquationModel<Heater> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
