#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

/// \file
/// Spikes on their way, in a calendar queue (R. Brown, Comm. ACM 31:1220, 1988) of *days* that are
/// a little shorter than the shortest delay: what is sent on one day arrives on a later one.

namespace neucasl::spiking_plugin {

/// A spike on its way to the synapses of one segment.
struct Delivery {
  double arrival = 0.0;
  std::uint32_t segment = 0;
  std::uint32_t ordinal = 0;  // Number of the spike among those of its source.

  bool operator<(const Delivery& other) const {
    if (arrival != other.arrival) return arrival < other.arrival;
    return segment != other.segment ? segment < other.segment : ordinal < other.ordinal;
  }
};

class Calendar {
 public:
  /// `day` in s; `longest` is the longest delay.
  Calendar(double day, double longest)
      : day_(day), ring_(static_cast<std::size_t>(std::ceil(longest / day)) + 2) {}

  [[nodiscard]] std::uint64_t day_of(double time) const {
    auto day = static_cast<std::uint64_t>(time / day_);
    // The quotient may be rounded over the border.
    while (begin_of(day) > time) --day;
    while (begin_of(day + 1) <= time) ++day;
    return day;
  }
  [[nodiscard]] double begin_of(std::uint64_t day) const { return static_cast<double>(day) * day_; }

  void add(std::uint64_t today, const Delivery& delivery) {
    // Rounding must not put a spike on the day on which it was sent.
    const std::uint64_t day = std::max(today + 1, day_of(delivery.arrival));
    ring_[day % ring_.size()].push_back(delivery);
    next_ = std::min(next_, day);
    ++pending_;
  }

  /// What arrives today, in order. The caller clears it.
  std::vector<Delivery>& open(std::uint64_t today) {
    std::vector<Delivery>& deliveries = ring_[today % ring_.size()];
    std::sort(deliveries.begin(), deliveries.end());
    pending_ -= deliveries.size();
    return deliveries;
  }

  /// The next day after `today` on which something arrives; `none` when nothing is on its way.
  static constexpr std::uint64_t none = ~std::uint64_t{0};
  [[nodiscard]] std::uint64_t next_day(std::uint64_t today) {
    if (pending_ == 0) return none;
    if (next_ > today) return next_;
    for (next_ = today + 1; ring_[next_ % ring_.size()].empty();) ++next_;
    return next_;
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = ring_.size() * sizeof(std::vector<Delivery>);
    for (const auto& deliveries : ring_) sum += deliveries.capacity() * sizeof(Delivery);
    return sum;
  }

 private:
  double day_;
  std::vector<std::vector<Delivery>> ring_;
  std::size_t pending_ = 0;
  std::uint64_t next_ = none;  // No arrival before, but for days that have been opened.
};

}  // namespace neucasl::spiking_plugin
