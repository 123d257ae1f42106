#pragma once

#include <cctype>
#include <initializer_list>
#include <string>
#include <string_view>

/// \file
/// Pieces of text.

namespace neucasl::base {

/// One after the other, with a single allocation.
inline std::string concatenate(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  for (const std::string_view part : parts) text += part;
  return text;
}

/// ASCII letters in lower case.
inline std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace neucasl::base
