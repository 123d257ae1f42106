#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "array_cells.hpp"
#include "nonlinear_array.hpp"
#include "wire_lines.hpp"

/// \file
/// Newton's correction of all wire voltages, given the linearised cells.
///
///   [ T_r + G_rr    G_rc    ] [du]   [b_r]
///   [   G_cr     T_c + G_cc ] [dv] = [b_c],   b: Kirchhoff's current law at the present voltages.
/// G has four diagonals: a transistor in a cell makes it unsymmetric, a negative differential
/// conductance indefinite. dv is eliminated exactly, line by line, as in line_solver.hpp, and
///   (1 - M^-1 G_rc (T_c + G_cc)^-1 G_cr) du = M^-1 (b_r - G_rc (T_c + G_cc)^-1 b_c),
///   M = T_r + G_rr,
/// is solved by the generalised minimal residual method (Y. Saad and M. H. Schultz, SIAM J. Sci.
/// Stat. Comput. 7:856, 1986), one sweep along all columns and one along all rows an iteration.

namespace neucasl::array_plugin {

class WireNetwork {
 public:
  explicit WireNetwork(const NonlinearArray& array);

  /// A field of zeros in the column wires' layout.
  [[nodiscard]] Field field() const { return Field(size_, 0.0); }
  [[nodiscard]] CellStamps stamps() const {
    return {field(), field(), field(), field(), field(), field()};
  }
  [[nodiscard]] std::size_t at(std::size_t row, std::size_t column) const {
    return row * column_stride_ + column;
  }

  /// False where the elimination meets a pivot that is not positive, at `fault_row()`,
  /// `fault_column()`.
  bool factor(const CellStamps& stamps);
  [[nodiscard]] std::size_t fault_row() const { return fault_row_; }
  [[nodiscard]] std::size_t fault_column() const { return fault_column_; }
  /// Corrections du, dv of u, v; until the residual, as voltages (2-norm), is at most `relative` of
  /// its start or `absolute` V. False: stalled at `residual()`.
  bool solve(const Field& u, const Field& v, std::span<const double> source_voltage,
             const CellStamps& stamps, double relative, double absolute, Field& du, Field& dv);
  /// Of the last solve, relative to its start.
  [[nodiscard]] double residual() const { return residual_; }
  [[nodiscard]] std::size_t iterations() const { return iterations_; }

  /// Adds currents out of sources into wires; row_current, column_current: what the cells take from
  /// the wires, displacement included.
  void add_source_currents(const Field& u, const Field& v, const Field& row_current,
                           const Field& column_current, std::span<const double> source_voltage,
                           std::span<double> source_current);
  /// W in wires and the resistances of their ends.
  double power(const Field& u, const Field& v, std::span<const double> source_voltage);
  /// \throws base::Error "array.floating" for wires that no cell of conductance joins, directly or
  /// by other wires, to a source.
  void require_driven(const NonlinearArray& array, const CellStamps& stamps) const;

 private:
  /// From [row][column] to [column][row].
  void to_rows(const Field& from, Field& to) const;
  void to_columns(const Field& from, Field& to) const;
  void multiply(const Field& diagonal, Field& x) const;
  double minimise(const CellStamps& stamps, double norm, double target, Field& du_rows);
  void apply(const CellStamps& stamps, const Field& x, Field& result);

  std::size_t rows_, columns_, row_stride_, column_stride_, size_;
  WireLines row_lines_, column_lines_;
  Field rows_a_, rows_b_, columns_a_, columns_b_;  // work
  std::vector<Field> basis_;
  double residual_ = 0.0;
  std::size_t iterations_ = 0;
  std::size_t fault_row_ = 0, fault_column_ = 0;
};

}  // namespace neucasl::array_plugin
