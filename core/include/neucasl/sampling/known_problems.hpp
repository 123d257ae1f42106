#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/sampling/limit_state.hpp"

/// \file
/// Limit states whose failure probability is known.

namespace neucasl::sampling {

struct KnownProblem {
  std::string name;   ///< "hyperplane-6-d100"
  std::string title;  ///< The margin in words and symbols.
  double exact = 0.0;
  std::unique_ptr<LimitState> (*make)();
};

/// Hyperplanes and pairs of them, series systems of four branches, hyperspheres, curved surfaces, a
/// lognormal resistance and load, and the weakest of a million cells. Exact values: README.
NEUCASL_EXPORT const std::vector<KnownProblem>& known_problems();

/// \throws base::Error "sampling.problem" for an unknown name.
NEUCASL_EXPORT const KnownProblem& known_problem(std::string_view name);

}  // namespace neucasl::sampling
