#pragma once

#include "neucasl/comparison/comparison.hpp"

/// \file
/// Ratios of figures between two architectures.

namespace neucasl::comparison {

/// Above 0 and finite: what a ratio can be taken of.
bool usable(double value);

/// Nothing when an estimate is missing, or a value is not usable.
std::optional<double> ratio(const Comparison& comparison, const ComparisonResult& result,
                            std::string_view figure, std::string_view architecture,
                            std::string_view baseline, std::string_view network,
                            std::string_view phase);

/// Geometric mean over all networks; nothing when one has no ratio.
std::optional<double> mean_ratio(const Comparison& comparison, const ComparisonResult& result,
                                 std::string_view figure, std::string_view architecture,
                                 std::string_view baseline, std::string_view phase);

}  // namespace neucasl::comparison
