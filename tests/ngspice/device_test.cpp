/// \file
/// Device models in ngspice, against closed forms and against each other's form.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <fstream>
#include <numbers>

#include "bench.hpp"
#include "neucasl/plugin/host.hpp"
#include "plugins/ngspice/simulator.hpp"
#include "tests/scratch_folder.hpp"
#include "worker_options.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace fs = std::filesystem;
using circuit::AcAnalysis;
using circuit::Analysis;
using circuit::NoiseAnalysis;
using circuit::OperatingPointAnalysis;
using circuit::Result;
using circuit::SweepAnalysis;
using circuit::TraceKind;
using circuit::TransientAnalysis;

constexpr double boltzmann = 1.380649e-23;

class Devices : public testing::Test {
 protected:
  Devices() : host_({fs::path(NEUCASL_TEST_PLUGINS)}) { context_.diagnostics = &diagnostics_; }

  Result simulate(const Bench& bench, const Analysis& analysis) {
    return simulator_.simulate(bench.circuit, analysis, options_, context_);
  }
  Result tight(const Bench& bench, const Analysis& analysis) {
    options_.tolerances = circuit::Tolerances::tight();
    return simulate(bench, analysis);
  }
  Result behavioural(const Bench& bench, const Analysis& analysis) {
    options_.device_form = "behavioural";
    const Result result = simulate(bench, analysis);
    options_.device_form = "compiled";
    return result;
  }
  std::string error_code(const Bench& bench, const Analysis& analysis,
                         std::string* text = nullptr) {
    try {
      (void)simulate(bench, analysis);
    } catch (const base::Error& error) {
      if (text != nullptr) *text = error.diagnostic().message;
      return error.diagnostic().code;
    }
    return "none";
  }
  static const std::vector<double>& node(const Result& result, const std::string& name) {
    const circuit::Trace* trace = result.find(name, TraceKind::node);
    if (trace == nullptr) throw std::runtime_error("no trace " + name);
    return trace->real;
  }
  static const std::vector<double>& branch(const Result& result, const std::string& name) {
    const circuit::Trace* trace = result.find(name, TraceKind::branch);
    if (trace == nullptr) throw std::runtime_error("no trace " + name);
    return trace->real;
  }
  static std::complex<double> phasor(const Result& result, const std::string& name,
                                     std::size_t point = 0) {
    const circuit::Trace* trace = result.find(name, TraceKind::node);
    if (trace == nullptr) throw std::runtime_error("no trace " + name);
    return {trace->real[point], trace->imaginary[point]};
  }
  void expect_no_diagnostics() {
    for (const base::Diagnostic& one : diagnostics_.all()) ADD_FAILURE() << base::to_string(one);
  }

  Bench junction_bench(double voltage = 5.0) {
    Bench bench(&host_.models());
    const auto input = bench.node("input");
    const auto anode = bench.node("anode");
    bench.voltage("supply", input, 0, voltage);
    bench.resistor("load", input, anode, 1000.0);
    bench.device("diode", "junction", {anode, 0}, {});
    return bench;
  }
  /// A voltage step through a resistor onto a device.
  Bench step_bench(const std::string& model, const std::map<std::string, double>& parameters,
                   double resistance, double from = 0.0, double to = 1.0) {
    Bench bench(&host_.models());
    const auto input = bench.node("input");
    const auto output = bench.node("output");
    circuit::Source& source = bench.voltage("supply", input, 0, from);
    source.waveform.kind = circuit::Waveform::Kind::pulse;
    source.waveform.values = {from, to, 0.0, 1e-15, 1e-15, 1.0, 0.0};
    source.ac_magnitude = 1.0;
    bench.resistor("feed", input, output, resistance);
    bench.device("device", model, {output, 0}, parameters);
    return bench;
  }

  base::DiagnosticSink diagnostics_;
  plugin::Context context_;
  plugin::Host host_;
  plugin::SimulationOptions options_;
  NgspiceSimulator simulator_{test_worker()};
};

TEST_F(Devices, JunctionObeysItsEquationAtRest) {
  const Bench bench = junction_bench();
  const Result result = tight(bench, OperatingPointAnalysis{});
  const double v = node(result, "anode")[0];
  const double expected = 1e-12 * std::expm1(v / (8.617333262e-5 * 300.0));
  EXPECT_NEAR((5.0 - v) / 1000.0, expected, 1e-9 * expected);
  EXPECT_NEAR(branch(result, "supply")[0], -expected, 1e-9 * expected);
  EXPECT_NE(result.method.find("device models compiled"), std::string::npos) << result.method;
  EXPECT_GT(result.iterations, 3u);
  expect_no_diagnostics();
}

