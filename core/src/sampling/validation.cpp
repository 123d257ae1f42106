#include "neucasl/sampling/validation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

namespace neucasl::sampling {

bool silent_error(const ProbabilityEstimate& estimate, double exact) {
  if (!estimate.interval_supported) return false;
  constexpr double widths = 2.5;
  if (estimate.probability <= 0.0) return exact > widths * estimate.high;
  // An end at 0 excludes nothing below.
  return exact > estimate.probability * std::pow(estimate.high / estimate.probability, widths) ||
         exact < estimate.probability * std::pow(estimate.low / estimate.probability, widths);
}

ValidationRow validate(const KnownProblem& problem, const Method& method,
                       const ValidationOptions& options) {
  std::vector<ProbabilityEstimate> estimates(options.seeds);
  std::mutex mutex;
  std::size_t finished = 0;
  base::parallel_for(options.seeds, options.threads, options.cancel, [&](std::size_t k) {
    EstimateOptions one;
    one.seed = k + 1;
    one.confidence = options.confidence;
    one.cancel = options.cancel;
    const std::unique_ptr<LimitState> limit = problem.make();
    estimates[k] = estimate(*limit, method, one);
    estimates[k].failures.clear();
    const std::lock_guard lock(mutex);
    ++finished;
    if (options.progress) options.progress("seeds", finished, options.seeds);
  });
  ValidationRow result;
  result.problem = problem.name;
  result.method = to_string(method.kind);
  result.exact = problem.exact;
  result.seeds = options.seeds;
  std::vector<double> widths;
  for (const ProbabilityEstimate& one : estimates) {
    result.evaluations += static_cast<double>(one.evaluations) / static_cast<double>(options.seeds);
    if (silent_error(one, problem.exact)) ++result.silent_errors;
    if (!one.interval_supported) continue;
    ++result.supported;
    if (one.low <= problem.exact && problem.exact <= one.high) ++result.inside;
    widths.push_back(0.5 * (one.high - one.low) / problem.exact);
  }
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  result.inside_rate =
      widths.empty() ? none
                     : static_cast<double>(result.inside) / static_cast<double>(result.supported);
  result.relative_width = widths.empty() ? none : base::quantile(widths, 0.5);
  return result;
}

}  // namespace neucasl::sampling
