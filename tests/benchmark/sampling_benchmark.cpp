#include <cmath>
#include <memory>

#include "comparison.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/sampling/known_problems.hpp"
#include "neucasl/sampling/validation.hpp"

/// \file
/// Evaluations that a rare failure takes, and what the engine adds to a plain loop.

namespace {

using namespace neucasl;
using benchmarks::Comparison;

constexpr std::uint64_t most_evaluations = 20000;
constexpr double most_half_width = 0.12;  ///< Wanted is 10 %, which a first run plans.

/// Probability 1e-9 on a hyperplane in 100 dimensions; the limits are over 10 seeds, "bound" the
/// evaluations allowed. Plain Monte Carlo would take 100 / P for a standard deviation of 10 %.
void one_in_a_billion(benchmark::State& state) {
  const sampling::KnownProblem& problem = sampling::known_problem("hyperplane-6-d100");
  sampling::ValidationOptions options;
  options.seeds = 10;
  sampling::ValidationRow row;
  Comparison one;
  for (auto _ : state) {
    one.seconds = benchmarks::seconds_of([&] { row = sampling::validate(problem, {}, options); }) /
                  static_cast<double>(options.seeds);
  }
  one.reference = std::to_string(static_cast<std::uint64_t>(row.evaluations)) +
                  " evaluations, silent errors " + std::to_string(row.silent_errors);
  one.error = row.silent_errors > 0 ? 1.0 : row.relative_width;
  one.error_limit = most_half_width;
  record(state, one);
  state.counters["evaluations"] = row.evaluations;
  if (row.evaluations > static_cast<double>(most_evaluations)) {
    state.SkipWithError("more evaluations than allowed");
  }
}
BENCHMARK(one_in_a_billion)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Plain Monte Carlo on a hyperplane against a loop that draws a point and evaluates it.
void plain_throughput(benchmark::State& state) {
  const auto limit = sampling::known_problem("hyperplane-4-d100").make();
  constexpr std::uint64_t samples = 40000;
  constexpr std::size_t dimension = 100;
  sampling::Method method;
  method.kind = sampling::MethodKind::monte_carlo;
  method.samples = samples;
  sampling::EstimateOptions options;
  Comparison one;
  std::uint64_t failures = 0;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(5, [&] {
      benchmark::DoNotOptimize(sampling::estimate(*limit, method, options).probability);
    });
    one.reference_seconds = benchmarks::best_seconds(5, [&] {
      std::vector<double> u(dimension);
      double margin = 0.0;
      for (std::uint64_t k = 0; k < samples; ++k) {
        base::RandomStream random(1, "plain loop", k);
        for (double& one_input : u) one_input = random.normal();
        limit->evaluate(u, {&margin, 1});
        failures += margin <= 0.0 ? 1 : 0;
      }
      benchmark::DoNotOptimize(failures);
    });
  }
  one.reference = "plain loop";
  one.floor = 0.9;
  record(state, one);
}
BENCHMARK(plain_throughput)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
