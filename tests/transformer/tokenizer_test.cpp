#include "neucasl/transformer/tokenizer.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/transformer/unicode.hpp"

namespace neucasl::transformer {
namespace {

using Ids = std::vector<std::int64_t>;

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.diagnostic().remedy.empty());
    return error.diagnostic().code;
  }
  return "nothing refused";
}

TEST(CharacterTokenizer, IsExact) {
  const std::string text = "na\xC3\xAFve \xE2\x82\xAC\nab";
  const CharacterTokenizer tokenizer(CharacterTokenizer::characters_of(text));
  EXPECT_EQ(tokenizer.characters(), (std::vector<std::string>{"\n", " ", "a", "b", "e", "n", "v",
                                                              "\xC3\xAF", "\xE2\x82\xAC"}));
  EXPECT_EQ(tokenizer.encode("ban"), (Ids{3, 2, 5}));
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer.encode("x")); }), "tokenizer.character");
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer.encode("\xFF")); }), "tokenizer.text");
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer.decode({9})); }), "tokenizer.id");
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer.decode({-1})); }), "tokenizer.id");
  EXPECT_EQ(code_of([] { CharacterTokenizer({}); }), "tokenizer.vocabulary");
  EXPECT_EQ(code_of([] { CharacterTokenizer({"a", "a"}); }), "tokenizer.vocabulary");
  EXPECT_EQ(code_of([] { CharacterTokenizer({"a", ""}); }), "tokenizer.vocabulary");
}

TEST(Utf8, RefusesWhatIsNone) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3("}) {
    EXPECT_EQ(code_of([&] { static_cast<void>(from_utf8(bad)); }), "tokenizer.text");
  }
  for (const char32_t point :
       {U'\0', U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFF', U'\x10000', U'\x10FFFF'}) {
    EXPECT_EQ(from_utf8(to_utf8(point)), std::u32string(1, point));
  }
}

/// FNV-1a of 32 bit numbers.
std::uint64_t add_to_hash(std::uint64_t hash, std::uint32_t value) {
  return (hash ^ value) * 1099511628211U;
}

// Over all code points, by Python's unicodedata 14.0 (category; lower case, NFD, without Mn):
//   h = 14695981039346656037
//   for value in values: h = (h ^ value) * 1099511628211 % 2**64
// with the categories of Category as 0 to 5, and for foldings each result and then 0xffffffff.
TEST(Unicode, TablesAreThoseOfTheDatabase) {
  std::uint64_t categories = 14695981039346656037U;
  std::uint64_t foldings = 14695981039346656037U;
  for (char32_t point = 0; point < 0x110000; ++point) {
    categories = add_to_hash(categories, static_cast<std::uint32_t>(category_of(point)));
    if (point >= 0xD800 && point < 0xE000) continue;
    for (const char32_t one : folded(std::u32string(1, point))) {
      foldings = add_to_hash(foldings, one);
    }
    foldings = add_to_hash(foldings, 0xFFFFFFFFU);
  }
  EXPECT_EQ(categories, 15790611887090148980U);
  EXPECT_EQ(foldings, 1383282488629382879U);
}

/// The character that stands for a byte in the vocabulary.
std::string byte_character(int byte) {
  const bool printable = (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
  if (printable) return to_utf8(static_cast<char32_t>(byte));
  // 0 to 32, 127 to 160 and 173 follow each other from 256 on.
  const int place = byte <= 32 ? byte : byte <= 160 ? byte - 127 + 33 : 67;
  return to_utf8(static_cast<char32_t>(256 + place));
}

std::map<std::string, std::int64_t> byte_vocabulary() {
  std::map<std::string, std::int64_t> vocabulary;
  for (int byte = 0; byte < 256; ++byte) vocabulary.emplace(byte_character(byte), byte);
  return vocabulary;
}

const std::string gap = "\xC4\xA0";  ///< Stands for the blank.

TEST(BytePairs, MergeInTheOrderOfTheList) {
  auto vocabulary = byte_vocabulary();
  // The example of R. Sennrich et al., ACL 2016, table 1: lower, lowest, newest.
  vocabulary.insert({{"es", 256}, {"est", 257}, {"lo", 258}, {"low", 259}, {gap + "low", 260}});
  const auto tokenizer = byte_pair_tokenizer(
      vocabulary, {{"e", "s"}, {"es", "t"}, {"l", "o"}, {"lo", "w"}, {gap, "low"}});
  EXPECT_EQ(tokenizer->encode("lowest"), (Ids{259, 257}));
  EXPECT_EQ(tokenizer->encode("low lower"), (Ids{259, 260, 'e', 'r'}));
  EXPECT_EQ(tokenizer->encode("eses"), (Ids{256, 256}));
  EXPECT_EQ(tokenizer->encode(""), Ids{});
  const std::string text = "\xE2\x82\xAC low\xC3\xA9\n\n 12's\t lowest  ";
  EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
  EXPECT_EQ(tokenizer->size(), 261U);
}

// Words do not merge across the borders of GPT-2's pattern: every pair of bytes that stands for a
// border would merge here.
TEST(BytePairs, WordsAreThoseOfThePattern) {
  const std::vector<std::vector<std::string>> texts{
      {"it", "'s", " 3", "rd", " e", "..."},
      {"we", "'ll", " don", "'t", "'", "x", "'", "REd"},
      {" a", "  ", " b", "\n", "\n", "c"},
      {"a", "   "},
      {"x", "\t", "y", " \t", " z"},
      {"caf\xC3\xA9", "12", "\xE2\x82\xAC$", " \xE6\x97\xA5\xE6\x9C\xAC", "\xC2\xB2"},
      {" ", " a", "!", "\xC2\xA0", "b"}};
  for (const auto& words : texts) {
    auto vocabulary = byte_vocabulary();
    std::vector<std::pair<std::string, std::string>> merges;
    std::string text;
    for (const std::string& word : words) text += word;
    // All byte strings of the text as tokens, made from the left.
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
      std::string token = byte_character(static_cast<unsigned char>(text[begin]));
      for (std::size_t end = begin + 1; end < text.size(); ++end) {
        const std::string next = byte_character(static_cast<unsigned char>(text[end]));
        vocabulary.emplace(token + next, static_cast<std::int64_t>(vocabulary.size()));
        merges.emplace_back(token, next);
        token += next;
      }
    }
    const auto tokenizer = byte_pair_tokenizer(vocabulary, merges);
    std::string joined;
    for (const std::int64_t id : tokenizer->encode(text)) joined += '|' + tokenizer->decode({id});
    std::string wanted;
    for (const std::string& word : words) wanted += '|' + word;
    EXPECT_EQ(joined, wanted);
  }
}

