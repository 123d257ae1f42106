#include "text_layout.hpp"

#include <algorithm>
#include <cstddef>

namespace neucasl::results {
namespace {

std::size_t letter_length(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && (text[at + length] & 0xC0) == 0x80) ++length;
  return length;
}

// In ems, of one UTF-8 letter.
double letter_width(std::string_view letter) {
  const auto first = static_cast<unsigned char>(letter[0]);
  if (first >= 0xE3) return 1.0;  // East Asian scripts and pictures.
  if (first >= 0x80) return 0.65;
  constexpr std::string_view narrow = "iIjl.,:;'|!tfr()[] /-\\";
  constexpr std::string_view wide = "mwMW@%";
  if (narrow.find(letter[0]) != std::string_view::npos) return 0.4;
  if (wide.find(letter[0]) != std::string_view::npos) return 0.97;
  return letter[0] >= 'A' && letter[0] <= 'Z' ? 0.72 : 0.635;
}

// How much of `text` fits, at least one letter, with the best place to break.
std::size_t line_length(std::string_view text, double width, double font_size) {
  double used = 0.0;
  std::size_t space = 0;
  std::size_t mark = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = letter_length(text, at);
    if (text[at] == ' ') space = at + 1;
    used += letter_width(text.substr(at, length)) * font_size;
    if (used > width && at > 0) {
      if (space > 0) return space;
      return mark > 0 ? mark : at;
    }
    at += length;
    constexpr std::string_view breaking = "/_-.,:;|";
    if (breaking.find(text[at - 1]) != std::string_view::npos) mark = at;
  }
  return at;
}

}  // namespace

double text_width(std::string_view text, double font_size) {
  double width = 0.0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = letter_length(text, at);
    width += letter_width(text.substr(at, length));
    at += length;
  }
  return width * font_size;
}

double widest(const std::vector<std::string>& texts, double font_size) {
  double width = 0.0;
  for (const std::string& text : texts) width = std::max(width, text_width(text, font_size));
  return width;
}

std::vector<std::string> wrap_text(std::string_view text, double width, double font_size) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t length = line_length(text, width, font_size);
    std::string line(text.substr(0, length));
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    text.remove_prefix(length);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

}  // namespace neucasl::results
