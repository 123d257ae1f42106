/// \file
/// Analyses of circuit elements against closed forms.

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdlib>
#include <numbers>

#include "bench.hpp"
#include "plugins/ngspice/circuit_checks.hpp"
#include "plugins/ngspice/simulator.hpp"
#include "worker_options.hpp"

namespace neucasl::ngspice_plugin {
namespace {

using circuit::AcAnalysis;
using circuit::ControlledKind;
using circuit::NoiseAnalysis;
using circuit::OperatingPointAnalysis;
using circuit::Result;
using circuit::TraceKind;
using circuit::TransientAnalysis;
using circuit::Waveform;

class Analyses : public testing::Test {
 protected:
  Analyses() { context_.diagnostics = &diagnostics_; }
  Result simulate(const circuit::Circuit& circuit, const circuit::Analysis& analysis) {
    return simulator_.simulate(circuit, analysis, {}, context_);
  }
  std::string error_code(const circuit::Circuit& circuit, const circuit::Analysis& analysis) {
    try {
      (void)simulate(circuit, analysis);
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return "none";
  }
  static const std::vector<double>& of(const Result& result, const std::string& name,
                                       TraceKind kind = TraceKind::node) {
    const circuit::Trace* trace = result.find(name, kind);
    if (trace == nullptr) throw std::runtime_error("no trace " + name);
    return trace->real;
  }

  base::DiagnosticSink diagnostics_;
  plugin::Context context_;
  NgspiceSimulator simulator_{test_worker()};
};

/// 1 kOhm, 1 nF, driven by a waveform.
Bench rc_bench(Waveform waveform, double rest = 0.0) {
  Bench bench;
  const auto input = bench.node("input");
  const auto output = bench.node("output");
  circuit::Source& source = bench.voltage("supply", input, 0, rest);
  source.waveform = std::move(waveform);
  source.ac_magnitude = 1.0;
  bench.resistor("r", input, output, 1e3);
  bench.capacitor("c", output, 0, 1e-9);
  return bench;
}

TEST_F(Analyses, StepThroughAResistor) {
  const Bench bench = rc_bench({Waveform::Kind::pulse, {0.0, 1.0, 1e-6, 0.0, 0.0, 0.0, 0.0}});
  TransientAnalysis transient;
  transient.stop = 1e-6;
  EXPECT_NEAR(of(simulate(bench.circuit, transient), "output").back(), 0.0, 1e-12);
  Bench long_step = rc_bench({Waveform::Kind::pulse, {0.0, 1.0, 1e-6, 0.0, 0.0, 1.0, 0.0}});
  transient.stop = 6e-6;
  transient.largest_step = 1e-8;
  const Result result = simulate(long_step.circuit, transient);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    const double t = result.axis[k] - 1e-6;
    EXPECT_NEAR(of(result, "output")[k], t > 0.0 ? -std::expm1(-t / 1e-6) : 0.0, 2e-5);
  }
  EXPECT_EQ(result.analysis, "tran");
  EXPECT_EQ(result.time_points, result.axis.size());
}

TEST_F(Analyses, WaveformsAreThoseOfTheCircuit) {
  const std::vector<Waveform> waveforms = {
      {Waveform::Kind::sine, {0.2, 1.0, 1e6, 0.3e-6, 2e5, 0.5}},
      {Waveform::Kind::exponential, {0.1, 1.0, 0.5e-6, 0.3e-6, 1.5e-6, 0.4e-6}},
      {Waveform::Kind::pulse, {0.0, 1.0, 0.2e-6, 0.1e-6, 0.15e-6, 0.3e-6, 0.8e-6}},
      {Waveform::Kind::piecewise_linear, {0.0, 0.5, 0.4e-6, 1.0, 1.2e-6, -1.0, 2e-6, 0.0}}};
  for (const Waveform& waveform : waveforms) {
    Bench bench = rc_bench(waveform, waveform.at(0.0, 0.0));
    TransientAnalysis transient;
    transient.stop = 2.5e-6;
    transient.largest_step = 1e-8;
    const Result result = simulate(bench.circuit, transient);
    for (std::size_t k = 0; k < result.axis.size(); ++k) {
      EXPECT_NEAR(of(result, "input")[k], waveform.at(result.axis[k], 0.0), 1e-9)
          << static_cast<int>(waveform.kind) << " at " << result.axis[k];
    }
  }
}

TEST_F(Analyses, ResampledTimesAreEven) {
  const Bench bench = rc_bench({Waveform::Kind::sine, {0.0, 1.0, 1e5, 0.0, 0.0, 0.0}});
  TransientAnalysis transient;
  transient.stop = 1e-5;
  transient.output_step = 3e-7;
  const Result result = simulate(bench.circuit, transient);
  ASSERT_EQ(result.axis.size(), 35u);
  for (std::size_t k = 0; k + 1 < 35; ++k) EXPECT_DOUBLE_EQ(result.axis[k], 3e-7 * k);
  EXPECT_DOUBLE_EQ(result.axis.back(), 1e-5);
  EXPECT_GT(result.time_points, 35u);
}

/// 10 uH, 1 nF, 10 ohm in series; voltage across the capacitor.
Bench rlc_bench() {
  Bench bench;
  const auto a = bench.node("a");
  const auto b = bench.node("b");
  const auto c = bench.node("c");
  bench.voltage("supply", a, 0, 0.0).ac_magnitude = 1.0;
  bench.resistor("r", a, b, 10.0);
  bench.inductor("l", b, c, 10e-6);
  bench.capacitor("c", c, 0, 1e-9);
  return bench;
}

TEST_F(Analyses, ResonanceInSmallSignal) {
  const Bench bench = rlc_bench();
  std::vector<double> decades;
  for (int k = 0; k <= 40; ++k) decades.push_back(1e5 * std::pow(10.0, k / 20.0));
  std::vector<double> even;
  for (int k = 0; k <= 50; ++k) even.push_back(1e6 + 2e4 * k);
  for (const auto& frequencies : {decades, even, std::vector<double>{1e3, 1.59e6, 2e6, 7e6}}) {
    const Result result = simulate(bench.circuit, AcAnalysis{frequencies});
    const circuit::Trace* trace = result.find("c", TraceKind::node);
    ASSERT_NE(trace, nullptr);
    ASSERT_EQ(trace->real.size(), frequencies.size());
    for (std::size_t k = 0; k < frequencies.size(); ++k) {
      EXPECT_NEAR(result.axis[k], frequencies[k], 1e-9 * frequencies[k]);
      const double w = 2.0 * std::numbers::pi * frequencies[k];
      const std::complex<double> expected =
          1.0 / std::complex<double>(1.0 - w * w * 10e-6 * 1e-9, w * 10.0 * 1e-9);
      const std::complex<double> found(trace->real[k], trace->imaginary[k]);
      EXPECT_LT(std::abs(found - expected), 1e-8 * std::abs(expected));
    }
  }
}

TEST_F(Analyses, ResonanceInTime) {
  Bench bench = rlc_bench();
  circuit::Source& source = bench.circuit.sources[0];
  source.waveform = {Waveform::Kind::pulse, {0.0, 1.0, 0.0, 1e-12, 1e-12, 1.0, 0.0}};
  TransientAnalysis transient;
  transient.stop = 3e-6;
  transient.largest_step = 5e-10;
  const Result result = simulate(bench.circuit, transient);
  const double damping = 10.0 / (2.0 * 10e-6);
  const double w = std::sqrt(1.0 / (10e-6 * 1e-9) - damping * damping);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    const double t = result.axis[k];
    const double expected =
        1.0 - std::exp(-damping * t) * (std::cos(w * t) + damping / w * std::sin(w * t));
    EXPECT_NEAR(of(result, "c")[k], expected, 1e-4);
  }
  EXPECT_EQ(of(result, "l", TraceKind::branch).size(), result.axis.size());
}

TEST_F(Analyses, ThermalNoiseOfAResistor) {
  const Bench bench = rc_bench({});
  const NoiseAnalysis noise{"output", "", "supply", {1e3, 1e5, 1e7}};
  const Result result = simulate(bench.circuit, noise);
  for (std::size_t k = 0; k < 3; ++k) {
    const double x = 2.0 * std::numbers::pi * noise.frequencies[k] * 1e-6;
    const double expected = 4.0 * 1.380649e-23 * 300.0 * 1e3 / (1.0 + x * x);
    EXPECT_NEAR(of(result, "output", TraceKind::noise)[k], expected, 1e-5 * expected);
    EXPECT_NEAR(of(result, "input", TraceKind::noise)[k], expected * (1.0 + x * x),
                1e-5 * expected * (1.0 + x * x));
  }
}

TEST_F(Analyses, ControlledSources) {
  Bench bench;
  const auto input = bench.node("input");
  const auto sense = bench.node("sense");
  bench.voltage("supply", input, 0, 1.0);
  bench.resistor("feed", input, sense, 100.0);  // the control of both carries 5 mA
  const auto return_node = bench.node("return");
  bench.resistor("back", return_node, 0, 100.0);
  const auto add = [&](const char* name, ControlledKind kind, double gain) {
    const auto out = bench.node(std::string("out_") + name);
    bench.resistor(std::string("load_") + name, out, 0, 10.0);
    const bool by_voltage =
        kind == ControlledKind::voltage_by_voltage || kind == ControlledKind::current_by_voltage;
    bench.circuit.controlled.push_back(
        {name, kind, out, 0, by_voltage ? input : sense, by_voltage ? 0 : return_node, gain});
  };
  add("e", ControlledKind::voltage_by_voltage, 3.0);
  add("g", ControlledKind::current_by_voltage, 0.01);
  add("h", ControlledKind::voltage_by_current, 50.0);
  const Result result = simulate(bench.circuit, OperatingPointAnalysis{});
  EXPECT_NEAR(of(result, "out_e")[0], 3.0, 1e-12);
  EXPECT_NEAR(of(result, "out_g")[0], -0.1, 1e-12);
  EXPECT_NEAR(of(result, "out_h")[0], 0.25, 1e-12);
  EXPECT_NEAR(of(result, "e", TraceKind::branch)[0], -0.3, 1e-12);
  bench.circuit.controlled[2].kind = ControlledKind::current_by_current;
  bench.circuit.controlled[2].gain = 2.0;
  EXPECT_NEAR(of(simulate(bench.circuit, OperatingPointAnalysis{}), "out_h")[0], -0.1, 1e-12);
}

TEST_F(Analyses, CoupledInductorsTransform) {
  Bench bench;
  const auto a = bench.node("a");
  const auto b = bench.node("b");
  const auto input = bench.node("input");
  bench.voltage("supply", input, 0, 0.0).ac_magnitude = 1.0;
  bench.resistor("feed", input, a, 1e-4);
  bench.inductor("first", a, 0, 1e-3);
  bench.inductor("second", b, 0, 4e-3);
  bench.resistor("load", b, 0, 1e6);
  bench.circuit.couplings.push_back({"pair", 1, 2, 0.5});
  const Result result = simulate(bench.circuit, AcAnalysis{{1e3}});
  const circuit::Trace* trace = result.find("b", TraceKind::node);
  ASSERT_NE(trace, nullptr);
  EXPECT_NEAR(std::hypot(trace->real[0], trace->imaginary[0]), 1.0, 1e-3);
}

TEST_F(Analyses, LineDelays) {
  Bench bench;
  const auto input = bench.node("input");
  const auto near = bench.node("near");
  const auto far = bench.node("far");
  bench.voltage("supply", input, 0, 0.0).waveform = {Waveform::Kind::pulse,
                                                     {0.0, 1.0, 0.0, 1e-11, 1e-11, 1.0, 0.0}};
  bench.resistor("source", input, near, 50.0);
  bench.resistor("load", far, 0, 50.0);
  bench.circuit.lines.push_back({"line", near, 0, far, 0, 50.0, 1e-9});
  TransientAnalysis transient;
  transient.stop = 3e-9;
  transient.largest_step = 1e-11;
  const Result result = simulate(bench.circuit, transient);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    if (std::abs(result.axis[k] - 1.0e-9) < 0.05e-9) continue;
    EXPECT_NEAR(of(result, "far")[k], result.axis[k] < 1e-9 ? 0.0 : 0.5, 1e-6);
  }
}

