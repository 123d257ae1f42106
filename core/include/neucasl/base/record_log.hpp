#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Append-only log of results that are numbered: what is in it is never computed again.
///
/// Text; the first line is "<kind> 1 <key>", each other line "<number> <record> <check>" with the
/// first 8 digits of the SHA-256 of the key and the line's beginning. A record is one line of text.

namespace neucasl::base {

class NEUCASL_EXPORT RecordLog {
 public:
  struct Form {
    std::string kind;   ///< First word of the file: "neucasl-samples".
    std::string code;   ///< Of errors: "reliability.log".
    std::string whole;  ///< What a log belongs to, for people: "campaign".
  };

  /// Opens or makes the log; `key` names everything that the records depend on. A last line that
  /// was cut off is dropped.
  /// \throws Error of the form's code for the log of another key, or a line in the middle that does
  /// not check; "base.file" when it cannot be written.
  RecordLog(std::filesystem::path file, std::string key, Form form);
  ~RecordLog();
  RecordLog(const RecordLog&) = delete;
  RecordLog& operator=(const RecordLog&) = delete;

  /// Of this and of earlier runs.
  [[nodiscard]] const std::map<std::uint64_t, std::string>& records() const { return records_; }
  /// Line ends in a record become spaces. Thread-safe.
  /// \throws Error "base.file", for example when the disk is full.
  void append(std::uint64_t number, std::string record);
  /// Rewrites the log in order of numbers, so that equal work leaves equal files.
  void finish();

 private:
  [[nodiscard]] std::string line_of(std::uint64_t number, const std::string& record) const;
  [[nodiscard]] std::string header() const;
  void read(const std::string& text);
  void open();

  std::filesystem::path path_;
  std::string key_;
  Form form_;
  std::map<std::uint64_t, std::string> records_;
  std::FILE* file_ = nullptr;
  std::mutex mutex_;
};

}  // namespace neucasl::base
