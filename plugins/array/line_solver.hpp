#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "neucasl/plugin/array_solver.hpp"

/// \file
/// Linear crossbar solver by line elimination.
///
/// With u the row-wire and v the column-wire voltages, T the tridiagonal matrices of the wires and
/// their ends, D the diagonal of the cell conductances, and b and c what ends and injected currents
/// contribute, Kirchhoff's current law reads
///   [ T_r + D    -D   ] [u]   [b]
///   [   -D    T_c + D ] [v] = [c].
/// Column wires are independent tridiagonal lines, so v = (T_c + D)^-1 (D u + c) exactly, which
/// leaves
///   S u = b + D (T_c + D)^-1 c,  S = M - D (T_c + D)^-1 D,  M = T_r + D.
/// S is symmetric positive definite. Conjugate gradients preconditioned with M (independent lines
/// along the rows) need one sweep along all columns and one along all rows per iteration. The
/// eigenvalues of M^-1 S lie in (0, 1] and all but a few are close to 1, so few iterations suffice.
/// They end when the preconditioned residual z = M^-1 (b - S u) falls to `tolerance` times its
/// start value, or further when the smallest Ritz value says that the error is more than ten times
/// z. The residual of Kirchhoff's law at all nodes and z are then computed afresh from the
/// voltages; if z misses its goal, the iteration is restarted from it as long as that gains.
///
/// Sources: Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., SIAM 2003, sections 9.2
/// (preconditioned conjugate gradients) and 14.2 (Schur complement); the lines are solved by the
/// Thomas algorithm (Gauss elimination of a tridiagonal matrix).

namespace neucasl::array_plugin {

/// Conjugate gradients on the Schur complement of the row wires; stateless.
class LineSolver final : public plugin::ArraySolver {
 public:
  /// \copydoc plugin::ArraySolver::solve
  [[nodiscard]] plugin::ArraySolution solve(
      const plugin::ArrayProblem& problem, const plugin::ArraySources& sources,
      const plugin::ArraySolveOptions& options) const override;
  using plugin::ArraySolver::solve;

  /// By reciprocity, the current at row source i with 1 V at the foot of column j is the current
  /// at the foot of column j with 1 V at row source i. The adjoint problem is therefore the array
  /// with rows and columns exchanged and both orders reversed, driven by unit vectors.
  [[nodiscard]] plugin::EffectiveMatrix effective_matrix(
      const plugin::ArrayProblem& problem, const plugin::ArraySolveOptions& options) const override;

  /// \copydoc plugin::ArraySolver::update_effective_matrix
  [[nodiscard]] plugin::EffectiveMatrix update_effective_matrix(
      const plugin::ArrayProblem& problem, const plugin::EffectiveMatrix& matrix,
      std::span<const plugin::CellChange> changes,
      const plugin::ArraySolveOptions& options) const override;

  [[nodiscard]] std::string method() const override;
};

}  // namespace neucasl::array_plugin
