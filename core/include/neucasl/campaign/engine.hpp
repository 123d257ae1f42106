#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neucasl/base/statistics.hpp"
#include "neucasl/campaign/campaign.hpp"
#include "neucasl/campaign/worker_pool.hpp"

/// \file
/// Runs a campaign: units, log, resume, stop.
///
/// The log has a record for each finished unit, with outputs as hexadecimal numbers, so that a
/// campaign that was killed goes on where it was and ends with the same bytes. An adaptive campaign
/// looks at its interval after fixed numbers of samples only, so that where it stops does not
/// depend on the pool either.

namespace neucasl::campaign {

struct RunOptions {
  std::filesystem::path log;  ///< Empty: none.
  bool resume = false;        ///< Go on with a log that holds samples.
  base::CancelFlag cancel;
  base::ProgressListener progress;
};

/// The yield of the first samples.
struct YieldEstimate {
  std::uint64_t samples = 0;
  std::uint64_t good = 0;
  std::uint64_t failed = 0;  ///< Failed simulations.
  double yield = 0.0;        ///< Of the samples with a result; NaN when there is none.
  /// Clopper and Pearson's, with all failed simulations counted as bad (low) and as good (high).
  double low = 0.0;
  double high = 1.0;
};

/// What a campaign found.
struct Outcome {
  std::uint64_t samples = 0;
  std::vector<double> outputs;  ///< samples x outputs, row-major; NaN of failed simulations.
  std::vector<double> margins;  ///< By sample; NaN of failed simulations.
  std::map<std::uint64_t, std::string> failures;  ///< Reasons of failed simulations, by sample.
  YieldEstimate yield;
  /// 1 - yield, exact where the yield is nearly 1, and the ends of its interval.
  double failure_probability = 0.0;
  double failure_low = 0.0;
  double failure_high = 1.0;
  std::vector<YieldEstimate> convergence;  ///< After growing numbers of samples.
  /// Samples of plain Monte Carlo that would tell as much.
  double effective_samples = 0.0;
  bool reached = true;  ///< An adaptive campaign has its interval width.
  std::string method;   ///< For people.
  /// The samples are like made devices; false: where a method looked for failures.
  bool population = true;
  /// Of methods that choose their points: samples x dimension.
  std::vector<double> normals;
  /// Mean of each input over the failures, where the method tells; else empty.
  std::vector<double> failure_shift;
  std::vector<std::string> warnings;
};

/// Names all that the log's records depend on.
NEUCASL_EXPORT std::string key_of(const Campaign& campaign, const SampleModel& model);

/// \throws base::Error "campaign.log" (of another campaign, damaged, or holding samples without
/// `resume`), "base.file" (the disk is full), "campaign.no-result" when every simulation failed,
/// with the first reason, "campaign.method"; as `Limits`; base::Cancelled. Finished units stay in
/// the log in each case.
NEUCASL_EXPORT Outcome run(const Campaign& campaign, const SampleModel& model, WorkerPool& pool,
                           const RunOptions& options);

/// Of the first `samples` margins.
NEUCASL_EXPORT YieldEstimate estimate_yield(std::span<const double> margins, double confidence);

}  // namespace neucasl::campaign
