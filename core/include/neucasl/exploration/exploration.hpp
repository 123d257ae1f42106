#pragma once

#include <functional>
#include <map>

#include "neucasl/base/parallel.hpp"
#include "neucasl/exploration/space.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// Explorations: points of a space, evaluated, and their Pareto front.

namespace neucasl::exploration {

/// Figures of an architecture, by what the space calls network, phase and estimator. Called by
/// several threads at once. A base::Error means that this architecture has none, which is recorded.
using Estimate =
    std::function<std::vector<results::Figure>(const architecture::Architecture& architecture)>;

struct Options {
  std::filesystem::path log;  ///< Of evaluated points; empty: none. Points in it are taken from it.
  std::string source_key;     ///< Names network and estimator for the log, with what they rest on.
  const AccuracySource* accuracy = nullptr;  ///< Needed by a space with an accuracy.
  std::filesystem::path accuracy_log;        ///< Of inferences; empty: none.
  int threads = 1;                           ///< Results do not depend on it.
  base::CancelFlag cancel;
  base::ProgressListener progress;
};

struct Point {
  std::vector<Value> values;            ///< Of each parameter.
  std::vector<base::Quantity> figures;  ///< Of the space; empty when there are none.
  std::string code;                     ///< Why there are no figures, or "constraint"; or empty.
  std::string reason;                   ///< The same for people.

  /// It has figures, which meet the constraints.
  [[nodiscard]] bool feasible() const { return code.empty(); }
};

/// Accuracies by inference beside the figure that stands in for them.
struct AccuracyCheck {
  std::vector<std::size_t> points;  ///< Ascending.
  std::vector<MeasuredAccuracy> accuracies;
  std::vector<double> estimates;           ///< SI
  std::size_t without = 0;                 ///< Points of which there is no inference,
  std::string reason;                      ///< and why the first has none.
  std::optional<double> rank_correlation;  ///< As `rank_correlation`.
};

struct Exploration {
  std::vector<Point> points;       ///< Each once, in the order in which the search came to them.
  std::vector<std::size_t> front;  ///< Of the feasible points.
  std::size_t searched = 0;        ///< Points asked for; those that came again cost nothing.
  std::optional<AccuracyCheck> accuracy_check;  ///< When the space names an estimate.
  std::string accuracy_method;                  ///< Of the accuracy source, in words.

  /// Share of the box between the best values and the reference, or else the worst values, of the
  /// feasible points that the first `count` of them dominate. Nothing without room in the box, or
  /// when it takes too long: `hypervolume_steps` above 10^8.
  [[nodiscard]] NEUCASL_EXPORT std::optional<double> hypervolume(const Space& space,
                                                                 std::size_t count) const;
  /// The same of several counts, ascending; empty when one is not known.
  [[nodiscard]] NEUCASL_EXPORT std::vector<double> hypervolumes(
      const Space& space, const std::vector<std::size_t>& counts) const;
};

/// Runs the search of a space.
/// \throws base::Error "exploration.objective", "exploration.constraint" (the estimator gives no
/// such figure, with the nearest, or one of another dimension), "exploration.formula",
/// "exploration.accuracy",
/// "exploration.log" (the log of another exploration, or damaged), "exploration.search";
/// base::Cancelled, after which the same call goes on.
NEUCASL_EXPORT Exploration explore(const Space& space, const Designs& designs,
                                   const Estimate& estimate, const Options& options);

/// "points": number, parameters, figures, feasible, on_front, reason. Figures of a point that has
/// none are NaN.
NEUCASL_EXPORT results::Table points_table(const Space& space, const Exploration& exploration);
/// "front": the same of the front, in order of the objectives.
NEUCASL_EXPORT results::Table front_table(const Space& space, const Exploration& exploration);
/// "infeasible": reasons by code, with their counts.
NEUCASL_EXPORT results::Table infeasible_table(const Exploration& exploration);
/// "accuracy_check": point, estimate, accuracy with its 95 % interval, images.
NEUCASL_EXPORT results::Table accuracy_table(const Space& space, const AccuracyCheck& check);
/// Plots of each pair of objectives, of the growth of the front, and of the levels in it.
NEUCASL_EXPORT results::Report exploration_report(const Space& space,
                                                  const Exploration& exploration);

}  // namespace neucasl::exploration
