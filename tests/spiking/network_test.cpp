#include <algorithm>
#include <cmath>

#include "networks.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/checks.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/ir/verifier.hpp"

/// \file
/// Delays, simultaneous events, threads, the netlist, and the rate of random networks against
/// mean-field theory.

namespace neucasl::spiking_test {
namespace {

/// Charges act at once on a neuron without leak, so that its potential counts them.
NeuronPopulation counter(const std::string& name, std::size_t size) {
  NeuronPopulation population = neurons(name, size);
  population.leak_conductance = 0.0;
  population.synaptic_time = 0.0;
  population.capacitance = 0x1p-30;
  population.rest_potential = 0.0;
  population.reset_potential = 0.0;
  population.refractory_time = 0.0;
  population.threshold.assign(size, 1.0);
  population.initial_potential.assign(size, 0.0);
  return population;
}

TEST(Delays, ASpikeArrivesAfterTheDelayOfItsSynapse) {
  SpikingNetwork network = network_of({list("input", {{0.25}}), counter("counter", 3)});
  SynapseProjection projection = charges(network, 0, 1, {0x1p-30, 0x1p-30, 0x1p-30}, 1.0);
  projection.delay = {0.5, 0.125, 3.0};
  network.projections.push_back(projection);
  const plugin::SpikingResult result = run(network, 4.0);
  EXPECT_EQ(times_of(result, 1, 0), std::vector<double>{0.75});
  EXPECT_EQ(times_of(result, 1, 1), std::vector<double>{0.375});
  EXPECT_EQ(times_of(result, 1, 2), std::vector<double>{3.25});
  EXPECT_EQ(result.synaptic_events, 3U);
  // In order of time over all neurons.
  ASSERT_EQ(result.spikes.size(), 4U);
  for (std::size_t k = 1; k < 4; ++k) EXPECT_LT(result.spikes[k - 1].time, result.spikes[k].time);
}

TEST(SimultaneousEvents, AddUpBeforeTheThresholdIsTested) {
  SpikingNetwork network =
      network_of({list("input", {{0.5}, {0.5}, {0.5}}), counter("counter", 2)});
  // 0.75 + 0.75 - 0.75 stays below; 0.5 + 0.5 reaches the threshold of 1 exactly.
  const double unit = 0x1p-30;
  network.projections.push_back(charges(
      network, 0, 1, {0.75 * unit, 0.5 * unit, 0.75 * unit, 0.5 * unit, -0.75 * unit, 0.0}, 0.25));
  const plugin::SpikingResult result = run(network, 2.0);
  EXPECT_TRUE(times_of(result, 1, 0).empty());
  EXPECT_EQ(times_of(result, 1, 1), std::vector<double>{0.75});
}

TEST(SimultaneousEvents, APotentialThatCrossesByItselfComesFirst) {
  // Without leak 1 V is reached at 0.75 s, just when an inhibiting charge arrives.
  NeuronPopulation one = counter("one", 1);
  one.bias_current = {0x1p-30 / 0.75};
  SpikingNetwork network = network_of({list("input", {{0.5}}), one});
  network.projections.push_back(charges(network, 0, 1, {-0x1p-31}, 0.25));
  const std::vector<double> times = times_of(run(network, 2.5), 1, 0);
  ASSERT_EQ(times.size(), 2U);
  EXPECT_DOUBLE_EQ(times[0], 0.75);
  // Then the charge takes half a volt off: three eighths of a second more.
  EXPECT_NEAR(times[1], 0.75 + 0.75 + 0.375, 1e-12);
}

TEST(SimultaneousEvents, ACrossingJustAfterAnArrivalIsASpikeLikeAnother) {
  // The arrival comes one rounding step before 0.75 s, when the potential reaches 1 V.
  NeuronPopulation one = counter("one", 1);
  one.synaptic_time = 0.25;
  one.bias_current = {0x1p-30 / 0.75};
  SpikingNetwork network = network_of({list("input", {{std::nextafter(0.75, 0.0) - 0.25}}), one});
  network.projections.push_back(charges(network, 0, 1, {0x1p-60}, 0.25));
  const std::vector<double> times = times_of(run(network, 2.0), 1, 0);
  ASSERT_EQ(times.size(), 2U);
  EXPECT_DOUBLE_EQ(times[0], 0.75);
  EXPECT_NEAR(times[1], 1.5, 1e-8);
}

TEST(RefractoryTime, ChargesWithinItAreLostAndCurrentsAreNot) {
  NeuronPopulation at_once = counter("at_once", 1);
  at_once.refractory_time = 0.5;
  NeuronPopulation slow = at_once;
  slow.name = "slow";
  slow.synaptic_time = 0.25;
  SpikingNetwork network = network_of({list("input", {{0.5, 0.75}}), at_once, slow});
  network.projections.push_back(charges(network, 0, 1, {0x1p-30}, 0.125));
  network.projections.push_back(charges(network, 0, 2, {0x1p-28}, 0.125));
  const plugin::SpikingResult result = run(network, 8.0);
  EXPECT_EQ(times_of(result, 1, 0).size(), 1U);
  EXPECT_EQ(times_of(result, 2, 0).size(), 2U);
}

/// Excitation and inhibition at random, with external Poisson input of its own for each neuron.
struct RandomNetwork {
  std::size_t excitatory = 800;
  std::size_t inhibitory = 200;
  std::size_t excitatory_inputs = 80;  // outputs of each, so inputs on average
  std::size_t inhibitory_inputs = 20;
  double jump = 0.1e-3;  // V
  double ratio = 5.0;
  double external_rate = 11e3;

