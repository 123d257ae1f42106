#pragma once

#include "neucasl/model/equations.hpp"
#include "resonator.hpp"

namespace neucasl::photonic {

/// A disk beside one bus whose resonance follows a junction's voltage and a temperature.
struct MicrodiskModulator {
  static constexpr int terminal_unknowns = 7;
  static constexpr int internals = 9;
  struct Derived {
    Resonator resonator;
    double detuning_per_volt;
    double detuning_per_kelvin;
    double loss_per_volt;     ///< 1/V
    double conductance;       ///< S, of the series resistance of this carrier's copy
    double capacitance;       ///< F
    double saturation;        ///< A
    double inverse_thermal;   ///< 1 / (n k T / q), 1/V
    double leakage;           ///< S
    double heat_conductance;  ///< W/K
    double heat_capacitance;  ///< J/K
    double heating;
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace model::functions;
    const Waves<S, 2> in = join_ports<2>(x, y);
    const S& rise = x[6];
    const S& junction = x[15];
    const S detuning =
        d.resonator.detuning + d.detuning_per_volt * junction + d.detuning_per_kelvin * rise;
    const S loss = d.resonator.intrinsic * limited_exp(S(d.loss_per_volt * junction), 20.0);
    const S decay = (1.0 - d.resonator.intrinsic) + loss;
    const Complex<S> forward{x[11], x[12]};
    const Complex<S> backward{x[13], x[14]};
    const Complex<S> none;
    const auto a = travelling_mode(d.resonator, detuning, decay, forward, in[0], none);
    const auto b = travelling_mode(d.resonator, detuning, decay, backward, in[1], none);
    set_outgoing(1, a.out_1, x, y);
    set_outgoing(0, b.out_1, x, y);
    y.rate[4] = a.rate.re;
    y.rate[5] = a.rate.im;
    y.rate[6] = b.rate.re;
    y.rate[7] = b.rate.im;

    const S current = d.conductance * (x[4] - x[5] - junction);
    const S diode = d.saturation * (limited_exp(S(d.inverse_thermal * junction), 60.0) - 1.0) +
                    d.leakage * junction;
    y.current[4] += current;
    y.current[5] -= diode;
    y.residual[8] += diode - current;
    y.internal_charge[8] += d.capacitance * junction;
    y.charge[5] -= d.capacitance * junction;

    const S lost = 2.0 * loss * (squared_magnitude(forward) + squared_magnitude(backward));
    y.current[6] += d.heat_conductance * rise - d.heating * lost;
    y.charge[6] += d.heat_capacitance * rise;
  }
};

class MicrodiskModulatorModel final : public model::EquationModel<MicrodiskModulator> {
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
