#pragma once

#include "neucasl/model/functions.hpp"
#include "optics.hpp"
#include "resonator.hpp"
#include "scattering.hpp"

/// \file
/// A resonance that follows a junction's voltage and a temperature: what modulators and switches of
/// disks share.

namespace neucasl::photonic {

struct JunctionTuning {
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

/// From "shift_per_volt" to "drive_voltage".
void add_tuning_parameters(std::vector<model::Parameter>& parameters);
JunctionTuning read_tuning(ParameterReader& reader, const Resonator& resonator,
                           const model::Environment& environment);
model::Internal junction_internal();
/// Of the junction and its resistances, at a bias point; `anode` is followed by the cathode.
std::vector<model::NoiseSource> tuning_noise(const JunctionTuning& d, int anode, int junction,
                                             double voltage, double temperature);

template <class S>
struct TunedMode {
  S detuning;
  S loss;   ///< Intrinsic, share of the decay at rest.
  S decay;  ///< 1/tau over that at rest.
};
template <class S>
TunedMode<S> tuned_mode(const Resonator& r, const JunctionTuning& d, const S& junction,
                        const S& rise) {
  const S detuning = r.detuning + d.detuning_per_volt * junction + d.detuning_per_kelvin * rise;
  const S loss = r.intrinsic * model::functions::limited_exp(S(d.loss_per_volt * junction), 20.0);
  const S decay = (1.0 - r.intrinsic) + loss;
  return {detuning, loss, decay};
}

/// Currents of the junction, by the indices of anode (the cathode follows) and of the internal
/// unknown.
template <class S, int Terminals, int Internals>
void join_junction(const JunctionTuning& d, std::size_t anode, std::size_t internal,
                   const std::array<S, Terminals + Internals>& x,
                   model::Terms<S, Terminals, Internals>& y) {
  const S& junction = x[Terminals + internal];
  const S current = d.conductance * (x[anode] - x[anode + 1] - junction);
  const S diode =
      d.saturation * (model::functions::limited_exp(S(d.inverse_thermal * junction), 60.0) - 1.0) +
      d.leakage * junction;
  y.current[anode] += current;
  y.current[anode + 1] -= diode;
  y.residual[internal] += diode - current;
  y.internal_charge[internal] += d.capacitance * junction;
  y.charge[anode + 1] -= d.capacitance * junction;
}

/// Heat of the thermal pin; `stored` is |u|^2 of both modes.
template <class S, int Terminals, int Internals>
void join_heat(const JunctionTuning& d, std::size_t heat, const S& loss, const S& stored,
               const std::array<S, Terminals + Internals>& x,
               model::Terms<S, Terminals, Internals>& y) {
  const S lost = 2.0 * loss * stored;
  y.current[heat] += d.heat_conductance * x[heat] - d.heating * lost;
  y.charge[heat] += d.heat_capacitance * x[heat];
}

}  // namespace neucasl::photonic
