#pragma once

#include <span>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

/// \file
/// Fluctuations from read to read.

namespace neucasl::variation {

/// One trap: empty, then filled, then empty (S. Machlup, J. Appl. Phys. 25:341, 1954).
struct TelegraphLaw {
  double capture_time = 0.0;   ///< Mean time that it stays empty, s.
  double emission_time = 0.0;  ///< Mean time that it stays filled, s.
  double amplitude = 0.0;      ///< What is added while it is filled, relative to the quantity.
};

/// Random telegraph noise: a two-state Markov process in continuous time.
///   occupancy p = emission / (capture + emission), 1/tau = 1/capture + 1/emission,
///   P(filled at t + s) = p + (state - p) exp(-s / tau),
///   covariance p (1 - p) exp(-|s| / tau) amplitude^2.
class NEUCASL_EXPORT TelegraphNoise {
 public:
  /// \throws base::Error "variation.noise": a time that is not positive, an amplitude not finite.
  explicit TelegraphNoise(const TelegraphLaw& law, const base::Location& where = {});

  [[nodiscard]] double occupancy() const { return occupancy_; }
  [[nodiscard]] double correlation_time() const { return correlation_time_; }
  [[nodiscard]] double mean() const { return law_.amplitude * occupancy_; }
  [[nodiscard]] double covariance(double lag) const;
  /// One-sided spectral density, 4 p (1 - p) amplitude^2 tau / (1 + (2 pi f tau)^2).
  [[nodiscard]] double spectral_density(double frequency) const;
  /// Its values, 0 or amplitude, at ascending times, exactly: stationary at the first, then by the
  /// transition probabilities, whatever the steps. \throws base::Error "variation.noise" for times
  /// that are not finite and ascending.
  [[nodiscard]] std::vector<double> at(std::span<const double> times,
                                       base::RandomStream& random) const;
  /// The times of its changes in (0, end), and whether it was filled at 0.
  struct Path {
    bool filled = false;
    std::vector<double> changes;
  };
  [[nodiscard]] Path path(double end, base::RandomStream& random) const;

 private:
  TelegraphLaw law_;
  double occupancy_ = 0.0;
  double correlation_time_ = 0.0;
};

}  // namespace neucasl::variation
