#pragma once

#include "ledger.hpp"
#include "neucasl/campaign/engine.hpp"

/// \file
/// Campaigns by the methods of layer `sampling`.

namespace neucasl::campaign {

/// The yield by a method that chooses its own points: its evaluations are the samples.
/// \throws base::Error "campaign.method" for a model of dimension 0 or an unknown option; as
/// `sampling::estimate`.
Outcome run_method(const Campaign& campaign, const SampleModel& model, WorkerPool& pool,
                   const RunOptions& options);

}  // namespace neucasl::campaign
