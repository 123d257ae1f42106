#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "line_sources.hpp"
#include "line_system.hpp"

/// \file
/// Kirchhoff's current law at all nodes, computed from the voltages alone.

namespace neucasl::array_plugin {

/// to += weight |x|
template <class Weight>
void add_magnitude(const Weight& weight, const Pack& x, Pack& to) {
  // Without its sign bit.
  using Bits = std::int64_t __attribute__((vector_size(sizeof(Pack))));
  to += weight * (Pack)((Bits)x & 0x7fffffffffffffff);
}

/// Eight neighbours from sixteen values, by halves: of a shuffle of whole packs GCC 12 makes moves
/// of single values.
template <int by>
void shift(const Pack& a, const Pack& b, std::size_t first, Pack& to) {
  using Half = double __attribute__((vector_size(sizeof(Pack) / 2)));
  Half in[4];
  std::memcpy(in, &a, sizeof(a));
  std::memcpy(in + 2, &b, sizeof(b));
  Half out[2];
  for (std::size_t k = 0; k < 2; ++k) {
    out[k] = __builtin_shufflevector(in[first + k], in[first + k + 1], by, by + 1, by + 2, by + 3);
  }
  std::memcpy(&to, out, sizeof(to));
}

/// Residuals of given voltages for Count right-hand sides. An ideal wire is one node; one on an
/// ideal source has no equation.
template <std::size_t Count>
class Balance {
 public:
  using Numbers = std::array<double, Count>;

  Balance(const System& system, const PackedSources<Count>& sources, const Pack* u, const Pack* v)
      : system_(system), grid_(system.grid), sources_(sources), u_(u), v_(v) {}

  /// Writes the residual of the row wires, A, and returns that at all nodes, the 2-norm, relative
  /// to that of the sums of the magnitudes of the law's terms.
  Numbers residual(Pack* rows) const {
    std::array<Squares, Count> row_squares;
    std::array<Squares, Count> column_squares;
    const double conductance = -1.0 / system_.row_resistance;
    for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
      std::array<Terms, Count> line{};
      for (std::size_t row = 0; row < grid_.rows; ++row) {
        for (std::size_t n = 0; n < Count; ++n) {
          Terms terms;
          row_terms(panel, row, n, terms);
          rows[(panel * grid_.stride + row) * Count + n] = conductance * terms.balance;
          if (!system_.row_ideal) row_squares[n].add(terms);
          column_terms(panel, row, n, terms);
          if (!system_.column_ideal) {
            column_squares[n].add(terms);
          } else {
            line[n].balance += terms.balance;
            line[n].size += terms.size;
          }
        }
      }
      if (!system_.column_ideal) continue;
      for (std::size_t n = 0; n < Count; ++n) {
        for (std::size_t k = 0; k < lanes; ++k) {
          if (system_.top[panel][k] == 1.0 || system_.bottom[panel][k] == 1.0) {
            line[n].balance[k] = line[n].size[k] = 0.0;
          }
        }
        column_squares[n].add(line[n]);
      }
    }
    Numbers result;
    for (std::size_t n = 0; n < Count; ++n) {
      if (system_.row_ideal) add_ideal_rows(n, row_squares[n]);
      const auto norm = [&](Pack Squares::*part) {
        return std::hypot(std::sqrt(sum(row_squares[n].*part)) / system_.row_resistance,
                          std::sqrt(sum(column_squares[n].*part)) / system_.column_resistance);
      };
      const double error = norm(&Squares::balance);
      result[n] = error == 0.0 ? 0.0 : error / norm(&Squares::size);
    }
    return result;
  }

 private:
  /// At eight nodes, times the segment resistance: the sum of the currents that leave, and the sum
  /// of the magnitudes of its terms.
  struct Terms {
    Pack balance{};
    Pack size{};
  };
  struct Squares {
    void add(const Terms& terms) {
      balance += terms.balance * terms.balance;
      size += terms.size * terms.size;
    }
    Pack balance{};
    Pack size{};
  };

