// GCC 12's AVX-512 intrinsics, which Eigen inlines, warn about their own undefined operands.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <benchmark/benchmark.h>

#include <Eigen/Sparse>
#include <Eigen/SparseLU>
#include <cmath>

#include "comparison.hpp"
#include "nonlinear/circuit_array.hpp"
#include "nonlinear/nonlinear_solver.hpp"
#include "simulator.hpp"
#include "tests/array/array_bench.hpp"

/// \file
/// Arrays of nonlinear cells: a write of a VTEAM array against ngspice and the native simulator,
/// an operating point against Newton's method with sparse LU, a write of 256 x 256 cells.

namespace neucasl {
namespace {

using array_plugin::ArrayPoint;
using array_test::ArrayPlan;
using array_test::trapezoid;
using benchmarks::Comparison;
using benchmarks::seconds_of;

constexpr double pulse = 2e-9;

array_test::ArrayBench& bench() {
  static array_test::ArrayBench one;
  return one;
}

/// One cell is reset by the V/2 scheme; states of the others are mixed.
ArrayPlan half_select_reset(std::size_t size) {
  ArrayPlan plan;
  plan.rows = plan.columns = size;
  plan.state = [](std::size_t i, std::size_t j) {
    return 0.1 * static_cast<double>((3 * i + 7 * j) % 11);
  };
  plan.row_wave = [](std::size_t i) { return trapezoid(0.2e-9, pulse, i == 3 ? 1.0 : 0.5); };
  plan.column_wave = [](std::size_t j) { return trapezoid(0.2e-9, pulse, j == 5 ? 0.0 : 0.5); };
  return plan;
}

circuit::TransientAnalysis write_transient() {
  circuit::TransientAnalysis transient;
  transient.stop = 1.5 * pulse;
  return transient;
}

void write_against(benchmark::State& state, const char* reference, double floor,
                   double error_limit) {
  const circuit::Circuit circuit =
      bench().circuit(half_select_reset(static_cast<std::size_t>(state.range(0))));
  array_plugin::ArraySimulator ours;
  const auto theirs = bench().simulator(reference);
  circuit::TransientAnalysis transient = write_transient();
  transient.largest_step = 0.02e-9;
  circuit::Result a;
  circuit::Result b;
  Comparison one{reference};
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(
        3, [&] { a = ours.simulate(circuit, transient, {}, bench().context); });
    one.reference_seconds =
        seconds_of([&] { b = theirs->simulate(circuit, transient, {}, bench().context); });
  }
  one.floor = floor;
  one.error = array_test::worst_current_difference(a, b);
  one.error_limit = error_limit;
  state.counters["points"] = static_cast<double>(a.time_points);
  benchmarks::record(state, one);
}
void write_ngspice(benchmark::State& state) { write_against(state, "ngspice", 10.0, 1e-3); }
void write_native(benchmark::State& state) { write_against(state, "native", 1.5, 1e-3); }
BENCHMARK(write_ngspice)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(write_native)->Arg(16)->Arg(32)->Iterations(1)->Unit(benchmark::kMillisecond);

/// The whole write of a large array, on one thread and on two; wires of 0.1 ohm.
void write_large(benchmark::State& state) {
  ArrayPlan plan = half_select_reset(static_cast<std::size_t>(state.range(0)));
  plan.row_segment = plan.column_segment = 0.1;
  const circuit::Circuit circuit = bench().circuit(plan);
  const array_plugin::CircuitArray found = array_plugin::find_array(circuit);
  const circuit::TransientAnalysis transient = write_transient();
  const auto run = [&](int threads, std::vector<double>& currents) {
    array_plugin::NonlinearOptions options;
    options.threads = threads;
    array_plugin::NonlinearSolver solver(found.array, options);
    const array_plugin::TransientCount count =
        solver.transient(transient, [&](const ArrayPoint& point) {
          currents.insert(currents.end(), point.source_current.begin(), point.source_current.end());
        });
    state.counters["points"] = static_cast<double>(count.points);
    state.counters["newton_iterations"] = static_cast<double>(count.iterations);
    state.counters["wire_iterations"] = static_cast<double>(count.wire_iterations);
  };
  std::vector<double> first;
  std::vector<double> second;
  Comparison one{"one thread"};
  for (auto _ : state) one.seconds = seconds_of([&] { run(2, first); });
  one.reference_seconds = seconds_of([&] { run(1, second); });
  if (first != second) state.SkipWithError("the result depends on the number of threads");
  one.limit_seconds = 20.0;
  benchmarks::record(state, one);
}
BENCHMARK(write_large)->Arg(256)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Newton's method with the same cells, wires by a sparse LU factorisation.
class SparseNewton {
 public:
  explicit SparseNewton(const array_plugin::NonlinearArray& array)
      : array_(array),
        cells_(array, 1, cancel_),
        network_(array),
        stamps_(network_.stamps()),
        u_(network_.field()),
        v_(network_.field()),
        y_(array.initial),
        dy_(array.initial.size()),
        accuracy_(array.initial.size(), 1.0) {
    for (const auto& source : array.sources) voltage_.push_back(source.rest);
  }

