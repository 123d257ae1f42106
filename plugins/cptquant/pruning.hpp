#pragma once

#include <vector>

/// \file
/// Magnitude pruning (S. Han et al., NIPS 2015).

namespace neucasl::cptquant_plugin {

/// The weights without that share of them which has the smallest magnitudes, 0 in their places.
std::vector<float> pruned(const std::vector<float>& weight, double share);

}  // namespace neucasl::cptquant_plugin
