#pragma once

#include "neucasl/workload/workload.hpp"

/// \file
/// The operations of training with one sample by back-propagation (D. Rumelhart et al., Nature 323,
/// 1986), as matrix products.
///
/// A product of P positions, depth K and N outputs, Y = X W, has, with the errors D of its outputs,
///   errors of its inputs   D W^T   P positions, depth N, K outputs
///   gradient of weights    X^T D   N positions, depth P, K outputs: X held, the errors move past
///   it
/// each as many multiply-accumulates as Y; the first layer needs no errors of its inputs. Where
/// windows overlap, c P K - (input elements) additions bring the errors of an input together. A
/// product of two computed matrices has errors of both. An activation, a pooling or a normalisation
/// works once more on the errors. Errors that reach a value on several ways are added. The
/// difference from the label counts as one activation of each output.

namespace neucasl::workload {

enum class TrainingPhase { forward, error_propagation, weight_gradient, weight_update };
inline constexpr std::size_t training_phase_count = 4;
/// "forward", "error_propagation", "weight_gradient", "weight_update".
NEUCASL_EXPORT std::string_view to_string(TrainingPhase phase);

struct TrainingStep {
  TrainingPhase phase = TrainingPhase::forward;
  OperationId origin = 0;      ///< The operation of the network that it belongs to.
  std::size_t stage = 0;       ///< Layers with weights up to the origin, on the longest way.
  std::size_t additions = 0;   ///< Of errors, beside those of the product.
  std::size_t parameters = 0;  ///< Of an update.
};

struct Training {
  /// The operations of the network, then those of its training. An update reads its gradient and
  /// has no elements of its own: `parameters` says how many numbers change.
  Workload workload;
  std::vector<TrainingStep> steps;  ///< Of each operation.
  std::size_t layers = 0;           ///< With weights, on the longest way: L of a pipeline.
};

/// `held_inputs`: the X of gradients count as stationary, for arrays that they are written into.
/// \throws base::Error "workload.training" when nothing can be trained; as Workload::check.
NEUCASL_EXPORT Training training_of(const Workload& network, bool held_inputs);

}  // namespace neucasl::workload
