#include "attributes.hpp"

#include <charconv>

namespace neucasl::exploration {

std::size_t whole_attribute(const base::XmlElement& element, const char* attribute,
                            std::size_t missing, const char* code) {
  const std::optional<std::string> text = element.optional(attribute);
  if (!text) return missing;
  constexpr std::size_t most = 10000000;
  std::size_t value = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (fault != std::errc{} || end != text->data() + text->size() || value == 0 || value > most) {
    throw base::Error(code, std::string(attribute) + "=\"" + *text + "\" is no number",
                      "give a whole number from 1 to 10^7", element.where);
  }
  return value;
}

double pure_attribute(const base::XmlElement& element, const char* attribute, double missing) {
  const std::optional<std::string> text = element.optional(attribute);
  if (!text) return missing;
  return base::parse_si(*text, base::dimension::none, element.where);
}

}  // namespace neucasl::exploration
