#include "point_history.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::native_plugin {

void PointHistory::begin(const TimePoint& corner) {
  next_ = 0;
  count_ = 0;
  push(corner);
}

void PointHistory::push(const TimePoint& point) {
  TimePoint& to = points_[next_];
  to.time = point.time;
  to.x.assign(point.x.begin(), point.x.end());
  to.storage.assign(point.storage.begin(), point.storage.end());
  to.rate.assign(point.rate.begin(), point.rate.end());
  next_ = (next_ + 1) % points_.size();
  count_ = std::min(count_ + 1, points_.size());
}

void PointHistory::extrapolate(double time, std::vector<double>& x) const {
  const TimePoint& a = back(0);
  if (count_ < 2) {
    x = a.x;
    return;
  }
  const TimePoint& b = back(1);
  const double slope_share = (time - a.time) / (a.time - b.time);
  if (count_ < 3) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = a.x[i] + slope_share * (a.x[i] - b.x[i]);
    return;
  }
  const TimePoint& c = back(2);
  const double wa = (time - b.time) * (time - c.time) / ((a.time - b.time) * (a.time - c.time));
  const double wb = (time - a.time) * (time - c.time) / ((b.time - a.time) * (b.time - c.time));
  const double wc = (time - a.time) * (time - b.time) / ((c.time - a.time) * (c.time - b.time));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = wa * a.x[i] + wb * b.x[i] + wc * c.x[i];
}

double PointHistory::truncation_error(const TimePoint& next, const std::vector<double>& accuracy,
                                      std::uint32_t& worst) const {
  const TimePoint& a = back(0);
  const TimePoint& b = back(1);
  const double h = next.time - a.time;
  const double h1 = a.time - b.time;
  const bool third = count_ >= 3;
  const double h2 = third ? b.time - back(2).time : 1.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < accuracy.size(); ++i) {
    if (accuracy[i] == 0.0) continue;
    const double first = (next.storage[i] - a.storage[i]) / h;
    const double before = (a.storage[i] - b.storage[i]) / h1;
    const double second = (first - before) / (h + h1);
    double error = h * h * std::abs(second);
    if (third) {
      const double earlier = (b.storage[i] - back(2).storage[i]) / h2;
      const double second_before = (before - earlier) / (h1 + h2);
      error = 0.5 * h * h * h * std::abs(second - second_before) / (h + h1 + h2);
    }
    if (error > largest * accuracy[i]) {
      largest = error / accuracy[i];
      worst = static_cast<std::uint32_t>(i);
    }
  }
  return largest;
}

}  // namespace neucasl::native_plugin
