#include <cmath>
#include <mutex>
#include <new>

#include "neucasl/campaign/worker_pool.hpp"

namespace neucasl::campaign {
namespace {

class ThreadPool final : public WorkerPool {
 public:
  ThreadPool(const SampleModel& model, std::uint64_t seed, int threads,
             const base::CancelFlag& cancel)
      : model_(model), seed_(seed), threads_(threads), cancel_(cancel) {}

  void run(std::span<const Unit> units, const Take& take) override {
    std::mutex taking;
    base::parallel_for(units.size(), threads_, cancel_, [&](std::size_t index) {
      std::unique_ptr<Evaluator> evaluator = borrow();
      UnitOutcome outcome = evaluate_unit(model_, *evaluator, seed_, units[index]);
      give(std::move(evaluator));
      const std::lock_guard lock(taking);
      take(index, std::move(outcome));
    });
  }

 private:
  std::unique_ptr<Evaluator> borrow() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return model_.evaluator();
    std::unique_ptr<Evaluator> evaluator = std::move(free_.back());
    free_.pop_back();
    return evaluator;
  }
  void give(std::unique_ptr<Evaluator> evaluator) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(evaluator));
  }

  const SampleModel& model_;
  std::uint64_t seed_;
  int threads_;
  base::CancelFlag cancel_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Evaluator>> free_;
};

std::string reason_of(const base::Error& error) {
  return error.diagnostic().code + ": " + error.diagnostic().message;
}

}  // namespace

WorkerPool::~WorkerPool() = default;

UnitOutcome evaluate_unit(const SampleModel& model, Evaluator& evaluator, std::uint64_t seed,
                          const Unit& unit) {
  const std::size_t dimension = model.dimension();
  std::vector<double> drawn(unit.normals.empty() ? dimension : 0);
  UnitOutcome outcome(unit.count);
  for (std::size_t i = 0; i < unit.count; ++i) {
    Sample sample{seed, unit.first + i, drawn};
    if (unit.normals.empty()) {
      draw_normals(seed, sample.number, drawn);
    } else {
      sample.normals = std::span(unit.normals).subspan(i * dimension, dimension);
    }
    outcome[i].outputs.assign(model.outputs().size(), std::nan(""));
    try {
      evaluator.evaluate(sample, outcome[i].outputs);
    } catch (const base::Error& error) {
      outcome[i] = {{}, reason_of(error)};
    } catch (const base::Cancelled&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      // A fault of a model or plugin: one sample without a result, with the reason in the report.
      outcome[i] = {{}, std::string("exception: ") + error.what()};
    }
  }
  return outcome;
}

std::unique_ptr<WorkerPool> thread_pool(const SampleModel& model, std::uint64_t seed, int threads,
                                        const base::CancelFlag& cancel) {
  return std::make_unique<ThreadPool>(model, seed, threads, cancel);
}

}  // namespace neucasl::campaign
