#include <gtest/gtest.h>

#include <algorithm>
#include <numbers>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using circuit::Waveform;
using model::Symbol;

constexpr double two_pi = 2.0 * std::numbers::pi;

/// Largest difference from a function of time.
double largest_error(const circuit::Result& result, const std::vector<double>& values,
                     const std::function<double(double)>& exact) {
  double largest = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    largest = std::max(largest, std::abs(values[k] - exact(result.axis[k])));
  }
  return largest;
}

Waveform step_at(double delay, double low, double high) {
  return {Waveform::Kind::pulse, {low, high, delay, 0.0, 0.0, 1e9, 0.0}};
}

TEST(NativeTransient, StepIntoALowPass) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = step_at(1e-6, 0.0, 1.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-9);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 10e-6);
  EXPECT_EQ(result.analysis, "tran");
  EXPECT_EQ(result.axis.front(), 0.0);
  EXPECT_EQ(result.axis.back(), 10e-6);
  EXPECT_EQ(result.axis.size(), result.time_points);
  EXPECT_TRUE(std::is_sorted(result.axis.begin(), result.axis.end(), std::less_equal<>()));
  const auto exact = [](double t) { return t <= 1e-6 ? 0.0 : -std::expm1(-(t - 1e-6) / 1e-6); };
  EXPECT_LT(largest_error(result, v(result, "out"), exact), 1e-4);
  EXPECT_NE(std::find(result.axis.begin(), result.axis.end(), 1e-6), result.axis.end());
}

TEST(NativeTransient, ToleranceControlsTheError) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 1.0, 1e3, 0.0, 0.0, 0.0}};
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-6);
  const double w = two_pi * 1e3;
  const double x = w * 1e-3;
  const auto exact = [&](double t) {
    return (std::sin(w * t) - x * std::cos(w * t) + x * std::exp(-t / 1e-3)) / (1.0 + x * x);
  };
  Engine engine;
  double before = 0.0;
  for (const double relative : {1e-4, 1e-5, 1e-6, 1e-7}) {
    engine.options.tolerances = {relative, 1e-3 * relative, 1e-12, 1.0};
    const circuit::Result result = engine.tran(bench, 5e-3);
    const double error = largest_error(result, v(result, "out"), exact);
    EXPECT_LT(error, 50.0 * relative) << relative;
    // Local errors of h^3 mean global ones of tolerance^(2/3).
    if (before > 0.0) {
      EXPECT_LT(error, 0.5 * before);
    }
    before = error;
  }
}

TEST(NativeTransient, TrapezoidalRuleIsOfSecondOrder) {
  Bench bench;
  bench.inductor("l1", "a", "0", 1.0, 0.0);
  bench.capacitor("c1", "a", "0", 1.0, 1.0);
  bench.resistor("r1", "a", "0", 1e9);
  Engine engine;
  engine.options.tolerances.truncation = 1e12;
  std::vector<double> errors;
  for (const int steps : {100, 200, 400, 800}) {
    const circuit::Result result = engine.tran(bench, 3.0, 3.0 / steps, 0.0, true);
    errors.push_back(std::abs(v(result, "a").back() - std::cos(3.0)));
  }
  for (std::size_t k = 1; k < errors.size(); ++k) {
    EXPECT_NEAR(std::log2(errors[k - 1] / errors[k]), 2.0, 0.1) << errors[k];
  }
}

TEST(NativeTransient, LosslessResonatorKeepsItsEnergy) {
  Bench bench;
  bench.inductor("l1", "a", "0", 1e-6, 0.0);
  bench.capacitor("c1", "a", "0", 1e-9, 1.0);
  Engine engine;
  const circuit::Result result =
      engine.tran(bench, 100.0 * two_pi * std::sqrt(1e-15), 0.0, 0.0, true);
  const std::vector<double> voltage = v(result, "a");
  const std::vector<double> current = i(result, "l1");
  for (std::size_t k = 0; k < voltage.size(); ++k) {
    const double energy = 0.5e-9 * voltage[k] * voltage[k] + 0.5e-6 * current[k] * current[k];
    EXPECT_NEAR(energy / 0.5e-9, 1.0, 2e-4);
  }
}

