#pragma once

#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "neucasl/campaign/worker_pool.hpp"

/// \file
/// The units of a run that workers may fail at. Thread-safe.

namespace neucasl::campaign {

class WorkQueue {
 public:
  /// A unit or one of its samples.
  struct Piece {
    std::size_t unit = 0;
    std::size_t offset = 0;  ///< Of its first sample in the unit.
    std::size_t count = 0;
    int ends = 0;  ///< Workers that ended on it.
  };

  /// Both must outlive the queue.
  WorkQueue(std::span<const Unit> units, const WorkerPool::Take& take);

  /// In order of units, those that came back first. Nothing while others have the rest.
  std::optional<Piece> next();
  void finish(const Piece& piece, UnitOutcome outcome);
  /// Its worker ended before it began with the piece.
  void put_back(const Piece& piece);
  /// Its worker ended on it: once more; then sample by sample; then a failed simulation.
  void retry(Piece piece);
  /// \throws what `fail` was given.
  void rethrow();
  void fail(std::exception_ptr failure);
  [[nodiscard]] bool finished();

  [[nodiscard]] Unit unit_of(const Piece& piece) const;
  [[nodiscard]] std::uint64_t first_of(const Piece& piece) const;

 private:
  void finish_locked(const Piece& piece, UnitOutcome outcome);

  std::span<const Unit> units_;
  const WorkerPool::Take& take_;
  std::mutex mutex_;
  std::size_t begun_ = 0;
  std::size_t done_ = 0;
  std::deque<Piece> returned_;
  /// Units that are done sample by sample: outcomes, and how many are still open.
  struct Parts {
    UnitOutcome outcome;
    std::size_t open = 0;
  };
  std::vector<std::pair<std::size_t, Parts>> parts_;
  std::exception_ptr failure_;
};

}  // namespace neucasl::campaign
