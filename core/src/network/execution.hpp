#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "layers.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// One batch through a network.

namespace neucasl::network {

/// Buffers of one batch, for up to `capacity` samples.
struct Workspace {
  /// With `keep_patches` each convolution has its own patches, as the backward pass needs.
  Workspace(const std::vector<Step>& plan, std::size_t capacity, bool keep_patches);

  [[nodiscard]] float* patches_of(LayerId layer) {
    return patches[patches.size() == 1 ? 0 : layer].data();
  }

  std::vector<std::vector<float>> outputs;  ///< Per layer.
  std::vector<std::vector<float>> patches;  ///< One for all layers, or per layer.
  std::vector<float> padded;                ///< One sample of a convolution's input.
};

/// Products with the weights of a plan, in float.
class FloatBackend : public MatrixBackend {
 public:
  explicit FloatBackend(const std::vector<Step>& plan) : plan_(plan) {}
  void multiply(LayerId layer, const float* input, std::size_t rows, float* output) const override;

 private:
  const std::vector<Step>& plan_;
};

/// The input of a layer in a batch.
const float* input_of(const Step& step, const float* samples, const Workspace& workspace);

/// Fills `workspace.outputs` of every layer. `observer` may be empty.
void forward(const std::vector<Step>& plan, const MatrixBackend& backend, const float* samples,
             std::size_t count, Workspace& workspace, const InputObserver& observer);

}  // namespace neucasl::network
