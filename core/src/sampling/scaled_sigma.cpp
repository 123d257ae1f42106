#include <algorithm>
#include <array>

#include "methods.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::sampling {
namespace {

constexpr std::size_t terms = 3;
using Vector = std::array<double, terms>;
using Matrix = std::array<Vector, terms>;

/// ln P(s) = a + b ln s + c / s^2 for inputs of standard deviation s (S. Sun, X. Li, H. Liu, K. Luo
/// and B. Gu, Proc. ICCAD 2013, p. 478), by weighted least squares.
class Fit {
 public:
  void add(double scale, double logarithm, double variance) {
    const Vector x{1.0, std::log(scale), 1.0 / (scale * scale)};
    for (std::size_t i = 0; i < terms; ++i) {
      for (std::size_t j = 0; j < terms; ++j) normal_[i][j] += x[i] * x[j] / variance;
      right_[i] += x[i] * logarithm / variance;
    }
    ++count_;
  }

  [[nodiscard]] std::size_t count() const { return count_; }

  /// ln P(1) = a + c with its variance.
  [[nodiscard]] std::array<double, 2> at_one() const {
    const Vector wanted{1.0, 0.0, 1.0};
    const Vector coefficients = solved(right_);
    const Vector influence = solved(wanted);
    return {coefficients[0] + coefficients[2], influence[0] + influence[2]};
  }

 private:
  /// By elimination with pivots on the diagonal, as the matrix is positive definite.
  [[nodiscard]] Vector solved(Vector x) const {
    Matrix a = normal_;
    for (std::size_t i = 0; i < terms; ++i) {
      for (std::size_t k = i + 1; k < terms; ++k) {
        const double factor = a[k][i] / a[i][i];
        for (std::size_t j = i; j < terms; ++j) a[k][j] -= factor * a[i][j];
        x[k] -= factor * x[i];
      }
    }
    for (std::size_t i = terms; i-- > 0;) {
      for (std::size_t j = i + 1; j < terms; ++j) x[i] -= a[i][j] * x[j];
      x[i] /= a[i][i];
    }
    return x;
  }

  Matrix normal_{};
  Vector right_{};
  std::size_t count_ = 0;
};

}  // namespace

ProbabilityEstimate estimate_scaled_sigma(Evaluator& limit, const Method& method) {
  constexpr std::array<double, 8> scales{1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 3.5, 4.0};
  constexpr std::uint64_t least_failures = 10;
  const std::size_t d = limit.dimension();
  const std::uint64_t samples = method.samples / scales.size();
  Fit fit;
  std::vector<double> points;
  std::vector<double> margins;
  for (std::size_t s = 0; s < scales.size(); ++s) {
    std::uint64_t failures = 0;
    for (std::uint64_t first = 0; first < samples; first += batch) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(batch, samples - first));
      points.resize(count * d);
      margins.resize(count);
      normal_points(limit.seed(), "sampling/scaled sigma/" + std::to_string(s), first, d, points);
      for (double& u : points) u *= scales[s];
      limit.evaluate(points, margins);
      for (const double margin : margins) failures += margin <= 0.0 ? 1 : 0;
    }
    if (failures < least_failures || failures == samples) continue;
    const double share = static_cast<double>(failures) / static_cast<double>(samples);
    fit.add(scales[s], std::log(share), (1.0 - share) / static_cast<double>(failures));
  }
  ProbabilityEstimate result;
  result.method = "scaled-sigma: " + std::to_string(fit.count()) + " scales";
  if (fit.count() <= terms) {
    refuse(result, "few-failures",
           "too few scales with between 10 failures and only failures for the fit");
    return result;
  }
  const auto [logarithm, variance] = fit.at_one();
  const double half = two_sided_deviate(limit.confidence()) * std::sqrt(variance);
  result.probability = std::min(1.0, std::exp(logarithm));
  result.low = std::exp(logarithm - half);
  result.high = std::min(1.0, std::exp(logarithm + half));
  result.effective_samples = 1.0 / variance;
  refuse(result, "extrapolation",
         "the interval regards the scatter of the samples, not the error of the fitted form");
  return result;
}

}  // namespace neucasl::sampling
