#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "line_run.hpp"

/// \file
/// The passes of the iteration over the array, vectorised over eight lines.

namespace neucasl::array_plugin {

inline void set_magnitude(const Pack& x, Pack& magnitude) { magnitude = x < 0.0 ? -x : x; }

/// u += alpha p, p = z + beta p, then q = D (T_c + D)^-1 D p; returns p . q. One panel at a time,
/// because it stays in the first-level cache from forward to back substitution.
template <Run::Step step>
double Run::sweep_columns(double alpha, double beta) {
  const double resistance = system_.column_resistance;
  Pack product{};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    const std::size_t base = panel * grid_.stride;
    const Pack* const cell = system_.cell + base;
    const Pack* const factor = system_.column_factor + base;
    Pack carry{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      Pack p = z_[base + row];
      if constexpr (step != Step::none) {
        const Pack old = p_[base + row];
        Pack& u = u_[base + row];
        u = step == Step::add ? u + alpha * old : alpha * old;
        p += beta * old;
      }
      p_[base + row] = p;
      carry = carry * factor[row] + (resistance * cell[row] * p) * factor[row];
      q_[base + row] = carry;
    }
    carry = Pack{};
    for (std::size_t row = grid_.rows; row-- > 0;) {
      carry = carry * factor[row] + q_[base + row];
      const Pack q = cell[row] * carry;
      q_[base + row] = q;
      product += p_[base + row] * q;
    }
  }
  return sum(product);
}

inline double Run::sweep_columns(Step step, double alpha, double beta) {
  if (step == Step::none) return sweep_columns<Step::none>(alpha, beta);
  if (step == Step::assign) return sweep_columns<Step::assign>(alpha, beta);
  return sweep_columns<Step::add>(alpha, beta);
}

/// z = M^-1 from when fresh, else z -= alpha (p - M^-1 from); returns from . z and z . z.
template <bool fresh>
Run::Products Run::sweep_rows(const Pack* from, double alpha) {
  Pack source{};
  Pack square{};
  for (std::size_t group = 0; group < grid_.groups; ++group) {
    substitute_forward(from, group);
    Pack carry{};
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      const std::size_t base = panel * grid_.stride + group * lanes;
      Tile tile;
#pragma GCC unroll 8
      for (std::size_t k = 0; k < lanes; ++k) {
        carry = carry * system_.row_factor[base + k] + scratch_[panel * lanes + k];
        tile[k] = carry;
      }
      transpose(tile);
#pragma GCC unroll 8
      for (std::size_t k = 0; k < lanes; ++k) {
        Pack z = tile[k];
        if constexpr (!fresh) z = z_[base + k] - alpha * (p_[base + k] - z);
        z_[base + k] = z;
        source += from[base + k] * z;
        square += z * z;
      }
    }
  }
  return {sum(source), sum(square)};
}

/// Forward substitution along the rows of a group, from the right end, into scratch.
inline void Run::substitute_forward(const Pack* from, std::size_t group) {
  const double resistance = system_.row_resistance;
  Pack carry{};
  for (std::size_t panel = grid_.panels; panel-- > 0;) {
    const std::size_t base = panel * grid_.stride + group * lanes;
    Tile tile;
    load(tile, from + base);
    transpose(tile);
#pragma GCC unroll 8
    for (std::size_t k = lanes; k-- > 0;) {
      const Pack factor = system_.row_factor[base + k];
      carry = carry * factor + (resistance * tile[k]) * factor;
      scratch_[panel * lanes + k] = carry;
    }
  }
}

/// u += alpha direction + z, v = (T_c + D)^-1 (D u + c), the column currents and u . u. Adding z
/// costs nothing and multiplies the error by 1 - M^-1 S, whose eigenvalues lie in [0, 1). Without
/// a direction u stays.
inline void Run::finish(const Pack* direction, double alpha) {
  if (!assigned_) std::fill(u_, u_ + grid_.panels * grid_.stride, Pack{});
  assigned_ = true;
  if (columns_driven_) {
    direction ? substitute_columns<true, true>(direction, alpha)
              : substitute_columns<false, true>(direction, alpha);
  } else {
    direction ? substitute_columns<true, false>(direction, alpha)
              : substitute_columns<false, false>(direction, alpha);
  }
}

