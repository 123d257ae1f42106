#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signal_table.hpp"

/// \file
/// BLIF text as logical lines of words.

namespace neucasl::logic {

struct Word {
  std::string_view text;
  Place place;
};

/// Walks a text line by line: comments dropped, continued lines joined, empty lines skipped.
class WordLines {
 public:
  explicit WordLines(std::string_view text) : text_(text) {}

  /// Reads the next line into `words`; false at the end.
  bool next(std::vector<Word>& words);

 private:
  /// Adds the words of one physical line; true when the line goes on below.
  bool read_physical(std::vector<Word>& words);

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 0;
};

}  // namespace neucasl::logic
