#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "sparse_lu.hpp"
#include "system.hpp"

/// \file
/// One step in time.

namespace neucasl::native_plugin {

/// A solved instant. Vectors have one place more than there are unknowns, for the ground.
struct TimePoint {
  double time = 0.0;
  std::vector<double> x;
  std::vector<double> storage;  ///< Q(x)
  std::vector<double> rate;     ///< dQ/dt, as the integration rule has it.
};

/// What an unknown may be off by: relative to its largest magnitude so far, and absolute.
class Accuracy {
 public:
  Accuracy(const System& system, const circuit::Tolerances& tolerances);
  void see(std::span<const double> x);
  [[nodiscard]] double of(std::size_t unknown, double value) const {
    return relative_ * std::max(peak_[unknown], std::abs(value)) + absolute_[unknown];
  }
  [[nodiscard]] std::size_t size() const { return peak_.size(); }

 private:
  double relative_;
  std::vector<double> absolute_;
  std::vector<double> peak_;
};

enum class Rule { backward_euler, trapezoidal };

/// Solves F(x) + dQ/dt = 0 at the end of a step, with dQ/dt = (Q - Q0) / h (backward Euler) or
/// 2 (Q - Q0) / h - dQ0/dt (trapezoidal), by Newton's method; several corrections share one
/// factorisation while they shrink fast.
class TimeStep {
 public:
  TimeStep(System& system, const Accuracy& accuracy);

  /// `to.x` holds the first guess. False when it does not converge; then `failure` says why.
  bool solve(const TimePoint& from, double step, Rule rule, const Excitation& excitation,
             TimePoint& to);

  struct Failure {
    std::uint32_t unknown = 0;  ///< The worst.
    bool singular = false;
    bool not_finite = false;
  };
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] std::size_t iterations() const { return iterations_; }
  /// What each storage may be off by, from the accuracy of the unknowns at x and dQ/dx at the last
  /// step.
  void storage_accuracy(std::span<const double> x, std::vector<double>& accuracy) const;

 private:
  bool linearise(const Excitation& excitation, std::span<const double> x);
  bool factor();
  void residual(const Excitation& excitation, std::span<const double> x, bool jacobian);
  /// Largest correction over the accuracy of its unknown.
  double correct(std::span<const double> x);
  [[nodiscard]] double displacement_rounding() const;
  bool chord(const Excitation& excitation, std::vector<double>& x, double before);
  void finish(const TimePoint& from, Rule rule, TimePoint& to) const;

  System& system_;
  const Accuracy& accuracy_;
  SparseLu<double> factors_;
  double alpha_ = 0.0;           // dQ/dt = alpha Q + constant
  double factored_alpha_ = 0.0;  // 0: none
  std::vector<double> constant_, correction_, matrix_;
  Failure failure_;
  std::size_t iterations_ = 0;
};

}  // namespace neucasl::native_plugin
