#include "neucasl/exploration/exploration.hpp"

#include <algorithm>
#include <limits>

#include "evaluation.hpp"
#include "neucasl/base/sobol.hpp"

namespace neucasl::exploration {
namespace {

/// The middle of every level; the last parameter changes fastest.
std::vector<std::vector<double>> grid(const Space& space) {
  std::size_t count = 1;
  for (const Parameter& one : space.parameters) count *= one.levels.size();
  std::vector<std::vector<double>> points(count, std::vector<double>(space.parameters.size()));
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t rest = i;
    for (std::size_t k = space.parameters.size(); k-- > 0;) {
      const std::size_t levels = space.parameters[k].levels.size();
      points[i][k] = (static_cast<double>(rest % levels) + 0.5) / static_cast<double>(levels);
      rest /= levels;
    }
  }
  return points;
}

/// Settings out of range are told by the searches, which know no file.
template <class Body>
void located(const base::Location& where, const Body& body) {
  try {
    body();
  } catch (const base::Error& error) {
    base::Diagnostic diagnostic = error.diagnostic();
    if (diagnostic.code != "exploration.search" || !diagnostic.where.file.empty()) throw;
    diagnostic.where = where;
    throw base::Error(std::move(diagnostic));
  }
}

std::vector<std::vector<double>> sobol_points(std::size_t count, std::size_t dimensions,
                                              std::uint64_t seed) {
  base::SobolSequence sequence(dimensions, seed, "exploration/sobol", base::Scrambling::linear);
  std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
  for (std::vector<double>& point : points) sequence.next(point);
  return points;
}

void run_search(const Space& space, Evaluation& evaluation) {
  const Search& search = space.search;
  if (search.method == Method::nsga2) {
    const std::size_t planned = search.nsga2.population * (search.nsga2.generations + 1);
    static_cast<void>(nsga2(search.nsga2, space.parameters.size(),
                            [&](const std::vector<std::vector<double>>& genes) {
                              std::vector<Fitness> result;
                              result.reserve(genes.size());
                              for (const std::size_t point : evaluation.at(genes, planned)) {
                                result.push_back(evaluation.fitness(point));
                              }
                              return result;
                            }));
    return;
  }
  const std::vector<std::vector<double>> points =
      search.method == Method::grid
          ? grid(space)
          : sobol_points(search.points, space.parameters.size(), search.nsga2.seed);
  static_cast<void>(evaluation.at(points, points.size()));
}

/// Objectives of the feasible points among the first `count`.
std::vector<Objectives> feasible_objectives(const Space& space, const std::vector<Point>& points,
                                            std::size_t count, std::vector<std::size_t>& indices) {
  std::vector<Objectives> objectives;
  for (std::size_t i = 0; i < std::min(count, points.size()); ++i) {
    if (!points[i].feasible()) continue;
    indices.push_back(i);
    objectives.emplace_back();
    for (std::size_t k = 0; k < space.objectives.size(); ++k) {
      objectives.back().push_back(minimised(space, points[i], k));
    }
  }
  return objectives;
}

/// From 0, the best values, to 1, the reference or the worst ones; false without room between.
bool scale_to_box(const Space& space, std::vector<Objectives>& points) {
  Objectives best = points[0];
  Objectives worst = points[0];
  for (const Objectives& one : points) {
    for (std::size_t k = 0; k < one.size(); ++k) {
      best[k] = std::min(best[k], one[k]);
      worst[k] = std::max(worst[k], one[k]);
    }
  }
  for (std::size_t k = 0; k < worst.size(); ++k) {
    const Objective& objective = space.objectives[k];
    if (objective.reference) {
      worst[k] = objective.maximise ? -objective.reference->value : objective.reference->value;
    }
    if (!(worst[k] > best[k])) return false;
  }
  for (Objectives& one : points) {
    for (std::size_t k = 0; k < one.size(); ++k) {
      one[k] = (one[k] - best[k]) / (worst[k] - best[k]);
    }
  }
  return true;
}

}  // namespace

std::vector<double> Exploration::hypervolumes(const Space& space,
                                              const std::vector<std::size_t>& counts) const {
  constexpr double most_steps = 1e8;
  std::vector<std::size_t> indices;
  std::vector<Objectives> scaled = feasible_objectives(space, points, points.size(), indices);
  if (scaled.empty() || !scale_to_box(space, scaled)) return {};
  std::vector<double> result;
  std::vector<Objectives> front;
  std::size_t next = 0;
  for (const std::size_t count : counts) {
    // What the front before dominates, that of more points dominates too.
    for (; next < indices.size() && indices[next] < count; ++next) front.push_back(scaled[next]);
    std::vector<Objectives> kept;
    for (const std::size_t member : pareto_front(front)) kept.push_back(front[member]);
    front = std::move(kept);
    if (hypervolume_steps(front.size(), space.objectives.size()) > most_steps) return {};
    result.push_back(exploration::hypervolume(front, Objectives(space.objectives.size(), 1.0)));
  }
  return result;
}

std::optional<double> Exploration::hypervolume(const Space& space, std::size_t count) const {
  const std::vector<double> volumes = hypervolumes(space, {count});
  return volumes.empty() ? std::nullopt : std::optional(volumes.front());
}

Exploration explore(const Space& space, const Designs& designs, const Estimate& estimate,
                    const Options& options) {
  Evaluation evaluation(space, designs, estimate, options);
  located(space.search.where, [&] { run_search(space, evaluation); });
  Exploration result;
  result.points = evaluation.points();
  if (space.accuracy) result.accuracy_method = options.accuracy->method();
  if (space.accuracy && !space.accuracy->estimate.empty()) {
    result.accuracy_check = check_accuracies(space, result.points, evaluation.accuracies());
  }
  evaluation.finish();
  result.searched = evaluation.searched();
  std::vector<std::size_t> indices;
  const std::vector<Objectives> objectives =
      feasible_objectives(space, result.points, result.points.size(), indices);
  for (const std::size_t member : pareto_front(objectives)) {
    result.front.push_back(indices[member]);
  }
  return result;
}

}  // namespace neucasl::exploration
