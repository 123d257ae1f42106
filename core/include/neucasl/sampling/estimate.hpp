#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/base/statistics.hpp"
#include "neucasl/sampling/limit_state.hpp"

/// \file
/// Estimates of the probability that a limit state fails.
///
/// An *interval* is *supported* when the diagnostics of the method found nothing against it; else
/// the estimate says why not, and its interval must not be relied upon. What the methods are and
/// rest on: core/src/sampling/README.md.

namespace neucasl::sampling {

enum class MethodKind {
  automatic,          ///< "auto": chooses among those below and checks them against each other
  monte_carlo,        ///< "monte-carlo"
  latin_hypercube,    ///< "latin-hypercube"
  sobol,              ///< "sobol": scrambled Sobol points
  control_variate,    ///< "control-variate": needs a cheap limit state that fails nearly alike
  mean_shift,         ///< "mean-shift": importance sampling around the nearest design point
  defensive_mixture,  ///< "defensive-mixture": around every design point found, and the origin
  cross_entropy,      ///< "cross-entropy": importance sampling from a normal law fitted in levels
  subset_simulation,  ///< "subset": subset simulation
  scaled_sigma,       ///< "scaled-sigma": extrapolated from wider spreads
  form,               ///< "form": first-order reliability method
};

NEUCASL_EXPORT std::string_view to_string(MethodKind kind);
/// \throws base::Error "sampling.method" for an unknown name.
NEUCASL_EXPORT MethodKind method_kind(std::string_view name);
/// In the order of the enumeration.
NEUCASL_EXPORT const std::vector<MethodKind>& all_methods();

struct Method {
  MethodKind kind = MethodKind::automatic;
  /// Evaluations of monte-carlo, latin-hypercube, sobol, control-variate (of the limit state
  /// itself) and scaled-sigma.
  std::uint64_t samples = 10000;
  /// The methods that choose their own effort stop before they would need more than this.
  std::uint64_t most_evaluations = 400000;
  /// Wanted half width of the interval, relative to the estimate, where the effort is chosen.
  double relative_width = 0.1;
  /// Evaluations of a level of subset simulation and of the cross entropy method.
  std::size_t level_samples = 640;
  /// Share of a level's samples that lies in the next level.
  double level_probability = 0.1;
  /// Independent repetitions of subset simulation and of designs of points.
  std::size_t repetitions = 16;
  /// Share of a mixture's samples drawn from the standard normal law itself.
  double defensive_share = 0.1;
  /// Of control-variate.
  LimitState* control = nullptr;
  std::uint64_t control_samples = 1000000;
};

/// A failing point and its share of the failure probability; the shares of an estimate sum to 1.
struct Failure {
  std::vector<double> u;
  double share = 0.0;
};

/// A point of the limit state surface that is locally nearest to the origin.
struct DesignPoint {
  std::vector<double> u;
  double beta = 0.0;  ///< Distance from the origin; negative when the origin fails.
};

struct ProbabilityEstimate {
  double probability = 0.0;
  double low = 0.0;  ///< Ends of the interval at `confidence`.
  double high = 1.0;
  double confidence = 0.95;
  std::uint64_t evaluations = 0;  ///< All, the search and the checks included.
  std::uint64_t failed_evaluations = 0;
  std::uint64_t control_evaluations = 0;
  /// How many independent failures of equal weight would tell as much; 0 where it has no meaning.
  double effective_samples = 0.0;
  std::string method;  ///< What was done: "auto: importance sampling, 2 design points".
  bool interval_supported = false;
  /// Names of what speaks against the interval: "effective-samples", "weight-tail", "missed-mode",
  /// "disagreement", "no-failure", "few-failures", "few-levels", "not-converged",
  /// "budget",
  /// "extrapolation", "first-order".
  std::vector<std::string> reasons;
  std::vector<std::string> warnings;  ///< The same and more in sentences.
  std::vector<DesignPoint> design_points;
  std::vector<Failure> failures;  ///< Some hundred at most.
};

struct EstimateOptions {
  std::uint64_t seed = 1;
  double confidence = 0.95;
  base::CancelFlag cancel;
  base::ProgressListener progress;  ///< Evaluations done, of the most that may come.
};

/// The probability that the margin is at most 0. The result is a function of the limit state, the
/// method, the seed and the confidence alone. An evaluation that fails counts neither way: the
/// interval spans the estimate with all of them good and the one with all of them bad.
/// \throws base::Error "sampling.method" for a method whose numbers make no sense,
/// "sampling.limit-state" for a dimension of 0 or a control of another dimension,
/// "sampling.failed-evaluations" when no evaluation succeeds; base::Cancelled.
NEUCASL_EXPORT ProbabilityEstimate estimate(LimitState& limit, const Method& method,
                                            const EstimateOptions& options);

}  // namespace neucasl::sampling
