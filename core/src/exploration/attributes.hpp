#pragma once

#include <utility>

#include "neucasl/base/xml.hpp"
#include "neucasl/exploration/space.hpp"

/// \file
/// Attributes of the elements of a space. `missing` is the value of one that is not there.

namespace neucasl::exploration {

/// From 1 to 10^7. \throws base::Error of that code.
std::size_t whole_attribute(const base::XmlElement& element, const char* attribute,
                            std::size_t missing, const char* code);
/// A number without unit, or a share in %. \throws base::Error "base.quantity".
double pure_attribute(const base::XmlElement& element, const char* attribute, double missing);

/// One of some words. \throws base::Error of that code, with the nearest.
template <class Enum>
Enum word_attribute(const base::XmlElement& element, const char* attribute, const std::string& code,
                    const std::vector<std::pair<std::string, Enum>>& words) {
  const std::string& given = element.required(attribute);
  std::vector<std::string> known;
  known.reserve(words.size());
  for (const auto& [word, value] : words) {
    if (word == given) return value;
    known.push_back(word);
  }
  throw base::Error(code, "unknown " + std::string(attribute) + " '" + given + "'",
                    base::suggest(given, known), element.where);
}

/// The element <accuracy>. \throws base::Error "exploration.accuracy", "base.quantity".
Accuracy read_accuracy(const base::XmlElement& element);

}  // namespace neucasl::exploration
