#include "neucasl/workload/reverse_pass.hpp"
#include "neucasl/workload/staged_network.hpp"

namespace neucasl::workload {

StageSlopes StagedNetwork::slopes(const Stage& stage, const Batches& inputs,
                                  const OutputSlopes& output_slopes) {
  StageSlopes result;
  result.weights.assign(stage.layers.size(), Batches(inputs.size()));
  const bool first = stage.segment == 0 && stage.index == 0;
  const bool through = !first && !inputs.empty() && is_floating(inputs.front().type.type);
  if (through) result.input.resize(inputs.size());
  std::vector<TensorId> wanted;
  const Edit edit = [&](Loaded& loaded) -> std::shared_ptr<void> {
    const OperatorGraph& graph = loaded.graphs[stage.index];
    wanted.clear();
    for (const std::size_t layer : stage.layers) {
      wanted.push_back(graph.nodes[loaded.layer_nodes.at(layer)].inputs[1]);
    }
    if (through) wanted.push_back(graph.inputs.front());
    return nullptr;
  };
  for_each_batch(stage, inputs, edit, [&](std::size_t batch, const OperatorGraph& graph) {
    if (wanted.empty()) return;
    const RecordedRun recorded(graph, {inputs[batch]}, wanted, options_.cancel);
    std::vector<Tensor> found =
        recorded.gradients({output_slopes(batch, recorded.outputs().front())});
    for (std::size_t k = 0; k < stage.layers.size(); ++k) {
      result.weights[k][batch] = std::move(found[k]);
    }
    if (through) result.input[batch] = std::move(found.back());
  });
  return result;
}

}  // namespace neucasl::workload
