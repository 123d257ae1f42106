#pragma once

#include <memory>
#include <vector>

#include "memristor_synapses.hpp"
#include "neuron.hpp"

/// \file
/// A network as all threads share it: numbering, models, devices.

namespace neucasl::spiking_plugin {

struct LoweredNetwork {
  LoweredNetwork(const mapping::SpikingNetwork& network, std::uint64_t seed);

  const mapping::SpikingNetwork& network;
  std::uint64_t seed;
  std::vector<std::size_t> first;   // Of each population, and the number of all at the end.
  std::vector<NeuronModel> models;  // By population.
  /// By projection; null where synapses are plain charges.
  std::vector<std::unique_ptr<MemristorSynapses>> devices;
  std::vector<char> learns;  // By population: the target of a plastic projection.
  double shortest_delay = 0.0;
  double longest_delay = 0.0;  // 0 without synapses

  [[nodiscard]] std::size_t size() const { return first.back(); }
};

}  // namespace neucasl::spiking_plugin
