#include <algorithm>
#include <cmath>
#include <map>

#include "evaluation.hpp"

namespace neucasl::exploration {
namespace {

constexpr std::size_t most_shown = 2000;  ///< Points in a plot.
constexpr std::size_t steps_of_growth = 24;

/// A unit in which the middle one of the values is easily read, and its size.
std::pair<std::string, double> readable_unit(std::vector<double> values,
                                             const base::Dimension& dimension) {
  namespace dim = base::dimension;
  if (dimension == dim::area) return {"mm^2", 1e-6};
  const std::string symbol = base::unit_symbol(dimension);
  if (values.empty() ||
      (dimension != dim::energy && dimension != dim::time && dimension != dim::power)) {
    return {symbol, 1.0};
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  constexpr std::pair<const char*, double> prefixes[] = {{"", 1.0},   {"m", 1e-3},  {"u", 1e-6},
                                                         {"n", 1e-9}, {"p", 1e-12}, {"f", 1e-15}};
  for (const auto& [prefix, size] : prefixes) {
    if (std::abs(*middle) >= size) return {prefix + symbol, size};
  }
  return {symbol, 1.0};
}

struct ScaledAxis {
  results::Axis axis;
  double size = 1.0;
};

/// Logarithmic when values span more than a factor of 30.
ScaledAxis axis_of(const std::string& title, const std::vector<double>& values,
                   const base::Dimension& dimension) {
  constexpr double wide = 30.0;
  const auto [unit, size] = readable_unit(values, dimension);
  ScaledAxis result{{title, unit, false}, size};
  if (values.empty()) return result;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  result.axis.logarithmic = *low > 0.0 && *high > wide * *low;
  return result;
}

std::vector<std::size_t> feasible_points(const Exploration& exploration) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < exploration.points.size(); ++i) {
    if (exploration.points[i].feasible()) result.push_back(i);
  }
  return result;
}

std::vector<double> values_of(const Space& space, const Exploration& exploration,
                              const std::vector<std::size_t>& rows, std::size_t objective) {
  const std::size_t figure = figure_index(space, space.objectives[objective].figure);
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) {
    values.push_back(exploration.points[row].figures[figure].value);
  }
  return values;
}

std::string goal_text(const Objective& objective) {
  return objective.figure + (objective.maximise ? " (more is better)" : " (less is better)");
}

results::LineChart plot_of(const Space& space, const Exploration& exploration, std::size_t x,
                           std::size_t y) {
  const std::vector<std::size_t> feasible = feasible_points(exploration);
  std::vector<std::size_t> shown;
  const std::size_t count = std::min(feasible.size(), most_shown);
  shown.reserve(count);
  for (std::size_t k = 0; k < count; ++k) shown.push_back(feasible[k * feasible.size() / count]);
  const auto dimension = [&](std::size_t objective) {
    const Point& point = exploration.points[feasible.front()];
    return point.figures[figure_index(space, space.objectives[objective].figure)].dimension;
  };
  const ScaledAxis x_axis = axis_of(goal_text(space.objectives[x]),
                                    values_of(space, exploration, feasible, x), dimension(x));
  const ScaledAxis y_axis = axis_of(goal_text(space.objectives[y]),
                                    values_of(space, exploration, feasible, y), dimension(y));
  results::LineChart chart;
  chart.caption =
      space.objectives[y].figure + " over " + space.objectives[x].figure + ": " +
      (count == feasible.size() ? "the " + std::to_string(shown.size()) + " feasible points"
                                : std::to_string(shown.size()) + " of " +
                                      std::to_string(feasible.size()) + " feasible points") +
      " and the front of all objectives.";
  chart.x_axis = x_axis.axis;
  chart.y_axis = y_axis.axis;
  const auto add = [&](const std::string& name, const std::vector<std::size_t>& rows) {
    results::LineSeries series{name, values_of(space, exploration, rows, x),
                               values_of(space, exploration, rows, y), true};
    for (double& value : series.x) value /= x_axis.size;
    for (double& value : series.y) value /= y_axis.size;
    chart.series.push_back(std::move(series));
  };
  add("feasible", shown);
  add("front", exploration.front);
  return chart;
}

