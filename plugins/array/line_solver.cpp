#include "line_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "array_check.hpp"
#include "direct_system.hpp"
#include "line_currents.hpp"
#include "line_run.hpp"
#include "line_system.hpp"
#include "matrix_update.hpp"
#include "neucasl/base/parallel.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::ArrayProblem;
using plugin::ArraySolution;
using plugin::ArraySolveOptions;
using plugin::ArraySources;
using plugin::EffectiveMatrix;

/// Right-hand sides that are iterated side by side when there are as many.
constexpr std::size_t together = 2;
/// An estimated error of the voltages above this means that rounding leaves no answer.
constexpr double largest_error = 1e-6;
/// Of what the digits of the voltages do not hold; of them, an error of their size is allowed,
/// because they may themselves be what rounding leaves of greater terms.
constexpr double small_parts_tolerance = 0.1;

bool is_good(const Outcome& outcome, const ArraySolveOptions& options) {
  const double most = std::max(largest_error, 10.0 * options.tolerance);
  // NaN is not.
  return outcome.residual <= options.tolerance && outcome.error <= most && outcome.ended;
}

/// Factors of the whole array, made when the first input needs them.
class LazyFactors {
 public:
  explicit LazyFactors(const System& system) : system_(system) {}
  [[nodiscard]] bool allowed() const {
    return system_.grid.rows * system_.grid.columns <= DirectSystem::most_cells &&
           !system_.direct();
  }
  const DirectSystem& get() {
    std::call_once(once_, [this] { factors_.emplace(system_); });
    return *factors_;
  }

 private:
  const System& system_;
  std::once_flag once_;
  std::optional<DirectSystem> factors_;
};

void take_worst(Outcome& worst, const Outcome& outcome) {
  worst.iterations = std::max(worst.iterations, outcome.iterations);
  worst.residual = std::max(worst.residual, outcome.residual);
  worst.error = std::max(worst.error, outcome.error);
}

/// One input in double precision by the factors, if `tried`, what the iteration gave, does not do.
Outcome solve_exactly(Run& run, LazyFactors& factors, const Sources& sources, const Outcome& tried,
                      const ArraySolveOptions& options) {
  Outcome outcome = tried;
  if (!is_good(outcome, options) && factors.allowed() &&
      outcome.iterations < options.max_iterations && factors.get().valid()) {
    outcome = run.solve_directly(sources, options, factors.get());
    outcome.iterations = tried.iterations;
  }
  if (is_good(outcome, options)) return outcome;
  fail_stalled(outcome.residual, outcome.error, outcome.iterations, options.tolerance);
}

/// Leaves to the factors what they solve sooner.
ArraySolveOptions iteration_options(const System& system, const LazyFactors& factors,
                                    const ArraySolveOptions& options) {
  ArraySolveOptions iteration = options;
  if (factors.allowed()) {
    iteration.max_iterations =
        std::min(options.max_iterations, DirectSystem::worth_iterations(system.grid));
  }
  return iteration;
}

/// Solves inputs first ... first + Count - 1.
template <class Real, std::size_t Count, class Input, class Result>
void solve_some(BasicRun<Real, Count>& run, const System& system, LazyFactors& factors,
                std::size_t first, const ArraySolveOptions& options, const Input& input,
                const Result& result, Outcome& worst) {
  std::array<Sources, Count> sources;
  std::array<std::vector<double>, Count> buffer;
  for (std::size_t n = 0; n < Count; ++n) sources[n] = input(first + n, buffer[n]);
  const ArraySolveOptions iteration = iteration_options(system, factors, options);
  const std::array<Outcome, Count> outcomes = run.solve(sources, iteration);
  constexpr bool exact = std::is_same_v<Real, double>;
  for (std::size_t n = 0; n < Count; ++n) {
    // What floats do not reach may be too ill-conditioned for corrections of 24 bits.
    if (is_good(outcomes[n], options) && (exact || outcomes[n].reached)) {
      result(first + n, run, n, outcomes[n]);
      take_worst(worst, outcomes[n]);
      continue;
    }
    Run again(system);
    const Outcome tried = exact ? outcomes[n] : again.solve(sources[n], iteration);
    const Outcome outcome = solve_exactly(again, factors, sources[n], tried, options);
    result(first + n, again, 0, outcome);
    take_worst(worst, outcome);
  }
}

/// Tells how many inputs are solved, one call at a time.
class InputCount {
 public:
  InputCount(const ArraySolveOptions& options, std::size_t total)
      : options_(options), total_(total) {}
  void add(std::size_t inputs) {
    if (!options_.progress) return;
    const std::lock_guard lock(mutex_);
    done_ += inputs;
    options_.progress("inputs", done_, total_);
  }