TEST(NativeTransient, SeriesResonanceRings) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = step_at(0.0, 0.0, 1.0);
  bench.resistor("r1", "in", "a", 10.0);
  bench.inductor("l1", "a", "out", 1e-6);
  bench.capacitor("c1", "out", "0", 1e-9);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 2e-6);
  const double damping = 10.0 / 2e-6;
  const double w = std::sqrt(1e15 - damping * damping);
  const auto exact = [&](double t) {
    return 1.0 - std::exp(-damping * t) * (std::cos(w * t) + damping / w * std::sin(w * t));
  };
  EXPECT_LT(largest_error(result, v(result, "out"), exact), 1e-3);
}

TEST(NativeTransient, SineThroughANonlinearConductor) {
  Bench bench;  // no storage: every point is exact to the tolerance
  bench.voltage("v1", "a", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                 {0.0, 2.0, 1e6, 0.0, 0.0, 0.0}};
  bench.behavioural(false, "b1", "a", "0", {"a"}, 1e-3 * pow(Symbol::unknown(0), 3.0));
  Engine engine;
  const circuit::Result result = engine.tran(bench, 3e-6, 1e-8);
  EXPECT_GE(result.axis.size(), 300U);
  EXPECT_LT(largest_error(
                result, i(result, "v1"),
                [](double t) { return -1e-3 * std::pow(2.0 * std::sin(two_pi * 1e6 * t), 3.0); }),
            8e-9);  // 1e-6 of the largest current
}

TEST(NativeTransient, PulseCornersAreHit) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::pulse,
                                                  {0.0, 1.0, 2e-9, 1e-9, 2e-9, 3e-9, 20e-9}};
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-12);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 100e-9);
  for (int period = 0; period < 5; ++period) {
    for (const double corner : {2e-9, 3e-9, 6e-9, 8e-9}) {
      const double time = corner + period * 20e-9;
      const auto near = std::lower_bound(result.axis.begin(), result.axis.end(), time - 1e-18);
      EXPECT_NEAR(*near, time, 1e-18);
    }
  }
  // Ramp response of a low-pass, one second after the other.
  const auto ramp = [](double t) { return t <= 0.0 ? 0.0 : t - 1e-9 * -std::expm1(-t / 1e-9); };
  const auto exact = [&](double t) {
    double sum = 0.0;
    for (int k = 0; k < 5; ++k) {
      const double s = t - 20e-9 * k;
      sum += (ramp(s - 2e-9) - ramp(s - 3e-9)) / 1e-9 - (ramp(s - 6e-9) - ramp(s - 8e-9)) / 2e-9;
    }
    return sum;
  };
  EXPECT_LT(largest_error(result, v(result, "out"), exact), 2e-4);
}

TEST(NativeTransient, CapacitorOnASourceDoesNotRing) {
  Bench bench;  // i = C dv/dt jumps at each corner, and stays
  bench.voltage("v1", "a", "0", 0.0).waveform = {Waveform::Kind::piecewise_linear,
                                                 {0.0, 0.0, 1.0, 1.0, 2.0, 1.0, 3.0, 0.0}};
  bench.capacitor("c1", "a", "0", 1e-3);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 4.0);
  const std::vector<double> current = i(result, "v1");
  for (std::size_t k = 1; k < current.size(); ++k) {
    const double t = result.axis[k];
    const double expected = t <= 1.0 ? -1e-3 : (t > 2.0 && t <= 3.0 ? 1e-3 : 0.0);
    EXPECT_NEAR(current[k], expected, 1e-12) << t;
  }
}

TEST(NativeTransient, CoupledInductorsShareEnergy) {
  Bench bench;  // equal tanks: the two beats at w / sqrt(1 +- k)
  bench.capacitor("c1", "a", "0", 1.0, 1.0);
  bench.inductor("l1", "a", "0", 1.0);
  bench.capacitor("c2", "b", "0", 1.0, 0.0);
  bench.inductor("l2", "b", "0", 1.0);
  bench.circuit.couplings.push_back({"k1", 1, 3, 0.2});
  Engine engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const circuit::Result result = engine.tran(bench, 60.0, 0.0, 0.0, true);
  const double slow = 1.0 / std::sqrt(1.2);
  const double fast = 1.0 / std::sqrt(0.8);
  EXPECT_LT(
      largest_error(result, v(result, "a"),
                    [&](double t) { return 0.5 * (std::cos(slow * t) + std::cos(fast * t)); }),
      5e-3);
  EXPECT_LT(
      largest_error(result, v(result, "b"),
                    [&](double t) { return 0.5 * (std::cos(slow * t) - std::cos(fast * t)); }),
      5e-3);
}