/// Hypervolume over the points evaluated; nothing when it is not known.
std::optional<results::LineChart> growth(const Space& space, const Exploration& exploration) {
  results::LineSeries series{"front of the points so far", {}, {}, false};
  const std::size_t count = exploration.points.size();
  std::vector<std::size_t> counts;
  for (std::size_t step = 1; step <= steps_of_growth; ++step) {
    const std::size_t points = count * step / steps_of_growth;
    if (points > 0) counts.push_back(points);
  }
  series.y = exploration.hypervolumes(space, counts);
  if (series.y.empty()) return std::nullopt;
  for (const std::size_t points : counts) series.x.push_back(static_cast<double>(points));
  results::LineChart chart;
  chart.caption = "Share of the box between best and worst values that the front dominates.";
  chart.x_axis = {"Points evaluated", "", false};
  chart.y_axis = {"Hypervolume", "", false};
  chart.series.push_back(std::move(series));
  return chart;
}

std::string level_text(const Value& value) {
  const auto* number = std::get_if<base::Quantity>(&value);
  return number == nullptr ? std::get<std::string>(value) : base::to_engineering(*number);
}

/// How often each level stands in the front; neighbours share a bar when there are many.
results::BarChart levels_of(const Exploration& exploration, const Parameter& parameter,
                            std::size_t index) {
  constexpr std::size_t most_bars = 24;
  const std::size_t levels = parameter.levels.size();
  const std::size_t together = (levels + most_bars - 1) / most_bars;
  std::vector<double> counts(levels, 0.0);
  for (const std::size_t member : exploration.front) {
    const auto found = std::find(parameter.levels.begin(), parameter.levels.end(),
                                 exploration.points[member].values[index]);
    counts[static_cast<std::size_t>(found - parameter.levels.begin())] += 1.0;
  }
  results::BarChart chart;
  chart.caption = "Points of the front with each value of " + parameter.name + ".";
  chart.axis = {"Points", "", false};
  chart.series = {"points"};
  for (std::size_t first = 0; first < levels; first += together) {
    const std::size_t last = std::min(first + together, levels) - 1;
    std::string label = level_text(parameter.levels[first]);
    if (last > first) label += " to " + level_text(parameter.levels[last]);
    double count = 0.0;
    for (std::size_t k = first; k <= last; ++k) count += counts[k];
    chart.bars.push_back(std::move(label));
    chart.values.push_back({count});
  }
  return chart;
}

results::Figure count_of(const std::string& key, const std::string& label, std::size_t count,
                         const std::string& method) {
  results::Figure figure;
  figure.key = key;
  figure.label = label;
  figure.value = static_cast<double>(count);
  figure.method = method;
  figure.plugin = "exploration";
  return figure;
}

std::string method_text(const Search& search) {
  switch (search.method) {
    case Method::grid:
      return "Every combination of levels";
    case Method::sobol:
      return "Scrambled Sobol points";
    default:
      return "NSGA-II, " + std::to_string(search.nsga2.population) + " individuals in " +
             std::to_string(search.nsga2.generations) + " generations";
  }
}

std::vector<results::Figure> summary(const Space& space, const Exploration& exploration) {
  std::vector<results::Figure> figures;
  figures.push_back(count_of("points", "Points evaluated", exploration.points.size(),
                             method_text(space.search) + ", " +
                                 std::to_string(exploration.searched) +
                                 " points asked for, equal ones evaluated once"));
  figures.push_back(count_of("feasible", "Feasible points", feasible_points(exploration).size(),
                             "Points with figures that meet the constraints"));
  figures.push_back(count_of("front", "Points on the front", exploration.front.size(),
                             "Feasible points that none dominates"));
  const auto volume = exploration.hypervolume(space, exploration.points.size());
  if (volume) {
    results::Figure figure =
        count_of("hypervolume", "Hypervolume", 0,
                 "Share of the box between the best values and the reference, or else the worst "
                 "values, that the front dominates");
    figure.value = *volume;
    figures.push_back(std::move(figure));
  }
  if (exploration.accuracy_check && exploration.accuracy_check->rank_correlation) {
    results::Figure figure =
        count_of("accuracy_rank_correlation", "Rank correlation of " + space.accuracy->estimate, 0,
                 "Spearman's, with the accuracy by inference at " +
                     std::to_string(exploration.accuracy_check->points.size()) + " points");
    figure.value = *exploration.accuracy_check->rank_correlation;
    figures.push_back(std::move(figure));
  }
  for (std::size_t k = 0; k < space.objectives.size() && !exploration.front.empty(); ++k) {
    const Objective& objective = space.objectives[k];
    const std::vector<double> values = values_of(space, exploration, exploration.front, k);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    results::Figure figure;
    figure.key = "best." + objective.figure;
    figure.label = "Best " + objective.figure;
    figure.value = objective.maximise ? *high : *low;
    figure.dimension = exploration.points[exploration.front[0]]
                           .figures[figure_index(space, objective.figure)]
                           .dimension;
    figure.method = "Of the front";
    figure.plugin = "exploration";
    figures.push_back(std::move(figure));
  }
  return figures;
}

