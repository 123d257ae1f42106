#include <filesystem>

#include "blif_lines.hpp"
#include "function_pieces.hpp"
#include "neucasl/logic/readers.hpp"

namespace neucasl::logic {
namespace {

using base::Error;

/// 65,536 rows; more are no table that anybody reads.
constexpr std::size_t most_columns = 16;

class TruthTableReader {
 public:
  TruthTableReader(std::string_view text, const std::string& file)
      : lines_(text), file_(file), table_(file) {}

  Network run() {
    if (!lines_.next(words_)) fail({}, "there is no header", "write the names, 'a b | f'");
    header();
    line_of_row_.assign(std::size_t{1} << inputs_.size(), 0);
    const std::size_t words = (line_of_row_.size() + 63) / 64;
    rows_.assign(outputs_.size(), std::vector<std::uint64_t>(words, 0));
    while (lines_.next(words_)) row();
    require_all_rows();
    for (std::size_t i = 0; i < outputs_.size(); ++i) define(i);
    return table_.build(std::filesystem::path(file_).stem().string());
  }

 private:
  [[noreturn]] void fail(Place place, const std::string& what, const std::string& remedy,
                         const std::string& code = "truth-table.syntax") const {
    throw Error(code, what, remedy, {file_, place.line, place.column});
  }

  /// The words before and behind the '|', which may touch its neighbours.
  void split(std::vector<Word>& left, std::vector<Word>& right) const {
    bool behind = false;
    for (Word word : words_) {
      while (!word.text.empty()) {
        const std::size_t bar = word.text.find('|');
        const std::string_view part = word.text.substr(0, bar);
        if (!part.empty()) (behind ? right : left).push_back({part, word.place});
        if (bar == std::string_view::npos) break;
        if (behind) fail(word.place, "two '|' in a line", "write one, between inputs and outputs");
        behind = true;
        word.text.remove_prefix(bar + 1);
        word.place.column += static_cast<std::uint32_t>(bar + 1);
      }
    }
    if (!behind) {
      fail(words_.front().place, "'|' is missing", "write it between inputs and outputs");
    }
  }

  void header() {
    std::vector<Word> left;
    std::vector<Word> right;
    split(left, right);
    const Place place = words_.front().place;
    if (right.empty()) fail(place, "the header names no output", "write names behind the '|'");
    if (left.size() > most_columns) {
      fail(place, "the table has " + std::to_string(left.size()) + " inputs",
           "a table has at most 16; write equations or BLIF");
    }
    for (const Word& word : left) {
      const Signal signal = table_.named(word.text);
      table_.add_input(signal, word.place);
      inputs_.push_back(signal);
    }
    for (const Word& word : right) {
      const Signal signal = table_.named(word.text);
      for (const Signal other : outputs_) {
        if (other == signal) fail(word.place, "an output is named twice", "rename one of them");
      }
      outputs_.push_back(signal);
      places_.push_back(word.place);
    }
  }

  /// One value for each column; they need no space between.
  [[nodiscard]] std::string values(const std::vector<Word>& words, std::size_t count,
                                   std::string_view allowed, std::string_view what) const {
    std::string text;
    for (const Word& word : words) {
      const std::size_t wrong = word.text.find_first_not_of(allowed);
      if (wrong != std::string_view::npos) {
        Place place = word.place;
        place.column += static_cast<std::uint32_t>(wrong);
        fail(place,
             "'" + std::string(word.text.substr(wrong, 1)) + "' as a value of an " +
                 std::string(what),
             allowed.size() == 2 ? "write 0 or 1" : "write 0, 1 or -");
      }
      text += word.text;
    }
    if (text.size() != count) {
      fail(words_.front().place,
           "the row has " + counted(text.size(), what) + ", the header " + std::to_string(count),
           "write one value for each column");
    }
    return text;
  }

  void row() {
    std::vector<Word> left;
    std::vector<Word> right;
    split(left, right);
    const std::string in = values(left, inputs_.size(), "01-", "input");
    const std::string out = values(right, outputs_.size(), "01", "output");
    std::size_t open = 0;  // columns with '-'
    std::size_t fixed = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i] == '-') open |= std::size_t{1} << i;
      if (in[i] == '1') fixed |= std::size_t{1} << i;
    }
    // All subsets of `open`, by the usual walk.
    std::size_t subset = 0;
    do {
      set_row(fixed | subset, out);
      subset = (subset - open) & open;
    } while (subset != 0);
  }

  [[nodiscard]] std::string row_text(std::size_t row) const {
    std::string text;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      text += (i == 0 ? "" : " ") + std::string(((row >> i) & 1U) != 0 ? "1" : "0");
    }
    return text;
  }

  void set_row(std::size_t row, const std::string& out) {
    const Place place = words_.front().place;
    if (line_of_row_[row] != 0) {
      fail(place,
           "row '" + row_text(row) + "' stands also in line " + std::to_string(line_of_row_[row]),
           "write each row once", "truth-table.row");
    }
    line_of_row_[row] = place.line;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i] == '1') rows_[i][row / 64] |= std::uint64_t{1} << (row % 64);
    }
  }

  void require_all_rows() const {
    std::size_t missing = 0;
    std::size_t first = 0;
    for (std::size_t row = line_of_row_.size(); row-- > 0;) {
      if (line_of_row_[row] != 0) continue;
      ++missing;
      first = row;
    }
    if (missing == 0) return;
    const std::string more = missing > 1 ? " and " + std::to_string(missing - 1) + " more" : "";
    fail(places_.front(),
         "row '" + row_text(first) + "'" + more + " missing of " +
             std::to_string(line_of_row_.size()),
         "write every row, with '-' for inputs that do not matter", "truth-table.row");
  }

  void define(std::size_t output) {
    PieceBuilder builder(table_, table_.name_of(outputs_[output]), places_[output]);
    std::vector<Signal> inputs = inputs_;
    std::vector<std::uint64_t>& rows = rows_[output];
    // A table of fewer inputs is repeated over the missing ones, on which it does not depend then.
    for (std::size_t i = inputs.size(); i < most_table_inputs; ++i) {
      rows[0] |= rows[0] << (std::size_t{1} << i);
      inputs.push_back(inputs.empty() ? outputs_[output] : inputs.front());
    }
    builder.drive(outputs_[output], builder.of_rows(inputs, rows));
    table_.add_output(outputs_[output], places_[output]);
  }

  WordLines lines_;
  std::vector<Word> words_;
  std::string file_;
  SignalTable table_;
  std::vector<Signal> inputs_, outputs_;
  std::vector<Place> places_;  ///< Of the outputs.
  std::vector<std::uint32_t> line_of_row_;
  std::vector<std::vector<std::uint64_t>> rows_;  ///< By output, 64 to a word.
};

}  // namespace

Network parse_truth_table(std::string_view text, const std::string& file) {
  return TruthTableReader(text, file).run();
}

}  // namespace neucasl::logic
