#include <algorithm>
#include <limits>
#include <map>

#include "evaluation.hpp"

namespace neucasl::exploration {
namespace {

void add_parameters(const Space& space, const Exploration& exploration,
                    const std::vector<std::size_t>& rows, results::Table& table) {
  for (std::size_t k = 0; k < space.parameters.size(); ++k) {
    std::vector<double> numbers;
    std::vector<std::string> words;
    base::Dimension dimension;
    for (const std::size_t row : rows) {
      const Value& value = exploration.points[row].values[k];
      if (const auto* number = std::get_if<base::Quantity>(&value)) {
        numbers.push_back(number->value);
        dimension = number->dimension;
      } else {
        words.push_back(std::get<std::string>(value));
      }
    }
    const std::string& name = space.parameters[k].name;
    if (words.empty()) {
      table.add(name, std::move(numbers), dimension);
    } else {
      table.add(name, std::move(words));
    }
  }
}

void add_figures(const Space& space, const Exploration& exploration,
                 const std::vector<std::size_t>& rows, results::Table& table) {
  for (std::size_t k = 0; k < space.figures.size(); ++k) {
    std::vector<double> values;
    values.reserve(rows.size());
    base::Dimension dimension;
    for (const Point& point : exploration.points) {
      if (!point.figures.empty()) dimension = point.figures[k].dimension;
    }
    for (const std::size_t row : rows) {
      const Point& point = exploration.points[row];
      values.push_back(point.figures.empty() ? std::numeric_limits<double>::quiet_NaN()
                                             : point.figures[k].value);
    }
    table.add(space.figures[k].name, std::move(values), dimension);
  }
}

results::Table table_of(const Space& space, const Exploration& exploration,
                        const std::vector<std::size_t>& rows, const std::string& name,
                        const std::string& title) {
  results::Table table{name, title, {}};
  std::vector<std::int64_t> numbers;
  numbers.reserve(rows.size());
  for (const std::size_t row : rows) numbers.push_back(static_cast<std::int64_t>(row));
  table.add("point", std::move(numbers));
  add_parameters(space, exploration, rows, table);
  add_figures(space, exploration, rows, table);
  return table;
}

/// How the accuracy of each row is known; empty where there is none.
std::vector<std::string> accuracy_methods(const Space& space, const Exploration& exploration,
                                          const std::vector<std::size_t>& rows) {
  const Accuracy& accuracy = *space.accuracy;
  std::string method(to_string(accuracy.method));
  if (accuracy.method == AccuracyMethod::formula) method += ' ' + accuracy.estimate;
  std::vector<std::string> result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) {
    result.push_back(exploration.points[row].figures.empty() ? "" : method);
  }
  return result;
}

}  // namespace

results::Table points_table(const Space& space, const Exploration& exploration) {
  std::vector<std::size_t> rows(exploration.points.size());
  std::vector<std::string> feasible, on_front(rows.size(), "no"), reasons;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = i;
    const Point& point = exploration.points[i];
    feasible.emplace_back(point.feasible() ? "yes" : "no");
    reasons.push_back(point.feasible() ? "" : point.code + ": " + point.reason);
  }
  for (const std::size_t member : exploration.front) on_front[member] = "yes";
  results::Table table = table_of(space, exploration, rows, "points", "Points");
  if (space.accuracy) table.add("accuracy_method", accuracy_methods(space, exploration, rows));
  return table.add("feasible", std::move(feasible))
      .add("on_front", std::move(on_front))
      .add("reason", std::move(reasons));
}

results::Table front_table(const Space& space, const Exploration& exploration) {
  std::vector<std::size_t> rows = exploration.front;
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    for (std::size_t k = 0; k < space.objectives.size(); ++k) {
      const double first = minimised(space, exploration.points[a], k);
      const double second = minimised(space, exploration.points[b], k);
      if (first != second) return first < second;
    }
    return false;
  });
  results::Table table = table_of(space, exploration, rows, "front", "Pareto front");
  if (space.accuracy) table.add("accuracy_method", accuracy_methods(space, exploration, rows));
  return table;
}

results::Table accuracy_table(const Space& space, const AccuracyCheck& check) {
  std::vector<std::int64_t> points, images;
  std::vector<double> accuracies, lows, highs;
  for (std::size_t k = 0; k < check.points.size(); ++k) {
    const MeasuredAccuracy& one = check.accuracies[k];
    const base::Interval interval = one.interval();
    points.push_back(static_cast<std::int64_t>(check.points[k]));
    images.push_back(static_cast<std::int64_t>(one.images));
    accuracies.push_back(one.value());
    lows.push_back(interval.low);
    highs.push_back(interval.high);
  }
  results::Table table{"accuracy_check", "Accuracy by inference beside its estimate", {}};
  return table.add("point", std::move(points))
      .add(space.accuracy->estimate + "_by_formula", check.estimates)
      .add("accuracy_by_inference", std::move(accuracies))
      .add("low", std::move(lows))
      .add("high", std::move(highs))
      .add("images", std::move(images));
}

results::Table infeasible_table(const Exploration& exploration) {
  struct Reason {
    std::int64_t count = 0;
    std::string example;
  };
  std::map<std::string, Reason> reasons;
  for (const Point& point : exploration.points) {
    if (point.feasible()) continue;
    Reason& one = reasons[point.code];
    if (one.count++ == 0) one.example = point.reason;
  }
  std::vector<std::string> codes, examples;
  std::vector<std::int64_t> counts;
  for (const auto& [code, reason] : reasons) {
    codes.push_back(code);
    counts.push_back(reason.count);
    examples.push_back(reason.example);
  }
  results::Table table{"infeasible", "Points without figures or beyond a constraint", {}};
  return table.add("code", std::move(codes))
      .add("points", std::move(counts))
      .add("first_reason", std::move(examples));
}

}  // namespace neucasl::exploration
