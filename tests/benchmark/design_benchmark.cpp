// A crossbar of 1024 x 1024 cells as one instance array, through the IR: build, verify, encode,
// decode, against the same netlist flattened. The peak memory is that of the whole process.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "comparison.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/verifier.hpp"
#include "neucasl/mapping/array_module.hpp"

namespace {

using namespace neucasl;

/// The peak of the process from here on.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1000.0;
  }
  return -1.0;
}

mapping::ArrayDescription random_array(std::size_t n) {
  mapping::ArrayDescription array;
  array.name = "array";
  array.rows = array.columns = array.array_rows = array.array_columns = n;
  array.row_segment_resistance = array.column_segment_resistance = 1.0;
  base::RandomStream random(1, "benchmark");
  array.conductance.resize(n * n);
  for (double& g : array.conductance) g = 1e-6 + 1e-4 * random.uniform();
  return array;
}

/// Builds, verifies, encodes and decodes a crossbar; against the same netlist flattened.
void crossbar_design(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  benchmarks::Comparison one;
  one.reference = "the same netlist flattened";
  ir::Design design;
  for (auto _ : state) {
    forget_peak();
    one.seconds = benchmarks::seconds_of([&] {
      design = {};
      design.name = "crossbar";
      {
        const mapping::ArrayDescription array = random_array(n);
        design.top =
            mapping::add_array(design, mapping::add_memory_device(design, "device", ""), array);
      }
      base::DiagnosticSink sink;
      if (!ir::verify(design, sink)) state.SkipWithError("the design is faulty");
      const std::string bytes = io::encode(design);
      design = io::decode(bytes);
    });
    one.bytes = 1e6 * peak_megabytes();
  }
  one.reference_seconds =
      benchmarks::seconds_of([&] { benchmark::DoNotOptimize(ir::flatten(design)); });
  benchmarks::record(state, one);
}
BENCHMARK(crossbar_design)->Arg(1024)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
