#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

/// \file
/// What the coefficients of conjugate gradients tell about the spectrum.

namespace neucasl::array_plugin {

/// Coefficients of one run of conjugate gradients: step lengths and direction updates.
struct ConjugateCoefficients {
  std::vector<double> alpha;
  std::vector<double> beta;  ///< beta[k] made direction k + 1 from residual k + 1

  void clear() {
    alpha.clear();
    beta.clear();
  }
};

/// The smallest Ritz value, an estimate from above of the smallest eigenvalue of the preconditioned
/// matrix, for one whose eigenvalues lie in (0, 1]; to about a tenth of itself. The coefficients
/// of the first `size` iterations are those of the Lanczos tridiagonal matrix (Saad 2003,
/// section 6.7.3); the number of its eigenvalues below x is that of the negative pivots of its
/// shifted elimination (Golub and Van Loan, Matrix Computations, 4th ed., 2013, section 8.4).
inline double smallest_ritz_value(const ConjugateCoefficients& run, std::size_t size) {
  const auto any_below = [&](double x) {
    double pivot = 1.0;
    for (std::size_t k = 0; k < size; ++k) {
      double diagonal = 1.0 / run.alpha[k];
      double coupling = 0.0;
      if (k > 0) {
        diagonal += run.beta[k - 1] / run.alpha[k - 1];
        coupling = run.beta[k - 1] / (run.alpha[k - 1] * run.alpha[k - 1]);
      }
      pivot = diagonal - x - coupling / pivot;
      if (pivot < 0.0) return true;
      if (pivot == 0.0) pivot = 1e-300;
    }
    return false;
  };
  double low = 1e-16;
  double high = 1.0;
  while (high > 1.1 * low) {
    const double middle = std::sqrt(low * high);
    (any_below(middle) ? high : low) = middle;
  }
  return low;
}

}  // namespace neucasl::array_plugin
