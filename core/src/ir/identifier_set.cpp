#include "neucasl/ir/identifier_set.hpp"

#include <cctype>

namespace neucasl::ir {
namespace {

constexpr std::size_t longest_identifier = 240;  ///< Room for a number.

std::string identifier(std::string_view name) {
  std::string result;
  for (const char c : name.substr(0, longest_identifier)) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    result += kept ? c : '_';
  }
  const bool begins =
      !result.empty() &&
      (std::isalpha(static_cast<unsigned char>(result[0])) != 0 || result[0] == '_');
  return begins ? result : 'n' + result;
}

}  // namespace

std::string IdentifierSet::add(std::string_view name) {
  const std::string stem = identifier(name);
  std::string result = stem;
  while (!taken_.insert(result).second) result = stem + '_' + std::to_string(++number_);
  return result;
}

}  // namespace neucasl::ir