TEST_F(Devices, BehaviouralFormEqualsTheCompiledOne) {
  const Bench junction = junction_bench();
  const double compiled = node(simulate(junction, OperatingPointAnalysis{}), "anode")[0];
  const Result formulas = behavioural(junction, OperatingPointAnalysis{});
  EXPECT_NEAR(node(formulas, "anode")[0], compiled, 1e-6 * compiled);
  EXPECT_NE(formulas.method.find("as formulas"), std::string::npos);
  TransientAnalysis transient;
  transient.stop = 1e-6;
  transient.largest_step = 2e-9;
  transient.output_step = 50e-9;
  for (const char* model : {"memory", "relaxation", "varactor"}) {
    SCOPED_TRACE(model);
    const Bench bench = step_bench(model, {}, 1000.0, 0.0, 0.8);
    const Result a = simulate(bench, transient);
    const Result b = behavioural(bench, transient);
    ASSERT_EQ(a.axis.size(), b.axis.size());
    for (const circuit::Trace& trace : a.traces) {
      const circuit::Trace* other = b.find(trace.name, trace.kind);
      ASSERT_NE(other, nullptr) << trace.name;
      double peak = 0.0;
      for (const double one : trace.real) peak = std::max(peak, std::abs(one));
      for (std::size_t k = 1; k < a.axis.size(); ++k) {
        EXPECT_NEAR(trace.real[k], other->real[k], 2e-5 * peak + 1e-15) << trace.name << ' ' << k;
      }
    }
  }
  expect_no_diagnostics();
}

TEST_F(Devices, TransconductorAmplifies) {
  Bench bench(&host_.models());
  const auto supply = bench.node("supply");
  const auto drain = bench.node("drain");
  const auto gate = bench.node("gate");
  bench.voltage("vdd", supply, 0, 2.0);
  bench.voltage("vg", gate, 0, 0.5).ac_magnitude = 1.0;
  bench.resistor("load", supply, drain, 1000.0);
  bench.device("m", "transconductor", {drain, gate, 0}, {});
  const Result rest = simulate(bench, OperatingPointAnalysis{});
  EXPECT_NEAR(node(rest, "drain")[0], 2.0 - 1e-3 * 0.25 * 1000.0, 1e-6);
  const Result ac = simulate(bench, AcAnalysis{{1e3, 1e6}});
  // gm R = 2 k v R
  EXPECT_NEAR(phasor(ac, "drain", 1).real(), -1.0, 1e-5);
}

TEST_F(Devices, CapacitorChargesThroughAResistor) {
  // 1 kOhm and 1 pF.
  const Bench bench = step_bench("varactor", {}, 1000.0);
  TransientAnalysis transient;
  transient.stop = 5e-9;
  transient.largest_step = 5e-12;
  const Result result = simulate(bench, transient);
  const auto& v = node(result, "output");
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    EXPECT_NEAR(v[k], -std::expm1(-result.axis[k] / 1e-9), 1e-5);
  }
  EXPECT_NEAR(result.axis.back(), 5e-9, 1e-18);
}

TEST_F(Devices, ChargesControlTheStep) {
  const Bench bench = step_bench("varactor", {}, 1000.0);
  TransientAnalysis transient;
  transient.stop = 100e-9;
  transient.largest_step = 20e-9;  // long beside the time constant of 1 ns
  const Result result = simulate(bench, transient);
  const auto& v = node(result, "output");
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    EXPECT_NEAR(v[k], -std::expm1(-result.axis[k] / 1e-9), 1e-4);
  }
  EXPECT_GT(result.time_points, 100u);
}

TEST_F(Devices, VaractorConservesCharge) {
  // Charge q = C v (1 + a v): the integral of the current equals the charge at the end.
  Bench bench = step_bench("varactor", {{"slope", 0.5}}, 1000.0);
  bench.circuit.sources[0].waveform.values[3] = 0.1e-9;
  TransientAnalysis transient;
  transient.stop = 60e-9;
  transient.largest_step = 5e-12;
  const Result result = simulate(bench, transient);
  const auto& i = branch(result, "supply");
  double charge = 0.0;
  for (std::size_t k = 1; k < result.axis.size(); ++k) {
    charge -= 0.5 * (i[k] + i[k - 1]) * (result.axis[k] - result.axis[k - 1]);
  }
  // The trapezoidal sum is that of ngspice but for the steps behind the source's corners.
  EXPECT_NEAR(charge, 1e-12 * 1.0 * 1.5, 4e-4 * 1.5e-12);
}

