#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// Many standard normal numbers at once, in single precision.
///
/// A *field* is a stream in the sense of random.hpp (same generator and key) whose sample is a row
/// and whose draws are handed out in blocks of `NormalField::block`: number k of block b of row r
/// is one fixed number. Box and Muller's transform on 32-bit uniform numbers u = (n + 1/2) 2^-32:
/// moments and distribution function are those of the normal law but for its tails beyond
/// sqrt(66 ln 2) = 6.76, which do not occur. Logarithm, sine and cosine are S. L. Moshier's
/// polynomials in single precision (Cephes Mathematical Library, 1989); a number differs from the
/// exact transform by less than 1e-5.

namespace neucasl::base {

class NEUCASL_EXPORT NormalField {
 public:
  /// Numbers of a block.
  static constexpr std::size_t block = 32;

  NormalField() = default;
  NormalField(std::uint64_t seed, std::string_view purpose);

  /// Writes `blocks` blocks of a row, from `first_block` on: blocks x block numbers.
  void fill(std::uint64_t row, std::uint64_t first_block, std::size_t blocks, float* out) const {
    fill_rows(row, 1, first_block, blocks, out);
  }

  /// The same for `rows` rows, one after the other: rows x blocks x block numbers.
  void fill_rows(std::uint64_t first_row, std::size_t rows, std::uint64_t first_block,
                 std::size_t blocks, float* out) const;

 private:
  std::array<std::uint32_t, 2> key_{};
};

}  // namespace neucasl::base
