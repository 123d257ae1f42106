#pragma once

#include <Eigen/Dense>
#include <complex>

/// \file
/// Functions of the exponential integration.

namespace neucasl::scattering {

struct ExponentialStep {
  std::complex<double> exponential;  ///< e^x
  std::complex<double> first;        ///< phi_1(x) = (e^x - 1) / x
  std::complex<double> second;       ///< phi_2(x) = (e^x - 1 - x) / x^2
};
/// Accurate for any x, zero included.
ExponentialStep exponential_step(const std::complex<double>& x);

struct ExponentialStepMatrix {
  Eigen::MatrixXcd exponential, first, second;
};
/// The same of a matrix, by scaling, Taylor series and doubling.
ExponentialStepMatrix exponential_step(const Eigen::MatrixXcd& x);

}  // namespace neucasl::scattering
