#include "importance.hpp"

#include <algorithm>
#include <numeric>

#include "neucasl/sampling/design_point.hpp"

namespace neucasl::sampling {
namespace {

constexpr std::uint64_t pilot_samples = 500;
constexpr std::uint64_t least_samples = 1000;
constexpr std::uint64_t most_samples = 30000;
constexpr double least_effective = 50.0;
constexpr double most_shape = 0.7;
constexpr double most_of_one = 0.1;  ///< Share of the estimate in one point.

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

void diagnose(const ImportanceRun& run, ProbabilityEstimate& result) {
  const double sum = sum_of(run.weights);
  double squares = 0.0;
  for (const double weight : run.weights) squares += weight * weight;
  result.effective_samples = squares > 0.0 ? sum * sum / squares : 0.0;
  if (result.effective_samples < least_effective) {
    refuse(result, "effective-samples",
           "the weights tell as much as " + std::to_string(result.effective_samples) +
               " failures of equal weight, fewer than " + std::to_string(least_effective));
    return;
  }
  const double largest = *std::max_element(run.weights.begin(), run.weights.end());
  const double shape = pareto_shape(run.weights);
  if (largest > most_of_one * sum || shape > most_shape) {
    refuse(result, "weight-tail",
           "the largest weights carry too much: one of them " +
               std::to_string(100.0 * largest / sum) + " % of the estimate, Pareto shape " +
               std::to_string(shape));
  }
}

}  // namespace

double pareto_shape(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t tail = std::max<std::size_t>(5, values.size() / 5);
  const double base = values[values.size() - tail - 1];
  std::vector<double> x;
  for (std::size_t k = values.size() - tail; k < values.size(); ++k) x.push_back(values[k] - base);
  const auto n = static_cast<double>(x.size());
  const double quartile = x[(x.size() + 2) / 4 - 1];
  // Nearly equal values make no tail, however their small differences are spread.
  constexpr double least_excess = 0.1;
  if (x.back() <= least_excess * base || !(quartile > 0.0)) return 0.0;
  // Profile likelihood of theta over a grid, whose mean by the likelihood gives the shape.
  constexpr double prior = 3.0;
  const std::size_t grid = 30 + static_cast<std::size_t>(std::sqrt(n));
  const auto shape_at = [&](double theta) {
    double sum = 0.0;
    for (const double value : x) sum += std::log1p(-theta * value);
    return sum / n;
  };
  std::vector<double> thetas;
  std::vector<double> likelihoods;
  for (std::size_t j = 1; j <= grid; ++j) {
    const double root = std::sqrt(static_cast<double>(grid) / (static_cast<double>(j) - 0.5));
    const double theta = 1.0 / x.back() + (1.0 - root) / (prior * quartile);
    const double shape = shape_at(theta);
    thetas.push_back(theta);
    likelihoods.push_back(n * (std::log(-theta / shape) - shape - 1.0));
  }
  const double most = *std::max_element(likelihoods.begin(), likelihoods.end());
  double sum = 0.0;
  double theta = 0.0;
  for (std::size_t j = 0; j < grid; ++j) {
    const double weight = std::exp(likelihoods[j] - most);
    sum += weight;
    theta += weight * thetas[j];
  }
  return shape_at(theta / sum);
}

ImportanceRun importance_run(Evaluator& limit, const Proposal& proposal, std::uint64_t samples,
                             std::string_view purpose) {
  const std::size_t d = limit.dimension();
  ImportanceRun run;
  run.samples = samples;
  std::vector<double> points;
  std::vector<double> margins;
  for (std::uint64_t first = 0; first < samples; first += batch) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(batch, samples - first));
    points.resize(count * d);
    margins.resize(count);
    proposal.draw(limit.seed(), purpose, first, points);
    limit.evaluate(points, margins);
    for (std::size_t k = 0; k < count; ++k) {
      if (margins[k] > 0.0) continue;
      const std::span<const double> u = row(points, d, k);
      run.weights.push_back(proposal.weight(u));
      run.failures.insert(run.failures.end(), u.begin(), u.end());
    }
  }
  const auto n = static_cast<double>(samples);
  double squares = 0.0;
  run.probability = sum_of(run.weights) / n;
  for (const double weight : run.weights) squares += weight * weight;
  if (run.probability > 0.0) {
    const double variance = (squares - n * run.probability * run.probability) / (n - 1.0);
    run.variation = std::sqrt(std::max(0.0, variance)) / run.probability;
  }
  return run;
}

