#include <gtest/gtest.h>

#include "bench.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::native_test {
namespace {

using circuit::ControlledKind;
using circuit::PassiveKind;
using circuit::SweepAnalysis;
using model::Symbol;

TEST(NativeRest, Divider) {
  Bench bench;
  bench.voltage("v1", "in", "0", 3.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.passive(PassiveKind::conductance, "g2", "out", "0", 0.5e-3);
  Engine engine;
  const circuit::Result result = engine.op(bench);
  EXPECT_EQ(result.analysis, "op");
  EXPECT_TRUE(result.axis.empty());
  EXPECT_NEAR(v(result, "out")[0], 2.0, 1e-15);
  // Through the source from p to n: the source delivers.
  EXPECT_NEAR(i(result, "v1")[0], -1e-3, 1e-18);
  EXPECT_EQ(result.find("out", circuit::TraceKind::node)->dimension, base::dimension::voltage);
  EXPECT_EQ(result.find("v1", circuit::TraceKind::branch)->dimension, base::dimension::current);
}

TEST(NativeRest, CurrentFlowsFromPThroughTheSourceToN) {
  Bench bench;
  bench.current("i1", "0", "a", 2e-3);
  bench.resistor("r1", "a", "0", 1e3);
  Engine engine;
  EXPECT_NEAR(v(engine.op(bench), "a")[0], 2.0, 1e-14);
}

TEST(NativeRest, ControlledSources) {
  Bench bench;
  bench.voltage("v1", "in", "sense", 0.5);
  bench.resistor("rin", "in", "0", 1e3);  // 0.5 mA out of p, so -0.5 mA from sense to the ground
  bench.controlled(ControlledKind::voltage_by_voltage, "e", "a", "0", "in", "0", 4.0);
  bench.resistor("ra", "a", "0", 1e3);
  bench.controlled(ControlledKind::current_by_voltage, "g", "0", "b", "in", "0", 1e-3);
  bench.resistor("rb", "b", "0", 2e3);
  bench.controlled(ControlledKind::voltage_by_current, "h", "c", "0", "sense", "0", 3e3);
  bench.resistor("rc", "c", "0", 1e3);
  bench.controlled(ControlledKind::current_by_current, "f", "0", "d", "sense2", "0", 10.0);
  bench.resistor("rd", "d", "0", 1e3);
  bench.current("i2", "0", "sense2", 1e-3);
  Engine engine;
  const circuit::Result result = engine.op(bench);
  EXPECT_NEAR(v(result, "in")[0], 0.5, 1e-15);
  EXPECT_NEAR(v(result, "a")[0], 2.0, 1e-14);
  EXPECT_NEAR(i(result, "e")[0], -2e-3, 1e-16);
  EXPECT_NEAR(v(result, "b")[0], 1.0, 1e-14);
  EXPECT_NEAR(v(result, "c")[0], -1.5, 1e-14);
  EXPECT_NEAR(v(result, "sense2")[0], 0.0, 1e-15);
  EXPECT_NEAR(v(result, "d")[0], 10.0, 1e-13);
}

TEST(NativeRest, InductorsAndLinesJoinTheirEnds) {
  Bench bench;
  bench.voltage("v1", "a", "0", 1.0);
  bench.inductor("l1", "a", "b", 1e-6);
  bench.circuit.lines.push_back({"t1", bench.node("b"), 0, bench.node("c"), 0, 50.0, 1e-9});
  bench.resistor("r1", "c", "0", 100.0);
  Engine engine;
  const circuit::Result result = engine.op(bench);
  EXPECT_NEAR(v(result, "c")[0], 1.0, 1e-15);
  EXPECT_NEAR(i(result, "l1")[0], 0.01, 1e-16);
}

TEST(NativeRest, BehaviouralSources) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.7);
  const Symbol x = Symbol::unknown(0);
  const Symbol y = Symbol::unknown(1);
  bench.behavioural(true, "b1", "square", "0", {"in", "other"}, x * x + tanh(y));
  bench.resistor("r1", "square", "0", 1e3);
  bench.voltage("v2", "other", "0", 0.3);
  // A cubic conductance: 1e-3 v^3 = (2 - v) 1e-3, so v = 1.
  bench.voltage("v3", "top", "0", 2.0);
  bench.resistor("r3", "top", "node", 1e3);
  bench.behavioural(false, "b2", "node", "0", {"node"}, 1e-3 * pow(Symbol::unknown(0), 3.0));
  Engine engine;
  const circuit::Result result = engine.op(bench);
  EXPECT_NEAR(v(result, "square")[0], 0.49 + std::tanh(0.3), 1e-15);
  EXPECT_NEAR(i(result, "b1")[0], -1e-3 * (0.49 + std::tanh(0.3)), 1e-17);
  EXPECT_NEAR(v(result, "node")[0], 1.0, 1e-14);
}

TEST(NativeRest, AFormulaMayBeInfiniteAtZero) {
  Bench bench;
  bench.voltage("v1", "in", "0", 2.0);
  bench.behavioural(true, "b1", "out", "0", {"in"}, log(Symbol::unknown(0)));
  bench.resistor("r1", "out", "0", 1e3);
  Engine engine;
  EXPECT_NEAR(v(engine.op(bench), "out")[0], std::log(2.0), 1e-15);
}

