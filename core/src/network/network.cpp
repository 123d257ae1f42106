#include "neucasl/network/network.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "layers.hpp"

namespace neucasl::network {
namespace {

struct NamedKind {
  LayerKind kind;
  std::string_view name;
};

constexpr std::array<NamedKind, 4> named_kinds{{{LayerKind::convolution, "convolution"},
                                                {LayerKind::dense, "dense"},
                                                {LayerKind::relu, "relu"},
                                                {LayerKind::max_pool, "max_pool"}}};

/// Values of one sample at one layer; keeps products of sizes from a file far from overflow.
constexpr std::size_t largest_size = std::size_t{1} << 28;

[[noreturn]] void fail(const std::string& message, const std::string& remedy) {
  throw base::Error("network.shape", message, remedy);
}

[[noreturn]] void fail(const Layer& layer, const std::string& message, const std::string& remedy) {
  fail("layer '" + layer.name + "' (" + std::string(to_string(layer.kind)) + ") " + message,
       remedy);
}

std::string text(const Shape& shape) {
  return std::to_string(shape.height) + " x " + std::to_string(shape.width) + " x " +
         std::to_string(shape.channels);
}

bool size_in_range(const Shape& shape) {
  if (shape.height == 0 || shape.width == 0 || shape.channels == 0) return false;
  return shape.height <= largest_size && shape.width <= largest_size / shape.height &&
         shape.channels <= largest_size / shape.height / shape.width;
}

void check_source(const Layer& layer, LayerId id) {
  if (layer.inputs.size() != 1) {
    fail(layer, "has " + std::to_string(layer.inputs.size()) + " inputs", "give it one input");
  }
  if (layer.inputs.front() != network_input && layer.inputs.front() >= id) {
    fail(layer, "does not read an earlier layer", "put layers in topological order");
  }
}

Shape padded_shape(const Layer& layer, const Shape& in) {
  return {in.height + 2 * layer.padding, in.width + 2 * layer.padding, in.channels};
}

void check_window(const Layer& layer, const Shape& in) {
  if (layer.kernel == 0 || layer.stride == 0) {
    fail(layer, "has a kernel or stride of 0", "both are at least 1");
  }
  if (layer.padding >= layer.kernel) {
    fail(layer, "has as much padding as kernel or more", "padding is less than the kernel size");
  }
  const bool countable = layer.kernel <= largest_size;  // Doubling the padding does not overflow.
  const Shape padded = countable ? padded_shape(layer, in) : in;
  if (!countable || !size_in_range(padded) || layer.kernel > padded.height ||
      layer.kernel > padded.width) {
    fail(layer, "has a kernel of " + std::to_string(layer.kernel) + " on an input of " + text(in),
         "the kernel fits into the padded input");
  }
}

Shape window_output(const Layer& layer, const Shape& in, std::size_t channels) {
  const Shape padded = padded_shape(layer, in);
  return {(padded.height - layer.kernel) / layer.stride + 1,
          (padded.width - layer.kernel) / layer.stride + 1, channels};
}

std::size_t depth_of(const Layer& layer, const Shape& in) {
  return layer.kind == LayerKind::dense ? in.size() : layer.kernel * layer.kernel * in.channels;
}

void check_weights(const Layer& layer, std::size_t depth) {
  const auto finite = [](float value) { return std::isfinite(value); };
  if (layer.weight.size() != depth * layer.outputs || layer.bias.size() != layer.outputs) {
    fail(layer,
         "has " + std::to_string(layer.weight.size()) + " weights and " +
             std::to_string(layer.bias.size()) + " biases",
         "its shape needs " + std::to_string(depth) + " x " + std::to_string(layer.outputs) +
             " weights and " + std::to_string(layer.outputs) + " biases");
  }
  if (!std::all_of(layer.weight.begin(), layer.weight.end(), finite) ||
      !std::all_of(layer.bias.begin(), layer.bias.end(), finite)) {
    fail(layer, "has a weight or bias that is not finite", "train again with a lower rate");
  }
}

void check_no_weights(const Layer& layer) {
  if (layer.outputs != 0 || !layer.weight.empty() || !layer.bias.empty() || layer.padding != 0) {
    fail(layer, "has weights, biases, outputs or padding", "a layer of this kind has none");
  }
}

/// Checks one layer against its input and gives its output shape.
Shape checked_output(const Layer& layer, const Shape& in) {
  if (!is_matrix(layer.kind)) {
    check_no_weights(layer);
    if (layer.kind == LayerKind::relu) return in;
    check_window(layer, in);
    return window_output(layer, in, in.channels);
  }
  if (layer.outputs == 0 || layer.outputs > largest_size) {
    fail(layer, "has " + std::to_string(layer.outputs) + " outputs", "give it at least one");
  }
  Shape out{1, 1, layer.outputs};
  if (layer.kind == LayerKind::convolution) {
    check_window(layer, in);
    out = window_output(layer, in, layer.outputs);
    if (!size_in_range({out.height, out.width, depth_of(layer, in)})) {
      fail(layer, "has too many kernel positions", "reduce its input or raise its stride");
    }
  }
  check_weights(layer, depth_of(layer, in));
  return out;
}

}  // namespace

std::string_view to_string(LayerKind kind) {
  for (const NamedKind& named : named_kinds) {
    if (named.kind == kind) return named.name;
  }
  return "unknown";
}

std::optional<LayerKind> layer_kind_from(std::string_view name) {
  for (const NamedKind& named : named_kinds) {
    if (named.name == name) return named.kind;
  }
  return std::nullopt;
}

std::vector<Shape> Network::shapes() const {
  if (layers.empty()) fail("network '" + name + "' has no layers", "add at least one layer");
  if (!size_in_range(input)) {
    fail("network '" + name + "' has an input of " + text(input),
         "give it a height, width and number of channels");
  }
  std::vector<Shape> shapes;
  for (LayerId id = 0; id < layers.size(); ++id) {
    check_source(layers[id], id);
    shapes.push_back(checked_output(layers[id], input_shape(id, shapes)));
    if (!size_in_range(shapes.back())) {
      fail(layers[id], "has an output of " + text(shapes.back()), "reduce its size");
    }
  }
  return shapes;
}

Shape Network::input_shape(LayerId layer, const std::vector<Shape>& shapes) const {
  const LayerId source = layers.at(layer).inputs.at(0);
  return source == network_input ? input : shapes.at(source);
}

std::vector<LayerId> Network::matrix_layers() const {
  std::vector<LayerId> found;
  for (LayerId id = 0; id < layers.size(); ++id) {
    if (is_matrix(layers[id].kind)) found.push_back(id);
  }
  return found;
}

std::size_t Network::depth(LayerId layer, const std::vector<Shape>& shapes) const {
  return depth_of(layers.at(layer), input_shape(layer, shapes));
}

std::size_t Network::positions(LayerId layer, const std::vector<Shape>& shapes) const {
  return shapes.at(layer).height * shapes.at(layer).width;
}

double accuracy(std::span<const float> scores, std::span<const unsigned char> labels) {
  if (labels.empty() || scores.empty() || scores.size() % labels.size() != 0) {
    throw base::Error("network.size",
                      std::to_string(scores.size()) + " scores do not fit " +
                          std::to_string(labels.size()) + " labels",
                      "give the same number of scores for each of one or more labels");
  }
  const std::size_t classes = scores.size() / labels.size();
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto sample = scores.subspan(i * classes, classes);
    const auto best = std::max_element(sample.begin(), sample.end()) - sample.begin();
    right += static_cast<std::size_t>(best) == labels[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

}  // namespace neucasl::network
