#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "neucasl/sampling/estimate.hpp"

/// \file
/// Limit states from functions of a point.

namespace neucasl::sampling::test {

class FunctionLimit : public LimitState {
 public:
  using Margin = std::function<double(std::span<const double>)>;

  FunctionLimit(std::size_t dimension, Margin margin)
      : dimension_(dimension), margin_(std::move(margin)) {}
  [[nodiscard]] std::size_t dimension() const override { return dimension_; }
  void evaluate(std::span<const double> u, std::span<double> margins) override {
    for (std::size_t k = 0; k < margins.size(); ++k) {
      margins[k] = margin_(u.subspan(k * dimension_, dimension_));
    }
    evaluations += margins.size();
  }

  std::size_t evaluations = 0;

 private:
  std::size_t dimension_;
  Margin margin_;
};

inline FunctionLimit::Margin first_at_most(double beta) {
  return [beta](std::span<const double> u) { return beta - u[0]; };
}

inline ProbabilityEstimate estimate_with(LimitState& limit, const Method& method,
                                         std::uint64_t seed = 1) {
  EstimateOptions options;
  options.seed = seed;
  return estimate(limit, method, options);
}

inline ProbabilityEstimate estimate_by(LimitState& limit, MethodKind kind, std::uint64_t seed = 1) {
  Method method;
  method.kind = kind;
  return estimate_with(limit, method, seed);
}

inline bool holds(const ProbabilityEstimate& estimate, double exact) {
  return estimate.low <= exact && exact <= estimate.high;
}

}  // namespace neucasl::sampling::test
