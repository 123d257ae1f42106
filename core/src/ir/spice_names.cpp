#include <cctype>

#include "neucasl/ir/spice_parser.hpp"

namespace neucasl::ir {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || is_decimal_digit(c) || c == '_' ||
         c == '.';
}

/// "_x2b_" at this place of the text.
bool is_escape(std::string_view text, std::size_t at) {
  return at + 5 <= text.size() && text.substr(at, 2) == "_x" && text[at + 4] == '_' &&
         hex_digits.find(text[at + 2]) != std::string_view::npos &&
         hex_digits.find(text[at + 3]) != std::string_view::npos;
}

std::string escape(char c) {
  const auto code = static_cast<unsigned char>(c);
  return {'_', 'x', hex_digits[code >> 4U], hex_digits[code & 15U], '_'};
}

}  // namespace

SpiceDevices::~SpiceDevices() = default;

std::string spice_identifier(std::string_view name) {
  std::string result;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    // A dot in front is escaped, so it begins nothing.
    const bool begins = at == 0 || (name[at - 1] == '.' && at > 1);
    const bool digit_follows = at + 1 < name.size() && is_decimal_digit(name[at + 1]);
    // What would read as an escape, or as the mark in front of a digit, is escaped itself.
    const bool ambiguous = c == '_' && (name.substr(at, 2) == "_x" || (begins && digit_follows));
    const bool dot_first = c == '.' && at == 0;
    if (begins && is_decimal_digit(c)) result += '_';
    result += is_plain(c) && !ambiguous && !dot_first ? std::string(1, c) : escape(c);
  }
  return result;
}

std::string spice_name(std::string_view identifier) {
  std::string result;
  for (std::size_t at = 0; at < identifier.size(); ++at) {
    const char c = identifier[at];
    const bool begins = at == 0 || identifier[at - 1] == '.';
    if (is_escape(identifier, at)) {
      const std::size_t high = hex_digits.find(identifier[at + 2]);
      const std::size_t low = hex_digits.find(identifier[at + 3]);
      result += static_cast<char>(high * 16 + low);
      at += 4;
    } else if (!(c == '_' && begins && at + 1 < identifier.size() &&
                 is_decimal_digit(identifier[at + 1]))) {
      result += c;
    }
  }
  return result;
}

}  // namespace neucasl::ir
