#include "neucasl/plugin/rounded_weights.hpp"

#include "neucasl/precision/graph_quantisation.hpp"

namespace neucasl::plugin {

std::vector<float> rounded_weights(workload::StagedNetwork& network, std::size_t layer,
                                   const std::vector<float>& weight,
                                   const precision::QuantiserForm& form) {
  const workload::PlacedLayer placed = network.place(layer);
  return precision::quantise(weight, precision::weight_layout(placed.graph, placed.node), form)
      .values();
}

}  // namespace neucasl::plugin
