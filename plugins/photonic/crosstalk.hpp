#pragma once

#include <functional>

/// \file
/// Crosstalk of channels that one bank of resonators separates, and the resolution it leaves.

namespace neucasl::photonic {

/// Largest noise of a channel, in units of a channel's power: for each resonator the sum of the
/// power that it takes from the other channels, all of equal power; the largest over resonators.
/// `taken(i, j)`: share of channel j's power that resonator i takes.
double largest_crosstalk(int channels, const std::function<double(int i, int j)>& taken);

/// The Lorentzian d^2 / ((l_i - l_j)^2 + d^2), d = l_i / (2 Q), of F. Sunny et al., DAC 2021.
double lorentzian_crosstalk(double wavelength_i, double wavelength_j, double quality);

/// log2(1 / noise), the resolution of the same source.
double resolution_bits(double largest_noise);

}  // namespace neucasl::photonic
