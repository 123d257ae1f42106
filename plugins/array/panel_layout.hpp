#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

/// \file
/// Data layout. Eight neighbouring columns form a *panel*, eight neighbouring rows a *group*, and
/// their intersection a *tile* of eight packs of eight numbers. A field stores panel after panel
/// and, within a panel, one pack per row, or, for several right-hand sides, their packs side by
/// side. Sweeps along columns use packs as they are; sweeps along rows transpose tiles in
/// registers, so neither direction strides through memory. Padding cells have zero conductance and
/// zero row factor, which keeps every vector 0 there.

namespace neucasl::array_plugin {

constexpr std::size_t lanes = 8;

template <class Real>
struct PackType;
template <>
struct PackType<double> {
  using type = double __attribute__((vector_size(lanes * sizeof(double))));
};
template <>
struct PackType<float> {
  using type = float __attribute__((vector_size(lanes * sizeof(float))));
};
template <class Real>
using PackOf = typename PackType<Real>::type;
using Pack = PackOf<double>;

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};
template <class Vector>
using Store = std::unique_ptr<Vector[], FreeMemory>;

/// Memory for packs, not written yet. Sweeps along the rows touch every panel in turn, so large
/// fields ask for large pages, which spare address translations.
template <class Vector>
Store<Vector> make_store(std::size_t count) {
  constexpr std::size_t large_page = std::size_t{1} << 21;
  const std::size_t bytes = count * sizeof(Vector);
  const std::size_t page = bytes >= 2 * large_page ? large_page : sizeof(Pack);
  const std::size_t rounded = (bytes + page - 1) / page * page;
  void* const memory = std::aligned_alloc(page, rounded);
  if (!memory) throw std::bad_alloc();
  // A hint: without large pages the numbers are the same.
  if (page == large_page) (void)madvise(memory, rounded, MADV_HUGEPAGE);
  return Store<Vector>(static_cast<Vector*>(memory));
}

template <class Vector>
using TileOf = std::array<Vector, lanes>;

// Packs go by reference: without AVX-512 their by-value calling convention is not portable.
template <class Vector>
double sum(const Vector& x) {
  return (static_cast<double>(x[0] + x[4]) + static_cast<double>(x[1] + x[5])) +
         (static_cast<double>(x[2] + x[6]) + static_cast<double>(x[3] + x[7]));
}

/// Transposes an 8 x 8 tile by exchanging off-diagonal blocks of size 1, 2 and 4.
template <class Vector>
void transpose(TileOf<Vector>& t) {
  for (const std::size_t k : {0, 2, 4, 6}) {
    const Vector a = t[k];
    const Vector b = t[k + 1];
    t[k] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    t[k + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const std::size_t k : {0, 1, 4, 5}) {
    const Vector a = t[k];
    const Vector b = t[k + 2];
    t[k] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    t[k + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (const std::size_t k : {0, 1, 2, 3}) {
    const Vector a = t[k];
    const Vector b = t[k + 4];
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
