#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/mapping/spiking_network.hpp"

/// \file
/// One neuron between two events, in closed form (mapping/spiking_network.hpp has the equations).
///
/// With the rates m = g/C, s = 1/t_s, w = 1/t_w, and from a state (V, I, W) at t = 0,
///   V(t) = L + (V - L) e^-mt + k_s I (e^-st - e^-mt) + k_w W (e^-wt - e^-mt)
///   k_s = 1 / (C (m - s)),  k_w = -1 / (C (m - w)),  L = E + I_b / g
/// and for g = 0, with e^-mt = 1, V + (I_b / C) t in place of the first two terms.

namespace neucasl::spiking_plugin {

inline constexpr double never = std::numeric_limits<double>::infinity();

/// What the neurons of a population share.
struct NeuronModel {
  explicit NeuronModel(const mapping::NeuronPopulation& population);

  double membrane_rate = 0.0;    // m, 1/s
  double synaptic_rate = 0.0;    // s; 0: charges act at once
  double adaptation_rate = 0.0;  // w; 0: no adaptation
  double synaptic_gain = 0.0;    // k_s, ohm
  double adaptation_gain = 0.0;  // k_w, ohm
  double inverse_capacitance = 0.0;
  double jump = 0.0;  // Of current (or potential) for a charge: 1 / t_s (or 1 / C).
  double reset = 0.0;
  double refractory_time = 0.0;
  double adaptation_step = 0.0;
};

/// One cache line.
struct alignas(64) NeuronState {
  double time = 0.0;        // at which potential, current and adaptation hold
  double potential = 0.0;   // V
  double current = 0.0;     // I_s, A
  double adaptation = 0.0;  // w, A
  double release = -never;  // end of the refractory time
  double crossing = -1.0;   // of the threshold without further input; negative: not known
  double threshold = 0.0;   // V
  double level = 0.0;       // L in V, or I_b / C in V/s without leak

  [[nodiscard]] bool held() const { return release > time; }
};

/// Currents decay; the potential is held.
inline void decay_currents(NeuronState& state, const NeuronModel& model, double until) {
  const double step = until - state.time;
  if (model.synaptic_rate > 0.0) state.current *= std::exp(-model.synaptic_rate * step);
  if (model.adaptation_rate > 0.0) state.adaptation *= std::exp(-model.adaptation_rate * step);
  state.time = until;
}

/// All of a neuron that is not held.
inline void advance_free(NeuronState& state, const NeuronModel& model, double until) {
  const double step = until - state.time;
  double potential = state.potential;
  double membrane = 1.0;
  if (model.membrane_rate > 0.0) {
    membrane = std::exp(-model.membrane_rate * step);
    potential = state.level + (potential - state.level) * membrane;
  } else {
    potential += state.level * step;
  }
  if (model.synaptic_rate > 0.0) {
    const double synaptic = std::exp(-model.synaptic_rate * step);
    potential += model.synaptic_gain * state.current * (synaptic - membrane);
    state.current *= synaptic;
  }
  if (model.adaptation_rate > 0.0) {
    const double adaptation = std::exp(-model.adaptation_rate * step);
    potential += model.adaptation_gain * state.adaptation * (adaptation - membrane);
    state.adaptation *= adaptation;
  }
  state.potential = potential;
  state.time = until;
}

/// The end of the refractory time is a stop of its own, so that the result does not depend on how
/// often a neuron is looked at.
inline void advance(NeuronState& state, const NeuronModel& model, double until) {
  if (state.held()) {
    decay_currents(state, model, std::min(until, state.release));
    if (state.held()) return;
  }
  if (until > state.time) advance_free(state, model, until);
}

/// Upper bound of dV/dt from now on while V rises from where it is: the currents that raise V only
/// decay.
inline double steepest_rise(const NeuronState& state, const NeuronModel& model) {
  const double drive =
      (std::max(state.current, 0.0) + std::max(-state.adaptation, 0.0)) * model.inverse_capacitance;
  return model.membrane_rate > 0.0 ? model.membrane_rate * (state.level - state.potential) + drive
                                   : state.level + drive;
}

/// A time before which a free neuron below its threshold cannot reach it; `never` when it cannot.
inline double earliest_crossing(const NeuronState& state, const NeuronModel& model) {
  const double slope = steepest_rise(state, model);
  if (!(slope > 0.0)) return never;
  // The margin keeps rounding from hiding a crossing that the exact search would find.
  constexpr double margin = 1e-9;
  return state.time + (1.0 - margin) * (state.threshold - state.potential) / slope;
}

/// Exact time at which a free neuron below its threshold reaches it without further input.
double exact_crossing(const NeuronState& state, const NeuronModel& model);

}  // namespace neucasl::spiking_plugin
