#pragma once

#include "neucasl/model/functions.hpp"
#include "optics.hpp"
#include "scattering.hpp"

/// \file
/// A resonance in time: coupled-mode theory.
///
///   dA/dt = (j (w - w0) - 1/tau) A + j mu_1 s_1 + j mu_2 s_2,   out_k = s_k + j mu_k A
/// with 1/tau = sum of w0 / (2 Q), mu_k^2 = 2 / tau_k, in the frame of the carrier w (H. A. Haus,
/// Waves and Fields in Optoelectronics, Prentice-Hall 1984, chapter 7; B. E. Little et al., J.
/// Lightwave Technology 15(6):998, 1997). The state is u = A / sqrt(tau), in sqrt(W).
///
/// A disk has two degenerate modes that turn opposite ways: one is fed by the ports input and add
/// and leaves at through and drop, the other the reverse.

namespace neucasl::photonic {

struct Resonator {
  double inverse_lifetime;  ///< 1/tau of the amplitude, 1/s
  double intrinsic;         ///< tau / tau_0, share of the decay that is loss
  double coupling_1;        ///< mu_1 sqrt(tau)
  double coupling_2;        ///< mu_2 sqrt(tau)
  double detuning;          ///< (w - w0) tau
  double per_shift;         ///< Change of the detuning with a shift of the resonance, 1/m.
};

/// \throws base::Error "model.parameters" when no quality is finite.
struct ResonatorParameters {
  double wavelength = 0.0;
  double intrinsic_quality = 0.0;
  double coupling_quality_1 = 0.0;
  double coupling_quality_2 = 0.0;  ///< 0: no second bus.
  double free_spectral_range = 0.0;
  double shift = 0.0;
};
/// The resonance nearest to the carrier: orders are 1 / free_spectral_range apart in frequency.
Resonator make_resonator(const ResonatorParameters& parameters, double carrier);

void add_resonator_parameters(std::vector<model::Parameter>& parameters, bool second_bus);
ResonatorParameters read_resonator(ParameterReader& reader, bool second_bus);
/// Four states: both modes, real and imaginary part.
void add_mode_states(std::vector<model::Internal>& internals);

template <class S>
struct ModeTerms {
  Complex<S> rate;
  Complex<S> out_1;
  Complex<S> out_2;
};
/// `detuning` (w - w0) tau and `decay`, 1/tau over that of rest, may depend on the unknowns.
template <class S>
ModeTerms<S> travelling_mode(const Resonator& r, const S& detuning, const S& decay,
                             const Complex<S>& u, const Complex<S>& in_1, const Complex<S>& in_2) {
  ModeTerms<S> terms;
  terms.rate = {r.inverse_lifetime * (-decay * u.re - detuning * u.im - r.coupling_1 * in_1.im -
                                      r.coupling_2 * in_2.im),
                r.inverse_lifetime * (-decay * u.im + detuning * u.re + r.coupling_1 * in_1.re +
                                      r.coupling_2 * in_2.re)};
  terms.out_1 = {in_1.re - r.coupling_1 * u.im, in_1.im + r.coupling_1 * u.re};
  terms.out_2 = {in_2.re - r.coupling_2 * u.im, in_2.im + r.coupling_2 * u.re};
  return terms;
}

}  // namespace neucasl::photonic
