#include "evaluation.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <tuple>

#include "neucasl/base/hash.hpp"

namespace neucasl::exploration {
namespace {

using base::Error;

constexpr const char* broken_constraint = "constraint";
constexpr std::string_view figures_mark = "figures ";
constexpr std::string_view reason_mark = "none ";

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

/// A record is one line.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace

bool is_fault_of_space(const Error& error) {
  return error.diagnostic().code.starts_with("exploration.");
}

std::string reason_record(const std::string& code, const std::string& reason) {
  return std::string(reason_mark) + code + ' ' + one_line(reason);
}

std::optional<std::pair<std::string, std::string>> read_reason_record(const std::string& record) {
  if (!record.starts_with(reason_mark)) return std::nullopt;
  const std::size_t space = record.find(' ', reason_mark.size());
  if (space == std::string::npos) return std::pair(record.substr(reason_mark.size()), "");
  return std::pair(record.substr(reason_mark.size(), space - reason_mark.size()),
                   record.substr(space + 1));
}

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
  if (space.accuracy) {
    if (options.accuracy == nullptr) {
      throw Error("exploration.accuracy", "nothing runs the inferences of the space",
                  "give a source of accuracies", space.accuracy->where);
    }
    accuracies_ = std::make_unique<Accuracies>(space, designs, options);
  }
  if (options.log.empty()) return;
  log_ = std::make_unique<base::RecordLog>(
      options.log, base::sha256(log_key()),
      base::RecordLog::Form{"neucasl-exploration", "exploration.log", "exploration"});
}

std::string Evaluation::log_key() const {
  const Nsga2Settings& nsga2 = space_.search.nsga2;
  std::string key = options_.source_key + '\n' + designs_.canonical() + "search " +
                    std::string(to_string(space_.search.method));
  // More points of a sequence, or more generations, go on with fewer.
  if (space_.search.method != Method::grid) key += " seed " + std::to_string(nsga2.seed);
  if (space_.search.method == Method::nsga2) {
    key += " population " + std::to_string(nsga2.population);
    for (const double setting : {nsga2.crossover_probability, nsga2.crossover_index,
                                 nsga2.mutation_probability, nsga2.mutation_index}) {
      key += ' ' + base::shortest(setting);
    }
  }
  // A formula's figures do not depend on the inferences beside it.
  if (space_.accuracy && space_.accuracy->method == AccuracyMethod::inference) {
    key += "\naccuracy " + options_.accuracy->source_key();
  }
  return key;
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

/// Logs points when they are ready, and counts them. Called by several threads at once.
class Evaluation::Progress {
 public:
  Progress(Evaluation& evaluation, std::size_t done, std::size_t planned)
      : evaluation_(evaluation), done_(done), planned_(planned) {}

  void ready(std::size_t index) {
    if (evaluation_.log_ != nullptr) {
      evaluation_.log_->append(index, evaluation_.record_of(evaluation_.points_[index]));
    }
    const std::lock_guard lock(mutex_);
    ++done_;
    const base::ProgressListener& listener = evaluation_.options_.progress;
    if (listener) listener("points", done_, planned_);
  }

 private:
  Evaluation& evaluation_;
  std::mutex mutex_;
  std::size_t done_;
  std::size_t planned_;
};

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
  Progress progress(*this, searched_ + genes.size() - open.size(), planned);
  if (accuracies_ != nullptr && space_.accuracy->method == AccuracyMethod::inference) {
    evaluate_with_accuracies(open, progress);
  } else {
    evaluate(open, progress);
  }
  searched_ += genes.size();
  for (std::size_t i = first; i < points_.size(); ++i) judge(points_[i]);
  return indices;
}

void Evaluation::evaluate(std::span<const std::size_t> open, Progress& progress) {
  base::parallel_for(open.size(), options_.threads, options_.cancel, [&](std::size_t k) {
    Point& point = points_[open[k]];
    recording(point, [&] {
      const architecture::Architecture architecture = designs_.at(point.values);
      add_figures(point, architecture, estimated(architecture));
    });
    progress.ready(open[k]);
  });
}

/// First all estimates, then the inferences of different designs, so that no thread waits for
/// another's; in parts, which bounds the figures that are kept meanwhile.
void Evaluation::evaluate_with_accuracies(std::span<const std::size_t> open, Progress& progress) {
  constexpr std::size_t part = 16384;
  for (std::size_t begin = 0; begin < open.size(); begin += part) {
    const auto now = open.subspan(begin, std::min(part, open.size() - begin));
    std::vector<Figures> known(now.size());
    base::parallel_for(now.size(), options_.threads, options_.cancel, [&](std::size_t k) {
      Point& point = points_[now[k]];
      recording(point, [&] { known[k] = estimated(designs_.at(point.values)); });
    });
    std::vector<const Point*> asked;
    for (const std::size_t index : now) {
      if (points_[index].code.empty()) asked.push_back(&points_[index]);
    }
    accuracies_->measure(asked);
    base::parallel_for(now.size(), options_.threads, options_.cancel, [&](std::size_t k) {
      Point& point = points_[now[k]];
      if (point.code.empty()) {
        recording(point, [&] {
          const base::Quantity accuracy{accuracies_->at(point).value(), {}};
          known[k].emplace_back(accuracy_figure, accuracy);
          add_figures(point, designs_.at(point.values), std::move(known[k]));
        });
      }
      progress.ready(now[k]);
    });
  }
}

template <class Body>
void Evaluation::recording(Point& point, const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    if (is_fault_of_space(error)) throw;
    point.figures.clear();
    point.code = error.diagnostic().code;
    point.reason = one_line(error.diagnostic().message);
  }
}

Evaluation::Figures Evaluation::estimated(const architecture::Architecture& architecture) const {
  Figures known;
  for (const results::Figure& figure : estimate_(architecture)) {
    known.emplace_back(figure.key, base::Quantity{figure.value, figure.dimension});
  }
  return known;
}

void Evaluation::add_figures(Point& point, const architecture::Architecture& architecture,
                             Figures known) const {
  for (const FigureOfPoint& figure : space_.figures) {
    base::Quantity value;
    if (figure.formula.empty()) {
      value = figure_of(figure, known);
    } else {
      refuse_figure_of_estimator(figure, known);
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

void Evaluation::refuse_figure_of_estimator(const FigureOfPoint& figure,
                                            const Figures& known) const {
  for (const auto& [name, value] : known) {
    if (name != figure.name) continue;
    throw Error("exploration.formula",
                "'" + name + "' is a figure of estimator '" + space_.estimator +
                    "' and cannot have a formula",
                "give the formula another name", figure.where);
  }
}

base::Quantity Evaluation::figure_of(const FigureOfPoint& figure, const Figures& known) const {
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
  if (point.figures.empty()) return reason_record(point.code, point.reason);
  std::string record(figures_mark);
  for (std::size_t k = 0; k < point.figures.size(); ++k) {
    record += (k > 0 ? ";" : "") + base::to_string(point.figures[k]);
  }
  return record;
}

void Evaluation::read_record(Point& point, const std::string& record) const {
  if (auto failure = read_reason_record(record)) {
    std::tie(point.code, point.reason) = std::move(*failure);
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
  if (accuracies_ != nullptr) accuracies_->finish();
}

}  // namespace neucasl::exploration
