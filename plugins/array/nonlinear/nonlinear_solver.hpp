#pragma once

#include <functional>
#include <string>

#include "array_newton.hpp"

/// \file
/// Operating points and transients of arrays of nonlinear cells.
///
/// At rest memories keep their initial values, dQ/dt = 0 for all others. A transient begins at rest
/// with the sources at their first values and is integrated by the trapezoidal rule, with backward
/// Euler for the first step after a corner of a source. The error of a step in each storage,
/// h^3/12 |Q'''| by divided differences (h^2/2 |Q''| for the first two steps after a corner, which
/// are taken or refused together), is at most `truncation` x sum |dQ/dx| accuracy.
///
/// Results do not depend on the number of threads, bit for bit.

namespace neucasl::array_plugin {

struct NonlinearOptions {
  circuit::Tolerances tolerances;
  int threads = 1;
  base::CancelFlag cancel;
  base::ProgressListener progress;  ///< May be empty.
};

/// The array at one instant.
struct ArrayPoint {
  double time = 0.0;                                                 ///< s
  ArrayUnknowns x;                                                   ///< See `NonlinearSolver::at`.
  std::vector<double> source_voltage;                                ///< V
  std::vector<double> source_current;                                ///< A, out of each source
  double source_power = 0.0, cell_power = 0.0, wire_power = 0.0;     ///< W
  double source_energy = 0.0, cell_energy = 0.0, wire_energy = 0.0;  ///< J, since the start
  std::vector<double> storage, rate;  ///< Of all cells' stored unknowns, and their slopes.
};

/// Receives the points of a transient in order of time.
using ArrayObserver = std::function<void(const ArrayPoint& point)>;

struct TransientCount {
  std::size_t points = 0;
  std::size_t iterations = 0;       ///< Newton's
  std::size_t wire_iterations = 0;  ///< Of the wires' solution, all in all.
};

class NonlinearSolver {
 public:
  /// \throws base::Error as `check`.
  NonlinearSolver(const NonlinearArray& array, const NonlinearOptions& options);

  /// Index of crossing (row, column) in the fields of voltages.
  [[nodiscard]] std::size_t at(std::size_t row, std::size_t column) const;

  /// Sources at `rest`. From `guess` when it is not null, as in a sweep; else, and when that fails,
  /// by damped steps from zero, by sources that rise from zero, by a pseudo-transient.
  /// \throws base::Error "array.floating" and those of `ArrayNewton::fail`.
  [[nodiscard]] ArrayPoint rest(const ArrayUnknowns* guess = nullptr);
  /// What led to the last rest point, for reports.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::size_t iterations() const { return newton_.iterations(); }

  /// From 0 to `analysis.stop`; every computed point goes to `observer`, whatever the output step.
  /// `use_initial_conditions`: all states of devices begin at their given values, not at rest.
  /// \throws base::Error "array.step" when the time step vanishes; as `rest`.
  TransientCount transient(const circuit::TransientAnalysis& analysis,
                           const ArrayObserver& observer);

 private:
  friend class ArrayTransient;
  void solve_at_rest(std::span<const double> source_voltage, ArrayUnknowns& x);
  bool ramp(std::span<const double> source_voltage, ArrayUnknowns& x);
  bool settle(std::span<const double> source_voltage, ArrayUnknowns& x);
  /// Storage at x, and what `complete` needs of it.
  void evaluate(ArrayPoint& point);
  /// Currents and powers, after `evaluate` and once the point's `rate` is set.
  void complete(ArrayPoint& point);
  [[nodiscard]] std::vector<double> voltages_at(double time) const;

  const NonlinearArray& array_;
  NonlinearOptions options_;
  ArrayNewton newton_;
  std::vector<double> flow_;
  Field row_current_, column_current_;
  std::string path_;
};

}  // namespace neucasl::array_plugin
