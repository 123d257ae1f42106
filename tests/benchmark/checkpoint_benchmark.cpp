// A decoder of OPT-2.7B's sizes from a file of zeros without room on disk: time and peak memory of
// one run over a few tokens, with one segment in float at a time. The reference multiplies matrices
// of the same sizes by Eigen, without reading them.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <Eigen/Core>
#include <cstdio>

#include "comparison.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/sparse_checkpoint.hpp"

namespace {

using namespace neucasl;

constexpr std::size_t tokens = 4;

/// Of the whole process, bytes.
double peak_memory() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Time of the products of all matrix layers, each with a matrix that is in memory already.
double product_seconds(const workload::SegmentedNetwork& network) {
  double seconds = 0.0;
  for (const workload::MatrixLayer& layer : network.matrix_layers()) {
    const auto depth = static_cast<Eigen::Index>(layer.depth);
    const auto outputs = static_cast<Eigen::Index>(layer.outputs);
    const RowMajor weight = RowMajor::Constant(outputs, depth, 0.5F);
    const RowMajor input = RowMajor::Constant(static_cast<Eigen::Index>(tokens), depth, 0.5F);
    RowMajor output(input.rows(), outputs);
    seconds += benchmarks::seconds_of([&] { output.noalias() = input * weight.transpose(); });
    benchmark::DoNotOptimize(output.data());
  }
  return seconds;
}

void opt_with_hollow_weights(benchmark::State& state) {
  const test::ScratchFolder folder;
  const std::size_t stored =
      test::write_sparse_checkpoint(folder.path(), test::opt_config(32, 32, 2560));
  const workload::Tensor ids({1, tokens}, std::vector<std::int64_t>{2, 100, 3000, 50271});
  benchmarks::Comparison result;
  for (auto _ : state) {
    const auto network = io::read_checkpoint(folder.path(), tokens);
    workload::Tensor scores;
    result.seconds = benchmarks::seconds_of([&] { scores = test::run_segments(*network, ids, 1); });
    result.bytes = peak_memory();
    // All weights are zero, and so are all scores.
    for (const float score : std::get<std::vector<float>>(scores.values)) {
      result.error = std::max(result.error, static_cast<double>(score));
    }
    if (scores.type.shape != workload::TensorShape{1, tokens, 50272}) {
      state.SkipWithError("the scores have another shape");
    }
    result.reference_seconds = product_seconds(*network);
  }
  result.reference = "Eigen, products alone";
  result.bytes_limit = 4e9;
  state.counters["stored_bytes"] = static_cast<double>(stored);
  benchmarks::record(state, result);
}

}  // namespace

BENCHMARK(opt_with_hollow_weights)
    ->Name("opt_2.7b/4_tokens")
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

BENCHMARK_MAIN();
