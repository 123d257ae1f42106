#include <cmath>

#include "networks.hpp"
#include "neucasl/base/file.hpp"
#include "tests/scratch_folder.hpp"

/// \file
/// Synapses that are devices: levels, programming noise, drift, read noise and plasticity.

namespace neucasl::spiking_test {
namespace {

mapping::SynapseDevice card(const std::string& id) {
  const device::Library library({std::string(NEUCASL_SOURCE_FOLDER) + "/devices"});
  device::UseList uses;
  return mapping::read_synapse_device(library.load(id), uses);
}

/// A neuron whose potential, in V, counts charge in pC and which never spikes.
NeuronPopulation meters(std::size_t size) {
  NeuronPopulation population = neurons("meters", size);
  population.leak_conductance = 0.0;
  population.synaptic_time = 0.0;
  population.capacitance = 1e-12;
  population.reset_potential = 0.0;
  population.threshold.assign(size, 1e6);
  population.initial_potential.assign(size, 0.0);
  return population;
}

/// One source that spikes at `times`, and devices of conductance `target` to `size` meters.
SpikingNetwork read_network(const std::string& id, std::vector<double> times, double target,
                            std::size_t size) {
  SpikingNetwork network = network_of({list("input", {std::move(times)}), meters(size)});
  network.projections.push_back(charges(network, 0, 1, std::vector<double>(size, target), 1e-3));
  mapping::MemristiveSynapse synapse;
  synapse.device = card(id);
  synapse.read_voltage = 0.2;
  synapse.read_time = 1e-6;
  network.projections[0].memristive = synapse;
  return network;
}

/// Charges of the reads of meter `index`, C; spikes lie 1 s apart from 0.5 s on.
std::vector<double> charges_of(const SpikingNetwork& network, std::size_t index, double end) {
  plugin::SpikingOptions options;
  options.duration = end;
  options.probes = {{1, index}};
  options.sample_interval = 1.0;
  const plugin::SpikingResult result = spiking_plugin::EventDrivenSolver().run(network, options);
  std::vector<double> found;
  for (std::size_t k = 1; k < result.potential[0].size(); ++k) {
    found.push_back((result.potential[0][k] - result.potential[0][k - 1]) * 1e-12);
  }
  return found;
}

TEST(Card, HasTheNumbersOfTheDevice) {
  const mapping::SynapseDevice agsi = card("agsi_jo2010");
  EXPECT_DOUBLE_EQ(agsi.conductance_max, 38.462e-9);
  ASSERT_TRUE(agsi.update.has_value());
  EXPECT_FALSE(agsi.drift.has_value());
  // P pulses cross the window, in both directions.
  EXPECT_NEAR(agsi.potentiated(agsi.conductance_min, 97.0), agsi.conductance_max, 1e-20);
  EXPECT_NEAR(agsi.depressed(agsi.conductance_max, 100.0), agsi.conductance_min, 1e-20);
  // Half of the pulses do more than half of the way.
  const double middle = 0.5 * (agsi.conductance_min + agsi.conductance_max);
  EXPECT_GT(agsi.potentiated(agsi.conductance_min, 48.5), 1.2 * middle);
  EXPECT_LT(agsi.depressed(agsi.conductance_max, 50.0), 0.5 * middle);
  const mapping::SynapseDevice pcm = card("gst_pcm_ibm");
  ASSERT_TRUE(pcm.drift && pcm.read_noise && pcm.programming_sigma);
  EXPECT_NEAR((*pcm.programming_sigma)(12.5e-6), (0.2635 + 1.965 / 2 - 1.1731 / 4) * 1e-6, 1e-15);
  EXPECT_FALSE(card("hfox_neurram").drift);
}

TEST(UpdateCurve, IsThatOfNeuroSim) {
  mapping::SynapseDevice device = card("agsi_jo2010");
  const double low = device.conductance_min, window = device.conductance_max - low;
  // G = B (1 - exp(-p / A)) + G_min with B so that p = 97 gives G_max; A from the source's table.
  const double scale = 0.499181 * 97.0;
  const double b = window / (1.0 - std::exp(-97.0 / scale));
  for (const double p : {1.0, 30.0, 80.0}) {
    const double expected = b * (1.0 - std::exp(-p / scale)) + low;
    EXPECT_NEAR(device.potentiated(low, p), expected, 1e-12 * expected) << p;
    // Pulses add up.
    EXPECT_NEAR(device.potentiated(device.potentiated(low, 10.0), p),
                device.potentiated(low, 10.0 + p), 1e-12 * expected);
  }
  const double down_scale = 0.200303 * 100.0;
  const double down_b = window / (1.0 - std::exp(-100.0 / down_scale));
  const double expected = device.conductance_max - down_b * (1.0 - std::exp(-40.0 / down_scale));
  EXPECT_NEAR(device.depressed(device.conductance_max, 40.0), expected, 1e-12 * expected);
  // A large curvature is the linear law, without loss of digits.
  device.update->potentiation.curvature = device.update->depression.curvature = 1e13;
  EXPECT_NEAR(device.potentiated(low, 9.7), low + 0.1 * window, 1e-10 * window);
  EXPECT_NEAR(device.depressed(low + window, 10.0), low + 0.9 * window, 1e-10 * window);
}

TEST(Card, RefusesNumbersThatMakeNoSense) {
  const auto code_of = [](const std::string& id, const std::string& number,
                          const std::string& with) {
    const std::string file = "/devices/memristor/" + id + ".xml";
    std::string text = base::read_file(std::string(NEUCASL_SOURCE_FOLDER) + file);
    const std::size_t at = text.find("value=", text.find('"' + number + '"'));
    text.replace(at, text.find('"', at + 7) + 1 - at, "value=\"" + with + '"');
    const test::ScratchFolder folder;
    static_cast<void>(folder.file(id + ".xml", text));
    const device::Library library({(folder / "").string()});
    const base::Diagnostic found = error_of([&] {
      device::UseList uses;
      static_cast<void>(mapping::read_synapse_device(library.load(id), uses));
    });
    EXPECT_GT(found.where.line, 0U) << number;
    return found.code;
  };
  EXPECT_EQ(code_of("agsi_jo2010", "update_sigma", "-0.035"), "device.range");
  EXPECT_EQ(code_of("agsi_jo2010", "depression_curvature", "0"), "device.range");
  EXPECT_EQ(code_of("agsi_jo2010", "conductance_min", "50"), "device.range");
  EXPECT_EQ(code_of("gst_pcm_array", "drift_mean_low", "0.2"), "device.range");
  EXPECT_EQ(code_of("gst_pcm_array", "read_noise_factor", "-1"), "device.range");
}

TEST(Levels, ConductancesAreTheNearestLevel) {
  SpikingNetwork network = read_network("hfox_neurram", {0.5}, 10e-6, 4);
  network.projections[0].weight = {1e-6, 12e-6, 22e-6, 40e-6};
  network.projections[0].memristive->levels = 4;  // 1, 14, 27, 40 uS
  const std::vector<double> found = run(network, 1.0).conductance[0];
  const std::vector<double> expected{1e-6, 14e-6, 27e-6, 40e-6};
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(found[k], expected[k], 1e-18);
}

TEST(ProgrammingNoise, HasTheMeanAndDeviationOfTheCard) {
  const double target = 20e-6;
  SpikingNetwork network = read_network("hfox_neurram", {0.5}, target, 4000);
  network.projections[0].memristive->programming_noise = true;
  const std::vector<double> found = run(network, 1.0).conductance[0];
  const double sigma = (*network.projections[0].memristive->device.programming_sigma)(target);
  double sum = 0.0, squares = 0.0;
  for (const double g : found) {
    sum += g - target;
    squares += (g - target) * (g - target);
  }
  EXPECT_NEAR(sum / 4000, 0.0, 4.0 * sigma / std::sqrt(4000.0));
  EXPECT_NEAR(std::sqrt(squares / 4000), sigma, 4.0 * sigma / std::sqrt(8000.0));
  // Each device keeps its number, whatever else there is.
  SpikingNetwork part = read_network("hfox_neurram", {0.5}, target, 10);
  part.projections[0].memristive->programming_noise = true;
  const std::vector<double> few = run(part, 1.0).conductance[0];
  for (std::size_t k = 0; k < few.size(); ++k) EXPECT_EQ(few[k], found[k]);
}

TEST(Drift, FollowsThePowerLaw) {
  const double target = 12.5e-6;
  SpikingNetwork network = read_network("gst_pcm_ibm", {0.5, 1.5, 2.5, 3.5, 4.5}, target, 1);
  mapping::MemristiveSynapse& synapse = *network.projections[0].memristive;
  synapse.drift = true;
  synapse.age = 30.0;
  synapse.device.drift->sigma = {0.0, 0.0, 0.0, 0.0};
  const double exponent = 0.049;  // the lower bound at half the range
  const std::vector<double> found = charges_of(network, 0, 6.0);
  for (std::size_t k = 0; k < found.size(); ++k) {
    const double since = 30.0 + 0.5 + static_cast<double>(k) + 1e-3;
    const double g = target * std::pow(since / 20.0, -exponent);
    EXPECT_NEAR(found[k], 0.2 * 1e-6 * g, 1e-6 * found[k]) << k;
  }
  // Before the reference time the law does not apply.
  synapse.age = 0.0;
  EXPECT_NEAR(charges_of(network, 0, 2.0)[0], 0.2 * 1e-6 * target, 1e-6 * found[0]);
}

TEST(Drift, ExponentsAreNormalWithoutTheirSign) {
  // So wide a spread that a tenth of the normal numbers are negative.
  const std::size_t size = 4000;
  const double target = 12.5e-6, mean = 0.049, sigma = 0.04;
  SpikingNetwork network = read_network("gst_pcm_ibm", {0.5}, target, size);
  mapping::MemristiveSynapse& synapse = *network.projections[0].memristive;
  synapse.drift = synapse.programming_noise = true;
  synapse.device.programming_sigma->coefficients = {0.0};
  synapse.device.drift->sigma = {0.0, 0.0, sigma, sigma};
  synapse.age = 20.0 * std::exp(10.0) - 0.501;
  plugin::SpikingOptions options;
  options.duration = 2.0;
  options.sample_interval = 1.0;
  for (std::size_t k = 0; k < size; ++k) options.probes.push_back({1, k});
  const plugin::SpikingResult result = spiking_plugin::EventDrivenSolver().run(network, options);
  double sum = 0.0;
  for (const std::vector<double>& potential : result.potential) {
    const double exponent = -0.1 * std::log(potential[1] * 1e-12 / (0.2 * 1e-6 * target));
    EXPECT_GE(exponent, -1e-7);
    sum += exponent;
  }
  // Mean of the folded normal distribution.
  const double u = mean / sigma;
  const double expected = sigma * std::sqrt(2.0 / std::acos(-1.0)) * std::exp(-0.5 * u * u) +
                          mean * std::erf(u / std::sqrt(2.0));
  EXPECT_NEAR(sum / size, expected, 4.0 * sigma / std::sqrt(static_cast<double>(size)));
}

TEST(ReadNoise, HasTheDeviationOfTheCard) {
  const double target = 12.5e-6;
  SpikingNetwork network = read_network("gst_pcm_ibm", {0.5}, target, 1);
  const int reads = 2000;
  for (int k = 1; k < reads; ++k) network.populations[0].spike_times[0].push_back(0.5 + k);
  mapping::MemristiveSynapse& synapse = *network.projections[0].memristive;
  synapse.read_noise = true;
  synapse.age = 1e6;  // the deviation hardly changes any more
  const std::vector<double> found = charges_of(network, 0, reads + 1.0);
  const double share = synapse.device.read_noise->relative(0.5, 1e6 + 1000.0);
  const double expected = 0.2 * 1e-6 * target;
  double sum = 0.0, squares = 0.0;
  for (const double charge : found) {
    sum += charge / expected - 1.0;
    squares += std::pow(charge / expected - 1.0, 2);
  }
  const double deviation = std::sqrt(squares / reads);
  EXPECT_NEAR(share, 0.0088 / std::pow(0.5, 0.65) * std::sqrt(std::log(1.001e6 / 500e-9)), 1e-5);
  EXPECT_NEAR(deviation, share, 4.0 * share / std::sqrt(2.0 * reads));
  EXPECT_NEAR(sum / reads, 0.0, 4.0 * share / std::sqrt(1.0 * reads));
}

TEST(Devices, AreTheSameForAnyNumberOfThreads) {
  SpikingNetwork network = network_of({poisson("drive", 20, 200.0), neurons("cells", 30)});
  const std::vector<double> conductances(600, 12.5e-6);
  network.projections.push_back(charges(network, 0, 1, conductances, 1e-3));
  mapping::MemristiveSynapse synapse;
  synapse.device = card("gst_pcm_ibm");
  synapse.read_voltage = 0.2;
  synapse.read_time = 2e-7;
  synapse.levels = 32;
  synapse.programming_noise = synapse.read_noise = synapse.drift = true;
  synapse.age = 1e4;
  network.projections[0].memristive = synapse;
  network.projections.push_back(charges(network, 0, 1, conductances, 2e-3));
  network.projections[1].name = "learning";
  network.projections[1].weight.assign(600, 15e-9);
  synapse = {};
  synapse.device = card("agsi_jo2010");
  synapse.read_voltage = 0.5;
  synapse.read_time = 1e-5;
  synapse.plasticity = mapping::Plasticity{20e-3, 40e-3, 3.0, 2.0};
  network.projections[1].memristive = synapse;
  const plugin::SpikingResult one = run(network, 0.3);
  EXPECT_GT(times_of(one, 1, 0).size(), 3U);
  for (const int threads : {2, 3, 7}) {
    const plugin::SpikingResult many = run(network, 0.3, threads);
    EXPECT_EQ(one.spikes, many.spikes) << threads;
    EXPECT_EQ(one.conductance, many.conductance) << threads;
  }
  EXPECT_NE(one.conductance[1], network.projections[1].weight);
}

/// Spikes of a source and, independent of it, of its target, and a plastic synapse between.
struct Pairing {
  std::vector<double> arrivals;  // at the synapse, s
  std::vector<double> spikes;    // of the target, s
  mapping::Plasticity rule{20e-3, 40e-3, 3.0, 2.0};

