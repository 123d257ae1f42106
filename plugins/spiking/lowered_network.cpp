#include "lowered_network.hpp"

namespace neucasl::spiking_plugin {

LoweredNetwork::LoweredNetwork(const mapping::SpikingNetwork& given, std::uint64_t run_seed)
    : network(given), seed(run_seed) {
  first.push_back(0);
  for (const mapping::NeuronPopulation& population : network.populations) {
    first.push_back(first.back() + population.size);
    models.emplace_back(population);
  }
  if (first.back() > 0xfffffffeU) {
    throw base::Error("spiking.size", "the network has more than 2^32 neurons",
                      "simulate it in parts");
  }
  learns.assign(network.populations.size(), 0);
  shortest_delay = never;
  for (const mapping::SynapseProjection& projection : network.projections) {
    devices.emplace_back();
    if (projection.memristive) {
      const std::size_t targets = network.populations[projection.target].size;
      devices.back() = std::make_unique<MemristorSynapses>(projection, targets, seed);
      if (devices.back()->plastic()) learns[projection.target] = 1;
    }
    for (std::size_t copy = 0; copy < projection.weight.size(); ++copy) {
      if (projection.weight[copy] == 0.0) continue;
      shortest_delay = std::min(shortest_delay, projection.delay_of(copy));
      longest_delay = std::max(longest_delay, projection.delay_of(copy));
    }
  }
}

}  // namespace neucasl::spiking_plugin
