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

/// One input in double precision: by the iteration, unless it was tried, and by the factors when
/// that does not do.
template <class Result>
void solve_again(const System& system, LazyFactors& factors, const Sources& sources,
                 std::size_t input, Outcome tried, bool iterated, const ArraySolveOptions& options,
                 const ArraySolveOptions& iteration, const Result& result, Outcome& worst) {
  Run run(system);
  Outcome outcome = tried;
  if (!iterated) outcome = run.solve(sources, iteration);
  if (!is_good(outcome, options) && factors.allowed() &&
      outcome.iterations < options.max_iterations && factors.get().valid()) {
    const int iterations = outcome.iterations;
    outcome = run.solve(sources, options, factors.get());
    outcome.iterations = iterations;
  }
  if (!is_good(outcome, options)) {
    fail_stalled(outcome.residual, outcome.error, outcome.iterations, options.tolerance);
  }
  result(input, run, 0);
  take_worst(worst, outcome);
}

/// Solves inputs first ... first + Count - 1.
template <class Real, std::size_t Count, class Input, class Result>
void solve_some(BasicRun<Real, Count>& run, const System& system, LazyFactors& factors,
                std::size_t first, const ArraySolveOptions& options, const Input& input,
                const Result& result, Outcome& worst) {
  std::array<Sources, Count> sources;
  std::array<std::vector<double>, Count> buffer;
  for (std::size_t n = 0; n < Count; ++n) sources[n] = input(first + n, buffer[n]);
  ArraySolveOptions iteration = options;
  if (factors.allowed()) {
    iteration.max_iterations =
        std::min(options.max_iterations, DirectSystem::worth_iterations(system.grid));
  }
  const std::array<Outcome, Count> outcomes = run.solve(sources, iteration);
  constexpr bool exact = std::is_same_v<Real, double>;
  for (std::size_t n = 0; n < Count; ++n) {
    // What floats do not reach may be too ill-conditioned for corrections of 24 bits.
    if (is_good(outcomes[n], options) && (exact || outcomes[n].reached)) {
      result(first + n, run, n);
      take_worst(worst, outcomes[n]);
    } else {
      solve_again(system, factors, sources[n], first + n, outcomes[n], exact, options, iteration,
                  result, worst);
    }
  }
}

/// Solves inputs 0 ... count-1, giving each thread one contiguous share of the blocks of inputs
/// that are iterated together. `input(k, buffer)` gives the k-th sources, `result(k, run, n)` takes
/// the answer.
template <class Real, class Input, class Result>
Outcome solve_all(const System& system, const BasicSystem<Real>& iterated, std::size_t count,
                  const ArraySolveOptions& options, const Input& input, const Result& result) {
  const std::size_t blocks = count / together;
  const std::size_t shares =
      std::min(std::max<std::size_t>(blocks, 1), static_cast<std::size_t>(options.threads));
  std::vector<Outcome> worst(shares);
  LazyFactors factors(system);
  base::parallel_for(shares, options.threads, base::CancelFlag{}, [&](std::size_t share) {
    const std::size_t first = share * blocks / shares;
    const std::size_t end = (share + 1) * blocks / shares;
    if (first < end) {
      BasicRun<Real, together> run(system, iterated);
      for (std::size_t block = first; block < end; ++block) {
        solve_some(run, system, factors, block * together, options, input, result, worst[share]);
      }
    }
    if (share + 1 < shares || blocks * together == count) return;
    BasicRun<Real, 1> run(system, iterated);
    for (std::size_t k = blocks * together; k < count; ++k) {
      solve_some(run, system, factors, k, options, input, result, worst[share]);
    }
  });
  Outcome all;
  for (const Outcome& outcome : worst) take_worst(all, outcome);
  return all;
}

