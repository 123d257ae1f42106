#pragma once

#include <span>

/// \file
/// One tube: what its dimensions give (C.-S. Lee et al., IEEE Trans. Electron Devices 62(9):3061
/// and 3070, 2015; contact: P. M. Solomon, IEEE Electron Device Lett. 32(3):246, 2011). SI units.

namespace neucasl::cnt {

/// Resistance of one tube with one conducting channel pair, h / (4 q^2), ohm.
inline constexpr double quantum_resistance = 6453.20;

struct Tube {
  double band_gap = 0.0;               ///< eV
  double oxide_capacitance = 0.0;      ///< F/m
  double inversion_capacitance = 0.0;  ///< F/m, with the quantum capacitance in series
  double scale_length = 0.0;           ///< m
  double barrier_lowering = 0.0;       ///< eta, V/V
  double swing_factor = 0.0;           ///< n
  double threshold = 0.0;              ///< V, without drain voltage
  double velocity = 0.0;               ///< m/s, at 300 K
  double mobility = 0.0;               ///< m^2/V/s, at 300 K
  double contact_resistance = 0.0;     ///< ohm, one end
};

/// `parameters` in the order of Index.
Tube tube_of(std::span<const double> parameters);

/// Resistance of a contact of the given length, ohm. Falls with the length to that of a long one.
double contact_resistance(double band_gap, double length);

}  // namespace neucasl::cnt
