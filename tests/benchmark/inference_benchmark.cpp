// Inference of 10,000 images of Fashion-MNIST in float and through the functional model of the
// analog chip, on one thread. Weights are random: the time does not depend on them.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>

#include "front_end.hpp"
#include "line_solver.hpp"
#include "machine_rates.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/network/dataset.hpp"
#include "neucasl/plugin/analog_chip.hpp"

namespace {

using namespace neucasl;

struct Setting {
  network::Dataset dataset = network::load_dataset("fashion-mnist", {});
  network::Network network = network::lenet5();
  ir::Design chip;
  mapping::ChipView view;

  Setting() {
    base::RandomStream random(1, "benchmark");
    const auto shapes = network.shapes();
    for (const network::LayerId id : network.matrix_layers()) {
      const double sigma = std::sqrt(2.0 / static_cast<double>(network.depth(id, shapes)));
      for (float& w : network.layers[id].weight) w = static_cast<float>(sigma * random.normal());
    }
    const std::string root = NEUCASL_SOURCE_FOLDER;
    device::UseList uses;
    const mapping::Architecture architecture = mapping::read_architecture(
        device::load_card(root + "/examples/lenet_memristor/architecture.xml"), uses);
    const device::Library library({root + "/devices"});
    base::DiagnosticSink sink;
    plugin::Context context;
    context.diagnostics = &sink;
    chip = memristor_plugin::MemristorFrontEnd()
               .build_chip({network, precision::uniform(network, 8, 8), architecture,
                            library.load(architecture.device), library.load(architecture.periphery),
                            dataset.training.slice(0, 64), 64},
                           context)
               .design;
    view = mapping::read_chip(chip);
  }
};

Setting& setting() {
  static Setting instance;
  return instance;
}

double seconds_of(const network::MatrixBackend* backend) {
  const auto start = std::chrono::steady_clock::now();
  benchmark::DoNotOptimize(network::run(setting().network, setting().dataset.test.pixels,
                                        setting().dataset.test.count(), {}, backend));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void analog_against_float(benchmark::State& state) {
  Setting& s = setting();
  const auto backend =
      mapping::analog_backend(s.network, s.view, mapping::ideal_matrices(s.chip, s.view));
  double analog = 0.0;
  double reference = 0.0;
  for (auto _ : state) {
    reference += seconds_of(nullptr);
    const double seconds = seconds_of(backend.get());
    analog += seconds;
    state.SetIterationTime(seconds);
  }
  state.counters["float_s"] = reference / static_cast<double>(state.iterations());
  state.counters["ratio"] = analog / reference;
}
BENCHMARK(analog_against_float)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(5);

/// All effective matrices of the chip, as the Monte Carlo needs them for each sample.
void effective_matrices_of_chip(benchmark::State& state) {
  Setting& s = setting();
  const array_plugin::LineSolver solver;
  const mapping::TileMatrices targets = mapping::ideal_matrices(s.chip, s.view);
  const double tolerance = std::pow(10.0, static_cast<double>(-state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(plugin::effective_matrices(s.view, targets, solver, tolerance, 1, {}));
  }
  state.counters["arrays"] = static_cast<double>(s.view.arrays());
}
BENCHMARK(effective_matrices_of_chip)->Arg(5)->Arg(12)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
