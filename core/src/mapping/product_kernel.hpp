#pragma once

#include <cstddef>
#include <cstdint>

/// \file
/// The inner loop of products with packed matrices.

namespace neucasl::mapping {

/// Rows of the left factor: element k of row r stands at plane[start[r] + offset[k]].
struct GatheredRows {
  const float* plane;
  const std::uint32_t* start;
  std::size_t rows;
  const std::uint32_t* offset;
  std::size_t depth;
};

/// How the sums begin.
enum class SumStart { value, out };

/// out[r][v] = begin + sum_k left[r][k] panel[k][v] over panels of `width` vectors; begin is
/// `value`, or out[r][v] itself. Sums have one order whatever the number of rows.
void multiply_panel(const GatheredRows& left, std::size_t width, const float* panel, SumStart begin,
                    float value, float* out);

}  // namespace neucasl::mapping
