#include "module_pattern.hpp"

#include <algorithm>
#include <cctype>

namespace neucasl::io {
namespace {

[[noreturn]] void refuse_expression(const std::string& expression, const std::string& what,
                                    const base::Location& where) {
  throw base::Error("io.precision-import", "the expression '" + expression + "' " + what,
                    "give a short ECMAScript expression without back references and look-behind",
                    where);
}

/// The length with the counts of all {n} multiplied together: not less than the automaton's size.
std::size_t multiplied_length(const std::string& expression) {
  std::size_t size = std::max<std::size_t>(expression.size(), 1);
  for (std::size_t at = expression.find('{'); at != std::string::npos;
       at = expression.find('{', at + 1)) {
    std::size_t largest = 1;
    std::size_t count = 0;
    for (std::size_t k = at + 1; k < expression.size() && expression[k] != '}'; ++k) {
      const bool digit = std::isdigit(static_cast<unsigned char>(expression[k])) != 0;
      count =
          digit ? std::min<std::size_t>(10 * count + static_cast<std::size_t>(expression[k] - '0'),
                                        ModulePattern::largest_automaton + 1)
                : 0;
      largest = std::max(largest, count);
    }
    size = std::min(size * largest, ModulePattern::largest_automaton + 1);
  }
  return size;
}

std::regex compiled(const std::string& expression, const base::Location& where) {
  if (expression.size() > ModulePattern::longest_expression ||
      multiplied_length(expression) > ModulePattern::largest_automaton) {
    refuse_expression(expression.substr(0, 64), "is too large", where);
  }
  try {
    // Without backtracking, whose time may grow exponentially.
    return std::regex(expression, std::regex::ECMAScript | std::regex_constants::__polynomial);
  } catch (const std::regex_error& error) {
    refuse_expression(expression, std::string("is not understood: ") + error.what(), where);
  }
}

}  // namespace

ModulePattern::ModulePattern(const std::string& expression, const base::Location& where)
    : expression_(compiled(expression, where)) {}

bool ModulePattern::matches(const std::vector<std::string>& names) const {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.size() <= longest_name &&
           std::regex_search(name, expression_, std::regex_constants::match_continuous);
  });
}

}  // namespace neucasl::io
