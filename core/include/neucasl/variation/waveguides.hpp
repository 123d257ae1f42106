#pragma once

/// \file
/// How fabrication moves photonic devices.

#include "neucasl/base/export.hpp"

namespace neucasl::variation {

/// Resonance of a ring or disk whose guide is wider by dw and thicker by dt than drawn:
///   dl = l / n_g (dn_eff/dw dw + dn_eff/dt dt),
/// first order (W. Bogaerts et al., Laser and Photonics Reviews 6(1):47, 2012; Y. Xing et al.,
/// Photonics Research 11(9):1502, 2023). l and the slopes in SI units (m, 1/m).
NEUCASL_EXPORT double resonance_shift(double wavelength, double group_index, double slope_width,
                                      double width, double slope_thickness, double thickness);

/// Power coupling of a directional coupler, sin^2(K L), when its gap is wider by dg: K falls as
/// exp(-dg / decay_length) (evanescent tails). `coupling` in 0 to 1, below a full transfer.
NEUCASL_EXPORT double coupling_at_gap(double coupling, double gap_change, double decay_length);

}  // namespace neucasl::variation