TEST_F(Devices, CapacitorDividesInSmallSignal) {
  const Bench bench = step_bench("varactor", {}, 1000.0);
  const double corner = 1.0 / (2.0 * std::numbers::pi * 1e-9);
  const Result result = simulate(bench, AcAnalysis{{0.1 * corner, corner, 7.0 * corner}});
  for (std::size_t k = 0; k < 3; ++k) {
    const std::complex<double> expected = 1.0 / std::complex<double>(1.0, result.axis[k] / corner);
    EXPECT_LT(std::abs(phasor(result, "output", k) - expected), 1e-9);
  }
}

TEST_F(Devices, StatesRelax) {
  // Driven directly: s1 = 1 - e^-x, s2 = 1 - (1 + x) e^-x with x = t / 1 ns.
  const Bench bench = step_bench("relaxation", {}, 1e-3);
  TransientAnalysis transient;
  transient.stop = 8e-9;
  transient.largest_step = 5e-12;
  const Result result = simulate(bench, transient);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    const double x = result.axis[k] / 1e-9;
    EXPECT_NEAR(node(result, "device.first")[k], -std::expm1(-x), 1e-5);
    EXPECT_NEAR(node(result, "device.second")[k], 1.0 - (1.0 + x) * std::exp(-x), 1e-5);
  }
  const Result rest = simulate(step_bench("relaxation", {}, 1e-3, 0.7), OperatingPointAnalysis{});
  EXPECT_NEAR(node(rest, "device.second")[0], 0.7, 1e-6);
  const double corner = 1.0 / (2.0 * std::numbers::pi * 1e-9);
  const Result ac = simulate(bench, AcAnalysis{{corner}});
  EXPECT_LT(std::abs(phasor(ac, "device.second") - std::complex<double>(0.0, -0.5)), 1e-6);
}

TEST_F(Devices, SlowStatesTakeLongSteps) {
  // A time constant of a thousand seconds.
  Bench bench = step_bench("relaxation", {{"time", 1e3}}, 1e-3);
  bench.circuit.sources[0].waveform.values[5] = 1e9;
  TransientAnalysis transient;
  transient.stop = 8e3;
  transient.largest_step = 1e2;
  const Result result = simulate(bench, transient);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    EXPECT_NEAR(node(result, "device.first")[k], -std::expm1(-result.axis[k] / 1e3), 1e-4);
  }
  EXPECT_LT(result.time_points, 5000u);
}

TEST_F(Devices, MemoriesHoldAtRestAndMoveInTime) {
  const Bench bench = step_bench("memory", {}, 1e-3, 0.1, 0.6);
  const Result rest = simulate(bench, OperatingPointAnalysis{});
  EXPECT_NEAR(node(rest, "device.state")[0], 0.3, 1e-9);
  EXPECT_NEAR(branch(rest, "supply")[0], -0.1 * (10e-6 + 90e-6 * 0.3), 1e-12);
  TransientAnalysis transient;
  transient.stop = 0.5e-6;
  transient.largest_step = 1e-9;
  // At twice the threshold: ds/dt = r s (1 - s), a logistic curve.
  const Result result = simulate(bench, transient);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    const double odds = 0.3 / 0.7 * std::exp(1e7 * result.axis[k]);
    EXPECT_NEAR(node(result, "device.state")[k], odds / (1.0 + odds), 1e-5);
  }
  transient.use_initial_conditions = true;
  const Result from_given = simulate(bench, transient);
  EXPECT_NEAR(node(from_given, "device.state").back(), node(result, "device.state").back(), 1e-5);
  EXPECT_NEAR(node(from_given, "device.state").front(), 0.3, 1e-3);
  const Result ac = simulate(bench, AcAnalysis{{1e3}});
  EXPECT_LT(std::abs(phasor(ac, "device.state")), 1e-12);
  expect_no_diagnostics();
}