TEST(BytePairs, RefuseVocabulariesThatDoNotFit) {
  auto vocabulary = byte_vocabulary();
  const auto code = [&](const std::vector<std::pair<std::string, std::string>>& merges) {
    return code_of([&] { static_cast<void>(byte_pair_tokenizer(vocabulary, merges)); });
  };
  EXPECT_EQ(code({}), "nothing refused");
  EXPECT_EQ(code({{"a", "b"}}), "tokenizer.merges");
  vocabulary["ab"] = 5;
  EXPECT_EQ(code({{"a", "b"}}), "tokenizer.vocabulary");
  vocabulary["ab"] = -1;
  EXPECT_EQ(code({{"a", "b"}}), "tokenizer.vocabulary");
  vocabulary["ab"] = 300;
  EXPECT_EQ(code({{"a", "b"}}), "nothing refused");
  vocabulary.erase(gap);
  EXPECT_EQ(code({}), "tokenizer.vocabulary");
  const auto tokenizer = byte_pair_tokenizer(byte_vocabulary(), {});
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer->decode({256})); }), "tokenizer.id");
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer->encode("\x80")); }), "tokenizer.text");
}

// The words of Y. Wu et al. and of BERT's own example: unaffable -> un ##aff ##able.
TEST(WordPieces, TakeTheLongestFirst) {
  const std::vector<std::string> pieces{"[UNK]",        "un",  "##aff", "##able", "the",
                                        "##a",          "##f", "!",     "-",      "resume",
                                        "\xE6\x97\xA5", "x",   "$"};
  const auto tokenizer = word_piece_tokenizer(pieces);
  EXPECT_EQ(tokenizer->encode("The unaffable!"), (Ids{4, 1, 2, 3, 7}));
  EXPECT_EQ(tokenizer->encode("una\tunaf\r\nthe-the"), (Ids{1, 5, 1, 5, 6, 4, 8, 4}));
  EXPECT_EQ(tokenizer->encode("unaffables qqq"), (Ids{0, 0}));
  EXPECT_EQ(tokenizer->encode("R\xC3\xA9sum\xC3\xA9 re\xCC\x81sum\xC3\x89"), (Ids{9, 9}));
  EXPECT_EQ(tokenizer->encode("x\xE6\x97\xA5x"), (Ids{11, 10, 11}));
  EXPECT_EQ(tokenizer->encode("x$x\x01x"), (Ids{11, 12, 0}));
  EXPECT_EQ(tokenizer->encode(std::string(101, 'x')), (Ids{0}));
  EXPECT_EQ(tokenizer->decode({4, 1, 2, 3, 7}), "the unaffable !");
  const auto cased = word_piece_tokenizer(pieces, {false, 100});
  EXPECT_EQ(cased->encode("The the"), (Ids{0, 4}));
}

TEST(WordPieces, RefuseVocabulariesThatDoNotFit) {
  EXPECT_EQ(code_of([] { static_cast<void>(word_piece_tokenizer({"a"})); }),
            "tokenizer.vocabulary");
  EXPECT_EQ(code_of([] {
              static_cast<void>(word_piece_tokenizer({"[UNK]", "a", "a"}));
            }),
            "tokenizer.vocabulary");
  const auto tokenizer = word_piece_tokenizer({"[UNK]"});
  EXPECT_EQ(code_of([&] { static_cast<void>(tokenizer->decode({1})); }), "tokenizer.id");
}

}  // namespace
}  // namespace neucasl::transformer
