#pragma once

#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Effective bits of an analog optical link, by cause.
///
/// Noise of a detector's current I leaves (10 log10(I^2 / variance) - 1.76) / 6.02 bits (W. Kester,
/// Analog-Digital Conversion, Analog Devices 2004, section 2.1), with exact logarithms for the two
/// decimals. Variances in the bandwidth B: shot 2 q I B, thermal 4 k T B / R, relative intensity
/// noise I^2 RIN B.

namespace neucasl::link {

struct Receiver {
  double current = 0.0;             ///< A, of full power.
  double bandwidth = 0.0;           ///< Hz
  double load = 0.0;                ///< ohm
  double temperature = 0.0;         ///< K
  double intensity_noise_db = 0.0;  ///< dB/Hz, one-sided.
};

struct ReceiverBits {
  double shot = 0.0;
  double thermal = 0.0;
  double intensity = 0.0;
};

/// (10 log10(ratio) - 10 log10(3/2)) / (20 log10 2)
NEUCASL_EXPORT double bits_of_signal_to_noise(double ratio);

/// \throws base::Error "link.receiver" for a current, bandwidth, load or temperature that is not
/// positive and finite.
NEUCASL_EXPORT ReceiverBits receiver_bits(const Receiver& receiver);

/// Bits that a resonance error of root mean square `sigma` (m) leaves to a weight (drop - through)
/// of a Lorentzian resonator, at the weight where its slope is largest, to first order:
///
///   error = 2 sigma max|dL/dl|,  max|dL/dl| = 3 sqrt(3) / (8 d),  d = l / (2 Q),  log2(1 / error)
///
/// infinite for sigma = 0. \throws base::Error "link.resonance" for a negative sigma or a
/// wavelength or quality that is not positive.
NEUCASL_EXPORT double resonance_bits(double sigma, double wavelength, double quality);

/// Independent causes together: errors add in power, 4^-b = sum 4^-b_i. Infinite bits add nothing.
/// \throws base::Error "link.bits" for no cause or a NaN.
NEUCASL_EXPORT double combined_bits(const std::vector<double>& bits);

}  // namespace neucasl::link
