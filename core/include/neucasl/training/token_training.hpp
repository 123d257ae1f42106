#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/training/adam.hpp"
#include "neucasl/workload/chain.hpp"

/// \file
/// Training of a network that predicts the next token of a text, by its cross-entropy.
///
/// A *step* takes `batch` windows of `sequence` tokens at random places of the text before its
/// held-out end; the target of a token is the one behind it. The learning rate rises linearly over
/// `warm_up` steps and then falls as a half cosine to `last_rate` of its height (I. Loshchilov and
/// F. Hutter, ICLR 2017); gradients whose norm over all parameters is above `largest_norm` are
/// scaled to it (R. Pascanu et al., ICML 2013).

namespace neucasl::training {

struct TokenTrainingOptions {
  std::size_t steps = 1000;
  std::size_t batch = 32;     ///< Windows of a step.
  std::size_t together = 8;   ///< Windows that one thread takes at once; decides the rounding.
  std::size_t sequence = 64;  ///< Tokens of a window.
  double rate = 3e-3;         ///< Highest learning rate.
  double last_rate = 0.1;     ///< Share of it at the end.
  std::size_t warm_up = 100;  ///< Steps; 0: none.
  double largest_norm = 1.0;
  AdamOptions adam{};
  double held_out = 0.1;                ///< Share of the text at its end.
  std::size_t validation_windows = 64;  ///< Evenly spaced over the held-out text.
  std::size_t report_every = 100;       ///< Steps between two entries of the curve.
  std::uint64_t seed = 1;
  int threads = 1;  ///< The trained weights do not depend on it, bit for bit.
  base::CancelFlag cancel{};

  /// \throws base::Error "training.options" naming the first one out of range.
  NEUCASL_EXPORT void validate() const;
};

/// An entry of the loss curve.
struct CurvePoint {
  std::size_t step = 0;          ///< Steps done.
  std::size_t tokens = 0;        ///< Seen in training.
  double rate = 0.0;             ///< Of the last step.
  double training_loss = 0.0;    ///< Mean over the steps since the last entry, nats per token.
  double validation_loss = 0.0;  ///< Over the validation windows, nats per token.
};

/// Weights by name: float32 tensors that the network reads at each call of `segment`.
using WeightAt = std::function<workload::Tensor&(const std::string& name)>;

/// Trains the named weights in place. Each must be a stored tensor of that name in one segment or
/// several, which then share it. Matrices decay, vectors do not. `report` gets each entry of the
/// curve when it is known; may be empty.
/// \throws base::Error "training.options"; "training.text" for a text too short for a window in
/// either part; "training.weight" for a weight that no node reads or without float32 values;
/// "training.loss" for scores that are not finite, with the step; as workload::chain_gradients;
/// base::Cancelled.
NEUCASL_EXPORT std::vector<CurvePoint> train_on_tokens(
    const workload::SegmentedNetwork& network, const std::vector<std::string>& names,
    const WeightAt& weight, std::span<const std::int64_t> text, const TokenTrainingOptions& options,
    const std::function<void(const CurvePoint& point)>& report = {});

/// The end of a text that training leaves out.
NEUCASL_EXPORT std::span<const std::int64_t> held_out_text(std::span<const std::int64_t> text,
                                                           const TokenTrainingOptions& options);

/// Mean cross-entropy of the next token, nats, over evenly spaced windows of a text.
/// \throws base::Error "training.text" for a text shorter than a window and its last target.
NEUCASL_EXPORT double token_loss(const workload::SegmentedNetwork& network,
                                 std::span<const std::int64_t> text, std::size_t windows,
                                 std::size_t sequence, const workload::ChainOptions& options);

}  // namespace neucasl::training
