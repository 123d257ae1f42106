#pragma once

#include <span>

#include "neucasl/plugin/array_solver.hpp"

namespace neucasl::array_plugin {

/// The effective matrix after cells have changed, by the Woodbury identity (G. Golub and C. Van
/// Loan, Matrix Computations, 4th ed., 2013, section 2.1.4). Cell m adds delta_m a_m a_m^T to the
/// nodal matrix A, a_m = +1 at its row-wire and -1 at its column-wire node. With X = A^-1 P, one
/// solve a column of P = (a_m), and B and C the couplings of the left and bottom ends,
///   W' = W - (C^T X) (I + Delta P^T X)^-1 Delta (X^T B).
/// C^T X and X^T B are the currents at those ends when 1 A is injected across the cell.
plugin::EffectiveMatrix updated_matrix(const plugin::ArraySolver& solver,
                                       const plugin::ArrayProblem& problem,
                                       const plugin::EffectiveMatrix& matrix,
                                       std::span<const plugin::CellChange> changes,
                                       const plugin::ArraySolveOptions& options);

}  // namespace neucasl::array_plugin
