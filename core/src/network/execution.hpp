#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "layers.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// One batch through a network.

namespace neucasl::network {

/// How much memory the batches of a run take.
struct BatchPlan {
  std::vector<std::size_t> slot_of;    ///< Buffer of each layer's output.
  std::vector<std::size_t> slot_size;  ///< Values of one sample in each buffer.
  std::size_t samples = 0;             ///< In a batch.
  std::size_t patch_values = 0;        ///< Room for patches; 0 when the backend reads images.
  std::size_t padded_values = 0;       ///< Room for one padded image.
};

/// A batch for training: each layer's output and patches are kept for the backward pass.
BatchPlan keeping_plan(const std::vector<Step>& plan, std::size_t samples);

/// Buffers are used again as soon as no later layer reads them, and a batch is as large as `memory`
/// bytes allow, up to `most_samples`.
/// Throws "network.memory" when one sample does not fit.
BatchPlan bounded_plan(const std::vector<Step>& plan, std::size_t most_samples, std::size_t memory,
                       const MatrixBackend& backend);

/// Buffers of one batch.
struct Workspace {
  /// With `keep_patches` each convolution has its own patches, as the backward pass needs.
  Workspace(const std::vector<Step>& plan, const BatchPlan& batch, bool keep_patches);

  [[nodiscard]] std::vector<float>& patches_of(LayerId layer) {
    return patches[patches.size() == 1 ? 0 : layer];
  }
  [[nodiscard]] float* output_of(LayerId layer) { return outputs[slot_of[layer]].data(); }
  [[nodiscard]] const float* output_of(LayerId layer) const {
    return outputs[slot_of[layer]].data();
  }

  std::vector<std::size_t> slot_of;         ///< Of each layer; the layer itself in training.
  std::vector<std::vector<float>> outputs;  ///< Per buffer.
  std::vector<std::vector<float>> patches;  ///< One for all layers, or per layer.
  std::vector<float> padded;                ///< One sample of a convolution's input.
};

/// Products with the weights of a plan, in float.
class FloatBackend : public MatrixBackend {
 public:
  explicit FloatBackend(const std::vector<Step>& plan) : plan_(plan) {}
  void multiply(LayerId layer, const float* input, std::size_t rows, std::size_t first_row,
                float* output) const override;

 private:
  const std::vector<Step>& plan_;
};

/// The input of a layer in a batch.
const float* input_of(const Step& step, const float* samples, const Workspace& workspace);

/// Fills `workspace.outputs` of every layer. `first_sample` is the place of the batch in the run;
/// `observer` may be empty.
void forward(const std::vector<Step>& plan, const MatrixBackend& backend, const float* samples,
             std::size_t count, std::size_t first_sample, Workspace& workspace,
             const InputObserver& observer);

}  // namespace neucasl::network
