#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// From text to cards: comments dropped, continuations joined, words apart.

namespace neucasl::ir::spice {

/// A card in lower case; it may stand on several lines of the file.
struct Line {
  struct Piece {
    std::size_t offset;    ///< In `text`, where the piece begins.
    std::uint32_t number;  ///< Line of the file.
    std::uint32_t column;
  };
  std::string text;
  std::vector<Piece> pieces;

  [[nodiscard]] base::Location at(std::size_t offset, const std::string& file) const;
};

struct Lines {
  std::string title;
  std::vector<Line> cards;           ///< Up to ".end", without it.
  bool ended = false;                ///< There was an ".end".
  std::uint32_t line_after_end = 0;  ///< First line after it that is not blank; 0: none.
};

/// \throws base::Error "spice.character", "spice.limit", "spice.syntax".
Lines split_lines(std::string_view text, const std::string& file);

struct Word {
  std::string_view text;  ///< Of the line; with its braces or quotes.
  std::size_t offset = 0;
};

/// Words between white space and commas. "=", "(" and ")" are words of their own; "{...}" and
/// "'...'" are one word.
/// \throws base::Error "spice.syntax" for braces or quotes that do not close.
std::vector<Word> split_words(const Line& line, const std::string& file);

}  // namespace neucasl::ir::spice
