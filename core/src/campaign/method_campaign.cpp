#include "method_campaign.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/sampling/estimate.hpp"
#include "samples.hpp"

namespace neucasl::campaign {
namespace {

/// Margin of a sample without the value that a limit needs: missed by the bound's own size.
constexpr double margin_without_value = -1.0;

/// Evaluations are numbered in the order in which the method asks for them.
class CampaignLimitState final : public sampling::LimitState {
 public:
  CampaignLimitState(const Campaign& campaign, const SampleModel& model, WorkerPool& pool,
                     Ledger& ledger)
      : model_(model), pool_(pool), ledger_(ledger), limits_(campaign.limits, model.outputs()) {}

  [[nodiscard]] std::size_t dimension() const override { return model_.dimension(); }

  void evaluate(std::span<const double> u, std::span<double> margins) override {
    const std::size_t d = dimension();
    std::vector<Unit> units;
    for (std::size_t begin = 0; begin < margins.size(); begin += model_.unit()) {
      const std::size_t count = std::min(model_.unit(), margins.size() - begin);
      const std::span<const double> part = u.subspan(begin * d, count * d);
      units.push_back({outcome_.samples + begin, count, {part.begin(), part.end()}});
    }
    const std::vector<UnitOutcome> outcomes = ledger_.outcomes(units, pool_, [](std::size_t) {});
    outcome_.normals.insert(outcome_.normals.end(), u.begin(), u.end());
    std::size_t i = 0;
    for (const UnitOutcome& unit : outcomes) {
      for (const SampleOutcome& sample : unit) margins[i++] = add(sample);
    }
  }

  Outcome take() { return std::move(outcome_); }

 private:
  double add(const SampleOutcome& sample) {
    add_sample(sample, limits_, model_.outputs().size(), outcome_);
    const double margin = outcome_.margins.back();
    if (std::isinf(margin)) return std::copysign(margin_without_value, margin);
    // Both ends of a limit are good, of a limit state only what is above 0.
    return margin == 0.0 ? std::numeric_limits<double>::min() : margin;
  }

  const SampleModel& model_;
  WorkerPool& pool_;
  Ledger& ledger_;
  Limits limits_;
  Outcome outcome_;
};

template <class Number>
Number option_value(const base::XmlAttribute& option, double least, double most,
                    const base::Location& where) {
  const double value = base::parse_si(option.value, base::dimension::none, where);
  if (value >= least && value <= most) return static_cast<Number>(value);
  throw base::Error("campaign.method", option.name + " is " + base::shortest(value),
                    "give " + base::shortest(least) + " to " + base::shortest(most), where);
}

sampling::Method method_of(const Campaign& campaign) {
  sampling::Method method;
  try {
    method.kind = sampling::method_kind(campaign.method);
  } catch (const base::Error& error) {
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.where = campaign.where;
    throw base::Error(std::move(diagnostic));
  }
  method.samples = campaign.samples;
  const base::Location& where = campaign.where;
  for (const base::XmlAttribute& option : campaign.method_options) {
    if (option.name == "most_evaluations") {
      method.most_evaluations = option_value<std::uint64_t>(option, 1.0, 1e12, where);
    } else if (option.name == "relative_width") {
      method.relative_width = option_value<double>(option, 1e-6, 10.0, where);
    } else if (option.name == "level_samples") {
      method.level_samples = option_value<std::size_t>(option, 10.0, 1e9, where);
    } else if (option.name == "level_probability") {
      method.level_probability = option_value<double>(option, 1e-3, 0.5, where);
    } else if (option.name == "repetitions") {
      method.repetitions = option_value<std::size_t>(option, 1.0, 1e6, where);
    } else if (option.name == "defensive_share") {
      method.defensive_share = option_value<double>(option, 0.0, 1.0, where);
    } else {
      throw base::Error(
          "campaign.method", "unknown option '" + option.name + "'",
          base::suggest(option.name, {"most_evaluations", "relative_width", "level_samples",
                                      "level_probability", "repetitions", "defensive_share"}),
          where);
    }
  }
  return method;
}

/// How far failing samples lie from the centre, in standard deviations of each input.
std::vector<double> failure_shift(const sampling::ProbabilityEstimate& estimate,
                                  std::size_t dimension) {
  if (estimate.failures.empty()) return {};
  std::vector<double> shift(dimension, 0.0);
  for (const sampling::Failure& failure : estimate.failures) {
    for (std::size_t i = 0; i < dimension; ++i) shift[i] += failure.share * failure.u[i];
  }
  return shift;
}

}  // namespace

Outcome run_method(const Campaign& campaign, const SampleModel& model, WorkerPool& pool,
                   const RunOptions& options) {
  const sampling::Method method = method_of(campaign);
  if (model.dimension() == 0) {
    throw base::Error("campaign.method",
                      "method '" + campaign.method + "' needs a model with inputs",
                      "use monte-carlo: chips draw by seed and sample", campaign.where);
  }
  if (campaign.interval_width > 0.0) {
    throw base::Error("campaign.method", "interval_width is for monte-carlo",
                      "leave it out; <method relative_width=\"...\"/> is for the others",
                      campaign.where);
  }
  Ledger ledger(options.log, key_of(campaign, model), options.resume, model.outputs().size());
  CampaignLimitState limit(campaign, model, pool, ledger);
  const sampling::ProbabilityEstimate estimate = sampling::estimate(
      limit, method, {campaign.seed, campaign.confidence, options.cancel, options.progress});
  ledger.finish();
  Outcome outcome = limit.take();
  require_result(outcome, campaign);
  outcome.method = estimate.method;
  outcome.population = method.kind == sampling::MethodKind::latin_hypercube ||
                       method.kind == sampling::MethodKind::sobol;
  outcome.failure_shift = failure_shift(estimate, model.dimension());
  outcome.yield = estimate_yield(outcome.margins, campaign.confidence);
  outcome.yield.yield = 1.0 - estimate.probability;
  outcome.failure_probability = estimate.probability;
  outcome.effective_samples = estimate.effective_samples;
  outcome.warnings = estimate.warnings;
  if (estimate.interval_supported) {
    outcome.failure_low = estimate.low;
    outcome.failure_high = estimate.high;
  } else {
    std::string reasons;
    for (const std::string& reason : estimate.reasons) {
      reasons += (reasons.empty() ? "" : ", ") + reason;
    }
    outcome.warnings.push_back("no interval is supported by the diagnostics (" + reasons + ")");
    outcome.failure_low = 0.0;
    outcome.failure_high = 1.0;
  }
  outcome.yield.low = 1.0 - outcome.failure_high;
  outcome.yield.high = 1.0 - outcome.failure_low;
  return outcome;
}

}  // namespace neucasl::campaign
