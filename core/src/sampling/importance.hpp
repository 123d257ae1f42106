#pragma once

#include "methods.hpp"
#include "neucasl/sampling/design_point.hpp"
#include "proposal.hpp"
#include "subset.hpp"

/// \file
/// Importance sampling: P = E_q[1{failure} f/q] with points from q, and what speaks against it.

namespace neucasl::sampling {

/// Near enough for the centre of a proposal.
inline constexpr DesignPointOptions rough_design_point{.tolerance = 1e-2};

struct ImportanceRun {
  std::uint64_t samples = 0;
  std::vector<double> weights;   ///< Of the failing points, f / q.
  std::vector<double> failures;  ///< The failing points, row by row.
  double probability = 0.0;
  double variation = 0.0;  ///< Coefficient of variation of one term of the mean.
};

ImportanceRun importance_run(Evaluator& limit, const Proposal& proposal, std::uint64_t samples,
                             std::string_view purpose);

/// A first run tells how many samples the wanted width needs, a second one of as many makes the
/// estimate: so the number does not depend on the samples it counts. The interval is Student's at
/// half the risk that the confidence leaves; the other half is for failures that the check below
/// misses. Refused for too few effective samples or a heavy tail of weights.
ProbabilityEstimate importance_estimate(Evaluator& limit, const Method& method,
                                        const Proposal& proposal, std::string_view purpose,
                                        ImportanceRun& run);

/// Holds it against an independent run of subset simulation: points that fail there must have
/// weights that occurred here, and the probabilities agree. Refuses the interval if not.
void check_against(const SubsetRun& subset, const Proposal& proposal, const ImportanceRun& run,
                   std::size_t dimension, ProbabilityEstimate& estimate);

/// The same with a subset run of its own; one that does not get to failure refuses too.
void check_by_subset(Evaluator& limit, const Method& method, const Proposal& proposal,
                     const ImportanceRun& run, ProbabilityEstimate& estimate);

/// Shape of the generalised Pareto law fitted to the largest fifth of the values (J. Zhang and M.
/// Stephens, Technometrics 51:316, 2009); above 0.7 means of as many values are unreliable (A.
/// Vehtari et al., J. Mach. Learn. Res. 25(72), 2024). For at least 25 values.
double pareto_shape(std::vector<double> values);

/// Design points that differ by more than half a unit, each once.
void add_design_point(std::vector<DesignPoint>& points, const DesignPoint& point);

/// The standard normal law with a given share, and one component at each design point.
Proposal mixture(const std::vector<DesignPoint>& points, std::size_t dimension,
                 double defensive_share);

}  // namespace neucasl::sampling
