#pragma once

#include <cstdint>
#include <vector>

#include "neucasl/results/table.hpp"
#include "resonator_bank.hpp"

/// \file
/// Effective bits of a bank's weights, by cause.
///
/// A deterministic error e of a weight in [-1, 1] leaves log2(1 / e) bits: half a step of 2^-bits
/// of the range. Noise of the summed photocurrents leaves (SNR - 1.76 dB) / 6.02 dB, SNR the square
/// of the current of a weight of 1 over the variance in the bandwidth (W. Kester, Analog-Digital
/// Conversion, Analog Devices 2004, section 2.1):
///
///   shot 2 q I B, I the currents of both photodiodes; thermal 4 k T B / R; relative intensity
///   noise of independent lines B RIN sum (responsivity P share)^2.

namespace neucasl::photonic {

struct NoiseParameters {
  double power = 0.0;               ///< W, of a line at the bank's input.
  double responsivity = 0.0;        ///< A/W
  double full_scale = 0.0;          ///< Share of a weight of 1.
  double bandwidth = 0.0;           ///< Hz
  double intensity_noise_db = 0.0;  ///< dB/Hz, one-sided.
  double load = 0.0;                ///< ohm, of the receiver's input.
  double temperature = 0.0;         ///< K
};

/// Bits by each noise; infinite without it.
struct NoiseBits {
  double shot = 0.0;
  double thermal = 0.0;
  double intensity = 0.0;
};
NoiseBits noise_bits(const ResonatorBank& bank, const std::vector<double>& tunings,
                     const NoiseParameters& noise);

/// Root mean square, over `draws`, of the weight error when all tunings are off by independent
/// normal errors; the largest over the channels.
double resonance_weight_error(const ResonatorBank& bank, const std::vector<double>& tunings,
                              double sigma, double full_scale, std::uint64_t seed, int draws);

}  // namespace neucasl::photonic
