// A crossbar of 1024 x 1024 cells as one instance array, through the IR: build, verify, encode,
// decode, against the same netlist flattened. The peak memory is that of the whole process.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "machine_rates.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/verifier.hpp"
#include "neucasl/mapping/array_module.hpp"

namespace {

using namespace neucasl;

/// The machine's rates, measured first, take more memory than the designs.
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

void build_verify_encode_decode(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  forget_peak();
  for (auto _ : state) {
    ir::Design design;
    design.name = "crossbar";
    {
      const mapping::ArrayDescription array = random_array(n);
      design.top =
          mapping::add_array(design, mapping::add_memory_device(design, "device", ""), array);
    }
    base::DiagnosticSink sink;
    if (!ir::verify(design, sink)) state.SkipWithError("the design is faulty");
    const std::string bytes = io::encode(design);
    design = {};
    design = io::decode(bytes);
    benchmark::DoNotOptimize(design);
    state.counters["bytes"] = static_cast<double>(bytes.size());
  }
  state.counters["process_peak_MB"] = peak_megabytes();
}
BENCHMARK(build_verify_encode_decode)->Arg(1024)->Unit(benchmark::kMillisecond);

void flatten(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  forget_peak();
  ir::Design design;
  design.name = "crossbar";
  design.top =
      mapping::add_array(design, mapping::add_memory_device(design, "device", ""), random_array(n));
  for (auto _ : state) benchmark::DoNotOptimize(ir::flatten(design));
  state.counters["process_peak_MB"] = peak_megabytes();
}
BENCHMARK(flatten)->Arg(1024)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