/// A laser behind a waveguide of two pieces into a matched end.
Bench waveguide_bench(model::ModelLibrary& models) {
  Bench bench(&models);
  using Kind = circuit::NodeKind;
  std::vector<std::uint32_t> nodes;
  for (const char* name : {"in", "middle", "out"}) {
    nodes.push_back(bench.node(std::string(name) + ".re", Kind::optical_real));
    nodes.push_back(bench.node(std::string(name) + ".im", Kind::optical_imaginary));
  }
  const auto drive = bench.node("drive");
  // V + I = 2 a: 2 a behind 1 ohm is a wave a that comes in.
  bench.voltage("laser", drive, 0, 2.0);
  bench.resistor("laser_re", drive, nodes[0], 1.0);
  bench.resistor("laser_im", nodes[1], 0, 1.0);
  bench.resistor("end_re", nodes[4], 0, 1.0);
  bench.resistor("end_im", nodes[5], 0, 1.0);
  bench.device("first", "waveguide", {nodes[0], nodes[1], nodes[2], nodes[3]}, {});
  bench.device("second", "waveguide", {nodes[2], nodes[3], nodes[4], nodes[5]}, {});
  bench.circuit.carriers = {1.55e-6};
  return bench;
}

TEST_F(Devices, WaveguidesCarryWaves) {
  const Bench bench = waveguide_bench(host_.models());
  SweepAnalysis sweep{"wavelength", {}};
  for (int k = 0; k < 2001; ++k) sweep.values.push_back(1.5e-6 + 5e-11 * k);
  const auto start = std::chrono::steady_clock::now();
  const Result result = simulate(bench, sweep);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  ASSERT_EQ(result.axis.size(), 2001u);
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    // At the matched end V = b; two pieces of 10 um optical length with 0.9 each.
    const double phase = -2.0 * std::numbers::pi * 20e-6 / result.axis[k];
    EXPECT_NEAR(node(result, "out.re")[k], 0.81 * std::cos(phase), 1e-9);
    EXPECT_NEAR(node(result, "out.im")[k], 0.81 * std::sin(phase), 1e-9);
  }
  EXPECT_LT(time.count(), 10.0);
  RecordProperty("seconds", std::to_string(time.count()));
  std::printf("2,001 wavelengths in %.3f s\n", time.count());
}

TEST_F(Devices, SweepsOfEveryKind) {
  Bench bench = junction_bench();
  SweepAnalysis sweep{"supply", {-1.0, 0.5, 0.7, 3.0, 2.0}};
  const Result voltages = tight(bench, sweep);
  for (std::size_t k = 0; k < sweep.values.size(); ++k) {
    bench.circuit.set("supply", sweep.values[k]);
    const Result one = simulate(bench, OperatingPointAnalysis{});
    const double expected = node(one, "anode")[0];
    EXPECT_NEAR(node(voltages, "anode")[k], expected, 1e-9 * std::abs(expected));
    EXPECT_NEAR(branch(voltages, "supply")[k], branch(one, "supply")[0],
                1e-9 * std::abs(branch(one, "supply")[0]) + 1e-15);
  }
  bench = junction_bench();
  for (const auto& [target, values] :
       std::map<std::string, std::vector<double>>{{"load", {10.0, 1e3, 1e5}},
                                                  {"temperature", {250.0, 300.0, 400.0}},
                                                  {"diode.current", {1e-15, 1e-12, 1e-9}}}) {
    SCOPED_TRACE(target);
    const Result result = simulate(bench, SweepAnalysis{target, values});
    const Result formulas = behavioural(bench, SweepAnalysis{target, values});
    for (std::size_t k = 0; k < values.size(); ++k) {
      Bench changed = bench;
      changed.circuit.set(target, values[k]);
      const double expected = node(simulate(changed, OperatingPointAnalysis{}), "anode")[0];
      EXPECT_NEAR(node(result, "anode")[k], expected, 1e-9);
      EXPECT_NEAR(node(formulas, "anode")[k], expected, 1e-6);
    }
  }
  const Result single = simulate(bench, SweepAnalysis{"load", {1e3}});
  EXPECT_EQ(single.axis.size(), 1u);
  expect_no_diagnostics();
}

TEST_F(Devices, CurrentSourceSweeps) {
  Bench bench;
  const auto a = bench.node("a");
  bench.current("drive", 0, a, 1e-3);
  bench.resistor("load", a, 0, 1e3);
  const Result result = simulate(bench, SweepAnalysis{"drive", {-1e-3, 0.0, 2e-3}});
  EXPECT_NEAR(node(result, "a")[0], -1.0, 1e-12);
  EXPECT_NEAR(node(result, "a")[2], 2.0, 1e-12);
}