ProbabilityEstimate importance_estimate(Evaluator& limit, const Method& method,
                                        const Proposal& proposal, std::string_view purpose,
                                        ImportanceRun& run) {
  ProbabilityEstimate result;
  result.interval_supported = true;
  const std::string name(purpose);
  if (limit.left() < pilot_samples + least_samples) {
    refuse(result, "budget", "the evaluations allowed do not suffice for importance sampling");
    return result;
  }
  const ImportanceRun pilot = importance_run(limit, proposal, pilot_samples, name + "/pilot");
  // Half of what the confidence leaves is for the scatter, half for regions that the check misses.
  const double confidence = 0.5 * (1.0 + limit.confidence());
  const double wanted =
      std::pow(two_sided_deviate(confidence) * pilot.variation / method.relative_width, 2);
  const auto samples = static_cast<std::uint64_t>(
      std::clamp(wanted, static_cast<double>(least_samples), static_cast<double>(most_samples)));
  // More than the most would not do: what there is tells as much.
  run = importance_run(limit, proposal,
                       samples == most_samples ? least_samples : std::min(samples, limit.left()),
                       name);
  if (run.weights.empty()) {
    refuse(result, "no-failure", "importance sampling met no failure");
    return result;
  }
  const auto n = static_cast<double>(run.samples);
  const double half =
      base::student_quantile(confidence, n - 1.0) * run.variation * run.probability / std::sqrt(n);
  result.probability = run.probability;
  result.low = std::max(0.0, run.probability - half);
  result.high = std::min(1.0, run.probability + half);
  keep_failures(result, run.failures, limit.dimension(), run.weights);
  diagnose(run, result);
  return result;
}

void check_against(const SubsetRun& subset, const Proposal& proposal, const ImportanceRun& run,
                   std::size_t dimension, ProbabilityEstimate& estimate) {
  if (run.weights.empty()) return;
  // A failing point with a weight far beyond all seen belongs to a region that was not sampled.
  constexpr double far_beyond = 3.0;
  constexpr double most_uncovered = 0.025;
  const double largest = *std::max_element(run.weights.begin(), run.weights.end());
  const std::size_t count = subset.failures.size() / dimension;
  std::size_t uncovered = 0;
  for (std::size_t k = 0; k < count; ++k) {
    if (proposal.weight(row(subset.failures, dimension, k)) > far_beyond * largest) ++uncovered;
  }
  if (static_cast<double>(uncovered) > most_uncovered * static_cast<double>(count)) {
    refuse(estimate, "missed-mode",
           std::to_string(uncovered) + " of " + std::to_string(count) +
               " failing points of an independent subset simulation lie where importance sampling "
               "does not reach");
  }
  // Levels share points, which the variation of subset simulation leaves out.
  constexpr double inflation = 1.3;
  constexpr double most_deviations = 3.5;
  const double own = run.variation / std::sqrt(static_cast<double>(run.samples));
  const double deviation = std::hypot(inflation * subset.variation, own);
  if (std::abs(std::log(run.probability / subset.probability)) > most_deviations * deviation) {
    refuse(estimate, "disagreement",
           "an independent subset simulation gives " +
               std::to_string(subset.probability / run.probability) + " times the probability");
  }
}

void check_by_subset(Evaluator& limit, const Method& method, const Proposal& proposal,
                     const ImportanceRun& run, ProbabilityEstimate& estimate) {
  const SubsetRun subset = explore(limit, method, "sampling/check");
  if (!subset.complete) {
    refuse(estimate, "few-levels",
           "the subset simulation that would find missed modes did not get to failure");
    return;
  }
  check_against(subset, proposal, run, limit.dimension(), estimate);
}

void add_design_point(std::vector<DesignPoint>& points, const DesignPoint& point) {
  constexpr double least_distance = 0.5;
  for (const DesignPoint& known : points) {
    double squares = 0.0;
    for (std::size_t i = 0; i < point.u.size(); ++i) {
      squares += std::pow(point.u[i] - known.u[i], 2);
    }
    if (squares < least_distance * least_distance) return;
  }
  points.push_back(point);
}

Proposal mixture(const std::vector<DesignPoint>& points, std::size_t dimension,
                 double defensive_share) {
  std::vector<Component> components;
  if (defensive_share > 0.0)
    components.push_back({Component::Kind::origin, defensive_share, {}, {}, 0.0});
  const double share = (1.0 - defensive_share) / static_cast<double>(points.size());
  for (const DesignPoint& point : points) {
    components.push_back({Component::Kind::shifted, share, point.u, {}, 0.0});
  }
  return {dimension, std::move(components)};
}

}  // namespace neucasl::sampling
