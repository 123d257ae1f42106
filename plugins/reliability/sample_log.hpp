#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

/// \file
/// Append-only log of a campaign's samples: what is in it is never computed again.
///
/// Text; the first line is "neucasl-samples 1 <key>", each other line "<sample> <value> <check>"
/// with the first 8 digits of the SHA-256 of the key and the line's beginning.

namespace neucasl::reliability_plugin {

class SampleLog {
 public:
  /// Opens or makes the log. A last line that was cut off is dropped.
  /// \throws base::Error "reliability.log" for a log of another campaign, or a line in the middle
  /// that does not check; "base.file" when it cannot be written.
  SampleLog(const std::filesystem::path& file, std::string key);
  ~SampleLog();
  SampleLog(const SampleLog&) = delete;
  SampleLog& operator=(const SampleLog&) = delete;

  /// Samples that earlier runs finished.
  [[nodiscard]] const std::map<std::uint64_t, double>& known() const { return known_; }
  /// Thread-safe. \throws base::Error "base.file", for example when the disk is full.
  void append(std::uint64_t sample, double value);
  /// Rewrites the log in order of samples, so that equal campaigns leave equal files.
  void finish();

 private:
  [[nodiscard]] std::string line_of(std::uint64_t sample, double value) const;
  void read(const std::string& text);

  std::filesystem::path path_;
  std::string key_;
  std::map<std::uint64_t, double> known_;
  std::FILE* file_ = nullptr;
  std::mutex mutex_;
};

}  // namespace neucasl::reliability_plugin
