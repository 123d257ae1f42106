#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Text as the numbers of tokens.

namespace neucasl::transformer {

/// Texts are UTF-8.
class NEUCASL_EXPORT Tokenizer {
 public:
  Tokenizer() = default;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  virtual ~Tokenizer();

  /// Tokens of the vocabulary.
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Without the tokens that mark begin and end. \throws base::Error "tokenizer.text" for bytes
  /// that are no UTF-8; "tokenizer.character" for one that the vocabulary does not have.
  [[nodiscard]] virtual std::vector<std::int64_t> encode(std::string_view text) const = 0;
  /// \throws base::Error "tokenizer.id" for a number that is no token.
  [[nodiscard]] virtual std::string decode(const std::vector<std::int64_t>& ids) const = 0;
};

/// One token for each character.
class NEUCASL_EXPORT CharacterTokenizer final : public Tokenizer {
 public:
  /// Characters in the order of their numbers. \throws base::Error "tokenizer.vocabulary" for one
  /// that is not a single character or twice there, or for none.
  explicit CharacterTokenizer(std::vector<std::string> characters);
  /// Of all characters of a text, in the order of their code points.
  [[nodiscard]] static std::vector<std::string> characters_of(std::string_view text);

  [[nodiscard]] std::size_t size() const override { return characters_.size(); }
  [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text) const override;
  [[nodiscard]] std::string decode(const std::vector<std::int64_t>& ids) const override;
  [[nodiscard]] const std::vector<std::string>& characters() const { return characters_; }

 private:
  std::vector<std::string> characters_;
  std::unordered_map<std::string, std::int64_t> ids_;
};

/// Pairs of bytes that are merged in the order of a list (R. Sennrich et al., ACL 2016; bytes:
/// A. Radford et al., "Language models are unsupervised multitask learners", 2019), as OPT has it.
/// `vocabulary`: token -> number, bytes written as the 256 printable characters of that work;
/// `merges`: pairs, most frequent first.
/// \throws base::Error "tokenizer.vocabulary" for a byte without a token or two tokens of one
/// number; "tokenizer.merges" for a pair whose union is no token.
NEUCASL_EXPORT std::unique_ptr<Tokenizer> byte_pair_tokenizer(
    const std::map<std::string, std::int64_t>& vocabulary,
    std::vector<std::pair<std::string, std::string>> merges);

/// Longest pieces of words first (Y. Wu et al., arXiv:1609.08144), as BERT has it: "##" in front
/// of a piece that continues a word; a word without pieces is "[UNK]".
struct WordPieceOptions {
  bool lower_case = true;          ///< And without accents.
  std::size_t longest_word = 100;  ///< Characters; longer ones are "[UNK]".
};
/// `vocabulary`: pieces in the order of their numbers. \throws base::Error "tokenizer.vocabulary"
/// without "[UNK]", or for a piece that is twice there.
NEUCASL_EXPORT std::unique_ptr<Tokenizer> word_piece_tokenizer(
    std::vector<std::string> vocabulary, const WordPieceOptions& options = {});

}  // namespace neucasl::transformer
