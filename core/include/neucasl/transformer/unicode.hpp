#pragma once

#include <string>
#include <string_view>

#include "neucasl/base/export.hpp"

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

/// \throws base::Error "tokenizer.text" with the byte that is no UTF-8.
NEUCASL_EXPORT std::u32string from_utf8(std::string_view text);
NEUCASL_EXPORT std::string to_utf8(char32_t point);
NEUCASL_EXPORT std::string to_utf8(std::u32string_view text);

/// `point` < 0x110000.
NEUCASL_EXPORT Category category_of(char32_t point);
/// White_Space.
NEUCASL_EXPORT bool is_space(char32_t point);
/// Lower case of each character, canonically decomposed, without marks.
NEUCASL_EXPORT std::u32string folded(std::u32string_view text);

}  // namespace neucasl::transformer
