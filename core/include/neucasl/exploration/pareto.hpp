#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Pareto optimality. All objectives are minimised.
///
/// A point *dominates* another when it is nowhere worse and somewhere better. The *front* of a set
/// is its points that none dominates; equal points stand in it together.

namespace neucasl::exploration {

using Objectives = std::vector<double>;

/// a is nowhere above b and somewhere below it; both have the same length.
NEUCASL_EXPORT bool dominates(std::span<const double> a, std::span<const double> b);

/// Indices of the front, ascending. Exact; time grows as points times length of the front.
/// \throws base::Error "exploration.objectives" for a value that is NaN.
NEUCASL_EXPORT std::vector<std::size_t> pareto_front(const std::vector<Objectives>& points);

/// Distance to the neighbours of a front along each objective, in shares of its range, summed;
/// infinite at the ends (K. Deb et al., IEEE Trans. Evol. Comput. 6:182, 2002, section III B).
NEUCASL_EXPORT std::vector<double> crowding_distances(const std::vector<Objectives>& front);

/// Volume that a set dominates below a reference point, which counts where it is better in all
/// objectives (E. Zitzler and L. Thiele, PPSN V, 1998). Exact, by slices along the last objective
/// (C. Fonseca et al., CEC 2006), n^(d-1) steps for n points and d > 2 objectives.
NEUCASL_EXPORT double hypervolume(const std::vector<Objectives>& points,
                                  const Objectives& reference);

/// Steps that `hypervolume` takes, about.
NEUCASL_EXPORT double hypervolume_steps(std::size_t points, std::size_t objectives);

}  // namespace neucasl::exploration
