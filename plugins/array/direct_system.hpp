#pragma once

#include <cstddef>
#include <memory>

#include "line_system.hpp"

/// \file
/// Factors of a whole array, for the right-hand sides that the iteration along the lines cannot
/// solve in fair time: many cells that conduct better than the wires.

namespace neucasl::array_plugin {

/// L D L^T of the nodal matrix in an ordering of approximate minimum degree (P. Amestoy, T. Davis
/// and I. Duff, SIAM J. Matrix Anal. Appl. 17:886, 1996), by Eigen's SimplicialLDLT. An ideal wire
/// is one node; one on an ideal source has no equation.
class DirectSystem {
 public:
  /// Arrays with more cells are not factored: time grows as their power 1.5, and at this size the
  /// factors take about a gigabyte.
  static constexpr std::size_t most_cells = std::size_t{1} << 18;
  /// Iterations that take about the time of the factors.
  static int worth_iterations(const Grid& grid);

  explicit DirectSystem(const System& system);
  ~DirectSystem();
  DirectSystem(const DirectSystem&) = delete;
  DirectSystem& operator=(const DirectSystem&) = delete;

  /// Whether all pivots are positive, as they are but for rounding.
  [[nodiscard]] bool valid() const;
  /// Changes of the row-wire voltages that balance these residuals, A, of the row wires; both in
  /// the layout of one right-hand side. Returns the sum of the squares of the changes.
  double solve(const Pack* residual, Pack* change) const;

 private:
  struct Factors;
  std::unique_ptr<Factors> factors_;
};

}  // namespace neucasl::array_plugin
