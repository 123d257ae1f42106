#include "rest_solver.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::native_plugin {
namespace {

constexpr int most_iterations = 150;
constexpr double smallest_damping = 1e-4;
constexpr double norm_floor = 1e-2;  // of an unknown's scale

}  // namespace

RestSolver::RestSolver(System& system, const circuit::Tolerances& tolerances,
                       const base::CancelFlag& cancel)
    : system_(system),
      tolerances_(tolerances),
      cancel_(cancel),
      factors_(system.pattern(), system.unknowns().scale()),
      absolute_(system.unknowns().tolerances(tolerances)),
      matrix_(system.pattern().entries()),
      residual_(system.size()),
      step_(system.size()),
      trial_step_(system.size()),
      trial_(system.size() + 1),
      row_scale_(system.size(), 0.0),
      voltage_laws_(system.voltage_laws()) {}

bool RestSolver::fail(Failure failure, std::uint32_t unknown) {
  failure_ = failure;
  failed_unknown_ = unknown;
  return false;
}

void RestSolver::residual(std::span<const double> x, const Help& help, bool jacobian) {
  if (help.sources != 1.0) {
    for (std::size_t k = 0; k < excitation_.source.size(); ++k) {
      scaled_.source[k] = help.sources * excitation_.source[k];
    }
  }
  system_.evaluate(help.sources == 1.0 ? excitation_ : scaled_, x, jacobian);
  const std::vector<double>& flow = system_.equations().flow;
  std::copy_n(flow.begin(), residual_.size(), residual_.begin());
  if (rate_ > 0.0) {
    const std::vector<double>& storage = system_.equations().storage;
    for (std::size_t i = 0; i < residual_.size(); ++i) {
      residual_[i] += rate_ * (storage[i] - charge_[i]);
    }
  }
  for (std::size_t i = 0; i < residual_.size() && help.conductance > 0.0; ++i) {
    if (system_.is_node_law()[i] != 0) residual_[i] += help.conductance * x[i];
  }
  if (help.pull > 0.0) add_pull(x, help.pull);
}

void RestSolver::add_pull(std::span<const double> x, double pull) {
  for (std::size_t i = 0; i < residual_.size(); ++i) {
    residual_[i] += pull * row_scale_[i] * (x[i] - anchor_[i]);
  }
  for (const System::VoltageLaw& law : voltage_laws_) {
    residual_[law.branch] += pull * (x[law.p] - x[law.n] - (anchor_[law.p] - anchor_[law.n]));
  }
}

bool RestSolver::finite_residual() const {
  double sum = 0.0;  // of finite numbers times zero is zero
  for (const double r : residual_) sum += 0.0 * r;
  return sum == 0.0;
}

bool RestSolver::factor(const Help& help) {
  const Equations& equations = system_.equations();
  double sum = 0.0;
  for (std::size_t e = 0; e < matrix_.size(); ++e) {
    matrix_[e] = equations.flow_jacobian[e] + rate_ * equations.storage_jacobian[e];
    sum += 0.0 * matrix_[e];
  }
  if (sum != 0.0) return fail(Failure::not_finite, 0);
  if (help.conductance > 0.0 || help.pull > 0.0) {
    for (std::size_t i = 0; i < residual_.size(); ++i) {
      double& diagonal = matrix_[system_.diagonal()[i]];
      if (system_.is_node_law()[i] != 0) diagonal += help.conductance;
      if (help.pull > 0.0) diagonal += help.pull * row_scale_[i];
    }
  }
  for (const System::VoltageLaw& law : voltage_laws_) {
    if (help.pull == 0.0) break;
    if (law.p < system_.size()) matrix_[law.slot_p] += help.pull;
    if (law.n < system_.size()) matrix_[law.slot_n] -= help.pull;
  }
  factors_valid_ = factors_.factor(matrix_);
  return factors_valid_ || fail(Failure::singular, factors_.singular_column());
}

void RestSolver::correct(std::vector<double>& correction) const {
  for (std::size_t i = 0; i < residual_.size(); ++i) correction[i] = -residual_[i];
  factors_.solve(correction);
}

double RestSolver::norm(std::span<const double> correction, std::span<const double> x) {
  const std::vector<double>& scale = system_.unknowns().scale();
  double sum = 0.0;
  double worst = 0.0;
  for (std::size_t i = 0; i < correction.size(); ++i) {
    const double relative = correction[i] / std::max(std::abs(x[i]), norm_floor * scale[i]);
    sum += relative * relative;
    if (std::abs(relative) > worst) {
      worst = std::abs(relative);
      failed_unknown_ = static_cast<std::uint32_t>(i);
    }
  }
  return std::sqrt(sum);
}

