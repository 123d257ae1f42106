#pragma once

#include <regex>
#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Regular expressions that select modules of a network by their names.

namespace neucasl::io {

/// Bounded in what it may cost whatever the expression: matched by a finite automaton, whose size
/// is that of the expression with its counts multiplied out.
class ModulePattern {
 public:
  static constexpr std::size_t longest_expression = 1024;
  static constexpr std::size_t largest_automaton = 4096;
  static constexpr std::size_t longest_name = 1024;

  /// \throws base::Error "io.precision-import" at `where`.
  ModulePattern(const std::string& expression, const base::Location& where);

  /// True when one of the names begins with a match.
  [[nodiscard]] bool matches(const std::vector<std::string>& names) const;

 private:
  std::regex expression_;
};

}  // namespace neucasl::io
