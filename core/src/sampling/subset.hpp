#pragma once

#include "methods.hpp"

/// \file
/// Subset simulation: nested levels of the margin, whose conditional probabilities multiply to that
/// of failure (S.-K. Au and J. Beck, Probab. Eng. Mech. 16:263, 2001).

namespace neucasl::sampling {

/// From one level to the next.
struct SubsetLevel {
  double threshold = 0.0;  ///< Of the margin.
  /// Of each input's proposal in the chains below the threshold: standard deviation of what is
  /// added to the shrunk value.
  std::vector<double> deviations;
};

struct SubsetRun {
  double probability = 0.0;
  double variation = 0.0;  ///< Coefficient of variation.
  std::vector<SubsetLevel> levels;
  std::vector<double> failures;  ///< Failing points of the last level, row by row.
  bool complete = false;         ///< Got to failure.
};

/// Levels chosen by the samples: cheap, but only nearly without bias. The chains are those of
/// conditional sampling, whose spread adapts to an acceptance of 0.44 (I. Papaioannou, W. Betz, K.
/// Zwirglmaier and D. Straub, Probab. Eng. Mech. 41:89, 2015); the variation regards the
/// correlation within levels. Ends incomplete when margins do not fall or evaluations run out.
SubsetRun adaptive_subset(Evaluator& limit, const Method& method, std::string_view purpose);

/// Two independent runs of half the samples, the second of all where levels are few, together: the
/// chains of one may all end in one of several failing regions, hardly ever those of two. The
/// failures include those of the opposites of some of them, as limits are often on either side.
/// Complete when both are; levels of the first.
SubsetRun explore(Evaluator& limit, const Method& method, const std::string& purpose);

/// The independent repetition `number` with given levels: without bias, as no choice depends on the
/// samples. Gives the probability and the failing points.
SubsetRun fixed_subset(Evaluator& limit, const Method& method,
                       const std::vector<SubsetLevel>& levels, std::string_view purpose,
                       std::uint64_t number);

/// The estimate of independent repetitions with these levels.
ProbabilityEstimate repeated_subset(Evaluator& limit, const Method& method,
                                    const std::vector<SubsetLevel>& levels);

}  // namespace neucasl::sampling
