#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/network/network.hpp"

/// \file
/// What each layer kind does to one batch, forward and backward, and the plan of a network.
///
/// A *step* is a layer with the shapes it works on. A *patch* is the part of the input under the
/// kernel at one output position: one row of the matrix a convolution multiplies.

namespace neucasl::network {

struct Step {
  const Layer* layer = nullptr;
  LayerId source = network_input;
  Shape input;
  Shape output;
  std::size_t depth = 0;      ///< Matrix layers only.
  std::size_t positions = 0;  ///< Matrix layers only.
};

/// The steps of a checked network. Points into the network, which must outlive it.
std::vector<Step> make_plan(const Network& network);

bool is_matrix(LayerKind kind);

/// Floats that `gather_patches` may touch past the end of its buffers.
inline constexpr std::size_t copy_block = 8;

/// The input of a convolution with its border of zeros.
Shape padded_shape(const Step& step);

/// Writes the patches of `count` samples: (count x positions) rows of depth. `padded` is scratch
/// for one padded sample; `padded` and `patches` have room for `copy_block` more values.
void gather_patches(const Step& step, const float* input, std::size_t count, float* padded,
                    float* patches);
/// The patches of rows [first_y, last_y) of output positions of one sample.
void gather_patch_rows(const Step& step, const float* image, std::size_t first_y,
                       std::size_t last_y, float* padded, float* patches);
/// How a convolution reads its input.
PatchGrid patch_grid(const Step& step);
/// Adds each patch element to the input element it was gathered from.
void scatter_patches(const Step& step, const float* patches, std::size_t count, float* input);

void add_bias(const float* bias, std::size_t rows, std::size_t outputs, float* output);
/// bias[n] = sum of column n; the gradient with respect to the bias.
void sum_rows(const float* matrix, std::size_t rows, std::size_t outputs, float* bias);

void relu(const float* input, std::size_t size, float* output);
/// Adds the gradient where the output is positive.
void relu_backward(const float* output, const float* output_gradient, std::size_t size,
                   float* input_gradient);

void max_pool(const Step& step, const float* input, std::size_t count, float* output);
/// Adds each output's gradient to the first input of its window that has the output's value.
void max_pool_backward(const Step& step, const float* input, const float* output,
                       const float* output_gradient, std::size_t count, float* input_gradient);

}  // namespace neucasl::network
