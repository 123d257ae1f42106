#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>

#include "line_system.hpp"

/// \file
/// The right-hand sides of the line solver in its own layout and scaling.

namespace neucasl::array_plugin {

/// One right-hand side. An empty span means zeros; the potential of a floating end is without
/// effect, but must be finite.
struct Sources {
  std::span<const double> left{};  ///< Potentials of the ends of the rows, V.
  std::span<const double> right{};
  std::span<const double> top{};  ///< Of the columns.
  std::span<const double> bottom{};
  std::span<const double> row_current{};     ///< Into row-wire nodes, A, rows x columns.
  std::span<const double> column_current{};  ///< Into column-wire nodes.
  std::span<const double> start{};           ///< Row-wire voltages to start from, V.
};

/// The largest magnitude of the sources; 1 V counts as 1 A.
inline double largest_source(const Sources& s) {
  double largest = 0.0;
  for (const auto& part : {s.left, s.right, s.top, s.bottom, s.row_current, s.column_current}) {
    for (const double value : part) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

/// Count right-hand sides, each scaled to a largest source of 1. Packs of different right-hand
/// sides lie side by side.
template <std::size_t Count>
class PackedSources {
 public:
  explicit PackedSources(const System& system)
      : system_(system),
        grid_(system.grid),
        ends_(make_store<Pack>(2 * grid_.groups * Count)),
        left(ends_.get()),
        right(left + grid_.groups * Count) {}

  void set(const std::array<Sources, Count>& sources) {
    only_left = true;
    const auto any = [&](auto member) {
      return std::any_of(sources.begin(), sources.end(), [&](const Sources& s) {
        const std::span<const double> part = s.*member;
        return std::any_of(part.begin(), part.end(), [](double x) { return x != 0.0; });
      });
    };
    drives_rows = any(&Sources::row_current);
    drives_columns = any(&Sources::top) || any(&Sources::bottom) || any(&Sources::column_current);
    if (drives_rows && !row_store_) row_store_ = make_field();
    if (drives_columns && !column_store_) column_store_ = make_field();
    for (std::size_t n = 0; n < Count; ++n) {
      const Sources& s = sources[n];
      scale[n] = largest_source(s);
      set_ends(s.left, n, left);
      set_ends(s.right, n, right);
      if (drives_rows) fill(row_store_.get(), n, s.row_current, inverse(n));
      if (drives_columns) set_columns(s, n);
      if (!s.start.empty()) only_left = false;
    }
    only_left = only_left && !drives_rows && !drives_columns && !any(&Sources::right);
  }

  /// values times the factor into the packs of right-hand side n; zeros if there are none.
  void fill(Pack* field, std::size_t n, std::span<const double> values, double factor) const {
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      for (std::size_t row = 0; row < grid_.stride; ++row) {
        Pack value{};
        for (std::size_t k = 0; k < grid_.width(panel) && row < grid_.rows && !values.empty();
             ++k) {
          value[k] = factor * values[row * grid_.columns + panel * lanes + k];
        }
        field[(panel * grid_.stride + row) * Count + n] = value;
      }
    }
  }

  /// One over the scale; 0 without any source.
  double inverse(std::size_t n) const { return scale[n] > 0.0 ? 1.0 / scale[n] : 0.0; }
  const Pack* row_current() const { return row_store_.get(); }
  const Pack* column_source() const { return column_store_.get(); }

 private:
  Store<Pack> make_field() const { return make_store<Pack>(grid_.field * Count); }

  double scaled(std::span<const double> values, std::size_t k, std::size_t n) const {
    return values.empty() || scale[n] == 0.0 ? 0.0 : values[k] / scale[n];
  }

  void set_ends(std::span<const double> volt, std::size_t n, Pack* to) const {
    for (std::size_t row = 0; row < grid_.groups * lanes; ++row) {
      to[row / lanes * Count + n][row % lanes] = row < grid_.rows ? scaled(volt, row, n) : 0.0;
    }
  }

  void set_columns(const Sources& s, std::size_t n) const {
    Pack* const field = column_store_.get();
    fill(field, n, s.column_current, system_.column_resistance * inverse(n));
    for (std::size_t column = 0; column < grid_.columns; ++column) {
      const std::size_t panel = column / lanes;
      const std::size_t lane = column % lanes;
      Pack& first = field[panel * grid_.stride * Count + n];
      Pack& last = field[(panel * grid_.stride + grid_.rows - 1) * Count + n];
      first[lane] += system_.top[panel][lane] * scaled(s.top, column, n);
      last[lane] += system_.bottom[panel][lane] * scaled(s.bottom, column, n);
    }
  }

  const System& system_;
  const Grid& grid_;
  Store<Pack> ends_;
  Store<Pack> row_store_;
  Store<Pack> column_store_;

 public:
  Pack* const left;  ///< Potentials, a group a pack.
  Pack* const right;
  std::array<double, Count> scale{};
  bool only_left = true;        ///< Nothing but the left ends drives.
  bool drives_rows = false;     ///< row_current() holds currents into the row-wire nodes.
  bool drives_columns = false;  ///< column_source() holds what drives the columns, times their
                                ///< segment resistance.
};

}  // namespace neucasl::array_plugin
