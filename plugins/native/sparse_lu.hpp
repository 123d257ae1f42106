#pragma once

#include <complex>
#include <optional>
#include <span>
#include <vector>

#include "ordering.hpp"
#include "sparse_pattern.hpp"

/// \file
/// Sparse direct solver for matrices that keep their pattern while their values change.

namespace neucasl::native_plugin {

/// R A C with P (R A C) Q = L U: rows scaled to a largest entry of 1, columns by given factors,
/// columns in the elimination order, rows by threshold pivoting. Left-looking (Gilbert and Peierls,
/// SIAM J. Sci. Stat. Comput. 9:862, 1988). Later factorisations keep pattern and pivots while they
/// stay good, as in KLU (Davis and Palamadai Natarajan, ACM Trans. Math. Softw. 37:36, 2010).
template <class Scalar>
class SparseLu {
 public:
  /// `column_scale`: typical magnitude of each unknown. The pattern must outlive the object.
  SparseLu(const SparsePattern& pattern, std::span<const double> column_scale);

  /// One value for each entry of the pattern. On failure, `singular_column` names a column that
  /// depends on others, and nothing may be solved.
  [[nodiscard]] bool factor(std::span<const Scalar> values);
  /// Column of a failed factorisation.
  [[nodiscard]] std::uint32_t singular_column() const { return singular_column_; }

  /// Replaces b by the solution of A x = b.
  void solve(std::span<Scalar> b) const;
  /// Replaces b by the solution of transpose(A) x = b.
  void solve_transposed(std::span<Scalar> b) const;

  /// Entries of L and U.
  [[nodiscard]] std::size_t factor_entries() const { return lower_row_.size() + upper_row_.size(); }

 private:
  bool scale_rows(std::span<const Scalar> values);
  bool factor_anew(std::span<const Scalar> values);
  bool factor_again(std::span<const Scalar> values);
  void order(std::span<const Scalar> values);
  /// Rows that column `column` of the factors reaches, in topological order from `top` of `reach_`.
  std::uint32_t find_reach(std::uint32_t column);
  std::uint32_t depth_first(std::uint32_t row, std::uint32_t top);
  bool take_pivot(std::uint32_t step, std::uint32_t top);
  void number_rows();
  void mark_singular_row(std::uint32_t row);

  const SparsePattern& pattern_;
  std::uint32_t n_;
  std::vector<double> column_scale_;
  std::vector<double> row_scale_;
  bool ordered_ = false;
  bool factored_ = false;
  EliminationOrder order_;
  std::uint32_t singular_column_ = 0;

  std::vector<std::uint32_t> position_;  // pivot step of each row
  // By columns. L without its unit diagonal; U without its pivots, in topological order.
  std::vector<std::uint32_t> lower_start_, lower_row_, upper_start_, upper_row_;
  std::vector<Scalar> lower_, upper_, pivot_;
  std::vector<std::uint32_t> entry_position_;  // pivot step of each entry's row

  // Work of a factorisation.
  std::vector<std::uint32_t> reach_, stack_, next_;
  std::vector<std::uint32_t> mark_;
  std::vector<Scalar> work_;
  mutable std::vector<Scalar> solution_;
};

extern template class SparseLu<double>;
extern template class SparseLu<std::complex<double>>;

}  // namespace neucasl::native_plugin
