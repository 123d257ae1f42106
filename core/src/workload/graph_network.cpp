#include "neucasl/workload/graph_network.hpp"

#include <algorithm>
#include <stdexcept>

#include "graph_walk.hpp"
#include "layer_graph.hpp"

namespace neucasl::workload {

namespace {

/// A network of one graph that lies in memory.
class GraphNetwork : public SegmentedNetwork {
 public:
  GraphNetwork(OperatorGraph graph, std::vector<MatrixLayer> layers, std::size_t fixed_samples)
      : graph_(std::move(graph)), layers_(std::move(layers)), fixed_samples_(fixed_samples) {}

  [[nodiscard]] const std::string& name() const override { return graph_.name; }
  [[nodiscard]] std::size_t segments() const override { return 1; }
  [[nodiscard]] OperatorGraph segment(std::size_t index, std::size_t samples) const override {
    if (index != 0) throw std::out_of_range("a network of one segment");
    if (fixed_samples_ != 0 && samples != fixed_samples_) {
      throw base::Error("onnx.shape",
                        "'" + graph_.name + "' is made for " + std::to_string(fixed_samples_) +
                            " samples, not " + std::to_string(samples),
                        "give as many", {graph_.file, 0, 0});
    }
    OperatorGraph graph = graph_;
    graph.tensors[graph.inputs[0]].declared->shape[0] = samples;
    return graph;
  }
  [[nodiscard]] const std::vector<MatrixLayer>& matrix_layers() const override { return layers_; }
  [[nodiscard]] std::size_t fixed_samples() const override { return fixed_samples_; }

 private:
  OperatorGraph graph_;
  std::vector<MatrixLayer> layers_;
  std::size_t fixed_samples_;
};

/// Computes the nodes that read stored values only, and stores what they give.
OperatorGraph folded(OperatorGraph graph) {
  std::vector<OperatorNode> nodes;
  for (std::size_t index = 0; index < graph.nodes.size(); ++index) {
    const OperatorNode& node = graph.nodes[index];
    const bool stored = std::all_of(node.inputs.begin(), node.inputs.end(), [&](TensorId id) {
      return id == no_tensor || graph.tensors[id].value.has_value();
    });
    if (!stored) {
      nodes.push_back(node);
      continue;
    }
    std::vector<NodeInput> inputs;
    inputs.reserve(node.inputs.size());
    for (const TensorId id : node.inputs) {
      inputs.push_back(id == no_tensor ? NodeInput{}
                                       : NodeInput{&graph.tensors[id].value->type,
                                                   &*graph.tensors[id].value, true});
    }
    const NodeView view(graph, index, std::move(inputs));
    const Operator& rule = *find_operator(node.type);
    std::vector<Tensor> values = computed(view, rule, inferred_types(view, rule));
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (node.outputs[k] != no_tensor) graph.tensors[node.outputs[k]].value = std::move(values[k]);
    }
  }
  graph.nodes = std::move(nodes);
  return graph;
}

void drop_unread_values(OperatorGraph& graph) {
  std::vector<bool> read(graph.tensors.size(), false);
  for (const OperatorNode& node : graph.nodes) {
    for (const TensorId id : node.inputs) {
      if (id != no_tensor) read[id] = true;
    }
  }
  for (const TensorId id : graph.outputs) read[id] = true;
  for (TensorId id = 0; id < read.size(); ++id) {
    if (!read[id]) graph.tensors[id].value.reset();
  }
}

}  // namespace

std::vector<MatrixLayer> matrix_layers_of(const OperatorGraph& graph, std::size_t segment,
                                          std::size_t samples) {
  const std::vector<std::string> names = graph.node_names();
  std::vector<MatrixLayer> layers;
  walk_shapes(graph, {}, [&](std::size_t index, const NodeView& view) {
    const OperatorNode& node = graph.nodes[index];
    const Operator& rule = *find_operator(node.type);
    if (rule.product == nullptr || node.inputs.size() < 2) return;
    const std::optional<Tensor>& weight = graph.tensors[node.inputs[1]].value;
    if (!weight || !is_floating(weight->type.type)) return;
    const MatrixProduct product = rule.product(view);
    MatrixLayer layer;
    layer.name = names[index];
    layer.segment = segment;
    layer.node = index;
    layer.depth = product.depth;
    layer.outputs = product.count * product.outputs;
    layer.positions = product.positions / samples;
    layers.push_back(std::move(layer));
  });
  return layers;
}

std::unique_ptr<SegmentedNetwork> segmented(OperatorGraph graph) {
  const auto fail = [&](const char* code, const std::string& what, const std::string& remedy) {
    throw base::Error(code, "'" + graph.name + "' " + what, remedy, {graph.file, 0, 0});
  };
  graph.check();
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    fail("onnx.graph",
         "has " + std::to_string(graph.inputs.size()) + " inputs and " +
             std::to_string(graph.outputs.size()) + " outputs",
         "give a network of one input and one output");
  }
  const std::optional<TensorType>& declared = graph.tensors[graph.inputs[0]].declared;
  if (!declared || declared->shape.empty() || declared->shape[0] == 0) {
    fail("onnx.dynamic-shape", "has an input without samples", "give its shape, samples first");
  }
  const std::size_t samples = declared->shape[0];
  // Before nodes with known values go, so that layers are called as in the workload of the graph.
  const std::vector<std::string> names = graph.node_names();
  for (std::size_t k = 0; k < names.size(); ++k) graph.nodes[k].name = names[k];
  graph = folded(std::move(graph));
  drop_unread_values(graph);
  std::vector<MatrixLayer> layers = matrix_layers_of(graph, 0, samples);
  if (layers.empty()) {
    fail("onnx.graph", "has no matrix layer", "give a network with stored weights");
  }
  return std::make_unique<GraphNetwork>(std::move(graph), std::move(layers), samples);
}

std::unique_ptr<SegmentedNetwork> segmented(const network::Network& network) {
  OperatorGraph graph = graph_of(network);
  std::vector<MatrixLayer> layers = matrix_layers_of(graph, 0, 1);
  return std::make_unique<GraphNetwork>(std::move(graph), std::move(layers), 0);
}

}  // namespace neucasl::workload
