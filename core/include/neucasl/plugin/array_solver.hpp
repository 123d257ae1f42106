#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"

/// \file
/// The electrical problem of a resistive crossbar array and the interface of its solvers.
///
/// Nouns. An *array* has `rows` row wires and `columns` column wires. A *cell* is a two-terminal
/// linear conductance between row wire i and column wire j. A *segment* is the piece of wire
/// between two neighbouring crossings. Each wire has two *ends*, the rows left and right, the
/// columns top and bottom. An end leads from the wire's outermost crossing through one segment and
/// a series resistance to a *potential*; an end of infinite resistance is *floating*.
///
/// Kirchhoff's current law at crossing (i, j), with u the row-wire and v the column-wire voltage:
///   (u[i][j]-u[i][j-1])/r_row + (u[i][j]-u[i][j+1])/r_row + G[i][j] (u[i][j]-v[i][j]) = b[i][j]
///   (v[i][j]-v[i-1][j])/r_col + (v[i][j]-v[i+1][j])/r_col - G[i][j] (u[i][j]-v[i][j]) = c[i][j]
/// where b and c are currents that the caller injects. Beyond the ends, u[i][-1] is the potential
/// of the left end and its term is divided by r_row + R_left[i], and so at the other three ends;
/// the term of a floating end is absent.

namespace neucasl::plugin {

/// Series resistances of the ends of the wires, in ohm, one a wire: of sources, sensing circuits
/// and terminations. They add to the segment between the end and its first crossing; 0 means an
/// ideal source or virtual ground, infinite a floating end. Empty spans mean 0 at the left of the
/// rows and at the bottom of the columns, and floating right and top ends. The caller owns the
/// data.
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

/// The right-hand sides of one array. An empty span means zeros. The potential of a floating end
/// has no effect. The caller owns the data.
struct ArraySources {
  std::size_t count = 1;           ///< Number of right-hand sides, called inputs.
  std::span<const double> left{};  ///< Potentials, V: count x rows.
  std::span<const double> right{};
  std::span<const double> top{};  ///< Count x columns.
  std::span<const double> bottom{};
  std::span<const double> row_current{};     ///< b, A: count x rows x columns.
  std::span<const double> column_current{};  ///< c, the same.
  /// Row-wire voltages to start the iteration from, V: count x rows x columns. They change the
  /// number of iterations, and the result within its error.
  std::span<const double> start{};
};

/// How accurately to solve, with how many threads, and what to return.
struct ArraySolveOptions {
  /// Bound on the residual of Kirchhoff's current law at all nodes (2-norm) relative to the 2-norm
  /// of the sums of the magnitudes of its terms (the backward error: N. Higham, Accuracy and
  /// Stability of Numerical Algorithms, 2nd ed., SIAM 2002, chapter 7), and on the preconditioned
  /// residual relative to the voltages. Range (0, 1e-2].
  double tolerance = 1e-12;
  /// The solve fails with an error that states the residual when this is exceeded.
  int max_iterations = 10000;
  /// At least 1. The result does not depend on it, bit for bit.
  int threads = 1;
  /// Also return the voltage at every crossing.
  bool node_voltages = false;
  /// Also return the currents at all ends.
  bool end_currents = false;
  /// Also return the power.
  bool power = false;
  /// Iterate on single-precision numbers, which halves the memory traffic, and refine in double
  /// precision to the same tolerance.
  bool single_precision = false;
  /// Looked at before each input; base::Cancelled is thrown when it is requested.
  base::CancelFlag cancel{};
  base::ProgressListener progress{};  ///< "inputs"; may be empty.
};

/// Where the power goes, W. The parts add up to what is delivered.
struct ArrayPower {
  double delivered = 0.0;  ///< By the potentials and the injected currents.
  double cells = 0.0;
  double row_wires = 0.0;  ///< Their segments, those at the ends included.
  double column_wires = 0.0;
  double ends = 0.0;  ///< The series resistances of the ends.
};

/// Column currents and, on request, what else the options name, of one or more inputs.
struct ArraySolution {
  std::vector<double> column_current;  ///< inputs x columns, A, out of the wires' bottom ends.
  std::vector<double> row_voltage;     ///< inputs x rows x columns, V; empty unless requested.
  std::vector<double> column_voltage;  ///< inputs x rows x columns, V; empty unless requested.
  /// Currents from the potentials into the wires, A; empty unless requested.
  std::vector<double> left_current;  ///< inputs x rows
  std::vector<double> right_current;
  std::vector<double> top_current;  ///< inputs x columns
  std::vector<double> bottom_current;
  std::vector<ArrayPower> power;  ///< One an input; empty unless requested.
  int iterations = 0;             ///< Largest count over the inputs.
  double residual = 0.0;          ///< Largest relative residual over the inputs.
  /// Largest estimate over the inputs of the error of the row-wire voltages (2-norm), relative to
  /// theirs: the preconditioned residual over the smallest Ritz value of the iteration.
  double error = 0.0;
};

/// The exact linear map of the array, wires and ends included, from the potentials of the left ends
/// to the currents out of the bottom ends: I[j] = sum_i W[i][j] V[i], all other potentials 0.
struct EffectiveMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> value;  ///< rows x columns, row-major, siemens.
  int iterations = 0;
  double residual = 0.0;
  double error = 0.0;  ///< As that of a solution.
};