/// Diode behind a resistor, from the other side: the voltage to a given current.
double source_for(double current, double resistance, double saturation) {
  const double thermal = 8.617333262e-5 * 300.0;
  return thermal * std::log1p(current / saturation) + current * resistance;
}

TEST(NativeRest, DiodeOverTwelveDecades) {
  const DiodeModel diode;
  Engine engine;
  for (double current = 1e-12; current < 2.0; current *= 10.0) {
    Bench bench;
    bench.voltage("v1", "in", "0", source_for(current, 10.0, 1e-14));
    bench.resistor("r1", "in", "a", 10.0);
    bench.device(diode, "d1", {"a", "0"});
    const double found = -i(engine.op(bench), "v1")[0];
    // One rounding of the voltage is worth 1e-15 of it over the thermal voltage.
    EXPECT_NEAR(found / current, 1.0, 3e-14 + 2e-16 / current) << current;
  }
}

TEST(NativeRest, HundredDiodesInSeriesOnAStiffSource) {
  const DiodeModel diode;
  Bench bench;
  bench.voltage("v1", "n0", "0", 70.0);
  for (int k = 0; k < 100; ++k) {
    const std::string next = k == 99 ? "0" : "n" + std::to_string(k + 1);
    bench.device(diode, "d" + std::to_string(k), {"n" + std::to_string(k), next});
  }
  Engine engine;
  const circuit::Result result = engine.op(bench);
  const double expected = 1e-14 * std::expm1(0.7 / (8.617333262e-5 * 300.0));
  EXPECT_NEAR(-i(result, "v1")[0] / expected, 1.0, 1e-11);
  EXPECT_NEAR(v(result, "n50")[0], 35.0, 1e-11);
}

TEST(NativeRest, TheSymbolicFormGivesTheSame) {
  const DiodeModel diode;
  const MemristorModel memristor;
  Bench bench;
  bench.voltage("v1", "in", "0", 1.5);
  bench.device(memristor, "m1", {"in", "a"});
  bench.device(diode, "d1", {"a", "0"});
  Engine engine;
  const circuit::Result compiled = engine.op(bench);
  engine.options.device_form = "behavioural";
  const circuit::Result symbolic = engine.op(bench);
  for (std::size_t k = 0; k < compiled.traces.size(); ++k) {
    EXPECT_NEAR(compiled.traces[k].real[0], symbolic.traces[k].real[0], 1e-14);
  }
}

TEST(NativeRest, MemoriesAreHeld) {
  const MemristorModel memristor;
  Bench bench;
  bench.voltage("v1", "in", "0", 1.0);
  bench.device(memristor, "m1", {"in", "0"});
  Engine engine;
  const circuit::Result result = engine.op(bench);
  EXPECT_EQ(v(result, "m1.state")[0], 0.25);
  EXPECT_NEAR(-i(result, "v1")[0], 1e-6 + 99e-6 * 0.25, 1e-19);
}

// --- harder ways to the solution -----------------------------------------------------------------

TEST(NativeRest, FlipFlopsOfSteepInverters) {
  // Six cross-coupled pairs, gain 1000, held apart by small offsets.
  Bench bench;
  for (int k = 0; k < 6; ++k) {
    const std::string a = "a" + std::to_string(k);
    const std::string b = "b" + std::to_string(k);
    for (const auto& [in, out] : {std::pair(a, b), std::pair(b, a)}) {
      const double offset = out == a ? 0.05 : 0.0;
      bench.behavioural(true, "inv_" + out, out + "x", "0", {in},
                        0.5 - 0.5 * tanh(1000.0 * (Symbol::unknown(0) - 0.5 - offset)));
      bench.resistor("r_" + out, out + "x", out, 1e3);
      bench.resistor("load_" + out, out, "0", 1e6);
    }
  }
  Engine engine;
  const circuit::Result result = engine.op(bench);
  for (int k = 0; k < 6; ++k) {
    const double a = v(result, "a" + std::to_string(k))[0];
    const double b = v(result, "b" + std::to_string(k))[0];
    EXPECT_NEAR((0.5 - 0.5 * std::tanh(1000.0 * (b - 0.55))) / 1.001, a, 1e-12);
    EXPECT_NEAR((0.5 - 0.5 * std::tanh(1000.0 * (a - 0.5))) / 1.001, b, 1e-12);
  }
}

TEST(NativeRest, NewtonThatCyclesIsRescued) {
  // Newton's method alone cycles: atan(5 (v - 3)) from 0.
  Bench bench;
  bench.behavioural(false, "b1", "a", "0", {"a"}, 1e-3 * atan(50.0 * (Symbol::unknown(0) - 3.0)));
  Engine engine;
  EXPECT_NEAR(v(engine.op(bench), "a")[0], 3.0, 1e-13);
}

