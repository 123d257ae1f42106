#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "time_step.hpp"

/// \file
/// The last instants of a transient: extrapolation, truncation errors, interpolation.

namespace neucasl::native_plugin {

/// Up to four points since the last *corner*, an instant where slopes may jump; nothing looks
/// across it. The corner itself is the first point.
class PointHistory {
 public:
  /// Forgets all points and begins at a corner.
  void begin(const TimePoint& corner);
  void push(const TimePoint& point);
  [[nodiscard]] const TimePoint& last() const { return points_[place(0)]; }
  /// 0: the last point.
  [[nodiscard]] const TimePoint& back(std::size_t k) const { return points_[place(k)]; }
  /// Since the corner, with it; at most four.
  [[nodiscard]] std::size_t points() const { return count_; }

  /// First guess at a time ahead: a polynomial through the last three points (fewer after a
  /// corner).
  void extrapolate(double time, std::vector<double>& x) const;
  /// Largest truncation error of a step from `last` to `next` over `accuracy`: of the trapezoidal
  /// rule, h^3/12 |Q'''|, when there are three points behind, else of backward Euler, h^2/2 |Q''|.
  /// Derivatives by divided differences. \param worst equation of the largest
  [[nodiscard]] double truncation_error(const TimePoint& next, const std::vector<double>& accuracy,
                                        std::uint32_t& worst) const;

 private:
  [[nodiscard]] std::size_t place(std::size_t k) const { return (next_ + 8 - 1 - k) % 4; }

  std::array<TimePoint, 4> points_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

}  // namespace neucasl::native_plugin
