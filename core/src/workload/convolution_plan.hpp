#pragma once

#include <algorithm>

#include "sliding_window.hpp"

/// \file
/// How a convolution cuts images into the patches that its weight is multiplied by.

namespace neucasl::workload {

struct ConvolutionPlan {
  SlidingWindow window;
  std::size_t batch = 0;
  std::size_t groups = 1;
  std::size_t channels = 0;  ///< Of the input, in one group.
  std::size_t outputs = 0;   ///< Channels of the output, in one group.
};

/// \throws base::Error "onnx.shape", "onnx.attribute".
ConvolutionPlan convolution_plan(const NodeView& node);

/// Neighbouring output positions whose tap lies inside the input: there, the elements from `start`
/// on, a stride apart.
struct PatchRun {
  std::size_t tap = 0;
  std::size_t position = 0;  ///< The first.
  std::size_t start = 0;     ///< In one channel of the input.
  std::size_t count = 0;
};

std::vector<PatchRun> patch_runs(const SlidingWindow& window);

/// Calls body(place in the patches, place in the image, number, stride in the image) for all runs.
/// Patches of one group are a matrix, (channels x taps) x positions.
template <class Body>
void for_each_run(const ConvolutionPlan& plan, const std::vector<PatchRun>& runs,
                  const Body& body) {
  for (std::size_t c = 0; c < plan.channels; ++c) {
    for (const PatchRun& run : runs) {
      body((c * plan.window.taps() + run.tap) * plan.window.outputs() + run.position,
           c * plan.window.inputs() + run.start, run.count, plan.window.axes[2].stride);
    }
  }
}

/// Patches of one group of an image; zeros where a tap lies in the padding.
template <class T>
void gather_patches(const ConvolutionPlan& plan, const std::vector<PatchRun>& runs, const T* image,
                    T* patches) {
  std::fill_n(patches, plan.channels * plan.window.taps() * plan.window.outputs(), T{0});
  for_each_run(plan, runs,
               [&](std::size_t to, std::size_t from, std::size_t count, std::size_t stride) {
                 for (std::size_t k = 0; k < count; ++k) patches[to + k] = image[from + k * stride];
               });
}

/// The reverse: adds each element of the patches to its place in the image.
template <class T>
void scatter_patches(const ConvolutionPlan& plan, const std::vector<PatchRun>& runs,
                     const T* patches, T* image) {
  for_each_run(plan, runs,
               [&](std::size_t from, std::size_t to, std::size_t count, std::size_t stride) {
                 for (std::size_t k = 0; k < count; ++k)
                   image[to + k * stride] += patches[from + k];
               });
}

}  // namespace neucasl::workload