  /// Currents out of the sources behind resistances.
  std::vector<double> solve() {
    for (int k = 0; k < 30; ++k) {
      std::vector<double> weight(array_.cells() * cells_.stored().size());
      if (!cells_.linearise(u_, v_, y_, voltage_, {}, stamps_, {1.0, accuracy_}, weight)) return {};
      if (correct() < 1e-12) break;
    }
    std::vector<double> current(voltage_.size(), 0.0);
    for (std::size_t i = 0; i < array_.rows; ++i) {
      const auto& end = array_.row_wires.first[i];
      current[end.source] += (voltage_[end.source] - u_[network_.at(i, 0)]) / end.resistance;
    }
    return current;
  }

 private:
  [[nodiscard]] Eigen::Index row_node(std::size_t i, std::size_t j) const {
    return static_cast<Eigen::Index>(i * array_.columns + j);
  }
  [[nodiscard]] Eigen::Index column_node(std::size_t i, std::size_t j) const {
    return static_cast<Eigen::Index>(array_.cells()) + row_node(i, j);
  }
  [[nodiscard]] double& voltage_at(Eigen::Index node) {
    const auto k = static_cast<std::size_t>(node);
    const std::size_t cell = k % array_.cells();
    const std::size_t at = network_.at(cell / array_.columns, cell % array_.columns);
    return k < array_.cells() ? u_[at] : v_[at];
  }
  void join(Eigen::Index a, Eigen::Index b, double g) {
    const double current = g * (voltage_at(a) - voltage_at(b));
    right_(a) -= current;
    right_(b) += current;
    for (const auto& [row, column, sign] :
         {std::tuple{a, a, 1.0}, {b, b, 1.0}, {a, b, -1.0}, {b, a, -1.0}}) {
      entries_.emplace_back(row, column, sign * g);
    }
  }
  void end(Eigen::Index a, const array_plugin::WireEnd& one) {
    if (one.source == array_plugin::WireEnd::open) return;
    entries_.emplace_back(a, a, 1.0 / one.resistance);
    right_(a) += (voltage_[one.source] - voltage_at(a)) / one.resistance;
  }
  void assemble() {
    entries_.clear();
    right_ = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(2 * array_.cells()));
    const std::size_t rows = array_.rows;
    const std::size_t columns = array_.columns;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        const Eigen::Index r = row_node(i, j);
        const Eigen::Index c = column_node(i, j);
        const std::size_t at = network_.at(i, j);
        entries_.emplace_back(r, r, stamps_.row_row[at]);
        entries_.emplace_back(r, c, stamps_.row_column[at]);
        entries_.emplace_back(c, r, stamps_.column_row[at]);
        entries_.emplace_back(c, c, stamps_.column_column[at]);
        right_(r) -= stamps_.row_current[at];
        right_(c) -= stamps_.column_current[at];
        if (j > 0) {
          join(row_node(i, j - 1), r, 1.0 / array_.row_wires.segment[i * (columns - 1) + j - 1]);
        }
        if (i > 0) {
          join(column_node(i - 1, j), c, 1.0 / array_.column_wires.segment[j * (rows - 1) + i - 1]);
        }
      }
      end(row_node(i, 0), array_.row_wires.first[i]);
      end(row_node(i, columns - 1), array_.row_wires.last[i]);
    }
    for (std::size_t j = 0; j < columns; ++j) {
      end(column_node(0, j), array_.column_wires.first[j]);
      end(column_node(rows - 1, j), array_.column_wires.last[j]);
    }
  }
  double correct() {
    assemble();
    Eigen::SparseMatrix<double> matrix(right_.size(), right_.size());
    matrix.setFromTriplets(entries_.begin(), entries_.end());
    if (!analysed_) lu_.analyzePattern(matrix);
    analysed_ = true;
    lu_.factorize(matrix);
    const Eigen::VectorXd change = lu_.solve(right_);
    array_plugin::Field du = network_.field();
    array_plugin::Field dv = network_.field();
    for (std::size_t i = 0; i < array_.rows; ++i) {
      for (std::size_t j = 0; j < array_.columns; ++j) {
        const std::size_t at = network_.at(i, j);
        du[at] = change(row_node(i, j));
        dv[at] = change(column_node(i, j));
        u_[at] += du[at];
        v_[at] += dv[at];
      }
    }
    static_cast<void>(cells_.respond(du, dv, {1.0, accuracy_}, dy_));
    for (std::size_t k = 0; k < y_.size(); ++k) y_[k] += dy_[k];
    return change.lpNorm<Eigen::Infinity>();
  }

  const array_plugin::NonlinearArray& array_;
  base::CancelFlag cancel_;
  array_plugin::ArrayCells cells_;
  array_plugin::WireNetwork network_;
  array_plugin::CellStamps stamps_;
  array_plugin::Field u_, v_;
  std::vector<double> y_, dy_, accuracy_, voltage_;
  std::vector<Eigen::Triplet<double>> entries_;
  Eigen::VectorXd right_;
  Eigen::SparseLU<Eigen::SparseMatrix<double>> lu_;
  bool analysed_ = false;
};

