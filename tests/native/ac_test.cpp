#include <gtest/gtest.h>

#include <complex>
#include <numbers>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using circuit::AcAnalysis;
using circuit::ControlledKind;
using Number = std::complex<double>;

constexpr double two_pi = 2.0 * std::numbers::pi;

Number at(const circuit::Result& result, const std::string& name, std::size_t k,
          circuit::TraceKind kind = circuit::TraceKind::node) {
  const circuit::Trace* trace = result.find(name, kind);
  if (trace == nullptr) throw std::runtime_error("no trace " + name);
  return {trace->real[k], trace->imaginary[k]};
}

std::vector<double> decades(double from, double to, int points) {
  std::vector<double> result;
  const double count = std::log10(to / from) * points;
  for (int k = 0; k <= static_cast<int>(std::lround(count)); ++k) {
    result.push_back(from * std::pow(10.0, static_cast<double>(k) / points));
  }
  return result;
}

void expect_close(Number a, Number b, double relative = 1e-12) {
  EXPECT_LE(std::abs(a - b), relative * std::abs(b)) << a << ' ' << b;
}

TEST(NativeAc, LowPass) {
  Bench bench;
  circuit::Source& source = bench.voltage("v1", "in", "0", 0.0);
  source.ac_magnitude = 2.0;
  source.ac_phase = 0.5;
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-9);
  Engine engine;
  const std::vector<double> frequencies = decades(1.0, 1e9, 5);
  const circuit::Result result = engine.run(bench, AcAnalysis{frequencies});
  EXPECT_EQ(result.analysis, "ac");
  EXPECT_EQ(result.axis, frequencies);
  for (std::size_t k = 0; k < frequencies.size(); ++k) {
    const Number expected = std::polar(2.0, 0.5) / Number(1.0, two_pi * frequencies[k] * 1e-6);
    expect_close(at(result, "out", k), expected);
  }
}

TEST(NativeAc, SeriesResonance) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).ac_magnitude = 1.0;
  bench.resistor("r1", "in", "a", 10.0);
  bench.inductor("l1", "a", "b", 1e-6);
  bench.capacitor("c1", "b", "0", 1e-9);
  bench.resistor("bias", "b", "0", 1e12);
  Engine engine;
  const double resonance = 1.0 / (two_pi * std::sqrt(1e-15));
  const circuit::Result result =
      engine.run(bench, AcAnalysis{{0.5 * resonance, resonance, 2.0 * resonance}});
  for (std::size_t k = 0; k < 3; ++k) {
    const double w = two_pi * result.axis[k];
    const Number end = 1.0 / Number(1e-12, w * 1e-9);
    expect_close(at(result, "l1", k, circuit::TraceKind::branch),
                 1.0 / (Number(10.0, w * 1e-6) + end), 1e-11);
  }
  // Sharpness sqrt(L / C) / R
  EXPECT_NEAR(std::abs(at(result, "b", 1)), std::sqrt(1e-6 / 1e-9) / 10.0, 1e-6);
}

TEST(NativeAc, TransconductanceAmplifier) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).ac_magnitude = 1.0;
  bench.resistor("rs", "in", "gate", 1e4);
  bench.capacitor("cgs", "gate", "0", 20e-15);
  bench.capacitor("cgd", "gate", "out", 5e-15);
  bench.controlled(ControlledKind::current_by_voltage, "gm", "out", "0", "gate", "0", 1e-3);
  bench.resistor("rl", "out", "0", 2e4);
  Engine engine;
  const std::vector<double> frequencies = decades(1e3, 1e11, 3);
  const circuit::Result result = engine.run(bench, AcAnalysis{frequencies});
  for (std::size_t k = 0; k < frequencies.size(); ++k) {
    const Number s(0.0, two_pi * frequencies[k]);
    // Nodal equations of gate and output by hand.
    const Number y11 = 1e-4 + s * 25e-15;
    const Number y12 = -s * 5e-15;
    const Number y21 = 1e-3 - s * 5e-15;
    const Number y22 = 5e-5 + s * 5e-15;
    expect_close(at(result, "out", k), -y21 * 1e-4 / (y11 * y22 - y12 * y21), 1e-11);
  }
  EXPECT_NEAR(at(result, "out", 0).real(), -20.0, 1e-5);
}

