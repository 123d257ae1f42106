#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Diagnostics: what is wrong, where, and what would be right.
///
/// A *location* is a file, line and column. A *diagnostic* has a stable code
/// ("device.missing-unit"), a severity, a location, a message and a remedy. A *sink* receives
/// diagnostics; the library never prints. An `Error` is the exception that carries one diagnostic
/// up to the caller.

namespace neucasl::base {

/// Where something stands in an input file. Line and column count from 1; 0 means unknown.
struct Location {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Location&) const = default;
  [[nodiscard]] bool known() const { return !file.empty(); }
};

/// "file:line:column", without the parts that are unknown; empty when nothing is known.
NEUCASL_EXPORT std::string to_string(const Location& location);

enum class Severity { note, warning, error };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  ///< "<layer>.<what>", lower case with hyphens; stable across releases.
  Location where;
  std::string message;  ///< What is wrong.
  std::string remedy;   ///< What would be right; may be empty for notes.
};

/// "file:line:column: error: message [code]; remedy" on one line.
NEUCASL_EXPORT std::string to_string(const Diagnostic& diagnostic);

/// Bad input or usage: exit code 2 of the command-line tool.
class NEUCASL_EXPORT Error : public std::runtime_error {
 public:
  explicit Error(Diagnostic diagnostic);
  Error(std::string code, std::string message, std::string remedy = {}, Location where = {});
  [[nodiscard]] const Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  Diagnostic diagnostic_;
};

/// A check of the design or of its results failed: exit code 1 of the command-line tool.
class NEUCASL_EXPORT CheckFailed : public Error {
 public:
  using Error::Error;
};

/// The user asked to stop: exit code 130 of the command-line tool.
class NEUCASL_EXPORT Cancelled : public std::runtime_error {
 public:
  Cancelled();
};

/// Receives diagnostics. Thread-safe.
class NEUCASL_EXPORT DiagnosticSink {
 public:
  using Listener = std::function<void(const Diagnostic&)>;

  DiagnosticSink() = default;
  /// `listener` is called for each diagnostic, one call at a time.
  explicit DiagnosticSink(Listener listener);
  DiagnosticSink(const DiagnosticSink&) = delete;
  DiagnosticSink& operator=(const DiagnosticSink&) = delete;

  void report(Diagnostic diagnostic);
  void error(std::string code, std::string message, std::string remedy = {}, Location where = {});
  void warning(std::string code, std::string message, std::string remedy = {}, Location where = {});

  [[nodiscard]] std::size_t error_count() const;
  [[nodiscard]] std::vector<Diagnostic> all() const;
  /// Throws the first error as `Error` if there is one.
  void throw_if_error() const;

 private:
  mutable std::mutex mutex_;
  Listener listener_;
  std::vector<Diagnostic> diagnostics_;
  std::size_t errors_ = 0;
};

/// The candidate with the smallest edit distance to `name`, or empty when none is near (more than
/// a third of the letters differ).
NEUCASL_EXPORT std::string nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);

/// A remedy sentence: "did you mean 'x'? Known: a, b, c".
NEUCASL_EXPORT std::string suggest(std::string_view name,
                                   const std::vector<std::string>& candidates);

}  // namespace neucasl::base
