#include <sys/resource.h>

#include "comparison.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/exploration/exploration.hpp"
#include "neucasl/workload/topologies.hpp"
#include "performance/estimator.hpp"

/// \file
/// Explorations of LeNet-5 on two threads, over the number of points.

namespace {

using namespace neucasl;
using benchmarks::Comparison;

constexpr double limit_seconds = 60.0;  ///< Of 10,000 points on two cores.
constexpr double limit_bytes = 500e6;
constexpr double kibibyte = 1024.0;
constexpr int threads = 2;

void explore_lenet(benchmark::State& state) {
  const std::string file = NEUCASL_SOURCE_FOLDER "/examples/exploration/space.xml";
  exploration::Space space = exploration::parse_space(base::read_file(file), file);
  space.search.method = exploration::Method::sobol;
  space.search.points = static_cast<std::size_t>(state.range(0));
  const exploration::Designs designs(space, {NEUCASL_SOURCE_FOLDER "/devices"});
  const workload::Workload network = workload::named(space.network);
  exploration::Options options;
  options.threads = threads;
  Comparison one;
  std::size_t points = 0;
  for (auto _ : state) {
    one.seconds = benchmarks::seconds_of([&] {
      const auto estimate = [&](const architecture::Architecture& architecture) {
        performance_plugin::PerformanceEstimator estimator;
        plugin::Context context;
        return estimator.estimate_inference(architecture, network, {}, context).figures;
      };
      points = exploration::explore(space, designs, estimate, options).points.size();
    });
  }
  one.reference = std::to_string(points) + " points, two threads";
  one.limit_seconds = limit_seconds * static_cast<double>(state.range(0)) / 10000.0;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  one.bytes = static_cast<double>(usage.ru_maxrss) * kibibyte;
  one.bytes_limit = limit_bytes;
  record(state, one);
}
BENCHMARK(explore_lenet)->Arg(1000)->Arg(10000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
