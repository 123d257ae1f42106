#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

#include "panel_layout.hpp"

/// \file
/// The array and the factors of its lines, shared by all right-hand sides.
///
/// Nouns. A *line* is one row or column wire with its segments. Its *first* end is the left or the
/// top one, its *last* end the right or the bottom one. Each end leads through one segment and a
/// series resistance to a potential.

namespace neucasl::array_plugin {

/// The wires of one kind.
struct Wires {
  double segment = 0.0;             ///< ohm; 0: an ideal wire, one node
  std::span<const double> first{};  ///< ohm, one a line: beyond the segment; infinite: floating
  std::span<const double> last{};
};

/// Both line matrices are scaled by the segment resistance r, so off-diagonals are -1 and an end of
/// series resistance R counts e = r / (r + R). Elimination starts at one end; with pivot 1 + d it
/// reads d = r G + d' / (1 + d'), d = r G + e at the start, and e + d is the last pivot: all terms
/// are positive, so there is no cancellation however small r G is. One reciprocal pivot serves both
/// substitutions.
///
/// An ideal wire is computed with r = 2^-400 ohm. That is exact: r G disappears in 1 + d', whose
/// reciprocal is then 1, so all nodes of the line get the same voltage, whereas d, e and the last
/// pivot are sums of products with r, a power of two, and lose nothing. With R = 0, e = 1 and the
/// line has the voltage of its source.
///
/// With Real = float the factors serve the iteration of a solve that is refined in double; there
/// the ideal wire has 2^-60 ohm, enough for numbers of 24 bits.
template <class Real>
class BasicSystem {
 public:
  using Vector = PackOf<Real>;

  /// `conductance(row, column)` gives the cells, S. A line without any conductance to a potential
  /// or to another line has no pivot; the caller excludes it.
  template <class Conductance>
  BasicSystem(std::size_t rows, std::size_t columns, const Wires& row, const Wires& column,
              const Conductance& conductance)
      : grid(rows, columns),
        row_resistance(static_cast<Real>(scale_of(row))),
        column_resistance(static_cast<Real>(scale_of(column))),
        row_ideal(row.segment == 0.0),
        column_ideal(column.segment == 0.0),
        store_(make_store<Vector>(3 * grid.field + 2 * (grid.groups + grid.panels))),
        cell(store_.get()),
        column_factor(cell + grid.field),
        row_factor(column_factor + grid.field),
        left(row_factor + grid.field),
        right(left + grid.groups),
        top(right + grid.groups),
        bottom(top + grid.panels) {
    // Lanes without a line get a pivot too.
    scale_ends(row.first, row_resistance, 1.0, left);
    scale_ends(row.last, row_resistance, 0.0, right);
    scale_ends(column.first, column_resistance, 0.0, top);
    scale_ends(column.last, column_resistance, 1.0, bottom);
    set_cells(conductance);
  }

  /// Takes other conductances and factors the lines anew.
  template <class Conductance>
  void set_cells(const Conductance& conductance) {
    for (std::size_t panel = 0; panel < grid.panels; ++panel) {
      Vector* out = cell + panel * grid.stride;
      for (std::size_t row = 0; row < grid.groups * lanes; ++row) {
        const std::size_t width = row < grid.rows ? grid.width(panel) : 0;
        Vector value{};
        for (std::size_t k = 0; k < width; ++k)
          value[k] = static_cast<Real>(conductance(row, panel * lanes + k));
        out[row] = value;
      }
    }
    in_blocks<4>(0, grid.panels, [this](auto count, std::size_t at) {
      this->template factor_columns<decltype(count)::value>(at);
    });
    in_blocks<2>(0, grid.groups, [this](auto count, std::size_t at) {
      this->template factor_rows<decltype(count)::value>(at);
    });
  }

  /// Every row, or every column, is an ideal wire on an ideal source: the answer is direct.
  bool direct() const {
    return (row_ideal && all_held(left, right, grid.rows)) ||
           (column_ideal && all_held(top, bottom, grid.columns));
  }

  const Grid grid;
  const Real row_resistance;     ///< Of a segment, ohm; 2^-400 for an ideal wire.
  const Real column_resistance;  ///< The same.
  const bool row_ideal;
  const bool column_ideal;

 private:
  Store<Vector> store_;

  static double scale_of(const Wires& wires) {
    if constexpr (std::is_same_v<Real, float>) return std::max(wires.segment, 0x1p-60);
    return wires.segment == 0.0 ? 0x1p-400 : wires.segment;
  }

  static void scale_ends(std::span<const double> series, double segment, double padding,
                         Vector* to) {
    for (std::size_t line = 0; line < (series.size() + lanes - 1) / lanes * lanes; ++line) {
      to[line / lanes][line % lanes] =
          static_cast<Real>(line < series.size() ? segment / (segment + series[line]) : padding);
    }
  }

  static bool all_held(const Vector* first, const Vector* last, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      if (first[k / lanes][k % lanes] != Real(1) && last[k / lanes][k % lanes] != Real(1))
        return false;
    }
    return true;
  }

  template <std::size_t Count>
  void factor_columns(std::size_t panel) {
    const Vector one = Vector{} + Real(1);
    std::array<Vector, Count> carry;
    for (std::size_t c = 0; c < Count; ++c) carry[c] = top[panel + c];
    for (std::size_t row = 0; row < grid.rows; ++row) {
      for (std::size_t c = 0; c < Count; ++c) {
        const std::size_t at = (panel + c) * grid.stride + row;
        const Vector excess = column_resistance * cell[at] + carry[c];
        const Vector next = row + 1 < grid.rows ? one : bottom[panel + c];
        const Vector factor = one / (next + excess);
        carry[c] = excess * factor;
        column_factor[at] = factor;
      }
    }
  }

  template <std::size_t Count>
  void factor_rows(std::size_t group) {
    const Vector one = Vector{} + Real(1);
    std::array<Vector, Count> carry;
    for (std::size_t c = 0; c < Count; ++c) carry[c] = right[group + c];
    for (std::size_t panel = grid.panels; panel-- > 0;) {
      const std::size_t at = panel * grid.stride + group * lanes;
      std::array<TileOf<Vector>, Count> tile;
      for (std::size_t c = 0; c < Count; ++c) {
        for (std::size_t k = 0; k < lanes; ++k) tile[c][k] = cell[at + c * lanes + k];
        transpose(tile[c]);
      }
      const std::size_t width = grid.width(panel);
      for (std::size_t k = lanes; k-- > 0;) {
        for (std::size_t c = 0; c < Count; ++c) {
          Vector& factor = row_factor[at + c * lanes + k];
          factor = Vector{};
          if (k >= width) continue;
          const Vector excess = row_resistance * tile[c][k] + carry[c];
          const Vector next = panel + k > 0 ? one : left[group + c];
          factor = one / (next + excess);
          carry[c] = excess * factor;
        }
      }
    }
  }

 public:
  Vector* const cell;           ///< Conductances.
  Vector* const column_factor;  ///< Reciprocal pivots along columns.
  Vector* const row_factor;     ///< Reciprocal pivots along rows, each tile transposed.
  Vector* const left;           ///< e of each row's left end, a group a pack.
  Vector* const right;
  Vector* const top;  ///< e of each column's top end, a panel a pack.
  Vector* const bottom;
};

using System = BasicSystem<double>;

}  // namespace neucasl::array_plugin
