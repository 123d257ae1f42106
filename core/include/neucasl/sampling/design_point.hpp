#pragma once

#include <span>
#include <vector>

#include "neucasl/sampling/estimate.hpp"

/// \file
/// Search for failures and for the points of the limit state surface nearest to the origin.

namespace neucasl::sampling {

/// The HL-RF iteration (R. Rackwitz and B. Fiessler, Comput. Struct. 9:489, 1978) with the line
/// search of Y. Zhang and A. Der Kiureghian (Proc. 6th IFIP WG 7.5, 1995); gradients by forward
/// differences.
struct DesignPointOptions {
  std::size_t most_iterations = 30;
  double step = 1e-3;       ///< Of the differences.
  double tolerance = 1e-3;  ///< Of the margin relative to the start's, and of the direction.
};

struct DesignPointSearch {
  DesignPoint point;
  std::vector<double> gradient;  ///< Of the margin at the point.
  bool converged = false;
  std::uint64_t evaluations = 0;
};

/// From `start` (d numbers). Evaluations: about d + 3 an iteration.
NEUCASL_EXPORT DesignPointSearch find_design_point(LimitState& limit, std::span<const double> start,
                                                   const DesignPointOptions& options);

/// Squared direction cosines of a design point: each input's share of the margin's variance there.
NEUCASL_EXPORT std::vector<double> importance_factors(const DesignPoint& point);

/// Points of the limit state surface along `directions` random directions and their opposites, at
/// most `most_radius` from the origin, by steps of `radius_step` and bisection; nearest first.
NEUCASL_EXPORT std::vector<DesignPoint> radial_search(LimitState& limit, std::size_t directions,
                                                      double most_radius, double radius_step,
                                                      std::uint64_t seed);

}  // namespace neucasl::sampling
