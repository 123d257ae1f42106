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
/// is one fixed number. A word n of 32 random bits makes a pair by Box and Muller's transform: the
/// radius from u = (n + 1/2) 2^-32, the angle from n times 2^32 over the golden ratio, modulo 2^32.
/// These are the points of a good lattice of rank one in the unit square (H. Niederreiter, Random
/// Number Generation and Quasi-Monte Carlo Methods, SIAM 1992, chapter 5). Moments and distribution
/// function are those of the normal law but for its tails beyond sqrt(66 ln 2) = 6.76, which do not
/// occur. Logarithm, sine and cosine are minimax polynomials; a number differs from the exact
/// transform by less than 1e-5.

namespace neucasl::base {

class NEUCASL_EXPORT NormalField {
 public:
  /// Numbers of a block.
  static constexpr std::size_t block = 64;

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
