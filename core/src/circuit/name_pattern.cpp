#include "name_pattern.hpp"

#include <algorithm>

namespace neucasl::circuit {
namespace {

/// Goes back to the last star only, since an earlier one cannot fit better.
bool fits(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool fits_pattern(std::string_view patterns, std::string_view name) {
  constexpr std::string_view blanks = " \t\r\n";
  for (std::size_t at = patterns.find_first_not_of(blanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(patterns.find_first_of(blanks, at), patterns.size());
    if (fits(patterns.substr(at, end - at), name)) return true;
    at = patterns.find_first_not_of(blanks, end);
  }
  return false;
}

}  // namespace neucasl::circuit
