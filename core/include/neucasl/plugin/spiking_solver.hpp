#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/mapping/spiking_network.hpp"

/// \file
/// Simulation of spiking networks and the interface of its engines.

namespace neucasl::plugin {

/// A neuron or source by population and index in it.
struct NeuronRef {
  std::size_t population = 0;
  std::size_t index = 0;
};

struct SpikingOptions {
  double duration = 0.0;   ///< s; the simulation covers [0, duration).
  std::uint64_t seed = 1;  ///< Of Poisson sources and devices.
  int threads = 1;         ///< The result does not depend on it, bit for bit.
  base::CancelFlag cancel;
  base::ProgressListener progress;  ///< Thousandths of the simulated time; may be empty.
  std::vector<NeuronRef> probes;    ///< Neurons whose membrane potential is sampled.
  double sample_interval = 0.0;     ///< s; needed with probes.
  std::size_t max_spikes = 0;       ///< Stops with an error beyond; 0: any number.
};

struct Spike {
  double time = 0.0;  ///< s
  /// Neurons and sources counted through all populations in their order.
  std::uint32_t neuron = 0;
  bool operator==(const Spike&) const = default;
};

struct SpikingResult {
  std::vector<Spike> spikes;       ///< By time, then neuron.
  std::vector<std::size_t> first;  ///< Number of a population's first neuron; one more at the end.
  std::uint64_t synaptic_events = 0;           ///< Charges delivered.
  std::vector<double> sample_time;             ///< s
  std::vector<std::vector<double>> potential;  ///< V, by probe, then sample.
  /// By projection: S at the end of memristive projections by copy, drift left out, else empty.
  std::vector<std::vector<double>> conductance;
  std::size_t bytes = 0;  ///< Held by the engine's tables and queues at the end.
};

/// Simulates spiking networks. Implementations are stateless and may be called from several
/// threads.
class SpikingSolver {
 public:
  virtual ~SpikingSolver() = default;

  /// \throws base::Error as mapping::check_spiking_network; "spiking.options" for a duration,
  /// probe, interval or number of threads that makes no sense; "spiking.delay" when delays differ
  /// too much, or are too short for the duration; "spiking.parameter" for a rate that is too high
  /// for it; "spiking.weight" for a charge beyond the range of a float; "spiking.spikes" beyond
  /// max_spikes; "spiking.diverged" with population and index when a state is no longer finite or
  /// spikes follow each other at once; base::Cancelled.
  [[nodiscard]] virtual SpikingResult run(const mapping::SpikingNetwork& network,
                                          const SpikingOptions& options) const = 0;

  /// One line for reports: the method and its source.
  [[nodiscard]] virtual std::string method() const = 0;
};

}  // namespace neucasl::plugin