/// An array in double precision and, when asked for, in single precision too.
template <class Conductance, class Input, class Result>
Outcome solve_in(std::size_t rows, std::size_t columns, const Wires& row, const Wires& column,
                 const Conductance& conductance, std::size_t count,
                 const ArraySolveOptions& options, const Input& input, const Result& result) {
  const System system(rows, columns, row, column, conductance);
  if (!options.single_precision) return solve_all(system, system, count, options, input, result);
  const BasicSystem<float> iterated(rows, columns, row, column, conductance);
  return solve_all(system, iterated, count, options, input, result);
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

/// Where the parts of the answers of all inputs go.
class Collector {
 public:
  Collector(const ArrayProblem& problem, const ProblemWires& wires, const ArraySources& sources,
            const ArraySolveOptions& options)
      : problem_(problem),
        wires_(wires),
        sources_(sources),
        options_(options),
        only_sums_(!options.end_currents && !options.power && wires.only_bottom() &&
                   sources.column_current.empty() && all_weak(problem)) {
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
  void take(std::size_t k, const AnyRun& run, std::size_t n) {
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
    const EndCurrents ends =
        end_currents(problem_, wires_, input_of(sources_, k, problem_), row, column);
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
  static bool all_weak(const ArrayProblem& problem) {
    const double strong = strong_conductance(problem);
    std::size_t count = 0;
    for (const double g : problem.conductance) count += g < strong ? 0 : 1;
    return count == 0;
  }

  static void put(const std::vector<double>& one, std::size_t k, std::vector<double>& all) {
    std::copy(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(k * one.size()));
  }

  const ArrayProblem& problem_;
  const ProblemWires& wires_;
  const ArraySources& sources_;
  const ArraySolveOptions& options_;
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

std::vector<double> reversed(std::span<const double> values) {
  return {values.rbegin(), values.rend()};
}

}  // namespace

ArraySolution LineSolver::solve(const ArrayProblem& problem, const ArraySources& sources,
                                const ArraySolveOptions& options) const {
  check_options(options);
  check_problem(problem);
  check_sources(problem, sources);
  const ProblemWires wires(problem);
  Collector collector(problem, wires, sources, options);
  const std::size_t columns = problem.columns;
  const Outcome outcome = solve_in(
      problem.rows, columns, wires.rows(), wires.columns(),
      [&](std::size_t i, std::size_t j) { return problem.conductance[i * columns + j]; },
      sources.count, options,
      [&](std::size_t k, std::vector<double>&) {
        const ArraySources s = input_of(sources, k, problem);
        return Sources{s.left, s.right, s.top, s.bottom, s.row_current, s.column_current, s.start};
      },
      [&](std::size_t k, const auto& run, std::size_t n) { collector.take(k, run, n); });
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
  const ProblemWires wires(problem);
  const auto left = reversed(wires.rows().first);
  const auto right = reversed(wires.rows().last);
  const auto top = reversed(wires.columns().first);
  const auto bottom = reversed(wires.columns().last);
  const LastShares shares(rows, columns, [&](std::size_t i) {
    const WireEnds wire = wires.row(rows - 1 - i);
    return WireEnds{wire.segment, wire.last, wire.first};
  });
  EffectiveMatrix matrix{rows, columns, std::vector<double>(rows * columns)};
  const Outcome outcome = solve_in(
      columns, rows, {problem.column_segment_resistance, bottom, top},
      {problem.row_segment_resistance, right, left},
      [&](std::size_t i, std::size_t j) {
        return problem.conductance[(rows - 1 - j) * columns + columns - 1 - i];
      },
      columns, options,
      [&](std::size_t k, std::vector<double>& unit) {
        unit.assign(columns, 0.0);
        unit[k] = 1.0;
        return Sources{unit};
      },
      [&](std::size_t k, const auto& run, std::size_t n) {
        std::vector<double> current(rows);
        run.column_currents(current, shares, n);
        for (std::size_t i = 0; i < rows; ++i) {
          matrix.value[i * columns + columns - 1 - k] = current[rows - 1 - i];
        }
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
