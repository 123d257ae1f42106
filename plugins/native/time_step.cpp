#include "time_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace neucasl::native_plugin {
namespace {

constexpr int most_linearisations = 12;
constexpr int most_chords = 3;
constexpr double enough = 0.1;       // of the accuracy, for a correction that is left out
constexpr double fast_enough = 0.2;  // ratio of two corrections with one factorisation

}  // namespace

Accuracy::Accuracy(const System& system, const circuit::Tolerances& tolerances)
    : relative_(tolerances.relative),
      absolute_(system.unknowns().tolerances(tolerances)),
      peak_(system.size(), 0.0) {}

void Accuracy::see(std::span<const double> x) {
  for (std::size_t i = 0; i < peak_.size(); ++i) peak_[i] = std::max(peak_[i], std::abs(x[i]));
}

TimeStep::TimeStep(System& system, const Accuracy& accuracy)
    : system_(system),
      accuracy_(accuracy),
      factors_(system.pattern(), system.unknowns().scale()),
      constant_(system.size()),
      correction_(system.size()),
      matrix_(system.pattern().entries()) {}

void TimeStep::residual(const Excitation& excitation, std::span<const double> x, bool jacobian) {
  system_.evaluate(excitation, x, jacobian);
  const Equations& equations = system_.equations();
  for (std::size_t i = 0; i < correction_.size(); ++i) {
    correction_[i] = -(equations.flow[i] + alpha_ * equations.storage[i] + constant_[i]);
  }
}

double TimeStep::correct(std::span<const double> x) {
  factors_.solve(correction_);
  const double rounding = displacement_rounding();
  double worst = 0.0;
  bool finite = true;
  for (std::size_t i = 0; i < correction_.size(); ++i) {
    const bool branch = i >= system_.unknowns().nodes();
    const double allowed = accuracy_.of(i, x[i]) + (branch ? rounding : 0.0);
    const double size = std::abs(correction_[i]) / allowed;
    finite = finite && std::isfinite(size);
    if (size > worst) {
      worst = size;
      failure_.unknown = static_cast<std::uint32_t>(i);
    }
  }
  return finite ? worst : INFINITY;
}

/// In a short step a displacement current is the difference of two large numbers, and no iteration
/// brings a branch current closer than their rounding.
double TimeStep::displacement_rounding() const {
  const std::vector<double>& storage = system_.equations().storage;
  double largest = 0.0;
  for (std::size_t i = 0; i < system_.is_node_law().size(); ++i) {
    if (system_.is_node_law()[i] == 0) continue;
    largest = std::max(largest, alpha_ * std::abs(storage[i]) + std::abs(constant_[i]));
  }
  return 8.0 * std::numeric_limits<double>::epsilon() * largest;
}

bool TimeStep::factor() {
  if (system_.linear() && factored_alpha_ == alpha_) return true;
  const Equations& equations = system_.equations();
  double sum = 0.0;
  for (std::size_t e = 0; e < matrix_.size(); ++e) {
    matrix_[e] = equations.flow_jacobian[e] + alpha_ * equations.storage_jacobian[e];
    sum += 0.0 * matrix_[e];
  }
  factored_alpha_ = 0.0;
  if (sum != 0.0) {
    failure_.not_finite = true;
    return false;
  }
  if (!factors_.factor(matrix_)) {
    failure_.singular = true;
    failure_.unknown = factors_.singular_column();
    return false;
  }
  factored_alpha_ = alpha_;
  return true;
}

bool TimeStep::linearise(const Excitation& excitation, std::span<const double> x) {
  const bool known = system_.linear() && factored_alpha_ == alpha_;
  residual(excitation, x, !known);
  return factor();
}

/// Corrections with the present factors. True when the last one is small enough to be left out.
bool TimeStep::chord(const Excitation& excitation, std::vector<double>& x, double before) {
  for (int k = 0; k < most_chords; ++k) {
    residual(excitation, x, false);
    const double size = correct(x);
    if (size <= enough) return true;
    if (!(size < fast_enough * before)) return false;
    for (std::size_t i = 0; i < correction_.size(); ++i) x[i] += correction_[i];
    before = size;
  }
  return false;
}

bool TimeStep::solve(const TimePoint& from, double step, Rule rule, const Excitation& excitation,
                     TimePoint& to) {
  failure_ = {};
  const bool trapezoidal = rule == Rule::trapezoidal;
  alpha_ = (trapezoidal ? 2.0 : 1.0) / step;
  for (std::size_t i = 0; i < constant_.size(); ++i) {
    constant_[i] = -alpha_ * from.storage[i] - (trapezoidal ? from.rate[i] : 0.0);
  }
  double first = 0.0;
  for (int k = 0; k < most_linearisations; ++k) {
    ++iterations_;
    if (!linearise(excitation, to.x)) return false;
    const double size = correct(to.x);
    if (!std::isfinite(size)) {
      failure_.not_finite = true;
      return false;
    }
    if (k == 0) first = size;
    if (k > 3 && size > first) return false;
    for (std::size_t i = 0; i < correction_.size(); ++i) to.x[i] += correction_[i];
    if (chord(excitation, to.x, size)) {
      finish(from, rule, to);
      return true;
    }
  }
  return false;
}

void TimeStep::finish(const TimePoint& from, Rule rule, TimePoint& to) const {
  to.storage = system_.equations().storage;
  to.rate.resize(to.storage.size());
  const bool trapezoidal = rule == Rule::trapezoidal;
  for (std::size_t i = 0; i < to.rate.size(); ++i) {
    to.rate[i] = alpha_ * (to.storage[i] - from.storage[i]) - (trapezoidal ? from.rate[i] : 0.0);
  }
}

void TimeStep::storage_accuracy(std::span<const double> x, std::vector<double>& accuracy) const {
  std::fill(accuracy.begin(), accuracy.end(), 0.0);
  const SparsePattern& pattern = system_.pattern();
  const std::vector<double>& jacobian = system_.equations().storage_jacobian;
  for (std::uint32_t j = 0; j < pattern.size; ++j) {
    const double of_unknown = accuracy_.of(j, x[j]);
    for (std::uint32_t e = pattern.column_start[j]; e < pattern.column_start[j + 1]; ++e) {
      accuracy[pattern.row[e]] += std::abs(jacobian[e]) * of_unknown;
    }
  }
}

}  // namespace neucasl::native_plugin
