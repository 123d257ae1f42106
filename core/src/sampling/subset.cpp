#include "subset.hpp"

#include <algorithm>
#include <numeric>

#include "neucasl/base/random.hpp"

namespace neucasl::sampling {
namespace {

constexpr double wanted_acceptance = 0.44;
constexpr double first_scale = 0.6;
constexpr std::size_t most_levels = 60;

/// Samples of a level with their margins.
struct Population {
  std::vector<double> points;
  std::vector<double> margins;
};

/// Markov chains that stay below a threshold, advanced together.
class Chains {
 public:
  Chains(Evaluator& limit, Population seeds, double threshold, std::string purpose)
      : limit_(limit),
        now_(std::move(seeds)),
        threshold_(threshold),
        purpose_(std::move(purpose)) {}

  [[nodiscard]] const Population& now() const { return now_; }

  /// Advances the first `count` chains; returns the share that moved.
  double step(std::size_t count, std::span<const double> deviations) {
    const std::size_t d = limit_.dimension();
    proposed_.resize(count * d);
    margins_.resize(count);
    normal_points(limit_.seed(), purpose_, drawn_, d, proposed_);
    drawn_ += count;
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t i = 0; i < d; ++i) {
        const double s = deviations[i];
        double& u = proposed_[k * d + i];
        u = std::sqrt(1.0 - s * s) * now_.points[k * d + i] + s * u;
      }
    }
    limit_.evaluate(proposed_, margins_);
    std::size_t moved = 0;
    for (std::size_t k = 0; k < count; ++k) {
      if (margins_[k] > threshold_) continue;
      ++moved;
      now_.margins[k] = margins_[k];
      std::copy_n(proposed_.begin() + static_cast<std::ptrdiff_t>(k * d), d,
                  now_.points.begin() + static_cast<std::ptrdiff_t>(k * d));
    }
    return static_cast<double>(moved) / static_cast<double>(count);
  }

 private:
  Evaluator& limit_;
  Population now_;
  double threshold_;
  std::string purpose_;
  std::uint64_t drawn_ = 0;
  std::vector<double> proposed_;
  std::vector<double> margins_;
};

Population first_population(Evaluator& limit, std::size_t count, std::string_view purpose,
                            std::uint64_t number) {
  Population result{std::vector<double>(count * limit.dimension()), std::vector<double>(count)};
  normal_points(limit.seed(), std::string(purpose) + "/start", number * count, limit.dimension(),
                result.points);
  limit.evaluate(result.points, result.margins);
  return result;
}

Population selected(const Population& from, const std::vector<std::size_t>& indices,
                    std::size_t d) {
  Population result;
  result.points.reserve(indices.size() * d);
  result.margins.reserve(indices.size());
  for (const std::size_t k : indices) {
    const std::span<const double> u = row(from.points, d, k);
    result.points.insert(result.points.end(), u.begin(), u.end());
    result.margins.push_back(from.margins[k]);
  }
  return result;
}

void append(Population& to, const Population& from, std::size_t count, std::size_t d) {
  to.points.insert(to.points.end(), from.points.begin(),
                   from.points.begin() + static_cast<std::ptrdiff_t>(count * d));
  to.margins.insert(to.margins.end(), from.margins.begin(),
                    from.margins.begin() + static_cast<std::ptrdiff_t>(count));
}

std::vector<std::size_t> at_most(const Population& population, double threshold) {
  std::vector<std::size_t> indices;
  for (std::size_t k = 0; k < population.margins.size(); ++k) {
    if (population.margins[k] <= threshold) indices.push_back(k);
  }
  return indices;
}

void shuffle(std::vector<std::size_t>& indices, base::RandomStream random) {
  for (std::size_t k = indices.size(); k > 1; --k) {
    std::swap(indices[k - 1], indices[random.below(static_cast<std::uint32_t>(k))]);
  }
}

/// Of each input over the points, but at most 1.
std::vector<double> spreads(const Population& points, std::size_t d) {
  const auto count = static_cast<double>(points.margins.size());
  std::vector<double> result(d);
  for (std::size_t i = 0; i < d; ++i) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t k = 0; k < points.margins.size(); ++k) {
      const double u = points.points[k * d + i];
      sum += u;
      squares += u * u;
    }
    const double variance = squares / count - (sum / count) * (sum / count);
    result[i] = std::min(1.0, std::sqrt(std::max(0.0, variance)));
  }
  return result;
}

