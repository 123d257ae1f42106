#include "small_signal.hpp"

#include <cmath>
#include <numbers>

#include "analyses.hpp"
#include "circuit_checks.hpp"
#include "traces.hpp"

namespace neucasl::native_plugin {
namespace {

using Number = std::complex<double>;

double size_of(const Number& a) { return std::abs(a.real()) + std::abs(a.imag()); }

Number product(const Number& a, const Number& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

std::vector<double> solve_rest(System& system, const circuit::Tolerances& tolerances,
                               const base::CancelFlag& cancel, std::size_t& iterations) {
  require_paths_to_ground(system);
  RestSolver solver(system, tolerances, cancel);
  std::vector<double> x = system.first_guess();
  solver.solve(system.at_rest(), x);
  iterations = solver.iterations();
  return x;
}

}  // namespace

SmallSignal::SmallSignal(System& system, const circuit::Tolerances& tolerances,
                         const base::CancelFlag& cancel)
    : system_(system),
      x_(solve_rest(system, tolerances, cancel, iterations_)),
      factors_(system.pattern(), system.unknowns().scale()),
      matrix_(system.pattern().entries() + 1),
      rest_(system.size()),
      size_(system.size()) {
  Excitation excitation = system.at_rest();
  excitation.lines_travel = true;
  system.evaluate(excitation, x_, true);
}

/// V - Z I = (V' + Z I') exp(-j w delay), primes at the other port.
void SmallSignal::add_lines() {
  const double angle = 2.0 * std::numbers::pi * frequency_;
  const auto& ports = system_.linear_part().ports();
  for (std::size_t k = 0; k < ports.size(); ++k) {
    const double delay = system_.circuit().lines[k / 2].delay;
    const Number factor = std::polar(1.0, -angle * delay);
    const std::span<const std::uint32_t> slot = system_.slots_from(ports[k].entry);
    matrix_[slot[5]] -= factor;
    matrix_[slot[6]] += factor;
    matrix_[slot[7]] -= ports[k].impedance * factor;
  }
}

void SmallSignal::set_frequency(double frequency) {
  frequency_ = frequency;
  const double angle = 2.0 * std::numbers::pi * frequency;
  const Equations& equations = system_.equations();
  for (std::size_t e = 0; e < matrix_.size(); ++e) {
    matrix_[e] = {equations.flow_jacobian[e], angle * equations.storage_jacobian[e]};
  }
  add_lines();
  if (factors_.factor(std::span(matrix_).first(system_.pattern().entries()))) return;
  throw base::Error("native.singular",
                    "at " + base::shortest(frequency) + " Hz the circuit does not determine " +
                        system_.unknowns().describe(factors_.singular_column()),
                    "look for loops of voltage sources and nodes without a path to the ground");
}

void SmallSignal::residual(std::span<const Number> right, std::span<const Number> y,
                           bool transposed) {
  const SparsePattern& pattern = system_.pattern();
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    rest_[i] = right[i];
    size_[i] = size_of(right[i]);
  }
  for (std::uint32_t j = 0; j < pattern.size; ++j) {
    for (std::uint32_t e = pattern.column_start[j]; e < pattern.column_start[j + 1]; ++e) {
      const std::uint32_t to = transposed ? j : pattern.row[e];
      const std::uint32_t from = transposed ? pattern.row[e] : j;
      const Number part = product(matrix_[e], y[from]);
      rest_[to] -= part;
      size_[to] += size_of(part);
    }
  }
}

void SmallSignal::refine(std::span<const Number> right, std::vector<Number>& y, bool transposed) {
  residual(right, y, transposed);
  transposed ? factors_.solve_transposed(rest_) : factors_.solve(rest_);
  for (std::size_t i = 0; i < rest_.size(); ++i) y[i] += rest_[i];
  residual(right, y, transposed);
  for (std::uint32_t i = 0; i < rest_.size(); ++i) {
    if (size_of(rest_[i]) <= 1e-9 * size_[i]) continue;
    throw base::Error("native.residual",
                      "at " + base::shortest(frequency_) +
                          " Hz the solution breaks the equation of " +
                          system_.unknowns().describe(i),
                      "check for values that are far apart");
  }
}

void SmallSignal::solve(std::span<const Number> right, std::vector<Number>& y) {
  y.assign(right.begin(), right.end());
  factors_.solve(y);
  refine(right, y, false);
}

void SmallSignal::solve_transposed(std::span<const Number> right, std::vector<Number>& y) {
  y.assign(right.begin(), right.end());
  factors_.solve_transposed(y);
  refine(right, y, true);
}

namespace {

std::vector<Number> drive(const System& system) {
  std::vector<Number> right(system.size() + 1);
  const auto& sources = system.circuit().sources;
  const auto value = [&](std::uint32_t k) {
    return std::polar(sources[k].ac_magnitude, sources[k].ac_phase);
  };
  for (const auto& source : system.linear_part().voltage_sources()) {
    right[source.branch] += value(source.element);
  }
  for (const auto& source : system.linear_part().current_sources()) {
    right[source.p] -= value(source.element);
    right[source.n] += value(source.element);
  }
  right.pop_back();  // the ground
  return right;
}

}  // namespace

circuit::Result run(const Job& job, const circuit::AcAnalysis& analysis) {
  for (const double frequency : analysis.frequencies) {
    if (frequency >= 0.0 && std::isfinite(frequency)) continue;
    throw base::Error("native.analysis", "a frequency of " + base::shortest(frequency) + " Hz",
                      "give frequencies that are finite and not negative");
  }
  if (analysis.frequencies.empty()) {
    throw base::Error("native.analysis", "the analysis has no frequencies", "give at least one");
  }
  System system(job.circuit, job.options);
  SmallSignal linear(system, job.options.tolerances, job.context.cancel);
  circuit::Result result = make_result(system, "ac", "frequency", base::dimension::frequency);
  reserve(analysis.frequencies.size(), true, result);
  const std::vector<Number> right = drive(system);
  std::vector<Number> y;
  for (std::size_t k = 0; k < analysis.frequencies.size(); ++k) {
    job.context.cancel.throw_if_requested();
    linear.set_frequency(analysis.frequencies[k]);
    linear.solve(right, y);
    append(system, analysis.frequencies[k], y, result);
    if (job.context.progress) job.context.progress("ac", k + 1, analysis.frequencies.size());
  }
  result.iterations = linear.iterations();
  result.method = "native: linearised at the operating point, sparse complex LU";
  return result;
}

}  // namespace neucasl::native_plugin
