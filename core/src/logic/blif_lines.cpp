#include "blif_lines.hpp"

namespace neucasl::logic {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

}  // namespace

bool WordLines::read_physical(std::vector<Word>& words) {
  const std::size_t end = std::min(text_.find('\n', position_), text_.size());
  std::string_view line = text_.substr(position_, end - position_);
  position_ = end + 1;
  ++line_;
  line = line.substr(0, line.find('#'));
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  const bool goes_on = !line.empty() && line.back() == '\\';
  if (goes_on) line.remove_suffix(1);
  std::size_t at = 0;
  while (at < line.size()) {
    if (is_blank(line[at])) {
      ++at;
      continue;
    }
    std::size_t stop = at;
    while (stop < line.size() && !is_blank(line[stop])) ++stop;
    words.push_back({line.substr(at, stop - at), {line_, static_cast<std::uint32_t>(at + 1)}});
    at = stop;
  }
  return goes_on;
}

bool WordLines::next(std::vector<Word>& words) {
  words.clear();
  while (position_ < text_.size()) {
    const bool goes_on = read_physical(words);
    if (!goes_on && !words.empty()) return true;
  }
  return !words.empty();
}

}  // namespace neucasl::logic
