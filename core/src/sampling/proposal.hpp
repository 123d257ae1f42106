#pragma once

#include "evaluator.hpp"

/// \file
/// What importance sampling draws from, and its weights.

namespace neucasl::sampling {

/// A part of a mixture.
struct Component {
  enum class Kind {
    origin,   ///< The standard normal law.
    shifted,  ///< The normal law of unit covariance around `mean`.
    normal,   ///< The one around `mean` with covariance factor factor^T.
    outside,  ///< The standard normal law farther than `radius` from the origin.
  };
  Kind kind = Kind::origin;
  double share = 1.0;
  std::vector<double> mean;
  std::vector<double> factor;  ///< Lower triangle of Cholesky, row by row, d x d.
  double radius = 0.0;
};

/// A mixture of components. The *ratio* of a component at u is its density over that of the
/// standard normal law; the *weight* of a point is the inverse of the mixture's ratio.
class Proposal {
 public:
  /// Shares are scaled to the sum 1.
  Proposal(std::size_t dimension, std::vector<Component> components);

  [[nodiscard]] const std::vector<Component>& components() const { return components_; }
  /// Points first, first + 1, ... of the stream (seed, purpose).
  void draw(std::uint64_t seed, std::string_view purpose, std::uint64_t first,
            std::span<double> points) const;
  [[nodiscard]] double weight(std::span<const double> u) const;
  [[nodiscard]] double ratio(std::size_t component, std::span<const double> u) const;

  /// Shares that make the mean weight of the points least, which is the second moment of the
  /// estimate when the points are failures; components of kind origin keep theirs. `least`: of any
  /// component.
  void adapt(std::span<const double> points, double least);

 private:
  /// Scales the shares of all but the origin to this sum.
  void scale_shares(double sum);

  std::size_t dimension_;
  std::vector<Component> components_;
  std::vector<double> constants_;  ///< Of the ratio's logarithm, or P(outside).
};

/// Lower triangle of Cholesky's factor; empty when the matrix is not positive definite.
std::vector<double> cholesky(std::vector<double> matrix, std::size_t size);

}  // namespace neucasl::sampling
