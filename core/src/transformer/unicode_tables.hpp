#pragma once

#include <span>
#include <string_view>

#include "neucasl/transformer/unicode.hpp"

/// \file
/// Tables that unicode_tables.py makes.

namespace neucasl::transformer {

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

}  // namespace neucasl::transformer
