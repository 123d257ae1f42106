#include "layer_graph.hpp"

#include <algorithm>

#include "neucasl/workload/graph_network.hpp"

namespace neucasl::workload {
namespace {

/// Makes the graph of a network layer by layer. Images are channels first; behind a dense layer
/// there are samples x features, which are images of 1 x 1.
class LayerGraph {
 public:
  explicit LayerGraph(const network::Network& network)
      : network_(network), shapes_(network.shapes()) {
    graph_.name = network.name;
    const TensorId input = graph_.tensor("input");
    const network::Shape& shape = network.input;
    graph_.tensors[input].declared =
        TensorType{ElementType::float32, {1, shape.channels, shape.height, shape.width}};
    graph_.inputs = {input};
    input_ = {input, false};
  }

  OperatorGraph run() {
    for (network::LayerId id = 0; id < network_.layers.size(); ++id) {
      const network::Layer& layer = network_.layers[id];
      switch (layer.kind) {
        case network::LayerKind::convolution:
          results_.push_back(convolution(layer, id));
          break;
        case network::LayerKind::dense:
          results_.push_back(dense(layer, id));
          break;
        case network::LayerKind::relu:
          results_.push_back(
              {node("Relu", layer.name, {input_of(layer).tensor}), input_of(layer).flat});
          break;
        case network::LayerKind::max_pool:
          results_.push_back(pool(layer));
          break;
      }
    }
    TensorId scores = results_.back().tensor;
    if (!results_.back().flat) {
      scores = node("Transpose", "", {scores}, {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}});
      scores = node("Flatten", "", {scores});
    }
    graph_.outputs = {scores};
    return std::move(graph_);
  }

 private:
  struct Result {
    TensorId tensor = 0;
    bool flat = false;
  };

  [[nodiscard]] Result input_of(const network::Layer& layer) const {
    const network::LayerId id = layer.inputs.at(0);
    return id == network::network_input ? input_ : results_[id];
  }

  TensorId image_of(const network::Layer& layer) {
    const Result input = input_of(layer);
    if (!input.flat) return input.tensor;
    const TensorId shape = store(layer.name + ".shape",
                                 Tensor(TensorShape{4}, std::vector<std::int64_t>{0, -1, 1, 1}));
    return node("Reshape", "", {input.tensor, shape});
  }

  TensorId store(const std::string& name, Tensor value) {
    graph_.tensors.push_back({name, std::move(value), {}});
    return graph_.tensors.size() - 1;
  }

  TensorId node(const std::string& type, const std::string& name, std::vector<TensorId> inputs,
                std::map<std::string, Attribute> attributes = {}) {
    graph_.tensors.push_back(
        {name.empty() ? "result" + std::to_string(graph_.tensors.size()) : name, {}, {}});
    const TensorId output = graph_.tensors.size() - 1;
    graph_.nodes.push_back({name, type, std::move(inputs), {output}, std::move(attributes)});
    return output;
  }

  Result convolution(const network::Layer& layer, network::LayerId id) {
    const std::size_t channels = network_.input_shape(id, shapes_).channels;
    const std::size_t taps = layer.kernel * layer.kernel;
    std::vector<float> weight(layer.weight.size());
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t tap = 0; tap < taps; ++tap) {
          weight[(o * channels + c) * taps + tap] =
              layer.weight[(tap * channels + c) * layer.outputs + o];
        }
      }
    }
    const TensorId image = image_of(layer);
    const TensorShape shape{layer.outputs, channels, layer.kernel, layer.kernel};
    const TensorId w = store(layer.name + ".weight", Tensor(shape, std::move(weight)));
    const TensorId b = store(layer.name + ".bias", Tensor(TensorShape{layer.outputs}, layer.bias));
    return {
        node("Conv", layer.name, {image, w, b},
             {{"strides", twice(layer.stride)},
              {"pads", std::vector<std::int64_t>(4, static_cast<std::int64_t>(layer.padding))}}),
        false};
  }

  Result dense(const network::Layer& layer, network::LayerId id) {
    const network::Shape shape = network_.input_shape(id, shapes_);
    const Result input = input_of(layer);
    const TensorId x = input.flat ? input.tensor : node("Flatten", "", {input.tensor});
    std::vector<float> weight(layer.weight.size());
    const std::size_t places = shape.height * shape.width;
    for (std::size_t at = 0; at < places; ++at) {
      for (std::size_t c = 0; c < shape.channels; ++c) {
        std::copy_n(
            layer.weight.begin() +
                static_cast<std::ptrdiff_t>((at * shape.channels + c) * layer.outputs),
            layer.outputs,
            weight.begin() + static_cast<std::ptrdiff_t>((c * places + at) * layer.outputs));
      }
    }
    const TensorId w =
        store(layer.name + ".weight", Tensor({shape.size(), layer.outputs}, std::move(weight)));
    const TensorId b = store(layer.name + ".bias", Tensor(TensorShape{layer.outputs}, layer.bias));
    return {node("Gemm", layer.name, {x, w, b}), true};
  }

  Result pool(const network::Layer& layer) {
    const TensorId image = image_of(layer);
    return {node("MaxPool", layer.name, {image},
                 {{"kernel_shape", twice(layer.kernel)}, {"strides", twice(layer.stride)}}),
            false};
  }

  static std::vector<std::int64_t> twice(std::size_t value) {
    return std::vector<std::int64_t>(2, static_cast<std::int64_t>(value));
  }

  const network::Network& network_;
  std::vector<network::Shape> shapes_;
  OperatorGraph graph_;
  Result input_;
  std::vector<Result> results_;
};

}  // namespace

OperatorGraph graph_of(const network::Network& network) { return LayerGraph(network).run(); }

Tensor image_samples(const network::Shape& shape, std::span<const float> images,
                     std::size_t count) {
  if (images.size() != count * shape.size()) {
    throw base::Error("network.size",
                      std::to_string(images.size()) + " values do not make " +
                          std::to_string(count) + " images of " + std::to_string(shape.size()),
                      "give whole images");
  }
  const std::size_t places = shape.height * shape.width;
  std::vector<float> values(images.size());
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t at = 0; at < places; ++at) {
      for (std::size_t c = 0; c < shape.channels; ++c) {
        values[n * shape.size() + c * places + at] =
            images[n * shape.size() + at * shape.channels + c];
      }
    }
  }
  return {TensorShape{count, shape.channels, shape.height, shape.width}, std::move(values)};
}

}  // namespace neucasl::workload
