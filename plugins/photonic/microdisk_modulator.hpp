#pragma once

#include "fabrication.hpp"
#include "junction_tuning.hpp"
#include "neucasl/model/equations.hpp"

namespace neucasl::photonic {

/// A disk beside one bus whose resonance follows a junction's voltage and a temperature.
struct MicrodiskModulator {
  static constexpr int terminal_unknowns = 7;
  static constexpr int internals = 9;
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
    const Waves<S, 2> in = join_ports<2>(x, y);
    const TunedMode<S> mode = tuned_mode(d.resonator, d.tuning, x[15], x[6]);
    const Complex<S> forward{x[11], x[12]};
    const Complex<S> backward{x[13], x[14]};
    const Complex<S> none;
    const auto a = travelling_mode(d.resonator, mode.detuning, mode.decay, forward, in[0], none);
    const auto b = travelling_mode(d.resonator, mode.detuning, mode.decay, backward, in[1], none);
    set_outgoing(1, a.out_1, x, y);
    set_outgoing(0, b.out_1, x, y);
    y.rate[4] = a.rate.re;
    y.rate[5] = a.rate.im;
    y.rate[6] = b.rate.re;
    y.rate[7] = b.rate.im;
    join_junction<S, terminal_unknowns, internals>(d.tuning, 4, 8, x, y);
    join_heat<S, terminal_unknowns, internals>(
        d.tuning, 6, mode.loss, squared_magnitude(forward) + squared_magnitude(backward), x, y);
  }
};

class MicrodiskModulatorModel final : public Fabricated<model::EquationModel<MicrodiskModulator>> {
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
