// GCC 12's AVX-512 intrinsics, which Eigen inlines, warn about their own undefined operands.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#ifdef NEUCASL_CHOLMOD
#include <Eigen/CholmodSupport>
#endif
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "comparison.hpp"
#include "line_solver.hpp"
#include "machine_rates.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// Linear crossbar solver against sparse Cholesky factorisations, ngspice and the memory's rate.
///
/// Array: 1 ohm per segment, cells log-uniform from 10 kohm to 1 Mohm, inputs uniform in 0 to 1 V.
/// All timings are of one thread unless the name says otherwise.

namespace neucasl {
namespace {

using array_plugin::LineSolver;
using benchmarks::best_seconds;
using benchmarks::Comparison;
using benchmarks::record;
using benchmarks::seconds_of;
using benchmarks::triad_rate;

struct Array {
  std::size_t size;
  std::vector<double> conductance;
  std::vector<double> input;

  plugin::ArrayProblem problem() const { return {size, size, conductance, 1.0, 1.0, {}}; }
  plugin::ArraySolution solve() const { return LineSolver().solve(problem(), input, 1, {}); }
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

double max_relative_error(const std::vector<double>& x, const std::vector<double>& expected) {
  double error = x.size() == expected.size() ? 0.0 : 1.0;
  for (std::size_t k = 0; k < std::min(x.size(), expected.size()); ++k) {
    error = std::max(error, std::abs(x[k] / expected[k] - 1.0));
  }
  return error;
}

/// One solve against a sparse factorisation: analysis, factorisation and solution; the assembly of
/// its matrix does not count.
template <class Factorisation>
Comparison against_factorisation(const Array& array, const char* reference) {
  const Eigen::SparseMatrix<double> matrix = nodal_matrix(array);
  const auto n = static_cast<Eigen::Index>(array.size);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(2 * n * n);
  for (Eigen::Index i = 0; i < n; ++i) right[i * n] = array.input[static_cast<std::size_t>(i)];
  Eigen::VectorXd voltage;
  Comparison one;
  one.reference = reference;
  one.reference_seconds = seconds_of([&] {
    Factorisation factor;
    factor.analyzePattern(matrix);
    factor.factorize(matrix);
    voltage = factor.solve(right);
  });
  std::vector<double> expected(array.size);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      const Eigen::Index at = i * n + j;
      expected[static_cast<std::size_t>(j)] +=
          array.conductance[static_cast<std::size_t>(at)] * (voltage[at] - voltage[n * n + at]);
    }
  }
  plugin::ArraySolution solution;
  one.seconds = best_seconds(5, [&] { solution = array.solve(); });
  one.error = max_relative_error(solution.column_current, expected);
  one.error_limit = 1e-9;
  return one;
}

void array_solve(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  Comparison one;
  for (auto _ : state) {
    one = against_factorisation<Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>>>(
        array, "Eigen SimplicialLDLT");
  }
  one.floor = array.size >= 512 ? 200.0 : 50.0;
  record(state, one);
}
BENCHMARK(array_solve)->Arg(256)->Arg(512)->Iterations(1)->Unit(benchmark::kMillisecond);

#ifdef NEUCASL_CHOLMOD
void array_solve_cholmod(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  Comparison one;
  for (auto _ : state) {
    one = against_factorisation<Eigen::CholmodSupernodalLLT<Eigen::SparseMatrix<double>>>(
        array, "CHOLMOD supernodal LLT");
  }
  record(state, one);
}
BENCHMARK(array_solve_cholmod)->Arg(256)->Iterations(1)->Unit(benchmark::kMillisecond);
#endif

/// A line of /proc/self/status in bytes; 0 where there is none.
double memory_of(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(field + ':', 0) == 0) return 1024.0 * std::stod(line.substr(field.size() + 1));
  }
  return 0.0;
}

/// Time of a large array, and the memory that it takes beside the input. The error is that of a
/// looser tolerance.
void array_solve_large(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  Comparison one;
  one.reference = "the same at a tolerance of 1e-9";
  plugin::ArraySolution solution;
  for (auto _ : state) {
    // Linux forgets the largest memory so far.
    std::ofstream("/proc/self/clear_refs") << '5';
    const double before = memory_of("VmRSS");
    solution = array.solve();
    one.bytes = memory_of("VmHWM") - before;
    one.seconds = best_seconds(6, [&] { solution = array.solve(); });
  }
  plugin::ArraySolveOptions loose;
  loose.tolerance = 1e-9;
  one.error =
      max_relative_error(LineSolver().solve(array.problem(), array.input, 1, loose).column_current,
                         solution.column_current);
  one.error_limit = 1e-7;
  one.limit_seconds = 0.3;
  one.bytes_limit = 200e6;
  record(state, one);
}
BENCHMARK(array_solve_large)->Arg(1024)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Least bytes that an iteration moves for a cell: 13 doubles. The sweep along the columns reads z,
/// p, u, the conductance and the column factor and writes p, u and q; that along the rows reads q,
/// z, p and the row factor and writes z.
constexpr double bytes_of_iteration = 13.0 * sizeof(double);

