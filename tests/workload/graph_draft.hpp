#pragma once

#include <random>
#include <string>
#include <vector>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Operator graphs that grow node by node.

namespace neucasl::workload {

class GraphDraft {
 public:
  using Attributes = std::map<std::string, Attribute>;

  TensorId input(const std::string& name, const TensorShape& shape) {
    const TensorId id = graph.tensor(name);
    graph.tensors[id].declared = TensorType{ElementType::float32, shape};
    graph.inputs.push_back(id);
    return id;
  }
  TensorId stored(Tensor value) {
    graph.tensors.push_back(
        {"stored" + std::to_string(graph.tensors.size()), std::move(value), {}});
    return graph.tensors.size() - 1;
  }
  TensorId number(float value) { return stored(Tensor(TensorShape{}, std::vector<float>{value})); }
  TensorId integers(const std::vector<std::int64_t>& values) {
    return stored(Tensor(TensorShape{values.size()}, values));
  }
  /// Numbers of about 1 / sqrt(all but the first size).
  TensorId weight(const TensorShape& shape) {
    Tensor tensor(TensorType{ElementType::float32, shape});
    auto& values = std::get<std::vector<float>>(tensor.values);
    const double scale =
        std::sqrt(static_cast<double>(shape[0]) / static_cast<double>(tensor.type.elements()));
    std::normal_distribution<double> normal(0.0, scale);
    for (float& value : values) value = static_cast<float>(normal(random_));
    return stored(std::move(tensor));
  }
  TensorId zeros(const TensorShape& shape) {
    return stored(Tensor(TensorType{ElementType::float32, shape}));
  }
  TensorId node(const std::string& type, const std::vector<TensorId>& inputs,
                const Attributes& attributes = {}, const std::string& name = "") {
    graph.tensors.push_back({"t" + std::to_string(graph.tensors.size()), {}, {}});
    const TensorId output = graph.tensors.size() - 1;
    graph.nodes.push_back({name, type, inputs, {output}, attributes});
    return output;
  }
  const std::vector<float>& values(TensorId id) const {
    return std::get<std::vector<float>>(graph.tensors[id].value->values);
  }

  OperatorGraph graph;

 private:
  std::mt19937 random_{1};
};

}  // namespace neucasl::workload
