#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "neucasl/base/random.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// A network computed one sample and one output at a time, in double, straight from the definitions
/// of the layers.

namespace neucasl::network::reference {

using Values = std::vector<double>;

inline double at(const Values& values, const Shape& shape, long y, long x, std::size_t channel) {
  if (y < 0 || x < 0 || y >= static_cast<long>(shape.height) ||
      x >= static_cast<long>(shape.width)) {
    return 0.0;
  }
  const auto pixel = static_cast<std::size_t>(y) * shape.width + static_cast<std::size_t>(x);
  return values[pixel * shape.channels + channel];
}

inline double convolve(const Layer& layer, const Shape& in, const Values& input, long top,
                       long left, std::size_t output) {
  double sum = layer.bias[output];
  for (std::size_t ky = 0; ky < layer.kernel; ++ky) {
    for (std::size_t kx = 0; kx < layer.kernel; ++kx) {
      for (std::size_t c = 0; c < in.channels; ++c) {
        const std::size_t k = (ky * layer.kernel + kx) * in.channels + c;
        sum += at(input, in, top + static_cast<long>(ky), left + static_cast<long>(kx), c) *
               static_cast<double>(layer.weight[k * layer.outputs + output]);
      }
    }
  }
  return sum;
}

inline double largest(const Layer& layer, const Shape& in, const Values& input, long top, long left,
                      std::size_t channel) {
  double value = at(input, in, top, left, channel);
  for (std::size_t ky = 0; ky < layer.kernel; ++ky) {
    for (std::size_t kx = 0; kx < layer.kernel; ++kx) {
      value = std::max(
          value, at(input, in, top + static_cast<long>(ky), left + static_cast<long>(kx), channel));
    }
  }
  return value;
}

inline Values layer_output(const Layer& layer, const Shape& in, const Shape& out,
                           const Values& input) {
  Values output;
  if (layer.kind == LayerKind::relu) {
    for (const double value : input) output.push_back(std::max(value, 0.0));
    return output;
  }
  if (layer.kind == LayerKind::dense) {
    for (std::size_t n = 0; n < layer.outputs; ++n) {
      double sum = layer.bias[n];
      for (std::size_t k = 0; k < input.size(); ++k) {
        sum += input[k] * static_cast<double>(layer.weight[k * layer.outputs + n]);
      }
      output.push_back(sum);
    }
    return output;
  }
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) {
      const long top = static_cast<long>(y * layer.stride) - static_cast<long>(layer.padding);
      const long left = static_cast<long>(x * layer.stride) - static_cast<long>(layer.padding);
      for (std::size_t n = 0; n < out.channels; ++n) {
        output.push_back(layer.kind == LayerKind::convolution
                             ? convolve(layer, in, input, top, left, n)
                             : largest(layer, in, input, top, left, n));
      }
    }
  }
  return output;
}

/// Scores of one sample.
inline Values scores(const Network& network, const Values& sample) {
  const std::vector<Shape> shapes = network.shapes();
  std::vector<Values> outputs;
  for (LayerId id = 0; id < network.layers.size(); ++id) {
    const LayerId source = network.layers[id].inputs.front();
    outputs.push_back(layer_output(network.layers[id], network.input_shape(id, shapes), shapes[id],
                                   source == network_input ? sample : outputs[source]));
  }
  return outputs.back();
}

/// Mean softmax cross-entropy.
inline double loss(const Network& network, const std::vector<float>& samples,
                   const std::vector<unsigned char>& labels) {
  const std::size_t size = network.input.size();
  double total = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(i * size);
    const Values result = scores(network, Values(first, first + static_cast<std::ptrdiff_t>(size)));
    double sum = 0.0;
    for (const double score : result) sum += std::exp(score);
    total += std::log(sum) - result[labels[i]];
  }
  return total / static_cast<double>(labels.size());
}

/// Appends a layer that reads the last one.
inline Layer& append(Network& network, std::string name, LayerKind kind, std::size_t outputs,
                     std::size_t kernel, std::size_t stride, std::size_t padding) {
  Layer layer;
  layer.name = std::move(name);
  layer.kind = kind;
  layer.inputs = {network.layers.empty() ? network_input : network.layers.size() - 1};
  layer.outputs = outputs;
  layer.kernel = kernel;
  layer.stride = stride;
  layer.padding = padding;
  Shape in = network.input;
  if (!network.layers.empty()) in = network.shapes().back();
  const std::size_t depth = kind == LayerKind::dense ? in.size() : kernel * kernel * in.channels;
  layer.weight.resize(depth * outputs);
  layer.bias.resize(outputs);
  network.layers.push_back(std::move(layer));
  return network.layers.back();
}

inline void randomise(std::vector<float>& values, std::uint64_t seed, double scale) {
  base::RandomStream stream(seed, "test/values");
  for (float& value : values) value = static_cast<float>(scale * stream.normal());
}

/// Every layer kind, strides, padding, and a layer read by two others; `classes` scores.
inline Network small_network(std::size_t classes) {
  Network network;
  network.name = "small";
  network.input = {8, 7, 2};
  append(network, "conv1", LayerKind::convolution, 3, 3, 1, 1);
  append(network, "relu1", LayerKind::relu, 0, 1, 1, 0);
  append(network, "pool1", LayerKind::max_pool, 0, 2, 2, 0);
  append(network, "conv2", LayerKind::convolution, 4, 2, 2, 1);
  append(network, "relu2", LayerKind::relu, 0, 1, 1, 0);
  append(network, "fc1", LayerKind::dense, 9, 1, 1, 0);
  append(network, "relu3", LayerKind::relu, 0, 1, 1, 0);
  append(network, "fc2", LayerKind::dense, classes, 1, 1, 0);
  std::uint64_t seed = 40;
  for (const LayerId id : network.matrix_layers()) {
    randomise(network.layers[id].weight, ++seed, 0.5);
    randomise(network.layers[id].bias, ++seed, 0.2);
  }
  return network;
}

inline std::vector<float> random_samples(const Network& network, std::size_t count,
                                         std::uint64_t seed) {
  std::vector<float> samples(count * network.input.size());
  randomise(samples, seed, 1.0);
  return samples;
}

}  // namespace neucasl::network::reference
