#include "work_queue.hpp"

#include <algorithm>

namespace neucasl::campaign {

WorkQueue::WorkQueue(std::span<const Unit> units, const WorkerPool::Take& take)
    : units_(units), take_(take) {}

std::optional<WorkQueue::Piece> WorkQueue::next() {
  const std::lock_guard lock(mutex_);
  if (!returned_.empty()) {
    const Piece piece = returned_.front();
    returned_.pop_front();
    return piece;
  }
  if (begun_ == units_.size()) return std::nullopt;
  const std::size_t unit = begun_++;
  return Piece{unit, 0, units_[unit].count, 0};
}

void WorkQueue::finish(const Piece& piece, UnitOutcome outcome) {
  const std::lock_guard lock(mutex_);
  finish_locked(piece, std::move(outcome));
}

void WorkQueue::finish_locked(const Piece& piece, UnitOutcome outcome) {
  if (piece.count == units_[piece.unit].count) {
    take_(piece.unit, std::move(outcome));
    ++done_;
    return;
  }
  const auto found = std::find_if(parts_.begin(), parts_.end(),
                                  [&](const auto& one) { return one.first == piece.unit; });
  Parts& parts = found->second;
  for (std::size_t i = 0; i < piece.count; ++i) {
    parts.outcome[piece.offset + i] = std::move(outcome[i]);
  }
  parts.open -= piece.count;
  if (parts.open > 0) return;
  take_(piece.unit, std::move(parts.outcome));
  parts_.erase(found);
  ++done_;
}

void WorkQueue::put_back(const Piece& piece) {
  const std::lock_guard lock(mutex_);
  returned_.push_front(piece);
}

void WorkQueue::retry(Piece piece) {
  const std::lock_guard lock(mutex_);
  ++piece.ends;
  if (piece.ends < 2) {
    returned_.push_front(piece);
    return;
  }
  if (piece.count == 1) {
    finish_locked(piece, {{{}, "campaign.worker: the worker ended on this sample"}});
    return;
  }
  parts_.push_back({piece.unit, {UnitOutcome(piece.count), piece.count}});
  for (std::size_t i = piece.count; i-- > 0;) {
    // It ended workers twice already, so each of its samples may once more.
    returned_.push_front({piece.unit, i, 1, 1});
  }
}

void WorkQueue::fail(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(failure);
}

void WorkQueue::rethrow() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

bool WorkQueue::finished() {
  const std::lock_guard lock(mutex_);
  return done_ == units_.size();
}

std::uint64_t WorkQueue::first_of(const Piece& piece) const {
  return units_[piece.unit].first + piece.offset;
}

Unit WorkQueue::unit_of(const Piece& piece) const {
  const Unit& whole = units_[piece.unit];
  Unit part{first_of(piece), piece.count, {}};
  if (!whole.normals.empty()) {
    const std::size_t dimension = whole.normals.size() / whole.count;
    const auto begin =
        whole.normals.begin() + static_cast<std::ptrdiff_t>(piece.offset * dimension);
    part.normals.assign(begin, begin + static_cast<std::ptrdiff_t>(piece.count * dimension));
  }
  return part;
}

}  // namespace neucasl::campaign
