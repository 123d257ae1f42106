#pragma once

#include <functional>

/// \file
/// Crosstalk of channels that one bank of resonators separates. CrossLight's printed equations and
/// the resolution that crosstalk leaves are in neucasl/link/bank.hpp.

namespace neucasl::photonic {

/// Largest noise of a channel, in units of a channel's power: for each resonator the sum of the
/// power that it takes from the other channels, all of equal power; the largest over resonators.
/// `taken(i, j)`: share of channel j's power that resonator i takes.
double largest_crosstalk(int channels, const std::function<double(int i, int j)>& taken);

}  // namespace neucasl::photonic
