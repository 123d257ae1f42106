#include <algorithm>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/transformer/tokenizer.hpp"
#include "neucasl/transformer/unicode.hpp"

namespace neucasl::transformer {
namespace {

constexpr const char* unknown_piece = "[UNK]";

/// Blocks of Chinese characters, each of which is a word by itself.
bool is_chinese(char32_t point) {
  struct Block {
    char32_t first;
    char32_t last;
  };
  constexpr Block blocks[] = {{0x4E00, 0x9FFF},   {0x3400, 0x4DBF},   {0x20000, 0x2A6DF},
                              {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B820, 0x2CEAF},
                              {0xF900, 0xFAFF},   {0x2F800, 0x2FA1F}};
  return std::any_of(std::begin(blocks), std::end(blocks), [&](const Block& block) {
    return point >= block.first && point <= block.last;
  });
}

/// Punctuation, and all characters of ASCII that are neither letters, numbers nor controls.
bool is_mark_between_words(char32_t point) {
  if (point > ' ' && point < 0x7F) {
    const Category category = category_of(point);
    return category != Category::letter && category != Category::number;
  }
  return category_of(point) == Category::punctuation;
}

bool is_blank(char32_t point) { return point == '\t' || point == '\n' || point == '\r'; }

bool is_dropped(char32_t point) {
  return point == 0 || point == 0xFFFD ||
         (!is_blank(point) && category_of(point) == Category::control);
}

class WordPieceTokenizer final : public Tokenizer {
 public:
  WordPieceTokenizer(std::vector<std::string> vocabulary, const WordPieceOptions& options)
      : pieces_(std::move(vocabulary)), options_(options) {
    for (std::size_t k = 0; k < pieces_.size(); ++k) {
      if (ids_.emplace(pieces_[k], static_cast<std::int64_t>(k)).second) continue;
      throw base::Error("tokenizer.vocabulary",
                        "the piece '" + pieces_[k] + "' has the numbers " +
                            std::to_string(ids_.at(pieces_[k])) + " and " + std::to_string(k),
                        "give each piece once");
    }
    if (!ids_.contains(unknown_piece)) {
      throw base::Error("tokenizer.vocabulary", "the vocabulary has no piece '[UNK]'",
                        "give it, for words without pieces");
    }
  }

  [[nodiscard]] std::size_t size() const override { return pieces_.size(); }

  [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text) const override {
    std::vector<std::int64_t> ids;
    std::u32string word;
    const auto finish = [&] {
      append_word(word, ids);
      word.clear();
    };
    for (const char32_t point : from_utf8(text)) {
      if (is_dropped(point)) continue;
      if (is_space(point)) {
        finish();
      } else if (is_chinese(point)) {
        finish();
        word = point;
        finish();
      } else {
        word += point;
      }
    }
    finish();
    return ids;
  }

  [[nodiscard]] std::string decode(const std::vector<std::int64_t>& ids) const override {
    std::string text;
    for (const std::int64_t id : ids) {
      if (id < 0 || static_cast<std::size_t>(id) >= pieces_.size()) {
        throw base::Error("tokenizer.id", std::to_string(id) + " is no token",
                          "give 0 to " + std::to_string(pieces_.size() - 1));
      }
      const std::string& piece = pieces_[static_cast<std::size_t>(id)];
      if (piece.rfind("##", 0) == 0 && piece.size() > 2) {
        text += piece.substr(2);
      } else {
        text += (text.empty() ? "" : " ") + piece;
      }
    }
    return text;
  }

 private:
  /// A word between blanks; punctuation in it stands alone.
  void append_word(const std::u32string& word, std::vector<std::int64_t>& ids) const {
    std::u32string part;
    for (const char32_t point : options_.lower_case ? folded(word) : word) {
      if (is_mark_between_words(point)) {
        append_pieces(part, ids);
        part.clear();
        append_pieces(std::u32string(1, point), ids);
      } else {
        part += point;
      }
    }
    append_pieces(part, ids);
  }

  void append_pieces(const std::u32string& word, std::vector<std::int64_t>& ids) const {
    if (word.empty()) return;
    const std::size_t before = ids.size();
    std::size_t begin = word.size() > options_.longest_word ? npos : 0;
    while (begin < word.size()) {
      std::size_t end = word.size();
      auto found = ids_.end();
      for (; end > begin; --end) {
        found = ids_.find((begin > 0 ? "##" : "") +
                          to_utf8(std::u32string_view(word).substr(begin, end - begin)));
        if (found != ids_.end()) break;
      }
      if (found == ids_.end()) {
        begin = npos;
        break;
      }
      ids.push_back(found->second);
      begin = end;
    }
    if (begin != npos) return;
    ids.resize(before);
    ids.push_back(ids_.at(unknown_piece));
  }

  static constexpr std::size_t npos = std::u32string::npos;
  std::vector<std::string> pieces_;
  std::unordered_map<std::string, std::int64_t> ids_;
  WordPieceOptions options_;
};

}  // namespace

std::unique_ptr<Tokenizer> word_piece_tokenizer(std::vector<std::string> vocabulary,
                                                const WordPieceOptions& options) {
  return std::make_unique<WordPieceTokenizer>(std::move(vocabulary), options);
}

}  // namespace neucasl::transformer
