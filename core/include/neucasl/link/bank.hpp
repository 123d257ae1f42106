#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Channels of a bank of resonators, and the resolution that crosstalk leaves.

namespace neucasl::link {

/// m, `count` equally spaced wavelengths around `centre`, ascending.
NEUCASL_EXPORT std::vector<double> channel_grid(double centre, double spacing, std::size_t count);

/// Most channels of this spacing between two orders of a resonator: floor(range / spacing).
/// \throws base::Error "link.channels" unless both are positive.
NEUCASL_EXPORT std::size_t channels_within(double free_spectral_range, double spacing);

/// Crosstalk as CrossLight prints it (F. Sunny et al., DAC 2021): resonator i takes from channel j,
/// all of equal power,
///
///   phi(i, j) = d^2 / ((l_i - l_j)^2 + d^2),   d = l_i / (2 Q);
///
/// the result is the largest over i of the sum over the others. 0 for one channel.
/// \throws base::Error "link.channels" for no channel or a quality that is not positive.
NEUCASL_EXPORT double printed_crosstalk(const std::vector<double>& wavelengths, double quality);

/// log2(1 / noise), the resolution of the same source in bits; infinite without noise.
NEUCASL_EXPORT double resolution_bits(double noise);

/// Add-drop rings of one kind along a guide, each with a detector at its drop port, exact at every
/// wavelength to first order in the detuning. Unlike the pairwise sum above, a channel that its own
/// ring took gives no crosstalk to the rings behind, and resonances repeat each FSR. With equal
/// couplers of amplitude transmission t, round trip a, x = t^2 a and the round-trip phase p = 2 pi
/// (l - l_i) / FSR:
///
///   drop = (1 - t^2)^2 a / N,  through = t^2 ((1 - a)^2 + 4 a sin^2(p / 2)) / N,
///   N = (1 - x)^2 + 4 x sin^2(p / 2)
///
/// (W. Bogaerts et al., Laser Photonics Rev. 6:47, 2012). x follows from the finesse
/// FSR Q / l = pi sqrt(x) / (1 - x), a from the loss of the drop port at resonance.
struct BankRing {
  double transmission = 0.0;  ///< t^2, of either coupler.
  double round_trip = 0.0;    ///< a
};

struct NEUCASL_EXPORT SeriesBank {
  double quality = 0.0;
  double free_spectral_range = 0.0;  ///< m
  double drop_loss_db = 0.0;

  /// channels x channels, row-major: share of the power of channel j that ring i drops, behind the
  /// rings 0 to i - 1. \throws base::Error "link.channels" for no channel, a range or quality that
  /// is not positive, or a negative loss.
  [[nodiscard]] std::vector<double> collected(const std::vector<double>& wavelengths) const;
  /// The ring whose resonance is at a wavelength (m). Throws as `collected`.
  [[nodiscard]] BankRing ring(double wavelength) const;
  /// Largest over the rings of what the other channels give over what its own gives.
  [[nodiscard]] double crosstalk(const std::vector<double>& wavelengths) const;
};

}  // namespace neucasl::link
