#include "neucasl/plugin/rounded_weights.hpp"

#include <algorithm>

#include "neucasl/precision/precision_map.hpp"

namespace neucasl::plugin {

std::vector<float> rounded_weights(workload::StagedNetwork& /*network*/, std::size_t /*layer*/,
                                   const std::vector<float>& weight, int bits) {
  const precision::QuantisedTensor quantised = precision::quantise_symmetric(weight, bits);
  std::vector<float> result(weight.size());
  std::transform(quantised.value.begin(), quantised.value.end(), result.begin(), [&](int code) {
    return static_cast<float>(quantised.scale * code);
  });
  return result;
}

}  // namespace neucasl::plugin
