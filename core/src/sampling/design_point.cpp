#include "neucasl/sampling/design_point.hpp"

#include <algorithm>
#include <cmath>

#include "evaluator.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::sampling {
namespace {

/// The margin and, where it is asked for, its gradient; counts.
class Surface {
 public:
  Surface(LimitState& limit, double step) : limit_(limit), step_(step) {}

  double margin(std::span<const double> u) {
    double value = 0.0;
    limit_.evaluate(u, {&value, 1});
    ++evaluations_;
    return value;
  }

  std::vector<double> gradient(std::span<const double> u, double margin) {
    const std::size_t d = u.size();
    std::vector<double> result(d);
    std::vector<double> points;
    for (std::size_t first = 0; first < d; first += batch) {
      const std::size_t count = std::min(batch, d - first);
      points.clear();
      for (std::size_t k = 0; k < count; ++k) {
        points.insert(points.end(), u.begin(), u.end());
        points[k * d + first + k] += step_;
      }
      limit_.evaluate(points, std::span(result).subspan(first, count));
      evaluations_ += count;
    }
    for (double& slope : result) slope = (slope - margin) / step_;
    return result;
  }

  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }

 private:
  LimitState& limit_;
  double step_;
  std::uint64_t evaluations_ = 0;
};

/// Merit of the line search: half the squared distance, and the margin by a penalty.
double merit(std::span<const double> u, double margin, double penalty) {
  return 0.5 * dot(u, u) + penalty * std::abs(margin);
}

/// Where the tangent at u meets margin 0 nearest to the origin.
std::vector<double> tangent_point(std::span<const double> u, double margin,
                                  const std::vector<double>& gradient) {
  const double scale = (dot(gradient, u) - margin) / dot(gradient, gradient);
  std::vector<double> result = gradient;
  for (double& value : result) value *= scale;
  return result;
}

/// Part of u across the gradient, relative to u.
double misdirection(std::span<const double> u, const std::vector<double>& gradient) {
  const double along = dot(gradient, u) / dot(gradient, gradient);
  double across = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i) across += std::pow(u[i] - along * gradient[i], 2);
  return std::sqrt(across) / std::max(1.0, norm(u));
}

/// Distance at which the margin along a direction gets to 0 between two distances.
double bisect(LimitState& limit, std::span<const double> direction, double good, double bad) {
  std::vector<double> u(direction.size());
  constexpr int halvings = 20;
  for (int k = 0; k < halvings; ++k) {
    const double middle = 0.5 * (good + bad);
    for (std::size_t i = 0; i < u.size(); ++i) u[i] = middle * direction[i];
    double margin = 0.0;
    limit.evaluate(u, {&margin, 1});
    (margin > 0.0 ? good : bad) = middle;
  }
  return bad;
}

}  // namespace

DesignPointSearch find_design_point(LimitState& limit, std::span<const double> start,
                                    const DesignPointOptions& options) {
  Surface surface(limit, options.step);
  std::vector<double> u(start.begin(), start.end());
  DesignPointSearch result;
  double margin = surface.margin(u);
  double scale = std::abs(margin);
  double penalty = 0.0;
  for (std::size_t iteration = 0; iteration < options.most_iterations; ++iteration) {
    result.gradient = surface.gradient(u, margin);
    const double slope = norm(result.gradient);
    if (!std::isfinite(margin) || !std::isfinite(slope) || slope == 0.0) break;
    // A margin falls by about its slope in one unit.
    scale = std::max(scale, slope);
    result.converged = std::abs(margin) <= options.tolerance * scale &&
                       misdirection(u, result.gradient) <= options.tolerance;
    if (result.converged) break;
    const std::vector<double> wanted = tangent_point(u, margin, result.gradient);
    penalty = std::max(penalty, 2.0 * std::max(norm(u), norm(wanted)) / slope);
    const double before = merit(u, margin, penalty);
    // Of the merit along the step; the margin falls by itself over a full one.
    const double fall = dot(u, u) - dot(u, wanted) + penalty * std::abs(margin);
    std::vector<double> next(u.size());
    double step = 1.0;
    constexpr double least_step = 1.0 / 64.0;
    constexpr double sufficient = 0.3;  ///< Share of the fall, after Armijo.
    for (;; step *= 0.5) {
      for (std::size_t i = 0; i < u.size(); ++i) next[i] = u[i] + step * (wanted[i] - u[i]);
      margin = surface.margin(next);
      if (merit(next, margin, penalty) <= before - sufficient * step * fall) break;
      if (step <= least_step) break;
    }
    u = std::move(next);
  }
  result.point.beta = norm(u);
  if (dot(u, result.gradient) > 0.0) result.point.beta = -result.point.beta;
  result.point.u = std::move(u);
  result.evaluations = surface.evaluations();
  return result;
}

std::vector<double> importance_factors(const DesignPoint& point) {
  std::vector<double> result = point.u;
  const double squares = dot(point.u, point.u);
  for (double& value : result) value = value * value / squares;
  return result;
}

std::vector<DesignPoint> radial_search(LimitState& limit, std::size_t directions,
                                       double most_radius, double radius_step, std::uint64_t seed) {
  const std::size_t d = limit.dimension();
  std::vector<double> units(2 * directions * d);
  normal_points(seed, "sampling/radial search", 0, d, std::span(units).first(directions * d));
  for (std::size_t k = 0; k < directions; ++k) {
    const double length = norm(row(units, d, k));
    for (std::size_t i = 0; i < d; ++i) {
      units[k * d + i] /= length;
      units[(directions + k) * d + i] = -units[k * d + i];
    }
  }
  std::vector<std::size_t> searching(2 * directions);
  for (std::size_t k = 0; k < searching.size(); ++k) searching[k] = k;
  std::vector<DesignPoint> found;
  std::vector<double> points;
  std::vector<double> margins;
  for (double radius = radius_step; radius <= most_radius && !searching.empty();
       radius += radius_step) {
    points.clear();
    for (const std::size_t k : searching) {
      for (const double one : row(units, d, k)) points.push_back(radius * one);
    }
    margins.resize(searching.size());
    limit.evaluate(points, margins);
    std::vector<std::size_t> rest;
    for (std::size_t k = 0; k < searching.size(); ++k) {
      if (!(margins[k] <= 0.0)) {
        rest.push_back(searching[k]);
        continue;
      }
      const std::span<const double> direction = row(units, d, searching[k]);
      DesignPoint point{{direction.begin(), direction.end()},
                        bisect(limit, direction, radius - radius_step, radius)};
      for (double& value : point.u) value *= point.beta;
      found.push_back(std::move(point));
    }
    searching = std::move(rest);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const DesignPoint& a, const DesignPoint& b) { return a.beta < b.beta; });
  return found;
}

}  // namespace neucasl::sampling
