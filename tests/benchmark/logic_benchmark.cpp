// A multiplier of about 10,000 two-input gates: read as BLIF, mapped to cells, compared with what
// was read. Equivalence by structure and sweeping against random patterns, which prove nothing, and
// on a smaller multiplier against all patterns.
#include <benchmark/benchmark.h>

#include <string>

#include "machine_rates.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"
#include "neucasl/logic/technology_mapping.hpp"
#include "tests/logic/sample_library.hpp"
#include "tests/logic/sample_networks.hpp"

namespace {

using namespace neucasl;
using logic::Network;

constexpr unsigned bits = 42;
constexpr unsigned few_bits = 8;

const std::string& multiplier_text() {
  static const std::string text = logic::print_blif(logic::test::multiplier(bits, true));
  return text;
}
const Network& multiplier() {
  static const Network network = logic::parse_blif(multiplier_text(), "multiplier.blif");
  return network;
}

Network mapped(const Network& network, logic::MappingOptions::Goal goal) {
  const logic::CellLibrary library = logic::test::sample_library();
  logic::MappingOptions options;
  options.goal = goal;
  return logic::to_network(logic::map_to_cells(network, library, options), library);
}

void read_blif(benchmark::State& state) {
  multiplier_text();
  for (auto _ : state) {
    const Network network = logic::parse_blif(multiplier_text(), "multiplier.blif");
    state.counters["gates"] = static_cast<double>(network.functions());
  }
}
BENCHMARK(read_blif)->Unit(benchmark::kMillisecond);

void map(benchmark::State& state) {
  multiplier();
  const auto goal = static_cast<logic::MappingOptions::Goal>(state.range(0));
  for (auto _ : state) {
    state.counters["cells"] = static_cast<double>(mapped(multiplier(), goal).functions());
  }
  state.SetLabel(goal == logic::MappingOptions::Goal::delay ? "for delay" : "for area");
}
BENCHMARK(map)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->Iterations(1);

void compare_by_structure(benchmark::State& state) {
  const Network cells = mapped(multiplier(), logic::MappingOptions::Goal::delay);
  for (auto _ : state) {
    const logic::Equivalence result = logic::compare(multiplier(), cells);
    state.counters["proven"] = result.proven() ? 1.0 : 0.0;
    state.SetLabel(result.method);
  }
}
BENCHMARK(compare_by_structure)->Unit(benchmark::kMillisecond)->Iterations(1);

/// As many patterns as `compare` takes by default; they find errors, and prove nothing.
void compare_by_random_patterns(benchmark::State& state) {
  const Network cells = mapped(multiplier(), logic::MappingOptions::Goal::delay);
  base::RandomStream random(1, "benchmark/logic");
  std::vector<std::uint64_t> words(multiplier().inputs().size());
  const std::uint64_t patterns = logic::EquivalenceOptions{}.random_patterns;
  for (auto _ : state) {
    std::uint64_t wrong = 0;
    for (std::uint64_t done = 0; done < patterns; done += 64) {
      for (std::uint64_t& word : words) word = logic::test::random_bits(random);
      const std::vector<std::uint64_t> a = logic::simulate_nodes(multiplier(), words);
      const std::vector<std::uint64_t> b = logic::simulate_nodes(cells, words);
      for (const logic::Output& output : cells.outputs()) {
        const auto twin = multiplier().find_output(output.name);
        wrong |= a[multiplier().outputs()[*twin].node] ^ b[output.node];
      }
    }
    if (wrong != 0) state.SkipWithError("the mapped multiplier differs");
  }
  state.counters["patterns"] = static_cast<double>(patterns);
  state.counters["proven"] = 0.0;
}
BENCHMARK(compare_by_random_patterns)->Unit(benchmark::kMillisecond)->Iterations(1);

/// Sixteen inputs: all patterns, or structure and sweeping only.
void compare_small(benchmark::State& state) {
  const Network network = logic::test::multiplier(few_bits, true);
  const Network cells = mapped(network, logic::MappingOptions::Goal::delay);
  logic::EquivalenceOptions options;
  options.most_exhaustive_inputs = static_cast<unsigned>(state.range(0));
  for (auto _ : state) {
    const logic::Equivalence result = logic::compare(network, cells, options);
    state.counters["proven"] = result.proven() ? 1.0 : 0.0;
    state.SetLabel(result.method);
  }
}
BENCHMARK(compare_small)->Arg(2 * few_bits)->Arg(0)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
