#include <algorithm>
#include <functional>
#include <numeric>

#include "methods.hpp"
#include "neucasl/base/normal_distribution.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/base/sobol.hpp"

/// \file
/// Monte Carlo methods that draw from the standard normal law itself.

namespace neucasl::sampling {
namespace {

constexpr std::size_t most_kept = 500;  ///< Failing points.

/// Writes points first, first + 1, ...
using PointSource = std::function<void(std::uint64_t first, std::span<double> points)>;

struct Count {
  std::uint64_t failures = 0;
  std::uint64_t failed_evaluations = 0;  ///< Taken for good.
  std::vector<double> points;            ///< Some of the failing ones.
};

Count count_failures(Evaluator& limit, std::uint64_t samples, const PointSource& source) {
  const std::size_t d = limit.dimension();
  Count result;
  const std::uint64_t failed_before = limit.failed_as_good();
  std::vector<double> points;
  std::vector<double> margins;
  for (std::uint64_t first = 0; first < samples; first += batch) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(batch, samples - first));
    points.resize(count * d);
    margins.resize(count);
    source(first, points);
    limit.evaluate(points, margins);
    for (std::size_t k = 0; k < count; ++k) {
      if (margins[k] > 0.0) continue;
      ++result.failures;
      if (result.points.size() >= most_kept * d) continue;
      const std::span<const double> u = row(points, d, k);
      result.points.insert(result.points.end(), u.begin(), u.end());
    }
  }
  result.failed_evaluations = limit.failed_as_good() - failed_before;
  return result;
}

/// Failed evaluations are good at the low end and bad at the high one.
ProbabilityEstimate binomial(const Count& count, std::uint64_t samples, const Evaluator& limit) {
  ProbabilityEstimate result;
  result.probability = static_cast<double>(count.failures) / static_cast<double>(samples);
  result.low = base::clopper_pearson(count.failures, samples, limit.confidence()).low;
  result.high =
      base::clopper_pearson(count.failures + count.failed_evaluations, samples, limit.confidence())
          .high;
  result.effective_samples = static_cast<double>(count.failures);
  result.interval_supported = true;
  if (count.failures == 0) result.warnings.emplace_back("no failure was seen");
  if (count.failures > 0) keep_failures(result, count.points, limit.dimension());
  return result;
}

/// From independent repetitions of a design of points, by how they scatter. A few failures do not
/// tell that: then by the binomial law, if designs scatter no more than it.
ProbabilityEstimate repeated(
    Evaluator& limit, const Method& method, bool at_most_binomial,
    const std::function<PointSource(std::uint64_t, std::uint64_t)>& design) {
  constexpr std::uint64_t least_failures = 5;  ///< Of each repetition.
  const std::uint64_t samples = method.samples / method.repetitions;
  Count all;
  std::vector<double> shares;
  std::vector<double> shares_at_worst;  ///< With failed evaluations bad.
  bool enough = true;
  for (std::uint64_t r = 0; r < method.repetitions; ++r) {
    const Count one = count_failures(limit, samples, design(r, samples));
    shares.push_back(static_cast<double>(one.failures) / static_cast<double>(samples));
    shares_at_worst.push_back(static_cast<double>(one.failures + one.failed_evaluations) /
                              static_cast<double>(samples));
    enough = enough && one.failures >= least_failures;
    all.failures += one.failures;
    all.failed_evaluations += one.failed_evaluations;
    if (all.points.size() < most_kept * limit.dimension()) {
      all.points.insert(all.points.end(), one.points.begin(), one.points.end());
    }
  }
  ProbabilityEstimate result = binomial(all, samples * method.repetitions, limit);
  if (enough) {
    result.low = std::max(0.0, base::mean_interval(shares, limit.confidence()).low);
    result.high = std::min(1.0, base::mean_interval(shares_at_worst, limit.confidence()).high);
  } else if (!at_most_binomial) {
    refuse(result, "few-failures",
           "a repetition has fewer than 5 failures, too few to tell how repetitions scatter");
  }
  return result;
}

/// One point in each n-th of every axis.
class LatinHypercube {
 public:
  LatinHypercube(std::uint64_t seed, std::uint64_t repetition, std::size_t count,
                 std::size_t dimension)
      : seed_(seed), repetition_(repetition), count_(count), strata_(dimension) {
    for (std::size_t i = 0; i < dimension; ++i) {
      strata_[i].resize(count);
      std::iota(strata_[i].begin(), strata_[i].end(), 0U);
      base::RandomStream random(seed, "sampling/latin hypercube/order", repetition << 32 | i);
      for (std::size_t k = count; k > 1; --k) {
        std::swap(strata_[i][k - 1], strata_[i][random.below(static_cast<std::uint32_t>(k))]);
      }
    }
  }

  void operator()(std::uint64_t first, std::span<double> points) const {
    const std::size_t d = strata_.size();
    for (std::size_t k = 0; k * d < points.size(); ++k) {
      base::RandomStream random(seed_, "sampling/latin hypercube", repetition_ << 32 | (first + k));
      for (std::size_t i = 0; i < d; ++i) {
        const double p = (strata_[i][first + k] + random.uniform()) / static_cast<double>(count_);
        points[k * d + i] = base::normal_quantile(p);
      }
    }
  }

 private:
  std::uint64_t seed_;
  std::uint64_t repetition_;
  std::size_t count_;
  std::vector<std::vector<std::uint32_t>> strata_;
};

