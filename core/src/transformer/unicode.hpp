#pragma once

#include <span>
#include <string>
#include <string_view>

/// \file
/// Characters and their properties, after the Unicode character database.

namespace neucasl::transformer {

/// General categories, as far as tokenizers tell them apart.
enum class Category {
  letter,       ///< L*
  number,       ///< N*
  punctuation,  ///< P*
  mark,         ///< Mn: accents and their like.
  control,      ///< C*, also code points without a character.
  other
};

/// The first code point of a run of one category.
struct CategoryStart {
  char32_t first;
  Category category;
};
std::span<const CategoryStart> category_starts();

/// Code points first, first + stride, ... become result, result + step, ...; runs do not overlap.
struct FoldingRun {
  char32_t first;
  unsigned count;
  unsigned stride;
  char32_t result;
  unsigned step;
};
std::span<const FoldingRun> folding_runs();
/// A code point that becomes several, or none.
struct LongFolding {
  char32_t from;
  std::u32string_view to;
};
std::span<const LongFolding> long_foldings();

/// \throws base::Error "tokenizer.text" with the byte that is no UTF-8.
std::u32string from_utf8(std::string_view text);
std::string to_utf8(char32_t point);
std::string to_utf8(std::u32string_view text);

Category category_of(char32_t point);
/// White_Space.
bool is_space(char32_t point);
/// Lower case, canonically decomposed, without marks.
std::u32string folded(std::u32string_view text);

}  // namespace neucasl::transformer