  void row_terms(std::size_t panel, std::size_t row, std::size_t n, Terms& terms) const {
    const std::size_t at = (panel * grid_.stride + row) * Count + n;
    const std::size_t next = grid_.stride * Count;
    const bool first = panel == 0;
    const bool last = panel + 1 == grid_.panels;
    const Pack u = u_[at];
    const Pack before = first ? u : u_[at - next];
    const Pack after = last ? u : u_[at + next];
    Pack left;
    Pack right;
    shift<3>(before, u, 1, left);
    shift<1>(u, after, 0, right);
    const Pack coupling = system_.row_resistance * system_.cell[panel * grid_.stride + row];
    // The inner segments of an ideal wire do not count: it is one node.
    const double wire = system_.row_ideal ? 0.0 : 1.0;
    Pack from_left = u - left;
    Pack from_right = u - right;
    Pack size_left{};
    Pack size_right{};
    add_magnitude(wire, left, size_left);
    add_magnitude(wire, u, size_left);
    add_magnitude(wire, right, size_right);
    add_magnitude(wire, u, size_right);
    if (first || last) {
      const std::size_t group = row / lanes;
      const std::size_t lane = row % lanes;
      if (first) {
        const double volt = sources_.left[group * Count + n][lane];
        const double end = system_.left[group][lane];
        from_left[0] = end * (u[0] - volt);
        size_left[0] = end * (std::abs(u[0]) + std::abs(volt));
      }
      if (last) {
        const std::size_t k = grid_.width(panel) - 1;
        const double volt = sources_.right[group * Count + n][lane];
        const double end = system_.right[group][lane];
        from_right[k] = end * (u[k] - volt);
        size_right[k] = end * (std::abs(u[k]) + std::abs(volt));
      }
    }
    terms.balance = from_left + from_right + coupling * (u - v_[at]);
    terms.size = size_left + size_right;
    add_magnitude(coupling, u, terms.size);
    add_magnitude(coupling, v_[at], terms.size);
    if (sources_.drives_rows) {
      const Pack source = system_.row_resistance * sources_.row_current()[at];
      terms.balance -= source;
      add_magnitude(1.0, source, terms.size);
    }
    if (last) {
      for (std::size_t k = grid_.width(panel); k < lanes; ++k) {
        terms.balance[k] = terms.size[k] = 0.0;
      }
    }
  }

  void column_terms(std::size_t panel, std::size_t row, std::size_t n, Terms& terms) const {
    const std::size_t line = panel * grid_.stride + row;
    const std::size_t at = line * Count + n;
    const double wire = system_.column_ideal ? 0.0 : 1.0;
    const Pack v = v_[at];
    const Pack coupling = system_.column_resistance * system_.cell[line];
    terms.balance = coupling * (v - u_[at]);
    terms.size = Pack{};
    add_magnitude(coupling, v, terms.size);
    add_magnitude(coupling, u_[at], terms.size);
    if (row > 0) {
      const Pack above = v_[at - Count];
      terms.balance += v - above;
      add_magnitude(wire, v, terms.size);
      add_magnitude(wire, above, terms.size);
    } else {
      terms.balance += system_.top[panel] * v;
      add_magnitude(system_.top[panel], v, terms.size);
    }
    if (row + 1 < grid_.rows) {
      const Pack below = v_[at + Count];
      terms.balance += v - below;
      add_magnitude(wire, v, terms.size);
      add_magnitude(wire, below, terms.size);
    } else {
      terms.balance += system_.bottom[panel] * v;
      add_magnitude(system_.bottom[panel], v, terms.size);
    }
    if (sources_.drives_columns) {
      const Pack source = sources_.column_source()[at];
      terms.balance -= source;
      add_magnitude(1.0, source, terms.size);
    }
  }

  void add_ideal_rows(std::size_t n, Squares& squares) const {
    for (std::size_t row = 0; row < grid_.rows; ++row) {
      const std::size_t group = row / lanes;
      const std::size_t lane = row % lanes;
      if (system_.left[group][lane] == 1.0 || system_.right[group][lane] == 1.0) continue;
      Terms line;
      for (std::size_t panel = 0; panel < grid_.panels; ++panel) {
        Terms terms;
        row_terms(panel, row, n, terms);
        line.balance += terms.balance;
        line.size += terms.size;
      }
      squares.balance[0] += sum(line.balance) * sum(line.balance);
      squares.size[0] += sum(line.size) * sum(line.size);
    }
  }

  const System& system_;
  const Grid& grid_;
  const PackedSources<Count>& sources_;
  const Pack* u_;
  const Pack* v_;
};

}  // namespace neucasl::array_plugin