TEST(NativeTransient, MemoriesMove) {
  const MemristorModel memristor;
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 1.0, 1e3, 0.0, 0.0, 0.0}};
  bench.device(memristor, "m1", {"in", "0"});
  for (const char* form : {"compiled", "behavioural"}) {
    Engine engine;
    engine.options.device_form = form;
    const circuit::Result result = engine.tran(bench, 2e-3);
    EXPECT_EQ(v(result, "m1.state")[0], 0.25);
    const auto state = [](double t) {
      return 0.25 + 1e3 * (1.0 - std::cos(two_pi * 1e3 * t)) / (two_pi * 1e3);
    };
    EXPECT_LT(largest_error(result, v(result, "m1.state"), state), 1e-4);
    EXPECT_LT(largest_error(result, i(result, "v1"),
                            [&](double t) {
                              return -(1e-6 + 99e-6 * state(t)) * std::sin(two_pi * 1e3 * t);
                            }),
              1e-8);
  }
}

TEST(NativeTransient, DiodeRectifierKeepsItsCharge) {
  const DiodeModel diode;
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 3.0, 1e3, 0.0, 0.0, 0.0}};
  bench.device(diode, "d1", {"in", "out"}, {1e-14, 1e-12});
  bench.capacitor("c1", "out", "0", 1e-6);
  bench.resistor("r1", "out", "0", 1e5);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 5e-3);
  const std::vector<double> out = v(result, "out");
  const std::vector<double> current = i(result, "v1");
  // Charge through the diode = charge on the capacitor + charge through the load.
  double through = 0.0;
  double load = 0.0;
  for (std::size_t k = 1; k < out.size(); ++k) {
    const double h = result.axis[k] - result.axis[k - 1];
    through -= 0.5 * h * (current[k] + current[k - 1]);
    load += 0.5e-5 * h * (out[k] + out[k - 1]);
  }
  EXPECT_GT(out.back(), 2.2);
  EXPECT_NEAR(through, 1e-6 * (out.back() - out.front()) + load, 2e-9);
}

TEST(NativeTransient, InitialVoltages) {
  Bench bench;
  bench.voltage("v1", "in", "0", 1.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-9);
  bench.circuit.initial_voltages = {{bench.node("out"), 0.2}, {bench.node("in"), 5.0}};
  Engine engine;
  const auto exact = [](double t) { return 1.0 - 0.8 * std::exp(-t / 1e-6); };
  for (const bool uic : {false, true}) {
    const circuit::Result result = engine.tran(bench, 5e-6, 0.0, 0.0, uic);
    EXPECT_NEAR(v(result, "out")[0], 0.2, 1e-8);
    EXPECT_NEAR(v(result, "in")[0], 1.0, 1e-12);  // the source is stronger
    EXPECT_LT(largest_error(result, v(result, "out"), exact), 1e-4);
  }
  bench.circuit.passives[1].initial = 0.6;  // counts without an operating point only
  EXPECT_NEAR(v(engine.tran(bench, 5e-6, 0.0, 0.0, true), "out")[0], 0.6, 1e-8);
  EXPECT_NEAR(v(engine.tran(bench, 5e-6, 0.0, 0.0, false), "out")[0], 0.2, 1e-12);
}

TEST(NativeTransient, BeginsAtTheWaveformsValue) {
  Bench bench;
  bench.voltage("v1", "in", "0", 7.0).waveform = {Waveform::Kind::sine,
                                                  {2.0, 1.0, 1.0, 0.0, 0.0, 0.0}};
  bench.resistor("r1", "in", "out", 1.0);
  bench.capacitor("c1", "out", "0", 1e-3);
  Engine engine;
  EXPECT_NEAR(v(engine.op(bench), "out")[0], 7.0, 1e-14);
  EXPECT_NEAR(v(engine.tran(bench, 1.0), "out")[0], 2.0, 1e-14);
}

TEST(NativeTransient, OutputGrid) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = step_at(1e-6, 0.0, 1.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-9);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 5e-6, 0.0, 0.07e-6);
  ASSERT_EQ(result.axis.size(), 73U);  // 0, 0.07, ..., 4.97, 5
  for (std::size_t k = 0; k < 72; ++k) EXPECT_NEAR(result.axis[k], 0.07e-6 * k, 1e-18);
  EXPECT_EQ(result.axis.back(), 5e-6);
  EXPECT_LT(
      largest_error(result, v(result, "out"),
                    [](double t) { return t <= 1e-6 ? 0.0 : -std::expm1(-(t - 1e-6) / 1e-6); }),
      1e-4);
  circuit::TransientAnalysis late{5e-6, 0.0, 0.0, false, 2e-6};
  const circuit::Result part = engine.run(bench, late);
  EXPECT_EQ(part.axis.front(), 2e-6);
  EXPECT_EQ(part.axis.back(), 5e-6);
}

