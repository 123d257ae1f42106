#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "nonlinear_array.hpp"
#include "wire_lines.hpp"

/// \file
/// The cells of an array: evaluated in contiguous batches, linearised, and their inner unknowns
/// eliminated cell by cell.
///
/// At a crossing with voltages u (row wire), v (column wire) and inner unknowns y, the cell obeys
///   R(u, v, y) = F + a Q + c,   a, c: rule of integration; a = 0, c = 0 at rest,
/// whose first two rows are the currents out of the wires and whose others are zero. With J = R'
/// the elimination of the inner rows gives
///   current = I + G [du dv],  dy = -(s + B [du dv]).
/// The slopes of a linearisation serve at other voltages, too: there I and s are those of R at the
/// new unknowns (the simplified correction of Newton's method).

namespace neucasl::array_plugin {

/// Currents and conductances of all cells, seen from the wires; fields of the column wires' layout.
struct CellStamps {
  Field row_current, column_current;                     ///< I, A, out of the wires
  Field row_row, row_column, column_row, column_column;  ///< G, S
};

/// What changes of the unknowns do not matter.
struct CellAccuracy {
  double voltage = 0.0;           ///< V, of wires
  std::span<const double> inner;  ///< cells x inner
};

/// Changes of inner unknowns over their accuracy, the largest.
struct CellChange {
  double all = 0.0;
  double nodes = 0.0;  ///< Of inner nodes, without internal unknowns of devices.
  std::size_t worst_cell = 0;
};

/// How storage enters the equations.
struct TimeRule {
  double rate = 0.0;  ///< a, 1/s; 0: at rest
  /// c, cells x stored; empty at rest.
  std::span<const double> constant;
  bool hold_memories = true;
};

class ArrayCells {
 public:
  ArrayCells(const NonlinearArray& array, int threads, const base::CancelFlag& cancel);

  [[nodiscard]] std::size_t inner() const { return inner_; }
  /// Unknowns and controls of a cell that have storage.
  [[nodiscard]] std::span<const std::uint32_t> stored() const { return stored_; }
  [[nodiscard]] std::size_t stride() const { return stride_; }

  /// Linearises all cells. `u`, `v` in the column wires' layout; y: cells x inner. The sum of
  /// |dQ/dx| x accuracy of each stored unknown goes to `storage_weight` (cells x stored).
  /// False where a number is not finite, or inner unknowns are not determined: at `fault`.
  bool linearise(const Field& u, const Field& v, std::span<const double> y,
                 std::span<const double> controls, const TimeRule& rule, CellStamps& stamps,
                 const CellAccuracy& accuracy, std::span<double> storage_weight);
  /// Evaluates all cells: what `evaluate` gives, and I and s at these unknowns with the slopes of
  /// the last linearisation, which must have been by the same rule but for its constants. False
  /// where a number is not finite, at `fault`.
  bool restate(const Field& u, const Field& v, std::span<const double> y,
               std::span<const double> controls, const TimeRule& rule, CellStamps& stamps,
               std::span<double> storage, std::span<double> flow);
  /// dy for these changes of the wires' voltages, from the last linearisation; zero for memories
  /// that were held.
  CellChange respond(const Field& du, const Field& dv, const CellAccuracy& accuracy,
                     std::span<double> dy) const;
  /// Storage (cells x stored) and, for each cell, what flows in from row wire, column wire and
  /// controls without displacement currents (cells x (2 + controls)).
  void evaluate(const Field& u, const Field& v, std::span<const double> y,
                std::span<const double> controls, std::span<double> storage,
                std::span<double> flow);

  [[nodiscard]] std::size_t fault_cell() const { return fault_cell_; }
  /// Whether the fault was a number that is not finite, else a singular cell.
  [[nodiscard]] bool fault_not_finite() const { return fault_not_finite_; }

 private:
  struct Work;
  void find_stored();
  [[nodiscard]] std::size_t tasks() const { return array_.rows; }
  void for_rows(const std::function<void(std::size_t row)>& body) const;
  void gather(std::size_t cell, double u, double v, std::span<const double> y,
              std::span<const double> controls, Work& work) const;
  void add_parts(std::size_t cell, bool jacobian, Work& work) const;
  int linearise_cell(std::size_t cell, const TimeRule& rule, const CellAccuracy& accuracy,
                     std::span<double> storage_weight, Work& work);
  void restate_cell(std::size_t cell, const TimeRule& rule, Work& work);
  bool condense(std::size_t cell, bool hold_memories, Work& work);
  void keep(std::size_t cell, const Work& work);
  void store(std::size_t cell, const Work& work, std::span<double> storage,
             std::span<double> flow) const;
  [[nodiscard]] bool find_fault(const std::vector<int>& fault,
                                const std::vector<std::size_t>& fault_cell);

  const NonlinearArray& array_;
  int threads_;
  const base::CancelFlag& cancel_;
  std::size_t inner_, local_, all_, stride_;
  std::vector<std::uint32_t> stored_;
  std::vector<char> memory_;      // of each inner unknown
  bool single_part_ = false;      // a cell is one device whose unknowns are the cell's
  std::vector<double> response_;  // cells x inner x 3: B and s
  std::vector<double> inverse_;   // cells x inner x inner, of the inner slopes
  std::vector<double> outer_;     // cells x 2 x inner: slopes of the currents
  std::size_t fault_cell_ = 0;
  bool fault_not_finite_ = false;
};

}  // namespace neucasl::array_plugin
