#include <cstdio>

#include "neucasl/base/hash.hpp"
#include "neucasl/workload/graph_network.hpp"

namespace neucasl::workload {
namespace {

/// Writes what is hashed; every item ends with a byte that no number or name has.
class StructureText {
 public:
  void item(std::string_view text) {
    hash_.update(text);
    hash_.update(std::string_view("\0", 1));
  }
  void number(std::size_t value) { item(std::to_string(value)); }
  void type(const TensorType& type) {
    item(to_string(type.type));
    item(to_string(type.shape));
  }
  void value(const Tensor& tensor) {
    type(tensor.type);
    if (is_floating(tensor.type.type)) return;
    for (const std::int64_t one : std::get<std::vector<std::int64_t>>(tensor.values)) {
      item(std::to_string(one));
    }
  }
  void attribute(const Attribute& attribute) {
    number(attribute.index());
    std::visit([&](const auto& value) { write(value); }, attribute);
  }
  [[nodiscard]] std::string hex() { return hash_.hex(); }

 private:
  void write(std::int64_t value) { item(std::to_string(value)); }
  void write(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%a", value);
    item(text);
  }
  void write(const std::string& text) { item(text); }
  void write(const Tensor& tensor) { value(tensor); }
  template <class T>
  void write(const std::vector<T>& list) {
    number(list.size());
    for (const T& one : list) write(one);
  }

  base::Sha256 hash_;
};

void write_graph(const OperatorGraph& graph, StructureText& text) {
  // Tensors by the order in which they are met, so that their ids do not matter.
  std::vector<std::size_t> order(graph.tensors.size(), 0);
  std::size_t next = 0;
  const auto write = [&](const std::vector<TensorId>& ids) {
    text.number(ids.size());
    for (const TensorId id : ids) {
      if (id == no_tensor) {
        text.item("none");
        continue;
      }
      const bool first = order[id] == 0;
      if (first) order[id] = ++next;
      text.number(order[id]);
      if (!first) continue;
      if (graph.tensors[id].value) text.value(*graph.tensors[id].value);
      if (graph.tensors[id].declared) text.type(*graph.tensors[id].declared);
    }
  };
  text.number(static_cast<std::size_t>(graph.opset));
  write(graph.inputs);
  text.number(graph.nodes.size());
  for (const OperatorNode& node : graph.nodes) {
    text.item(node.name);
    text.item(node.type);
    write(node.inputs);
    write(node.outputs);
    text.number(node.attributes.size());
    for (const auto& [name, value] : node.attributes) {
      text.item(name);
      text.attribute(value);
    }
  }
  write(graph.outputs);
}

}  // namespace

std::string structure_hash(const OperatorGraph& graph) {
  StructureText text;
  write_graph(graph, text);
  return text.hex();
}

std::string structure_hash(const SegmentedNetwork& network) {
  StructureText text;
  const std::size_t samples = network.fixed_samples() == 0 ? 1 : network.fixed_samples();
  text.number(network.segments());
  for (std::size_t k = 0; k < network.segments(); ++k) {
    write_graph(network.segment(k, samples), text);
  }
  for (const MatrixLayer& layer : network.matrix_layers()) {
    text.item(layer.name);
    text.number(layer.segment);
    text.number(layer.node);
  }
  return text.hex();
}

}  // namespace neucasl::workload
