#pragma once

#include <cstdint>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Scrambled Sobol points.

namespace neucasl::exploration {

/// The first `count` points of Sobol's sequence in [0, 1)^dimensions, scrambled by a random lower
/// triangular matrix over the binary digits and a random shift of them (J. Matousek, J. Complexity
/// 14:527, 1998), which keeps it a digital net: 2^m points have one in each 2^m-th of every axis.
/// Direction numbers: S. Joe and F. Kuo, SIAM J. Sci. Comput. 30:2635, 2008. Point k does not
/// depend on `count`.
/// \throws base::Error "exploration.search" for no dimension or more than 1000.
NEUCASL_EXPORT std::vector<std::vector<double>> scrambled_sobol(std::size_t count,
                                                                std::size_t dimensions,
                                                                std::uint64_t seed);

}  // namespace neucasl::exploration
