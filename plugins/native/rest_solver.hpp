#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "sparse_lu.hpp"
#include "system.hpp"

/// \file
/// Circuits at rest: F(x) = 0 with memories held.

namespace neucasl::native_plugin {

/// Newton's method with damping by the natural monotonicity test (Deuflhard, "Newton Methods for
/// Nonlinear Problems", 2004, section 3.3); where it fails, continuation in conductances to the
/// ground, then in the sources, then pseudo-transient continuation (Kelley and Keyes, SIAM J.
/// Numer. Anal. 35:508, 1998). A solution is refined until rounding stops it.
class RestSolver {
 public:
  RestSolver(System& system, const circuit::Tolerances& tolerances, const base::CancelFlag& cancel);

  /// Improves x to the solution; leaves the system's equations and Jacobians at x.
  /// \throws base::Error "native.convergence", "native.singular", "native.device",
  /// "native.residual", each naming the place.
  void solve(const Excitation& excitation, std::vector<double>& x);

  /// Solves F(x) + (Q(x) - charge) / time = 0: the state into which given charges settle within a
  /// time that is short against everything else. \throws as `solve`.
  void solve_charged(const Excitation& excitation, std::span<const double> charge, double time,
                     std::vector<double>& x);

  [[nodiscard]] std::size_t iterations() const { return iterations_; }
  /// How the last solution was reached: "Newton", "gmin stepping", ...
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  /// What is added to the equations on the way.
  struct Help {
    double conductance = 0.0;  // S, from each node to the ground
    double sources = 1.0;      // share of the sources
    double pull = 0.0;         // towards the anchor, of nodes and voltages across branches
  };
  enum class Failure { none, singular, not_finite, stalled };

  bool newton(std::vector<double>& x, const Help& help, int most_iterations);
  bool iterate(std::vector<double>& x, const Help& help, bool& converged);
  bool factor(const Help& help);
  void residual(std::span<const double> x, const Help& help, bool jacobian);
  [[nodiscard]] bool finite_residual() const;
  bool search(std::vector<double>& x, const Help& help, bool& converged);
  /// Correction for the present residual by the present factors.
  void correct(std::vector<double>& correction) const;
  double norm(std::span<const double> correction, std::span<const double> x);
  [[nodiscard]] bool within_tolerance(std::span<const double> correction,
                                      std::span<const double> x) const;
  bool fail(Failure failure, std::uint32_t unknown);

  bool step_conductance(std::vector<double>& x);
  bool step_sources(std::vector<double>& x);
  bool step_pseudo_time(std::vector<double>& x);
  void add_pull(std::span<const double> x, double pull);
  bool continuation(std::vector<double>& x);
  void begin(std::vector<double>& x);
  void refine(std::vector<double>& x);
  void check_residual(std::span<const double> x) const;
  [[noreturn]] void report(std::span<const double> x);

  System& system_;
  circuit::Tolerances tolerances_;
  base::CancelFlag cancel_;
  SparseLu<double> factors_;
  std::vector<double> absolute_;
  Excitation excitation_, scaled_;
  std::vector<double> matrix_, residual_, step_, trial_step_, trial_, anchor_, row_scale_;
  double rate_ = 0.0;  // 1/s: 1 / time of solve_charged, 0 at rest
  std::vector<double> charge_;
  bool factors_valid_ = false;
  double damping_ = 1.0;
  bool blocked_ = false;  // devices fail at the end of the last step of full length, `trial_`
  std::vector<System::VoltageLaw> voltage_laws_;
  std::size_t iterations_ = 0;
  std::string path_;
  Failure failure_ = Failure::none;
  std::uint32_t failed_unknown_ = 0;
};

}  // namespace neucasl::native_plugin
