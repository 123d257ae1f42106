#pragma once

#include "neucasl/model/functions.hpp"
#include "scattering.hpp"

namespace neucasl::photonic {

/// A travelling-wave amplifier whose gain saturates and recovers.
struct SemiconductorOpticalAmplifier {
  static constexpr int terminal_unknowns = 4;
  static constexpr int internals = 5;
  struct Derived {
    double unsaturated;       ///< h0 = ln G0
    double inverse_power;     ///< 1 / P_sat, 1/W
    double inverse_lifetime;  ///< 1/s
    double half_linewidth;    ///< alpha / 2
    double facet;             ///< Amplitude factor of each coupling loss.
    double noise_density;     ///< n_sp h nu, J
  };
  static model::Specification specification();
  static Derived derive(std::span<const double> parameters, const model::Environment& environment);
  static std::array<double, internals> initial(const Derived& d) {
    return {0.0, 0.0, 0.0, 0.0, d.unsaturated};
  }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, terminal_unknowns + internals>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace model::functions;
    const Waves<S, 2> in = join_ports<2>(x, y);
    const S& h = x[8];
    const S root = d.facet * d.facet * limited_exp(S(0.5 * h), 15.0);
    const S phase = -d.half_linewidth * h;
    const Complex<S> gain{root * cos(phase), root * sin(phase)};
    set_outgoing(0, product(gain, in[1]), x, y);
    set_outgoing(1, product(gain, in[0]), x, y);
    const S power = d.facet * d.facet * (squared_magnitude(in[0]) + squared_magnitude(in[1]));
    y.rate[4] = d.inverse_lifetime *
                (d.unsaturated - h - d.inverse_power * power * (limited_exp(h, 30.0) - 1.0));
  }
};

class SemiconductorOpticalAmplifierModel final
    : public model::EquationModel<SemiconductorOpticalAmplifier> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

}  // namespace neucasl::photonic
