#pragma once

#include "neucasl/campaign/engine.hpp"

/// \file
/// Samples of an outcome.

namespace neucasl::campaign {

/// Takes the next sample into the outcome: outputs, margin, reason of failure.
void add_sample(const SampleOutcome& sample, const Limits& limits, std::size_t outputs,
                Outcome& outcome);

/// \throws base::Error "campaign.no-result" when all simulations failed.
void require_result(const Outcome& outcome, const Campaign& campaign);

}  // namespace neucasl::campaign
