#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using circuit::TransientAnalysis;
using circuit::Waveform;

TEST(NativeTransient, CapacitorChargesAsTheExponential) {
  Bench bench;
  circuit::Source& source = bench.voltage("v1", "in", "0", 0.0);
  source.waveform = {Waveform::Kind::piecewise_linear, {0.0, 0.0, 1e-12, 1.0}};
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-12);
  Engine engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto r = engine.tran(bench, 5e-9);
  ASSERT_EQ(r.axis.back(), 5e-9);
  for (std::size_t k = 0; k < r.axis.size(); ++k) {
    const double t = r.axis[k];
    if (t < 1e-12) continue;
    // A ramp of 1 ps, then the exponential: exact for both pieces.
    const double tau = 1e-9;
    const double ramp = 1.0 - tau / 1e-12 * std::expm1(1e-12 / tau) * std::exp(-t / tau);
    EXPECT_NEAR(v(r, "out")[k], ramp, 2e-6) << t;
  }
}

TEST(NativeTransient, ResonatorKeepsFrequencyAndAmplitude) {
  Bench bench;
  bench.inductor("l1", "a", "0", 1e-6, 0.0);
  bench.capacitor("c1", "a", "0", 1e-12, 1.0);
  Engine engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const double period = 2.0 * std::numbers::pi * 1e-9;
  const auto r = engine.tran(bench, 5.0 * period, period / 400.0, 0.0, true);
  for (std::size_t k = 0; k < r.axis.size(); ++k) {
    EXPECT_NEAR(v(r, "a")[k], std::cos(r.axis[k] / 1e-9), 2e-3) << r.axis[k];
  }
}

TEST(NativeTransient, ErrorFallsWithTheSquareOfTheStep) {
  Bench bench;
  bench.inductor("l1", "a", "0", 1e-6, 0.0);
  bench.capacitor("c1", "a", "0", 1e-12, 1.0);
  Engine engine;
  // Steps are those asked for: the tolerances would allow longer ones.
  engine.options.tolerances.truncation = 1e6;
  const double period = 2.0 * std::numbers::pi * 1e-9;
  const auto error = [&](double steps) {
    const auto r = engine.tran(bench, period, period / steps, 0.0, true);
    return std::abs(v(r, "a").back() - 1.0) + std::abs(i(r, "l1").back() * 1e3);
  };
  const double ratio = error(100.0) / error(400.0);
  EXPECT_GT(ratio, 12.0);
  EXPECT_LT(ratio, 20.0);
}

TEST(NativeTransient, PulseCornersAreTimePoints) {
  Bench bench;
  circuit::Source& source = bench.voltage("v1", "in", "0", 0.0);
  source.waveform = {Waveform::Kind::pulse, {0.0, 1.0, 1e-9, 0.1e-9, 0.2e-9, 2e-9, 5e-9}};
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-13);
  Engine engine;
  const auto r = engine.tran(bench, 10e-9);
  for (const double corner : {1e-9, 1.1e-9, 3.1e-9, 3.3e-9, 6e-9, 8.3e-9}) {
    const bool found = std::any_of(r.axis.begin(), r.axis.end(),
                                   [&](double t) { return std::abs(t - corner) < 1e-9 * corner; });
    EXPECT_TRUE(found) << corner;
  }
  for (std::size_t k = 1; k < r.axis.size(); ++k) EXPECT_GT(r.axis[k], r.axis[k - 1]);
}

TEST(NativeTransient, OutputStepGivesAnEvenGrid) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 1.0, 1e9, 0.0, 0.0, 0.0}};
  bench.resistor("r1", "in", "0", 1e3);
  Engine engine;
  const auto r = engine.tran(bench, 1e-9, 1e-12, 1e-10);
  ASSERT_EQ(r.axis.size(), 11U);
  for (std::size_t k = 0; k < 11; ++k) {
    EXPECT_NEAR(r.axis[k], 1e-10 * static_cast<double>(k), 1e-22);
    EXPECT_NEAR(v(r, "in")[k], std::sin(2.0 * std::numbers::pi * 1e9 * r.axis[k]), 1e-6);
  }
}

