#pragma once

#include <Eigen/Core>
#include <vector>

#include "clements.hpp"

/// \file
/// A real matrix as two meshes and attenuators between them: M = scale U diag(s) V^T, the singular
/// values over their largest, so that no amplitude grows.

namespace neucasl::photonic {

/// An interferometer whose lower input is dark: its upper output has `amplitude` e^{j phase} of the
/// upper input, the rest leaves at the lower output.
struct Attenuator {
  double inner = 0.0;  ///< theta = 2 asin(amplitude)
  double outer = 0.0;  ///< phi = phase - pi/2 - theta/2
};
/// \throws std::invalid_argument unless 0 <= amplitude <= 1.
Attenuator attenuator(double amplitude, double phase);

struct MeshFactors {
  double scale = 0.0;               ///< Largest singular value.
  std::vector<double> attenuation;  ///< Singular values over `scale`, min(rows, columns).
  Mesh right;                       ///< V^T, of as many lines as the matrix has columns.
  Mesh left;                        ///< U, of as many lines as the matrix has rows.
  /// One for each singular value. The input phases of `left` are theirs.
  std::vector<Attenuator> attenuators;

  [[nodiscard]] int inputs() const { return right.lines(); }
  [[nodiscard]] int outputs() const { return left.lines(); }
  [[nodiscard]] std::size_t interferometers() const {
    return right.cells.size() + left.cells.size() + attenuators.size();
  }
};

/// Singular values and vectors by divide and conquer in double precision.
/// \throws base::Error "photonic.matrix" for a matrix of zeros or one that is not finite.
MeshFactors factorise(const Eigen::MatrixXd& matrix);

/// What the meshes and attenuators make, times `scale`; `kept` is the amplitude that each
/// interferometer lets through.
Eigen::MatrixXcd transfer(const MeshFactors& factors, double kept = 1.0);

/// Frobenius norm of the difference over that of `target`.
double relative_error(const Eigen::MatrixXcd& found, const Eigen::MatrixXd& target);

}  // namespace neucasl::photonic