/// P(failure) = P(control fails) + P(only the limit state fails) - P(only the control fails). The
/// interval joins the three binomial ones by the method of variance estimates recovery (G. Zou and
/// A. Donner, Stat. Med. 27:1693, 2008).
struct Part {
  double sign;
  std::uint64_t failures;
  std::uint64_t samples;
};

void join(const std::vector<Part>& parts, double confidence, ProbabilityEstimate& result) {
  double below = 0.0;
  double above = 0.0;
  double variance = 0.0;
  for (const Part& part : parts) {
    const auto n = static_cast<double>(part.samples);
    const double share = static_cast<double>(part.failures) / n;
    const base::Interval one = base::clopper_pearson(part.failures, part.samples, confidence);
    const double down = part.sign > 0.0 ? share - one.low : one.high - share;
    const double up = part.sign > 0.0 ? one.high - share : share - one.low;
    result.probability += part.sign * share;
    below += down * down;
    above += up * up;
    variance += share * (1.0 - share) / n;
  }
  result.low = std::max(0.0, result.probability - std::sqrt(below));
  result.high = std::min(1.0, result.probability + std::sqrt(above));
  if (variance > 0.0) result.effective_samples = std::pow(result.probability, 2) / variance;
}

}  // namespace

ProbabilityEstimate monte_carlo(Evaluator& limit, std::uint64_t samples) {
  const std::size_t d = limit.dimension();
  return binomial(count_failures(limit, samples,
                                 [&](std::uint64_t first, std::span<double> points) {
                                   normal_points(limit.seed(), "sampling/monte carlo", first, d,
                                                 points);
                                 }),
                  samples, limit);
}

ProbabilityEstimate estimate_monte_carlo(Evaluator& limit, const Method& method) {
  ProbabilityEstimate result = monte_carlo(limit, method.samples);
  result.method = "monte-carlo";
  return result;
}

ProbabilityEstimate estimate_latin_hypercube(Evaluator& limit, const Method& method) {
  // Its variance is at most n / (n - 1) of Monte Carlo's (A. Owen, Ann. Stat. 25:1541, 1997).
  ProbabilityEstimate result =
      repeated(limit, method, true, [&](std::uint64_t repetition, std::uint64_t samples) {
        return LatinHypercube(limit.seed(), repetition, static_cast<std::size_t>(samples),
                              limit.dimension());
      });
  result.method = "latin-hypercube";
  return result;
}

ProbabilityEstimate estimate_sobol(Evaluator& limit, const Method& method) {
  const std::size_t d = limit.dimension();
  ProbabilityEstimate result =
      repeated(limit, method, false, [&](std::uint64_t repetition, std::uint64_t) -> PointSource {
        auto sequence = std::make_shared<base::SobolSequence>(
            d, limit.seed(), "sampling/sobol/" + std::to_string(repetition),
            base::Scrambling::nested);
        return [sequence, d](std::uint64_t, std::span<double> points) {
          for (std::size_t k = 0; k * d < points.size(); ++k) {
            sequence->next(points.subspan(k * d, d));
          }
          for (double& u : points) u = base::normal_quantile(u);
        };
      });
  result.method = "sobol";
  return result;
}

ProbabilityEstimate estimate_control_variate(Evaluator& limit, const Method& method) {
  const std::size_t d = limit.dimension();
  EstimateOptions options;
  options.confidence = limit.confidence();
  Evaluator control(*method.control, options, method.control_samples,
                    std::numeric_limits<double>::infinity());
  const auto source = [&](const char* purpose) {
    return [&limit, d, purpose](std::uint64_t first, std::span<double> points) {
      normal_points(limit.seed(), purpose, first, d, points);
    };
  };
  const Count cheap =
      count_failures(control, method.control_samples, source("sampling/control variate/control"));
  Part only_limit{1.0, 0, method.samples};
  Part only_control{-1.0, 0, method.samples};
  std::vector<double> points;
  std::vector<double> margins;
  std::vector<double> control_margins;
  std::vector<double> failing;
  for (std::uint64_t first = 0; first < method.samples; first += batch) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(batch, method.samples - first));
    points.resize(count * d);
    margins.resize(count);
    control_margins.resize(count);
    source("sampling/control variate/both")(first, points);
    limit.evaluate(points, margins);
    control.evaluate(points, control_margins);
    for (std::size_t k = 0; k < count; ++k) {
      const bool fails = margins[k] <= 0.0;
      const bool control_fails = control_margins[k] <= 0.0;
      if (fails && !control_fails) ++only_limit.failures;
      if (control_fails && !fails) ++only_control.failures;
      if (!fails) continue;
      const std::span<const double> u = row(points, d, k);
      failing.insert(failing.end(), u.begin(), u.end());
    }
  }
  ProbabilityEstimate result;
  join({{1.0, cheap.failures, method.control_samples}, only_limit, only_control},
       limit.confidence(), result);
  result.probability = std::max(0.0, result.probability);
  result.method = "control-variate";
  result.interval_supported = true;
  result.control_evaluations = control.evaluations();
  if (!failing.empty()) keep_failures(result, failing, d);
  if (control.failed() > 0) {
    result.warnings.push_back(std::to_string(control.failed()) +
                              " evaluations of the control failed and count as good");
  }
  return result;
}

}  // namespace neucasl::sampling