bool RestSolver::within_tolerance(std::span<const double> correction,
                                  std::span<const double> x) const {
  for (std::size_t i = 0; i < correction.size(); ++i) {
    if (!(std::abs(correction[i]) <= tolerances_.relative * std::abs(x[i]) + absolute_[i])) {
      return false;
    }
  }
  return true;
}

/// One step of Newton's method, damped. False: no progress.
bool RestSolver::iterate(std::vector<double>& x, const Help& help, bool& converged) {
  residual(x, help, true);
  if (!finite_residual()) return fail(Failure::not_finite, 0);
  if (!(system_.linear() && factors_valid_) && !factor(help)) return false;
  correct(step_);
  const double size = norm(step_, x);
  if (!std::isfinite(size)) return fail(Failure::singular, failed_unknown_);
  return search(x, help, converged);
}

/// Takes the longest step along `step_` that brings the solution nearer.
bool RestSolver::search(std::vector<double>& x, const Help& help, bool& converged) {
  const double before = norm(step_, x);
  const std::uint32_t worst = failed_unknown_;
  for (double share = std::min(1.0, 4.0 * damping_); share >= smallest_damping; share *= 0.5) {
    for (std::size_t i = 0; i < step_.size(); ++i) trial_[i] = x[i] + share * step_[i];
    residual(trial_, help, false);
    if (!finite_residual()) continue;
    correct(trial_step_);
    const double after = norm(trial_step_, x);
    if (share == 1.0 && within_tolerance(trial_step_, trial_)) {
      for (std::size_t i = 0; i < step_.size(); ++i) x[i] = trial_[i] + trial_step_[i];
      converged = true;
      return true;
    }
    if (!(after <= (1.0 - 0.25 * share) * before)) continue;
    std::copy_n(trial_.begin(), step_.size(), x.begin());
    damping_ = share;
    return true;
  }
  for (std::size_t i = 0; i < step_.size(); ++i) trial_[i] = x[i] + step_[i];
  residual(trial_, help, false);
  blocked_ = !finite_residual();
  return fail(Failure::stalled, worst);
}

bool RestSolver::newton(std::vector<double>& x, const Help& help, int most) {
  damping_ = 1.0;
  factors_valid_ = false;
  blocked_ = false;
  for (int k = 0; k < most; ++k) {
    cancel_.throw_if_requested();
    ++iterations_;
    bool converged = false;
    if (!iterate(x, help, converged)) return false;
    if (converged) {
      failure_ = Failure::none;
      return true;
    }
  }
  return fail(Failure::stalled, failed_unknown_);
}

/// A formula such as a logarithm may be infinite at zero volts.
void RestSolver::begin(std::vector<double>& x) {
  for (const double voltage : {0.0, 1e-3, 1.0}) {
    if (voltage > 0.0) {
      for (std::size_t i = 0; i < residual_.size(); ++i) {
        if (system_.is_node_law()[i] != 0) x[i] = voltage;
      }
    }
    residual(x, {}, false);
    if (finite_residual()) return;
  }
  failure_ = Failure::not_finite;
  report(x);
}

void RestSolver::solve(const Excitation& excitation, std::vector<double>& x) {
  excitation_ = excitation;
  scaled_ = excitation;
  failure_ = Failure::none;
  begin(x);
  std::vector<double> start = x;
  path_ = "Newton";
  if (!newton(x, {}, most_iterations)) {
    if (blocked_) {
      failure_ = Failure::not_finite;
      x = trial_;
    }
    const Failure first = failure_;
    const std::uint32_t first_unknown = failed_unknown_;
    if (system_.linear() || (std::swap(x, start), !continuation(x))) {
      if (first != Failure::stalled) {
        failure_ = first;
        failed_unknown_ = first_unknown;
      }
      report(system_.linear() ? x : start);
    }
  }
  refine(x);
}

/// The ways round Newton's method, each from x.
bool RestSolver::continuation(std::vector<double>& x) {
  const std::vector<double> start = x;
  path_ = "gmin stepping";
  if (step_conductance(x)) return true;
  x = start;
  path_ = "source stepping";
  if (step_sources(x)) return true;
  x = start;
  path_ = "pseudo-transient";
  return step_pseudo_time(x);
}

void RestSolver::solve_charged(const Excitation& excitation, std::span<const double> charge,
                               double time, std::vector<double>& x) {
  rate_ = 1.0 / time;
  charge_.assign(charge.begin(), charge.end());
  solve(excitation, x);
  rate_ = 0.0;
}

bool RestSolver::step_conductance(std::vector<double>& x) {
  double conductance = 1.0;
  if (!newton(x, {conductance, 1.0, 0.0}, most_iterations)) return false;
  double ratio = 10.0;
  std::vector<double> last = x;
  while (conductance > 1e-14) {
    const double next = conductance / ratio;
    if (newton(x, {next, 1.0, 0.0}, 30)) {
      conductance = next;
      last = x;
      ratio = std::min(10.0, ratio * ratio);
    } else {
      x = last;
      ratio = std::sqrt(ratio);
      if (ratio < 1.002) return false;
    }
  }
  return newton(x, {}, most_iterations);
}

