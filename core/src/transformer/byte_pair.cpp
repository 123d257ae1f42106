#include <algorithm>
#include <array>
#include <limits>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/transformer/tokenizer.hpp"
#include "neucasl/transformer/unicode.hpp"

namespace neucasl::transformer {
namespace {

/// The printable character that stands for each byte: itself where it is one, else the next free
/// code point from 256 on.
std::array<char32_t, 256> byte_characters() {
  std::array<char32_t, 256> characters{};
  char32_t next = 256;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    characters[byte] = printable ? byte : next++;
  }
  return characters;
}

enum class Run { letters, numbers, spaces, others };

Run run_of(char32_t point) {
  if (is_space(point)) return Run::spaces;
  const Category category = category_of(point);
  if (category == Category::letter) return Run::letters;
  return category == Category::number ? Run::numbers : Run::others;
}

/// Length of 's, 't, 're, 've, 'm, 'll, 'd at that place; 0 for none.
std::size_t contraction(std::u32string_view text) {
  for (const std::u32string_view one : {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"}) {
    if (text.substr(0, one.size()) == one) return one.size();
  }
  return 0;
}

/// Length of the first word of a text, by the pattern of GPT-2:
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
std::size_t first_word(std::u32string_view text) {
  const std::size_t contracted = contraction(text);
  if (contracted > 0) return contracted;
  const auto end_of = [&](std::size_t at) {
    const Run run = run_of(text[at]);
    while (at < text.size() && run_of(text[at]) == run) ++at;
    return at;
  };
  const std::size_t begin = text[0] == U' ' && text.size() > 1 ? 1 : 0;
  if (run_of(text[begin]) != Run::spaces) return end_of(begin);
  const std::size_t end = end_of(0);
  // The last space belongs to the word behind it.
  return end == text.size() || end == 1 ? end : end - 1;
}

struct PairHash {
  std::size_t operator()(const std::pair<std::string, std::string>& pair) const {
    const std::size_t first = std::hash<std::string>{}(pair.first);
    return first * 1099511628211U ^ std::hash<std::string>{}(pair.second);
  }
};

class BytePairTokenizer final : public Tokenizer {
 public:
  BytePairTokenizer(const std::map<std::string, std::int64_t>& vocabulary,
                    std::vector<std::pair<std::string, std::string>> merges)
      : characters_(byte_characters()) {
    for (const auto& [token, id] : vocabulary) add(token, id);
    for (std::size_t byte = 0; byte < characters_.size(); ++byte) {
      bytes_.emplace(characters_[byte], static_cast<char>(byte));
      if (ids_.contains(to_utf8(characters_[byte]))) continue;
      throw base::Error(
          "tokenizer.vocabulary",
          "byte " + std::to_string(byte) + " has no token ('" + to_utf8(characters_[byte]) + "')",
          "give a vocabulary with all 256 bytes");
    }
    for (auto& pair : merges) {
      if (!ids_.contains(pair.first + pair.second)) {
        throw base::Error("tokenizer.merges",
                          "pair " + std::to_string(ranks_.size() + 1) + ", '" + pair.first +
                              "' and '" + pair.second + "', makes no token of the vocabulary",
                          "give the merges of this vocabulary");
      }
      ranks_.emplace(std::move(pair), ranks_.size());
    }
  }

  [[nodiscard]] std::size_t size() const override { return tokens_.size(); }

  [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text) const override {
    const std::u32string points = from_utf8(text);
    std::vector<std::int64_t> ids;
    std::unordered_map<std::string, std::vector<std::int64_t>> known;
    std::u32string_view rest = points;
    while (!rest.empty()) {
      const std::size_t length = first_word(rest);
      const std::string word = to_utf8(rest.substr(0, length));
      rest.remove_prefix(length);
      const auto [found, added] = known.try_emplace(word);
      if (added) found->second = ids_of_word(word);
      ids.insert(ids.end(), found->second.begin(), found->second.end());
    }
    return ids;
  }

  [[nodiscard]] std::string decode(const std::vector<std::int64_t>& ids) const override {
    std::string text;
    for (const std::int64_t id : ids) {
      const auto found = tokens_.find(id);
      if (found == tokens_.end()) {
        throw base::Error("tokenizer.id", std::to_string(id) + " is no token",
                          "give the number of a token of the vocabulary");
      }
      for (const char32_t point : from_utf8(found->second)) {
        const auto byte = bytes_.find(point);
        // Tokens that were added by hand stand for themselves.
        text += byte == bytes_.end() ? to_utf8(point) : std::string(1, byte->second);
      }
    }
    return text;
  }

 private:
  void add(const std::string& token, std::int64_t id) {
    if (id >= 0 && tokens_.emplace(id, token).second) {
      ids_.emplace(token, id);
      return;
    }
    throw base::Error("tokenizer.vocabulary",
                      "the token '" + token + "' has the number " + std::to_string(id) +
                          (id < 0 ? "" : ", as another has"),
                      "give each token its own number of at least 0");
  }

  [[nodiscard]] std::vector<std::int64_t> ids_of_word(const std::string& word) const {
    std::vector<std::string> parts;
    parts.reserve(word.size());
    for (const char byte : word) {
      parts.push_back(to_utf8(characters_[static_cast<unsigned char>(byte)]));
    }
    while (merge_best(parts)) {
    }
    std::vector<std::int64_t> ids;
    ids.reserve(parts.size());
    for (const std::string& part : parts) ids.push_back(ids_.at(part));
    return ids;
  }

  /// Merges the pair that stands first in the list, wherever it is; false when there is none.
  bool merge_best(std::vector<std::string>& parts) const {
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::size_t best = none;
    std::pair<std::string, std::string> pair;
    for (std::size_t k = 0; k + 1 < parts.size(); ++k) {
      const auto found = ranks_.find({parts[k], parts[k + 1]});
      if (found == ranks_.end() || found->second >= best) continue;
      best = found->second;
      pair = found->first;
    }
    if (best == none) return false;
    std::vector<std::string> merged;
    merged.reserve(parts.size());
    for (std::size_t k = 0; k < parts.size(); ++k) {
      if (k + 1 < parts.size() && parts[k] == pair.first && parts[k + 1] == pair.second) {
        merged.push_back(pair.first + pair.second);
        ++k;
      } else {
        merged.push_back(parts[k]);
      }
    }
    parts = std::move(merged);
    return true;
  }

  std::array<char32_t, 256> characters_;
  std::unordered_map<char32_t, char> bytes_;
  std::unordered_map<std::string, std::int64_t> ids_;
  std::unordered_map<std::int64_t, std::string> tokens_;
  std::unordered_map<std::pair<std::string, std::string>, std::size_t, PairHash> ranks_;
};

}  // namespace

std::unique_ptr<Tokenizer> byte_pair_tokenizer(
    const std::map<std::string, std::int64_t>& vocabulary,
    std::vector<std::pair<std::string, std::string>> merges) {
  return std::make_unique<BytePairTokenizer>(vocabulary, std::move(merges));
}

}  // namespace neucasl::transformer
