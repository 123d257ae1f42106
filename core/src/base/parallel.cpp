#include "neucasl/base/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::base {

void CancelFlag::throw_if_requested() const {
  if (requested()) throw Cancelled();
}

void parallel_for(std::size_t count, int threads, const CancelFlag& cancel,
                  const std::function<void(std::size_t)>& body) {
  const std::size_t workers =
      std::min<std::size_t>(count, static_cast<std::size_t>(std::max(threads, 1)));
  if (workers <= 1) {
    for (std::size_t index = 0; index < count; ++index) {
      cancel.throw_if_requested();
      body(index);
    }
    return;
  }
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::exception_ptr failure;
  std::size_t failed_index = count;
  const auto work = [&] {
    while (!stop.load(std::memory_order_relaxed) && !cancel.requested()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      try {
        body(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        stop = true;
        if (index < failed_index) {
          failed_index = index;
          failure = std::current_exception();
        }
      }
    }
  };
  {
    std::vector<std::jthread> pool;
    for (std::size_t i = 1; i < workers; ++i) pool.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  cancel.throw_if_requested();
}

}  // namespace neucasl::base
