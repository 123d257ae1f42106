#include "neucasl/base/diagnostics.hpp"

#include <algorithm>

namespace neucasl::base {

std::string to_string(const Location& location) {
  std::string text = location.file;
  if (location.line > 0) {
    text += ':' + std::to_string(location.line);
    if (location.column > 0) text += ':' + std::to_string(location.column);
  }
  return text;
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = to_string(diagnostic.where);
  if (!text.empty()) text += ": ";
  switch (diagnostic.severity) {
    case Severity::note:
      text += "note: ";
      break;
    case Severity::warning:
      text += "warning: ";
      break;
    case Severity::error:
      text += "error: ";
      break;
  }
  text += diagnostic.message + " [" + diagnostic.code + ']';
  if (!diagnostic.remedy.empty()) text += "; " + diagnostic.remedy;
  return text;
}

Error::Error(Diagnostic diagnostic)
    : std::runtime_error(to_string(diagnostic)), diagnostic_(std::move(diagnostic)) {}

Error::Error(std::string code, std::string message, std::string remedy, Location where)
    : Error(Diagnostic{Severity::error, std::move(code), std::move(where), std::move(message),
                       std::move(remedy)}) {}

Cancelled::Cancelled() : std::runtime_error("cancelled") {}

DiagnosticSink::DiagnosticSink(Listener listener) : listener_(std::move(listener)) {}

void DiagnosticSink::report(Diagnostic diagnostic) {
  const std::lock_guard lock(mutex_);
  if (diagnostic.severity == Severity::error) ++errors_;
  if (listener_) listener_(diagnostic);
  diagnostics_.push_back(std::move(diagnostic));
}

void DiagnosticSink::error(std::string code, std::string message, std::string remedy,
                           Location where) {
  report(
      {Severity::error, std::move(code), std::move(where), std::move(message), std::move(remedy)});
}

void DiagnosticSink::warning(std::string code, std::string message, std::string remedy,
                             Location where) {
  report({Severity::warning, std::move(code), std::move(where), std::move(message),
          std::move(remedy)});
}

std::size_t DiagnosticSink::error_count() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

std::vector<Diagnostic> DiagnosticSink::all() const {
  const std::lock_guard lock(mutex_);
  return diagnostics_;
}

void DiagnosticSink::throw_if_error() const {
  const std::lock_guard lock(mutex_);
  for (const Diagnostic& diagnostic : diagnostics_) {
    if (diagnostic.severity == Severity::error) throw Error(diagnostic);
  }
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  // Two letters swapped count as two edits.
  const std::size_t limit = name.size() <= 3 ? 1 : std::max<std::size_t>(2, name.size() / 3);
  std::size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name.substr(0, 64), candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggest(std::string_view name, const std::vector<std::string>& candidates) {
  std::string text;
  if (const std::string near = nearest_name(name, candidates); !near.empty()) {
    text = "did you mean '" + near + "'? ";
  }
  if (candidates.empty()) return text + "nothing of this kind is known";
  text += "known: ";
  for (std::size_t i = 0; i < candidates.size(); ++i) text += (i ? ", " : "") + candidates[i];
  return text;
}

}  // namespace neucasl::base
