#include "comparison.hpp"
#include "neucasl/workload/topologies.hpp"
#include "performance/estimator.hpp"

/// \file
/// Estimates of networks on architectures, after loading; growth over the size of the network.

namespace {

using namespace neucasl;
using benchmarks::Comparison;

struct Case {
  const char* architecture;
  const char* network;
  std::size_t chips;
  plugin::SystemPhase phase;
  double limit_seconds;
};

constexpr auto inference = plugin::SystemPhase::inference;
constexpr auto training = plugin::SystemPhase::training;

/// In the order of the networks' operations; 50 ms up to VGG-16, 200 ms beyond.
constexpr Case cases[] = {
    {"isaac_ce", "lenet5", 1, inference, 0.05},      {"isaac_ce", "vgg8", 1, inference, 0.05},
    {"isaac_ce", "vgg16", 5, inference, 0.05},       {"puma", "resnet18", 16, inference, 0.2},
    {"puma", "opt_125m", 64, inference, 0.2},        {"puma", "opt_2.7b", 600, inference, 0.2},
    {"pipelayer_like", "lenet5", 1, training, 0.05}, {"pipelayer_like", "vgg8", 2, training, 0.05},
    {"pipelayer_like", "vgg16", 21, training, 0.05}, {"dadiannao", "resnet18", 8, training, 0.2},
    {"dadiannao", "opt_2.7b", 1024, training, 0.2},  {"litecon", "lenet5", 1, inference, 0.05},
    {"litecon", "vgg16", 1, inference, 0.05},        {"litecon", "vgg16", 1, training, 0.05},
    {"dota_b", "opt_2.7b", 1, training, 0.2}};

void estimate(benchmark::State& state) {
  const Case& one_case = cases[state.range(0)];
  architecture::Architecture chip =
      architecture::load_architecture(one_case.architecture, {NEUCASL_SOURCE_FOLDER "/devices"});
  architecture::set_chips(chip, one_case.chips);
  const workload::Workload network = workload::named(one_case.network);
  performance_plugin::PerformanceEstimator estimator;
  plugin::Context context;
  const plugin::SystemRequest request{
      .architecture = chip, .workload = network, .phase = one_case.phase, .batch = 64};
  Comparison one;
  one.reference = std::string(one_case.network) + " on " + one_case.architecture + ", " +
                  std::string(to_string(one_case.phase)) + ", " +
                  std::to_string(network.operations.size()) + " operations";
  one.limit_seconds = one_case.limit_seconds;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(
        3, [&] { benchmark::DoNotOptimize(estimator.estimate_system(request, {}, context)); });
  }
  record(state, one);
}
BENCHMARK(estimate)
    ->DenseRange(0, std::size(cases) - 1)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
