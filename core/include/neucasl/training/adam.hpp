#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Adam with decoupled weight decay: D. Kingma and J. Ba, ICLR 2015, algorithm 1; I. Loshchilov and
/// F. Hutter, ICLR 2019, algorithm 2 ("AdamW").

namespace neucasl::training {

struct AdamOptions {
  double first_decay = 0.9;    ///< beta_1, of the mean of gradients.
  double second_decay = 0.99;  ///< beta_2, of the mean of their squares.
  double epsilon = 1e-8;
  double weight_decay = 0.0;  ///< lambda; as a rate on its own it is multiplied by the step's rate.

  /// \throws base::Error "training.options" naming the first one out of range.
  NEUCASL_EXPORT void validate() const;
};

/// The state of the optimiser for one list of parameters.
///   m <- beta_1 m + (1 - beta_1) g;  v <- beta_2 v + (1 - beta_2) g^2, from 0;
///   w <- w - rate (m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon) + lambda w).
class NEUCASL_EXPORT Adam {
 public:
  /// `sizes`: elements of each parameter; `decays`: whether it decays.
  /// \throws base::Error "training.options".
  Adam(const AdamOptions& options, const std::vector<std::size_t>& sizes, std::vector<bool> decays);

  /// To be called once before the parameters of a step.
  void begin_step() { ++steps_; }
  /// \throws std::invalid_argument for sizes other than at first.
  void update(std::size_t parameter, std::span<float> weights, std::span<const float> gradients,
              double rate);

 private:
  AdamOptions options_;
  std::vector<bool> decays_;
  std::vector<std::vector<float>> means_;
  std::vector<std::vector<float>> squares_;
  std::size_t steps_ = 0;
};

}  // namespace neucasl::training