/// Seconds of one iteration, start and checks included, against the memory's rate.
void array_iteration(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  plugin::ArraySolution solution;
  Comparison one;
  for (auto _ : state) one.seconds = best_seconds(6, [&] { solution = array.solve(); });
  one.seconds /= solution.iterations;
  one.bound_seconds =
      bytes_of_iteration * static_cast<double>(array.conductance.size()) / triad_rate();
  one.bound_limit = 3.0;
  record(state, one);
}
BENCHMARK(array_iteration)->Arg(1024)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Iterations on floats against those on doubles where there are many: 50 ohm a segment.
void array_single_precision(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  plugin::ArrayProblem problem = array.problem();
  problem.row_segment_resistance = problem.column_segment_resistance = 50.0;
  plugin::ArraySolveOptions options;
  options.tolerance = 1e-6;
  plugin::ArraySolution exact;
  plugin::ArraySolution solution;
  Comparison one;
  one.reference = "double precision";
  for (auto _ : state) {
    one.reference_seconds =
        best_seconds(2, [&] { exact = LineSolver().solve(problem, array.input, 1, options); });
    options.single_precision = true;
    one.seconds =
        best_seconds(2, [&] { solution = LineSolver().solve(problem, array.input, 1, options); });
  }
  one.error = max_relative_error(solution.column_current, exact.column_current);
  one.error_limit = 1e-3;
  one.floor = 1.1;
  record(state, one);
}
BENCHMARK(array_single_precision)->Arg(1024)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Effective matrix; the error is that of W times the inputs against a solve.
Comparison effective_matrix(const Array& array, int threads) {
  plugin::ArraySolveOptions options;
  options.threads = threads;
  plugin::EffectiveMatrix matrix;
  Comparison one;
  const int repeats = array.size < 256 ? 5 : 1;
  one.seconds = best_seconds(
      repeats, [&] { matrix = LineSolver().effective_matrix(array.problem(), options); });
  std::vector<double> current(array.size);
  for (std::size_t i = 0; i < array.size; ++i) {
    for (std::size_t j = 0; j < array.size; ++j) {
      current[j] += matrix.value[i * array.size + j] * array.input[i];
    }
  }
  one.error = max_relative_error(current, array.solve().column_current);
  one.error_limit = 1e-9;
  one.bound_seconds = bytes_of_iteration * static_cast<double>(array.conductance.size()) *
                      static_cast<double>(array.size) * matrix.iterations / triad_rate();
  return one;
}

void array_effective_matrix(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  Comparison one;
  for (auto _ : state) one = effective_matrix(array, 1);
  one.limit_seconds = 0.2;
  record(state, one);
}
BENCHMARK(array_effective_matrix)->Arg(128)->Iterations(1)->Unit(benchmark::kMillisecond);

void array_effective_matrix_two_threads(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  Comparison one;
  for (auto _ : state) one = effective_matrix(array, 2);
  one.limit_seconds = 15.0;
  record(state, one);
}
BENCHMARK(array_effective_matrix_two_threads)
    ->Arg(512)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

/// A few changed cells of a matrix against the whole matrix anew.
void array_matrix_update(benchmark::State& state) {
  Array array = make_array(static_cast<std::size_t>(state.range(0)));
  const plugin::EffectiveMatrix before = LineSolver().effective_matrix(array.problem(), {});
  std::vector<plugin::CellChange> changes;
  for (std::size_t k = 0; k < 4; ++k) changes.push_back({7 * k, 11 * k, 5e-5});
  plugin::EffectiveMatrix updated;
  Comparison one;
  one.reference = "the whole matrix anew";
  for (auto _ : state) {
    one.seconds = best_seconds(3, [&] {
      updated = LineSolver().update_effective_matrix(array.problem(), before, changes, {});
    });
  }
  for (const plugin::CellChange& c : changes) {
    array.conductance[c.row * array.size + c.column] = c.conductance;
  }
  plugin::EffectiveMatrix anew;
  one.reference_seconds =
      seconds_of([&] { anew = LineSolver().effective_matrix(array.problem(), {}); });
  one.error = max_relative_error(updated.value, anew.value);
  one.error_limit = 1e-9;
  one.floor = 3.0;
  record(state, one);
}
BENCHMARK(array_matrix_update)->Arg(128)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Exponent of the time of one solve over n, fitted for n = 64 ... 2048, in place of an error.
void array_growth_exponent(benchmark::State& state) {
  std::vector<double> size;
  std::vector<double> time;
  for (auto _ : state) {
    for (std::size_t n = 64; n <= 2048; n *= 2) {
      const Array array = make_array(n);
      size.push_back(std::log(static_cast<double>(n)));
      time.push_back(std::log(
          best_seconds(n < 1024 ? 10 : 3, [&] { benchmark::DoNotOptimize(array.solve()); })));
      state.counters["seconds_" + std::to_string(n)] = std::exp(time.back());
    }
  }
  const auto count = static_cast<Eigen::Index>(size.size());
  const Eigen::Map<const Eigen::ArrayXd> x(size.data(), count);
  const Eigen::Map<const Eigen::ArrayXd> y(time.data(), count);
  Comparison one;
  one.reference = "exponent of n, least squares in logarithms";
  one.seconds = std::exp(time.back());
  one.error = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum();
  one.error_limit = 2.6;
  record(state, one);
}
BENCHMARK(array_growth_exponent)->Iterations(1)->Unit(benchmark::kMillisecond);

