#pragma once

#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <cstdint>
#include <vector>

#include "comparison.hpp"

/// \file
/// Two rates of the machine, measured in the same run as the benchmarks, so that absolute times can
/// be read beside them: a memory triad and a matrix product, both on one core.

namespace neucasl::benchmarks {

/// Bytes per second of a = b + s c over arrays far larger than the caches, one thread, as STREAM
/// counts them (two reads and one write); measured once in a run.
inline double triad_rate() {
  static const double rate = [] {
    const std::size_t count = std::size_t{1} << 23;
    std::vector<double> a(count);
    const std::vector<double> b(count, 1.0);
    const std::vector<double> c(count, 2.0);
    const double seconds = best_seconds(5, [&] {
      for (std::size_t k = 0; k < count; ++k) a[k] = b[k] + 3.0 * c[k];
      benchmark::DoNotOptimize(a.data());
      benchmark::ClobberMemory();
    });
    return static_cast<double>(3 * sizeof(double) * count) / seconds;
  }();
  return rate;
}

}  // namespace neucasl::benchmarks

namespace neucasl {
namespace {

/// a = b + s c over arrays far larger than the caches: the machine's memory rate.
void machine_triad(benchmark::State& state) {
  const std::size_t count = std::size_t{1} << 24;
  std::vector<double> a(count);
  const std::vector<double> b(count, 1.0);
  const std::vector<double> c(count, 2.0);
  for (auto _ : state) {
    for (std::size_t k = 0; k < count; ++k) a[k] = b[k] + 3.0 * c[k];
    benchmark::DoNotOptimize(a.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(3 * 8 * count));
}
BENCHMARK(machine_triad)->Unit(benchmark::kMillisecond);

/// A dense double-precision product: the machine's arithmetic rate.
void machine_product(benchmark::State& state) {
  const Eigen::Index n = 512;
  const Eigen::MatrixXd a = Eigen::MatrixXd::Constant(n, n, 1.5);
  const Eigen::MatrixXd b = Eigen::MatrixXd::Constant(n, n, 0.5);
  Eigen::MatrixXd c(n, n);
  for (auto _ : state) {
    c.noalias() = a * b;
    benchmark::DoNotOptimize(c.data());
  }
  state.counters["flop_per_second"] = benchmark::Counter(
      2.0 * static_cast<double>(n * n * n), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(machine_product)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl
