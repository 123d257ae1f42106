#include <benchmark/benchmark.h>

#include <Eigen/Dense>

#include "machine_rates.hpp"

/// \file
/// Two rates of the machine, both on one core: absolute times are read beside them.

namespace neucasl {
namespace {

void machine_triad(benchmark::State& state) {
  double rate = 0.0;
  for (auto _ : state) rate = benchmarks::triad_rate();
  state.counters["bytes_per_second"] = rate;
  state.SetLabel("a = b + s c");
}
BENCHMARK(machine_triad)->Iterations(1)->Unit(benchmark::kMillisecond);

/// A dense double-precision product of 512 x 512 matrices.
void machine_product(benchmark::State& state) {
  const Eigen::Index n = 512;
  const Eigen::MatrixXd a = Eigen::MatrixXd::Constant(n, n, 1.5);
  const Eigen::MatrixXd b = Eigen::MatrixXd::Constant(n, n, 0.5);
  Eigen::MatrixXd c(n, n);
  double seconds = 0.0;
  for (auto _ : state) {
    seconds = benchmarks::best_seconds(9, [&] {
      c.noalias() = a * b;
      benchmark::DoNotOptimize(c.data());
    });
  }
  state.counters["flop_per_second"] = 2.0 * static_cast<double>(n * n * n) / seconds;
  state.counters["seconds"] = seconds;
}
BENCHMARK(machine_product)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl

BENCHMARK_MAIN();
