#include <algorithm>

#include "chi_distribution.hpp"
#include "importance.hpp"
#include "neucasl/sampling/design_point.hpp"

/// \file
/// The method that needs no choice: subset simulation looks for the failures, importance sampling
/// around them measures, a second subset simulation checks; repeated subset simulation where
/// importance sampling does not serve.

namespace neucasl::sampling {
namespace {

constexpr double least_plain = 0.05;  ///< Probabilities from here on by plain Monte Carlo.
constexpr std::size_t most_design_points = 8;
/// A weight of more than this many times the probability: the point is not covered.
constexpr double uncovered = 50.0;
/// Predicted variance of a term over the squared probability. Below the first no better proposal is
/// looked for, above the second repeated subset simulation costs less.
constexpr double good_variance = 15.0;
constexpr double most_variance = 300.0;

struct Plan {
  std::vector<Component> components;
  std::vector<DesignPoint> design_points;
  double variance = std::numeric_limits<double>::infinity();
};

/// Mean weight of failing points over their probability: the second moment of importance sampling,
/// relative to its square.
double predicted_variance(const Proposal& proposal, std::span<const double> failures, std::size_t d,
                          double probability) {
  const std::size_t count = failures.size() / d;
  double sum = 0.0;
  for (std::size_t k = 0; k < count; ++k) sum += proposal.weight(row(failures, d, k));
  return sum / static_cast<double>(count) / probability;
}

/// The standard normal law outside a sphere (A. Harbitz, Struct. Saf. 3:109, 1986), inside of which
/// hardly any failure lies: the one with three times the probability outside that the nearest
/// failing point has.
Component outside_of_nearest(std::span<const double> failures, std::size_t d) {
  constexpr double margin = 3.0;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k * d < failures.size(); ++k) {
    nearest = std::min(nearest, norm(row(failures, d, k)));
  }
  Component result;
  result.kind = Component::Kind::outside;
  result.radius = chi_tail_quantile(d, std::min(1.0, margin * chi_tail(d, nearest)));
  return result;
}

/// Looks for design points from the failing points that are covered least.
class CoverSearch {
 public:
  CoverSearch(Evaluator& limit, const Method& method, std::span<const double> failures,
              double probability)
      : limit_(limit), method_(method), failures_(failures), probability_(probability) {}

  std::vector<DesignPoint> run() {
    const std::size_t d = limit_.dimension();
    constexpr std::uint64_t gradients = 10;
    std::vector<bool> tried(failures_.size() / d, false);
    std::vector<DesignPoint> points;
    std::vector<double> weights = relative_weights(points);
    std::size_t useless = 0;
    for (std::size_t search = 0; search < most_design_points && useless < 2; ++search) {
      const std::size_t worst = worst_of(weights, tried);
      if (worst == weights.size() || limit_.left() / 4 < gradients * d) break;
      tried[worst] = true;
      const std::vector<double> start = to_surface(row(failures_, d, worst));
      const DesignPointSearch one = find_design_point(limit_, start, rough_design_point);
      const double before = uncovered_share(weights);
      if (one.converged) add_design_point(points, one.point);
      weights = relative_weights(points);
      // Surfaces without distinct nearest points have one everywhere, of which each covers little.
      constexpr double least_gain = 0.05;
      const bool helps = before - uncovered_share(weights) > least_gain * before;
      useless = helps ? 0 : useless + 1;
    }
    return points;
  }

 private:
  /// Of the failing points, over the probability.
  [[nodiscard]] std::vector<double> relative_weights(const std::vector<DesignPoint>& points) const {
    const std::size_t d = limit_.dimension();
    std::vector<double> result(failures_.size() / d, 1.0 / probability_);
    if (points.empty()) return result;
    const Proposal proposal = mixture(points, d, method_.defensive_share);
    for (std::size_t k = 0; k < result.size(); ++k) {
      result[k] = proposal.weight(row(failures_, d, k)) / probability_;
    }
    return result;
  }

  [[nodiscard]] static double uncovered_share(const std::vector<double>& weights) {
    const auto outside = std::count_if(weights.begin(), weights.end(),
                                       [](double weight) { return weight > uncovered; });
    return static_cast<double>(outside) / static_cast<double>(weights.size());
  }

  /// The index of the largest weight of those not tried, or the number of weights when no more
  /// than a few points are not covered.
  [[nodiscard]] static std::size_t worst_of(const std::vector<double>& weights,
                                            const std::vector<bool>& tried) {
    constexpr double negligible = 0.005;
    std::size_t worst = weights.size();
    if (uncovered_share(weights) <= negligible) return worst;
    double largest = uncovered;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      if (tried[k] || weights[k] <= largest) continue;
      largest = weights[k];
      worst = k;
    }
    return worst;
  }