TEST_F(Devices, NoiseOfADeviceIsWhatItSays) {
  Bench bench(&host_.models());
  const auto input = bench.node("input");
  const auto output = bench.node("output");
  bench.voltage("supply", input, 0, 0.1);
  bench.resistor("feed", input, output, 1000.0);
  bench.device("device", "noisy", {output, 0}, {});
  NoiseAnalysis noise{"output", "", "supply", {1e2, 1e3, 1e6}};
  const Result result = simulate(bench, noise);
  const circuit::Trace* out = result.find("output", TraceKind::noise);
  const circuit::Trace* in = result.find("input", TraceKind::noise);
  ASSERT_NE(out, nullptr);
  ASSERT_NE(in, nullptr);
  for (std::size_t k = 0; k < 3; ++k) {
    const double thermal = 4.0 * boltzmann * 300.0 / 1000.0;
    const double device = 1e-22 * (1.0 + 1e3 / noise.frequencies[k]);
    const double expected = (thermal + device) * 500.0 * 500.0;
    EXPECT_NEAR(out->real[k], expected, 1e-5 * expected);
    EXPECT_NEAR(in->real[k], 4.0 * expected, 4e-5 * expected);
  }
  expect_no_diagnostics();
}

TEST_F(Devices, AnImpossibleAnswerNamesTheDevice) {
  Bench bench(&host_.models());
  const auto input = bench.node("input");
  bench.voltage("supply", input, 0, 2.0);
  bench.device("victim", "limited", {input, 0}, {});
  std::string text;
  EXPECT_EQ(error_code(bench, OperatingPointAnalysis{}, &text), "ngspice.model");
  EXPECT_NE(text.find("'victim'"), std::string::npos) << text;
  // Where an answer exists, values that were only tried do no harm.
  Bench fine(&host_.models());
  const auto a = fine.node("a");
  const auto b = fine.node("b");
  fine.voltage("supply", a, 0, 5.0);
  fine.resistor("feed", a, b, 1000.0);
  fine.device("device", "limited", {b, 0}, {});
  const Result result = simulate(fine, OperatingPointAnalysis{});
  const double v = node(result, "b")[0];
  EXPECT_NEAR((5.0 - v) / 1000.0, -1e-3 * std::log(1.0 - v), 1e-8);
}

TEST_F(Devices, AFloatingGateIsAnError) {
  Bench bench(&host_.models());
  const auto supply = bench.node("supply");
  const auto drain = bench.node("drain");
  const auto gate = bench.node("gate");
  bench.voltage("vdd", supply, 0, 2.0);
  bench.resistor("load", supply, drain, 1000.0);
  bench.capacitor("hold", gate, 0, 1e-12);
  bench.device("m", "transconductor", {drain, gate, 0}, {});
  std::string text;
  EXPECT_EQ(error_code(bench, OperatingPointAnalysis{}, &text), "ngspice.message");
  EXPECT_NE(text.find("'gate'"), std::string::npos) << text;
}

TEST_F(Devices, WithoutTheCodeModelFormulasServe) {
  WorkerOptions without = test_worker();
  without.code_model = "/nonexistent/neucasl_bridge.cm";
  NgspiceSimulator simulator(without);
  const Bench bench = junction_bench();
  const Result expected = simulate(bench, OperatingPointAnalysis{});
  for (int k = 0; k < 2; ++k) {
    const Result result =
        simulator.simulate(bench.circuit, OperatingPointAnalysis{}, options_, context_);
    EXPECT_NEAR(node(result, "anode")[0], node(expected, "anode")[0], 1e-6);
    EXPECT_NE(result.method.find("as formulas"), std::string::npos) << result.method;
  }
  const auto all = diagnostics_.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].code, "ngspice.bridge");
  EXPECT_EQ(all[0].severity, base::Severity::warning);
}

TEST_F(Devices, AChangedLibraryIsRefused) {
  Bench bench = junction_bench();
  const test::ScratchFolder folder;
  const fs::path copy = folder / "models";
  fs::copy_file(bench.circuit.models[0].origin.library, copy, fs::copy_options::overwrite_existing);
  bench.circuit.models[0].origin.library = copy;
  EXPECT_EQ(error_code(bench, OperatingPointAnalysis{}), "none");
  std::ofstream(copy, std::ios::app) << "one byte more";
  NgspiceSimulator fresh(test_worker());
  std::string code;
  try {
    (void)fresh.simulate(bench.circuit, OperatingPointAnalysis{}, options_, context_);
  } catch (const base::Error& error) {
    code = error.diagnostic().code;
  }
  EXPECT_EQ(code, "ngspice.library");
}

TEST_F(Devices, AnUnknownFormIsRefused) {
  options_.device_form = "quantum";
  EXPECT_EQ(error_code(junction_bench(), OperatingPointAnalysis{}), "ngspice.device-form");
}

}  // namespace
}  // namespace neucasl::ngspice_plugin
