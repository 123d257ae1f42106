#include "layers.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace neucasl::network {
namespace {

/// The part of one kernel row that lies inside the image: columns [first, last) of the kernel.
struct Overlap {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// `start` is the position of the kernel's first element, counted from the padded edge.
Overlap overlap(std::size_t start, std::size_t kernel, std::size_t padding, std::size_t size) {
  const std::size_t first = start < padding ? padding - start : 0;
  const std::size_t inside = size + padding;
  return {std::min(first, kernel), start >= inside ? 0 : std::min(kernel, inside - start)};
}

/// Calls visit(patch offset, input offset, length) for each run of elements of one sample that a
/// patch shares with the input, in patch order; elements outside the image are in no run.
template <typename Visit>
void for_each_run(const Step& step, const Visit& visit) {
  const Layer& layer = *step.layer;
  const Shape& in = step.input;
  const std::size_t row_length = layer.kernel * in.channels;
  std::size_t patch = 0;
  for (std::size_t y = 0; y < step.output.height; ++y) {
    const std::size_t top = y * layer.stride;
    const Overlap rows = overlap(top, layer.kernel, layer.padding, in.height);
    for (std::size_t x = 0; x < step.output.width; ++x, patch += step.depth) {
      const std::size_t left = x * layer.stride;
      const Overlap columns = overlap(left, layer.kernel, layer.padding, in.width);
      if (columns.first >= columns.last) continue;
      const std::size_t length = (columns.last - columns.first) * in.channels;
      for (std::size_t ky = rows.first; ky < rows.last; ++ky) {
        const std::size_t from =
            ((top + ky - layer.padding) * in.width + left + columns.first - layer.padding) *
            in.channels;
        visit(patch + ky * row_length + columns.first * in.channels, from, length);
      }
    }
  }
}

}  // namespace

bool is_matrix(LayerKind kind) {
  return kind == LayerKind::convolution || kind == LayerKind::dense;
}

std::vector<Step> make_plan(const Network& network) {
  const std::vector<Shape> shapes = network.shapes();
  std::vector<Step> steps(network.layers.size());
  for (LayerId id = 0; id < steps.size(); ++id) {
    Step& step = steps[id];
    step.layer = &network.layers[id];
    step.source = step.layer->inputs.front();
    step.input = network.input_shape(id, shapes);
    step.output = shapes[id];
    if (is_matrix(step.layer->kind)) {
      step.depth = network.depth(id, shapes);
      step.positions = network.positions(id, shapes);
    }
  }
  return steps;
}

Shape padded_shape(const Step& step) {
  const std::size_t border = 2 * step.layer->padding;
  return {step.input.height + border, step.input.width + border, step.input.channels};
}

namespace {

/// Copies one image into the middle of a zero border.
void pad(const Step& step, const float* image, float* padded) {
  const std::size_t padding = step.layer->padding;
  const Shape shape = padded_shape(step);
  const std::size_t row = step.input.width * step.input.channels;
  std::fill_n(padded, shape.size(), 0.0F);
  for (std::size_t y = 0; y < step.input.height; ++y) {
    std::copy_n(image + y * row, row,
                padded + ((y + padding) * shape.width + padding) * shape.channels);
  }
}

/// Copies whole blocks, up to a block too far: faster than counting for short lengths.
void copy_blocks(const float* from, std::size_t length, float* to) {
  for (std::size_t i = 0; i < length; i += copy_block) {
    std::memcpy(to + i, from + i, copy_block * sizeof(float));
  }
}

}  // namespace

void gather_patch_rows(const Step& step, const float* image, std::size_t first_y,
                       std::size_t last_y, float* padded, float* patches) {
  const Layer& layer = *step.layer;
  const Shape shape = padded_shape(step);
  const std::size_t length = layer.kernel * shape.channels;
  const std::size_t row = shape.width * shape.channels;
  pad(step, image, padded);
  // In ascending order: what a block writes too far is overwritten by the next one.
  for (std::size_t y = first_y; y < last_y; ++y) {
    for (std::size_t x = 0; x < step.output.width; ++x) {
      const float* from = padded + y * layer.stride * row + x * layer.stride * shape.channels;
      for (std::size_t ky = 0; ky < layer.kernel; ++ky, from += row, patches += length) {
        copy_blocks(from, length, patches);
      }
    }
  }
}

void gather_patches(const Step& step, const float* input, std::size_t count, float* padded,
                    float* patches) {
  for (std::size_t sample = 0; sample < count; ++sample) {
    gather_patch_rows(step, input + sample * step.input.size(), 0, step.output.height, padded,
                      patches + sample * step.positions * step.depth);
  }
}

PatchGrid patch_grid(const Step& step) {
  const Layer& layer = *step.layer;
  return {step.input,   step.output.height, step.output.width,
          layer.kernel, layer.stride,       layer.padding};
}

void scatter_patches(const Step& step, const float* patches, std::size_t count, float* input) {
  const std::size_t size = step.positions * step.depth;
  for (std::size_t sample = 0; sample < count; ++sample) {
    const float* const from = patches + sample * size;
    float* const to = input + sample * step.input.size();
    for_each_run(step, [&](std::size_t patch, std::size_t pixel, std::size_t length) {
      for (std::size_t i = 0; i < length; ++i) to[pixel + i] += from[patch + i];
    });
  }
}

void add_bias(const float* bias, std::size_t rows, std::size_t outputs, float* output) {
  // Several rows at once: few outputs are no loop for vectors.
  constexpr std::size_t together = 8;
  std::size_t row = 0;
  if (outputs < 2 * together && rows >= together) {
    std::array<float, 2 * together * together> repeated;
    for (std::size_t r = 0; r < together; ++r) {
      std::copy_n(bias, outputs, repeated.data() + r * outputs);
    }
    for (; row + together <= rows; row += together) {
      float* const to = output + row * outputs;
      for (std::size_t n = 0; n < together * outputs; ++n) to[n] += repeated[n];
    }
  }
  for (; row < rows; ++row) {
    for (std::size_t n = 0; n < outputs; ++n) output[row * outputs + n] += bias[n];
  }
}

void sum_rows(const float* matrix, std::size_t rows, std::size_t outputs, float* bias) {
  std::fill_n(bias, outputs, 0.0F);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t n = 0; n < outputs; ++n) bias[n] += matrix[row * outputs + n];
  }
}

