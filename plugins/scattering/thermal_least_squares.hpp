#pragma once

#include <Eigen/Dense>

/// \file
/// Least squares without negative unknowns.

namespace neucasl::scattering {

struct NonNegativeSolution {
  Eigen::VectorXd x;
  int iterations = 0;  ///< Solved least-squares problems.
};

/// The x >= 0 with the least |A x - b|: active sets of C. L. Lawson and R. J. Hanson, Solving Least
/// Squares Problems, Prentice-Hall 1974, chapter 23, first with all unknowns free. Where the free
/// columns depend on each other, the shortest x among them.
/// \throws base::Error "scattering.tuning" when the sets repeat.
NonNegativeSolution nonnegative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace neucasl::scattering
