#pragma once

#include "neucasl/model/functions.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

/// A waveguide whose phase follows a voltage, by electro-optic effect or by a heater.
struct PhaseShifter {
  static constexpr int terminal_unknowns = 6;
  static constexpr int internals = 5;
  struct Derived {
    double amplitude;
    double phase;             ///< rad, without voltage
    double linear;            ///< rad/V
    double quadratic;         ///< rad/V^2, heater included
    double inverse_response;  ///< 1/s
    double conductance;       ///< S, of this carrier's copy
    double capacitance;       ///< F, of this carrier's copy
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace model::functions;
    const S voltage = x[4] - x[5];
    const S& shift = x[10];
    const S phase = d.phase + shift;
    ScatteringMatrix<S, 2> s;
    s[0][1] = s[1][0] = {d.amplitude * cos(phase), d.amplitude * sin(phase)};
    scatter<2>(s, x, y);
    const S current = d.conductance * voltage;
    y.current[4] += current;
    y.current[5] -= current;
    y.charge[4] += d.capacitance * voltage;
    y.charge[5] -= d.capacitance * voltage;
    y.rate[4] = d.inverse_response * ((d.linear + d.quadratic * voltage) * voltage - shift);
  }
};

class PhaseShifterModel final : public model::EquationModel<PhaseShifter> {
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
