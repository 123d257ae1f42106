#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using Complex = std::complex<double>;

constexpr double boltzmann = 1.380649e-23;
constexpr double temperature = 300.0;  // K, of resistors

Complex phasor(const circuit::Result& result, const std::string& node, std::size_t k) {
  const circuit::Trace* trace = result.find(node, circuit::TraceKind::node);
  return trace ? Complex(trace->real.at(k), trace->imaginary.at(k)) : Complex();
}

std::vector<double> decades(double from, double to, int per_decade) {
  std::vector<double> result;
  const double count = std::round(std::log10(to / from) * per_decade);
  for (int k = 0; k <= static_cast<int>(count); ++k) {
    result.push_back(from * std::pow(10.0, k / static_cast<double>(per_decade)));
  }
  return result;
}

TEST(NativeAc, LowPassAndResonance) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0).ac_magnitude = 2.0;
  bench.circuit.sources.back().ac_phase = 0.3;
  bench.resistor("r1", "in", "a", 50.0);
  bench.inductor("l1", "a", "b", 1e-6);
  bench.capacitor("c1", "b", "0", 1e-9);
  Engine engine;
  const std::vector<double> grid = decades(1e4, 1e8, 10);
  const auto r = engine.run(bench, circuit::AcAnalysis{grid});
  for (std::size_t k = 0; k < grid.size(); ++k) {
    const Complex s(0.0, 2.0 * std::numbers::pi * grid[k]);
    const Complex expected = std::polar(2.0, 0.3) / (1.0 + s * 50.0 * 1e-9 + s * s * 1e-15);
    EXPECT_LT(std::abs(phasor(r, "b", k) - expected), 1e-12 * std::abs(expected));
  }
}

TEST(NativeAc, DiodeHasItsConductanceAndCapacitance) {
  const DiodeModel diode;
  Bench bench;
  bench.current("i1", "0", "a", 1e-3);
  bench.circuit.sources.back().ac_magnitude = 1.0;
  bench.device(diode, "d1", {"a", "0"}, {1e-14, 1e-12});
  Engine engine;
  const std::vector<double> grid = decades(1e6, 1e12, 2);
  const auto r = engine.run(bench, circuit::AcAnalysis{grid});
  const double g = (1e-3 + 1e-14) / (8.617333262e-5 * 300.0);
  for (std::size_t k = 0; k < grid.size(); ++k) {
    const Complex expected = 1.0 / Complex(g, 2.0 * std::numbers::pi * grid[k] * 1e-12);
    EXPECT_LT(std::abs(phasor(r, "a", k) - expected), 1e-8 * std::abs(expected));
  }
}

TEST(NativeNoise, ResistorHasFourKTR) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0);
  bench.resistor("r1", "in", "out", 10e3);
  bench.resistor("r2", "out", "0", 10e3);
  bench.capacitor("c1", "out", "0", 1e-12);
  Engine engine;
  const circuit::NoiseAnalysis noise{"out", "", "v1", decades(1.0, 1e13, 20)};
  const auto r = engine.run(bench, noise);
  const circuit::Trace* output = r.find("output", circuit::TraceKind::noise);
  const circuit::Trace* input = r.find("input", circuit::TraceKind::noise);
  ASSERT_TRUE(output && input);
  const double expected = 4.0 * boltzmann * temperature * 5e3;
  EXPECT_NEAR(output->real.front(), expected, 1e-3 * expected) << "resistors at 300 K";
  EXPECT_NEAR(input->real.front(), 4.0 * expected, 4e-3 * expected);
  const circuit::Trace* total = r.find("output_total", circuit::TraceKind::noise);
  ASSERT_TRUE(total);
  // kT/C over all frequencies.
  EXPECT_NEAR(total->real.back(), boltzmann * temperature / 1e-12,
              5e-3 * boltzmann * temperature / 1e-12);
}

TEST(NativeNoise, DiodeHasShotAndFlickerNoise) {
  const DiodeModel diode;
  Bench bench;
  bench.current("i1", "0", "a", 1e-3);
  bench.device(diode, "d1", {"a", "0"});
  Engine engine;
  const circuit::NoiseAnalysis noise{"a", "", "i1", {1.0, 1e3, 1e9}};
  const auto r = engine.run(bench, noise);
  const circuit::Trace* output = r.find("output", circuit::TraceKind::noise);
  ASSERT_TRUE(output);
  const double resistance = 8.617333262e-5 * 300.0 / 1e-3;
  for (std::size_t k = 0; k < 3; ++k) {
    const double current = 2.0 * 1.602176634e-19 * 1e-3 + 1e-3 * 1e-6 / noise.frequencies[k];
    EXPECT_NEAR(output->real[k], current * resistance * resistance,
                1e-5 * current * resistance * resistance);
  }
}

}  // namespace
}  // namespace neucasl::native_test
