#include "envelope_exponential.hpp"

#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr double series_radius = 0.5;
constexpr int series_terms = 16;  // of x^k / (k + 2)! with |x| <= 1/2: below 1e-20

}  // namespace

ExponentialStep exponential_step(const std::complex<double>& x) {
  ExponentialStep step;
  if (std::abs(x) < series_radius) {
    std::complex<double> sum = 1.0;
    for (int k = series_terms; k >= 1; --k) sum = 1.0 + x * sum / static_cast<double>(k + 2);
    step.second = 0.5 * sum;
    step.first = 1.0 + x * step.second;
    step.exponential = 1.0 + x * step.first;
    return step;
  }
  step.exponential = std::exp(x);
  step.first = (step.exponential - 1.0) / x;
  step.second = (step.first - 1.0) / x;
  return step;
}

ExponentialStepMatrix exponential_step(const Eigen::MatrixXcd& x) {
  const double size = x.cwiseAbs().rowwise().sum().maxCoeff();
  int doublings = 0;
  while (std::ldexp(size, -doublings) > series_radius) ++doublings;
  const Eigen::MatrixXcd y = x * std::ldexp(1.0, -doublings);
  const Eigen::MatrixXcd one = Eigen::MatrixXcd::Identity(x.rows(), x.cols());
  Eigen::MatrixXcd sum = one;
  for (int k = series_terms; k >= 1; --k) sum = one + y * sum / static_cast<double>(k + 2);
  ExponentialStepMatrix step;
  step.second = 0.5 * sum;
  step.first = one + y * step.second;
  step.exponential = one + y * step.first;
  // phi_1(2y) = phi_1(y) (e^y + 1) / 2, phi_2(2y) = (phi_1(y)^2 + 2 phi_2(y)) / 4.
  for (int k = 0; k < doublings; ++k) {
    step.second = 0.25 * (step.first * step.first + 2.0 * step.second);
    step.first = 0.5 * (step.exponential * step.first + step.first);
    step.exponential = (step.exponential * step.exponential).eval();
  }
  return step;
}

}  // namespace neucasl::scattering