TEST(NativeAc, DiodeAtItsBias) {
  const DiodeModel diode;
  Bench bench;
  bench.current("i1", "0", "a", 1e-3).ac_magnitude = 1.0;
  bench.device(diode, "d1", {"a", "0"}, {1e-14, 1e-12});
  Engine engine;
  const circuit::Result result = engine.run(bench, AcAnalysis{{0.0, 1e9}});
  const double conductance = (1e-3 + 1e-14) / (8.617333262e-5 * 300.0);
  expect_close(at(result, "a", 0), 1.0 / conductance);
  expect_close(at(result, "a", 1), 1.0 / Number(conductance, two_pi * 1e9 * 1e-12));
}

TEST(NativeAc, MemoriesAreHeld) {
  const MemristorModel memristor;
  Bench bench;
  bench.voltage("v1", "in", "0", 1.0).ac_magnitude = 1.0;
  bench.device(memristor, "m1", {"in", "0"});
  Engine engine;
  const circuit::Result result = engine.run(bench, AcAnalysis{{1e-3, 1.0}});
  for (std::size_t k = 0; k < 2; ++k) {
    expect_close(-at(result, "v1", k, circuit::TraceKind::branch), 1e-6 + 99e-6 * 0.25);
    EXPECT_EQ(at(result, "m1.state", k), 0.0);
  }
}

TEST(NativeAc, TransformerWithLeakage) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).ac_magnitude = 1.0;
  bench.resistor("r1", "in", "p", 1.0);
  bench.inductor("l1", "p", "0", 1e-3);
  bench.inductor("l2", "s", "0", 4e-3);
  bench.circuit.couplings.push_back({"k1", 1, 2, 0.9});
  bench.resistor("r2", "s", "0", 8.0);
  Engine engine;
  const circuit::Result result = engine.run(bench, AcAnalysis{decades(1.0, 1e6, 1)});
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    const Number s(0.0, two_pi * result.axis[k]);
    const double mutual = 0.9 * 2e-3;
    // V1 = (1 + s L1) I1 + s M I2, 0 = s M I1 + (8 + s L2) I2, V(s) = -8 I2
    const Number determinant = (1.0 + s * 1e-3) * (8.0 + s * 4e-3) - s * s * mutual * mutual;
    expect_close(at(result, "s", k), 8.0 * s * mutual / determinant, 1e-10);
  }
}

TEST(NativeAc, LineQuarterAndHalfWave) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).ac_magnitude = 1.0;
  bench.resistor("rs", "in", "a", 25.0);
  bench.circuit.lines.push_back({"t1", bench.node("a"), 0, bench.node("b"), 0, 50.0, 1e-9});
  bench.resistor("rl", "b", "0", 100.0);
  Engine engine;
  const circuit::Result result = engine.run(bench, AcAnalysis{{0.1e9, 0.25e9, 0.5e9, 0.7e9}});
  for (std::size_t k = 0; k < 4; ++k) {
    const double angle = two_pi * result.axis[k] * 1e-9;
    const Number j(0.0, 1.0);
    const Number t = std::sin(angle) / std::cos(angle);
    const Number input = 50.0 * (100.0 + 50.0 * j * t) / (50.0 + 100.0 * j * t);
    expect_close(at(result, "a", k), input / (input + 25.0), 1e-10);
  }
}

TEST(NativeAc, TheWholeRangeOfValues) {
  // An integrator with an amplifier of gain 1e6; refinement keeps the digits.
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).ac_magnitude = 1.0;
  bench.resistor("r1", "in", "sum", 1e9);
  bench.capacitor("c1", "sum", "out", 1e-12);
  bench.resistor("r2", "sum", "out", 1e13);
  bench.controlled(ControlledKind::voltage_by_voltage, "e1", "out", "0", "0", "sum", 1e6);
  Engine engine;
  const circuit::Result result = engine.run(bench, AcAnalysis{decades(1e-3, 1e6, 1)});
  for (std::size_t k = 0; k < result.axis.size(); ++k) {
    const Number feedback(1e-13, two_pi * result.axis[k] * 1e-12);
    expect_close(at(result, "out", k), -1e-9 / (feedback + (1e-9 + feedback) / 1e6), 1e-12);
  }
}

}  // namespace
}  // namespace neucasl::native_test