 private:
  const ArraySolveOptions& options_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::mutex mutex_;
};

/// Solves inputs 0 ... count-1, giving each thread one contiguous share of the blocks of inputs
/// that are iterated together. `input(k, buffer)` gives the k-th sources, `result(k, run, n,
/// outcome)` takes the answer.
template <class Real, class Input, class Result>
Outcome solve_all(const System& system, LazyFactors& factors, const BasicSystem<Real>& iterated,
                  std::size_t count, const ArraySolveOptions& options, const Input& input,
                  const Result& result) {
  const std::size_t blocks = count / together;
  const std::size_t shares =
      std::min(std::max<std::size_t>(blocks, 1), static_cast<std::size_t>(options.threads));
  std::vector<Outcome> worst(shares);
  InputCount solved(options, count);
  base::parallel_for(shares, options.threads, options.cancel, [&](std::size_t share) {
    const std::size_t first = share * blocks / shares;
    const std::size_t end = (share + 1) * blocks / shares;
    if (first < end) {
      BasicRun<Real, together> run(system, iterated);
      for (std::size_t block = first; block < end; ++block) {
        options.cancel.throw_if_requested();
        solve_some(run, system, factors, block * together, options, input, result, worst[share]);
        solved.add(together);
      }
    }
    if (share + 1 < shares || blocks * together == count) return;
    BasicRun<Real, 1> run(system, iterated);
    for (std::size_t k = blocks * together; k < count; ++k) {
      options.cancel.throw_if_requested();
      solve_some(run, system, factors, k, options, input, result, worst[share]);
      solved.add(1);
    }
  });
  Outcome all;
  for (const Outcome& outcome : worst) take_worst(all, outcome);
  return all;
}

/// An array in double precision and, when asked for, in single precision too.
template <class Conductance, class Input, class Result>
Outcome solve_in(const System& system, LazyFactors& factors, const Wires& row, const Wires& column,
                 const Conductance& conductance, std::size_t count,
                 const ArraySolveOptions& options, const Input& input, const Result& result) {
  if (!options.single_precision) {
    return solve_all(system, factors, system, count, options, input, result);
  }
  const BasicSystem<float> iterated(system.grid.rows, system.grid.columns, row, column,
                                    conductance);
  return solve_all(system, factors, iterated, count, options, input, result);
}

std::span<const double> part(std::span<const double> all, std::size_t k, std::size_t size) {
  return all.empty() ? all : all.subspan(k * size, size);
}

ArraySources input_of(const ArraySources& s, std::size_t k, const ArrayProblem& problem) {
  const std::size_t cells = problem.rows * problem.columns;
  return {1,
          part(s.left, k, problem.rows),
          part(s.right, k, problem.rows),
          part(s.top, k, problem.columns),
          part(s.bottom, k, problem.columns),
          part(s.row_current, k, cells),
          part(s.column_current, k, cells),
          part(s.start, k, cells)};
}

std::vector<double> reversed(std::span<const double> values) {
  return {values.rbegin(), values.rend()};
}

bool all_weak(const ArrayProblem& problem) {
  const double strong = strong_conductance(problem);
  std::size_t count = 0;
  for (const double g : problem.conductance) count += g < strong ? 0 : 1;
  return count == 0;
}

/// The array seen from its column ends, its wires and cells in reverse order.
struct TurnedArray {
  explicit TurnedArray(const ArrayProblem& problem)
      : wires(problem),
        left(reversed(wires.rows().first)),
        right(reversed(wires.rows().last)),
        top(reversed(wires.columns().first)),
        bottom(reversed(wires.columns().last)) {
    conductance.reserve(problem.conductance.size());
    for (std::size_t j = problem.columns; j-- > 0;) {
      for (std::size_t i = problem.rows; i-- > 0;) {
        conductance.push_back(problem.conductance[i * problem.columns + j]);
      }
    }
    turned = {problem.columns,
              problem.rows,
              conductance,
              problem.column_segment_resistance,
              problem.row_segment_resistance,
              {bottom, top, right, left}};
  }

  ProblemWires wires;
  std::vector<double> left, right, top, bottom;
  std::vector<double> conductance;
  ArrayProblem turned;
};

