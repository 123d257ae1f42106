#pragma once

#include "neucasl/model/functions.hpp"

/// \file
/// Shared forms of the state equations: smooth, finite for any argument, without branches.

namespace neucasl::memristor_models {

using namespace neucasl::model::functions;

inline constexpr double boltzmann = 1.380649e-23;             ///< J/K (exact, SI 2019)
inline constexpr double elementary_charge = 1.602176634e-19;  ///< C (exact, SI 2019)
inline constexpr double electronvolt = elementary_charge;     ///< J

/// `rate` of a state in [0, 1], brought to zero within about `width` of the end that it moves to:
/// the state comes to the end exponentially and never passes it, and leaves it at the full rate.
/// Beyond an end the rate points back.
template <class S>
S held_within_ends(const S& rate, const S& state, double width) {
  return rate * select(rate, S(tanh((1.0 - state) / width)), S(tanh(state / width)));
}

/// Zero for u <= 0, u for u >= width, a cubic between, with a continuous slope: max(u, 0) that is
/// exact outside the corner. width > 0.
template <class S>
S ramp(const S& u, double width) {
  const S corner = u * u * (2.0 * width - u) / (width * width);
  return select(u, select(S(width - u), corner, u), S(0.0));
}

/// on + (off - on) share, continued by a hyperbola for share < 0 so that it stays positive.
/// 0 < on < off.
template <class S>
S mixed_resistance(const S& share, double on, double off) {
  const S below = on / (1.0 - minimum(share, S(0.0)) * ((off - on) / on));
  return select(share, S(on + (off - on) * share), below);
}

/// Window factors f of a state x in [0, 1] that moves up (to 1) or down (to 0).
enum class Window {
  none = 0,
  joglekar = 1,  ///< 1 - (2x - 1)^(2p), Joglekar and Wolf, Eur. J. Phys. 30:661, 2009
  biolek =
      2,  ///< 1 - x^(2p) up, 1 - (1 - x)^(2p) down, Biolek et al., Radioengineering 18:210, 2009
};

/// Share of the full rate that is left where a window is zero, so that a state can leave the ends
/// of Joglekar's window again.
inline constexpr double window_floor = 1e-3;

template <class S>
S window_factor(const S& state, bool up, Window window, double exponent) {
  if (window == Window::none) return S(1.0);
  const S held = clamp(state, 0.0, 1.0);
  const S from_end = window == Window::joglekar ? S(2.0 * held - 1.0) : (up ? held : S(1.0 - held));
  return window_floor + (1.0 - window_floor) * (1.0 - pow(S(from_end * from_end), exponent));
}

}  // namespace neucasl::memristor_models
