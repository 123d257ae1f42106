#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "column_layout.hpp"
#include "product_kernel.hpp"

/// \file
/// Products of squared digits with variances, in whole numbers of 16 bits: twice as fast as floats,
/// since the processor multiplies two pairs of them and adds both in one step.
///
/// A squared digit d^2 is round(d^2 / square_step), at most 32,767; a variance of a column
/// round(q / s), with s the smallest step for which no sum exceeds 31 bits. So a sum of variances
/// is off by at most half of s for each row of the block, a share of about rows / 130,000 of what
/// the column gives when all digits are the largest.

namespace neucasl::mapping {

inline constexpr float largest_square = 32767.0F;

/// First rows, in the block, of the pairs of rows that are multiplied together. Rows of a block
/// from `row_first` on of a matrix whose left factors stand side by side in runs of `run`: the last
/// row of a run may stand alone.
std::vector<std::uint32_t> row_pairs(std::size_t row_first, std::size_t rows, std::size_t run);

/// Panels as those of `ColumnLayout`, stored pair by pair: (pairs, vectors, lanes, 2).
struct VarianceMatrix {
  std::vector<std::int16_t> pairs;
  std::vector<float> step;  ///< By column of the layout: the variance of a sum of 1.
};

/// `quadratic`: as `BlockMatrices`, not negative.
/// \throws base::Error "mapping.noise" for a block of more than 65,536 rows.
void pack_variances(const ColumnLayout& columns, std::size_t rows,
                    std::span<const std::uint32_t> pairs, float square_step,
                    const std::vector<float>& quadratic, VarianceMatrix& out);

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
