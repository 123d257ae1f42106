#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/precision/quantiser.hpp"
#include "neucasl/workload/staged_network.hpp"

/// \file
/// Weights of a network as their quantised values.

namespace neucasl::plugin {

/// The values that a layer's weight, `weight`, has with a quantiser of that form.
/// \throws base::Error as `precision::quantise`.
NEUCASL_EXPORT std::vector<float> rounded_weights(workload::StagedNetwork& network,
                                                  std::size_t layer,
                                                  const std::vector<float>& weight,
                                                  const precision::QuantiserForm& form);

}  // namespace neucasl::plugin