void relu(const float* input, std::size_t size, float* output) {
  for (std::size_t i = 0; i < size; ++i) output[i] = input[i] > 0.0F ? input[i] : 0.0F;
}

void relu_backward(const float* output, const float* output_gradient, std::size_t size,
                   float* input_gradient) {
  for (std::size_t i = 0; i < size; ++i) {
    input_gradient[i] += output[i] > 0.0F ? output_gradient[i] : 0.0F;
  }
}

namespace {

/// Calls visit(output offset, input offset of the window's first element) per output position.
template <typename Visit>
void for_each_window(const Step& step, std::size_t count, const Visit& visit) {
  const std::size_t channels = step.input.channels;
  const std::size_t stride = step.layer->stride;
  std::size_t out = 0;
  for (std::size_t sample = 0; sample < count; ++sample) {
    for (std::size_t y = 0; y < step.output.height; ++y) {
      std::size_t in = sample * step.input.size() + y * stride * step.input.width * channels;
      for (std::size_t x = 0; x < step.output.width; ++x) {
        visit(out, in);
        out += channels;
        in += stride * channels;
      }
    }
  }
}

}  // namespace

void max_pool(const Step& step, const float* input, std::size_t count, float* output) {
  const std::size_t channels = step.input.channels;
  const std::size_t kernel = step.layer->kernel;
  const std::size_t stride = step.layer->stride;
  const std::size_t row_size = step.input.width * channels;
  // First over the rows of a window, all windows of a row of outputs at once.
  std::vector<float> highest(row_size);
  for (std::size_t sample = 0; sample < count; ++sample) {
    for (std::size_t y = 0; y < step.output.height; ++y) {
      const float* row = input + sample * step.input.size() + y * stride * row_size;
      std::copy_n(row, row_size, highest.begin());
      for (std::size_t ky = 1; ky < kernel; ++ky) {
        row += row_size;
        for (std::size_t i = 0; i < row_size; ++i) {
          highest[i] = row[i] > highest[i] ? row[i] : highest[i];
        }
      }
      const float* window = highest.data();
      for (std::size_t x = 0; x < step.output.width; ++x, window += stride * channels) {
        for (std::size_t c = 0; c < channels; ++c) output[c] = window[c];
        for (std::size_t kx = 1; kx < kernel; ++kx) {
          const float* const next = window + kx * channels;
          for (std::size_t c = 0; c < channels; ++c) {
            output[c] = next[c] > output[c] ? next[c] : output[c];
          }
        }
        output += channels;
      }
    }
  }
}

void max_pool_backward(const Step& step, const float* input, const float* output,
                       const float* output_gradient, std::size_t count, float* input_gradient) {
  const std::size_t channels = step.input.channels;
  const std::size_t kernel = step.layer->kernel;
  const auto first_maximum = [&](std::size_t in, float maximum) {
    for (std::size_t ky = 0; ky < kernel; ++ky) {
      const std::size_t row = in + ky * step.input.width * channels;
      for (std::size_t kx = 0; kx < kernel; ++kx) {
        if (input[row + kx * channels] == maximum) return row + kx * channels;
      }
    }
    return in;
  };
  for_each_window(step, count, [&](std::size_t out, std::size_t in) {
    for (std::size_t c = 0; c < channels; ++c) {
      const float gradient = output_gradient[out + c];
      if (gradient != 0.0F) input_gradient[first_maximum(in + c, output[out + c])] += gradient;
    }
  });
}

}  // namespace neucasl::network