results::ReportSection searched_section(const Space& space, const Exploration& exploration) {
  results::ReportSection section{"Search", {}};
  std::string text = method_text(space.search) + ".";
  if (space.search.method != Method::grid) {
    text += " Seed " + std::to_string(space.search.nsga2.seed) + ".";
  }
  section.items.emplace_back(results::Paragraph{text});
  if (auto chart = growth(space, exploration)) section.items.emplace_back(std::move(*chart));
  for (std::size_t k = 0; k < space.parameters.size(); ++k) {
    if (space.parameters[k].levels.size() < 2) continue;
    section.items.emplace_back(levels_of(exploration, space.parameters[k], k));
  }
  const results::Table infeasible = infeasible_table(exploration);
  if (infeasible.rows() > 0) section.items.emplace_back(results::ShownTable{infeasible});
  return section;
}

results::ReportSection accuracy_section(const Space& space, const Exploration& exploration) {
  constexpr std::size_t most_rows = 100;
  results::ReportSection section{"Accuracy", {}};
  const bool everywhere = space.accuracy->method == AccuracyMethod::inference;
  section.items.emplace_back(results::Paragraph{
      (everywhere ? "By inference at each point: "
                  : "The search took the figure " + space.accuracy->estimate +
                        " in its place, by its formula. By inference at a sample of points: ") +
      exploration.accuracy_method});
  if (!exploration.accuracy_check) return section;
  const AccuracyCheck& check = *exploration.accuracy_check;
  std::string text = std::to_string(check.points.size()) + " points. ";
  if (check.without > 0) {
    text += std::to_string(check.without) + " more have no inference (" + check.reason + "). ";
  }
  text += check.rank_correlation ? "Spearman's rank correlation of " + space.accuracy->estimate +
                                       " with the accuracy is " +
                                       base::to_engineering({*check.rank_correlation, {}}) + "."
                                 : "They are too few, or too much alike, for a rank correlation.";
  section.items.emplace_back(results::Paragraph{text});
  if (check.points.empty()) return section;
  results::LineSeries series{"points", check.estimates, {}, true};
  constexpr double percent = 100.0;
  for (const MeasuredAccuracy& one : check.accuracies) series.y.push_back(percent * one.value());
  results::LineChart chart;
  chart.caption = "Accuracy by inference over " + space.accuracy->estimate + ".";
  chart.x_axis = {space.accuracy->estimate + " (formula)", "", false};
  chart.y_axis = {"Accuracy (inference)", "%", false};
  chart.series.push_back(std::move(series));
  section.items.emplace_back(std::move(chart));
  section.items.emplace_back(results::ShownTable{accuracy_table(space, check), most_rows});
  return section;
}

}  // namespace

results::Report exploration_report(const Space& space, const Exploration& exploration) {
  results::Report report;
  report.title = space.title;
  report.subtitle = space.network + " on " + space.architecture + ", " + space.phase +
                    ", estimator " + space.estimator;
  report.figures = summary(space, exploration);
  results::ReportSection front{"Pareto front", {}};
  const std::size_t objectives = space.objectives.size();
  if (exploration.front.empty()) {
    front.items.emplace_back(results::Paragraph{"No point is feasible."});
  } else {
    for (std::size_t x = 0; x < objectives; ++x) {
      for (std::size_t y = x + 1; y < objectives; ++y) {
        // Of many objectives each against the first.
        if (objectives > 4 && x > 0) continue;
        front.items.emplace_back(plot_of(space, exploration, x, y));
      }
    }
    front.items.emplace_back(results::ShownTable{front_table(space, exploration)});
  }
  report.sections.push_back(std::move(front));
  if (space.accuracy) report.sections.push_back(accuracy_section(space, exploration));
  report.sections.push_back(searched_section(space, exploration));
  return report;
}

}  // namespace neucasl::exploration