#ifndef NEUCASL_STATIC
/// The array as a circuit: a voltage source at each row, a 0 V source at the foot of each column.
circuit::Circuit circuit_of(const Array& array) {
  circuit::Circuit circuit;
  circuit.name = "array";
  const auto add_node = [&](const std::string& name) {
    circuit.nodes.push_back({name, circuit::NodeKind::electrical, 1.0, {}, 0.0});
    return static_cast<std::uint32_t>(circuit.nodes.size() - 1);
  };
  const auto resistor = [&](std::uint32_t p, std::uint32_t q, double ohm) {
    circuit.passives.push_back({"x" + std::to_string(circuit.passives.size()),
                                circuit::PassiveKind::resistor, p, q, ohm, std::nullopt});
  };
  const auto source = [&](const std::string& name, double volt) {
    circuit::Source one;
    one.name = name;
    one.p = add_node("end_" + name);
    one.rest = volt;
    circuit.sources.push_back(one);
    return one.p;
  };
  add_node("0");
  const std::size_t n = array.size;
  std::vector<std::uint32_t> above(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t before = source("drive" + std::to_string(i), array.input[i]);
    for (std::size_t j = 0; j < n; ++j) {
      const std::string place = std::to_string(i) + '_' + std::to_string(j);
      const std::uint32_t row = add_node("r" + place);
      const std::uint32_t column = add_node("c" + place);
      resistor(before, row, 1.0);
      resistor(row, column, 1.0 / array.conductance[i * n + j]);
      if (i > 0) resistor(above[j], column, 1.0);
      before = row;
      above[j] = column;
    }
  }
  for (std::size_t j = 0; j < n; ++j)
    resistor(above[j], source("sense" + std::to_string(j), 0.0), 1.0);
  return circuit;
}

void array_solve_ngspice(benchmark::State& state) {
  const Array array = make_array(static_cast<std::size_t>(state.range(0)));
  const circuit::Circuit circuit = circuit_of(array);
  plugin::Host host({std::filesystem::path(NEUCASL_BINARY_FOLDER) / "lib" / "neucasl" / "plugins"});
  base::DiagnosticSink diagnostics{
      [](const base::Diagnostic& d) { std::fprintf(stderr, "%s\n", base::to_string(d).c_str()); }};
  plugin::Context context;
  context.diagnostics = &diagnostics;
  context.models = &host.models();
  const auto ngspice =
      host.make_circuit_simulator(host.find("ngspice", plugin::PluginKind::circuit_simulator));
  const circuit::Analysis analysis = circuit::OperatingPointAnalysis{};
  Comparison one;
  one.reference = "ngspice operating point";
  circuit::Result result;
  plugin::ArraySolution solution;
  for (auto _ : state) {
    one.reference_seconds =
        seconds_of([&] { result = ngspice->simulate(circuit, analysis, {}, context); });
    one.seconds = best_seconds(20, [&] { solution = array.solve(); });
  }
  std::vector<double> expected;
  for (std::size_t j = 0; j < array.size; ++j) {
    const circuit::Trace* trace =
        result.find("sense" + std::to_string(j), circuit::TraceKind::branch);
    if (!trace || trace->real.empty()) {
      state.SkipWithError("ngspice gave no current of a sense source");
      return;
    }
    expected.push_back(trace->real.front());
  }
  one.error = max_relative_error(solution.column_current, expected);
  // ngspice adds 1e-12 S from every node to ground.
  one.error_limit = 1e-6;
  one.floor = 5000.0;
  record(state, one);
}
BENCHMARK(array_solve_ngspice)->Arg(64)->Iterations(1)->Unit(benchmark::kMillisecond);
#else
void array_solve_ngspice(benchmark::State& state) {
  state.SkipWithError("needs the plugins as libraries, which a static build has not");
  for (auto _ : state) {
  }
}
BENCHMARK(array_solve_ngspice)->Arg(64)->Iterations(1);
#endif

}  // namespace
}  // namespace neucasl

BENCHMARK_MAIN();
