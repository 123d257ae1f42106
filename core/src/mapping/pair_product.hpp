#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "column_layout.hpp"
#include "product_kernel.hpp"

/// \file
/// Products of digits, or of their squares, with matrices in whole numbers of 16 bits: twice as
/// fast as floats, since the processor multiplies two pairs of them and adds both in one step.
///
/// The left factor is a whole number of magnitude up to `largest`; an entry q of a column is
/// round(q / s), with s the smallest step for which no sum exceeds 31 bits and no number 15. So a
/// sum is exact but for the rounding of the entries: at most half of s times the left factor for
/// each row of the block.

namespace neucasl::mapping {

inline constexpr float largest_half = 32767.0F;

/// First rows, in the block, of the pairs of rows that are multiplied together. Rows of a block
/// from `row_first` on of a matrix whose left factors stand side by side in runs of `run`: the last
/// row of a run may stand alone.
std::vector<std::uint32_t> row_pairs(std::size_t row_first, std::size_t rows, std::size_t run);

/// Panels as those of `ColumnLayout`, stored pair by pair: (pairs, vectors, lanes, 2).
struct PairMatrix {
  std::vector<std::int16_t> pairs;
  std::vector<float> step;  ///< By column of the layout: the value of a sum of 1.
};

/// Whole numbers on the left.
struct LeftFactor {
  float largest = largest_half;  ///< Magnitude, at most 15 bits.
  float step = 1.0F;             ///< Value of 1.
};

/// `matrix`: packed as `ColumnLayout` says.
/// \throws base::Error "mapping.noise" for a block of more than 65,536 rows.
void pack_pairs(const ColumnLayout& columns, std::size_t rows, std::span<const std::uint32_t> pairs,
                const LeftFactor& left, const std::vector<float>& matrix, PairMatrix& out);

/// Rows of the left factor: pair k of row r stands at plane[start[r] + offset[k]], its second
/// number behind the first.
struct GatheredPairs {
  const std::int16_t* plane;
  const std::uint32_t* start;
  std::size_t rows;
  const std::uint32_t* offset;
  std::size_t pairs;
};

/// out[r][v] = begin + step[v] sum_k left[r][k] panel[k][v]; as `multiply_panel`, but the sum is
/// exact.
void multiply_pairs(const GatheredPairs& left, std::size_t width, const std::int16_t* panel,
                    const float* step, SumStart begin, float value, float* out);

}  // namespace neucasl::mapping
