#include "neucasl/quantisation/study.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "neucasl/plugin/precision_audit.hpp"
#include "neucasl/precision/tolerance_search.hpp"

namespace neucasl::quantisation {
namespace {

/// A method on a task, its scores computed once.
class Studied {
 public:
  Studied(const Task& task, const StudiedMethod& studied, const NamedMethod& measured,
          const plugin::PrecisionScores& truth)
      : task_(task), method_(studied.method), request_(task.request(studied.variant)) {
    outcome.method = method_.name;
    if (method_.method->searches()) return;
    const bool known = method_.name == measured.name && studied.variant.empty();
    scores_ = known ? truth : method_.method->scores(request_, method_.parameters, task.context);
    outcome.variant = scores_->variant;
    outcome.rank_correlation = base::mean(plugin::rank_correlations(*scores_, truth));
  }

  /// Nothing when no bits keep the limit.
  std::optional<std::vector<int>> bits_under(double limit) {
    try {
      return scores_ ? allocated(task_, *scores_, limit) : searched(limit);
    } catch (const base::Error& error) {
      if (error.diagnostic().code == "precision.budget") return std::nullopt;
      throw;
    }
  }

  MethodOutcome outcome;

 private:
  std::vector<int> searched(double limit) {
    plugin::PrecisionBudget budget = task_.linear;
    budget.limit = limit;
    const plugin::PrecisionChoice choice =
        method_.method->choose(request_, budget, method_.parameters, task_.context);
    outcome.variant = choice.variant;
    std::vector<int> bits;
    bits.reserve(choice.choices.size());
    for (const std::size_t place : choice.choices) bits.push_back(task_.menu[place]);
    return bits;
  }

