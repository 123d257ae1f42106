#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/base/record_log.hpp"
#include "neucasl/campaign/worker_pool.hpp"

/// \file
/// Finished units, in memory and in a log. A record is numbered by its unit's first sample.

namespace neucasl::campaign {

class Ledger {
 public:
  /// An empty path: without a log.
  /// \throws base::Error "campaign.log", "base.file".
  Ledger(const std::filesystem::path& log, const std::string& key, bool resume,
         std::size_t outputs);

  /// Outcomes of all units, in order; those that are not in the log are run by the pool.
  /// `progress` gets the samples that are done.
  std::vector<UnitOutcome> outcomes(std::span<const Unit> units, WorkerPool& pool,
                                    const std::function<void(std::size_t)>& progress);
  /// Rewrites the log in order, so that equal campaigns leave equal files.
  void finish();

 private:
  std::optional<UnitOutcome> known(const Unit& unit) const;

  std::filesystem::path path_;
  std::size_t outputs_;
  std::optional<base::RecordLog> log_;
};

}  // namespace neucasl::campaign