  [[nodiscard]] SpikingNetwork make(double synaptic_time = 0.0) const {
    SpikingNetwork network =
        network_of({neurons("excitatory", excitatory), neurons("inhibitory", inhibitory),
                    poisson("drive", excitatory + inhibitory, external_rate)});
    base::RandomStream stream(7, "test/network");
    for (std::size_t p = 0; p < 2; ++p) {
      NeuronPopulation& population = network.populations[p];
      population.synaptic_time = synaptic_time;
      for (double& v : population.initial_potential) v = -70e-3 + 20e-3 * stream.uniform();
    }
    add_projections(network, stream);
    return network;
  }

  void add_projections(SpikingNetwork& network, base::RandomStream& stream) const {
    const double charge = jump * network.populations[0].capacitance;
    for (const std::size_t source : {0, 1}) {
      for (const std::size_t target : {0, 1}) {
        const std::size_t outputs = (source == 0 ? excitatory_inputs : inhibitory_inputs) *
                                    network.populations[target].size /
                                    network.populations[source].size;
        SynapseProjection projection = charges(network, source, target, {}, 1.5e-3);
        projection.columns = outputs;
        for (std::size_t k = 0; k < projection.rows * outputs; ++k) {
          projection.address.push_back(
              stream.below(static_cast<std::uint32_t>(network.populations[target].size)));
          projection.weight.push_back(source == 0 ? charge : -ratio * charge);
        }
        network.projections.push_back(std::move(projection));
      }
    }
    for (const std::size_t target : {0, 1}) {
      SynapseProjection projection = charges(network, 2, target, {}, 1e-3);
      projection.columns = 1;
      for (std::size_t row = 0; row < projection.rows; ++row) {
        const std::size_t first = target == 0 ? 0 : excitatory;
        const bool mine = row >= first && row < first + network.populations[target].size;
        projection.address.push_back(static_cast<std::uint32_t>(mine ? row - first : 0));
        projection.weight.push_back(mine ? charge : 0.0);
      }
      network.projections.push_back(std::move(projection));
    }
  }
};

double mean_rate(const plugin::SpikingResult& result, std::size_t first, std::size_t last,
                 double begin, double end) {
  std::size_t count = 0;
  for (const plugin::Spike& spike : result.spikes) {
    count += spike.neuron >= first && spike.neuron < last && spike.time >= begin ? 1 : 0;
  }
  return static_cast<double>(count) / (static_cast<double>(last - first) * (end - begin));
}

/// Rate of a neuron under Gaussian white noise (A. J. F. Siegert, Phys. Rev. 81:617, 1951):
/// 1/rate = t_ref + t_m sqrt(pi) int exp(x^2) (1 + erf x) dx from (reset - mean)/sigma to
/// (threshold - mean)/sigma; mean and sigma of the free potential, sigma^2 twice its variance.
double siegert(const NeuronPopulation& neuron, double mean, double sigma) {
  const double membrane = neuron.capacitance / neuron.leak_conductance;
  const double low = (neuron.reset_potential - mean) / sigma;
  const double high = (neuron.threshold[0] - mean) / sigma;
  const int steps = 2000;
  const auto value = [](double x) { return std::exp(x * x) * std::erfc(-x); };
  double sum = value(low) + value(high);
  for (int k = 1; k < steps; ++k) {
    sum += (k % 2 == 1 ? 4.0 : 2.0) * value(low + (high - low) * k / steps);
  }
  const double integral = sum * (high - low) / steps / 3.0;
  return 1.0 / (neuron.refractory_time + membrane * std::sqrt(std::acos(-1.0)) * integral);
}

TEST(Theory, RateUnderNoiseIsSiegerts) {
  const std::size_t size = 150;
  NeuronPopulation population = neurons("neurons", size);
  population.synaptic_time = 0.0;
  const double jump = 0.1e-3;
  SpikingNetwork network =
      network_of({population, poisson("excite", size, 14e3), poisson("inhibit", size, 5e3)});
  for (const std::size_t source : {1, 2}) {
    SynapseProjection projection = charges(network, source, 0, {}, 1e-3);
    projection.columns = 1;
    for (std::uint32_t k = 0; k < size; ++k) projection.address.push_back(k);
    projection.weight.assign(size, (source == 1 ? jump : -jump) * population.capacitance);
    network.projections.push_back(std::move(projection));
  }
  const double begin = 0.2, end = 1.2;
  const double found = mean_rate(run(network, end), 0, size, begin, end);
  const double membrane = 20e-3;
  const double expected =
      siegert(population, population.rest_potential + membrane * jump * (14e3 - 5e3),
              jump * std::sqrt(membrane * (14e3 + 5e3)));
  // Renewal process: the count's deviation is at most that of a Poisson process. Jumps of 0.1 mV
  // pass the threshold by up to their size, which white noise does not: 2 %.
  RecordProperty("found_over_expected", std::to_string(found / expected));
  const double deviation = std::sqrt(expected / (static_cast<double>(size) * (end - begin)));
  EXPECT_GT(expected, 5.0);
  EXPECT_NEAR(found, expected, 3.0 * deviation + 0.02 * expected);
}

TEST(Theory, RateOfABalancedNetworkIsTheMeanField) {
  const RandomNetwork parameters;
  const SpikingNetwork network = parameters.make();
  const double begin = 0.1, end = 0.3;
  const double found = mean_rate(run(network, end), 0, 1000, begin, end);
  // The self-consistent rate (N. Brunel, J. Comput. Neurosci. 8:183, 2000), by bisection.
  const NeuronPopulation& neuron = network.populations[0];
  const double membrane = 20e-3, jump = parameters.jump;
  const auto response = [&](double rate) {
    const double excite = 80.0 * rate + parameters.external_rate;
    const double inhibit = 20.0 * rate;
    const double mean =
        neuron.rest_potential + membrane * jump * (excite - parameters.ratio * inhibit);
    const double variance =
        membrane * jump * jump * (excite + parameters.ratio * parameters.ratio * inhibit);
    return siegert(neuron, mean, std::sqrt(variance));
  };
  double low = 0.0, high = 300.0;
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (response(middle) > middle ? low : high) = middle;
  }
  RecordProperty("found_over_expected", std::to_string(found / low));
  EXPECT_GT(low, 3.0);
  // Indegrees vary, and inputs are shared: 5 % beside the statistical deviation.
  EXPECT_NEAR(found, low, 3.0 * std::sqrt(low / (1000.0 * (end - begin))) + 0.05 * low);
}

TEST(Threads, ResultIsTheSameForAnyNumber) {
  for (const double synaptic_time : {0.0, 3e-3}) {
    RandomNetwork parameters;
    parameters.jump = 0.2e-3;
    parameters.external_rate = 7e3;
    const SpikingNetwork network = parameters.make(synaptic_time);
    const plugin::SpikingResult one = run(network, 0.06, 1);
    EXPECT_GT(one.spikes.size(), 2000U);
    for (const int threads : {2, 3, 7}) {
      const plugin::SpikingResult many = run(network, 0.06, threads);
      EXPECT_EQ(one.spikes, many.spikes) << threads;
      EXPECT_EQ(one.synaptic_events, many.synaptic_events);
    }
    EXPECT_NE(one.spikes, run(network, 0.06, 1, 2).spikes);
  }
}

TEST(Progress, RisesToTheEndAndMayCancel) {
  for (const bool joined : {false, true}) {
    SpikingNetwork network = network_of({poisson("drive", 3, 100.0), neurons("cells", 3)});
    if (joined) {
      network.projections.push_back(charges(network, 0, 1, std::vector<double>(9, 1e-12), 10.0));
    }
    plugin::SpikingOptions options;
    options.duration = 2.0;
    std::vector<std::size_t> told;
    options.progress = [&](std::string_view, std::size_t done, std::size_t total) {
      EXPECT_EQ(total, 1000U);
      told.push_back(done);
    };
    static_cast<void>(spiking_plugin::EventDrivenSolver().run(network, options));
    ASSERT_GT(told.size(), 20U);
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
    EXPECT_GT(told.back(), 950U);
    EXPECT_LE(told.back(), 1000U);
    options.progress = [&](std::string_view, std::size_t done, std::size_t) {
      EXPECT_LT(done, 600U);
      if (done >= 500) options.cancel.request();
    };
    EXPECT_THROW(static_cast<void>(spiking_plugin::EventDrivenSolver().run(network, options)),
                 base::Cancelled);
  }
}

TEST(Boxes, AFullBoxChangesNothing) {
  // 5,000 arrivals at one neuron within the shortest delay, where a box holds 32.
  std::vector<std::vector<double>> times(1);
  for (int k = 0; k < 5000; ++k) times[0].push_back(0.25 + k * 1e-5);
  NeuronPopulation one = neurons("one", 1);
  SpikingNetwork network = network_of({list("input", times), one});
  network.projections.push_back(charges(network, 0, 1, {0x1p-43}, 1.0));
  const std::vector<double> together = times_of(run(network, 2.0), 1, 0);
  // A synapse without a spike makes the days short.
  network.populations.push_back(list("silent", {{}}));
  network.projections.push_back(charges(network, 2, 1, {0x1p-43}, 1e-4));
  EXPECT_GT(together.size(), 10U);
  EXPECT_EQ(together, times_of(run(network, 2.0), 1, 0));
}

TEST(Netlist, DescribesTheNetworkWhole) {
  RandomNetwork parameters;
  parameters.excitatory = 40;
  parameters.inhibitory = 10;
  parameters.excitatory_inputs = 8;
  parameters.inhibitory_inputs = 2;
  parameters.jump = 0.5e-3;
  SpikingNetwork network = parameters.make(4e-3);
  network.populations.push_back(list("events", {{0.01, 0.02}, {}, {0.015}}));
  network.populations.push_back(adaptive_neurons("adaptive", 2));
  network.populations.back().bias_current = {300e-12, 350e-12};
  network.projections.push_back(
      charges(network, 3, 4, {1e-12, 0.0, 2e-12, 1e-12, 0.0, -1e-12}, 1e-3));
  network.projections.back().delay = {1e-3, 1e-3, 2e-3, 1e-3, 1e-3, 3e-3};

  const ir::Design design = mapping::spiking_design(network);
  base::DiagnosticSink sink;
  EXPECT_TRUE(ir::verify(design, sink)) << (sink.all().empty() ? "" : sink.all()[0].message);
  EXPECT_TRUE(ir::report_connectivity(ir::flatten(design), sink));
  const ir::Design parsed = ir::parse(ir::print(design));
  EXPECT_EQ(parsed, design);
  EXPECT_EQ(io::decode(io::encode(design)), design);
  device::UseList uses;
  const SpikingNetwork read = mapping::read_spiking_network(parsed, nullptr, uses);
  EXPECT_EQ(read.synapses(), network.synapses());
  const plugin::SpikingResult expected = run(network, 0.1);
  EXPECT_GT(expected.spikes.size(), 100U);
  EXPECT_EQ(run(read, 0.1).spikes, expected.spikes);
}

TEST(Netlist, ListsMayRepeat) {
  const std::string text = R"(ncir 1
design "net"
top net
primitive event
  attribute element: "spike_event"
  parameter time: -1 s
  parameter period: 0.25 s
  parameter repetitions: 3
  net output spike
  port output output
end
module net
  attribute role: "spiking_network"
  net events_output spike [2]
  table times [2 2] "s"
    0.1 -1
    0.05 0.2
  end
  array events: event [2 2] (output = events_output[0 + 1 row + 0 column]) { time: table times }
end
)";
  device::UseList uses;
  const SpikingNetwork network = mapping::read_spiking_network(ir::parse(text), nullptr, uses);
  EXPECT_EQ(network.populations[0].spike_times[0], (std::vector<double>{0.1, 0.1 + 0.25, 0.6}));
  EXPECT_EQ(network.populations[0].spike_times[1].size(), 6U);
  EXPECT_EQ(times_of(run(network, 0.5), 0, 1), (std::vector<double>{0.05, 0.2, 0.3, 0.45}));
}

}  // namespace
}  // namespace neucasl::spiking_test
