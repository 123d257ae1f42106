// Time of all precision methods and variants on LeNet-5, beside runs of the network itself by the
// other implementation, and of the proxies on the trained character model; peak memory of the
// methods that stream, on two blocks of OPT-2.7B's sizes from a file of zeros: a further block is
// read when the one before it is done.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <memory>
#include <utility>
#include <vector>

#include "comparison.hpp"
#include "cptquant/methods.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/plugin/host.hpp"
#include "neucasl/workload/graph_network.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/sparse_checkpoint.hpp"

namespace {

using namespace neucasl;
using namespace neucasl::cptquant_plugin;

constexpr std::size_t samples = 640;  // 5 for each of 120 features are 600

plugin::ParameterSet parameters() {
  const plugin::Manifest manifest = plugin::read_manifest(
      std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "plugins" / "cptquant" / "manifest.xml");
  return {manifest.parameters, {}, "benchmark", {}};
}

using Method = std::pair<std::unique_ptr<plugin::PrecisionMethod>, std::vector<const char*>>;

/// Methods that stand for measured losses, with their variants.
std::vector<Method> proxies(bool canonical_correlations) {
  std::vector<Method> methods;
  std::vector<const char*> likeness{"cka"};
  if (canonical_correlations) likeness = {"fp-vs-quant", "adjacent", "mean-others", "cka"};
  methods.emplace_back(std::make_unique<CorrelationMethod>(), likeness);
  methods.emplace_back(std::make_unique<PruningMethod>(), std::vector{"magnitude"});
  methods.emplace_back(std::make_unique<TaylorMethod>(),
                       std::vector{"fisher-dq", "first-order", "input-perturb"});
  return methods;
}

/// Scores by each variant, or a search where the method has none.
void run_all(const workload::SegmentedNetwork& network, const workload::Tensor& inputs,
             const std::vector<std::int64_t>& targets, const std::vector<int>& menu,
             plugin::Context& context) {
  const plugin::ParameterSet given = parameters();
  const auto score = [&](plugin::PrecisionMethod& method, const std::string& variant) {
    benchmark::DoNotOptimize(
        method.scores({network, inputs, targets, menu, variant}, given, context).values.data());
  };
  for (const auto& [method, variants] : proxies(true)) {
    for (const char* variant : variants) score(*method, variant);
  }
  MeasuredMethod measured;
  score(measured, "loss");
  const std::size_t layers = network.matrix_layers().size();
  plugin::PrecisionBudget budget;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    for (const int bits : menu) budget.costs.push_back(bits);
  }
  budget.limit = 5.0 * static_cast<double>(layers);
  GreedyMethod greedy;
  ExhaustiveMethod exhaustive;
  for (plugin::PrecisionMethod* method :
       std::initializer_list<plugin::PrecisionMethod*>{&greedy, &exhaustive}) {
    benchmark::DoNotOptimize(
        method->choose({network, inputs, targets, menu}, budget, given, context).loss);
  }
}

void lenet5_all_methods(benchmark::State& state) {
  network::Network net = network::lenet5();
  base::RandomStream random(1, "benchmark/lenet5");
  for (network::Layer& layer : net.layers) {
    for (float& w : layer.weight) w = static_cast<float>(0.05 * random.normal());
  }
  std::vector<float> pixels(samples * net.input.size());
  for (float& x : pixels) x = static_cast<float>(random.uniform());
  std::vector<std::int64_t> targets;
  for (std::size_t k = 0; k < samples; ++k) targets.push_back(random.below(10));
  const auto network = workload::segmented(net);
  const workload::Tensor inputs = workload::image_samples(net.input, pixels, samples);
  const test::ScratchFolder folder;
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  context.scratch_folder = folder.path();
  benchmarks::Comparison result;
  for (auto _ : state) {
    result.seconds = benchmarks::seconds_of([&] {
      run_all(*network, inputs, targets, {3, 5, 7, 9}, context);
    });
    result.reference_seconds = benchmarks::seconds_of(
        [&] { benchmark::DoNotOptimize(network::run(net, pixels, samples, {})); });
  }
  result.reference = "one run over the samples";
  result.limit_seconds = 60.0;
  benchmarks::record(state, result);
}

/// All proxies of the trained character model for a sample of one window; 32 take no more than 32
/// times as long, for which there are 15 minutes.
void character_model_proxies(benchmark::State& state) {
  constexpr double windows_of_a_study = 32.0;
  constexpr std::size_t windows = 1;
  const auto network = io::read_checkpoint(
      std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "examples" / "cptquant" / "opt_kjv", 0);
  const std::size_t tokens = network->sequence();
  base::RandomStream random(1, "benchmark/characters");
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> targets;
  const auto characters = static_cast<std::uint32_t>(network->config().vocabulary);
  for (std::size_t k = 0; k < windows * tokens; ++k) {
    ids.push_back(random.below(characters));
    targets.push_back(random.below(characters));
  }
  const workload::Tensor inputs({windows, tokens}, std::move(ids));
  const test::ScratchFolder folder;
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  context.scratch_folder = folder.path();
  context.threads = 2;
  const plugin::ParameterSet given = parameters();
  benchmarks::Comparison result;
  for (auto _ : state) {
    result.seconds = benchmarks::seconds_of([&] {
      for (const auto& [method, variants] : proxies(false)) {
        for (const char* variant : variants) {
          benchmark::DoNotOptimize(
              method
                  ->scores({*network, inputs, targets, {2, 3, 4, 5, 6, 8}, variant}, given, context)
                  .values.data());
        }
      }
    });
  }
  result.reference = "none";
  result.limit_seconds = 15.0 * 60.0 / windows_of_a_study * static_cast<double>(windows);
  benchmarks::record(state, result);
}

double peak_memory() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

void two_blocks_of_opt(benchmark::State& state) {
  constexpr std::size_t tokens = 4;
  const test::ScratchFolder folder;
  test::write_sparse_checkpoint(folder.path(), test::opt_config(2, 32, 2560));
  const auto network = io::read_checkpoint(folder.path(), tokens);
  const workload::Tensor ids({2, tokens},
                             std::vector<std::int64_t>{2, 100, 3000, 50271, 2, 7, 8, 9});
  const std::vector<std::int64_t> targets{100, 3000, 50271, 2, 7, 8, 9, 2};
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  context.scratch_folder = folder.path();
  const plugin::ParameterSet given = parameters();
  benchmarks::Comparison result;
  for (auto _ : state) {
    result.seconds = benchmarks::seconds_of([&] {
      CorrelationMethod cmpq;
      TaylorMethod tdmpq;
      static_cast<void>(cmpq.scores({*network, ids, targets, {4}, "cka"}, given, context));
      static_cast<void>(tdmpq.scores({*network, ids, targets, {4}, "fisher-dq"}, given, context));
    });
    result.bytes = peak_memory();
  }
  result.reference = "none";
  result.bytes_limit = 4e9;
  benchmarks::record(state, result);
}

}  // namespace

BENCHMARK(two_blocks_of_opt)->Name("opt_2.7b/two_blocks")->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(character_model_proxies)
    ->Name("opt_kjv/proxies")
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK(lenet5_all_methods)->Name("lenet5/all_methods")->Iterations(1)->Unit(benchmark::kSecond);

BENCHMARK_MAIN();
