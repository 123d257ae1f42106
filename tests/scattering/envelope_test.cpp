#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "circuit_bench.hpp"
#include "envelope_exponential.hpp"
#include "envelope_transient.hpp"

namespace neucasl::scattering_test {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

constexpr double c0 = 299792458.0;

struct Envelope {
  base::DiagnosticSink sink;
  plugin::Context context;
  plugin::SimulationOptions options;

  Envelope() { context.diagnostics = &sink; }
  circuit::Result run(const CircuitBench& bench, const circuit::TransientAnalysis& analysis) {
    return scattering::simulate_envelope(bench.circuit, analysis, options, context);
  }
};

circuit::TransientAnalysis from_dark(double stop, double largest = 0.0, double output = 0.0) {
  return {stop, largest, output, true, 0.0};
}

/// Largest difference of two results on the same grid, of all nodes whose names begin so.
double difference(const circuit::Result& a, const circuit::Result& b, const std::string& prefix) {
  double largest = 0.0;
  std::size_t compared = 0;
  for (const circuit::Trace& trace : a.traces) {
    if (!trace.name.starts_with(prefix)) continue;
    const circuit::Trace* other = b.find(trace.name, trace.kind);
    if (other == nullptr || other->real.size() != trace.real.size()) {
      ADD_FAILURE() << trace.name;
      continue;
    }
    double peak = 1e-6;
    for (const double value : other->real) peak = std::max(peak, std::abs(value));
    for (std::size_t k = 0; k < trace.real.size(); ++k) {
      const double one = std::abs(trace.real[k] - other->real[k]) / peak;
      largest = std::max(largest, one);
    }
    ++compared;
  }
  EXPECT_GT(compared, 0u) << prefix;
  return largest;
}

const Settings disk_settings{{"resonance_wavelength", 1550.02e-9},
                             {"intrinsic_quality", 4e4},
                             {"coupling_quality_1", 12000.0},
                             {"coupling_quality_2", 16000.0}};

CircuitBench disk_bench() {
  CircuitBench bench;
  bench.add("laser", "laser", {"in"}, {{"power", 1e-3}});
  bench.add("microdisk", "disk", {"in", "through", "drop", "add"}, disk_settings);
  bench.add("termination", "end_1", {"through"});
  bench.add("termination", "end_2", {"drop"});
  bench.add("termination", "end_3", {"add"});
  return bench;
}

TEST(Envelope, MicrodiskFollowsAStepOfLightByTheClosedForm) {
  // dA/dt = (j d - 1/tau) A + j mu s: through and drop approach their rest as e^(j d - 1/tau) t.
  const CircuitBench bench = disk_bench();
  Envelope engine;
  const auto r = engine.run(bench, from_dark(100e-12, 2e-12));
  const double resonance = c0 / 1550.02e-9;
  const double detuning = 2.0 * pi * (c0 / 1550e-9 - resonance);
  const auto rate = [&](double quality) { return pi * resonance / quality; };
  const double inverse = rate(4e4) + rate(12000.0) + rate(16000.0);
  const double mu1 = std::sqrt(2.0 * rate(12000.0));
  const double mu2 = std::sqrt(2.0 * rate(16000.0));
  const Complex pole(-inverse, detuning);
  const double in = std::sqrt(1e-3);
  ASSERT_GT(r.axis.size(), 20u);
  for (std::size_t k = 1; k < r.axis.size(); ++k) {
    const Complex mode = Complex(0.0, mu1 * in) * (std::exp(pole * r.axis[k]) - 1.0) / pole;
    EXPECT_LT(std::abs(wave(r, "through", k) - (in + Complex(0.0, mu1) * mode)), 1e-14);
    EXPECT_LT(std::abs(wave(r, "drop", k) - Complex(0.0, mu2) * mode), 1e-14);
  }
}

TEST(Envelope, MicrodiskAgreesWithNgspiceAndNative) {
  const CircuitBench bench = disk_bench();
  const auto analysis = from_dark(60e-12, 0.2e-12, 0.5e-12);
  Envelope engine;
  const auto ours = engine.run(bench, analysis);
  for (const char* name : {"native", "ngspice"}) {
    SimulatorBench simulator(name);
    simulator.options.tolerances = circuit::Tolerances::tight();
    const auto theirs = simulator.run(bench, analysis);
    ASSERT_EQ(theirs.axis.size(), ours.axis.size()) << name;
    ASSERT_EQ(theirs.traces.size(), ours.traces.size()) << name;
    for (std::size_t k = 0; k < ours.traces.size(); ++k) {
      EXPECT_EQ(ours.traces[k].name, theirs.traces[k].name);
    }
    // Without the first rows, where a step of light is met by a rule of finite order.
    double worst = 0.0;
    for (const char* net : {"through", "drop"}) {
      for (std::size_t k = 2; k < ours.axis.size(); ++k) {
        worst = std::max(worst, std::abs(wave(ours, net, k) - wave(theirs, net, k)));
      }
    }
    EXPECT_LT(worst / std::sqrt(1e-3), 4e-5) << name;
  }
}

/// A laser behind a Mach-Zehnder modulator that a voltage drives.
void add_modulated_light(CircuitBench& bench, const std::string& net,
                         const std::vector<double>& points) {
  bench.add("laser", "laser", {"light"}, {{"power", 1e-3}});
  bench.drive("drive", "gate", points);
  bench.add("mach_zehnder_modulator", "modulator", {"light", net, "gate", "0"},
            {{"capacitance", 20e-15}, {"resistance", 20.0}});
}

TEST(Envelope, ModulatedDisksAndReceiversAgreeWithNative) {
  CircuitBench bench;
  add_modulated_light(bench, "bus_0",
                      {0.0, 0.0, 20e-12, 0.0, 30e-12, 1.7, 80e-12, 1.7, 85e-12, 0.4});
  bench.voltage("bias", "bias", 1.0);
  for (int k = 0; k < 4; ++k) {
    const std::string n = std::to_string(k);
    bench.add("microdisk", "disk_" + n,
              {"bus_" + n, "bus_" + std::to_string(k + 1), "drop_" + n, "add_" + n},
              {{"resonance_shift", 0.03e-9 * k}});
    bench.add("photodetector", "detector_" + n, {"drop_" + n, "received_" + n, "bias"});
    bench.resistor("load_" + n, "received_" + n, "0", 50.0);
    bench.add("termination", "end_" + n, {"add_" + n});
  }
  bench.add("termination", "end", {"bus_4"});
  const circuit::TransientAnalysis analysis{150e-12, 0.0, 1e-12, false, 0.0};
  Envelope engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto ours = engine.run(bench, analysis);
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto theirs = native.run(bench, analysis);
  EXPECT_LT(difference(ours, theirs, "bus_"), 2e-6);
  EXPECT_LT(difference(ours, theirs, "drop_"), 5e-6);
  EXPECT_LT(difference(ours, theirs, "received_"), 2e-6);
  EXPECT_LT(difference(ours, theirs, "bias"), 1e-4);  // node and current
  EXPECT_LT(difference(ours, theirs, "disk_2.forward"), 5e-6);
}

TEST(Envelope, VoltageOfADiskSwitchMovesItsLight) {
  CircuitBench bench;
  bench.add("laser", "laser", {"in"}, {{"power", 1e-3}});
  bench.drive("drive", "anode", {0.0, 0.0, 10e-12, 0.0, 40e-12, -3.0, 90e-12, -3.0, 91e-12, 0.2});
  bench.add(
      "microdisk_switch", "disk", {"in", "through", "drop", "add", "anode", "0", "0"},
      {{"shift_per_volt", -0.1e-9}, {"loss_per_volt", 0.05}, {"junction_capacitance", 30e-15}});
  for (const char* net : {"through", "drop", "add"})
    bench.add("termination", std::string("end_") + net, {net});
  const circuit::TransientAnalysis analysis{150e-12, 0.0, 1e-12, false, 0.0};
  Envelope engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto ours = engine.run(bench, analysis);
  const auto theirs = native.run(bench, analysis);
  EXPECT_LT(difference(ours, theirs, "through"), 5e-6);
  EXPECT_LT(difference(ours, theirs, "drop"), 5e-6);
  EXPECT_LT(difference(ours, theirs, "disk.junction"), 5e-6);
  EXPECT_LT(difference(ours, theirs, "drive"), 1e-4);
}

/// Mirror, guide, mirror between a laser and an absorber.
CircuitBench cavity_bench(double wavelength, double loss = 2.0) {
  CircuitBench bench({300.0, wavelength, 1, false});
  bench.add("laser", "laser", {"in"}, {{"power", 1e-3}});
  bench.add("mirror", "mirror_1", {"in", "left"}, {});
  bench.add("waveguide", "guide", {"left", "right"},
            {{"length", 200e-6}, {"propagation_loss_db", loss * 100.0}});
  bench.add("mirror", "mirror_2", {"right", "out"}, {});
  bench.add("termination", "end", {"out"});
  return bench;
}

double parameter_of(const CircuitBench& bench, const std::string& device, const std::string& name) {
  for (const circuit::Device& one : bench.circuit.devices) {
    if (one.name != device) continue;
    const auto& specification = bench.circuit.models[one.model].model->specification();
    return one.parameters[model::parameter_index(specification, name)];
  }
  throw std::runtime_error("no device " + device);
}

TEST(Envelope, CavityAnswersAStepWithTheTrainOfItsRounds) {
  const CircuitBench bench = cavity_bench(1550e-9);
  Envelope engine;
  const double delay = 4.2 * 200e-6 / c0;
  const auto r = engine.run(bench, from_dark(60.0 * delay));
  const double mirror = parameter_of(bench, "mirror_1", "reflection");
  const double through = std::sqrt(1.0 - mirror * mirror);
  const Complex guide =
      std::polar(std::pow(10.0, -2.0 * 0.02 / 20.0), 2.0 * pi * 2.4 * 200e-6 / 1550e-9);
  const double in = std::sqrt(1e-3);
  std::size_t checked = 0;
  for (std::size_t k = 0; k < r.axis.size(); ++k) {
    const double rounds = (r.axis[k] / delay - 1.0) / 2.0;
    if (std::abs(rounds - std::round(rounds)) < 1e-6) continue;  // the jump itself
    Complex expected;
    Complex term = -through * through * guide * in;  // each mirror passes j t
    for (double n = 0.0; n <= rounds; n += 1.0) {
      expected += term;
      term *= mirror * mirror * guide * guide;
    }
    EXPECT_LT(std::abs(wave(r, "out", k) - expected), 1e-13) << r.axis[k] / delay;
    ++checked;
  }
  EXPECT_GT(checked, 60u);
}

TEST(Envelope, SpectrumOfTheImpulseResponseIsTheScatteringMatrix) {
  // The jumps of the step response at t_k are the impulse response: H(w) = sum jump e^(j w t_k).
  CircuitBench bench;
  bench.add("laser", "laser", {"in"}, {{"power", 1e-3}});
  bench.add("mirror", "mirror", {"in", "a"}, {{"reflection", 0.4}});
  bench.add("waveguide", "guide", {"a", "b"}, {{"length", 31e-6}});
  bench.add("ring_add_drop", "ring", {"b", "through", "drop", "add"},
            {{"power_coupling_1", 0.3}, {"power_coupling_2", 0.5}, {"round_trip_loss_db", 0.5}});
  bench.add("mirror", "mirror_2", {"through", "out"}, {{"reflection", 0.3}});
  for (const char* net : {"out", "drop", "add"})
    bench.add("termination", std::string("end_") + net, {net});
  Envelope engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto r = engine.run(bench, from_dark(60e-12));
  for (const double offset : {0.0, 0.3e12, -0.7e12, 1.9e12}) {
    CircuitBench other = bench;
    const double wavelength = c0 / (c0 / 1550e-9 + offset);
    for (std::size_t k = 0; k < other.circuit.devices.size(); ++k) {
      other.circuit.devices[k].environment.wavelength = wavelength;
      other.circuit.refresh(k);
    }
    SimulatorBench native("native");
    const auto rest = native.rest(other);
    for (const char* net : {"out", "drop", "add", "in"}) {
      Complex sum = wave(r, net, 1);
      for (std::size_t k = 1; k + 1 < r.axis.size(); ++k) {
        const Complex jump = wave(r, net, k + 1) - wave(r, net, k);
        sum += jump * std::polar(1.0, 2.0 * pi * offset * r.axis[k]);
      }
      EXPECT_LT(std::abs(sum - wave(rest, net)), 1e-9) << net << ' ' << offset;
    }
  }
}

TEST(Envelope, LosslessCavityConservesEnergy) {
  const CircuitBench bench = cavity_bench(1550.3e-9, 0.0);
  Envelope engine;
  const double delay = 4.2 * 200e-6 / c0;
  const double stop = 61.0 * delay;
  const auto r = engine.run(bench, from_dark(stop));
  // Waves are constant between the jumps, from just behind a row to the next.
  double into = 0.0;
  const double in = std::sqrt(1e-3);
  for (std::size_t k = 0; k + 1 < r.axis.size(); ++k) {
    const double span = r.axis[k + 1] - r.axis[k];
    const Complex reflected = wave(r, "in", k + 1) - in;
    into += span * (in * in - std::norm(reflected) - std::norm(wave(r, "out", k + 1)));
  }
  // What is in the guide at the end: the waves of the last delay, from its outgoing waves.
  const std::size_t last = r.axis.size() - 1;
  double stored = 0.0;
  for (std::size_t k = 0; k < last; ++k) {
    const double from = std::max(r.axis[k], stop - delay);
    if (r.axis[k + 1] <= from) continue;
    // Into the guide at both ends: what its mirrors send.
    const Complex left_in = 0.5 * Complex(values(r, "mirror_1.port_2_out_re")[k + 1],
                                          values(r, "mirror_1.port_2_out_im")[k + 1]);
    const Complex right_in = 0.5 * Complex(values(r, "mirror_2.port_1_out_re")[k + 1],
                                           values(r, "mirror_2.port_1_out_im")[k + 1]);
    stored += (r.axis[k + 1] - from) * (std::norm(left_in) + std::norm(right_in));
  }
  EXPECT_GT(stored, 1e-3 * delay * 0.1);
  EXPECT_NEAR(into, stored, 1e-9 * stored);
}

/// Loops with and without delay, reflections both ways, biased phases, a disk.
CircuitBench tangle_bench() {
  CircuitBench bench;
  bench.add("laser", "laser", {"in"}, {{"power", 1e-3}, {"phase", 0.3}});
  bench.voltage("bias", "heat", 1.3);
  bench.add("mirror", "mirror_1", {"in", "a"}, {{"reflection", 0.6}});
  bench.add("directional_coupler", "coupler", {"a", "b", "c", "d"}, {{"power_coupling", 0.4}});
  bench.add("phase_shifter", "shifter", {"c", "e", "heat", "0"}, {{"response_time", 20e-12}});
  bench.add("mirror", "mirror_2", {"e", "f"}, {{"reflection", 0.7}});
  bench.add("waveguide", "guide", {"d", "g"}, {{"length", 70e-6}, {"propagation_loss_db", 300.0}});
  bench.add("microdisk", "disk", {"g", "h", "i", "b"}, disk_settings);
  bench.add("waveguide_bend", "bend", {"f", "h"}, {{"radius", 10e-6}, {"angle", pi}});
  bench.add("termination", "end", {"i"});
  return bench;
}

TEST(Envelope, RestIsThatOfTheScatteringMatrices) {
  const CircuitBench bench = tangle_bench();
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto rest = native.rest(bench);
  Envelope engine;
  const auto steady = engine.run(bench, {50e-12, 0.0, 0.0, false, 0.0});
  const auto lit = engine.run(bench, from_dark(1500e-12, 5e-12));
  for (const char* net : {"in", "a", "b", "c", "d", "e", "f", "g", "h", "i"}) {
    for (const std::size_t k : {std::size_t{0}, steady.axis.size() - 1}) {
      EXPECT_LT(std::abs(wave(steady, net, k) - wave(rest, net)), 1e-9) << net << ' ' << k;
    }
    EXPECT_LT(std::abs(wave(lit, net, lit.axis.size() - 1) - wave(rest, net)), 1e-9) << net;
  }
}

TEST(Envelope, WithoutDelaysATangleMovesAsInNative) {
  CircuitBench bench = tangle_bench();
  bench.circuit.sources[0].waveform = {circuit::Waveform::Kind::piecewise_linear,
                                       {0.0, 1.3, 5e-12, 1.3, 9e-12, 2.5}};
  Envelope engine;
  engine.options.group_delays = false;
  engine.options.tolerances = circuit::Tolerances::tight();
  const circuit::TransientAnalysis analysis{80e-12, 0.0, 1e-12, false, 0.0};
  const auto ours = engine.run(bench, analysis);
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto theirs = native.run(bench, analysis);
  for (const char* net : {"in.", "a.", "e.", "g.", "i.", "shifter.shift"}) {
    EXPECT_LT(difference(ours, theirs, net), 5e-6) << net;
  }
}

TEST(Envelope, RingWithoutDelayAndHeatAgreesWithNative) {
  CircuitBench bench;
  add_modulated_light(bench, "in", {0.0, 0.2, 0.2e-9, 0.2, 0.3e-9, 0.9});
  bench.add(
      "ring_add_drop_thermal", "ring", {"in", "through", "drop", "add", "heat"},
      {{"heating_share", 0.4}, {"thermal_conductance", 1e-4}, {"thermal_capacitance", 4e-14}});
  for (const char* net : {"through", "drop", "add"})
    bench.add("termination", std::string("end_") + net, {net});
  Envelope engine;
  engine.options.group_delays = false;
  engine.options.tolerances = circuit::Tolerances::tight();
  const circuit::TransientAnalysis analysis{2e-9, 0.0, 20e-12, false, 0.0};
  const auto ours = engine.run(bench, analysis);
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto theirs = native.run(bench, analysis);
  EXPECT_LT(difference(ours, theirs, "heat"), 1e-5);
  EXPECT_LT(difference(ours, theirs, "drop"), 1e-5);
}

TEST(Envelope, PhotocurrentThatDrivesAModulatorAgreesWithNative) {
  // A neuron: the receiver's voltage moves the resonance of the modulator that feeds it.
  CircuitBench bench;
  add_modulated_light(bench, "in", {0.0, 1.9, 50e-12, 1.9, 70e-12, 0.0});
  bench.add("microdisk_modulator", "ring", {"in", "out", "0", "received", "0"},
            {{"shift_per_volt", -0.2e-9}});
  bench.voltage("bias", "bias", 2.0);
  bench.add("photodetector", "detector", {"out", "received", "bias"});
  bench.resistor("load", "received", "0", 800.0);
  const circuit::TransientAnalysis analysis{400e-12, 0.0, 4e-12, false, 0.0};
  Envelope engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto ours = engine.run(bench, analysis);
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto theirs = native.run(bench, analysis);
  const auto& received = values(theirs, "received");
  EXPECT_GT(*std::max_element(received.begin(), received.end()), 0.1);
  EXPECT_LT(difference(ours, theirs, "received"), 1e-5);
  EXPECT_LT(difference(ours, theirs, "out."), 1e-5);
}

TEST(Envelope, AmplifierSaturatesAsInNative) {
  CircuitBench bench;
  add_modulated_light(bench, "in", {0.0, 1.5, 0.1e-9, 1.5, 0.15e-9, 0.0});
  bench.add("semiconductor_optical_amplifier", "amplifier", {"in", "out"}, {});
  bench.add("termination", "end", {"out"});
  const circuit::TransientAnalysis analysis{1e-9, 0.0, 10e-12, false, 0.0};
  Envelope engine;
  engine.options.tolerances = circuit::Tolerances::tight();
  const auto ours = engine.run(bench, analysis);
  SimulatorBench native("native");
  native.options.tolerances = circuit::Tolerances::tight();
  const auto theirs = native.run(bench, analysis);
  EXPECT_LT(difference(ours, theirs, "out"), 1e-5);
}

TEST(Envelope, SmoothLightArrivesOneDelayLater) {
  CircuitBench bench;
  add_modulated_light(bench, "in", {0.0, 0.3, 10e-12, 0.3, 60e-12, 1.9, 90e-12, 0.7});
  bench.add("waveguide", "guide", {"in", "out"},
            {{"length", 500e-6}, {"propagation_loss_db", 0.0}});
  bench.add("termination", "end", {"out"});
  Envelope engine;
  const double delay = 4.2 * 500e-6 / c0;
  const double step = delay / 64.0;
  const auto r = engine.run(bench, {128e-12, 0.0, step, false, 0.0});
  const Complex guide = std::polar(1.0, 2.0 * pi * 2.4 * 500e-6 / 1550e-9);
  for (std::size_t k = 64; k + 1 < r.axis.size(); ++k) {
    EXPECT_LT(std::abs(wave(r, "out", k) - guide * wave(r, "in", k - 64)), 2e-5 * std::sqrt(1e-3))
        << k;
  }
}

TEST(Envelope, FunctionsOfTheExponential) {
  for (const Complex x : {Complex(0.0), Complex(1e-9, 2e-9), Complex(-0.3, 0.39),
                          Complex(-0.4, 0.31), Complex(-40.0, 3.0), Complex(0.2, -7.0)}) {
    const auto one = scattering::exponential_step(x);
    EXPECT_LT(std::abs(one.exponential - std::exp(x)), 1e-15 * std::abs(std::exp(x)) + 1e-15);
    EXPECT_LT(std::abs(1.0 + x * one.first - std::exp(x)), 1e-14 * (1.0 + std::abs(std::exp(x))));
    EXPECT_LT(std::abs(1.0 + x * one.second - one.first), 1e-14 * (1.0 + std::abs(one.first)));
    // A matrix with this and another eigenvalue.
    Eigen::MatrixXcd turn(2, 2);
    turn << 1.0, 0.4, -0.7, 1.1;
    const Eigen::VectorXcd eigen = Eigen::Vector2cd(x, -0.5 * x + 0.1);
    const Eigen::MatrixXcd matrix = turn * eigen.asDiagonal() * turn.inverse();
    const auto many = scattering::exponential_step(matrix);
    const auto other = scattering::exponential_step(eigen(1));
    const auto expect = [&](const Eigen::MatrixXcd& found, const Complex& a, const Complex& b) {
      const Eigen::MatrixXcd exact = turn * Eigen::Vector2cd(a, b).asDiagonal() * turn.inverse();
      EXPECT_LT((found - exact).norm(), 1e-12 * (1.0 + exact.norm())) << x;
    };
    expect(many.exponential, one.exponential, other.exponential);
    expect(many.first, one.first, other.first);
    expect(many.second, one.second, other.second);
  }
}

TEST(Envelope, WhatItCannotDoIsRefusedByName) {
  Envelope engine;
  const circuit::TransientAnalysis analysis{1e-12, 0.0, 0.0, false, 0.0};
  const auto refused = [&](const CircuitBench& bench, const std::string& name) {
    std::string message;
    const std::string code = code_of([&] { (void)engine.run(bench, analysis); }, &message);
    EXPECT_NE(message.find(name), std::string::npos) << message;
    return code;
  };
  CircuitBench behavioural = disk_bench();
  behavioural.circuit.behavioural.push_back(
      {"formula", false, behavioural.node("x"), 0, {}, model::Symbol(1.0)});
  EXPECT_EQ(refused(behavioural, "'formula'"), "scattering.element");
  CircuitBench line = disk_bench();
  line.circuit.lines.push_back({"cable", line.node("x"), 0, line.node("y"), 0, 50.0, 1e-12});
  EXPECT_EQ(refused(line, "'cable'"), "scattering.element");
  CircuitBench held = disk_bench();
  held.circuit.initial_voltages.emplace_back(held.node("x"), 1.0);
  EXPECT_EQ(refused(held, "'x'"), "scattering.element");
  CircuitBench floating = disk_bench();
  floating.resistor("alone", "x", "y", 1e3);
  EXPECT_EQ(refused(floating, "node '"), "scattering.convergence");
  CircuitBench dark;
  dark.voltage("v", "x", 1.0);
  dark.resistor("r", "x", "0", 1e3);
  EXPECT_EQ(refused(dark, "optical"), "scattering.empty");

  // Two perfect mirrors keep all light.
  CircuitBench closed;
  closed.add("laser", "laser", {"in"});
  closed.add("termination", "end", {"in"});
  closed.add("mirror", "mirror_1", {"p", "a"}, {{"reflection", 1.0}});
  closed.add("mirror", "mirror_2", {"a", "q"}, {{"reflection", 1.0}});
  closed.add("termination", "end_p", {"p"});
  closed.add("termination", "end_q", {"q"});
  EXPECT_EQ(refused(closed, "'mirror_"), "scattering.loop");

  const CircuitBench disk = disk_bench();
  const auto with_times = [&](double stop, double largest, double start) {
    return code_of([&] { (void)engine.run(disk, {stop, largest, 0.0, false, start}); });
  };
  EXPECT_EQ(with_times(0.0, 0.0, 0.0), "scattering.analysis");
  EXPECT_EQ(with_times(1e-12, -1.0, 0.0), "scattering.analysis");
  EXPECT_EQ(with_times(1e-12, 0.0, 2e-12), "scattering.analysis");
  EXPECT_EQ(with_times(std::nan(""), 0.0, 0.0), "scattering.analysis");
  engine.options.device_form = "behavioural";
  EXPECT_EQ(code_of([&] { (void)engine.run(disk, analysis); }), "scattering.option");
}

}  // namespace
}  // namespace neucasl::scattering_test
