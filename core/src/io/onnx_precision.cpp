#include <algorithm>
#include <set>

#include "neucasl/io/precision_exchange.hpp"

namespace neucasl::io {
namespace {

using precision::ActivationForm;
using precision::Granularity;
using precision::LayerPrecision;
using workload::ElementType;
using workload::OperatorGraph;
using workload::OperatorNode;
using workload::TensorId;

/// A DequantizeLinear that a layer reads.
struct Codes {
  ElementType type = ElementType::int8;
  std::size_t scales = 1;
  bool zero_points = false;  ///< Some are not 0.
};

class QuantisedModel {
 public:
  explicit QuantisedModel(const OperatorGraph& graph)
      : graph_(graph), types_(workload::infer_shapes(graph)), writer_(graph.tensors.size(), none) {
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
      for (const TensorId id : graph.nodes[node].outputs) {
        if (id != workload::no_tensor) writer_[id] = node;
      }
    }
  }

  /// Nothing when the input does not come from one, also not through what only moves data.
  [[nodiscard]] std::optional<Codes> codes_of(TensorId id) const {
    static const std::set<std::string> movements{"Reshape", "Transpose", "Flatten",
                                                 "Squeeze", "Unsqueeze", "Identity"};
    while (id != workload::no_tensor && writer_[id] != none) {
      const OperatorNode& node = graph_.nodes[writer_[id]];
      if (node.type == "DequantizeLinear") return read(node);
      if (!movements.contains(node.type)) return std::nullopt;
      id = node.inputs.at(0);
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] Codes read(const OperatorNode& node) const {
    Codes codes;
    codes.type = types_[node.inputs[0]]->type;
    codes.scales = types_[node.inputs[1]]->elements();
    if (node.inputs.size() < 3 || node.inputs[2] == workload::no_tensor) return codes;
    const auto& zero = graph_.tensors[node.inputs[2]].value;
    // Zero points that are computed are taken for others than 0.
    if (!zero) {
      codes.zero_points = true;
      return codes;
    }
    const auto& values = std::get<std::vector<std::int64_t>>(zero->values);
    codes.zero_points =
        std::any_of(values.begin(), values.end(), [](std::int64_t z) { return z != 0; });
    return codes;
  }

  const OperatorGraph& graph_;
  std::vector<std::optional<workload::TensorType>> types_;
  std::vector<std::size_t> writer_;
};

bool is_unsigned(ElementType type) {
  return type == ElementType::uint8 || type == ElementType::uint16;
}

int bits_of_codes(ElementType type) {
  return type == ElementType::int8 || type == ElementType::uint8 ? 8 : precision::most_bits;
}

LayerPrecision form_of(const std::optional<Codes>& input, const std::optional<Codes>& weight) {
  LayerPrecision layer;
  layer.weight_bits = precision::most_bits;
  layer.activation_bits = precision::most_bits;
  layer.activation_form = ActivationForm::symmetric;
  if (weight) {
    layer.weight_bits = bits_of_codes(weight->type);
    layer.weight_affine = weight->zero_points || is_unsigned(weight->type);
    layer.granularity = weight->scales > 1 ? Granularity::channel : Granularity::tensor;
  }
  if (input) {
    layer.activation_bits = bits_of_codes(input->type);
    if (input->zero_points) {
      layer.activation_form = ActivationForm::affine;
    } else if (is_unsigned(input->type)) {
      layer.activation_form = ActivationForm::not_negative;
    }
  }
  return layer;
}

/// The node that an operation of the workload was made of: by its name, or "Type_index".
const OperatorNode& node_of(const OperatorGraph& graph, const std::string& operation) {
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const OperatorNode& node = graph.nodes[k];
    if (node.name == operation || node.type + '_' + std::to_string(k) == operation) return node;
  }
  throw base::Error("io.precision-import", "no node is named '" + operation + "'",
                    "give nodes distinct names", {graph.file, 0, 0});
}

}  // namespace

ImportedPrecision import_precision(const OperatorGraph& graph) {
  const precision::NetworkLayers network = precision::layers_of(workload::to_workload(graph));
  const QuantisedModel model(graph);
  ImportedPrecision result;
  result.map.network = network.network;
  result.map.method = "onnx-qdq";
  result.map.structure = network.structure();
  result.map.where = {graph.file, 0, 0};
  bool any = false;
  for (const precision::NetworkLayers::Layer& layer : network.layers) {
    const OperatorNode& node = node_of(graph, layer.name);
    const std::optional<Codes> input = model.codes_of(node.inputs.at(0));
    const std::optional<Codes> weight = model.codes_of(node.inputs.at(1));
    any = any || input || weight;
    LayerPrecision& made = result.map.layers.emplace_back(form_of(input, weight));
    made.layer = layer.name;
  }
  if (!any) {
    throw base::Error("io.precision-import", "no layer reads a DequantizeLinear",
                      "give a model with QuantizeLinear and DequantizeLinear", {graph.file, 0, 0});
  }
  result.map.check(network);
  return result;
}

}  // namespace neucasl::io
