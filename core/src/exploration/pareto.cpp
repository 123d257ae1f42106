#include "neucasl/exploration/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::exploration {
namespace {

std::vector<std::size_t> lexicographic_order(const std::vector<Objectives>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return points[a] != points[b] ? points[a] < points[b] : a < b;
  });
  return order;
}

void refuse_nan(const std::vector<Objectives>& points) {
  for (const Objectives& point : points) {
    if (std::none_of(point.begin(), point.end(), [](double v) { return std::isnan(v); })) continue;
    throw base::Error("exploration.objectives", "an objective is not a number",
                      "leave points out that have no value");
  }
}

/// Area below the reference, of points in any order.
double area(std::vector<std::pair<double, double>> points, double right, double top) {
  std::sort(points.begin(), points.end());
  double sum = 0.0;
  for (const auto& [x, y] : points) {
    if (y >= top) continue;
    sum += (right - x) * (top - y);
    top = y;
  }
  return sum;
}

/// Of the first `count` objectives; all points are below the reference.
double volume(std::vector<Objectives> points, const Objectives& reference, std::size_t count) {
  if (points.empty()) return 0.0;
  if (count == 1) {
    double least = reference[0];
    for (const Objectives& point : points) least = std::min(least, point[0]);
    return reference[0] - least;
  }
  if (count == 2) {
    std::vector<std::pair<double, double>> plane;
    plane.reserve(points.size());
    for (const Objectives& point : points) plane.emplace_back(point[0], point[1]);
    return area(std::move(plane), reference[0], reference[1]);
  }
  const std::size_t last = count - 1;
  std::sort(points.begin(), points.end(), [&](const Objectives& a, const Objectives& b) {
    return a[last] != b[last] ? a[last] < b[last] : a < b;
  });
  double sum = 0.0;
  std::vector<Objectives> below;  // The front of what lies below the slice.
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Objectives flat(points[i].begin(), points[i].begin() + static_cast<std::ptrdiff_t>(last));
    const bool covered = std::any_of(below.begin(), below.end(), [&](const Objectives& other) {
      return other == flat || dominates(other, flat);
    });
    if (!covered) {
      std::erase_if(below, [&](const Objectives& other) { return dominates(flat, other); });
      below.push_back(flat);
    }
    const double next = i + 1 < points.size() ? points[i + 1][last] : reference[last];
    const double depth = next - points[i][last];
    if (depth > 0.0) sum += depth * volume(below, reference, last);
  }
  return sum;
}

}  // namespace

bool dominates(std::span<const double> a, std::span<const double> b) {
  bool better = false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] > b[k]) return false;
    better = better || a[k] < b[k];
  }
  return better;
}

std::vector<std::size_t> pareto_front(const std::vector<Objectives>& points) {
  refuse_nan(points);
  std::vector<std::size_t> front;
  // In this order none can dominate one that stands before it.
  for (const std::size_t candidate : lexicographic_order(points)) {
    const bool dominated = std::any_of(front.begin(), front.end(), [&](std::size_t member) {
      return dominates(points[member], points[candidate]);
    });
    if (!dominated) front.push_back(candidate);
  }
  std::sort(front.begin(), front.end());
  return front;
}

std::vector<double> crowding_distances(const std::vector<Objectives>& front) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  std::vector<double> distance(front.size(), 0.0);
  if (front.empty()) return distance;
  std::vector<std::size_t> order(front.size());
  for (std::size_t k = 0; k < front[0].size(); ++k) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return front[a][k] != front[b][k] ? front[a][k] < front[b][k] : a < b;
    });
    const double range = front[order.back()][k] - front[order.front()][k];
    distance[order.front()] = distance[order.back()] = infinite;
    if (!(range > 0.0)) continue;
    for (std::size_t i = 1; i + 1 < order.size(); ++i) {
      distance[order[i]] += (front[order[i + 1]][k] - front[order[i - 1]][k]) / range;
    }
  }
  return distance;
}

double hypervolume(const std::vector<Objectives>& points, const Objectives& reference) {
  refuse_nan(points);
  std::vector<Objectives> inside;
  for (const Objectives& point : points) {
    bool below = true;
    for (std::size_t k = 0; k < point.size(); ++k) below = below && point[k] < reference[k];
    if (below) inside.push_back(point);
  }
  return volume(std::move(inside), reference, reference.size());
}

double hypervolume_steps(std::size_t points, std::size_t objectives) {
  const double n = static_cast<double>(points);
  return std::pow(n, static_cast<double>(std::max<std::size_t>(objectives, 2)) - 1.0);
}

}  // namespace neucasl::exploration