bool RestSolver::step_sources(std::vector<double>& x) {
  if (!newton(x, {0.0, 0.0, 0.0}, most_iterations)) return false;
  double share = 0.0;
  double step = 0.1;
  std::vector<double> last = x;
  while (share < 1.0) {
    const double next = std::min(1.0, share + step);
    if (newton(x, {0.0, next, 0.0}, 30)) {
      share = next;
      last = x;
      step *= 2.0;
    } else {
      x = last;
      step *= 0.25;
      if (step < 1e-6) return false;
    }
  }
  return true;
}

bool RestSolver::step_pseudo_time(std::vector<double>& x) {
  residual(x, {}, true);
  std::fill(row_scale_.begin(), row_scale_.end(), 0.0);
  const SparsePattern& pattern = system_.pattern();
  for (std::uint32_t j = 0; j < pattern.size; ++j) {
    for (std::uint32_t e = pattern.column_start[j]; e < pattern.column_start[j + 1]; ++e) {
      if (j == pattern.row[e]) row_scale_[j] = std::abs(system_.equations().flow_jacobian[e]);
    }
  }
  for (std::size_t i = 0; i < row_scale_.size(); ++i) {
    const bool branch = i >= system_.unknowns().nodes();
    const double least = system_.is_node_law()[i] != 0 ? 1e-6 : 0.0;
    row_scale_[i] = branch ? 0.0 : std::max(row_scale_[i], least);
  }
  double time = 1e-3;
  anchor_ = x;
  while (time < 1e12) {
    if (newton(x, {0.0, 1.0, 1.0 / time}, 20)) {
      time *= 3.0;
      anchor_ = x;
    } else {
      time *= 0.1;
      x = anchor_;
      if (time < 1e-12) return false;
    }
  }
  return newton(x, {}, most_iterations);
}

/// Newton's steps with one factorisation until they stop shrinking.
void RestSolver::refine(std::vector<double>& x) {
  constexpr double rounding = 2e-16;
  residual(x, {}, true);
  if (!(system_.linear() && factors_valid_) && !factor({})) report(x);
  double before = INFINITY;
  for (int k = 0; k < 8; ++k) {
    correct(step_);
    const double size = norm(step_, x);
    if (!(size < 0.5 * before)) break;
    for (std::size_t i = 0; i < step_.size(); ++i) x[i] += step_[i];
    residual(x, {}, false);
    if (!finite_residual()) {
      failure_ = Failure::not_finite;
      report(x);
    }
    if (size < rounding) break;
    before = size;
  }
  residual(x, {}, true);
  check_residual(x);
}

void RestSolver::check_residual(std::span<const double> x) const {
  constexpr double relative = 1e-10;
  const SparsePattern& pattern = system_.pattern();
  std::vector<double> allowed(residual_.size(), 0.0);
  for (std::uint32_t j = 0; j < pattern.size; ++j) {
    for (std::uint32_t e = pattern.column_start[j]; e < pattern.column_start[j + 1]; ++e) {
      allowed[pattern.row[e]] +=
          std::abs(matrix_[e]) * (relative * std::abs(x[j]) + 1e-3 * absolute_[j]);
    }
  }
  for (std::uint32_t i = 0; i < residual_.size(); ++i) {
    if (system_.is_node_law()[i] != 0) allowed[i] += tolerances_.current;
    if (std::abs(residual_[i]) <= allowed[i]) continue;
    throw base::Error("native.residual",
                      "the solution leaves " + base::shortest(residual_[i]) +
                          " in the equation of " + system_.unknowns().describe(i),
                      "check for values that are far apart, and for device models with jumps");
  }
}

void RestSolver::report(std::span<const double> x) {
  const std::string place = system_.unknowns().describe(failed_unknown_);
  if (failure_ == Failure::not_finite) {
    system_.explain_not_finite(x);
    throw base::Error("native.convergence", "the equations overflow on the way to the solution",
                      "check the values of sources and elements");
  }
  if (failure_ == Failure::singular) {
    throw base::Error("native.singular", "the circuit does not determine " + place,
                      "look for loops of voltage sources and inductors, nodes that only current "
                      "sources and capacitors reach, and controlled sources without effect");
  }
  throw base::Error("native.convergence",
                    "no solution at rest was found, neither by Newton's method nor by gmin "
                    "stepping, source stepping or a pseudo-transient; the worst place is " +
                        place,
                    "check device parameters near it, or give initial voltages of a transient");
}

}  // namespace neucasl::native_plugin
