#pragma once

#include <cmath>
#include <limits>

#include "neucasl/sampling/estimate.hpp"

/// \file
/// What every method shares: a limit state that counts, and points of the standard normal law.

namespace neucasl::sampling {

/// Gives a failed evaluation a margin, counts, reports progress and hears a cancel.
class Evaluator : public LimitState {
 public:
  /// `failed_margin`: infinity takes a failed evaluation for a good point, minus infinity for bad.
  Evaluator(LimitState& limit, const EstimateOptions& options, std::uint64_t most,
            double failed_margin)
      : limit_(limit), options_(options), most_(most), failed_margin_(failed_margin) {}

  [[nodiscard]] std::size_t dimension() const override { return limit_.dimension(); }
  void evaluate(std::span<const double> u, std::span<double> margins) override;
  double evaluate(std::span<const double> u);

  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }
  /// Of those, the ones that were taken for good.
  [[nodiscard]] std::uint64_t failed_as_good() const { return failed_margin_ > 0.0 ? failed_ : 0; }
  /// Evaluations that may still be made.
  [[nodiscard]] std::uint64_t left() const {
    return most_ > evaluations_ ? most_ - evaluations_ : 0;
  }
  [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
  [[nodiscard]] double confidence() const { return options_.confidence; }

 private:
  LimitState& limit_;
  const EstimateOptions& options_;
  std::uint64_t most_;
  double failed_margin_;
  std::uint64_t evaluations_ = 0;
  std::uint64_t failed_ = 0;
};

/// Points that are evaluated at once, at most.
inline constexpr std::size_t batch = 512;

/// Point k is a function of (seed, purpose, first + k).
void normal_points(std::uint64_t seed, std::string_view purpose, std::uint64_t first,
                   std::size_t dimension, std::span<double> points);

double dot(std::span<const double> a, std::span<const double> b);
inline double norm(std::span<const double> a) { return std::sqrt(dot(a, a)); }

/// Row k of points of this dimension.
inline std::span<const double> row(std::span<const double> points, std::size_t dimension,
                                   std::size_t k) {
  return points.subspan(k * dimension, dimension);
}

}  // namespace neucasl::sampling
