#pragma once

#include <cstdint>
#include <vector>

#include "neucasl/network/dataset.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// Training by stochastic gradient descent with momentum on the softmax cross-entropy.
///
/// Equations (momentum form of Sutskever et al., ICML 2013, without Nesterov's look-ahead):
///   v <- momentum v - rate (gradient + decay w);  w <- w + v
/// with decay 0 for biases.
/// Initial weights are normal with variance 2 / depth (He et al., ICCV 2015), biases zero.

namespace neucasl::network {

struct TrainingOptions {
  std::size_t epochs = 8;
  std::size_t batch = 64;
  double learning_rate = 0.05;
  double learning_rate_factor = 0.7;  ///< Multiplies the rate after each epoch.
  double momentum = 0.9;
  double weight_decay = 0.0;
  std::uint64_t seed = 1;
  int threads = 1;  ///< The trained weights do not depend on it, bit for bit.
  base::CancelFlag cancel;
  base::ProgressListener progress;  ///< "training", batches done, batches in all; may be empty.

  /// \throws base::Error "network.training" naming the first option out of range.
  NEUCASL_EXPORT void validate() const;
};

struct EpochSummary {
  double loss = 0.0;               ///< Mean cross-entropy over the epoch's batches, nats.
  double training_accuracy = 0.0;  ///< Over the epoch's batches as they were seen.
  double test_accuracy = 0.0;      ///< After the epoch, over the whole test set.
};

/// Initialises and trains `network` in place. Deterministic in (network, dataset, options.seed).
/// \throws base::Error "network.training" for bad options, images that do not fit the network, or
/// a loss that is no longer finite.
NEUCASL_EXPORT std::vector<EpochSummary> train(Network& network, const Dataset& dataset,
                                               const TrainingOptions& options);

/// Mean cross-entropy of `count` samples and, per layer, its gradient with respect to weight and
/// bias. Exposed for gradient checks and sensitivity analysis.
struct Gradients {
  double loss = 0.0;
  std::vector<std::vector<float>> weight;  ///< Per layer, empty for layers without weights.
  std::vector<std::vector<float>> bias;
};
NEUCASL_EXPORT Gradients gradients(const Network& network, std::span<const float> samples,
                                   std::span<const unsigned char> labels, int threads);

}  // namespace neucasl::network