/// Where the parts of the answers of all inputs go.
class Collector {
 public:
  Collector(const ArrayProblem& problem, const ProblemWires& wires, const ArraySources& sources,
            const ArraySolveOptions& options, const System& system, LazyFactors& factors)
      : problem_(problem),
        wires_(wires),
        sources_(sources),
        options_(options),
        system_(system),
        factors_(factors),
        all_weak_(all_weak(problem)),
        only_sums_(!options.end_currents && !options.power && wires.only_bottom() &&
                   sources.column_current.empty() && all_weak_) {
    const std::size_t cells = problem.rows * problem.columns;
    solution.column_current.resize(sources.count * problem.columns);
    if (options.node_voltages) {
      solution.row_voltage.resize(sources.count * cells);
      solution.column_voltage.resize(sources.count * cells);
    }
    if (options.end_currents) {
      solution.left_current.resize(sources.count * problem.rows);
      solution.right_current.resize(sources.count * problem.rows);
      solution.top_current.resize(sources.count * problem.columns);
      solution.bottom_current.resize(sources.count * problem.columns);
    }
    if (options.power) solution.power.resize(sources.count);
  }

  template <class AnyRun>
  void take(std::size_t k, const AnyRun& run, std::size_t n, const Outcome& outcome) {
    const std::size_t columns = problem_.columns;
    const std::size_t cells = problem_.rows * columns;
    const auto current = std::span(solution.column_current).subspan(k * columns, columns);
    if (only_sums_) {
      run.column_currents(
          current, [](std::size_t, std::size_t, Pack& all) { all = Pack{} + 1.0; }, n);
      if (!options_.node_voltages) return;
    }
    std::vector<double> own_row;
    std::vector<double> own_column;
    std::span<double> row;
    std::span<double> column;
    if (options_.node_voltages) {
      row = std::span(solution.row_voltage).subspan(k * cells, cells);
      column = std::span(solution.column_voltage).subspan(k * cells, cells);
    } else {
      own_row.resize(cells);
      own_column.resize(cells);
      row = own_row;
      column = own_column;
    }
    run.voltages(row, column, n);
    if (only_sums_) return;
    const ArraySources own = input_of(sources_, k, problem_);
    NodeVoltages voltages{row, column};
    std::vector<double> small_row;
    std::vector<double> small_column;
    if (!all_weak_) {
      add_small_parts(own, outcome, voltages, small_row, small_column);
      voltages.small_row = small_row;
      voltages.small_column = small_column;
    }
    const EndCurrents ends = end_currents(problem_, wires_, own, voltages);
    std::transform(ends.bottom.begin(), ends.bottom.end(), current.begin(),
                   [](double into) { return -into; });
    if (options_.power) solution.power[k] = ends.power;
    if (!options_.end_currents) return;
    put(ends.left, k, solution.left_current);
    put(ends.right, k, solution.right_current);
    put(ends.top, k, solution.top_current);
    put(ends.bottom, k, solution.bottom_current);
  }

  ArraySolution solution;

 private:
  /// What lacks for Kirchhoff's law is injected, which gives what the voltages' digits do not hold.
  void add_small_parts(const ArraySources& own, const Outcome& outcome,
                       const NodeVoltages& voltages, std::vector<double>& row,
                       std::vector<double>& column) const {
    const NodeResiduals residual = node_residuals(problem_, wires_, own, voltages);
    Sources sources;
    sources.row_current = residual.row;
    sources.column_current = residual.column;
    ArraySolveOptions options = options_;
    options.tolerance = small_parts_tolerance;
    Run run(system_);
    Outcome tried;
    tried.ended = false;
    if (!outcome.direct) {
      tried = run.solve(sources, iteration_options(system_, factors_, options));
    }
    (void)solve_exactly(run, factors_, sources, tried, options);
    row.resize(residual.row.size());
    column.resize(residual.row.size());
    run.voltages(row, column);
  }

  static void put(const std::vector<double>& one, std::size_t k, std::vector<double>& all) {
    std::copy(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(k * one.size()));
  }

  const ArrayProblem& problem_;
  const ProblemWires& wires_;
  const ArraySources& sources_;
  const ArraySolveOptions& options_;
  const System& system_;
  LazyFactors& factors_;
  const bool all_weak_;
  const bool only_sums_;
};

/// The shares of the cells' currents that leave wires of one kind at their last ends, a + b k at
/// node k, for panels of lines.
class LastShares {
 public:
  template <class WireOf>
  LastShares(std::size_t lines, std::size_t nodes, const WireOf& wire_of)
      : offset_((lines + lanes - 1) / lanes), slope_(offset_.size()) {
    for (std::size_t line = 0; line < lines; ++line) {
      const WireEnds wire = wire_of(line);
      const double total = wire.total(nodes);
      const bool floats = std::isinf(wire.first) || std::isinf(wire.last);
      offset_[line / lanes][line % lanes] = std::isinf(wire.last) ? 0.0
                                            : floats              ? 1.0
                                                     : (wire.first + wire.segment) / total;
      slope_[line / lanes][line % lanes] = floats ? 0.0 : wire.segment / total;
    }
  }
  void operator()(std::size_t panel, std::size_t node, Pack& share) const {
    share = offset_[panel] + static_cast<double>(node) * slope_[panel];
  }

