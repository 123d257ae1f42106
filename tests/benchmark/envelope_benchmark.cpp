#include <cmath>

#include "comparison.hpp"
#include "tests/scattering/circuit_bench.hpp"

/// \file
/// Envelopes of light in time against the circuit simulators.

namespace neucasl::benchmarks {
namespace {

using scattering_test::CircuitBench;
using scattering_test::SimulatorBench;
using Wave = std::complex<double>;

constexpr double grid = 2e-12;  // s

/// Light that a Mach-Zehnder modulator switches each 100 ps, on a bus with microdisks that drop one
/// channel each into a receiver; every third disk is near the carrier.
CircuitBench disk_bank(int disks) {
  CircuitBench bench;
  bench.add("laser", "laser", {"light"}, {{"power", 1e-3}});
  bench.source(true, "drive", "gate", "0", 0.0).waveform = {
      circuit::Waveform::Kind::pulse, {0.0, 1.9, 20e-12, 5e-12, 5e-12, 95e-12, 200e-12}};
  bench.add("mach_zehnder_modulator", "modulator", {"light", "bus_0", "gate", "0"},
            {{"capacitance", 20e-15}});
  bench.voltage("bias", "bias", 1.0);
  for (int k = 0; k < disks; ++k) {
    const std::string n = std::to_string(k);
    bench.add("microdisk", "disk_" + n,
              {"bus_" + n, "bus_" + std::to_string(k + 1), "drop_" + n, "add_" + n},
              {{"resonance_shift", (0.15 * (k % 3) + 0.01 * k) * 1e-9}});
    bench.add("photodetector", "detector_" + n, {"drop_" + n, "0", "bias"});
    bench.add("termination", "end_" + n, {"add_" + n});
  }
  bench.add("termination", "end", {"bus_" + std::to_string(disks)});
  return bench;
}

/// Largest difference of the dropped waves, of the light at the bus.
double worst_difference(const circuit::Result& a, const circuit::Result& b, int disks) {
  double worst = 0.0;
  for (int k = 0; k < disks; ++k) {
    const std::string net = "drop_" + std::to_string(k);
    for (std::size_t i = 0; i < a.axis.size(); ++i) {
      worst = std::max(
          worst, std::abs(scattering_test::wave(a, net, i) - scattering_test::wave(b, net, i)));
    }
  }
  return worst / std::sqrt(1e-3);
}

/// Arguments: disks, simulated picoseconds.
void compare_bank(benchmark::State& state, const char* reference, double floor) {
  const auto disks = static_cast<int>(state.range(0));
  const double stop = static_cast<double>(state.range(1)) * 1e-12;
  const CircuitBench bench = disk_bank(disks);
  const circuit::TransientAnalysis analysis{stop, grid, grid, false, 0.0};
  SimulatorBench engine("scattering");
  SimulatorBench other(reference);
  circuit::Result ours, theirs;
  Comparison one;
  one.reference = reference;
  for ([[maybe_unused]] auto _ : state) {
    one.seconds = best_seconds(3, [&] { ours = engine.run(bench, analysis); });
    one.reference_seconds = best_seconds(1, [&] { theirs = other.run(bench, analysis); });
  }
  one.floor = floor;
  one.error = worst_difference(ours, theirs, disks);
  one.error_limit = 1e-4;
  record(state, one);
  state.counters["time_points"] = static_cast<double>(ours.time_points);
  state.counters["reference_time_points"] = static_cast<double>(theirs.time_points);
}

void disk_bank_against_native(benchmark::State& state) { compare_bank(state, "native", 4.0); }
void disk_bank_against_ngspice(benchmark::State& state) { compare_bank(state, "ngspice", 30.0); }

BENCHMARK(disk_bank_against_native)->Args({16, 2000})->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(disk_bank_against_ngspice)->Args({16, 400})->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl::benchmarks

BENCHMARK_MAIN();
