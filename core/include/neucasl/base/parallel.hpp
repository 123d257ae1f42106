#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// Threads, cancellation and progress.
///
/// A *task index* names a piece of work whose result does not depend on which thread runs it.
/// Reductions are done by the caller over task indices in order, so results are the same for every
/// number of threads.

namespace neucasl::base {

/// A flag that a signal handler or another thread may set; copies share it.
class NEUCASL_EXPORT CancelFlag {
 public:
  CancelFlag() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void request() { flag_->store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const { return flag_->load(std::memory_order_relaxed); }
  /// \throws Cancelled when requested.
  void throw_if_requested() const;

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// Receives progress; the library never prints. `done` of `total` units of `what`. Called from the
/// thread that runs the loop or from workers, one call at a time.
using ProgressListener =
    std::function<void(std::string_view what, std::size_t done, std::size_t total)>;

/// Runs body(index) for index in [0, count) on up to `threads` threads. Indices are handed out in
/// order. The first exception (by index) is rethrown after all threads have stopped; a requested
/// cancel stops the loop and throws Cancelled.
NEUCASL_EXPORT void parallel_for(std::size_t count, int threads, const CancelFlag& cancel,
                                 const std::function<void(std::size_t)>& body);

}  // namespace neucasl::base
