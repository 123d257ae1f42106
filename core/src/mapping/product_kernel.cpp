#include "product_kernel.hpp"

#include <array>

#include "column_layout.hpp"
#include "neucasl/base/lanes.hpp"

namespace neucasl::mapping {
namespace {

using base::lanes;
using base::Lanes;

/// The same value, in a register: GCC would load it again for each use, and loads are what the tile
/// waits for.
inline Lanes keep(Lanes value) {
#if defined(__AVX__)
  asm("" : "+x"(value));
#endif
  return value;
}

template <std::size_t height, std::size_t width>
[[gnu::always_inline]] inline void multiply_tile(const GatheredRows& left, std::size_t first,
                                                 const float* panel, SumStart begin, float value,
                                                 float* out) {
  std::array<const float*, height> row;
  for (std::size_t r = 0; r < height; ++r) row[r] = left.plane + left.start[first + r];
  Lanes sum[height][width];
  for (std::size_t r = 0; r < height; ++r) {
    for (std::size_t v = 0; v < width; ++v) {
      sum[r][v] = begin == SumStart::value ? value - Lanes{}
                                           : base::load_lanes(out + (r * width + v) * lanes);
    }
  }
  const std::uint32_t* offset = left.offset;
  const std::uint32_t* const end = offset + left.depth;
  for (; offset != end; ++offset, panel += width * lanes) {
    const std::size_t at = *offset;
    // The shorter side stays in registers beside twelve sums; sixteen hold no more.
    if constexpr (width < height) {
      Lanes factor[width];
      for (std::size_t v = 0; v < width; ++v) factor[v] = keep(base::load_lanes(panel + v * lanes));
      for (std::size_t r = 0; r < height; ++r) {
        const Lanes digit = keep(row[r][at] - Lanes{});
        for (std::size_t v = 0; v < width; ++v) sum[r][v] += digit * factor[v];
      }
    } else {
      Lanes digit[height];
      for (std::size_t r = 0; r < height; ++r) digit[r] = row[r][at] - Lanes{};
      for (std::size_t v = 0; v < width; ++v) {
        const Lanes factor = keep(base::load_lanes(panel + v * lanes));
        for (std::size_t r = 0; r < height; ++r) sum[r][v] += digit[r] * factor;
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < height; ++r) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < width; ++v) {
      base::store_lanes(sum[r][v], out + (r * width + v) * lanes);
    }
  }
}

template <std::size_t height, std::size_t width>
void multiply_rows(const GatheredRows& left, const float* panel, SumStart begin, float value,
                   float* out) {
  std::size_t r = 0;
  for (; r + height <= left.rows; r += height) {
    multiply_tile<height, width>(left, r, panel, begin, value, out + r * width * lanes);
  }
  for (; r < left.rows; ++r) {
    multiply_tile<1, width>(left, r, panel, begin, value, out + r * width * lanes);
  }
}

}  // namespace

void multiply_panel(const GatheredRows& left, std::size_t width, const float* panel, SumStart begin,
                    float value, float* out) {
  static_assert(ColumnLayout::most_width == 4);
  switch (width) {
    case 1:
      return multiply_rows<8, 1>(left, panel, begin, value, out);
    case 2:
      return multiply_rows<6, 2>(left, panel, begin, value, out);
    case 3:
      return multiply_rows<4, 3>(left, panel, begin, value, out);
    default:
      return multiply_rows<3, 4>(left, panel, begin, value, out);
  }
}

}  // namespace neucasl::mapping
