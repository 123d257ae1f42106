#include <algorithm>

#include "importance.hpp"

namespace neucasl::sampling {
namespace {

constexpr std::size_t most_fitted_levels = 40;
constexpr std::size_t most_dimension_of_covariance = 3;
/// Keeps a fitted covariance from shrinking the tails of the proposal below those of the target.
constexpr double least_variance = 0.04;

Component standard(std::size_t d) {
  Component result;
  result.kind = Component::Kind::shifted;
  result.mean.assign(d, 0.0);
  return result;
}

/// The normal law of least cross entropy from the weighted points: their mean and, in few
/// dimensions, their covariance.
Component fitted(std::span<const double> points, const std::vector<double>& weights,
                 std::size_t d) {
  double sum = 0.0;
  for (const double weight : weights) sum += weight;
  Component result = standard(d);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    for (std::size_t i = 0; i < d; ++i) result.mean[i] += weights[k] / sum * points[k * d + i];
  }
  if (d > most_dimension_of_covariance) return result;
  std::vector<double> covariance(d * d, 0.0);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    for (std::size_t i = 0; i < d; ++i) {
      for (std::size_t j = 0; j < d; ++j) {
        covariance[i * d + j] += weights[k] / sum * (points[k * d + i] - result.mean[i]) *
                                 (points[k * d + j] - result.mean[j]);
      }
    }
  }
  for (std::size_t i = 0; i < d; ++i) covariance[i * d + i] += least_variance;
  result.factor = cholesky(covariance, d);
  if (!result.factor.empty()) result.kind = Component::Kind::normal;
  return result;
}

/// The parameters of the next level (P.-T. de Boer, D. Kroese, S. Mannor and R. Rubinstein, Ann.
/// Oper. Res. 134:19, 2005), until failures are no longer rare under the law.
bool find_law(Evaluator& limit, const Method& method, Component& law) {
  const std::size_t d = limit.dimension();
  // More parameters want more samples.
  const std::size_t count = std::max(method.level_samples, 20 * d);
  std::size_t refinements = 2;  ///< Levels after the first that got to failure.
  std::vector<double> points(count * d);
  std::vector<double> margins(count);
  for (std::size_t level = 0; level < most_fitted_levels; ++level) {
    if (limit.left() < count) return false;
    const Proposal proposal(d, {law});
    proposal.draw(limit.seed(), "sampling/cross-entropy/" + std::to_string(level), 0, points);
    limit.evaluate(points, margins);
    std::vector<double> sorted = margins;
    const auto place =
        static_cast<std::ptrdiff_t>(method.level_probability * static_cast<double>(count));
    std::nth_element(sorted.begin(), sorted.begin() + place, sorted.end());
    const double threshold = std::max(0.0, sorted[static_cast<std::size_t>(place)]);
    std::vector<double> elite;
    std::vector<double> weights;
    for (std::size_t k = 0; k < count; ++k) {
      if (margins[k] > threshold) continue;
      const std::span<const double> u = row(points, d, k);
      elite.insert(elite.end(), u.begin(), u.end());
      weights.push_back(proposal.weight(u));
    }
    law = fitted(elite, weights, d);
    if (threshold == 0.0 && refinements-- == 0) return true;
  }
  return false;
}

}  // namespace

ProbabilityEstimate estimate_cross_entropy(Evaluator& limit, const Method& method) {
  const std::size_t d = limit.dimension();
  Component law = standard(d);
  ProbabilityEstimate result;
  if (!find_law(limit, method, law)) {
    result.method = "cross-entropy";
    refuse(result, "not-converged",
           "the levels of the cross entropy method did not get to failure");
    return result;
  }
  law.share = 1.0 - method.defensive_share;
  const Proposal proposal(
      d, {{Component::Kind::origin, method.defensive_share, {}, {}, 0.0}, std::move(law)});
  ImportanceRun run;
  result = importance_estimate(limit, method, proposal, "sampling/cross-entropy", run);
  result.method = "cross-entropy";
  if (!run.weights.empty()) check_by_subset(limit, method, proposal, run, result);
  return result;
}

}  // namespace neucasl::sampling
