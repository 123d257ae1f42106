#include <cmath>
#include <filesystem>

#include "neucasl/campaign/engine.hpp"
#include "tests/benchmark/comparison.hpp"
#include "tests/scratch_folder.hpp"

// What units, log and bookkeeping of a campaign cost beside a plain loop over the same samples, on
// one thread, with units of one sample of about 10 ms.

namespace neucasl::benchmarks {
namespace {

constexpr std::size_t samples = 40;
constexpr int repeats = 5;

/// A recurrence that no compiler shortens, some nanoseconds a step.
double work(double start) {
  constexpr int steps = 3'000'000;
  double x = start;
  for (int i = 0; i < steps; ++i) x = 1.0 / (1.0 + x);
  return x;
}

class WorkModel final : public campaign::SampleModel {
 public:
  [[nodiscard]] const std::vector<campaign::Output>& outputs() const override { return outputs_; }
  [[nodiscard]] const std::vector<std::string>& inputs() const override { return inputs_; }
  [[nodiscard]] std::string key() const override { return "work"; }
  [[nodiscard]] std::size_t unit() const override { return 1; }
  [[nodiscard]] std::string description() const override { return "a recurrence"; }
  [[nodiscard]] std::unique_ptr<campaign::Evaluator> evaluator() const override {
    return std::make_unique<Work>();
  }

 private:
  class Work final : public campaign::Evaluator {
   public:
    void evaluate(const campaign::Sample& sample, std::span<double> outputs) override {
      outputs[0] = work(std::abs(sample.normals[0]));
    }
    campaign::ReplayFiles replay(const campaign::Sample& sample,
                                 std::span<double> outputs) override {
      evaluate(sample, outputs);
      return {};
    }
  };
  std::vector<campaign::Output> outputs_{{"limit", "Limit", {}}};
  std::vector<std::string> inputs_{"start"};
};

void engine_against_loop(benchmark::State& state) {
  const WorkModel model;
  const campaign::Campaign campaign = campaign::parse_campaign(
      "<campaign name=\"work\" samples=\"" + std::to_string(samples) +
          "\"><model kind=\"work\"/><good output=\"limit\" most=\"1\"/></campaign>",
      "work.xml");
  for (auto _ : state) {
    double engine = 0.0;
    double loop = 0.0;
    double error = 0.0;
    for (int i = 0; i < repeats; ++i) {
      std::vector<double> plain(samples);
      const double loop_seconds = seconds_of([&] {
        double start = 0.0;
        for (std::size_t k = 0; k < samples; ++k) {
          campaign::draw_normals(campaign.seed, k, {&start, 1});
          plain[k] = work(std::abs(start));
        }
      });
      const test::ScratchFolder folder;
      campaign::Outcome outcome;
      const double engine_seconds = seconds_of([&] {
        const auto pool = campaign::thread_pool(model, campaign.seed, 1, {});
        outcome = campaign::run(campaign, model, *pool, {folder / "log", false, {}, {}});
      });
      for (std::size_t k = 0; k < samples; ++k) {
        error = std::max(error, std::abs(outcome.outputs[k] - plain[k]));
      }
      // What else the machine does only ever adds.
      engine = i == 0 ? engine_seconds : std::min(engine, engine_seconds);
      loop = i == 0 ? loop_seconds : std::min(loop, loop_seconds);
    }
    constexpr double samples_of_a_run = samples;
    record(state, Comparison{.reference = "plain loop",
                             .seconds = engine / samples_of_a_run,
                             .reference_seconds = loop / samples_of_a_run,
                             .floor = 0.99,
                             .error = error,
                             .error_limit = 1e-15});
  }
}
BENCHMARK(engine_against_loop)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl::benchmarks

BENCHMARK_MAIN();
