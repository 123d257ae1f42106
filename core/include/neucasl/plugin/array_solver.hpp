#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// \file
/// The electrical problem of a resistive crossbar array and the interface of its solvers.
///
/// Nouns. An *array* has `rows` row wires and `columns` column wires. A *cell* is a two-terminal
/// linear conductance between row wire i and column wire j. A *segment* is the piece of wire
/// between two neighbouring crossings. Row wire i is driven by an ideal voltage source at its left
/// end, through one segment; column wire j ends, through one segment, in a virtual ground (0 V) at
/// its bottom. So every source-to-node, node-to-node and node-to-ground piece of a row wire is
/// `row_segment_resistance` and of a column wire `column_segment_resistance`.
///
/// Kirchhoff's current law at crossing (i, j), with u the row-wire and v the column-wire voltage:
///   (u[i][j]-u[i][j-1])/r_row + (u[i][j]-u[i][j+1])/r_row + G[i][j] (u[i][j]-v[i][j]) = 0
///   (v[i][j]-v[i-1][j])/r_col + (v[i][j]-v[i+1][j])/r_col - G[i][j] (u[i][j]-v[i][j]) = 0
/// where u[i][-1] is the source, the term past the last column is absent, the term above the first
/// row is absent, and v[rows][j] = 0.

namespace neucasl::plugin {

/// Series resistances of the ends of the wires, in ohm, one a wire: of sources, sensing circuits and
/// terminations. They add to the segment between the end and its first crossing; 0 means an ideal
/// source or virtual ground, infinite a floating end. Empty spans mean 0 at the left of the rows
/// and at the bottom of the columns, and floating right and top ends. The caller owns the data.
struct ArrayEnds {
  std::span<const double> left{};
  std::span<const double> right{};
  std::span<const double> top{};
  std::span<const double> bottom{};
};

/// A linear crossbar array. `conductance` is rows x columns, row-major, in siemens; zero is an
/// open cell. Segment resistances in ohm; zero means an ideal wire. The caller owns the data.
struct ArrayProblem {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::span<const double> conductance;
  double row_segment_resistance = 0.0;
  double column_segment_resistance = 0.0;
  ArrayEnds ends{};
};

/// How accurately to solve, and with how many threads.
struct ArraySolveOptions {
  /// Bound on the relative residual of Kirchhoff's current law (2-norm, relative to the source
  /// currents). Range (0, 1e-2].
  double tolerance = 1e-12;
  /// The solve fails with an error that states the residual when this is exceeded.
  int max_iterations = 1000;
  /// At least 1. The result does not depend on it, bit for bit.
  int threads = 1;
  /// Also return the voltage at every crossing.
  bool node_voltages = false;
};

/// Column currents and, on request, node voltages of one or more input vectors.
struct ArraySolution {
  std::vector<double> column_current;  ///< inputs x columns, A, positive into the virtual ground.
  std::vector<double> row_voltage;     ///< inputs x rows x columns, V; empty unless requested.
  std::vector<double> column_voltage;  ///< inputs x rows x columns, V; empty unless requested.
  int iterations = 0;                  ///< Largest count over the inputs.
  double residual = 0.0;               ///< Largest relative residual over the inputs.
};

/// The exact linear map of the array, wires included: I[j] = sum_i W[i][j] V[i].
struct EffectiveMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> value;  ///< rows x columns, row-major, siemens.
  int iterations = 0;
  double residual = 0.0;
};

/// Solves crossbar arrays. Implementations are stateless and may be called from several threads.
///
/// \throws base::Error (code "array.*") for mismatched sizes; a negative, NaN or infinite
/// conductance, resistance or input (with its row and column); an iteration that stalls (with the
/// residual). Never returns a number that did not meet the tolerance.
class ArraySolver {
 public:
  virtual ~ArraySolver() = default;

  /// Solves for `inputs` input vectors, `input_voltage` being inputs x rows in volts.
  [[nodiscard]] virtual ArraySolution solve(const ArrayProblem& problem,
                                            std::span<const double> input_voltage,
                                            std::size_t inputs,
                                            const ArraySolveOptions& options) const = 0;

  /// The effective conductance matrix, by one adjoint solve per column.
  [[nodiscard]] virtual EffectiveMatrix effective_matrix(
      const ArrayProblem& problem, const ArraySolveOptions& options) const = 0;

  /// One line for reports: the method and its source.
  [[nodiscard]] virtual std::string method() const = 0;
};

}  // namespace neucasl::plugin
