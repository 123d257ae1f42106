#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "array_cells.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "wire_network.hpp"

/// \file
/// Newton's method for a whole array: cells linearised and condensed, wires solved, cells updated.

namespace neucasl::array_plugin {

/// Unknowns of an array.
struct ArrayUnknowns {
  Field u, v;             ///< V, of row and column wires, in the column wires' layout
  std::vector<double> y;  ///< cells x inner
};

/// Why Newton's method ended.
enum class NewtonEnd {
  converged,
  diverged,
  not_finite,            ///< a cell gives what is not finite
  singular_cell,         ///< inner unknowns of a cell are not determined
  negative_conductance,  ///< a pivot of the elimination along a wire is not positive
  stalled                ///< the iteration of the wires stalled
};

class ArrayNewton {
 public:
  ArrayNewton(const NonlinearArray& array, const circuit::Tolerances& tolerances, int threads,
              const base::CancelFlag& cancel);

  [[nodiscard]] ArrayUnknowns first_guess() const;
  /// Takes magnitudes into account that accuracies are relative to: of a wire and an inner node the
  /// largest voltage of all sources so far, of another inner unknown its own largest value.
  void see(const ArrayUnknowns& x, std::span<const double> source_voltage);
  /// Corrects x until the next correction would be within the accuracy, from any guess: a
  /// correction is halved until that of the voltages which follows is smaller (the idea of the
  /// natural monotonicity test of P. Deuflhard, Newton Methods for Nonlinear Problems, Springer
  /// 2004, section 3.3, with the whole following correction in place of the simplified one). The
  /// last one is to the rounding of the wires' equations.
  NewtonEnd solve_damped(std::span<const double> source_voltage, const TimeRule& rule,
                         ArrayUnknowns& x);
  /// The same from a guess near the solution, by whole corrections, until a simplified one, of the
  /// same slopes, is within a tenth of the accuracy. Gives what `ArrayCells::evaluate` does at x.
  NewtonEnd solve_near(std::span<const double> source_voltage, const TimeRule& rule,
                       ArrayUnknowns& x, std::span<double> storage, std::span<double> flow);
  /// |dQ/dx| x accuracy of the last linearisation, cells x stored.
  [[nodiscard]] std::span<const double> storage_weight() const { return storage_weight_; }
  [[nodiscard]] std::size_t iterations() const { return iterations_; }
  [[nodiscard]] std::size_t wire_iterations() const { return network_.iterations(); }

  /// \throws base::Error of the end: "array.not-finite", "array.singular-cell",
  /// "array.negative-conductance", "array.stalled" (with the residual), "array.convergence"; with
  /// row and column. `when` is put before the message.
  [[noreturn]] void fail(NewtonEnd end, const std::string& when) const;

  ArrayCells& cells() { return cells_; }
  [[nodiscard]] const ArrayCells& cells() const { return cells_; }
  WireNetwork& network() { return network_; }
  [[nodiscard]] const NonlinearArray& array() const { return array_; }

 private:
  NewtonEnd correct(std::span<const double> source_voltage, const ArrayUnknowns& x, double relative,
                    double absolute);
  NewtonEnd linearise(std::span<const double> source_voltage, const TimeRule& rule,
                      const ArrayUnknowns& x, double relative, double absolute);
  void measure();
  void move(const ArrayUnknowns& from, double share, ArrayUnknowns& to) const;
  [[nodiscard]] std::string place(std::size_t cell) const;
  [[nodiscard]] std::string values(std::size_t cell) const;

  const NonlinearArray& array_;
  circuit::Tolerances tolerances_;
  ArrayCells cells_;
  WireNetwork network_;
  CellStamps stamps_;
  ArrayUnknowns change_, tried_;
  CellAccuracy accuracy_;
  double peak_voltage_ = 0.0;
  std::vector<double> peak_, inner_accuracy_, storage_weight_;
  std::size_t iterations_ = 0;
  std::size_t worst_cell_ = 0;
  // Largest change over its accuracy: of all unknowns, and of voltages. A device's own unknowns
  // follow the voltages with a delay of one correction and would mislead the damping.
  double worst_ = 0.0;
  double worst_voltage_ = 0.0;
  bool driven_checked_ = false;
};

}  // namespace neucasl::array_plugin
