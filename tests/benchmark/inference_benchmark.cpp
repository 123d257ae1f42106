// Inference through the functional models of analog hardware against float inference in the same
// run, on one thread. Weights are random: time and memory do not depend on them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "comparison.hpp"
#include "lenet_chip.hpp"
#include "line_solver.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "neucasl/mapping/planned_chip.hpp"
#include "neucasl/plugin/analog_chip.hpp"

namespace {

using namespace neucasl;
using benchmarks::Comparison;

constexpr const char* float_reference = "float inference, im2col and Eigen GEMM";

using benchmarks::Lenet;
using benchmarks::lenet_architecture;
using benchmarks::randomise;

Lenet& lenet() {
  static Lenet instance;
  return instance;
}

double lenet_seconds(const network::MatrixBackend* backend) {
  const Lenet& s = lenet();
  return benchmarks::best_seconds(2, [&] {
    benchmark::DoNotOptimize(
        network::run(s.network, s.dataset.test.pixels, s.dataset.test.count(), {}, backend));
  });
}

void record_lenet(benchmark::State& state, const network::MatrixBackend& backend, double floor) {
  Comparison one;
  for (auto _ : state) {
    one.reference = float_reference;
    // In turn, so that both see what else the machine does.
    one.reference_seconds = lenet_seconds(nullptr);
    one.seconds = lenet_seconds(&backend);
    for (int k = 0; k < 2; ++k) {
      one.reference_seconds = std::min(one.reference_seconds, lenet_seconds(nullptr));
      one.seconds = std::min(one.seconds, lenet_seconds(&backend));
    }
    state.SetIterationTime(one.seconds);
  }
  one.floor = floor;
  record(state, one);
}

/// 8-bit weights in cells of 2 bits, converters of 8 bits.
void lenet_arrays(benchmark::State& state) {
  const Lenet& s = lenet();
  record_lenet(state,
               *mapping::analog_backend(s.network, s.view, mapping::ideal_matrices(s.chip, s.view)),
               1.0 / 3.0);
}
BENCHMARK(lenet_arrays)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

/// The same with a normal number for each of the 3e8 reads.
void lenet_arrays_with_read_noise(benchmark::State& state) {
  const Lenet& s = lenet();
  mapping::AnalogOptions options;
  options.read_noise = [](double g) { return 0.02 * g; };
  options.converter_noise = 0.5;
  record_lenet(
      state,
      *mapping::analog_backend(s.network, s.view, mapping::ideal_matrices(s.chip, s.view), options),
      1.0 / 3.0);
}
BENCHMARK(lenet_arrays_with_read_noise)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(1);

/// Banks of 16 channels of 5 GHz with crosstalk of 1 % between neighbours.
std::shared_ptr<const mapping::WeightBank> weight_bank() {
  constexpr std::size_t channels = 16;
  mapping::LinearBank bank;
  bank.receiver = {0.7, 1e-3, 5e9, 1e-14, 1.66e-23};
  bank.offset.assign(channels, 0.0);
  bank.collected.assign(channels, 0.95);
  bank.crosstalk.assign(channels * channels, 0.0);
  for (std::size_t k = 0; k < channels; ++k) {
    bank.crosstalk[k * channels + k] = 1.0;
    if (k > 0) bank.crosstalk[k * channels + k - 1] = 0.01;
  }
  return mapping::linear_weight_bank(bank);
}

std::unique_ptr<network::MatrixBackend> banked_lenet(bool noise, std::size_t accumulation) {
  const Lenet& s = lenet();
  mapping::PhotonicOptions options;
  options.accumulation = accumulation;
  options.shot_noise = options.thermal_noise = options.intensity_noise = noise;
  return mapping::photonic_backend(s.network, precision::uniform(s.network, 8, 8), weight_bank(),
                                   s.dataset.training.slice(0, 64), 64, options);
}

/// 8-bit weights and inputs; a conversion reads the sum of eight optical products.
void lenet_photonic(benchmark::State& state) {
  record_lenet(state, *banked_lenet(false, 8), 1.0 / 3.0);
}
BENCHMARK(lenet_photonic)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

/// The same with shot, thermal and intensity noise of each read.
void lenet_photonic_with_noise(benchmark::State& state) {
  record_lenet(state, *banked_lenet(true, 8), 1.0 / 3.0);
}
BENCHMARK(lenet_photonic_with_noise)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

/// All effective matrices of the chip, as the Monte Carlo needs them for each sample.
void effective_matrices_of_chip(benchmark::State& state) {
  const Lenet& s = lenet();
  const array_plugin::LineSolver solver;
  const mapping::TileMatrices targets = mapping::ideal_matrices(s.chip, s.view);
  const double tolerance = std::pow(10.0, static_cast<double>(-state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(plugin::effective_matrices(s.view, targets, solver, tolerance, 1, {}));
  }
  state.counters["arrays"] = static_cast<double>(s.view.arrays());
}
BENCHMARK(effective_matrices_of_chip)->Arg(5)->Unit(benchmark::kMillisecond)->Iterations(1);

/// A line of /proc/self/status in bytes, "VmHWM:" or "VmRSS:".
double status_bytes(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    if (word == key) {
      double kilobytes = 0.0;
      file >> kilobytes;
      return 1024.0 * kilobytes;
    }
  }
  return 0.0;
}

/// Makes the present resident memory the highest that VmHWM tells.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// A network through arrays whose matrices are made tile by tile, beside float inference.
void streamed_network(benchmark::State& state, network::Network network, std::size_t count,
                      std::size_t memory, bool noise, double floor, double bytes_limit) {
  randomise(network);
  std::vector<float> images(count * network.input.size());
  base::RandomStream random(3, "images");
  for (float& x : images) x = static_cast<float>(random.uniform());
  network::RunOptions options;
  options.memory = memory;
  const mapping::CellLevels levels{1e-6, 40e-6, 0.5};
  mapping::Architecture arrays = lenet_architecture();
  const auto plans = mapping::plan_layers(network, precision::uniform(network, 8, 8), arrays);
  const auto calibration =
      mapping::calibrate(network, plans, arrays, std::span(images).first(network.input.size()), 1);
  mapping::AnalogOptions analog;
  if (noise) {
    analog.read_noise = [](double g) { return 0.02 * g; };
    analog.converter_noise = 0.5;
  }
  const auto backend =
      mapping::planned_analog_backend(network, plans, calibration, arrays, levels, analog);
  Comparison one;
  for (auto _ : state) {
    one.reference = float_reference;
    reset_peak();
    const double before = status_bytes("VmRSS:");
    one.reference_seconds = benchmarks::seconds_of(
        [&] { benchmark::DoNotOptimize(network::run(network, images, count, options)); });
    state.counters["float_bytes"] = status_bytes("VmHWM:") - before;
    one.seconds = benchmarks::seconds_of([&] {
      benchmark::DoNotOptimize(network::run(network, images, count, options, backend.get()));
    });
    one.bytes = status_bytes("VmHWM:") - before;
    state.SetIterationTime(one.seconds);
  }
  double weights = 0.0;
  for (const network::Layer& layer : network.layers) {
    weights += static_cast<double>(layer.weight.size());
  }
  state.counters["weights"] = weights;
  state.counters["peak_bytes"] = status_bytes("VmHWM:");
  one.floor = floor;
  one.bytes_limit = bytes_limit;
  record(state, one);
}

constexpr std::size_t vgg_memory = std::size_t{256} << 20;

/// Eight images of 32 x 32 x 3; with and without the noise of the cells and the converters.
void vgg8_arrays(benchmark::State& state) {
  streamed_network(state, network::vgg8({32, 32, 3}, 10), 8, vgg_memory, false, 1.0 / 4.0, 0.0);
}
BENCHMARK(vgg8_arrays)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

void vgg8_arrays_with_read_noise(benchmark::State& state) {
  streamed_network(state, network::vgg8({32, 32, 3}, 10), 8, vgg_memory, true, 1.0 / 8.0, 0.0);
}
BENCHMARK(vgg8_arrays_with_read_noise)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(1);

/// One image of 224 x 224 x 3; memory beside 138e6 weights in float and as 16-bit integers.
void vgg16_arrays(benchmark::State& state) {
  streamed_network(state, network::vgg16(), 1, vgg_memory, false, 1.0 / 5.0,
                   static_cast<double>(vgg_memory));
}
BENCHMARK(vgg16_arrays)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
