#pragma once

#include "neucasl/comparison/comparison.hpp"

/// \file
/// One quantity moved at a time.

namespace neucasl::comparison {

/// Figure of an outcome.
/// \throws base::Error "comparison.figure" with the nearest, at `where`.
double figure_of(const std::vector<results::Figure>& figures, const std::string& name,
                 const base::Location& where);

/// Moves the quantities of both architectures; `chips` are those of the outcomes.
SensitivityResult run_sensitivity(const Comparison& comparison, const Sensitivity& sensitivity,
                                  const ComparisonResult& outcomes, const Estimate& estimate,
                                  const Options& options);

}  // namespace neucasl::comparison