  /// Where the ray from the origin through a failing point leaves the good side.
  std::vector<double> to_surface(std::span<const double> failing) {
    constexpr int halvings = 8;
    double good = 0.0;
    double bad = 1.0;
    std::vector<double> u(failing.size());
    const auto place = [&](double share) {
      for (std::size_t i = 0; i < u.size(); ++i) u[i] = share * failing[i];
    };
    for (int k = 0; k < halvings; ++k) {
      const double middle = 0.5 * (good + bad);
      place(middle);
      (limit_.evaluate(u) > 0.0 ? good : bad) = middle;
    }
    place(bad);
    return u;
  }

  Evaluator& limit_;
  const Method& method_;
  std::span<const double> failures_;
  double probability_;
};

/// A proposal for points that fail with this probability.
Plan plan(Evaluator& limit, const Method& method, std::span<const double> failures,
          double probability) {
  constexpr double least_share = 0.02;
  const std::size_t d = limit.dimension();
  const Component origin{Component::Kind::origin, method.defensive_share, {}, {}, 0.0};
  Component outside = outside_of_nearest(failures, d);
  outside.share = 1.0 - method.defensive_share;
  Plan result{{origin, outside}, {}, 0.0};
  result.variance = predicted_variance(Proposal(d, result.components), failures, d, probability);
  if (result.variance <= good_variance) return result;
  result.design_points = CoverSearch(limit, method, failures, probability).run();
  if (result.design_points.empty()) return result;
  const double share =
      (1.0 - method.defensive_share) / static_cast<double>(result.design_points.size() + 1);
  result.components[1].share = share;
  for (const DesignPoint& point : result.design_points) {
    result.components.push_back({Component::Kind::shifted, share, point.u, {}, 0.0});
  }
  Proposal proposal(d, result.components);
  proposal.adapt(failures, least_share);
  result.components = proposal.components();
  std::erase_if(result.components, [&](const Component& one) {
    return one.kind != Component::Kind::origin && one.share < 1.5 * least_share;
  });
  result.variance = predicted_variance(Proposal(d, result.components), failures, d, probability);
  return result;
}

ProbabilityEstimate plain(Evaluator& limit, const Method& method, double probability) {
  const double deviate = two_sided_deviate(limit.confidence());
  const double wanted =
      (1.0 - probability) / probability * std::pow(deviate / method.relative_width, 2);
  constexpr double least = 1000.0;
  ProbabilityEstimate result = monte_carlo(
      limit, std::min<std::uint64_t>(std::max<std::uint64_t>(limit.left(), 1),
                                     static_cast<std::uint64_t>(std::max(wanted, least))));
  result.method = "auto: monte-carlo";
  return result;
}

std::string name_of(const Plan& plan) {
  if (plan.design_points.empty()) return "auto: importance sampling outside of a sphere";
  return "auto: importance sampling around " + std::to_string(plan.design_points.size()) +
         (plan.design_points.size() == 1 ? " design point" : " design points");
}

/// Importance sampling by a plan for the failing points of some subset simulations, checked against
/// another one. Its interval is unsupported when that failed.
ProbabilityEstimate measure(Evaluator& limit, const Method& method, const SubsetRun& known,
                            const SubsetRun& check, const std::string& purpose) {
  const std::size_t d = limit.dimension();
  const Plan how = plan(limit, method, known.failures, known.probability);
  ProbabilityEstimate result;
  result.method = name_of(how);
  if (how.variance > most_variance) {
    refuse(result, "effective-samples", "no proposal covers the failures");
    return result;
  }
  const Proposal proposal(d, how.components);
  ImportanceRun run;
  result = importance_estimate(limit, method, proposal, purpose, run);
  result.method = name_of(how);
  result.design_points = how.design_points;
  check_against(check, proposal, run, d, result);
  return result;
}

}  // namespace

ProbabilityEstimate estimate_automatic(Evaluator& limit, const Method& method) {
  const SubsetRun first = explore(limit, method, "sampling/auto/first");
  if (!first.complete) {
    // Margins that do not fall gradually leave only plain Monte Carlo.
    ProbabilityEstimate result =
        monte_carlo(limit, std::clamp<std::uint64_t>(limit.left(), 1, method.samples));
    result.method = "auto: monte-carlo";
    result.warnings.emplace_back("subset simulation did not get to failure");
    return result;
  }
  if (first.probability >= least_plain) return plain(limit, method, first.probability);
  std::vector<std::string> rejected;
  SubsetRun known = first;
  for (const char* attempt : {"once", "again"}) {
    const std::string purpose = std::string("sampling/auto/") + attempt;
    const SubsetRun check = explore(limit, method, purpose + "/check");
    if (!check.complete) break;
    ProbabilityEstimate result = measure(limit, method, known, check, purpose);
    if (result.interval_supported) return result;
    for (const std::string& warning : result.warnings) {
      rejected.push_back(result.method + " was rejected: " + warning);
    }
    known.probability = 0.5 * (known.probability + check.probability);
    known.failures.insert(known.failures.end(), check.failures.begin(), check.failures.end());
  }
  ProbabilityEstimate result = repeated_subset(limit, method, first.levels);
  result.method = "auto: " + result.method;
  result.warnings.insert(result.warnings.end(), rejected.begin(), rejected.end());
  return result;
}

}  // namespace neucasl::sampling