 private:
  std::vector<Pack> offset_;
  std::vector<Pack> slope_;
};

}  // namespace

ArraySolution LineSolver::solve(const ArrayProblem& problem, const ArraySources& sources,
                                const ArraySolveOptions& options) const {
  check_options(options);
  check_problem(problem);
  check_sources(problem, sources);
  const ProblemWires wires(problem);
  const std::size_t columns = problem.columns;
  const auto conductance = [&](std::size_t i, std::size_t j) {
    return problem.conductance[i * columns + j];
  };
  const System system(problem.rows, columns, wires.rows(), wires.columns(), conductance);
  LazyFactors factors(system);
  Collector collector(problem, wires, sources, options, system, factors);
  const Outcome outcome = solve_in(
      system, factors, wires.rows(), wires.columns(), conductance, sources.count, options,
      [&](std::size_t k, std::vector<double>&) {
        const ArraySources s = input_of(sources, k, problem);
        return Sources{s.left, s.right, s.top, s.bottom, s.row_current, s.column_current, s.start};
      },
      [&](std::size_t k, const auto& run, std::size_t n, const Outcome& one) {
        collector.take(k, run, n, one);
      });
  ArraySolution solution = std::move(collector.solution);
  solution.iterations = outcome.iterations;
  solution.residual = outcome.residual;
  solution.error = outcome.error;
  return solution;
}

EffectiveMatrix LineSolver::effective_matrix(const ArrayProblem& problem,
                                             const ArraySolveOptions& options) const {
  check_options(options);
  check_problem(problem);
  const std::size_t rows = problem.rows;
  const std::size_t columns = problem.columns;
  const TurnedArray seen(problem);
  EffectiveMatrix matrix{rows, columns, std::vector<double>(rows * columns)};
  const auto put = [&](std::size_t k, std::span<const double> current) {
    for (std::size_t i = 0; i < rows; ++i) {
      matrix.value[i * columns + columns - 1 - k] = current[rows - 1 - i];
    }
  };
  if (!all_weak(problem)) {
    std::vector<double> unit(columns * columns);
    for (std::size_t k = 0; k < columns; ++k) unit[k * columns + k] = 1.0;
    const ArraySolution all = solve(seen.turned, {columns, unit}, options);
    for (std::size_t k = 0; k < columns; ++k) put(k, part(all.column_current, k, rows));
    matrix.iterations = all.iterations;
    matrix.residual = all.residual;
    matrix.error = all.error;
    return matrix;
  }
  const LastShares shares(rows, columns, [&](std::size_t i) {
    const WireEnds wire = seen.wires.row(rows - 1 - i);
    return WireEnds{wire.segment, wire.last, wire.first};
  });
  const Wires turned_rows{problem.column_segment_resistance, seen.bottom, seen.top};
  const Wires turned_columns{problem.row_segment_resistance, seen.right, seen.left};
  const auto conductance = [&](std::size_t i, std::size_t j) {
    return seen.conductance[i * rows + j];
  };
  const System system(columns, rows, turned_rows, turned_columns, conductance);
  LazyFactors factors(system);
  const Outcome outcome = solve_in(
      system, factors, turned_rows, turned_columns, conductance, columns, options,
      [&](std::size_t k, std::vector<double>& unit) {
        unit.assign(columns, 0.0);
        unit[k] = 1.0;
        return Sources{unit};
      },
      [&](std::size_t k, const auto& run, std::size_t n, const Outcome& /*one*/) {
        std::vector<double> current(rows);
        run.column_currents(current, shares, n);
        put(k, current);
      });
  matrix.iterations = outcome.iterations;
  matrix.residual = outcome.residual;
  matrix.error = outcome.error;
  return matrix;
}

EffectiveMatrix LineSolver::update_effective_matrix(const ArrayProblem& problem,
                                                    const EffectiveMatrix& matrix,
                                                    std::span<const plugin::CellChange> changes,
                                                    const ArraySolveOptions& options) const {
  return updated_matrix(*this, problem, matrix, changes, options);
}

std::string LineSolver::method() const {
  return "Conjugate gradients on the Schur complement of the row wires, line preconditioner (Saad "
         "2003, sections 9.2 and 14.2)";
}

}  // namespace neucasl::array_plugin