template <bool update, bool driven>
void Run::substitute_columns(const Pack* direction, double alpha) {
  const double resistance = system_.column_resistance;
  Pack square{};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    const std::size_t base = panel * grid_.stride;
    const Pack* const cell = system_.cell + base;
    const Pack* const factor = system_.column_factor + base;
    const Pack* const drive = driven ? column_source_.get() + base : nullptr;
    Pack carry{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const std::size_t at = base + row;
      Pack u = u_[at];
      if constexpr (update) u_[at] = u = u + alpha * direction[at] + z_[at];
      square += u * u;
      Pack source = resistance * cell[row] * u;
      if constexpr (driven) source += drive[row];
      carry = carry * factor[row] + source * factor[row];
      q_[at] = carry;
    }
    carry = Pack{};
    Pack current{};
    for (std::size_t row = grid_.rows; row-- > 0;) {
      carry = carry * factor[row] + q_[base + row];
      q_[base + row] = carry;
      current += cell[row] * (u_[base + row] - carry);
    }
    current_[panel] = current;
  }
  size_ = sum(square);
}

/// Kirchhoff's law at eight row-wire nodes, times the segment resistance: the sum of the currents
/// that leave, and the sum of the magnitudes of its terms.
inline void Run::row_terms(std::size_t at, std::size_t panel, std::size_t row, Pack& balance,
                           Pack& magnitude) const {
  const Pack u = u_[at];
  const Pack v = q_[at];
  const bool first = panel == 0;
  const bool last = panel + 1 == grid_.panels;
  const Pack before = first ? u : u_[at - grid_.stride];
  const Pack after = last ? u : u_[at + grid_.stride];
  const Pack left = __builtin_shufflevector(before, u, 7, 8, 9, 10, 11, 12, 13, 14);
  const Pack right = __builtin_shufflevector(u, after, 1, 2, 3, 4, 5, 6, 7, 8);
  Pack size_u;
  Pack size_v;
  Pack size_left;
  Pack size_right;
  set_magnitude(u, size_u);
  set_magnitude(v, size_v);
  set_magnitude(left, size_left);
  set_magnitude(right, size_right);
  Pack from_left = u - left;
  Pack from_right = u - right;
  const double wire = system_.row_ideal ? 0.0 : 1.0;
  size_left = wire * (size_left + size_u);
  size_right = wire * (size_right + size_u);
  const std::size_t group = row / lanes;
  const std::size_t lane = row % lanes;
  if (first) {
    from_left[0] = system_.left[group][lane] * (u[0] - left_[group][lane]);
    size_left[0] = system_.left[group][lane] * (std::abs(u[0]) + std::abs(left_[group][lane]));
  }
  const std::size_t end = grid_.width(panel) - 1;
  if (last) {
    from_right[end] = system_.right[group][lane] * (u[end] - right_[group][lane]);
    size_right[end] =
        system_.right[group][lane] * (std::abs(u[end]) + std::abs(right_[group][lane]));
  }
  const Pack coupling = system_.row_resistance * system_.cell[at];
  balance = from_left + from_right + coupling * (u - v);
  magnitude = size_left + size_right + coupling * (size_u + size_v);
  if (rows_driven_) {
    const Pack source = system_.row_resistance * row_source_[at];
    Pack size;
    set_magnitude(source, size);
    balance -= source;
    magnitude += size;
  }
  for (std::size_t k = end + 1; k < lanes; ++k) balance[k] = magnitude[k] = 0.0;
}

