#include "neucasl/precision/integer_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "neucasl/workload/matrix_form.hpp"
#include "neucasl/workload/node_executor.hpp"

namespace neucasl::precision {
namespace {

/// Rows of patches that are gathered at once.
constexpr std::size_t rows_at_once = 96;

std::vector<std::int16_t> codes_of(const std::vector<float>& values, const UniformQuantiser& of,
                                   const std::string& layer) {
  std::vector<std::int16_t> codes(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (!std::isfinite(values[k])) {
      throw base::Error("precision.value",
                        "layer '" + layer + "': input " + std::to_string(k) + " is not finite",
                        "give samples whose activations are finite");
    }
    codes[k] = static_cast<std::int16_t>(of.code(static_cast<double>(values[k])));
  }
  return codes;
}

std::size_t groups_of(const workload::OperatorNode& node) {
  const auto group = node.attributes.find("group");
  return group == node.attributes.end()
             ? 1
             : static_cast<std::size_t>(std::get<std::int64_t>(group->second));
}

bool passes_codes_on(const std::string& type) {
  constexpr std::array<std::string_view, 5> types{"Relu", "MaxPool", "Flatten", "Reshape",
                                                  "Identity"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// The node that alone reads the output of `node` as its first input, through nodes that keep codes
/// what they are; nothing when there is none.
std::optional<std::size_t> layer_behind(const workload::OperatorGraph& graph, std::size_t node) {
  while (true) {
    const workload::TensorId value = graph.nodes[node].outputs.front();
    const auto& outputs = graph.outputs;
    if (std::find(outputs.begin(), outputs.end(), value) != outputs.end()) return std::nullopt;
    std::optional<std::size_t> reader;
    for (std::size_t k = node + 1; k < graph.nodes.size(); ++k) {
      const auto& inputs = graph.nodes[k].inputs;
      const auto uses = std::count(inputs.begin(), inputs.end(), value);
      if (uses == 0) continue;
      if (reader || uses > 1 || inputs.front() != value) return std::nullopt;
      reader = k;
    }
    if (!reader || !passes_codes_on(graph.nodes[*reader].type)) return reader;
    node = *reader;
  }
}

/// The stored bias of a node, one number an output, or none of it; nothing where sums are scaled or
/// the bias is of another kind.
std::optional<std::vector<float>> plain_bias(const workload::OperatorGraph& graph,
                                             std::size_t node) {
  const workload::OperatorNode& of = graph.nodes[node];
  if (of.attributes.contains("alpha") || of.attributes.contains("beta")) return std::nullopt;
  if (of.inputs.size() < 3 || of.inputs[2] == workload::no_tensor) return std::vector<float>{};
  const auto& stored = graph.tensors[of.inputs[2]].value;
  const WeightLayout layout = weight_layout(graph, node);
  if (!stored || stored->type.shape != workload::TensorShape{layout.outputs}) return std::nullopt;
  return std::get<std::vector<float>>(stored->values);
}

}  // namespace

/// Computes the matrix layers of one segment.
class IntegerNetwork::Executor final : public workload::NodeExecutor {
 public:
  Executor(const workload::OperatorGraph& graph, const std::vector<Layer>& layers,
           std::size_t segment)
      : graph_(graph), layers_(graph.nodes.size(), nullptr) {
    for (const Layer& layer : layers) {
      if (layer.segment == segment) layers_.at(layer.node) = &layer;
    }
  }

  [[nodiscard]] bool computes(std::size_t node) const override { return layers_[node] != nullptr; }

  [[nodiscard]] workload::Tensor compute(
      std::size_t node, const std::vector<const workload::Tensor*>& inputs) const override {
    const Layer& layer = *layers_[node];
    const workload::MatrixForm form(graph_, node, inputs[0]->type);
    const std::vector<std::int16_t> codes =
        codes_of(std::get<std::vector<float>>(inputs[0]->values), layer.input, layer.name);
    workload::Tensor output(form.result());
    auto& values = std::get<std::vector<float>>(output.values);
    std::vector<std::int16_t> rows(rows_at_once * form.depth());
    std::vector<float> product(rows_at_once * form.outputs());
    for (std::size_t g = 0; g < form.groups(); ++g) {
      for (std::size_t row = 0; row < form.rows(); row += rows_at_once) {
        const std::size_t count = std::min(rows_at_once, form.rows() - row);
        form.gather(codes, g, row, count, static_cast<std::int16_t>(layer.input.zero_point),
                    rows.data());
        multiply(layer, g, {rows.data(), count * form.depth()}, count, product);
        form.scatter(product.data(), g, row, count, values);
      }
    }
    if (layer.codes.empty()) form.finish(inputs.size() > 2 ? inputs[2] : nullptr, values);
    return output;
  }

 private:
  /// Codes are given on as the numbers that they stand for, which the next layer finds again.
  static void multiply(const Layer& layer, std::size_t group, std::span<const std::int16_t> rows,
                       std::size_t count, std::vector<float>& product) {
    const IntegerMatrix& matrix = layer.groups[group];
    if (layer.codes.empty()) return matrix.multiply(rows, count, layer.input, product.data());
    const OutputCodes& output = layer.codes[group];
    std::vector<std::int16_t> codes(count * matrix.outputs());
    matrix.multiply_to_codes(rows, count, layer.input, output, codes.data());
    std::transform(codes.begin(), codes.end(), product.begin(), [&](std::int16_t code) {
      return static_cast<float>(output.quantiser.value(code));
    });
  }

  const workload::OperatorGraph& graph_;
  std::vector<const Layer*> layers_;
};

void IntegerNetwork::add_layer(const workload::OperatorGraph& graph,
                               const workload::MatrixLayer& layer, const PrecisionMap& map,
                               const UniformQuantiser& input) {
  const QuantisedWeight weight = quantised_weight(graph, layer, map.at(layer.name).weight_form());
  Layer& made = layers_.emplace_back(
      Layer{layer.name, layer.segment, layer.node, input, {}, {}, weight.code.size()});
  const std::size_t groups = groups_of(graph.nodes[layer.node]);
  const std::size_t outputs = weight.layout.outputs / groups;
  for (std::size_t g = 0; g < groups; ++g) {
    made.groups.emplace_back(weight, g * outputs, outputs, input);
  }
}

void IntegerNetwork::join_layers(const workload::OperatorGraph& graph, std::size_t segment) {
  for (Layer& layer : layers_) {
    if (layer.segment != segment || !layer.groups.front().has_short_sums(layer.input)) continue;
    const auto bias = plain_bias(graph, layer.node);
    const auto reader = layer_behind(graph, layer.node);
    if (!bias || !reader) continue;
    const auto next = std::find_if(layers_.begin(), layers_.end(), [&](const Layer& other) {
      return other.segment == segment && other.node == *reader;
    });
    if (next == layers_.end()) continue;
    std::span<const float> rest(*bias);
    for (const IntegerMatrix& group : layer.groups) {
      layer.codes.push_back(group.output_codes(rest.first(rest.empty() ? 0 : group.outputs()),
                                               layer.input, next->input));
      if (!rest.empty()) rest = rest.subspan(group.outputs());
    }
  }
}

IntegerNetwork::IntegerNetwork(const workload::SegmentedNetwork& network, const PrecisionMap& map,
                               const InputQuantisers& inputs, CodesMade made)
    : network_(network) {
  map.check(layers_of(network));
  const std::size_t samples = std::max<std::size_t>(network.fixed_samples(), 1);
  for (std::size_t k = 0; k < network.segments(); ++k) {
    const workload::OperatorGraph graph = network.segment(k, samples);
    for (const workload::MatrixLayer& layer : network.matrix_layers()) {
      if (layer.segment != k) continue;
      const auto input = inputs.find(layer.name);
      if (input == inputs.end()) {
        throw base::Error("precision.layer", "layer '" + layer.name + "' has no input quantiser",
                          "calibrate the inputs of all layers");
      }
      add_layer(graph, layer, map, input->second);
    }
    if (made == CodesMade::at_sums) join_layers(graph, k);
  }
}

std::vector<std::string> IntegerNetwork::integer_results() const {
  std::vector<std::string> names;
  for (const Layer& layer : layers_) {
    if (!layer.codes.empty()) names.push_back(layer.name);
  }
  return names;
}

workload::Tensor IntegerNetwork::run(const workload::Tensor& samples,
                                     const base::CancelFlag& cancel) const {
  workload::Tensor value = samples;
  const std::size_t count = samples.type.shape.empty() ? 1 : samples.type.shape.front();
  for (std::size_t k = 0; k < network_.segments(); ++k) {
    const workload::OperatorGraph graph = network_.segment(k, count);
    value = std::move(workload::run(graph, {value}, Executor(graph, layers_, k), cancel).front());
  }
  return value;
}

WeightBytes IntegerNetwork::bytes() const {
  WeightBytes bytes;
  for (const Layer& layer : layers_) {
    bytes.floating += layer.weights * sizeof(float);
    for (const IntegerMatrix& group : layer.groups) {
      bytes.codes += group.code_bytes();
      bytes.scales += group.scale_bytes();
    }
  }
  return bytes;
}

}  // namespace neucasl::precision
