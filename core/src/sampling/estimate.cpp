#include "neucasl/sampling/estimate.hpp"

#include <algorithm>
#include <array>

#include "methods.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/normal_distribution.hpp"

namespace neucasl::sampling {
namespace {

struct Entry {
  MethodKind kind;
  std::string_view name;
  ProbabilityEstimate (*run)(Evaluator&, const Method&);
  bool bounds_failed_evaluations = false;  ///< By itself, both ways.
};

constexpr std::array<Entry, 11> entries{{
    {MethodKind::automatic, "auto", estimate_automatic},
    {MethodKind::monte_carlo, "monte-carlo", estimate_monte_carlo, true},
    {MethodKind::latin_hypercube, "latin-hypercube", estimate_latin_hypercube, true},
    {MethodKind::sobol, "sobol", estimate_sobol, true},
    {MethodKind::control_variate, "control-variate", estimate_control_variate},
    {MethodKind::mean_shift, "mean-shift", estimate_mean_shift},
    {MethodKind::defensive_mixture, "defensive-mixture", estimate_defensive_mixture},
    {MethodKind::cross_entropy, "cross-entropy", estimate_cross_entropy},
    {MethodKind::subset_simulation, "subset", estimate_subset_simulation},
    {MethodKind::scaled_sigma, "scaled-sigma", estimate_scaled_sigma},
    {MethodKind::form, "form", estimate_form},
}};

const Entry& entry_of(MethodKind kind) { return entries[static_cast<std::size_t>(kind)]; }

[[noreturn]] void method_error(const std::string& what, const std::string& remedy) {
  throw base::Error("sampling.method", what, remedy);
}

void check(const Method& method, double confidence) {
  if (!(confidence > 0.0 && confidence < 1.0)) {
    method_error("a confidence of " + std::to_string(confidence), "give one between 0 and 1");
  }
  if (method.samples < 100 || method.most_evaluations < 100) {
    method_error("fewer than 100 evaluations", "give at least 100");
  }
  if (!(method.relative_width > 0.0 && method.relative_width < 1.0)) {
    method_error("a relative width of " + std::to_string(method.relative_width),
                 "give one between 0 and 1");
  }
  if (!(method.level_probability > 0.0 && method.level_probability <= 0.5)) {
    method_error("a level probability of " + std::to_string(method.level_probability),
                 "give at most 0.5");
  }
  if (static_cast<double>(method.level_samples) * method.level_probability < 10.0) {
    method_error("fewer than 10 samples that go from a level to the next",
                 "raise the samples of a level or its probability");
  }
  if (!(method.defensive_share > 0.0 && method.defensive_share < 1.0)) {
    method_error("a defensive share of " + std::to_string(method.defensive_share),
                 "give one between 0 and 1");
  }
  if (method.repetitions < 4 || method.repetitions * 10 > method.samples) {
    method_error(std::to_string(method.repetitions) + " repetitions of " +
                     std::to_string(method.samples) + " samples",
                 "give at least 4, of 10 samples each");
  }
}

void check(const LimitState& limit, const Method& method) {
  if (limit.dimension() == 0) {
    throw base::Error("sampling.limit-state", "a limit state of no dimension", "give at least one");
  }
  if (method.kind != MethodKind::control_variate) return;
  if (method.control == nullptr || method.control_samples < 100) {
    method_error("control-variate without a control, or with fewer than 100 samples of it",
                 "give a cheap limit state of the same inputs");
  }
  if (method.control->dimension() != limit.dimension()) {
    throw base::Error("sampling.limit-state",
                      "a control of dimension " + std::to_string(method.control->dimension()) +
                          " for a limit state of dimension " + std::to_string(limit.dimension()),
                      "give them the same inputs");
  }
}

/// With failed evaluations taken for good, or for bad.
ProbabilityEstimate run(LimitState& limit, const Method& method, const EstimateOptions& options,
                        double failed_margin) {
  Evaluator evaluator(limit, options, method.most_evaluations, failed_margin);
  ProbabilityEstimate result = entry_of(method.kind).run(evaluator, method);
  result.confidence = options.confidence;
  result.evaluations = evaluator.evaluations();
  result.failed_evaluations = evaluator.failed();
  if (evaluator.failed() == evaluator.evaluations()) {
    throw base::Error("sampling.failed-evaluations",
                      "none of " + std::to_string(evaluator.evaluations()) +
                          " evaluations of the limit state succeeded",
                      "look at one of them");
  }
  return result;
}

/// Joins an estimate with failed evaluations good and the one with them bad.
void widen(ProbabilityEstimate& good, const ProbabilityEstimate& bad) {
  good.low = std::min(good.low, bad.low);
  good.high = std::max(good.high, bad.high);
  good.evaluations += bad.evaluations;
  good.failed_evaluations += bad.failed_evaluations;
  good.interval_supported = good.interval_supported && bad.interval_supported;
  for (const std::string& reason : bad.reasons) {
    if (std::find(good.reasons.begin(), good.reasons.end(), reason) == good.reasons.end()) {
      good.reasons.push_back(reason);
    }
  }
}

}  // namespace

std::string_view to_string(MethodKind kind) { return entry_of(kind).name; }

MethodKind method_kind(std::string_view name) {
  std::vector<std::string> known;
  known.reserve(entries.size());
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry.kind;
    known.emplace_back(entry.name);
  }
  method_error("unknown method '" + std::string(name) + "'", base::suggest(name, known));
}

const std::vector<MethodKind>& all_methods() {
  static const std::vector<MethodKind> kinds = [] {
    std::vector<MethodKind> result;
    result.reserve(entries.size());
    for (const Entry& entry : entries) result.push_back(entry.kind);
    return result;
  }();
  return kinds;
}

double two_sided_deviate(double confidence) {
  return -base::normal_quantile(0.5 * (1.0 - confidence));
}

void refuse(ProbabilityEstimate& estimate, const std::string& reason, const std::string& sentence) {
  estimate.interval_supported = false;
  estimate.reasons.push_back(reason);
  estimate.warnings.push_back(sentence);
}

void keep_failures(ProbabilityEstimate& estimate, std::span<const double> points,
                   std::size_t dimension, std::span<const double> weights) {
  constexpr std::size_t most = 500;
  const std::size_t count = points.size() / dimension;
  const std::size_t stride = (count + most - 1) / most;
  estimate.failures.clear();
  double sum = 0.0;
  for (std::size_t k = 0; k < count; k += stride) {
    const std::span<const double> u = row(points, dimension, k);
    estimate.failures.push_back({{u.begin(), u.end()}, weights.empty() ? 1.0 : weights[k]});
    sum += estimate.failures.back().share;
  }
  for (Failure& failure : estimate.failures) failure.share /= sum;
}

ProbabilityEstimate estimate(LimitState& limit, const Method& method,
                             const EstimateOptions& options) {
  check(method, options.confidence);
  check(limit, method);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  ProbabilityEstimate good = run(limit, method, options, infinity);
  if (good.failed_evaluations == 0) return good;
  if (!entry_of(method.kind).bounds_failed_evaluations) {
    widen(good, run(limit, method, options, -infinity));
  }
  good.warnings.push_back(std::to_string(good.failed_evaluations) + " of " +
                          std::to_string(good.evaluations) +
                          " evaluations failed; the interval spans their being good and bad");
  return good;
}

}  // namespace neucasl::sampling