  [[nodiscard]] SpikingNetwork network(double start) const {
    // The target is driven over its threshold by a source of its own.
    NeuronPopulation target = meters(1);
    target.threshold = {1.0};
    const double delay = 1e-3;
    std::vector<double> pre = arrivals, post = spikes;
    for (double& time : pre) time -= delay;
    for (double& time : post) time -= delay;
    SpikingNetwork network = network_of({list("input", {pre}), list("drive", {post}), target});
    network.projections.push_back(charges(network, 0, 2, {start}, delay));
    network.projections.push_back(charges(network, 1, 2, {2e-12}, delay));
    mapping::MemristiveSynapse synapse;
    synapse.device = card("agsi_jo2010");
    synapse.device.update->sigma = 0.0;
    synapse.read_voltage = 0.1;
    synapse.read_time = 1e-9;
    synapse.plasticity = rule;
    network.projections[0].memristive = synapse;
    return network;
  }
  [[nodiscard]] double after(double start) const {
    return run(network(start), 2.0).conductance[0][0];
  }
};

TEST(Plasticity, OnePairFollowsTheWindow) {
  const mapping::SynapseDevice device = card("agsi_jo2010");
  const double start = 15e-9;
  for (const double apart : {1e-3, 5e-3, 20e-3, 80e-3}) {
    Pairing causal{{0.5}, {0.5 + apart}};
    const double up = causal.rule.potentiation_pulses * std::exp(-apart / 20e-3);
    EXPECT_NEAR(causal.after(start), device.potentiated(start, up), 1e-12 * start) << apart;
    EXPECT_GT(causal.after(start), start);
    Pairing acausal{{0.5 + apart}, {0.5}};
    const double down = acausal.rule.depression_pulses * std::exp(-apart / 40e-3);
    EXPECT_NEAR(acausal.after(start), device.depressed(start, down), 1e-12 * start) << apart;
    EXPECT_LT(acausal.after(start), start);
  }
}

TEST(Plasticity, TracesCountAllPairs) {
  const mapping::SynapseDevice device = card("agsi_jo2010");
  const Pairing pairing{{0.500, 0.510, 0.540}, {0.505, 0.515, 0.560}};
  double g = 15e-9;
  const auto up = [&](std::initializer_list<double> since) {
    double trace = 0.0;
    for (const double t : since) trace += std::exp(-t / 20e-3);
    g = device.potentiated(g, 3.0 * trace);
  };
  const auto down = [&](std::initializer_list<double> since) {
    double trace = 0.0;
    for (const double t : since) trace += std::exp(-t / 40e-3);
    g = device.depressed(g, 2.0 * trace);
  };
  up({5e-3});
  down({5e-3});
  up({15e-3, 5e-3});
  down({35e-3, 25e-3});
  up({60e-3, 50e-3, 20e-3});
  EXPECT_NEAR(pairing.after(15e-9), g, 1e-11 * g);
}

TEST(Plasticity, BoundsAreSoftAndHold) {
  const mapping::SynapseDevice device = card("agsi_jo2010");
  const Pairing pair{{0.5}, {0.505}};
  const double low = pair.after(5e-9) - 5e-9;
  const double high = pair.after(35e-9) - 35e-9;
  EXPECT_GT(low, 3.0 * high);
  Pairing many;
  for (int k = 0; k < 90; ++k) {
    many.arrivals.push_back(0.1 + 20e-3 * k);
    many.spikes.push_back(0.1 + 20e-3 * k + 1e-3);
  }
  EXPECT_LE(many.after(5e-9), device.conductance_max);
  many.rule.potentiation_pulses = 0.0;
  many.rule.depression_pulses = 10.0;
  EXPECT_DOUBLE_EQ(many.after(35e-9), device.conductance_min);
}

TEST(Plasticity, UpdateNoiseHasTheDeviationOfTheCard) {
  const std::size_t size = 3000;
  const Pairing pairing{{0.5}, {0.5 + 1e-9}};
  SpikingNetwork network = pairing.network(15e-9);
  const double sigma = card("agsi_jo2010").update->sigma;
  network.projections[0].memristive->device.update->sigma = sigma;
  // A source of many members with a synapse each.
  network.populations[0].spike_times.assign(size, network.populations[0].spike_times[0]);
  network.populations[0].size = size;
  network.projections[0].rows = size;
  network.projections[0].weight.assign(size, 15e-9);
  const std::vector<double> found = run(network, 2.0).conductance[0];
  const mapping::SynapseDevice device = card("agsi_jo2010");
  const double window = device.conductance_max - device.conductance_min;
  const double mean = device.potentiated(15e-9, 3.0);
  double squares = 0.0;
  for (const double g : found) squares += (g - mean) * (g - mean);
  const double expected = sigma * window * std::sqrt(3.0);
  EXPECT_NEAR(std::sqrt(squares / size), expected, 4.0 * expected / std::sqrt(2.0 * size));
  EXPECT_EQ(found, run(network, 2.0, 3).conductance[0]);
}

}  // namespace
}  // namespace neucasl::spiking_test
