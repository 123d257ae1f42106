#include <array>
#include <cmath>

#include "networks.hpp"
#include "neucasl/base/random.hpp"
#include "spiking/exponential_sum.hpp"

/// \file
/// Neurons against closed forms and against numerical integration.

namespace neucasl::spiking_test {
namespace {

TEST(LeakyNeuron, IntervalsAreTheClosedForm) {
  NeuronPopulation one = neurons("one", 1);
  one.bias_current = {400e-12};
  one.initial_potential = {one.reset_potential};
  const std::vector<double> times = times_of(run(network_of({one}), 2.0), 0, 0);
  const double membrane = one.capacitance / one.leak_conductance;
  const double level = one.rest_potential + one.bias_current[0] / one.leak_conductance;
  const double climb =
      membrane * std::log((level - one.reset_potential) / (level - one.threshold[0]));
  ASSERT_GT(times.size(), 100U);
  EXPECT_NEAR(times[0], climb, 1e-13 * climb);
  for (std::size_t k = 1; k < times.size(); ++k) {
    const double interval = times[k] - times[k - 1];
    EXPECT_NEAR(interval, climb + one.refractory_time, 1e-12 * interval) << k;
  }
}

TEST(LeakyNeuron, WithoutLeakIntervalsAreLinear) {
  NeuronPopulation one = neurons("one", 1);
  one.leak_conductance = 0.0;
  one.bias_current = {200e-12};
  one.initial_potential = {one.reset_potential};
  const std::vector<double> times = times_of(run(network_of({one}), 1.0), 0, 0);
  ASSERT_GT(times.size(), 50U);
  const double climb = one.capacitance * 10e-3 / one.bias_current[0];
  EXPECT_NEAR(times[0], climb, 1e-13 * climb);
  for (std::size_t k = 1; k < times.size(); ++k) {
    EXPECT_NEAR(times[k] - times[k - 1], climb + one.refractory_time, 1e-12 * climb);
  }
}

TEST(LeakyNeuron, BelowTheThresholdItIsSilent) {
  NeuronPopulation one = neurons("one", 1);
  one.bias_current = {199e-12};  // 19.9 of the 20 mV to the threshold
  EXPECT_TRUE(run(network_of({one}), 10.0).spikes.empty());
}

/// Classical Runge-Kutta steps of the same equations, with the threshold found by bisection of a
/// step; events lie on step ends.
class Integration {
 public:
  Integration(const NeuronPopulation& population, double step)
      : neuron_(population), step_(step), potential_(population.initial_potential[0]) {}

  /// Spike times until `end`, with `charge` arriving at `arrivals`.
  std::vector<double> run(const std::vector<std::pair<double, double>>& arrivals, double end) {
    std::size_t next = 0;
    while (time_ < end) {
      const double stop = next < arrivals.size() ? arrivals[next].first : end;
      go_to(stop);
      if (next < arrivals.size()) current_ += arrivals[next++].second / neuron_.synaptic_time;
    }
    return spikes_;
  }

 private:
  using State = std::array<double, 3>;

