#pragma once

#include <vector>

#include "neucasl/sampling/estimate.hpp"

/// \file
/// Which input the margin, or failure, depends on.

namespace neucasl::sampling {

/// A value with its bootstrap interval.
struct BoundedValue {
  double value = 0.0;
  base::Interval interval;
};

/// Of one input.
struct SobolIndices {
  BoundedValue first;  ///< Share of the margin's variance by this input alone.
  BoundedValue total;  ///< By this input with all others.
};

struct SobolOptions {
  std::size_t samples = 4096;  ///< Evaluations are samples x (d + 2).
  std::size_t bootstraps = 200;
  std::uint64_t seed = 1;
  double confidence = 0.95;
  base::CancelFlag cancel;
};

/// One for each input: first-order indices by A. Saltelli et al. (Comput. Phys. Commun. 181:259,
/// 2010, table 2 (b)), total ones by M. Jansen (Comput. Phys. Commun. 117:35, 1999).
/// \throws base::Error "sampling.sensitivity" when the margin does not vary, fails or is not
/// finite, or for fewer than 2 samples.
NEUCASL_EXPORT std::vector<SobolIndices> sobol_indices(LimitState& limit,
                                                       const SobolOptions& options);

/// Of one input, among failures.
struct InputRank {
  std::size_t input = 0;
  double share = 0.0;       ///< Of all inputs' divergence.
  double divergence = 0.0;  ///< Of N(mean, deviation^2) from N(0, 1), nat (Kullback and Leibler).
  double mean = 0.0;
  double deviation = 1.0;
};

/// Inputs by how much their law among failures differs from the one among all samples, the most
/// first. Divergences within what as many samples of the standard normal law would show are 0.
/// \throws base::Error "sampling.sensitivity" for fewer than 2 failures.
NEUCASL_EXPORT std::vector<InputRank> rank_inputs(const std::vector<Failure>& failures);

}  // namespace neucasl::sampling
