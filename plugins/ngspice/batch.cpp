#include "batch.hpp"

#include <thread>
#include <vector>

namespace neucasl::ngspice_plugin {
namespace {

/// How far ahead of the oldest open circuit the threads may run, each.
constexpr std::size_t most_ahead = 16;

}  // namespace

Batch::Batch(std::size_t count, std::size_t threads, const Make& make, const Take& take,
             const base::CancelFlag& cancel)
    : count_(count), threads_(threads), make_(make), take_(take), cancel_(cancel) {}

void Batch::run(const Solve& solve) {
  std::vector<std::thread> others;
  for (std::size_t thread = 1; thread < threads_; ++thread) {
    others.emplace_back([this, thread, &solve] { work(thread, solve); });
  }
  work(0, solve);
  for (std::thread& one : others) one.join();
  if (failure_) std::rethrow_exception(failure_);
}

void Batch::work(std::size_t thread, const Solve& solve) {
  try {
    std::size_t k = 0;
    for (std::optional<circuit::Circuit> circuit; next(k, circuit);) {
      plugin::SimulationOutcome outcome;
      try {
        outcome.result = solve(thread, *circuit);
      } catch (const base::Error& error) {
        outcome.failure = error.diagnostic();
      }
      deliver(k, std::move(outcome));
    }
  } catch (...) {
    stop(std::current_exception());
  }
}

bool Batch::next(std::size_t& k, std::optional<circuit::Circuit>& circuit) {
  std::unique_lock lock(mutex_);
  delivered_.wait(lock, [&] { return failure_ || given_ < taken_ + most_ahead * threads_; });
  cancel_.throw_if_requested();
  if (failure_ || given_ == count_) return false;
  k = given_++;
  circuit = make_(k);
  return true;
}

void Batch::deliver(std::size_t k, plugin::SimulationOutcome outcome) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(k, std::move(outcome));
  for (auto first = waiting_.begin();
       !failure_ && first != waiting_.end() && first->first == taken_; first = waiting_.begin()) {
    plugin::SimulationOutcome ready = std::move(first->second);
    waiting_.erase(first);
    take_(taken_, std::move(ready));
    ++taken_;
  }
  delivered_.notify_all();
}

void Batch::stop(std::exception_ptr reason) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(reason);
  delivered_.notify_all();
}

}  // namespace neucasl::ngspice_plugin