/// The residual of the row wires into p, A. Returns that of Kirchhoff's law at all nodes, the
/// 2-norm, relative to that of the sums of magnitudes. An ideal wire is one node; one on an ideal
/// source has no equation.
inline double Run::balance() {
  Norms norms;
  const double wire = system_.column_ideal ? 0.0 : 1.0;
  Pack rows{};
  Pack rows_size{};
  Pack columns{};
  Pack columns_size{};
  for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
    Pack line{};
    Pack line_size{};
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const std::size_t at = panel * grid_.stride + row;
      Pack balance;
      Pack size;
      row_terms(at, panel, row, balance, size);
      rows += balance * balance;
      rows_size += size * size;
      p_[at] = balance / -system_.row_resistance;
      const Pack v = q_[at];
      const Pack above = row > 0 ? v - q_[at - 1] : system_.top[panel] * v;
      const Pack below = row + 1 < grid_.rows ? v - q_[at + 1] : system_.bottom[panel] * v;
      const Pack coupling = system_.column_resistance * system_.cell[at];
      Pack error = above + below - coupling * (u_[at] - v);
      Pack level;
      set_magnitude(v, level);
      Pack level_above = level;
      Pack level_below = level;
      if (row > 0) set_magnitude(q_[at - 1], level_above);
      if (row + 1 < grid_.rows) set_magnitude(q_[at + 1], level_below);
      Pack source;
      set_magnitude(u_[at], source);
      source = coupling * (source + level);
      source += row > 0 ? wire * (level + level_above) : system_.top[panel] * level;
      source += row + 1 < grid_.rows ? wire * (level + level_below) : system_.bottom[panel] * level;
      if (columns_driven_) {
        const Pack drive = column_source_[at];
        Pack drive_size;
        set_magnitude(drive, drive_size);
        error -= drive;
        source += drive_size;
      }
      if (system_.column_ideal) {
        line += error;
        line_size += source;
      } else {
        columns += error * error;
        columns_size += source * source;
      }
    }
    if (system_.column_ideal) {
      const Pack held = Pack{} + 1.0;
      const auto free = (system_.top[panel] != held) & (system_.bottom[panel] != held);
      line = free ? line : Pack{};
      line_size = free ? line_size : Pack{};
      columns += line * line;
      columns_size += line_size * line_size;
    }
  }
  norms.residual = std::sqrt(sum(columns)) / system_.column_resistance;
  norms.magnitude = std::sqrt(sum(columns_size)) / system_.column_resistance;
  if (system_.row_ideal) {
    ideal_rows(norms);
  } else {
    norms.residual = std::hypot(norms.residual, std::sqrt(sum(rows)) / system_.row_resistance);
    norms.magnitude =
        std::hypot(norms.magnitude, std::sqrt(sum(rows_size)) / system_.row_resistance);
  }
  return norms.residual == 0.0 ? 0.0 : norms.residual / norms.magnitude;
}

/// Adds the residuals of rows that are one node each.
inline void Run::ideal_rows(Norms& norms) const {
  double square = 0.0;
  double square_size = 0.0;
  for (std::size_t row = 0; row < grid_.rows; ++row) {
    const std::size_t group = row / lanes;
    const std::size_t lane = row % lanes;
    if (system_.left[group][lane] == 1.0 || system_.right[group][lane] == 1.0) continue;
    Pack line{};
    Pack line_size{};
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      Pack balance;
      Pack size;
      row_terms(panel * grid_.stride + row, panel, row, balance, size);
      line += balance;
      line_size += size;
    }
    square += sum(line) / system_.row_resistance * (sum(line) / system_.row_resistance);
    square_size +=
        sum(line_size) / system_.row_resistance * (sum(line_size) / system_.row_resistance);
  }
  norms.residual = std::hypot(norms.residual, std::sqrt(square));
  norms.magnitude = std::hypot(norms.magnitude, std::sqrt(square_size));
}

}  // namespace neucasl::array_plugin