  const Task& task_;
  const NamedMethod& method_;
  plugin::PrecisionRequest request_;
  std::optional<plugin::PrecisionScores> scores_;
};

double judged_metric(const Task& task, const StudyOptions& options, const std::vector<int>& bits) {
  FoundBits found;
  found.bits = bits;
  const precision::PrecisionMap map = map_of(task, found);
  if (options.judged == nullptr) {
    return metric_of(task.model, judged_map(task, task.model.test, map));
  }
  std::vector<double> metrics;
  for (const auto& sums : judged_draws(task, task.model.test, map, *options.judged)) {
    metrics.push_back(metric_of(task.model, sums));
  }
  return base::mean(metrics);
}

void find_cheapest(const Task& task, const StudyOptions& options, double before, Studied& studied) {
  std::map<std::vector<int>, double> metrics;
  const auto holds = [&](const std::vector<int>& bits) {
    const double metric = metrics[bits] = judged_metric(task, options, bits);
    return task.model.language ? metric <= before * (1.0 + options.tolerance)
                               : metric >= before - options.tolerance;
  };
  const precision::ToleranceSearch search{static_cast<double>(task.menu.front()),
                                          static_cast<double>(task.menu.back()), options.steps};
  const auto found = precision::cheapest_tolerable(
      search, [&](double budget) { return studied.bits_under(budget); }, holds);
  if (!found) return;
  studied.outcome.bits = found->bits;
  studied.outcome.metric = metrics.at(found->bits);
}

/// Difference of the metrics of two maps; 0 for the same one, not a number without one.
double gain(const Task& task, const StudyOptions& options,
            const std::optional<std::vector<int>>& before,
            const std::optional<std::vector<int>>& after) {
  if (!before || !after) return std::numeric_limits<double>::quiet_NaN();
  if (*before == *after) return 0.0;
  return judged_metric(task, options, *after) - judged_metric(task, options, *before);
}

/// Of a method that found nothing.
const std::string no_variant = "-";

void put(std::ostream& out, double value) { out << ' ' << base::shortest(value); }

double taken(std::istream& in) {
  std::string word;
  if (in >> word) {
    if (word == "nan" || word == "-nan") return std::numeric_limits<double>::quiet_NaN();
    try {
      return base::parse_si(word, base::dimension::none);
    } catch (const base::Error&) {
    }
  }
  throw base::Error("quantisation.log", "a line of the log is no draw of this study",
                    "remove the log and run again");
}

std::size_t taken_count(std::istream& in) {
  const double value = taken(in);
  constexpr double most = 1e6;
  if (value >= 0.0 && value <= most) return static_cast<std::size_t>(value);
  throw base::Error("quantisation.log", "a line of the log is no draw of this study",
                    "remove the log and run again");
}

}  // namespace

DrawOutcome study_draw(const Task& task, const std::vector<StudiedMethod>& methods,
                       const NamedMethod& measured, const StudyOptions& options) {
  DrawOutcome result;
  result.metric = metric_of(task.model, judged_network(task, task.model.test));
  const plugin::PrecisionScores truth =
      measured.method->scores(task.request(""), measured.parameters, task.context);
  for (std::size_t layer = 0; layer < truth.layers(); ++layer) {
    result.sensitivity.push_back(truth.at(layer, 0));
  }
  Task rounded = task;
  rounded.storage = nullptr;
  const plugin::PrecisionScores plain_truth =
      task.storage == nullptr
          ? truth
          : measured.method->scores(rounded.request(""), measured.parameters, task.context);
  const auto loss = [&](const std::vector<int>& bits) {
    return judged_weights(task, task.model.calibration, bits).mean_loss();
  };
  const double reference = loss(allocated(task, truth, options.common_bits));
  for (const StudiedMethod& one : methods) {
    Studied studied(task, one, measured, truth);
    find_cheapest(task, options, result.metric, studied);
    const auto common = studied.bits_under(options.common_bits);
    studied.outcome.regret =
        common ? loss(*common) - reference : std::numeric_limits<double>::quiet_NaN();
    if (task.storage != nullptr && options.judged != nullptr) {
      Studied plain(rounded, one, measured, plain_truth);
      studied.outcome.rescoring_gain =
          gain(task, options, plain.bits_under(options.common_bits), common);
    }
    result.methods.push_back(std::move(studied.outcome));
  }
  return result;
}

std::string to_record(const DrawOutcome& outcome) {
  std::ostringstream out;
  out << base::shortest(outcome.metric) << ' ' << outcome.sensitivity.size();
  for (const double value : outcome.sensitivity) put(out, value);
  out << ' ' << outcome.methods.size();
  for (const MethodOutcome& one : outcome.methods) {
    out << ' ' << one.method << ' ' << (one.variant.empty() ? no_variant : one.variant) << ' '
        << one.bits.size();
    for (const int bits : one.bits) out << ' ' << bits;
    put(out, one.metric);
    put(out, one.rank_correlation);
    put(out, one.regret);
    put(out, one.rescoring_gain);
  }
  return out.str();
}

DrawOutcome draw_from_record(const std::string& record) {
  std::istringstream in(record);
  DrawOutcome result;
  result.metric = taken(in);
  for (std::size_t left = taken_count(in); left > 0; --left) {
    result.sensitivity.push_back(taken(in));
  }
  for (std::size_t left = taken_count(in); left > 0; --left) {
    MethodOutcome one;
    in >> one.method >> one.variant;
    if (one.variant == no_variant) one.variant.clear();
    for (std::size_t layers = taken_count(in); layers > 0; --layers) {
      one.bits.push_back(static_cast<int>(taken_count(in)));
    }
    one.metric = taken(in);
    one.rank_correlation = taken(in);
    one.regret = taken(in);
    one.rescoring_gain = taken(in);
    result.methods.push_back(std::move(one));
  }
  return result;
}

PositionTest position_test(const std::vector<std::vector<double>>& sensitivity, double share,
                           std::uint64_t seed) {
  PositionTest result;
  if (sensitivity.empty()) return result;
  const std::size_t layers = sensitivity.front().size();
  std::vector<double> mean_rank(layers, 0.0);
  for (const std::vector<double>& draw : sensitivity) {
    const std::vector<double> ranks = base::ranks(draw);
    for (std::size_t layer = 0; layer < layers; ++layer) {
      mean_rank[layer] += ranks[layer] / static_cast<double>(sensitivity.size());
    }
  }
  const auto side = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::lround(share * static_cast<double>(layers))));
  if (2 * side >= layers) return result;
  std::vector<double> outer;
  std::vector<double> inner;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    (layer < side || layer >= layers - side ? outer : inner).push_back(mean_rank[layer]);
  }
  constexpr std::size_t draws = 20000;
  result.outer = outer.size();
  result.outer_mean = base::mean(outer);
  result.inner_mean = base::mean(inner);
  result.p_value = base::permutation_test(outer, inner, draws, seed);
  return result;
}

}  // namespace neucasl::quantisation
