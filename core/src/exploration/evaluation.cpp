#include "evaluation.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "neucasl/base/hash.hpp"

namespace neucasl::exploration {
namespace {

using base::Error;

constexpr const char* broken_constraint = "constraint";
constexpr std::string_view figures_mark = "figures ";
constexpr std::string_view reason_mark = "none ";

/// A fault of the space and not of a point.
bool of_the_space(const Error& error) {
  return error.diagnostic().code.starts_with("exploration.");
}

/// How far beyond its limit, in shares of it.
double excess(double value, double limit) {
  if (value <= limit) return 0.0;
  return limit == 0.0 ? value : (value - limit) / std::abs(limit);
}

double violation_of(const Constraint& constraint, double value) {
  double sum = 0.0;
  if (constraint.at_most) sum += excess(value, constraint.at_most->value);
  if (constraint.at_least) sum += excess(-value, -constraint.at_least->value);
  return sum;
}

std::string limit_text(const Constraint& constraint, const base::Quantity& value) {
  std::string text = constraint.figure + " = " + base::to_engineering(value);
  if (constraint.at_most && value.value > constraint.at_most->value) {
    return text + " is above " + base::to_engineering(*constraint.at_most);
  }
  return text + " is below " + base::to_engineering(*constraint.at_least);
}

}  // namespace

std::size_t figure_index(const Space& space, const std::string& name) {
  const auto found = std::find_if(space.figures.begin(), space.figures.end(),
                                  [&](const FigureOfPoint& one) { return one.name == name; });
  return static_cast<std::size_t>(found - space.figures.begin());
}

double minimised(const Space& space, const Point& point, std::size_t objective) {
  const Objective& one = space.objectives[objective];
  const double value = point.figures[figure_index(space, one.figure)].value;
  return one.maximise ? -value : value;
}

Evaluation::Evaluation(const Space& space, const Designs& designs, const Estimate& estimate,
                       const Options& options)
    : space_(space), designs_(designs), estimate_(estimate), options_(options) {
  if (options.log.empty()) return;
  const Nsga2Settings& nsga2 = space.search.nsga2;
  std::string key = options.source_key + '\n' + designs.canonical() + "search " +
                    std::string(to_string(space.search.method));
  // More points of a sequence, or more generations, go on with fewer.
  if (space.search.method != Method::grid) key += " seed " + std::to_string(nsga2.seed);
  if (space.search.method == Method::nsga2) {
    key += " population " + std::to_string(nsga2.population);
    for (const double setting : {nsga2.crossover_probability, nsga2.crossover_index,
                                 nsga2.mutation_probability, nsga2.mutation_index}) {
      key += ' ' + base::shortest(setting);
    }
  }
  log_ = std::make_unique<base::RecordLog>(
      options.log, base::sha256(key),
      base::RecordLog::Form{"neucasl-exploration", "exploration.log", "exploration"});
}

std::size_t Evaluation::index_of(const std::vector<double>& genes) {
  std::vector<double> key;
  key.reserve(genes.size());
  for (std::size_t k = 0; k < genes.size(); ++k) {
    const Parameter& parameter = space_.parameters[k];
    key.push_back(parameter.levels.empty() ? genes[k]
                                           : static_cast<double>(parameter.level_of(genes[k])));
  }
  const auto [entry, added] = known_.try_emplace(std::move(key), points_.size());
  if (!added) return entry->second;
  Point point;
  point.values.reserve(genes.size());
  for (std::size_t k = 0; k < genes.size(); ++k) {
    point.values.push_back(space_.parameters[k].value_of(genes[k]));
  }
  points_.push_back(std::move(point));
  return entry->second;
}

std::vector<std::size_t> Evaluation::at(const std::vector<std::vector<double>>& genes,
                                        std::size_t planned) {
  const std::size_t first = points_.size();
  std::vector<std::size_t> indices;
  indices.reserve(genes.size());
  for (const std::vector<double>& one : genes) indices.push_back(index_of(one));
  std::vector<std::size_t> open;
  for (std::size_t i = first; i < points_.size(); ++i) {
    const bool logged = log_ != nullptr && log_->records().contains(i);
    if (logged) {
      read_record(points_[i], log_->records().at(i));
    } else {
      open.push_back(i);
    }
  }
  std::size_t done = searched_ + genes.size() - open.size();
  std::mutex mutex;
  base::parallel_for(open.size(), options_.threads, options_.cancel, [&](std::size_t k) {
    evaluate(points_[open[k]]);
    if (log_ != nullptr) log_->append(open[k], record_of(points_[open[k]]));
    const std::lock_guard lock(mutex);
    ++done;
    if (options_.progress) options_.progress("points", done, planned);
  });
  searched_ += genes.size();
  for (std::size_t i = first; i < points_.size(); ++i) judge(points_[i]);
  return indices;
}

void Evaluation::evaluate(Point& point) const {
  try {
    add_figures(point, designs_.at(point.values));
  } catch (const Error& error) {
    if (of_the_space(error)) throw;
    point.figures.clear();
    point.code = error.diagnostic().code;
    point.reason = error.diagnostic().message;
  }
}

void Evaluation::add_figures(Point& point, const architecture::Architecture& architecture) const {
  std::vector<std::pair<std::string, base::Quantity>> known;
  for (const results::Figure& figure : estimate_(architecture)) {
    known.emplace_back(figure.key, base::Quantity{figure.value, figure.dimension});
  }
  for (const FigureOfPoint& figure : space_.figures) {
    base::Quantity value;
    if (figure.formula.empty()) {
      value = figure_of(figure, known);
    } else {
      value = formula_at(figure.formula, figure.where, space_, point.values, architecture, known);
      known.emplace_back(figure.name, value);
    }
    if (!std::isfinite(value.value)) {
      throw Error("figure.value", "'" + figure.name + "' is not a finite number", "");
    }
    point.figures.push_back(value);
  }
  check_dimensions(point);
}

base::Quantity Evaluation::figure_of(
    const FigureOfPoint& figure,
    const std::vector<std::pair<std::string, base::Quantity>>& known) const {
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const auto& [name, value] : known) {
    if (name == figure.name) return value;
    names.push_back(name);
  }
  throw Error("exploration.objective",
              "estimator '" + space_.estimator + "' gives no figure '" + figure.name + "'",
              base::suggest(figure.name, names), figure.where);
}

