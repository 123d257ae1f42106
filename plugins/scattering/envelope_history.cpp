#include "envelope_history.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::scattering {

WaveHistory::WaveHistory(const EnvelopeNetwork& network, double nearness) : nearness_(nearness) {
  for (const EnvelopeElement& element : network.elements()) {
    if (element.delay <= nearness) continue;
    for (std::uint32_t p = 0; p < element.ports; ++p) {
      ports_.push_back(element.first_port + p);
      delays_.push_back(element.delay);
    }
  }
  different_ = delays_;
  std::sort(different_.begin(), different_.end());
  const auto same = [&](double a, double b) { return b - a <= nearness; };
  different_.erase(std::unique(different_.begin(), different_.end(), same), different_.end());
}

void WaveHistory::begin(double time, const std::vector<Amplitude>& in, bool steady) {
  steady_ = steady;
  times_.clear();
  piece_.clear();
  values_.clear();
  add(time, in);
}

void WaveHistory::add(double time, const std::vector<Amplitude>& in) {
  if (ports_.empty()) return;
  times_.push_back(time);
  piece_.push_back(piece_.empty() ? 0 : piece_.back());
  for (const std::uint32_t port : ports_) values_.push_back(in[port]);
  forget();
}

void WaveHistory::add_corner(const std::vector<Amplitude>& in) {
  if (ports_.empty()) return;
  add(times_.back(), in);
  ++piece_.back();
}

void WaveHistory::back_to_corner() {
  while (piece_.size() > 1 && piece_[piece_.size() - 2] == piece_.back()) {
    piece_.pop_back();
    times_.pop_back();
    values_.resize(values_.size() - ports_.size());
  }
}

/// Drops what no wave reaches back to, when that is most of it.
void WaveHistory::forget() {
  if (times_.size() < 4096) return;
  const double oldest = times_.back() - different_.back() - nearness_;
  const auto needed = std::lower_bound(times_.begin(), times_.end(), oldest) - times_.begin();
  const auto spare = std::max<std::ptrdiff_t>(needed - 8, 0);
  if (2 * static_cast<std::size_t>(spare) < times_.size()) return;
  times_.erase(times_.begin(), times_.begin() + spare);
  piece_.erase(piece_.begin(), piece_.begin() + spare);
  values_.erase(values_.begin(),
                values_.begin() + spare * static_cast<std::ptrdiff_t>(ports_.size()));
}

/// Between points `point` and the next one; the point after the last is that of the step.
Amplitude WaveHistory::between(std::size_t point, std::size_t k, double time, double& next_share,
                               double next_time) const {
  const std::size_t last = times_.size() - 1;
  std::size_t from = point;
  std::size_t to = point + 1;
  if (from > 0 && piece_[from - 1] == piece_[point]) --from;
  const auto piece = piece_[point];
  const bool more = to < last ? piece_[to + 1] == piece : next_time > times_[last];
  if (more) ++to;
  const auto time_of = [&](std::size_t i) { return i <= last ? times_[i] : next_time; };
  Amplitude sum;
  for (std::size_t i = from; i <= to; ++i) {
    double weight = 1.0;
    for (std::size_t j = from; j <= to; ++j) {
      if (j != i) weight *= (time - time_of(j)) / (time_of(i) - time_of(j));
    }
    if (i > last) {
      next_share = weight;
    } else {
      sum += weight * value(i, k);
    }
  }
  return sum;
}

WaveHistory::Arrival WaveHistory::arrive(std::size_t k, double time, bool behind) const {
  const double sent = time - delays_[k];
  const std::size_t last = times_.size() - 1;
  if (sent < times_.front() - nearness_) {
    return {steady_ ? value(0, k) : Amplitude(), 0.0};
  }
  if (sent >= times_.back() - nearness_) {
    const double step = time - times_.back();
    const double into = sent - times_.back();
    if (into <= nearness_ || !(step > 0.0)) {
      // At the last point: before it there may be a corner.
      std::size_t point = last;
      if (!behind && last > 0 && times_[last - 1] == times_[last] && into <= nearness_) --point;
      if (!behind && last == 0 && !steady_) return {};
      return {value(point, k), 0.0};
    }
    const double share = into / step;
    return {(1.0 - share) * value(last, k), share};
  }
  // The first point later than `sent`, all corners within `nearness_` being at it.
  const double at = behind ? sent + nearness_ : sent - nearness_;
  auto later =
      static_cast<std::size_t>(std::upper_bound(times_.begin(), times_.end(), at) - times_.begin());
  if (later == 0) return {steady_ || behind ? value(0, k) : Amplitude(), 0.0};
  if (later > last) return {value(last, k), 0.0};
  const std::size_t point = later - 1;
  // Both sides of a corner: the point before ends the piece.
  if (piece_[point] != piece_[later]) return {value(behind ? later : point, k), 0.0};
  if (std::abs(sent - times_[later]) <= nearness_) return {value(later, k), 0.0};
  Arrival arrival;
  arrival.known = between(point, k, sent, arrival.share, time);
  return arrival;
}

}  // namespace neucasl::scattering
