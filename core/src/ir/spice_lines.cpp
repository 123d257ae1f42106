#include "spice_lines.hpp"

#include <algorithm>
#include <cctype>

namespace neucasl::ir::spice {
namespace {

using base::Error;

constexpr std::size_t longest_line = 1'000'000;  // characters of a card
constexpr std::uint32_t most_lines = 20'000'000;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Without the comment at its end: after ';', "//", or a '$' that stands apart.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool apart = i == 0 || is_space(line[i - 1]) || line[i - 1] == ',';
    if (line[i] == ';' || line.substr(i, 2) == "//" || (line[i] == '$' && apart)) {
      return line.substr(0, i);
    }
  }
  return line;
}

class Splitter {
 public:
  Splitter(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Lines run() {
    std::uint32_t number = 0;
    for (std::size_t begin = 0; begin < text_.size(); ++number) {
      if (number >= most_lines) fail("spice.limit", number, 1, "the deck has too many lines");
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      take(text_.substr(begin, end - begin), number + 1);
      begin = end + 1;
    }
    if (number == 0) fail("spice.syntax", 1, 1, "the deck is empty");
    return std::move(lines_);
  }

 private:
  [[noreturn]] void fail(const std::string& code, std::uint32_t line, std::size_t column,
                         const std::string& what) const {
    throw Error(code, what, "give a SPICE deck in plain text",
                {file_, line, static_cast<std::uint32_t>(column)});
  }

  void take(std::string_view line, std::uint32_t number) {
    if (line.size() > longest_line) {
      fail("spice.limit", number, longest_line, "a line of more than 1,000,000 characters");
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto code = static_cast<unsigned char>(line[i]);
      if ((code < ' ' && !is_space(line[i])) || code == 0x7f) {
        fail("spice.character", number, i + 1,
             "a control character (code " + std::to_string(code) + ")");
      }
    }
    if (number == 1) {
      // Decks often mark the title as a comment.
      const auto first = line.find_first_not_of("* \t\r");
      const auto last = line.find_last_not_of(" \t\r");
      if (first != std::string_view::npos) lines_.title = line.substr(first, last + 1 - first);
      return;
    }
    std::size_t first = 0;
    while (first < line.size() && is_space(line[first])) ++first;
    if (first == line.size()) return;
    if (lines_.ended) {
      if (lines_.line_after_end == 0) lines_.line_after_end = number;
      return;
    }
    if (line[first] == '*') return;
    const std::string_view content = without_comment(line.substr(first));
    if (content.find_first_not_of(" \t\r") == std::string_view::npos) return;
    if (content[0] == '+') {
      if (lines_.cards.empty()) {
        fail("spice.syntax", number, first + 1, "a continuation without a card before it");
      }
      append(lines_.cards.back(), content.substr(1), number, first + 1);
    } else {
      lines_.cards.emplace_back();
      append(lines_.cards.back(), content, number, first);
      if (lines_.cards.back().text == ".end") {
        lines_.cards.pop_back();
        lines_.ended = true;
      }
    }
  }

  void append(Line& line, std::string_view content, std::uint32_t number, std::size_t column) {
    if (!line.text.empty()) line.text += ' ';
    line.pieces.push_back({line.text.size(), number, static_cast<std::uint32_t>(column + 1)});
    for (const char c : content) {
      line.text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    while (!line.text.empty() && is_space(line.text.back())) line.text.pop_back();
    if (line.text.size() > longest_line) {
      fail("spice.limit", number, column + 1, "a card of more than 1,000,000 characters");
    }
  }

  std::string_view text_;
  const std::string& file_;
  Lines lines_;
};

}  // namespace

base::Location Line::at(std::size_t offset, const std::string& file) const {
  const Piece* found = &pieces.front();
  for (const Piece& piece : pieces) {
    if (piece.offset <= offset) found = &piece;
  }
  return {file, found->number, found->column + static_cast<std::uint32_t>(offset - found->offset)};
}

Lines split_lines(std::string_view text, const std::string& file) {
  return Splitter(text, file).run();
}

std::vector<Word> split_words(const Line& line, const std::string& file) {
  const std::string_view text = line.text;
  std::vector<Word> words;
  std::size_t at = 0;
  const auto take = [&](std::size_t end) {
    words.push_back({text.substr(at, end - at), at});
    at = end;
  };
  while (at < text.size()) {
    const char c = text[at];
    if (is_space(c) || c == ',') {
      ++at;
    } else if (c == '=' || c == '(' || c == ')') {
      take(at + 1);
    } else if (c == '{' || c == '\'') {
      int depth = 0;
      std::size_t end = at;
      do {
        if (text[end] == '{') ++depth;
        if (text[end] == '}') --depth;
        ++end;
      } while (end < text.size() && (c == '{' ? depth > 0 : text[end] != '\''));
      const bool closed = c == '{' ? depth == 0 : end < text.size();
      if (!closed) {
        throw Error("spice.syntax", std::string("'") + c + "' is not closed",
                    "close the formula on its card", line.at(at, file));
      }
      take(c == '{' ? end : end + 1);
    } else {
      take(std::min(text.find_first_of(" \t\r,=(){'", at), text.size()));
    }
  }
  return words;
}

}  // namespace neucasl::ir::spice
