#include <array>
#include <string>
#include <utility>

#include "neucasl/network/network.hpp"

namespace neucasl::network {
namespace {

Layer matrix_layer(std::string name, LayerKind kind, std::size_t depth, std::size_t outputs) {
  Layer layer;
  layer.name = std::move(name);
  layer.kind = kind;
  layer.outputs = outputs;
  layer.weight.assign(depth * outputs, 0.0F);
  layer.bias.assign(outputs, 0.0F);
  return layer;
}

Layer convolution(std::string name, std::size_t channels, std::size_t outputs, std::size_t kernel,
                  std::size_t padding) {
  Layer layer =
      matrix_layer(std::move(name), LayerKind::convolution, kernel * kernel * channels, outputs);
  layer.kernel = kernel;
  layer.padding = padding;
  return layer;
}

Layer plain_layer(std::string name, LayerKind kind, std::size_t window) {
  Layer layer;
  layer.name = std::move(name);
  layer.kind = kind;
  layer.kernel = window;
  layer.stride = window;
  return layer;
}

/// Appends a layer that reads the last one.
void append(Network& network, Layer layer) {
  layer.inputs = {network.layers.empty() ? network_input : network.layers.size() - 1};
  network.layers.push_back(std::move(layer));
}

/// Convolutions of one block of a VGG.
struct VggBlock {
  std::size_t convolutions = 0;
  std::size_t outputs = 0;
};

Network vgg(const std::string& name, const Shape& input, std::size_t classes,
            std::span<const VggBlock> blocks, std::span<const std::size_t> hidden) {
  const std::size_t least = std::size_t{1} << blocks.size();
  if (input.height < least || input.width < least || input.channels == 0 || classes == 0) {
    throw base::Error("network.shape",
                      name + " has an input of " + std::to_string(input.height) + " x " +
                          std::to_string(input.width) + " x " + std::to_string(input.channels) +
                          " and " + std::to_string(classes) + " classes",
                      "give at least " + std::to_string(least) + " x " + std::to_string(least) +
                          " values of a channel or more, and one class");
  }
  Network network;
  network.name = name;
  network.input = input;
  Shape shape = input;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (std::size_t c = 0; c < blocks[b].convolutions; ++c) {
      const std::string number = std::to_string(b + 1) + "_" + std::to_string(c + 1);
      append(network, convolution("conv" + number, shape.channels, blocks[b].outputs, 3, 1));
      append(network, plain_layer("relu" + number, LayerKind::relu, 1));
      shape.channels = blocks[b].outputs;
    }
    append(network, plain_layer("pool" + std::to_string(b + 1), LayerKind::max_pool, 2));
    shape = {shape.height / 2, shape.width / 2, shape.channels};
  }
  std::size_t depth = shape.size();
  for (std::size_t k = 0; k < hidden.size(); ++k) {
    const std::string number = "fc" + std::to_string(k + 1);
    append(network, matrix_layer(number, LayerKind::dense, depth, hidden[k]));
    append(network, plain_layer("relu_" + number, LayerKind::relu, 1));
    depth = hidden[k];
  }
  append(network,
         matrix_layer("fc" + std::to_string(hidden.size() + 1), LayerKind::dense, depth, classes));
  return network;
}

}  // namespace

Network lenet5() {
  Network network;
  network.name = "lenet5";
  network.input = {28, 28, 1};
  const auto add = [&](Layer layer) { append(network, std::move(layer)); };
  add(convolution("conv1", 1, 6, 5, 2));
  add(plain_layer("relu1", LayerKind::relu, 1));
  add(plain_layer("pool1", LayerKind::max_pool, 2));
  add(convolution("conv2", 6, 16, 5, 0));
  add(plain_layer("relu2", LayerKind::relu, 1));
  add(plain_layer("pool2", LayerKind::max_pool, 2));
  add(matrix_layer("fc1", LayerKind::dense, std::size_t{5} * 5 * 16, 120));
  add(plain_layer("relu3", LayerKind::relu, 1));
  add(matrix_layer("fc2", LayerKind::dense, 120, 84));
  add(plain_layer("relu4", LayerKind::relu, 1));
  add(matrix_layer("fc3", LayerKind::dense, 84, 10));
  return network;
}

Network multilayer_perceptron(const Shape& input, std::span<const std::size_t> hidden,
                              std::size_t classes) {
  Network network;
  network.name = "perceptron_" + std::to_string(input.size());
  network.input = input;
  std::vector<std::size_t> sizes(hidden.begin(), hidden.end());
  sizes.push_back(classes);
  for (const std::size_t size : sizes) network.name += '_' + std::to_string(size);
  std::size_t depth = input.size();
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (sizes[k] == 0 || depth == 0) {
      throw base::Error("network.shape", "a layer of a perceptron has no inputs or no outputs",
                        "give sizes of at least 1");
    }
    const auto add = [&](Layer layer) { append(network, std::move(layer)); };
    const std::string number = std::to_string(k + 1);
    if (k > 0) add(plain_layer("relu" + std::to_string(k), LayerKind::relu, 1));
    add(matrix_layer("fc" + number, LayerKind::dense, depth, sizes[k]));
    depth = sizes[k];
  }
  return network;
}

Network vgg8(const Shape& input, std::size_t classes) {
  constexpr std::array<VggBlock, 3> blocks{{{2, 128}, {2, 256}, {2, 512}}};
  constexpr std::array<std::size_t, 1> hidden{1024};
  return vgg("vgg8", input, classes, blocks, hidden);
}

Network vgg16(const Shape& input, std::size_t classes) {
  constexpr std::array<VggBlock, 5> blocks{{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}};
  constexpr std::array<std::size_t, 2> hidden{4096, 4096};
  return vgg("vgg16", input, classes, blocks, hidden);
}

}  // namespace neucasl::network
