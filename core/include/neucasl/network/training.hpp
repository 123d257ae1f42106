#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/byte_stream.hpp"
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
  /// Gets the whole state of the training after each epoch; may be empty.
  std::function<void(const std::string& state)> checkpoint{};
  /// Such a state of the same training, after which it goes on to the same result; empty: from the
  /// beginning.
  std::string resume{};

  /// \throws base::Error "network.training" naming the first option out of range.
  NEUCASL_EXPORT void validate() const;
};

struct EpochSummary {
  double loss = 0.0;               ///< Mean cross-entropy over the epoch's batches, nats.
  double training_accuracy = 0.0;  ///< Over the epoch's batches as they were seen.
  double test_accuracy = 0.0;      ///< After the epoch, over the whole test set.
};

/// Initialises and trains `network` in place. Deterministic in (network, dataset, options.seed).
/// \throws base::Error "network.training" for bad options, images that do not fit the network, a
/// loss that is no longer finite, or a state after more epochs than asked for; "base.bytes" for a
/// state of another network.
NEUCASL_EXPORT std::vector<EpochSummary> train(Network& network, const Dataset& dataset,
                                               const TrainingOptions& options);

/// Holds the weights of the matrix layers during a training in the place of float memory: gives the
/// products both ways and takes the updates.
class NEUCASL_EXPORT ProductEngine : public MatrixBackend {
 public:
  /// Sets the weights of a layer (depth x outputs) before training.
  virtual void program(LayerId layer, std::span<const float> weight) = 0;
  /// Before each pass over images; errors of products are drawn by pass, layer and row.
  virtual void begin_pass(std::uint64_t pass) = 0;
  /// input_gradient[r][k] = sum_n output_gradient[r][n] weight[k][n], for `rows` rows; `first_row`
  /// as in `multiply`. Called from several threads.
  virtual void multiply_transposed(LayerId layer, const float* output_gradient, std::size_t rows,
                                   std::size_t first_row, float* input_gradient) const = 0;
  /// Adds `change` (depth x outputs) to the weights of a layer, as well as the engine can.
  virtual void add(LayerId layer, std::span<const float> change) = 0;
  /// True: the engine adds the outer products of rows itself and `add` is not called.
  [[nodiscard]] virtual bool adds_rows() const { return false; }
  /// Adds -rate sum_r input[r][k] output_gradient[r][n], row by row. After the backward pass of at
  /// most 64 samples. The default throws std::logic_error.
  virtual void add_rows(LayerId layer, const float* input, const float* output_gradient,
                        std::size_t rows, std::size_t first_row, double rate);
  /// depth x outputs.
  [[nodiscard]] virtual std::vector<float> weights(LayerId layer) const = 0;
  /// All that changes during a training, between two passes.
  virtual void save(base::ByteWriter& out) const = 0;
  /// Such a state of an engine that was made alike.
  /// \throws base::Error "base.bytes" for a state of another one.
  virtual void restore(base::ByteReader& in) = 0;
};

/// As `train`, on the products of `engine`; biases, activations and, without `adds_rows`, weight
/// gradients and momentum are digital. `network` has the engine's weights at the end.
/// \throws base::Error as `train`, also "network.training" for momentum or weight decay with an
/// engine that adds rows.
NEUCASL_EXPORT std::vector<EpochSummary> train(Network& network, const Dataset& dataset,
                                               const TrainingOptions& options,
                                               ProductEngine& engine);

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
