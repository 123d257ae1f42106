#pragma once

#include <complex>
#include <vector>

#include "rest_solver.hpp"
#include "sparse_lu.hpp"
#include "system.hpp"

/// \file
/// The linear circuit around an operating point: (dF/dx + j w dQ/dx) y = s.

namespace neucasl::native_plugin {

class SmallSignal {
 public:
  /// Solves the operating point. \throws base::Error as RestSolver::solve.
  SmallSignal(System& system, const circuit::Tolerances& tolerances,
              const base::CancelFlag& cancel);

  /// \throws base::Error "native.singular" naming the place.
  void set_frequency(double frequency);
  /// Solves with one step of iterative refinement. \throws base::Error "native.residual".
  void solve(std::span<const std::complex<double>> right, std::vector<std::complex<double>>& y);
  /// The same for the transposed matrix.
  void solve_transposed(std::span<const std::complex<double>> right,
                        std::vector<std::complex<double>>& y);

  /// Operating point, with the ground as last.
  [[nodiscard]] const std::vector<double>& operating_point() const { return x_; }
  [[nodiscard]] std::size_t iterations() const { return iterations_; }

 private:
  void add_lines();
  void residual(std::span<const std::complex<double>> right,
                std::span<const std::complex<double>> y, bool transposed);
  void refine(std::span<const std::complex<double>> right, std::vector<std::complex<double>>& y,
              bool transposed);

  System& system_;
  std::size_t iterations_ = 0;
  std::vector<double> x_;
  double frequency_ = 0.0;
  SparseLu<std::complex<double>> factors_;
  std::vector<std::complex<double>> matrix_;
  std::vector<std::complex<double>> rest_;
  std::vector<double> size_;  // sums of magnitudes in each equation
};

}  // namespace neucasl::native_plugin