  [[nodiscard]] State slope(const State& s) const {
    const bool held = time_ < release_;
    const double drive = -neuron_.leak_conductance * (s[0] - neuron_.rest_potential) + s[1] - s[2] +
                         neuron_.bias_current[0];
    return {held ? 0.0 : drive / neuron_.capacitance, -s[1] / neuron_.synaptic_time,
            neuron_.adaptation_time > 0.0 ? -s[2] / neuron_.adaptation_time : 0.0};
  }
  [[nodiscard]] State after(const State& s, double h) const {
    const auto moved = [&](const State& by, double f) {
      return State{s[0] + f * by[0], s[1] + f * by[1], s[2] + f * by[2]};
    };
    const State a = slope(s), b = slope(moved(a, h / 2)), c = slope(moved(b, h / 2)),
                d = slope(moved(c, h));
    State result = s;
    for (std::size_t i = 0; i < 3; ++i) result[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
    return result;
  }
  void set(const State& s, double time) {
    potential_ = s[0];
    current_ = s[1];
    adaptation_ = s[2];
    time_ = time;
  }
  void go_to(double stop) {
    while (time_ < stop) {
      double end = std::min(time_ + step_, stop);
      if (time_ < release_) end = std::min(end, release_);
      const State begin{potential_, current_, adaptation_};
      const State next = after(begin, end - time_);
      if (next[0] < neuron_.threshold[0]) {
        set(next, end);
        continue;
      }
      double low = 0.0, high = end - time_;
      for (int k = 0; k < 60; ++k) {
        const double middle = 0.5 * (low + high);
        (after(begin, middle)[0] < neuron_.threshold[0] ? low : high) = middle;
      }
      set(after(begin, high), time_ + high);
      spikes_.push_back(time_);
      potential_ = neuron_.reset_potential;
      adaptation_ += neuron_.adaptation_step;
      release_ = time_ + neuron_.refractory_time;
    }
  }

  const NeuronPopulation& neuron_;
  double step_;
  double time_ = 0.0, potential_, current_ = 0.0, adaptation_ = 0.0, release_ = -1.0;
  std::vector<double> spikes_;
};

void expect_close(const std::vector<double>& found, const std::vector<double>& expected,
                  double relative) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    EXPECT_NEAR(found[k], expected[k], relative * expected[k]) << k;
  }
}

TEST(AdaptiveNeuron, IntervalsAgreeWithNumericalIntegration) {
  NeuronPopulation one = adaptive_neurons("one", 1);
  one.bias_current = {500e-12};
  const std::vector<double> found = times_of(run(network_of({one}), 0.5), 0, 0);
  const std::vector<double> expected = Integration(one, 2e-6).run({}, 0.5);
  ASSERT_GT(found.size(), 10U);
  expect_close(found, expected, 1e-9);
  // It adapts: the intervals grow to a steady one.
  EXPECT_GT(found[10] - found[9], 1.3 * (found[1] - found[0]));
}

/// A train of charges of both signs.
std::vector<std::pair<double, double>> random_train(double end) {
  base::RandomStream stream(3, "test/train");
  std::vector<std::pair<double, double>> train;
  for (double t = 1e-3; t < end; t += 4e-3 * stream.uniform()) {
    const double charge = (stream.uniform() - 0.35) * 4e-12;
    train.emplace_back(t, static_cast<double>(static_cast<float>(charge)));
  }
  return train;
}

void expect_integration_under_input(const NeuronPopulation& one) {
  const double end = 0.4;
  const auto train = random_train(end);
  SpikingNetwork network = network_of({list("inputs", {}), one});
  std::vector<double> weights;
  for (const auto& [time, charge] : train) {
    // An arrival at the exact time: the delay is a power of two.
    network.populations[0].spike_times.push_back({time - 0x1p-12});
    weights.push_back(charge);
  }
  network.populations[0].size = train.size();
  network.projections.push_back(charges(network, 0, 1, weights, 0x1p-12));
  const std::vector<double> found = times_of(run(network, end), 1, 0);
  ASSERT_GT(found.size(), 5U);
  // Weights are floats over the synaptic time: 6e-8 of a potential.
  expect_close(found, Integration(one, 2e-6).run(train, end), 3e-7);
}

TEST(LeakyNeuron, UnderInputItAgreesWithNumericalIntegration) {
  NeuronPopulation one = neurons("one", 1);
  one.bias_current = {150e-12};
  expect_integration_under_input(one);
}

TEST(AdaptiveNeuron, UnderInputItAgreesWithNumericalIntegration) {
  NeuronPopulation one = adaptive_neurons("one", 1);
  one.bias_current = {200e-12};
  expect_integration_under_input(one);
}

TEST(AdaptiveNeuron, WithoutLeakUnderInputItAgreesWithNumericalIntegration) {
  NeuronPopulation one = adaptive_neurons("one", 1);
  one.leak_conductance = 0.0;
  one.bias_current = {30e-12};
  expect_integration_under_input(one);
}

TEST(Potential, SamplesFollowTheClosedForm) {
  NeuronPopulation one = neurons("one", 1);
  SpikingNetwork network = network_of({list("input", {{1e-3}}), one});
  const double charge = 0x1p-42;  // 0.23 pC
  network.projections.push_back(charges(network, 0, 1, {charge}, 1e-3));
  plugin::SpikingOptions options;
  options.duration = 50e-3;
  options.probes = {{1, 0}};
  options.sample_interval = 0.5e-3;
  const plugin::SpikingResult result = spiking_plugin::EventDrivenSolver().run(network, options);
  ASSERT_EQ(result.sample_time.size(), 100U);
  const double membrane = 20e-3, synaptic = 5e-3;
  const double gain = charge / one.capacitance * membrane / (membrane - synaptic);
  for (std::size_t k = 0; k < result.sample_time.size(); ++k) {
    const double t = result.sample_time[k] - 2e-3;
    const double expected =
        t < 0.0 ? 0.0 : gain * (std::exp(-t / membrane) - std::exp(-t / synaptic));
    EXPECT_NEAR(result.potential[0][k] - one.rest_potential, expected, 1e-7 * gain) << k;
  }
}

TEST(ExponentialSum, FirstRiseIsTheFirstOfADenseScan) {
  base::RandomStream stream(5, "test/sums");
  int crossings = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const double slope = trial % 3 == 0 ? stream.normal() : 0.0;
    double at_zero = 0.0;
    std::array<double, 3> factor{}, rate{};
    for (std::size_t i = 0; i < 3; ++i) {
      factor[i] = 3.0 * stream.normal();
      rate[i] = std::exp(stream.normal());
      at_zero += factor[i];
    }
    const double constant = -at_zero - 0.3 * stream.uniform();
    spiking_plugin::ExponentialSum sum(constant, slope);
    for (std::size_t i = 0; i < 3; ++i) sum.add(factor[i], rate[i]);
    const double found = sum.first_rise();
    double scanned = -1.0;
    constexpr double step = 1e-3;
    for (int k = 1; k <= 8000 && scanned < 0.0; ++k) {
      if (sum(k * step) >= 0.0) scanned = k * step;
    }
    if (scanned < 0.0) {
      EXPECT_GT(found, 8.0) << trial;
      continue;
    }
    ++crossings;
    EXPECT_LE(found, scanned) << trial;
    EXPECT_NEAR(sum(found), 0.0, 1e-12) << trial;
    // A scan may step over a short visit above zero, never over its absence.
    if (found < scanned - step) {
      EXPECT_GT(sum(found * (1.0 + 1e-9) + 1e-9), 0.0) << trial;
    }
  }
  EXPECT_GT(crossings, 300);
}

}  // namespace
}  // namespace neucasl::spiking_test
