#pragma once

#include "neucasl/model/functions.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

/// A push-pull Mach-Zehnder modulator with a lumped electrode.
struct MachZehnderModulator {
  static constexpr int terminal_unknowns = 6;
  static constexpr int internals = 5;
  struct Derived {
    double amplitude;
    double imbalance;      ///< Amplitude left in the dark state.
    double half_bias;      ///< rad, half of the phase difference without voltage
    double half_per_volt;  ///< rad/V
    double conductance;    ///< S, of the electrode's series resistance
    double capacitance;    ///< F
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace model::functions;
    const S& junction = x[10];
    const S half = d.half_bias + d.half_per_volt * junction;
    ScatteringMatrix<S, 2> s;
    s[0][1] = s[1][0] = {d.amplitude * cos(half), d.amplitude * d.imbalance * sin(half)};
    scatter<2>(s, x, y);
    const S drop = x[4] - x[5] - junction;
    y.current[4] += d.conductance * drop;
    y.residual[4] -= d.conductance * drop;
    y.internal_charge[4] += d.capacitance * junction;
    y.charge[5] -= d.capacitance * junction;
  }
};

class MachZehnderModulatorModel final : public model::EquationModel<MachZehnderModulator> {
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