/// Squared coefficient of variation of the share of samples at most at the threshold. The samples
/// are the states of `chains` chains, step after step; 0: independent.
double squared_variation(const Population& population, double threshold, std::size_t chains) {
  const std::size_t count = population.margins.size();
  const auto n = static_cast<double>(count);
  const auto inside = [&](std::size_t k) { return population.margins[k] <= threshold ? 1.0 : 0.0; };
  double share = 0.0;
  for (std::size_t k = 0; k < count; ++k) share += inside(k) / n;
  if (share <= 0.0) return std::numeric_limits<double>::infinity();
  const double variance = share * (1.0 - share);
  double correlation = 0.0;
  const std::size_t steps = chains == 0 ? 1 : count / chains;
  for (std::size_t lag = 1; lag < steps && variance > 0.0; ++lag) {
    double product = 0.0;
    for (std::size_t k = lag * chains; k < count; ++k)
      product += inside(k) * inside(k - lag * chains);
    const double pairs = static_cast<double>(count - lag * chains);
    const double weight = 1.0 - static_cast<double>(lag) / static_cast<double>(steps);
    correlation += 2.0 * weight * (product / pairs - share * share) / variance;
  }
  return variance / (share * share * n) * std::max(1.0, 1.0 + correlation);
}

/// The next level from this one: chains from `seeds`, each of them a state of its chain.
Population next_level(Evaluator& limit, const Population& seeds, SubsetLevel& level, double& scale,
                      std::size_t steps, const std::string& purpose) {
  const std::size_t d = limit.dimension();
  const std::size_t chains = seeds.margins.size();
  const std::vector<double> widths = spreads(seeds, d);
  Chains walk(limit, seeds, level.threshold, purpose);
  Population result = seeds;
  level.deviations.assign(d, 0.0);
  for (std::size_t step = 1; step < steps; ++step) {
    for (std::size_t i = 0; i < d; ++i) level.deviations[i] = std::min(1.0, scale * widths[i]);
    const double moved = walk.step(chains, level.deviations);
    scale *= std::exp((moved - wanted_acceptance) / std::sqrt(static_cast<double>(step)));
    append(result, walk.now(), chains, d);
  }
  return result;
}

}  // namespace

SubsetRun adaptive_subset(Evaluator& limit, const Method& method, std::string_view purpose) {
  const std::size_t d = limit.dimension();
  const auto chains = static_cast<std::size_t>(method.level_probability *
                                               static_cast<double>(method.level_samples));
  const std::size_t steps = method.level_samples / chains;
  SubsetRun run;
  if (limit.left() < method.level_samples) return run;
  Population now = first_population(limit, method.level_samples, purpose, 0);
  std::size_t walked = 0;  ///< Chains that made `now`.
  double scale = first_scale;
  double squares = 0.0;
  double probability = 1.0;
  double before = std::numeric_limits<double>::infinity();
  for (;;) {
    const auto count = static_cast<double>(now.margins.size());
    std::vector<double> sorted = now.margins;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(chains) - 1,
                     sorted.end());
    const double threshold = std::max(0.0, sorted[chains - 1]);
    std::vector<std::size_t> inside = at_most(now, threshold);
    squares += squared_variation(now, threshold, walked);
    probability *= static_cast<double>(inside.size()) / count;
    if (threshold == 0.0) {
      run.probability = probability;
      run.variation = std::sqrt(squares);
      run.failures = selected(now, inside, d).points;
      run.complete = true;
      return run;
    }
    const bool stalls = threshold >= before || inside.size() > 2 * chains;
    if (stalls || run.levels.size() == most_levels || limit.left() < method.level_samples) {
      return run;
    }
    before = threshold;
    const std::string name = std::string(purpose) + '/' + std::to_string(run.levels.size());
    shuffle(inside, base::RandomStream(limit.seed(), name + "/order"));
    // Equal margins may make a few seeds more.
    inside.resize(chains);
    run.levels.push_back({threshold, {}});
    now = next_level(limit, selected(now, inside, d), run.levels.back(), scale, steps, name);
    walked = chains;
  }
}

namespace {

/// Appends those opposites of some failing points that fail.
void add_opposites(Evaluator& limit, std::vector<double>& failures) {
  constexpr std::size_t most = 50;
  const std::size_t d = limit.dimension();
  const std::size_t count = failures.size() / d;
  const std::size_t stride = (count + most - 1) / most;
  std::vector<double> opposites;
  for (std::size_t k = 0; k < count; k += stride) {
    for (const double u : row(failures, d, k)) opposites.push_back(-u);
  }
  std::vector<double> margins(opposites.size() / d);
  limit.evaluate(opposites, margins);
  for (std::size_t k = 0; k < margins.size(); ++k) {
    if (margins[k] > 0.0) continue;
    const std::span<const double> u = row(opposites, d, k);
    failures.insert(failures.end(), u.begin(), u.end());
  }
}

}  // namespace

SubsetRun explore(Evaluator& limit, const Method& method, const std::string& purpose) {
  constexpr double least_chains = 10.0;
  Method half = method;
  half.level_samples =
      std::max(method.level_samples / 2,
               static_cast<std::size_t>(std::ceil(least_chains / method.level_probability)));
  SubsetRun run = adaptive_subset(limit, half, purpose + "/a");
  if (!run.complete) return run;
  // Where levels are few, more samples cost little and see small regions better.
  constexpr std::size_t usual_levels = 8;
  const std::size_t factor = std::clamp<std::size_t>(usual_levels / (run.levels.size() + 1), 1, 2);
  half.level_samples *= factor;
  const SubsetRun other = adaptive_subset(limit, half, purpose + "/b");
  run.complete = other.complete;
  run.variation =
      0.5 * std::hypot(run.variation * run.probability, other.variation * other.probability);
  run.probability = 0.5 * (run.probability + other.probability);
  run.variation /= run.probability;
  run.failures.insert(run.failures.end(), other.failures.begin(), other.failures.end());
  if (run.complete) add_opposites(limit, run.failures);
  return run;
}

