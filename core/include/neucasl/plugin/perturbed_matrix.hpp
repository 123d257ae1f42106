#pragma once

#include <span>
#include <vector>

#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Effective matrices of arrays that differ from a reference array by small random changes, such as
/// programming errors, at the cost of a few operations a cell.
///
/// With the cells' conductances D and the wires' line matrices M_r = T_r + D and M_c = T_c + D, the
/// effective matrix is the Neumann series in D M_r^-1 D M_c^-1 of
///   W = B_c^T (M_c - D M_r^-1 D)^-1 D M_r^-1 B_r.
/// Its first term, that of rows whose columns are grounded and columns whose rows are, is
///   L_ij = C_ij G_ij R_ij,
/// R_ij the voltage at node j of row i driven with 1 V, C_ij the share of a current into node i of
/// column j that leaves its end: transfers of ladders, exact. The second term, current that returns
/// from the columns into the rows, is about g (1 - C_ij) (1 - R_ij), g a mean of the cells around.
/// So with W0 the exact matrix of the reference
///   W = L + (W0 - L0) (g / g0) (1 - C) (1 - R) / ((1 - C0) (1 - R0)),
/// g here the mean of all cells. Exact where the row or the column wires are ideal, and for the
/// reference itself.
///
/// Error: of the order of the wires' drop squared, times the relative change of sums of cells over
/// parts of the array. Where the drop is not small against 1 compare with the exact solver.

namespace neucasl::plugin {

class NEUCASL_EXPORT PerturbedMatrix {
 public:
  /// Buffers of one thread.
  struct Scratch {
    std::vector<double> turned;
    std::vector<double> row;
    std::vector<double> column;
    std::vector<double> carry;
  };

  /// `exact` is the effective matrix of `reference`, whose ends are the default ones.
  /// \throws base::Error "array.size" for other ends, or a matrix of another size.
  PerturbedMatrix(const ArrayProblem& reference, const EffectiveMatrix& exact);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }

  /// The effective matrix, rows x columns, of an array of these conductances (rows x columns, S).
  /// They are not checked. \throws base::Error "array.size".
  void apply(std::span<const double> conductance, std::span<double> matrix, Scratch& scratch) const;

 private:
  void transfers(std::span<const double> conductance, Scratch& scratch) const;
  /// Calls visit(cell, R, C) row by row.
  template <class Visit>
  void for_each_cell(const Scratch& scratch, const Visit& visit) const;

  std::size_t rows_;
  std::size_t columns_;
  double row_segment_;
  double column_segment_;
  /// (W0 - L0) / (g0 (1 - C0) (1 - R0)).
  std::vector<double> feedback_;
};

}  // namespace neucasl::plugin
