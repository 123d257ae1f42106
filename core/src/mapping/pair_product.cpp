#include "pair_product.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/lanes.hpp"

namespace neucasl::mapping {
namespace {

using base::IntegerLanes;
using base::lanes;
using base::Lanes;

constexpr std::size_t most_rows = std::size_t{1} << 16;
/// Bound on the magnitude of a sum: 31 bits, and what adding floats may hide.
constexpr float largest_sum = 2147450879.0F;

/// Of the panel's columns: the reciprocal of the step of the whole numbers.
void choose_steps(const float* panel, std::size_t rows, std::size_t columns, float largest_left,
                  float* inverse) {
  std::array<float, ColumnLayout::most_width * lanes> sum{};
  std::array<float, ColumnLayout::most_width * lanes> most{};
  for (std::size_t k = 0; k < rows; ++k) {
    for (std::size_t c = 0; c < columns; ++c) {
      const float value = std::abs(panel[k * columns + c]);
      sum[c] += value;
      most[c] = most[c] < value ? value : most[c];
    }
  }
  // What rounding adds, each number by a half, and the sum of floats by itself.
  const float whole = largest_sum / largest_left;
  const float room = whole - 0.5F * static_cast<float>(rows) - 0.01F * whole;
  for (std::size_t c = 0; c < columns; ++c) {
    inverse[c] = sum[c] > 0.0F ? std::min(room / sum[c], largest_half / most[c]) : 0.0F;
  }
}

/// One row of a panel as one half of the pairs.
void place_row(const float* row, const float* inverse, std::size_t columns, std::int16_t* out) {
  for (std::size_t c = 0; c < columns; ++c) {
    const float value = row[c] * inverse[c];
    out[2 * c] = static_cast<std::int16_t>(value + (value < 0.0F ? -0.5F : 0.5F));
  }
}

/// Sums of the products of two 16-bit numbers in each lane.
inline IntegerLanes pair_products(IntegerLanes a, IntegerLanes b) {
#if defined(__AVX2__) && !defined(__clang__)
  using Halves [[gnu::vector_size(sizeof(IntegerLanes))]] = std::int16_t;
  const auto product =
      __builtin_ia32_pmaddwd256(reinterpret_cast<Halves>(a), reinterpret_cast<Halves>(b));
  return reinterpret_cast<IntegerLanes>(product);
#else
  return ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}

/// In a register: see product_kernel.cpp.
inline IntegerLanes keep_whole(IntegerLanes value) {
#if defined(__AVX__)
  asm("" : "+x"(value));
#endif
  return value;
}

inline IntegerLanes load_whole(const std::int16_t* from) {
  IntegerLanes value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

/// A pair in all lanes.
inline IntegerLanes spread_pair(const std::int16_t* from) {
  std::int32_t pair = 0;
  std::memcpy(&pair, from, sizeof(pair));
  return pair - IntegerLanes{};
}

template <std::size_t height, std::size_t width>
[[gnu::always_inline]] inline void multiply_pair_tile(const GatheredPairs& left, std::size_t first,
                                                      const std::int16_t* panel, const float* step,
                                                      SumStart begin, float value, float* out) {
  std::array<const std::int16_t*, height> row;
#pragma GCC unroll 8
  for (std::size_t r = 0; r < height; ++r) row[r] = left.plane + left.start[first + r];
  IntegerLanes sum[height][width];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < height; ++r) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < width; ++v) sum[r][v] = IntegerLanes{};
  }
  const std::uint32_t* offset = left.offset;
  const std::uint32_t* const end = offset + left.pairs;
  for (; offset != end; ++offset, panel += width * lanes * 2) {
    const std::size_t at = *offset;
    // The shorter side stays in registers.
    if constexpr (width < height) {
      IntegerLanes factor[width];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < width; ++v) {
        factor[v] = keep_whole(load_whole(panel + v * lanes * 2));
      }
#pragma GCC unroll 8
      for (std::size_t r = 0; r < height; ++r) {
        const IntegerLanes digits = keep_whole(spread_pair(row[r] + at));
#pragma GCC unroll 4
        for (std::size_t v = 0; v < width; ++v) sum[r][v] += pair_products(digits, factor[v]);
      }
    } else {
      IntegerLanes digits[height];
#pragma GCC unroll 8
      for (std::size_t r = 0; r < height; ++r) digits[r] = keep_whole(spread_pair(row[r] + at));
#pragma GCC unroll 4
      for (std::size_t v = 0; v < width; ++v) {
        const IntegerLanes factor = keep_whole(load_whole(panel + v * lanes * 2));
#pragma GCC unroll 8
        for (std::size_t r = 0; r < height; ++r) sum[r][v] += pair_products(digits[r], factor);
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < height; ++r) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < width; ++v) {
      float* const to = out + (r * width + v) * lanes;
      const Lanes start = begin == SumStart::value ? value - Lanes{} : base::load_lanes(to);
      const Lanes total = __builtin_convertvector(sum[r][v], Lanes);
      base::store_lanes(start + base::load_lanes(step + v * lanes) * total, to);
    }
  }
}

