#pragma once

#include <string>
#include <vector>

#include "neucasl/sampling/estimate.hpp"
#include "neucasl/sampling/known_problems.hpp"

/// \file
/// Methods held against problems with known answers, over many seeds.

namespace neucasl::sampling {

/// One method on one problem.
struct ValidationRow {
  std::string problem;
  std::string method;
  double exact = 0.0;
  std::size_t seeds = 0;
  std::size_t supported = 0;  ///< Seeds whose interval is supported.
  std::size_t inside = 0;     ///< Of these, those whose interval holds the exact value.
  double inside_rate = 0.0;   ///< inside / supported; NaN when none is supported.
  /// Seeds whose estimate is certainly wrong and whose interval is supported; see silent_error.
  std::size_t silent_errors = 0;
  double evaluations = 0.0;     ///< Mean over the seeds.
  double relative_width = 0.0;  ///< Median half width over the exact value, of supported ones.
};

/// The interval is supported, and the exact value lies farther from the estimate than 2.5 times the
/// interval's end on that side, in the logarithm of the probability: chance alone does that to one
/// 95 % interval of a million.
NEUCASL_EXPORT bool silent_error(const ProbabilityEstimate& estimate, double exact);

struct ValidationOptions {
  std::size_t seeds = 200;  ///< 1, 2, ...
  double confidence = 0.95;
  int threads = 1;
  base::CancelFlag cancel;
  base::ProgressListener progress;
};

/// The row of a problem and a method. Does not depend on the number of threads.
NEUCASL_EXPORT ValidationRow validate(const KnownProblem& problem, const Method& method,
                                      const ValidationOptions& options);

}  // namespace neucasl::sampling