/// Resistive memory with an exponential law, read at 0.6 V.
void operating_point(benchmark::State& state) {
  ArrayPlan plan;
  plan.rows = plan.columns = static_cast<std::size_t>(state.range(0));
  plan.memory = "hfox_stanford_asu";
  plan.state = [](std::size_t i, std::size_t j) {
    return 0.1 * static_cast<double>((3 * i + 7 * j) % 11);
  };
  plan.row_wave = [](std::size_t i) { return std::vector<double>{0.0, i % 3 == 0 ? 0.0 : 0.6}; };
  const circuit::Circuit circuit = bench().circuit(plan);
  const array_plugin::CircuitArray found = array_plugin::find_array(circuit);
  Comparison one{"Newton, Eigen SparseLU"};
  ArrayPoint point;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(
        3, [&] { point = array_plugin::NonlinearSolver(found.array, {}).rest(); });
  }
  std::vector<double> exact;
  one.reference_seconds = seconds_of([&] { exact = SparseNewton(found.array).solve(); });
  double largest = 0.0;
  for (const double current : exact) largest = std::max(largest, std::abs(current));
  for (std::size_t i = 0; i < plan.rows && !exact.empty(); ++i) {
    one.error = std::max(one.error, std::abs(point.source_current[i] - exact[i]) / largest);
  }
  if (exact.empty()) state.SkipWithError("the reference failed");
  one.error_limit = 1e-9;
  one.floor = plan.rows >= 128 ? 5.0 : 2.0;
  benchmarks::record(state, one);
}
BENCHMARK(operating_point)->Arg(64)->Arg(128)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl

BENCHMARK_MAIN();
