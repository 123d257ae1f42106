#pragma once

#include <cstdint>

#include "neucasl/base/random.hpp"

/// \file
/// Random numbers of laws that the stream itself does not have.

namespace neucasl::variation {

/// Uniform integer in [0, bound), bound >= 1, without bias.
std::uint64_t below(std::uint64_t bound, base::RandomStream& random);

/// Gamma with this shape and scale 1 (G. Marsaglia, W. W. Tsang, ACM Trans. Math. Softw. 26(3):363,
/// 2000).
double gamma_variate(double shape, base::RandomStream& random);

/// Poisson: products of uniform numbers below a mean of 10 (D. E. Knuth), above it by the Gamma
/// distribution of the k-th event (J. H. Ahrens, U. Dieter, Computing 12:223, 1974).
std::uint64_t poisson_variate(double mean, base::RandomStream& random);

}  // namespace neucasl::variation