template <std::size_t height, std::size_t width>
void multiply_pair_rows(const GatheredPairs& left, const std::int16_t* panel, const float* step,
                        SumStart begin, float value, float* out) {
  std::size_t r = 0;
  for (; r + height <= left.rows; r += height) {
    multiply_pair_tile<height, width>(left, r, panel, step, begin, value, out + r * width * lanes);
  }
  for (; r < left.rows; ++r) {
    multiply_pair_tile<1, width>(left, r, panel, step, begin, value, out + r * width * lanes);
  }
}

}  // namespace

std::vector<std::uint32_t> row_pairs(std::size_t row_first, std::size_t rows, std::size_t run) {
  std::vector<std::uint32_t> pairs;
  for (std::size_t k = 0; k < rows;) {
    pairs.push_back(static_cast<std::uint32_t>(k));
    const bool alone = k + 1 == rows || (row_first + k + 1) % run == 0;
    k += alone ? 1 : 2;
  }
  return pairs;
}

void pack_pairs(const ColumnLayout& columns, std::size_t rows, std::span<const std::uint32_t> pairs,
                const LeftFactor& left, const std::vector<float>& matrix, PairMatrix& out) {
  if (rows > most_rows) {
    throw base::Error("mapping.noise",
                      "a read in whole numbers sums up " + std::to_string(rows) + " rows",
                      "give arrays of at most " + std::to_string(most_rows));
  }
  out.pairs.assign(2 * columns.size(pairs.size()), 0);
  out.step.resize(columns.size(1));
  std::array<float, ColumnLayout::most_width * lanes> inverse;
  for (const ColumnLayout::Panel& panel : columns.panels()) {
    const std::size_t count = panel.width * lanes;
    const float* const from = matrix.data() + panel.first_vector * lanes * rows;
    std::int16_t* to = out.pairs.data() + 2 * panel.first_vector * lanes * pairs.size();
    choose_steps(from, rows, count, left.largest, inverse.data());
    for (std::size_t c = 0; c < count; ++c) {
      out.step[panel.first_vector * lanes + c] = inverse[c] > 0.0F ? left.step / inverse[c] : 0.0F;
    }
    for (std::size_t t = 0; t < pairs.size(); ++t, to += 2 * count) {
      const std::size_t k = pairs[t];
      const std::size_t next = t + 1 < pairs.size() ? pairs[t + 1] : rows;
      place_row(from + k * count, inverse.data(), count, to);
      if (next == k + 2) place_row(from + (k + 1) * count, inverse.data(), count, to + 1);
    }
  }
}

void multiply_pairs(const GatheredPairs& left, std::size_t width, const std::int16_t* panel,
                    const float* step, SumStart begin, float value, float* out) {
  static_assert(ColumnLayout::most_width == 4);
  switch (width) {
    case 1:
      return multiply_pair_rows<8, 1>(left, panel, step, begin, value, out);
    case 2:
      return multiply_pair_rows<4, 2>(left, panel, step, begin, value, out);
    case 3:
      return multiply_pair_rows<3, 3>(left, panel, step, begin, value, out);
    default:
      return multiply_pair_rows<2, 4>(left, panel, step, begin, value, out);
  }
}

}  // namespace neucasl::mapping