TEST(NativeRest, FoldOnTheWay) {
  // A tunnel diode characteristic, v^3 - 3 v^2 + 2.5 v, on a load line through its outer branch.
  Bench bench;
  const Symbol x = Symbol::unknown(0);
  bench.voltage("v1", "in", "0", 4.0);
  bench.resistor("r1", "in", "a", 1.0);
  bench.behavioural(false, "b1", "a", "0", {"a"}, x * (x * (x - 3.0) + 2.5));
  Engine engine;
  const double a = v(engine.op(bench), "a")[0];
  EXPECT_NEAR(a * (a * (a - 3.0) + 2.5), 4.0 - a, 1e-12);
}

// --- sweeps
// ----------------------------------------------------------------------------------------

TEST(NativeSweep, OfASource) {
  const DiodeModel diode;
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0);
  bench.device(diode, "d1", {"in", "0"});
  std::vector<double> values;
  for (int k = -50; k <= 80; ++k) values.push_back(0.01 * k);
  Engine engine;
  const circuit::Result result = engine.run(bench, SweepAnalysis{"v1", values});
  EXPECT_EQ(result.analysis, "dc");
  EXPECT_EQ(result.axis_name, "v1");
  EXPECT_EQ(result.axis_dimension, base::dimension::voltage);
  EXPECT_EQ(result.axis, values);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double expected = -1e-14 * std::expm1(values[k] / (8.617333262e-5 * 300.0));
    EXPECT_NEAR(i(result, "v1")[k], expected, 1e-12 * std::abs(expected) + 1e-27);
  }
  EXPECT_EQ(bench.circuit.sources[0].rest, 0.0);
}

TEST(NativeSweep, OfAPassiveADeviceParameterAndTheTemperature) {
  const DiodeModel diode;
  Bench bench;
  bench.voltage("v1", "in", "0", 0.6);
  bench.resistor("r1", "in", "0", 100.0);
  bench.device(diode, "d1", {"in", "0"});
  Engine engine;
  const auto r = engine.run(bench, SweepAnalysis{"r1", {100.0, 200.0}});
  EXPECT_NEAR(i(r, "v1")[1] - i(r, "v1")[0], 0.003, 1e-15);
  const auto p = engine.run(bench, SweepAnalysis{"d1.saturation", {1e-14, 1e-13}});
  EXPECT_NEAR((i(p, "v1")[1] + 0.006) / (i(p, "v1")[0] + 0.006), 10.0, 1e-9);
  const auto t = engine.run(bench, SweepAnalysis{"temperature", {300.0, 350.0}});
  EXPECT_NEAR(i(t, "v1")[1], -0.006 - 1e-14 * std::expm1(0.6 / (8.617333262e-5 * 350.0)), 1e-15);
  EXPECT_EQ(t.axis_dimension, base::dimension::temperature);
}

TEST(NativeSweep, Refusals) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.6);
  bench.resistor("r1", "in", "0", 100.0);
  Engine engine;
  EXPECT_EQ(code_of([&] { engine.run(bench, SweepAnalysis{"v2", {1.0}}); }), "circuit.target");
  EXPECT_EQ(code_of([&] { engine.run(bench, SweepAnalysis{"v1", {}}); }), "native.analysis");
}

TEST(NativeSweep, FollowsABranchThroughHysteresis) {
  // Schmitt trigger: out = tanh(10 (in + 0.5 out)); up and down differ.
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0);
  bench.behavioural(true, "b1", "out", "0", {"in", "out"},
                    tanh(10.0 * (Symbol::unknown(0) + 0.5 * Symbol::unknown(1))));
  bench.resistor("r1", "out", "0", 1e3);
  std::vector<double> values;
  for (int k = -100; k <= 100; ++k) values.push_back(0.01 * k);
  for (int k = 99; k >= -100; --k) values.push_back(0.01 * k);
  Engine engine;
  const auto result = engine.run(bench, SweepAnalysis{"v1", values});
  const auto& out = v(result, "out");
  EXPECT_LT(out[110], -0.9);  // at 0.1 V on the way up
  EXPECT_GT(out[290], 0.9);   // at 0.1 V on the way down
  for (std::size_t k = 0; k < values.size(); ++k) {
    EXPECT_NEAR(out[k], std::tanh(10.0 * (values[k] + 0.5 * out[k])), 1e-12);
  }
}

// --- accuracy
// --------------------------------------------------------------------------------------

TEST(NativeRest, LadderOverNineDecadesIsExact) {
  // Equal currents through resistors from 1 mohm to 1 Gohm.
  Bench bench;
  double total = 0.0;
  bench.current("i1", "0", "n0", 1e-6);
  for (int k = 0; k < 13; ++k) {
    const double ohm = std::pow(10.0, k - 3);
    bench.resistor("r" + std::to_string(k), "n" + std::to_string(k),
                   k == 12 ? "0" : "n" + std::to_string(k + 1), ohm);
    total += ohm;
  }
  Engine engine;
  EXPECT_NEAR(v(engine.op(bench), "n0")[0] / (1e-6 * total), 1.0, 1e-12);
}

}  // namespace
}  // namespace neucasl::native_test