TEST(NativeTransient, MemoryIntegratesTheVoltage) {
  const MemristorModel memristor;
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 1.0, 1e3, 0.0, 0.0, 0.0}};
  bench.device(memristor, "m1", {"in", "0"});
  Engine engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto r = engine.tran(bench, 1e-3, 1e-6);
  for (std::size_t k = 0; k < r.axis.size(); ++k) {
    const double phase = 2.0 * std::numbers::pi * 1e3 * r.axis[k];
    const double state = 0.25 + (1.0 - std::cos(phase)) / (2.0 * std::numbers::pi);
    EXPECT_NEAR(v(r, "m1.state")[k], state, 1e-5);
    EXPECT_NEAR(i(r, "v1")[k], -(1e-6 + 99e-6 * state) * std::sin(phase), 2e-9);
  }
}

TEST(NativeTransient, TransformerCarriesTheRatioOfTurns) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 1.0, 1e6, 0.0, 0.0, 0.0}};
  bench.resistor("rs", "in", "a", 1e-3);
  bench.inductor("l1", "a", "0", 1e-3);
  bench.inductor("l2", "b", "0", 4e-3);
  bench.circuit.couplings.push_back({"k1", 1, 2, 0.999999});
  bench.resistor("rl", "b", "0", 1e3);
  Engine engine;
  const auto r = engine.tran(bench, 2e-6, 1e-9);
  double peak = 0.0;
  for (const double value : v(r, "b")) peak = std::max(peak, std::abs(value));
  EXPECT_NEAR(peak, 2.0, 0.01);
}

TEST(NativeTransient, LineDelaysAndEndsWithoutReflection) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::piecewise_linear,
                                                  {0.0, 0.0, 1e-9, 0.0, 2e-9, 1.0}};
  bench.resistor("rs", "in", "a", 50.0);
  const std::uint32_t a = bench.node("a");
  const std::uint32_t b = bench.node("b");
  bench.circuit.lines.push_back({"t1", a, 0, b, 0, 50.0, 3e-9});
  bench.resistor("rl", "b", "0", 50.0);
  Engine engine;
  const auto r = engine.tran(bench, 8e-9, 1e-11);
  for (std::size_t k = 0; k < r.axis.size(); ++k) {
    const double t = r.axis[k] - 3e-9;
    const double expected = 0.5 * std::clamp((t - 1e-9) / 1e-9, 0.0, 1.0);
    EXPECT_NEAR(v(r, "b")[k], expected, 1e-3) << r.axis[k];
  }
}

TEST(NativeTransient, ForcedNodesStartWhereTheyAreTold) {
  Bench bench;
  bench.resistor("r1", "a", "0", 1e3);
  bench.capacitor("c1", "a", "0", 1e-12);
  bench.circuit.initial_voltages = {{bench.node("a"), 0.7}};
  Engine engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto r = engine.tran(bench, 3e-9);
  for (std::size_t k = 0; k < r.axis.size(); ++k) {
    EXPECT_NEAR(v(r, "a")[k], 0.7 * std::exp(-r.axis[k] / 1e-9), 1e-5);
  }
}

TEST(NativeBatch, TheSameForAnyNumberOfThreads) {
  const MemristorModel memristor;
  const auto make = [&](std::size_t k) {
    Bench bench;
    if (k != 3) bench.voltage("v1", "in", "0", 0.1 * static_cast<double>(k + 1));
    bench.resistor("r1", "in", "mid", 1e4);
    bench.device(memristor, "m1", {"mid", "0"});
    if (k == 3) bench.node("floating");
    if (k == 3) bench.capacitor("c1", "floating", "mid", 1e-12);
    return bench.circuit;
  };
  const auto campaign = [&](int threads) {
    Engine engine;
    engine.context.threads = threads;
    std::vector<double> values;
    std::size_t failures = 0;
    std::size_t next = 0;
    engine.simulator.simulate_batch(
        8, make, circuit::TransientAnalysis{1e-3, 1e-5, 0.0, false, 0.0}, engine.options,
        [&](std::size_t k, plugin::SimulationOutcome outcome) {
          EXPECT_EQ(k, next++);
          if (!outcome.result) {
            ++failures;
            EXPECT_EQ(k, 3U);
            return;
          }
          const auto& state = v(*outcome.result, "m1.state");
          values.insert(values.end(), state.begin(), state.end());
        },
        engine.context);
    EXPECT_EQ(next, 8U);
    EXPECT_EQ(failures, 1U);
    return values;
  };
  EXPECT_EQ(campaign(1), campaign(2));
}

}  // namespace
}  // namespace neucasl::native_test
