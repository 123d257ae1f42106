#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Correlated standard normal numbers.
///
/// A *correlation matrix* R is symmetric with ones on its diagonal. With R = L L^T, L triangular,
/// the numbers L u of independent u have it (Cholesky). Distributions of any form joined by such
/// numbers are a Gaussian copula: R is the correlation of the normal numbers, not that of the
/// values.

namespace neucasl::variation {

struct Position {
  double x = 0.0;  ///< m
  double y = 0.0;
};

class NEUCASL_EXPORT Correlation {
 public:
  /// n x n numbers, row-major; `names` (n or none) for errors.
  /// \throws base::Error "variation.correlation": not square, not symmetric, a diagonal other than
  /// 1, an entry beyond -1 to 1, or not positive definite, with the smallest eigenvalue and the
  /// factor of all correlations that would make it so.
  explicit Correlation(std::span<const double> matrix, const std::vector<std::string>& names = {},
                       const base::Location& where = {});

  [[nodiscard]] std::size_t size() const { return size_; }
  /// out = L u; both of `size` numbers, apart from each other.
  void apply(std::span<const double> u, std::span<double> out) const;

 private:
  friend class SpatialCorrelation;
  Correlation() = default;
  std::size_t size_ = 0;
  std::vector<double> factor_;  // L by rows
};

/// The eigenvalues of a symmetric n x n matrix, ascending, by Jacobi's rotations.
NEUCASL_EXPORT std::vector<double> symmetric_eigenvalues(std::span<const double> matrix);

/// What a number of one device owes to its wafer, its die and itself: shares of the variance that
/// add up to 1.
struct VarianceShares {
  double wafer = 0.0;
  double die = 0.0;
  double mismatch = 1.0;
};
/// sqrt(wafer) u_w + sqrt(die) u_d + sqrt(mismatch) u_m: two devices of one die have the
/// correlation wafer + die, of two dies of one wafer the correlation wafer (J. A. Power et al.,
/// IEEE Trans. Semicond. Manuf. 7(3):306, 1994).
/// \throws base::Error "variation.correlation" for shares below 0 or that do not add up to 1.
NEUCASL_EXPORT void check_shares(const VarianceShares& shares, const base::Location& where = {});
NEUCASL_EXPORT double split(const VarianceShares& shares, double wafer, double die,
                            double mismatch);

/// exp(-d / length), or exp(-(d / length)^2) of the distance d.
enum class Decay { exponential, gaussian };

/// The exact correlation over some positions, at most 2048: O(n^3) once, then n^2 for each sample.
/// Positions that coincide, or nearly, share their numbers: the factor is that of Cholesky's method
/// with pivoting, which ends when all variance is explained (N. J. Higham, Accuracy and Stability
/// of Numerical Algorithms, 2nd ed., SIAM 2002, section 10.3).
class NEUCASL_EXPORT SpatialCorrelation {
 public:
  /// \throws base::Error "variation.correlation": length not positive, positions not finite, too
  /// many of them.
  SpatialCorrelation(std::span<const Position> positions, double length, Decay decay,
                     const base::Location& where = {});
  [[nodiscard]] std::size_t size() const { return correlation_.size(); }
  [[nodiscard]] const Correlation& correlation() const { return correlation_; }
  void apply(std::span<const double> u, std::span<double> out) const { correlation_.apply(u, out); }

 private:
  Correlation correlation_;
};

}  // namespace neucasl::variation
