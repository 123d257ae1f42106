#pragma once

#include <string>
#include <vector>

#include "convolution_bank.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// Effective bits of a result of a convolution unit, by cause.
///
/// A result of N inputs x in [0, 1] and weights w in [-1, 1] is sum_k x_k w_k, its full scale N.
/// Over independent inputs with even levels of mean 1/2 and variance v, errors e_k of the weights
/// give it the mean square
///
///   E[(sum x_k e_k)^2] = v sum e_k^2 + (sum e_k)^2 / 4,
///
/// levels of an input of width s  s^2 / 12 sum w_k^2, and the receiver's noise its variance at such
/// inputs over the square of the current of a product of 1 (photonic_inference.hpp). Each leaves
/// (SNR - 1.76 dB) / 6.02 dB, the signal N^2; the causes add in power
/// (neucasl/link/resolution.hpp).

namespace neucasl::photonic {

struct UnitResolution {
  std::vector<std::string> causes;
  std::vector<double> bits;
  double combined = 0.0;

  [[nodiscard]] results::Table table() const;
};

/// Mean over these weight vectors, realised with one imperfection of the bank after the other.
/// `input_bits` 0: continuous inputs.
UnitResolution unit_resolution(const ConvolutionBank& bank,
                               const std::vector<std::vector<double>>& weights, int input_bits);

}  // namespace neucasl::photonic
