// Monte Carlo over chips of LeNet-5 against exact solves and float products in the same run, on
// two threads.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>

#include "comparison.hpp"
#include "lenet_chip.hpp"
#include "line_solver.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/plugin/chip_sampler.hpp"

namespace {

using namespace neucasl;

constexpr int threads = 2;
constexpr std::size_t images = 1000;
/// Chips of the campaign that is claimed, and those that are run for it.
constexpr std::size_t campaign = 1000;
constexpr std::size_t fast_chips = 64;
constexpr std::size_t exact_chips = 2;
constexpr double solver_tolerance = 1e-5;

struct Chips {
  benchmarks::Lenet lenet;
  array_plugin::LineSolver solver;
  device::UseList uses;
  plugin::ProgrammingModel model = plugin::read_programming_model(lenet.memory, uses);

  [[nodiscard]] plugin::SampledChips sampled() const {
    return {lenet.chip,
            lenet.network,
            model,
            std::span(lenet.dataset.test.pixels).first(images * lenet.network.input.size()),
            std::span(lenet.dataset.test.labels).first(images),
            solver};
  }

  /// One chip by exact solves and products of floats.
  void exact(std::uint64_t sample) const {
    const plugin::SampledChips chips = sampled();
    const mapping::TileMatrices matrices = plugin::effective_matrices(
        lenet.view, plugin::program_chip(lenet.chip, lenet.view, model, 1, sample), solver,
        solver_tolerance, 1, {});
    benchmark::DoNotOptimize(
        network::run(lenet.network, chips.images, images, {},
                     mapping::analog_backend(lenet.network, lenet.view, matrices).get()));
  }
};

template <class Chip>
double seconds_of_chips(std::size_t count, const Chip& chip) {
  return benchmarks::seconds_of([&] { base::parallel_for(count, threads, {}, chip); });
}

/// 1,000 chips of 1,000 images each: the time of 64 of them scaled, and that of what all share;
/// error: the largest of an effective matrix, relative to the largest entry of its array.
void lenet_chips(benchmark::State& state) {
  const Chips chips;
  benchmarks::Comparison one;
  for (auto _ : state) {
    one.reference = "exact solves and float products";
    one.reference_seconds = static_cast<double>(campaign) / static_cast<double>(exact_chips) *
                            seconds_of_chips(exact_chips, [&](std::size_t k) { chips.exact(k); });
    std::unique_ptr<plugin::ChipSampler> sampler;
    plugin::ChipComparison compared;
    const double shared = benchmarks::seconds_of([&] {
      plugin::ChipSamplerOptions options;
      options.tolerance = solver_tolerance;
      options.threads = threads;
      sampler = std::make_unique<plugin::ChipSampler>(chips.sampled(), options);
      compared = sampler->compare(0);
    });
    const std::clock_t begin = std::clock();
    const double each = seconds_of_chips(
        fast_chips, [&](std::size_t k) { benchmark::DoNotOptimize(sampler->accuracy(k)); });
    one.seconds = shared + static_cast<double>(campaign) / static_cast<double>(fast_chips) * each;
    // Of both threads, which other work of the machine does not lengthen much.
    state.counters["cpu_seconds_per_chip"] = static_cast<double>(std::clock() - begin) /
                                             static_cast<double>(CLOCKS_PER_SEC * fast_chips);
    one.error = compared.matrix_error;
    state.counters["shared_seconds"] = shared;
    state.counters["chips_per_second"] = static_cast<double>(fast_chips) / each;
    state.SetIterationTime(one.seconds);
  }
  one.floor = 25.0;
  one.limit_seconds = 60.0;
  one.error_limit = 1e-3;
  record(state, one);
}
BENCHMARK(lenet_chips)->Unit(benchmark::kSecond)->UseManualTime()->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
