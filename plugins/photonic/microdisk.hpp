#pragma once

#include "fabrication.hpp"
#include "neucasl/model/equations.hpp"
#include "resonator.hpp"

namespace neucasl::photonic {

/// A disk (or ring) between two buses, with its photon lifetime.
struct Microdisk {
  static constexpr int terminal_unknowns = 8;
  static constexpr int internals = 12;
  using Derived = Resonator;
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& /*d*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    const Waves<S, 4> in = join_ports<4>(x, y);
    const S detuning(d.detuning);
    const S decay(1.0);
    // Ports: 0 input, 1 through, 2 drop, 3 add.
    const ModeTerms<S> forward =
        travelling_mode(d, detuning, decay, Complex<S>{x[16], x[17]}, in[0], in[3]);
    const ModeTerms<S> backward =
        travelling_mode(d, detuning, decay, Complex<S>{x[18], x[19]}, in[1], in[2]);
    set_outgoing(1, forward.out_1, x, y);
    set_outgoing(2, forward.out_2, x, y);
    set_outgoing(0, backward.out_1, x, y);
    set_outgoing(3, backward.out_2, x, y);
    y.rate[8] = forward.rate.re;
    y.rate[9] = forward.rate.im;
    y.rate[10] = backward.rate.re;
    y.rate[11] = backward.rate.im;
  }
};

class MicrodiskModel final : public Fabricated<model::EquationModel<Microdisk>> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