/// A cell that gets another conductance, S.
struct CellChange {
  std::size_t row = 0;
  std::size_t column = 0;
  double conductance = 0.0;
};

/// Solves crossbar arrays. Implementations are stateless and may be called from several threads.
///
/// Never returns a number that did not meet the tolerance.
/// \throws base::Error "array.size" for mismatched sizes; "array.conductance", "array.resistance"
/// or "array.input" for a negative conductance or resistance or one, or a source, that is NaN,
/// infinite or above 1e90, with its row and column; "array.floating" for a part of the array
/// without connection to a potential, with a wire of it; "array.short" for an ideal wire between
/// two ideal sources; "array.options" for options out of their range; "array.stalled" for an
/// iteration that stalls, with the residual.
class ArraySolver {
 public:
  virtual ~ArraySolver() = default;

  /// Solves for all inputs of the sources.
  [[nodiscard]] virtual ArraySolution solve(const ArrayProblem& problem,
                                            const ArraySources& sources,
                                            const ArraySolveOptions& options) const = 0;

  /// Solves for `inputs` vectors of potentials of the left ends, `input_voltage` being
  /// inputs x rows in volts, with all other potentials 0.
  [[nodiscard]] ArraySolution solve(const ArrayProblem& problem,
                                    std::span<const double> input_voltage, std::size_t inputs,
                                    const ArraySolveOptions& options) const {
    return solve(problem, ArraySources{inputs, input_voltage}, options);
  }

  /// The effective conductance matrix, by one adjoint solve per column.
  [[nodiscard]] virtual EffectiveMatrix effective_matrix(
      const ArrayProblem& problem, const ArraySolveOptions& options) const = 0;

  /// The effective matrix after some cells have changed, from that of the array before, `problem`,
  /// with one solve a changed cell. Where rounding would leave less than ten digits of the largest
  /// entry, as when a short is opened, the changed array is solved anew.
  /// \throws base::Error "array.change" when a cell is named twice or is not in the array, or when
  /// the changes leave a part of the array without connection.
  [[nodiscard]] virtual EffectiveMatrix update_effective_matrix(
      const ArrayProblem& problem, const EffectiveMatrix& matrix,
      std::span<const CellChange> changes, const ArraySolveOptions& options) const = 0;

  /// One line for reports: the method and its source.
  [[nodiscard]] virtual std::string method() const = 0;
};

}  // namespace neucasl::plugin
