#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "neucasl/mapping/spiking_network.hpp"
#include "spiking/engine.hpp"

/// \file
/// Small networks for the tests. Numbers are those of a textbook neuron: 20 ms, 10 mV and more.

namespace neucasl::spiking_test {

using mapping::NeuronKind;
using mapping::NeuronPopulation;
using mapping::SpikingNetwork;
using mapping::SynapseProjection;

inline NeuronPopulation neurons(const std::string& name, std::size_t size) {
  NeuronPopulation population;
  population.name = name;
  population.size = size;
  population.capacitance = 200e-12;
  population.leak_conductance = 10e-9;  // 20 ms
  population.rest_potential = -70e-3;
  population.reset_potential = -60e-3;
  population.refractory_time = 2e-3;
  population.synaptic_time = 5e-3;
  population.threshold.assign(size, -50e-3);
  population.bias_current.assign(size, 0.0);
  population.initial_potential.assign(size, -70e-3);
  return population;
}

inline NeuronPopulation adaptive_neurons(const std::string& name, std::size_t size) {
  NeuronPopulation population = neurons(name, size);
  population.kind = NeuronKind::adaptive;
  population.adaptation_time = 150e-3;
  population.adaptation_step = 20e-12;
  return population;
}

inline NeuronPopulation list(const std::string& name, std::vector<std::vector<double>> times) {
  NeuronPopulation population;
  population.name = name;
  population.kind = NeuronKind::spike_list;
  population.size = times.size();
  population.spike_times = std::move(times);
  return population;
}

inline NeuronPopulation poisson(const std::string& name, std::size_t size, double rate) {
  NeuronPopulation population;
  population.name = name;
  population.kind = NeuronKind::poisson_source;
  population.size = size;
  population.rate.assign(size, rate);
  return population;
}

inline SynapseProjection charges(const SpikingNetwork& network, std::size_t source,
                                 std::size_t target, std::vector<double> charge, double delay) {
  SynapseProjection projection;
  projection.name = network.populations[source].name + "_to_" + network.populations[target].name;
  projection.source = source;
  projection.target = target;
  projection.rows = network.populations[source].size;
  projection.columns = network.populations[target].size;
  projection.weight = std::move(charge);
  projection.delay = {delay};
  return projection;
}

inline SpikingNetwork network_of(std::vector<NeuronPopulation> populations) {
  SpikingNetwork network;
  network.name = "network";
  network.populations = std::move(populations);
  return network;
}

inline plugin::SpikingResult run(const SpikingNetwork& network, double duration, int threads = 1,
                                 std::uint64_t seed = 1) {
  plugin::SpikingOptions options;
  options.duration = duration;
  options.threads = threads;
  options.seed = seed;
  return spiking_plugin::EventDrivenSolver().run(network, options);
}

/// Spike times of one neuron.
inline std::vector<double> times_of(const plugin::SpikingResult& result, std::size_t population,
                                    std::size_t index) {
  std::vector<double> times;
  for (const plugin::Spike& spike : result.spikes) {
    if (spike.neuron == result.first[population] + index) times.push_back(spike.time);
  }
  return times;
}

/// The code and text of the error that `work` must throw.
inline base::Diagnostic error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace neucasl::spiking_test