TEST_F(Analyses, FormulasAreSolved) {
  Bench bench;
  const auto input = bench.node("input");
  const auto output = bench.node("output");
  bench.voltage("supply", input, 0, 1.5);
  bench.resistor("load", output, 0, 100.0);
  using model::Symbol;
  const Symbol x = Symbol::unknown(0);
  bench.circuit.behavioural.push_back(
      {"square", true, output, 0, {input}, x * x + exp(x * Symbol(-1.0)) * exp(x * Symbol(-1.0))});
  const Result result = simulate(bench.circuit, OperatingPointAnalysis{});
  EXPECT_NEAR(of(result, "output")[0], 2.25 + std::exp(-3.0), 1e-9);
}

TEST_F(Analyses, InitialVoltages) {
  Bench bench;
  const auto node = bench.node("node");
  bench.capacitor("c", node, 0, 1e-9);
  bench.resistor("r", node, 0, 1e3);
  bench.circuit.initial_voltages.emplace_back(node, 2.0);
  TransientAnalysis transient;
  transient.stop = 1e-6;
  transient.largest_step = 1e-9;
  for (const bool given : {false, true}) {
    transient.use_initial_conditions = given;
    const Result result = simulate(bench.circuit, transient);
    EXPECT_NEAR(of(result, "node").back(), 2.0 * std::exp(-1.0), 1e-4);
  }
}

