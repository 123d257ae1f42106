#include <gtest/gtest.h>

#include <numbers>

#include "bench.hpp"

namespace neucasl::native_test {
namespace {

using circuit::NoiseAnalysis;

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double kt = 1.380649e-23 * 300.0;

std::vector<double> trace(const circuit::Result& result, const std::string& name) {
  const circuit::Trace* found = result.find(name, circuit::TraceKind::noise);
  if (found == nullptr) throw std::runtime_error("no trace " + name);
  return found->real;
}

std::vector<double> grid(double from, double to, int decade) {
  std::vector<double> result;
  const int count = static_cast<int>(std::lround(std::log10(to / from) * decade));
  for (int k = 0; k <= count; ++k) {
    result.push_back(from * std::pow(10.0, static_cast<double>(k) / decade));
  }
  return result;
}

TEST(NativeNoise, OfADivider) {
  Bench bench;
  bench.voltage("v1", "in", "0", 1.0);
  bench.resistor("r1", "in", "out", 3e3);
  bench.resistor("r2", "out", "0", 6e3);
  Engine engine;
  const circuit::Result result = engine.run(bench, NoiseAnalysis{"out", "", "v1", {1.0, 1e6}});
  EXPECT_EQ(result.analysis, "noise");
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_NEAR(trace(result, "output")[k] / (4.0 * kt * 2e3), 1.0, 1e-12);
    EXPECT_NEAR(trace(result, "input")[k] / (4.0 * kt * 2e3 * 2.25), 1.0, 1e-12);
  }
  EXPECT_EQ(trace(result, "output_total")[0], 0.0);
  EXPECT_NEAR(trace(result, "output_total")[1] / (4.0 * kt * 2e3 * (1e6 - 1.0)), 1.0, 1e-12);
  const auto* found = result.find("output", circuit::TraceKind::noise);
  EXPECT_EQ(base::unit_symbol(found->dimension),
            base::unit_symbol(base::dimension::voltage * base::dimension::voltage /
                              base::dimension::frequency));
  // Between two nodes: the first resistor alone.
  const circuit::Result across = engine.run(bench, NoiseAnalysis{"in", "out", "v1", {1.0}});
  EXPECT_NEAR(trace(across, "output")[0] / (4.0 * kt * 2e3), 1.0, 1e-12);
}

TEST(NativeNoise, CapacitorHoldsKtOverC) {
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.capacitor("c1", "out", "0", 1e-12);
  Engine engine;
  const circuit::Result result =
      engine.run(bench, NoiseAnalysis{"out", "", "v1", grid(1.0, 1e14, 100)});
  EXPECT_NEAR(trace(result, "output_total").back() / (kt / 1e-12), 1.0, 1e-4);
  for (std::size_t k = 0; k < result.axis.size(); k += 50) {
    const double x = two_pi * result.axis[k] * 1e-9;
    EXPECT_NEAR(trace(result, "output")[k] * (1.0 + x * x) / (4.0 * kt * 1e3), 1.0, 1e-12);
  }
  EXPECT_NE(result.method.find("V rms"), std::string::npos) << result.method;
}

TEST(NativeNoise, DeviceSourcesWithFlicker) {
  const DiodeModel diode;
  Bench bench;
  bench.current("i1", "0", "a", 1e-3);
  bench.device(diode, "d1", {"a", "0"});
  Engine engine;
  const std::vector<double> frequencies = grid(1e-3, 1e9, 1);
  const circuit::Result result = engine.run(bench, NoiseAnalysis{"a", "", "i1", frequencies});
  const double resistance = 8.617333262e-5 * 300.0 / (1e-3 + 1e-14);
  for (std::size_t k = 0; k < frequencies.size(); ++k) {
    const double density = 2.0 * 1.602176634e-19 * 1e-3 + 1e-9 / frequencies[k];
    EXPECT_NEAR(trace(result, "input")[k] / density, 1.0, 1e-10);
    EXPECT_NEAR(trace(result, "output")[k] / (density * resistance * resistance), 1.0, 1e-10);
  }
}

TEST(NativeNoise, FlickerIntegratesToALogarithm) {
  const DiodeModel diode;
  Bench bench;
  bench.current("i1", "0", "a", 1.0);  // at low frequencies all flicker
  bench.device(diode, "d1", {"a", "0"});
  Engine engine;
  const circuit::Result result =
      engine.run(bench, NoiseAnalysis{"a", "", "i1", {1e-3, 1e-1, 10.0}});
  EXPECT_NEAR(trace(result, "input_total").back() / (1e-3 * std::log(1e4)), 1.0, 1e-9);
}

TEST(NativeNoise, ResistorsAreAsWarmAsTheDevices) {
  const MemristorModel memristor;
  Bench bench;
  bench.voltage("v1", "in", "0", 0.0);
  bench.resistor("r1", "in", "out", 1e3);
  bench.device(memristor, "m1", {"out", "0"}, {1e-9, 1e-9, 0.0, 0.0});
  bench.circuit.set_temperature(400.0);
  Engine engine;
  const circuit::Result result = engine.run(bench, NoiseAnalysis{"out", "", "v1", {1.0}});
  EXPECT_NEAR(trace(result, "input")[0] / (4.0 * 1.380649e-23 * 400.0 * 1e3), 1.0, 1e-12);
}

}  // namespace
}  // namespace neucasl::native_test
