#include "campaign.hpp"

#include <algorithm>

namespace neucasl::native_plugin {
namespace {

constexpr std::size_t most_waiting = 64;  // outcomes for each thread

}  // namespace

bool Campaign::next(std::size_t& k, circuit::Circuit& circuit, plugin::SimulationOutcome& outcome) {
  const std::lock_guard lock(make_mutex_);
  if (made_ == count_ || context_.cancel.requested()) return false;
  k = made_++;
  try {
    circuit = make_(k);
  } catch (const base::Error& error) {
    outcome.failure = error.diagnostic();
  }
  return true;
}

void Campaign::hand_over(std::size_t k, plugin::SimulationOutcome outcome) {
  std::unique_lock lock(take_mutex_);
  const std::size_t room = most_waiting * static_cast<std::size_t>(std::max(context_.threads, 1));
  taken_changed_.wait(lock, [&] { return stopped_ || k < taken_ + room; });
  if (stopped_) return;
  waiting_.emplace(k, std::move(outcome));
  while (!waiting_.empty() && waiting_.begin()->first == taken_) {
    const std::size_t first = taken_;
    plugin::SimulationOutcome ready = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    take_(first, std::move(ready));
    ++taken_;
    if (context_.progress) context_.progress("circuits", taken_, count_);
  }
  taken_changed_.notify_all();
}

void Campaign::stop() {
  const std::lock_guard lock(take_mutex_);
  stopped_ = true;
  taken_changed_.notify_all();
}

void Campaign::work(const Simulate& simulate) {
  plugin::Context quiet = context_;
  quiet.progress = {};
  quiet.threads = 1;
  try {
    circuit::Circuit circuit;
    for (std::size_t k = 0;;) {
      plugin::SimulationOutcome outcome;
      if (!next(k, circuit, outcome)) return;
      if (!outcome.failure) {
        try {
          outcome.result = simulate(circuit, quiet);
        } catch (const base::Error& error) {
          outcome.failure = error.diagnostic();
        }
      }
      hand_over(k, std::move(outcome));
      const std::lock_guard lock(take_mutex_);
      if (stopped_) return;
    }
  } catch (...) {
    stop();  // so that nobody waits for this thread's outcome
    throw;
  }
}

void Campaign::run(const Simulate& simulate) {
  const std::size_t threads =
      std::min<std::size_t>(count_, static_cast<std::size_t>(std::max(context_.threads, 1)));
  base::parallel_for(threads, static_cast<int>(threads), context_.cancel,
                     [&](std::size_t) { work(simulate); });
  context_.cancel.throw_if_requested();
}

}  // namespace neucasl::native_plugin
