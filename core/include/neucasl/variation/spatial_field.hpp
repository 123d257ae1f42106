#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "neucasl/base/normal_field.hpp"
#include "neucasl/variation/correlation.hpp"

/// \file
/// A smooth random field over a plane of any size.
///
/// White noise n_ij on a lattice of pitch h = length / 3, smoothed by a Gaussian:
///   z(x) = sum w_ij n_ij / sqrt(sum w_ij^2),  w_ij = exp(-2 |x - x_ij|^2 / length^2),
/// so that z is standard normal and corr(z(x), z(y)) = exp(-|x - y|^2 / length^2) but for the part
/// that the lattice and the cut of the sum at 2.5 lengths leave, below 1e-4. A value depends on
/// (seed, purpose, sample, position) only, and costs 15 x 15 numbers of the lattice wherever it is
/// (process convolution: D. Higdon, "Space and space-time modeling using process convolutions",
/// Quantitative Methods for Current Environmental Issues, Springer 2002). The lattice is a
/// base::NormalField, one row of it a row of the lattice.

namespace neucasl::variation {

class NEUCASL_EXPORT SpatialField {
 public:
  /// \throws base::Error "variation.correlation" for a length that is not positive.
  SpatialField(double length, std::uint64_t seed, std::string_view purpose, std::uint64_t sample);

  /// At |x|, |y| <= 1e6 lengths. \throws base::Error "variation.correlation" beyond.
  [[nodiscard]] double at(const Position& position) const;
  /// rows x columns values, row-major, copy (i, j) at origin + (j pitch_x, i pitch_y).
  [[nodiscard]] std::vector<double> grid(std::size_t rows, std::size_t columns,
                                         const Position& origin, double pitch_x,
                                         double pitch_y) const;

 private:
  double pitch_ = 0.0;
  base::NormalField noise_;
};

}  // namespace neucasl::variation
