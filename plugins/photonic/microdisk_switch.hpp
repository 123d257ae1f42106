#pragma once

#include "fabrication.hpp"
#include "junction_tuning.hpp"
#include "neucasl/model/equations.hpp"

namespace neucasl::photonic {

/// A disk or ring between two buses whose resonance follows a junction's voltage and a temperature:
/// light on the resonance crosses to the other bus.
struct MicrodiskSwitch {
  static constexpr int terminal_unknowns = 11;
  static constexpr int internals = 13;
  struct Derived {
    Resonator resonator;
    JunctionTuning tuning;
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    const Waves<S, 4> in = join_ports<4>(x, y);
    const TunedMode<S> mode = tuned_mode(d.resonator, d.tuning, x[23], x[10]);
    const Complex<S> forward{x[19], x[20]};
    const Complex<S> backward{x[21], x[22]};
    // Ports: 0 input, 1 through, 2 drop, 3 add.
    const auto a = travelling_mode(d.resonator, mode.detuning, mode.decay, forward, in[0], in[3]);
    const auto b = travelling_mode(d.resonator, mode.detuning, mode.decay, backward, in[1], in[2]);
    set_outgoing(1, a.out_1, x, y);
    set_outgoing(2, a.out_2, x, y);
    set_outgoing(0, b.out_1, x, y);
    set_outgoing(3, b.out_2, x, y);
    y.rate[8] = a.rate.re;
    y.rate[9] = a.rate.im;
    y.rate[10] = b.rate.re;
    y.rate[11] = b.rate.im;
    join_junction<S, terminal_unknowns, internals>(d.tuning, 8, 12, x, y);
    join_heat<S, terminal_unknowns, internals>(
        d.tuning, 10, mode.loss, squared_magnitude(forward) + squared_magnitude(backward), x, y);
  }
};

class MicrodiskSwitchModel final : public Fabricated<model::EquationModel<MicrodiskSwitch>> {
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
