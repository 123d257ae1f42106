#include <algorithm>

#include "importance.hpp"
#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/sampling/design_point.hpp"

/// \file
/// Methods that rest on design points: FORM, and importance sampling around them.

namespace neucasl::sampling {
namespace {

constexpr std::size_t directions = 8;   ///< And their opposites, of the radial search.
constexpr std::size_t most_starts = 6;  ///< From it.

/// Design points from the origin and, if `all` or when that leads nowhere, from its mirror images
/// and from the nearest points that a radial search finds; nearest first.
std::vector<DesignPoint> design_points(Evaluator& limit, bool all,
                                       const DesignPointOptions& options) {
  const std::size_t d = limit.dimension();
  std::vector<DesignPoint> found;
  const auto search = [&](std::span<const double> start) {
    constexpr std::uint64_t gradients = 4;
    if (limit.left() < gradients * d) return;
    const DesignPointSearch one = find_design_point(limit, start, options);
    if (one.converged) add_design_point(found, one.point);
  };
  search(std::vector<double>(d, 0.0));
  if (all && !found.empty()) {
    std::vector<double> mirrored = found.front().u;
    for (double& value : mirrored) value = -value;
    search(mirrored);
  }
  if (all || found.empty()) {
    // A random direction meets a plane at distance b typically at sqrt(d) b.
    constexpr double most_beta = 10.0;
    const double most_radius = most_beta * std::sqrt(static_cast<double>(d));
    const double step = 0.5 * std::sqrt(static_cast<double>(d));
    std::vector<DesignPoint> starts =
        radial_search(limit, directions, most_radius, step, limit.seed());
    starts.resize(std::min(starts.size(), most_starts));
    for (const DesignPoint& start : starts) {
      search(start.u);
      if (!all && !found.empty()) break;
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const DesignPoint& a, const DesignPoint& b) { return a.beta < b.beta; });
  return found;
}

ProbabilityEstimate without_design_point(std::string_view name) {
  ProbabilityEstimate result;
  result.method = name;
  refuse(result, "not-converged", "no search for a design point converged");
  return result;
}

ProbabilityEstimate around(Evaluator& limit, const Method& method,
                           const std::vector<DesignPoint>& points, double defensive_share,
                           const std::string& name) {
  const Proposal proposal = mixture(points, limit.dimension(), defensive_share);
  ImportanceRun run;
  ProbabilityEstimate result =
      importance_estimate(limit, method, proposal, "sampling/" + name, run);
  result.method = name + ": " + std::to_string(points.size()) +
                  (points.size() == 1 ? " design point" : " design points");
  result.design_points = points;
  if (!run.weights.empty()) check_by_subset(limit, method, proposal, run, result);
  return result;
}

}  // namespace

ProbabilityEstimate estimate_form(Evaluator& limit, const Method& /*method*/) {
  const std::vector<DesignPoint> points = design_points(limit, false, {});
  if (points.empty()) return without_design_point("form");
  ProbabilityEstimate result;
  result.method = "form";
  result.probability = base::normal_cumulative(-points.front().beta);
  result.design_points = points;
  keep_failures(result, points.front().u, limit.dimension());
  refuse(result, "first-order",
         "the first-order estimate knows nothing of how the surface curves, or of other points");
  return result;
}

ProbabilityEstimate estimate_mean_shift(Evaluator& limit, const Method& method) {
  const std::vector<DesignPoint> points = design_points(limit, false, rough_design_point);
  if (points.empty()) return without_design_point("mean-shift");
  return around(limit, method, {points.front()}, 0.0, "mean-shift");
}

ProbabilityEstimate estimate_defensive_mixture(Evaluator& limit, const Method& method) {
  const std::vector<DesignPoint> points = design_points(limit, true, rough_design_point);
  if (points.empty()) return without_design_point("defensive-mixture");
  return around(limit, method, points, method.defensive_share, "defensive-mixture");
}

}  // namespace neucasl::sampling