void Evaluation::check_dimensions(const Point& point) const {
  const auto check = [&](const std::string& name, const std::optional<base::Quantity>& limit,
                         const base::Location& where, const char* code) {
    const base::Dimension& own = point.figures[figure_index(space_, name)].dimension;
    if (!limit || limit->dimension == own) return;
    const std::string unit = base::unit_symbol(own);
    throw Error(code, "'" + name + "' is not in '" + base::unit_symbol(limit->dimension) + "'",
                unit.empty() ? "give a number without a unit" : "give it in '" + unit + "'", where);
  };
  for (const Constraint& one : space_.constraints) {
    check(one.figure, one.at_most, one.where, "exploration.constraint");
    check(one.figure, one.at_least, one.where, "exploration.constraint");
  }
  for (const Objective& one : space_.objectives) {
    check(one.figure, one.reference, one.where, "exploration.objective");
  }
}

void Evaluation::judge(Point& point) const {
  if (point.figures.empty()) return;
  for (const Constraint& constraint : space_.constraints) {
    const base::Quantity& value = point.figures[figure_index(space_, constraint.figure)];
    if (violation_of(constraint, value.value) == 0.0) continue;
    point.code = broken_constraint;
    point.reason += (point.reason.empty() ? "" : "; ") + limit_text(constraint, value);
  }
}

Fitness Evaluation::fitness(std::size_t point) const {
  const Point& one = points_[point];
  Fitness result;
  if (one.figures.empty()) {
    result.violation = std::numeric_limits<double>::infinity();
    return result;
  }
  for (const Constraint& constraint : space_.constraints) {
    result.violation +=
        violation_of(constraint, one.figures[figure_index(space_, constraint.figure)].value);
  }
  result.objectives.reserve(space_.objectives.size());
  for (std::size_t k = 0; k < space_.objectives.size(); ++k) {
    result.objectives.push_back(minimised(space_, one, k));
  }
  return result;
}

/// "figures 1e-06 J;3 s", or "none CODE REASON".
std::string Evaluation::record_of(const Point& point) const {
  if (point.figures.empty()) return std::string(reason_mark) + point.code + ' ' + point.reason;
  std::string record(figures_mark);
  for (std::size_t k = 0; k < point.figures.size(); ++k) {
    record += (k > 0 ? ";" : "") + base::to_string(point.figures[k]);
  }
  return record;
}

void Evaluation::read_record(Point& point, const std::string& record) const {
  if (record.starts_with(reason_mark)) {
    const std::size_t space = record.find(' ', reason_mark.size());
    point.code = record.substr(reason_mark.size(), space - reason_mark.size());
    if (space != std::string::npos) point.reason = record.substr(space + 1);
    return;
  }
  std::size_t begin = figures_mark.size();
  while (record.starts_with(figures_mark) && begin <= record.size()) {
    const std::size_t end = std::min(record.find(';', begin), record.size());
    point.figures.push_back(base::parse_quantity(record.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (point.figures.size() == space_.figures.size()) return;
  throw Error("exploration.log", "a record of '" + options_.log.string() + "' has no figures",
              "delete the log to start again", {options_.log.string(), 0, 0});
}

void Evaluation::finish() {
  if (log_ != nullptr) log_->finish();
}

}  // namespace neucasl::exploration
