#pragma once

#include <string>
#include <vector>

#include "neucasl/campaign/engine.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// What a campaign found, as figures, tables and a report.

namespace neucasl::campaign {

/// How an input goes with failure, over the samples with a result.
struct InputEffect {
  std::string input;
  /// Spearman's, of input and margin: negative where large values fail.
  double correlation = 0.0;
  double at_low = 0.0;   ///< Share of failures where the input is in its lowest third.
  double at_high = 0.0;  ///< In its highest third.
};

/// Sorted by the magnitude of the correlation; empty for models of dimension 0. Looks at the first
/// 20,000 samples.
NEUCASL_EXPORT std::vector<InputEffect> input_effects(const Campaign& campaign,
                                                      const SampleModel& model,
                                                      const Outcome& outcome);

/// Figures "yield", "samples", "failed_simulations", "effective_samples", and of each output mean,
/// standard deviation and quantiles; tables "samples", "outputs", "convergence", and where there
/// are such "inputs" and "failures".
NEUCASL_EXPORT results::Findings findings_of(const Campaign& campaign, const SampleModel& model,
                                             const Outcome& outcome);

NEUCASL_EXPORT results::Report report_of(const Campaign& campaign, const SampleModel& model,
                                         const results::Findings& findings);

}  // namespace neucasl::campaign
