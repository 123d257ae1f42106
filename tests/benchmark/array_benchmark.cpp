// GCC 12's AVX-512 intrinsics, which Eigen inlines, warn about their own undefined operands.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "line_solver.hpp"
#include "machine_rates.hpp"

/// \file
/// Linear crossbar solver against sparse Cholesky, with two machine rates measured beside it.
///
/// Array: 1 ohm per segment, cells log-uniform from 10 kohm to 1 Mohm, inputs uniform in 0 to 1 V.
/// All timings are of one thread.

namespace neucasl {
namespace {

using array_plugin::LineSolver;

struct Array {
  std::size_t size;
  std::vector<double> conductance;
  std::vector<double> input;

  plugin::ArrayProblem problem() const { return {size, size, conductance, 1.0, 1.0}; }
};

Array make_array(std::size_t size) {
  std::mt19937_64 engine(42);
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1p-53; };
  Array array{size, std::vector<double>(size * size), std::vector<double>(size)};
  for (double& g : array.conductance) g = 1e-4 * std::pow(10.0, -2.0 * uniform());
  for (double& v : array.input) v = uniform();
  return array;
}

/// All 2 n^2 nodes: row wires first, then column wires. Both triangles, as for any Eigen solver.
Eigen::SparseMatrix<double> nodal_matrix(const Array& array) {
  const auto n = static_cast<int>(array.size);
  const int cells = n * n;
  std::vector<Eigen::Triplet<double>> entries;
  const auto branch = [&](int a, int b, double g) {
    entries.emplace_back(a, a, g);
    if (b < 0) return;
    entries.emplace_back(b, b, g);
    entries.emplace_back(a, b, -g);
    entries.emplace_back(b, a, -g);
  };
  for (int at = 0; at < cells; ++at) {
    branch(at, at % n > 0 ? at - 1 : -1, 1.0);
    branch(cells + at, at + n < cells ? cells + at + n : -1, 1.0);
    branch(at, cells + at, array.conductance[static_cast<std::size_t>(at)]);
  }
  Eigen::SparseMatrix<double> matrix(2 * cells, 2 * cells);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

/// Column currents by sparse Cholesky: analysis, factorization and solution; assembly excluded.
std::vector<double> cholesky_currents(const Array& array, const Eigen::SparseMatrix<double>& matrix,
                                      double& seconds) {
  const auto n = static_cast<Eigen::Index>(array.size);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(2 * n * n);
  for (Eigen::Index i = 0; i < n; ++i) right[i * n] = array.input[static_cast<std::size_t>(i)];
  const auto begin = std::chrono::steady_clock::now();
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factor;
  factor.analyzePattern(matrix);
  factor.factorize(matrix);
  const Eigen::VectorXd voltage = factor.solve(right);
  seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::vector<double> current(array.size);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      const Eigen::Index at = i * n + j;
      current[static_cast<std::size_t>(j)] +=
          array.conductance[static_cast<std::size_t>(at)] * (voltage[at] - voltage[n * n + at]);
    }
  }
  return current;
}

double max_relative_error(const std::vector<double>& x, const std::vector<double>& expected) {
  double error = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    error = std::max(error, std::abs(x[k] / expected[k] - 1.0));
  }
  return error;
}

/// Time of one iteration is the line solver's. `ratio` sets its mean against the best of three
/// sparse Cholesky runs, to the disadvantage of the line solver.
void solve_once(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  const Eigen::SparseMatrix<double> matrix = nodal_matrix(array);
  double cholesky = 1e300;
  std::vector<double> expected;
  for (int k = 0; k < 3; ++k) {
    double seconds = 0.0;
    expected = cholesky_currents(array, matrix, seconds);
    cholesky = std::min(cholesky, seconds);
  }
  double line = 0.0;
  plugin::ArraySolution solution;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    solution = LineSolver().solve(array.problem(), array.input, 1, {});
    benchmark::DoNotOptimize(solution.column_current.data());
    line += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  line /= static_cast<double>(state.iterations());
  const double error = max_relative_error(solution.column_current, expected);
  if (!(error <= 1e-10)) state.SkipWithError("line solver and sparse Cholesky disagree");
  state.counters["line_seconds"] = line;
  state.counters["cholesky_seconds"] = cholesky;
  state.counters["ratio"] = cholesky / line;
  state.counters["max_relative_error"] = error;
  state.counters["iterations_cg"] = solution.iterations;
  state.counters["residual"] = solution.residual;
}
BENCHMARK(solve_once)->Arg(128)->Arg(256)->Unit(benchmark::kMillisecond);

/// Second argument: tolerance as a negative power of ten. The error is that of W times the inputs
/// against a solve at 1e-12.
void effective_matrix(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  plugin::ArraySolveOptions options;
  options.tolerance = std::pow(10.0, -static_cast<double>(state.range(1)));
  plugin::EffectiveMatrix matrix;
  for (auto _ : state) {
    matrix = LineSolver().effective_matrix(array.problem(), options);
    benchmark::DoNotOptimize(matrix.value.data());
  }
  std::vector<double> current(array.size);
  for (std::size_t i = 0; i < array.size; ++i) {
    for (std::size_t j = 0; j < array.size; ++j) {
      current[j] += matrix.value[i * array.size + j] * array.input[i];
    }
  }
  const std::vector<double> expected =
      LineSolver().solve(array.problem(), array.input, 1, {}).column_current;
  state.counters["max_relative_error"] = max_relative_error(current, expected);
  state.counters["iterations_cg"] = matrix.iterations;
  state.counters["residual"] = matrix.residual;
}
BENCHMARK(effective_matrix)
    ->Args({64, 12})
    ->Args({64, 5})
    ->Args({128, 12})
    ->Args({128, 5})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl

BENCHMARK_MAIN();