TEST(NativeTransient, LineReflectsAtBothEnds) {
  Bench bench;  // bounce diagram of a step on a line with mismatched ends
  bench.voltage("v1", "in", "0", 0.0).waveform = step_at(1e-9, 0.0, 1.0);
  bench.resistor("rs", "in", "a", 25.0);
  bench.circuit.lines.push_back({"t1", bench.node("a"), 0, bench.node("b"), 0, 50.0, 2e-9});
  bench.resistor("rl", "b", "0", 200.0);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 40e-9);
  const auto exact = [](double t) {
    double sum = 0.0;
    double wave = 50.0 / 75.0;  // launched; at the load 1.6 of it, 0.6 back, -1/3 of that again
    for (double front = 3e-9; front < t - 1e-15; front += 4e-9) {
      sum += 1.6 * wave;
      wave *= 0.6 * -(1.0 / 3.0);
    }
    return sum;
  };
  EXPECT_LT(largest_error(result, v(result, "b"), exact), 1e-9);
}

TEST(NativeTransient, LineDelaysASine) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).waveform = {Waveform::Kind::sine,
                                                  {0.0, 2.0, 1e8, 0.0, 0.0, 0.0}};
  bench.resistor("rs", "in", "a", 50.0);
  bench.circuit.lines.push_back({"t1", bench.node("a"), 0, bench.node("b"), 0, 50.0, 3e-9});
  bench.resistor("rl", "b", "0", 50.0);
  Engine engine;
  const circuit::Result result = engine.tran(bench, 30e-9, 2e-11);
  EXPECT_LT(
      largest_error(result, v(result, "b"),
                    [](double t) { return t <= 3e-9 ? 0.0 : std::sin(two_pi * 1e8 * (t - 3e-9)); }),
      2e-7);
}

TEST(NativeTransient, RelaxationOscillator) {
  // A Schmitt trigger, out = tanh(200 (out / 2 - c)), charges a capacitor. It switches where its
  // two branches fold, sech^2 = 1/100, so the period is 2 RC ln((1 + b) / (1 - b)) with this b.
  Bench bench;
  bench.behavioural(true, "b1", "ideal", "0", {"out", "c"},
                    tanh(200.0 * (0.5 * Symbol::unknown(0) - Symbol::unknown(1))));
  bench.resistor("ro", "ideal", "out", 1.0);
  bench.capacitor("co", "out", "0", 1e-9);
  bench.resistor("r1", "out", "c", 1e5);
  bench.capacitor("c1", "c", "0", 1e-8);
  bench.circuit.initial_voltages = {{bench.node("c"), -0.2}, {bench.node("out"), 1.0}};
  Engine engine;
  const circuit::Result result = engine.tran(bench, 20e-3, 0.0, 0.0, true);
  std::vector<double> rising;
  const std::vector<double> out = v(result, "out");
  for (std::size_t k = 1; k < out.size(); ++k) {
    if (out[k - 1] < 0.0 && out[k] >= 0.0) rising.push_back(result.axis[k]);
  }
  ASSERT_GE(rising.size(), 5U);
  const double period = (rising.back() - rising.front()) / static_cast<double>(rising.size() - 1);
  const double level = std::sqrt(0.99);
  const double b = 0.5 * level - std::atanh(level) / 200.0;
  const double expected = 2e-3 * std::log((1.0 + b) / (1.0 - b));
  EXPECT_NEAR(period, expected, 2e-3 * expected);
}

TEST(NativeTransient, ProgressAndPoints) {
  Bench bench;
  bench.voltage("v1", "in", "0", 1.0);
  bench.resistor("r1", "in", "0", 1e3);
  Engine engine;
  std::vector<std::size_t> seen;
  engine.context.progress = [&](std::string_view what, std::size_t done, std::size_t total) {
    EXPECT_EQ(what, "transient");
    EXPECT_EQ(total, 100U);
    seen.push_back(done);
  };
  const circuit::Result result = engine.tran(bench, 1.0);
  EXPECT_GE(result.time_points, 50U);
  EXPECT_EQ(seen.back(), 100U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

}  // namespace
}  // namespace neucasl::native_test
