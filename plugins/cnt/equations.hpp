#pragma once

#include <array>
#include <span>

#include "neucasl/model/equations.hpp"
#include "parameters.hpp"

/// \file
/// The virtual-source equations of a carbon-nanotube transistor.
///
/// Written with the mean of source and drain voltage and the magnitude of their difference,
/// sqrt(Vds^2 + (0.1 mV)^2), so that exchanging source and drain only turns the sign of the
/// current.

namespace neucasl::cnt {

/// What the equations need; voltages V, currents A, capacitances F.
struct Derived {
  double phit;              ///< kT/q
  double channel;           ///< tubes Cinv vxo, A/V
  double swing;             ///< n kT/q
  double shift;             ///< a kT/q
  double threshold;         ///< V
  double barrier;           ///< eta
  double slowed;            ///< 1 / (1 + rs Cinv (1 + 2 eta) vxo)
  double resistance_drop;   ///< 2 rs Cinv vxo
  double drift_saturation;  ///< vxo L / mu, V
  double beta;
  double channel_capacitance;   ///< tubes Cinv L
  double fringe;                ///< gate to one end, metallic tubes included
  double metallic_conductance;  ///< S
  double thermal_noise;         ///< A^2/Hz for a conductance of 1 S
  double flicker;               ///< of the gate's voltage, V^2
};

/// \throws base::Error "model.parameters" for a broken number of tubes or a channel too short for
/// its oxide.
Derived derive(std::span<const double> parameters, const model::Environment& environment);

namespace detail {

using namespace model::functions;

inline constexpr double corner = 1e-4;  // V, where |Vds| is rounded

/// State of the semiconducting tubes: charge over Cinv (V), velocity over vxo, saturation voltage
/// and current.
template <class S>
struct Channel {
  S charge{0.0};
  S velocity{0.0};
  S saturation{0.0};
  S current{0.0};
};

/// `middle_gate`: voltage against the mean of source and drain.
template <class S>
Channel<S> channel(const Derived& d, const S& middle_gate, const S& vds) {
  const S magnitude = smooth_abs(vds, corner);
  const S over = middle_gate + (0.5 + d.barrier) * magnitude - S(d.threshold);
  const S weak = logistic(S((S(-0.5 * d.shift) - over) / d.shift));
  Channel<S> result;
  result.charge = d.swing * softplus(S((over + d.shift * weak) / d.swing));
  result.velocity = weak + d.slowed * (1.0 - weak);
  // The resistances count in full. Blended out by (1 - weak), as VS-CNFET 1.0.1 does, they leave a
  // current that falls again with the gate voltage where strong inversion begins.
  result.saturation = d.resistance_drop * result.velocity * result.charge +
                      d.drift_saturation * result.velocity * (1.0 - weak) + d.phit * weak;
  const S ratio = magnitude / result.saturation;
  const S saturated = pow(S(1.0 + pow(ratio, d.beta)), -1.0 / d.beta);
  result.current =
      d.channel * result.charge * result.velocity * (vds / result.saturation) * saturated;
  return result;
}

/// Charge over Cinv at one end of the channel, V, never quite zero.
template <class S>
S end_charge(const Derived& d, const S& over) {
  constexpr double least = 1e-20;
  const S weak = logistic(S((S(-0.5 * d.shift) - over) / d.shift));
  return d.swing * softplus(S((over + d.shift * weak) / d.swing)) + S(least);
}

/// Part of the channel's charge that belongs to the end with charge `near` (Ward and Dutton, charge
/// squared linear along the channel).
template <class S>
S partition(const S& near, const S& far) {
  const S sum = near + far;
  return (6.0 * near * near * near + 12.0 * near * near * far + 8.0 * near * far * far +
          4.0 * far * far * far) /
         (15.0 * sum * sum);
}

}  // namespace detail

template <int Polarity>
struct Equations {
  static constexpr int terminal_unknowns = 3;
  static constexpr int internals = 0;
  using Derived = cnt::Derived;

  static model::Specification specification() { return cnt::specification(Polarity); }
  static Derived derive(std::span<const double> parameters, const model::Environment& environment) {
    return cnt::derive(parameters, environment);
  }
  static std::array<double, internals> initial(const Derived& /*derived*/) { return {}; }

  template <class S>
  static void evaluate(const Derived& d, const std::array<S, unknown_count>& x,
                       model::Terms<S, terminal_unknowns, internals>& y) {
    using namespace detail;
    constexpr double sign = Polarity;
    const S vgs = sign * (x[gate] - x[source]);
    const S vgd = sign * (x[gate] - x[drain]);
    const S vds = sign * (x[drain] - x[source]);
    const S flow =
        sign * (channel(d, S(0.5 * (vgs + vgd)), vds).current + d.metallic_conductance * vds);
    y.current[drain] += flow;
    y.current[source] -= flow;

    const S slow = smooth_abs(vds, 2.0 * d.phit) - S(2.0 * d.phit);
    const S raised = d.barrier * slow - S(d.threshold);
    const S qs = end_charge(d, S(vgs + raised));
    const S qd = end_charge(d, S(vgd + raised));
    const S source_side = sign * (d.channel_capacitance * partition(qs, qd) + d.fringe * vgs);
    const S drain_side = sign * (d.channel_capacitance * partition(qd, qs) + d.fringe * vgd);
    y.charge[drain] -= drain_side;
    y.charge[source] -= source_side;
    y.charge[gate] += drain_side + source_side;
  }
};

}  // namespace neucasl::cnt
