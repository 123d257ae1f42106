#pragma once

#include <array>
#include <span>

#include "neucasl/model/equations.hpp"

/// \file
/// The device models `mosfet_level1_n` and `mosfet_level1_p`: the square-law transistor of SPICE.

namespace neucasl::semiconductor {

namespace mosfet {

/// Order of the parameters in the specification.
enum Index : std::size_t {
  width,
  length,
  lateral_diffusion,
  threshold_voltage,
  transconductance,
  body_effect,
  surface_potential,
  length_modulation,
  gate_source_overlap,
  gate_drain_overlap,
  gate_bulk_overlap,
  gate_oxide_capacitance,
  bulk_drain_capacitance,
  bulk_source_capacitance,
  bulk_saturation_current,
  flicker_coefficient,
  flicker_exponent,
  mismatch_coefficient,
  nominal_temperature,
  supply_voltage,
  parameter_count
};

enum Unknown : std::size_t { drain, gate, source, bulk, unknown_count };

model::Specification specification(int polarity);

/// V, A, F; voltages and currents of the electron device.
struct Derived {
  double beta;        ///< KP W / L, A/V^2
  double built_in;    ///< threshold less the body effect, V
  double body;        ///< sqrt(V)
  double surface;     ///< V
  double modulation;  ///< 1/V
  double gate_source;
  double gate_drain;
  double gate_bulk;
  double bulk_drain;
  double bulk_source;
  double junction_saturation;  ///< A
  double junction_slope;       ///< kT/q
  double junction_limit;
  double flicker;  ///< A^2/Hz x Hz over A^exponent
  double flicker_exponent;
};

/// \throws base::Error "model.parameters" when lateral diffusion leaves no channel, or the
/// temperature no surface potential.
Derived derive(int polarity, std::span<const double> parameters,
               const model::Environment& environment);

/// The channel at a bias.
template <class S>
struct Channel {
  S overdrive{0.0};  ///< Vgs - Vth at the source end, never quite zero, V
  S drop{0.0};       ///< Voltage along the channel, with the sign of Vds, at most the overdrive
  S current{0.0};    ///< From drain to source, A
};

/// max(a, 0) with a corner rounded over `width`, as smooth_positive, without cancellation for a <
/// 0.
template <class S>
S rounded_positive(const S& a, double width) {
  using namespace model::functions;
  const S root = smooth_abs(a, width);
  return select(a, S(0.5 * (a + root)), S(0.5 * width * width / (root + abs(a))));
}

template <class S>
Channel<S> channel(const Derived& d, const S& vd, const S& vg, const S& vs, const S& vb) {
  using namespace model::functions;
  constexpr double rounding = 1e-3;  // V, so that a transistor that is off still conducts a little
  const S low = minimum(vd, vs);
  const S vbs = vb - low;
  const double root = std::sqrt(d.surface);
  const S reverse = sqrt(S(d.surface - minimum(vbs, S(0.0))));
  const S forward = maximum(S(root - vbs / (2.0 * root)), S(0.0));
  const S threshold = d.built_in + d.body * select(vbs, forward, reverse);
  Channel<S> result;
  result.overdrive = rounded_positive(S(vg - low - threshold), rounding);
  const S vds = vd - vs;
  result.drop = maximum(minimum(vds, result.overdrive), S(-result.overdrive));
  result.current = d.beta * (1.0 + d.modulation * abs(vds)) *
                   (result.overdrive - 0.5 * abs(result.drop)) * result.drop;
  return result;
}

template <int Polarity>
struct Equations {
  static constexpr int terminal_unknowns = 4;
  static constexpr int internals = 0;
  using Derived = mosfet::Derived;

  static model::Specification specification() { return mosfet::specification(Polarity); }
  static Derived derive(std::span<const double> parameters, const model::Environment& environment) {
    return mosfet::derive(Polarity, parameters, environment);
  }
  static std::array<double, internals> initial(const Derived& /*derived*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, unknown_count>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    constexpr double sign = Polarity;
    const S flow = sign * channel(d, S(sign * x[drain]), S(sign * x[gate]), S(sign * x[source]),
                                  S(sign * x[bulk]))
                              .current;
    y.current[drain] += flow;
    y.current[source] -= flow;
    for (const std::size_t end :
         {static_cast<std::size_t>(drain), static_cast<std::size_t>(source)}) {
      const S forward = sign * (x[bulk] - x[end]);
      const S leak =
          sign * d.junction_saturation *
          (model::functions::limited_exp(S(forward / d.junction_slope), d.junction_limit) - S(1.0));
      y.current[bulk] += leak;
      y.current[end] -= leak;
    }
    store(y, gate, source, S(d.gate_source * (x[gate] - x[source])));
    store(y, gate, drain, S(d.gate_drain * (x[gate] - x[drain])));
    store(y, gate, bulk, S(d.gate_bulk * (x[gate] - x[bulk])));
    store(y, bulk, source, S(d.bulk_source * (x[bulk] - x[source])));
    store(y, bulk, drain, S(d.bulk_drain * (x[bulk] - x[drain])));
  }

 private:
  template <class S>
  static void store(model::Terms<S, terminal_unknowns, internals>& y, std::size_t plus,
                    std::size_t minus, const S& charge) {
    y.charge[plus] += charge;
    y.charge[minus] -= charge;
  }
};

}  // namespace mosfet

template <int Polarity>
class MosfetModel final : public model::EquationModel<mosfet::Equations<Polarity>> {
 public:
  [[nodiscard]] std::vector<model::NoiseSource> noise(
      std::span<const double> derived, std::span<const double> unknowns,
      const model::Environment& environment) const override;
  /// The threshold of one device: sigma = mismatch_coefficient / sqrt(W L) (M. Pelgrom et al.,
  /// IEEE J. Solid-State Circuits 24(5):1433, 1989).
  [[nodiscard]] std::vector<model::ParameterSpread> spreads(
      std::span<const double> parameters) const override;
  [[nodiscard]] std::vector<model::OperationCost> costs(
      std::span<const double> parameters, const model::Environment& environment) const override;
  [[nodiscard]] model::Characterization characterize(
      std::span<const double> parameters, const model::Environment& environment,
      std::span<const model::PublishedFigure> published) const override;
};

extern template class MosfetModel<1>;
extern template class MosfetModel<-1>;

}  // namespace neucasl::semiconductor
