#include "comparison.hpp"
#include "performance/estimator.hpp"

/// \file
/// Estimates of networks on an architecture, after loading; growth over the size of the network.

namespace {

using namespace neucasl;
using benchmarks::Comparison;

constexpr double limit_seconds = 0.05;  ///< For VGG-16 and what is smaller.

workload::Workload network_of(std::size_t size) {
  if (size == 5) return workload::from_network(network::lenet5());
  if (size == 8) return workload::from_network(network::vgg8({32, 32, 3}, 10));
  return workload::from_network(network::vgg16());
}

void estimate(benchmark::State& state) {
  architecture::Architecture chip =
      architecture::load_architecture("isaac_ce", {NEUCASL_SOURCE_FOLDER "/devices"});
  architecture::set_chips(chip, 5);
  const workload::Workload network = network_of(static_cast<std::size_t>(state.range(0)));
  performance_plugin::PerformanceEstimator estimator;
  plugin::Context context;
  Comparison one;
  one.reference = network.name + ", " + std::to_string(network.operations.size()) + " operations";
  one.limit_seconds = limit_seconds;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(3, [&] {
      benchmark::DoNotOptimize(estimator.estimate_inference(chip, network, {}, context));
    });
  }
  record(state, one);
}
BENCHMARK(estimate)->Arg(5)->Arg(8)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);

void estimate_photonic(benchmark::State& state) {
  const architecture::Architecture chip =
      architecture::load_architecture("litecon", {NEUCASL_SOURCE_FOLDER "/devices"});
  const workload::Workload network = network_of(static_cast<std::size_t>(state.range(0)));
  performance_plugin::PerformanceEstimator estimator;
  plugin::Context context;
  Comparison one;
  one.reference = network.name + " on photonic cores";
  one.limit_seconds = limit_seconds;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(3, [&] {
      benchmark::DoNotOptimize(estimator.estimate_inference(chip, network, {}, context));
    });
  }
  record(state, one);
}
BENCHMARK(estimate_photonic)->Arg(5)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