TEST_F(Analyses, FaultsOfAnAnalysisAreNamed) {
  const Bench bench = rc_bench({});
  EXPECT_EQ(error_code(bench.circuit, AcAnalysis{}), "ngspice.analysis");
  EXPECT_EQ(error_code(bench.circuit, AcAnalysis{{1e3, 1e3}}), "ngspice.analysis");
  EXPECT_EQ(error_code(bench.circuit, TransientAnalysis{}), "ngspice.analysis");
  EXPECT_EQ(error_code(bench.circuit, NoiseAnalysis{"none", "", "supply", {1e3}}),
            "ngspice.analysis");
  EXPECT_EQ(error_code(bench.circuit, NoiseAnalysis{"output", "", "none", {1e3}}),
            "ngspice.analysis");
  EXPECT_EQ(error_code(bench.circuit, circuit::SweepAnalysis{"none", {1.0}}), "circuit.target");
}

TEST(CircuitLaws, AWrongSolutionIsNoticed) {
  Bench bench;
  const auto input = bench.node("input");
  const auto middle = bench.node("middle");
  bench.voltage("supply", input, 0, 3.0);
  bench.resistor("upper", input, middle, 2000.0);
  bench.resistor("lower", middle, 0, 1000.0);
  Solution solution(bench.circuit);
  solution.node = {0.0, 3.0, 1.0};
  solution.source = {-1e-3};
  const circuit::Tolerances tolerances;
  EXPECT_NO_THROW(require_circuit_laws(bench.circuit, solution, tolerances));
  for (std::size_t node = 1; node < 3; ++node) {
    Solution wrong = solution;
    wrong.node[node] += 1e-6;
    EXPECT_THROW(require_circuit_laws(bench.circuit, wrong, tolerances), base::Error);
  }
  solution.source[0] *= 1.0 + 1e-6;
  EXPECT_THROW(require_circuit_laws(bench.circuit, solution, tolerances), base::Error);
}

}  // namespace
}  // namespace neucasl::ngspice_plugin
