#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/workload/staged_network.hpp"

/// \file
/// Weights of a network as their quantised values.

namespace neucasl::plugin {

/// A layer's weight, rounded to so many bits; symmetric, one scale for the tensor.
NEUCASL_EXPORT std::vector<float> rounded_weights(workload::StagedNetwork& network,
                                                  std::size_t layer,
                                                  const std::vector<float>& weight, int bits);

}  // namespace neucasl::plugin