SubsetRun fixed_subset(Evaluator& limit, const Method& method,
                       const std::vector<SubsetLevel>& levels, std::string_view purpose,
                       std::uint64_t number) {
  const std::size_t d = limit.dimension();
  const std::size_t count = method.level_samples;
  SubsetRun run;
  Population now = first_population(limit, count, purpose, number);
  double probability = 1.0;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    std::vector<std::size_t> seeds = at_most(now, levels[l].threshold);
    probability *= static_cast<double>(seeds.size()) / static_cast<double>(now.margins.size());
    if (seeds.empty()) return run;
    const std::string name =
        std::string(purpose) + '/' + std::to_string(number) + '/' + std::to_string(l);
    // Which seeds have the longer chains must not depend on the seeds.
    shuffle(seeds, base::RandomStream(limit.seed(), name + "/order"));
    Chains walk(limit, selected(now, seeds, d), levels[l].threshold, name);
    now = {};
    std::size_t active = std::min(count, seeds.size());
    append(now, walk.now(), active, d);
    while (now.margins.size() < count) {
      active = std::min(active, count - now.margins.size());
      walk.step(active, levels[l].deviations);
      append(now, walk.now(), active, d);
    }
  }
  const std::vector<std::size_t> failing = at_most(now, 0.0);
  run.probability =
      probability * static_cast<double>(failing.size()) / static_cast<double>(now.margins.size());
  run.failures = selected(now, failing, d).points;
  run.complete = !failing.empty();
  return run;
}

ProbabilityEstimate repeated_subset(Evaluator& limit, const Method& method,
                                    const std::vector<SubsetLevel>& levels) {
  const std::size_t d = limit.dimension();
  ProbabilityEstimate result;
  std::vector<double> logarithms;
  std::vector<double> probabilities;
  std::vector<double> failures;
  const std::size_t each = method.level_samples * (levels.size() + 1);
  for (std::size_t r = 0; r < method.repetitions && limit.left() >= each; ++r) {
    const SubsetRun one = fixed_subset(limit, method, levels, "sampling/subset", r);
    probabilities.push_back(one.probability);
    if (!one.complete) continue;
    logarithms.push_back(std::log(one.probability));
    const std::size_t kept = std::min<std::size_t>(one.failures.size() / d, 60) * d;
    failures.insert(failures.end(), one.failures.begin(),
                    one.failures.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  result.method = "subset: " + std::to_string(probabilities.size()) + " repetitions of " +
                  std::to_string(levels.size() + 1) + " levels";
  if (!failures.empty()) keep_failures(result, failures, d);
  result.probability = base::mean(probabilities);
  if (probabilities.size() < 4) {
    refuse(result, "budget", "the evaluations allowed do not suffice for 4 repetitions");
    return result;
  }
  if (logarithms.size() < probabilities.size()) {
    refuse(result, "no-failure", "a repetition of subset simulation met no failure");
    return result;
  }
  // The product of many independent shares is nearly lognormal: its mean by U. Olsson, J. Stat.
  // Educ. 13(1), 2005 (modified method of Cox).
  const auto n = static_cast<double>(logarithms.size());
  const double variance = std::pow(base::standard_deviation(logarithms), 2);
  const double centre = base::mean(logarithms) + 0.5 * variance;
  const double half = base::student_quantile(limit.confidence(), n - 1.0) *
                      std::sqrt(variance / n + 0.5 * variance * variance / (n - 1.0));
  result.low = std::exp(centre - half);
  result.high = std::min(1.0, std::exp(centre + half));
  result.effective_samples = n / std::max(std::expm1(variance), 1e-12);
  result.interval_supported = true;
  constexpr double least_effective = 8.0;
  if (result.effective_samples < least_effective) {
    refuse(result, "effective-samples",
           "the repetitions of subset simulation scatter too much; raise their number or the "
           "samples of a level");
  }
  return result;
}

ProbabilityEstimate estimate_subset_simulation(Evaluator& limit, const Method& method) {
  const SubsetRun pilot = adaptive_subset(limit, method, "sampling/subset/levels");
  if (pilot.complete) return repeated_subset(limit, method, pilot.levels);
  ProbabilityEstimate result;
  result.method = "subset";
  refuse(result, "few-levels",
         "subset simulation did not get to failure: the margin does not fall gradually, or the "
         "evaluations allowed do not suffice");
  return result;
}

}  // namespace neucasl::sampling
