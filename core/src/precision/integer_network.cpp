#include "neucasl/precision/integer_network.hpp"

#include <algorithm>
#include <cmath>

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
        layer.groups[g].multiply({rows.data(), count * form.depth()}, count, layer.input,
                                 product.data());
        form.scatter(product.data(), g, row, count, values);
      }
    }
    form.finish(inputs.size() > 2 ? inputs[2] : nullptr, values);
    return output;
  }

 private:
  const workload::OperatorGraph& graph_;
  std::vector<const Layer*> layers_;
};

IntegerNetwork::IntegerNetwork(const workload::SegmentedNetwork& network, const PrecisionMap& map,
                               InputQuantisers inputs)
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
      const QuantisedWeight weight =
          quantised_weight(graph, layer, map.at(layer.name).weight_form());
      Layer& made = layers_.emplace_back(
          Layer{layer.name, k, layer.node, input->second, {}, weight.code.size()});
      const std::size_t groups = groups_of(graph.nodes[layer.node]);
      const std::size_t outputs = weight.layout.outputs / groups;
      for (std::size_t g = 0; g < groups; ++g) {
        made.groups.emplace_back(weight, g * outputs, outputs, made.input);
      }
    }
  }
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
