#include <algorithm>
#include <cmath>
#include <cstdint>
#include <queue>
#include <vector>

#include "engine.hpp"
#include "machine_rates.hpp"
#include "neucasl/base/random.hpp"
#include "neuron.hpp"

/// \file
/// The spiking engine against two plain loops over the same network, in seconds per synaptic event:
/// one with a heap of events, exact as the engine; one that is clock-driven with a step of 0.1 ms.
///
/// Network: leaky integrate-and-fire neurons (20 ms) with exponential currents (5 ms), a fifth of
/// them inhibiting, random targets, one delay of 1.5 ms, driven by currents that differ.

namespace neucasl {
namespace {

using benchmarks::Comparison;
using mapping::NeuronPopulation;
using mapping::SpikingNetwork;
using mapping::SynapseProjection;

constexpr double delay = 1.5e-3;

NeuronPopulation population_of(std::size_t size, base::RandomStream& stream) {
  NeuronPopulation population;
  population.name = "neurons";
  population.size = size;
  population.capacitance = 200e-12;
  population.leak_conductance = 10e-9;
  population.rest_potential = -70e-3;
  population.reset_potential = -60e-3;
  population.refractory_time = 2e-3;
  population.synaptic_time = 5e-3;
  population.threshold.assign(size, -50e-3);
  for (std::size_t i = 0; i < size; ++i) {
    population.bias_current.push_back((190.0 + 120.0 * stream.uniform()) * 1e-12);
    population.initial_potential.push_back(-70e-3 + 20e-3 * stream.uniform());
  }
  return population;
}

SpikingNetwork random_network(std::size_t size, std::size_t outputs) {
  base::RandomStream stream(1, "benchmark/network");
  SpikingNetwork network;
  network.name = "network";
  network.populations.push_back(population_of(size, stream));
  SynapseProjection projection;
  projection.name = "synapses";
  projection.rows = size;
  projection.columns = outputs;
  projection.delay = {delay};
  // The sum over the inputs of a neuron does not grow with their number.
  const double charge = 8e-12 / static_cast<double>(outputs);
  for (std::size_t copy = 0; copy < size * outputs; ++copy) {
    projection.address.push_back(stream.below(static_cast<std::uint32_t>(size)));
    projection.weight.push_back(copy / outputs < size / 5 ? -5.0 * charge : charge);
  }
  network.projections.push_back(std::move(projection));
  return network;
}

struct LoopResult {
  std::vector<plugin::Spike> spikes;
  std::uint64_t events = 0;
};

/// One heap of arrivals and of predicted spikes; every charge is followed by a new prediction.
class HeapLoop {
 public:
  explicit HeapLoop(const SpikingNetwork& network)
      : neurons_(network.populations[0]),
        synapses_(network.projections[0]),
        model_(neurons_),
        states_(neurons_.size),
        version_(neurons_.size, 0) {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      states_[i].potential = neurons_.initial_potential[i];
      states_[i].threshold = neurons_.threshold[i];
      states_[i].level =
          neurons_.rest_potential + neurons_.bias_current[i] / neurons_.leak_conductance;
      predict(static_cast<std::uint32_t>(i));
    }
  }

  LoopResult run(double end) {
    while (!heap_.empty() && heap_.top().time < end) {
      const Item item = heap_.top();
      heap_.pop();
      if (item.arrival) {
        deliver(item);
      } else if (item.version == version_[item.neuron]) {
        fire(item.neuron, item.time);
      }
    }
    return std::move(result_);
  }

 private:
  struct Item {
    double time;
    std::uint32_t neuron;
    std::uint32_t version;
    bool arrival;
    bool operator<(const Item& other) const {
      return time != other.time ? time > other.time : neuron > other.neuron;
    }
  };

