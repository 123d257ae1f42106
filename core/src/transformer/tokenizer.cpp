#include "neucasl/transformer/tokenizer.hpp"

#include <set>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/transformer/unicode.hpp"

namespace neucasl::transformer {

Tokenizer::~Tokenizer() = default;

CharacterTokenizer::CharacterTokenizer(std::vector<std::string> characters)
    : characters_(std::move(characters)) {
  if (characters_.empty()) {
    throw base::Error("tokenizer.vocabulary", "the vocabulary has no characters", "give some");
  }
  for (std::size_t k = 0; k < characters_.size(); ++k) {
    const bool single = from_utf8(characters_[k]).size() == 1;
    if (single && ids_.emplace(characters_[k], static_cast<std::int64_t>(k)).second) continue;
    throw base::Error("tokenizer.vocabulary",
                      "entry " + std::to_string(k) + " of the vocabulary, '" + characters_[k] +
                          "', is " + (single ? "twice there" : "not a single character"),
                      "give each character once");
  }
}

std::vector<std::string> CharacterTokenizer::characters_of(std::string_view text) {
  const std::u32string points = from_utf8(text);
  std::vector<std::string> characters;
  for (const char32_t point : std::set<char32_t>(points.begin(), points.end())) {
    characters.push_back(to_utf8(point));
  }
  return characters;
}

std::vector<std::int64_t> CharacterTokenizer::encode(std::string_view text) const {
  std::vector<std::int64_t> ids;
  ids.reserve(text.size());
  for (const char32_t point : from_utf8(text)) {
    const auto found = ids_.find(to_utf8(point));
    if (found == ids_.end()) {
      throw base::Error("tokenizer.character",
                        "character " + std::to_string(ids.size()) + " of the text, '" +
                            to_utf8(point) + "', is not in the vocabulary",
                        "give a text of its " + std::to_string(characters_.size()) + " characters");
    }
    ids.push_back(found->second);
  }
  return ids;
}

std::string CharacterTokenizer::decode(const std::vector<std::int64_t>& ids) const {
  std::string text;
  for (const std::int64_t id : ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= characters_.size()) {
      throw base::Error("tokenizer.id", std::to_string(id) + " is no token",
                        "give 0 to " + std::to_string(characters_.size() - 1));
    }
    text += characters_[static_cast<std::size_t>(id)];
  }
  return text;
}

}  // namespace neucasl::transformer
