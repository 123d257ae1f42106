// A multiplier of about 10,000 two-input gates: read as BLIF, mapped to cells, compared with what
// was read. Equivalence by structure and sweeping against random patterns, which prove nothing, and
// on a smaller multiplier against all patterns.
#include <benchmark/benchmark.h>

#include <string>

#include "comparison.hpp"
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

void map(benchmark::State& state, logic::MappingOptions::Goal goal) {
  multiplier();
  benchmarks::Comparison one;
  one.limit_seconds = 5.0;
  for (auto _ : state) {
    one.seconds = benchmarks::seconds_of([&] {
      state.counters["cells"] = static_cast<double>(mapped(multiplier(), goal).functions());
    });
  }
  benchmarks::record(state, one);
}
void map_for_delay(benchmark::State& state) { map(state, logic::MappingOptions::Goal::delay); }
void map_for_area(benchmark::State& state) { map(state, logic::MappingOptions::Goal::area); }
BENCHMARK(map_for_delay)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(map_for_area)->Unit(benchmark::kMillisecond)->Iterations(1);

/// As many patterns as `compare` takes by default; they find errors, and prove nothing.
bool alike_under_random_patterns(const Network& cells) {
  base::RandomStream random(1, "benchmark/logic");
  std::vector<std::uint64_t> words(multiplier().inputs().size());
  const std::uint64_t patterns = logic::EquivalenceOptions{}.random_patterns;
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
  return wrong == 0;
}

/// The proof by structure against random patterns, which prove nothing.
void prove_equivalence(benchmark::State& state) {
  const Network cells = mapped(multiplier(), logic::MappingOptions::Goal::delay);
  benchmarks::Comparison one;
  one.reference = "random patterns, no proof";
  one.limit_seconds = 5.0;
  bool proven = false;
  for (auto _ : state) {
    one.seconds =
        benchmarks::seconds_of([&] { proven = logic::compare(multiplier(), cells).proven(); });
  }
  bool alike = false;
  one.reference_seconds =
      benchmarks::seconds_of([&] { alike = alike_under_random_patterns(cells); });
  if (!proven || !alike) state.SkipWithError("the mapped multiplier differs");
  benchmarks::record(state, one);
}
BENCHMARK(prove_equivalence)->Unit(benchmark::kMillisecond)->Iterations(1);

/// Sixteen inputs: structure and sweeping only, against all patterns.
void prove_small(benchmark::State& state) {
  const Network network = logic::test::multiplier(few_bits, true);
  const Network cells = mapped(network, logic::MappingOptions::Goal::delay);
  const auto seconds = [&](unsigned most_exhaustive_inputs) {
    logic::EquivalenceOptions options;
    options.most_exhaustive_inputs = most_exhaustive_inputs;
    return benchmarks::best_seconds(3, [&] {
      if (!logic::compare(network, cells, options).proven()) state.SkipWithError("not proven");
    });
  };
  benchmarks::Comparison one;
  one.reference = "all patterns";
  for (auto _ : state) one.seconds = seconds(0);
  one.reference_seconds = seconds(2 * few_bits);
  benchmarks::record(state, one);
}
BENCHMARK(prove_small)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