  void predict(std::uint32_t i) {
    ++version_[i];
    spiking_plugin::NeuronState state = states_[i];
    if (state.held()) spiking_plugin::decay_currents(state, model_, state.release);
    const double time = spiking_plugin::exact_crossing(state, model_);
    if (time < spiking_plugin::never) heap_.push({time, i, version_[i], false});
  }
  void fire(std::uint32_t i, double time) {
    spiking_plugin::NeuronState& state = states_[i];
    spiking_plugin::advance(state, model_, time);
    state.potential = model_.reset;
    state.release = time + model_.refractory_time;
    result_.spikes.push_back({time, i});
    heap_.push({time + delay, i, 0, true});
    predict(i);
  }
  void deliver(const Item& item) {
    const std::size_t begin = item.neuron * synapses_.columns;
    for (std::size_t copy = begin; copy < begin + synapses_.columns; ++copy) {
      const std::uint32_t target = synapses_.address[copy];
      spiking_plugin::advance(states_[target], model_, item.time);
      states_[target].current +=
          static_cast<double>(static_cast<float>(synapses_.weight[copy] * model_.jump));
      predict(target);
      ++result_.events;
    }
  }

  const NeuronPopulation& neurons_;
  const SynapseProjection& synapses_;
  spiking_plugin::NeuronModel model_;
  std::vector<spiking_plugin::NeuronState> states_;
  std::vector<std::uint32_t> version_;
  std::priority_queue<Item> heap_;
  LoopResult result_;
};

/// Steps of 0.1 ms, exact within a step without input; charges and spikes on the grid.
LoopResult clock_loop(const SpikingNetwork& network, double end) {
  const NeuronPopulation& neurons = network.populations[0];
  const SynapseProjection& synapses = network.projections[0];
  const spiking_plugin::NeuronModel model(neurons);
  constexpr double step = 0.1e-3;
  const auto slots = static_cast<std::size_t>(std::lround(delay / step));
  const auto held = static_cast<int>(std::lround(model.refractory_time / step));
  const std::size_t size = neurons.size;
  const double membrane = std::exp(-model.membrane_rate * step);
  const double synaptic = std::exp(-model.synaptic_rate * step);
  const double gain = model.synaptic_gain * (synaptic - membrane);
  std::vector<double> potential = neurons.initial_potential, current(size, 0.0), level(size);
  std::vector<int> wait(size, 0);
  std::vector<std::vector<float>> input(slots, std::vector<float>(size, 0.0F));
  std::vector<float> jump(synapses.weight.size());
  for (std::size_t k = 0; k < jump.size(); ++k) {
    jump[k] = static_cast<float>(synapses.weight[k] * model.jump);
  }
  for (std::size_t i = 0; i < size; ++i) {
    level[i] = neurons.rest_potential + neurons.bias_current[i] / neurons.leak_conductance;
  }
  LoopResult result;
  const auto steps = static_cast<std::size_t>(std::lround(end / step));
  for (std::size_t t = 1; t <= steps; ++t) {
    std::vector<float>& now = input[t % slots];
    for (std::size_t i = 0; i < size; ++i) {
      if (wait[i] > 0) {
        --wait[i];
      } else {
        potential[i] = level[i] + (potential[i] - level[i]) * membrane + gain * current[i];
      }
      current[i] = current[i] * synaptic + static_cast<double>(now[i]);
      now[i] = 0.0F;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (potential[i] < neurons.threshold[i]) continue;
      potential[i] = model.reset;
      wait[i] = held;
      result.spikes.push_back({static_cast<double>(t) * step, static_cast<std::uint32_t>(i)});
      // Filled after this slot was emptied, it is read again one delay from now.
      const std::size_t begin = i * synapses.columns;
      for (std::size_t k = begin; k < begin + synapses.columns; ++k) {
        now[synapses.address[k]] += jump[k];
      }
      result.events += synapses.columns;
    }
  }
  return result;
}

/// Differences of the first spikes of the neurons that spike within `until`, s, ascending: later
/// spikes tell more of the network's chaos than of the loop.
std::vector<double> first_spike_differences(const std::vector<plugin::Spike>& a,
                                            const std::vector<plugin::Spike>& b, std::size_t size,
                                            double until) {
  const auto first = [size](const std::vector<plugin::Spike>& spikes) {
    std::vector<double> time(size, -1.0);
    for (const plugin::Spike& spike : spikes) {
      if (time[spike.neuron] < 0.0) time[spike.neuron] = spike.time;
    }
    return time;
  };
  const std::vector<double> one = first(a), other = first(b);
  std::vector<double> differences;
  for (std::size_t i = 0; i < size; ++i) {
    if (one[i] < 0.0 || one[i] > until) continue;
    differences.push_back(other[i] < 0.0 ? until : std::abs(one[i] - other[i]));
  }
  std::sort(differences.begin(), differences.end());
  return differences;
}

/// Slot, event written and read, and the line that the write fetches.
constexpr double bytes_per_event = 32.0;
constexpr double claimed_seconds_per_event = 1e-7;
constexpr double claimed_bytes = 64e6;

struct Measured {
  plugin::SpikingResult result;
  double seconds_per_event = 0.0;
};

Measured measure_engine(const SpikingNetwork& network, double duration) {
  plugin::SpikingOptions options;
  options.duration = duration;
  const spiking_plugin::EventDrivenSolver solver;
  Measured measured;
  // What a network costs before its first event is not the cost of an event.
  plugin::SpikingOptions start = options;
  start.duration = 1e-9;
  const double setup =
      benchmarks::best_seconds(2, [&] { static_cast<void>(solver.run(network, start)); });
  const double seconds =
      benchmarks::best_seconds(4, [&] { measured.result = solver.run(network, options); });
  measured.seconds_per_event =
      (seconds - setup) / static_cast<double>(measured.result.synaptic_events);
  return measured;
}

Comparison comparison_of(const Measured& engine) {
  Comparison one;
  one.seconds = engine.seconds_per_event;
  one.limit_seconds = claimed_seconds_per_event;
  one.bound_seconds = bytes_per_event / benchmarks::triad_rate();
  one.bytes = static_cast<double>(engine.result.bytes);
  one.bytes_limit = claimed_bytes;
  return one;
}

/// Arguments: neurons, synapses of each; a million synapses in all.
void spiking_network_heap(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const SpikingNetwork network = random_network(size, static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) {
    const Measured engine = measure_engine(network, 0.5);
    Comparison one = comparison_of(engine);
    constexpr double heap_end = 0.05;
    LoopResult loop;
    HeapLoop heap(network);
    const double seconds = benchmarks::seconds_of([&] { loop = heap.run(heap_end); });
    one.reference = "heap of events, exact";
    one.reference_seconds = seconds / static_cast<double>(std::max<std::uint64_t>(loop.events, 1));
    one.floor = 5.0;
    const std::vector<double> differences =
        first_spike_differences(engine.result.spikes, loop.spikes, size, 0.02);
    if (differences.empty()) return state.SkipWithError("no spike to compare");
    one.error = differences.back();
    one.error_limit = 1e-9;
    state.SetIterationTime(one.seconds);
    benchmarks::record(state, one);
    state.counters["events"] = static_cast<double>(engine.result.synaptic_events);
    state.counters["rate"] =
        static_cast<double>(engine.result.spikes.size()) / static_cast<double>(size) / 0.5;
  }
}
BENCHMARK(spiking_network_heap)
    ->Args({10000, 100})
    ->Args({1000, 1000})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kNanosecond);

/// The error here is the clock's: the engine agrees with the heap loop.
void spiking_network_clock(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const SpikingNetwork network = random_network(size, static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) {
    const Measured engine = measure_engine(network, 0.5);
    Comparison one = comparison_of(engine);
    LoopResult loop;
    const double seconds = benchmarks::seconds_of([&] { loop = clock_loop(network, 0.5); });
    one.reference = "clock of 0.1 ms; error: median of its spike times, s";
    one.reference_seconds = seconds / static_cast<double>(std::max<std::uint64_t>(loop.events, 1));
    const std::vector<double> differences =
        first_spike_differences(engine.result.spikes, loop.spikes, size, 0.02);
    if (differences.empty()) return state.SkipWithError("no spike to compare");
    one.error = differences[differences.size() / 2];
    state.SetIterationTime(one.seconds);
    benchmarks::record(state, one);
  }
}
BENCHMARK(spiking_network_clock)
    ->Args({10000, 100})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace neucasl

BENCHMARK_MAIN();
