#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "neucasl/base/record_log.hpp"

/// \file
/// Append-only log of a campaign's samples, see neucasl/base/record_log.hpp. A record is the value.

namespace neucasl::reliability_plugin {

class SampleLog {
 public:
  /// \throws base::Error "reliability.log" for a log of another campaign, or a line in the middle
  /// that does not check; "base.file" when it cannot be written.
  SampleLog(const std::filesystem::path& file, std::string key);

  /// Samples that earlier runs finished.
  [[nodiscard]] const std::map<std::uint64_t, double>& known() const { return known_; }
  /// Thread-safe. \throws base::Error "base.file", for example when the disk is full.
  void append(std::uint64_t sample, double value);
  /// Rewrites the log in order of samples, so that equal campaigns leave equal files.
  void finish() { log_.finish(); }

 private:
  base::RecordLog log_;
  std::map<std::uint64_t, double> known_;
};

}  // namespace neucasl::reliability_plugin
