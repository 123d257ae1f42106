#pragma once

#include <array>
#include <span>

#include "neucasl/model/equations.hpp"
#include "parameters.hpp"

/// \file
/// The virtual-source equations of a FinFET.
///
/// Written with the mean of source and drain voltage and the magnitude of their difference, so that
/// exchanging source and drain only turns the sign of the current. The magnitude is
/// sqrt(Vds^2 + (0.1 mV)^2); the gate correction of MVS cancels what is left of its corner.

namespace neucasl::finfet {

/// What the equations need; voltages V, currents A, capacitances F, conductances S.
struct Derived {
  double phit;              ///< kT/q
  double channel;           ///< W C vxo, A/V
  double swing;             ///< n at no drain voltage
  double punch_through;     ///< 1/V
  double shift;             ///< a kT/q
  double threshold;         ///< at this temperature
  double barrier;           ///< V/V
  double body;              ///< sqrt(V)
  double surface;           ///< V
  double drift_saturation;  ///< vxo L / mu, V
  double beta;
  double area_capacitance;  ///< W L C
  double inner_fringe;
  double outer_fringe;
  double drain_conductance;
  double source_conductance;
  double width;          ///< m
  double thermal_noise;  ///< A^2/Hz for a conductance of 1 S
  double flicker;        ///< of the gate's voltage, V^2
};

/// \throws base::Error "model.parameters" for a broken number of fins.
Derived derive(std::span<const double> parameters, const model::Environment& environment);

namespace detail {

using namespace model::functions;

inline constexpr double corner = 1e-4;  // V, where |Vds| is rounded

/// Rise of the threshold by the voltage from source to bulk; a root that stays finite.
template <class S>
S body_rise(const Derived& d, const S& bulk_voltage) {
  constexpr double rounding = 0.05;
  const S inside = smooth_positive(S(S(d.surface) - bulk_voltage), rounding);
  return d.body * (sqrt(inside) - std::sqrt(d.surface));
}

/// State of the channel at a bias: charge over C (V), saturation voltage, and current.
template <class S>
struct Channel {
  S charge{0.0};
  S saturation{0.0};
  S current{0.0};
};

/// `middle_gate`, `middle_bulk`: voltages against the mean of source and drain.
template <class S>
Channel<S> channel(const Derived& d, const S& middle_gate, const S& middle_bulk, const S& vds) {
  const S magnitude = smooth_abs(vds, corner);
  // Varies slowly at Vds = 0: its terms are not cancelled there.
  const S slow = smooth_abs(vds, 2.0 * d.phit) - S(2.0 * d.phit);
  const S before = logistic(S((S(d.threshold) + body_rise(d, S(middle_bulk + 0.5 * slow)) -
                               middle_gate - (0.5 + d.barrier) * slow) /
                              (1.5 * d.shift)));
  const S b = 2.0 * d.phit * (1.0 - 0.99 * before);
  const S correction = (0.5 + d.barrier) * b * exp(-(magnitude / b));
  const S gate = middle_gate + 0.5 * magnitude + correction;
  const S threshold = d.threshold + body_rise(d, S(middle_bulk + 0.5 * magnitude + correction)) -
                      d.barrier * magnitude;
  const S weak = logistic(S((threshold - 0.5 * d.shift - gate) / d.shift));
  const S swing = d.phit * (d.swing + d.punch_through * slow);
  Channel<S> result;
  result.charge = swing * softplus(S((gate - threshold + d.shift * weak) / swing));
  result.saturation = d.drift_saturation * (1.0 - weak) + d.phit * weak;
  const S ratio = magnitude / result.saturation;
  const S saturated = pow(S(1.0 + pow(ratio, d.beta)), -1.0 / d.beta);
  result.current = d.channel * result.charge * (vds / result.saturation) * saturated;
  return result;
}

/// Charge over C at one end of the channel, V, never quite zero.
template <class S>
S end_charge(const Derived& d, const S& gate, const S& threshold, const S& swing) {
  constexpr double least = 1e-20;
  const S weak = logistic(S((threshold - 0.5 * d.shift - gate) / d.shift));
  return swing * softplus(S((gate - threshold + d.shift * weak) / swing)) + S(least);
}

/// Part of the channel's charge that belongs to the end with charge `near`, over W L C (Ward and
/// Dutton, charge squared linear along the channel).
template <class S>
S partition(const S& near, const S& far) {
  const S sum = near + far;
  return (6.0 * near * near * near + 12.0 * near * near * far + 8.0 * near * far * far +
          4.0 * far * far * far) /
         (15.0 * sum * sum);
}

/// Charge of the inner fringe capacitance: it ends where the channel forms.
template <class S>
S inner_fringe(const Derived& d, const S& gate, const S& threshold, const S& swing) {
  return d.inner_fringe * (gate - swing * softplus(S((gate - threshold) / swing)));
}

}  // namespace detail

template <int Polarity>
struct Equations {
  static constexpr int terminal_unknowns = 4;
  static constexpr int internals = 2;
  using Derived = finfet::Derived;

  static model::Specification specification() { return finfet::specification(Polarity); }
  static Derived derive(std::span<const double> parameters, const model::Environment& environment) {
    return finfet::derive(parameters, environment);
  }
  static std::array<double, internals> initial(const Derived& /*derived*/) { return {0.0, 0.0}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, unknown_count>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    constexpr double sign = Polarity;
    const S vd = sign * x[inner_drain];
    const S vs = sign * x[inner_source];
    const S vg = sign * x[gate];
    const S vb = sign * x[bulk];
    const S middle = 0.5 * (vd + vs);
    const S vds = vd - vs;
    const S flow = sign * detail::channel(d, S(vg - middle), S(vb - middle), vds).current;
    const S into_drain = d.drain_conductance * (x[drain] - x[inner_drain]);
    const S into_source = d.source_conductance * (x[source] - x[inner_source]);
    y.current[drain] += into_drain;
    y.current[source] += into_source;
    y.residual[0] = flow - into_drain;
    y.residual[1] = -flow - into_source;
    charges(d, x, S(vg - vs), S(vg - vd), S(vb - vs), S(vb - vd), vds, y);
  }

 private:
  template <class S>
  static void charges(const Derived& d, const std::array<S, unknown_count>& x, const S& vgs,
                      const S& vgd, const S& vbs, const S& vbd, const S& vds,
                      model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace detail;
    const S slow = smooth_abs(vds, 2.0 * d.phit) - S(2.0 * d.phit);
    const S swing = d.phit * (d.swing + d.punch_through * slow);
    const S threshold = S(d.threshold) - d.barrier * slow;
    const S at_source = threshold + body_rise(d, vbs);
    const S at_drain = threshold + body_rise(d, vbd);
    const S qs = end_charge(d, vgs, at_source, swing);
    const S qd = end_charge(d, vgd, at_drain, swing);
    const double sign = Polarity;
    const S inner_source_side =
        sign * (d.area_capacitance * partition(qs, qd) + inner_fringe(d, vgs, at_source, swing));
    const S inner_drain_side =
        sign * (d.area_capacitance * partition(qd, qs) + inner_fringe(d, vgd, at_drain, swing));
    const S source_side = d.outer_fringe * (x[gate] - x[source]);
    const S drain_side = d.outer_fringe * (x[gate] - x[drain]);
    y.internal_charge[0] -= inner_drain_side;
    y.internal_charge[1] -= inner_source_side;
    y.charge[drain] -= drain_side;
    y.charge[source] -= source_side;
    y.charge[gate] += inner_drain_side + inner_source_side + drain_side + source_side;
  }
};

}  // namespace neucasl::finfet
