#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>

/// \file
/// Data layout. Eight neighbouring columns form a *panel*, eight neighbouring rows a *group*, and
/// their intersection a *tile* of eight packs of eight doubles. A field stores panel after panel
/// and, within a panel, one pack per row. Sweeps along columns use packs as they are; sweeps along
/// rows transpose tiles in registers, so neither direction strides through memory. Padding cells
/// have zero conductance and zero row factor, which keeps every vector 0 there.

namespace neucasl::array_plugin {

constexpr std::size_t lanes = 8;
using Pack = double __attribute__((vector_size(lanes * sizeof(double))));
using Tile = std::array<Pack, lanes>;
using Store = std::unique_ptr<Pack[]>;

// Packs go by reference: without AVX-512 their by-value calling convention is not portable.
inline double sum(const Pack& x) {
  return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
}

inline void load(Tile& tile, const Pack* from) {
  for (std::size_t k = 0; k < lanes; ++k) tile[k] = from[k];
}

/// Transposes an 8 x 8 tile by exchanging off-diagonal blocks of size 1, 2 and 4.
inline void transpose(Tile& t) {
  for (const std::size_t k : {0, 2, 4, 6}) {
    const Pack a = t[k];
    const Pack b = t[k + 1];
    t[k] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    t[k + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const std::size_t k : {0, 1, 4, 5}) {
    const Pack a = t[k];
    const Pack b = t[k + 2];
    t[k] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    t[k + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (const std::size_t k : {0, 1, 2, 3}) {
    const Pack a = t[k];
    const Pack b = t[k + 4];
    t[k] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    t[k + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Calls body(constant<W>, first) for blocks of W, then of W/2, ... until [first, end) is covered.
/// Several independent lines per block hide the latency of the recurrences.
template <std::size_t W, class Body>
void in_blocks(std::size_t first, std::size_t end, const Body& body) {
  for (; first + W <= end; first += W) body(std::integral_constant<std::size_t, W>{}, first);
  if constexpr (W > 1) in_blocks<W / 2>(first, end, body);
}

/// Extent of the padded fields, in packs.
struct Grid {
  Grid(std::size_t row_count, std::size_t column_count)
      : rows(row_count),
        columns(column_count),
        groups((row_count + lanes - 1) / lanes),
        panels((column_count + lanes - 1) / lanes),
        // An odd number of tiles per panel spreads neighbouring panels over the cache sets.
        stride((groups | 1) * lanes),
        // Shifts successive fields against each other for the same reason.
        field(panels * stride + 3 * lanes) {}

  std::size_t width(std::size_t panel) const { return std::min(lanes, columns - panel * lanes); }

  std::size_t rows, columns, groups, panels, stride, field;
};

}  // namespace neucasl::array_plugin
