#include "neucasl/workload/staged_network.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "graph_cut.hpp"
#include "neucasl/workload/chain.hpp"

namespace neucasl::workload {
namespace {

using base::Error;

std::size_t samples_of(const Tensor& batch) { return batch.type.shape.front(); }

Tensor rows_of(const Tensor& samples, std::size_t first, std::size_t count) {
  Tensor result;
  result.type = samples.type;
  result.type.shape.front() = count;
  const std::size_t each = samples.size() / samples_of(samples);
  std::visit(
      [&](const auto& values) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first * each);
        result.values = std::decay_t<decltype(values)>(
            begin, begin + static_cast<std::ptrdiff_t>(count * each));
      },
      samples.values);
  return result;
}

std::size_t stored_bytes(const OperatorGraph& graph) {
  std::size_t bytes = 0;
  for (const GraphTensor& tensor : graph.tensors) {
    if (!tensor.value) continue;
    std::visit([&](const auto& values) { bytes += values.size() * sizeof(values.front()); },
               tensor.value->values);
  }
  return bytes;
}

/// Gives a layer whose weight others read too a weight of its own.
void separate_weight(OperatorGraph& graph, std::size_t node) {
  const TensorId weight = graph.nodes[node].inputs.at(1);
  std::size_t readers = 0;
  for (const OperatorNode& one : graph.nodes) {
    readers += static_cast<std::size_t>(std::count(one.inputs.begin(), one.inputs.end(), weight));
  }
  if (readers < 2) return;
  graph.nodes[node].inputs[1] = graph.tensors.size();
  GraphTensor copy = graph.tensors[weight];
  copy.name += " of " + graph.title(node);
  graph.tensors.push_back(std::move(copy));
}

/// Puts values into a stored tensor of a floating type and takes the old ones.
void exchange(Tensor& tensor, std::vector<float>& values, const std::string& layer) {
  if (tensor.size() != values.size()) {
    throw Error("workload.weight",
                "layer '" + layer + "' has " + std::to_string(tensor.size()) + " weights, not " +
                    std::to_string(values.size()),
                "give as many");
  }
  if (auto* own = std::get_if<std::vector<float>>(&tensor.values)) {
    own->swap(values);
    return;
  }
  auto& own = std::get<std::vector<double>>(tensor.values);
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto old = static_cast<float>(own[i]);
    own[i] = static_cast<double>(values[i]);
    values[i] = old;
  }
}

/// Other values of weights for as long as this lives.
class OtherWeights {
 public:
  OtherWeights() = default;
  ~OtherWeights() {
    for (auto& [tensor, values] : own_) exchange(*tensor, values, "");
  }
  OtherWeights(const OtherWeights&) = delete;
  OtherWeights& operator=(const OtherWeights&) = delete;

  void set(Tensor& tensor, std::vector<float> values, const std::string& layer) {
    exchange(tensor, values, layer);
    own_.emplace_back(&tensor, std::move(values));
  }

 private:
  std::vector<std::pair<Tensor*, std::vector<float>>> own_;
};

/// Other outputs of a graph for as long as this lives.
class OtherOutputs {
 public:
  OtherOutputs(OperatorGraph& graph, std::vector<TensorId> outputs)
      : graph_(graph), own_(std::move(graph.outputs)) {
    graph_.outputs = std::move(outputs);
  }
  ~OtherOutputs() { graph_.outputs = std::move(own_); }
  OtherOutputs(const OtherOutputs&) = delete;
  OtherOutputs& operator=(const OtherOutputs&) = delete;

 private:
  OperatorGraph& graph_;
  std::vector<TensorId> own_;
};

/// Lets a node read an input of the graph instead of its own for as long as this lives.
class OtherInput {
 public:
  OtherInput(OperatorGraph& graph, std::size_t node) : graph_(graph), node_(node) {
    own_ = graph.nodes[node].inputs.at(0);
    graph.nodes[node].inputs[0] = graph.tensors.size();
    graph.inputs.push_back(graph.tensors.size());
    graph.tensors.push_back({"changed input of " + graph.title(node), std::nullopt, std::nullopt});
  }
  ~OtherInput() {
    graph_.tensors.pop_back();
    graph_.inputs.pop_back();
    graph_.nodes[node_].inputs[0] = own_;
  }
  OtherInput(const OtherInput&) = delete;
  OtherInput& operator=(const OtherInput&) = delete;

 private:
  OperatorGraph& graph_;
  std::size_t node_;
  TensorId own_;
};

/// Which targets belong to which batch.
class TargetRows {
 public:
  TargetRows(const Batches& batches, const std::vector<std::int64_t>& targets) : targets_(targets) {
    for (const Tensor& batch : batches) {
      starts_.push_back(starts_.back() + samples_of(batch));
    }
    const std::size_t samples = starts_.back();
    if (samples == 0 || targets.size() % samples != 0) {
      throw Error(
          "workload.targets",
          std::to_string(targets.size()) + " targets for " + std::to_string(samples) + " samples",
          "give as many for each sample");
    }
    each_ = targets.size() / samples;
  }
  [[nodiscard]] std::span<const std::int64_t> of(std::size_t batch) const {
    return std::span(targets_).subspan(starts_[batch] * each_,
                                       (starts_[batch + 1] - starts_[batch]) * each_);
  }

 private:
  const std::vector<std::int64_t>& targets_;
  std::vector<std::size_t> starts_{0};
  std::size_t each_ = 1;
};

/// Of the tensors that nodes write, by name.
std::map<std::string, std::size_t> first_dimensions(const OperatorGraph& graph) {
  const auto types = infer_shapes(graph);
  std::map<std::string, std::size_t> result;
  for (const OperatorNode& node : graph.nodes) {
    for (const TensorId id : node.outputs) {
      if (id == no_tensor || !types[id] || types[id]->shape.empty()) continue;
      result[graph.tensors[id].name] = types[id]->shape.front();
    }
  }
  return result;
}

ScoreSums judge(const Tensor& scores, std::span<const std::int64_t> targets) {
  ScoreSums sums;
  sums.targets = static_cast<std::size_t>(
      std::count_if(targets.begin(), targets.end(), [](std::int64_t one) { return one >= 0; }));
  if (sums.targets == 0) return sums;
  const auto count = static_cast<double>(sums.targets);
  sums.loss = cross_entropy(scores, targets) * count;
  sums.right = static_cast<std::size_t>(std::llround(accuracy(scores, targets) * count));
  return sums;
}

ScoreSums sum_of(const std::vector<ScoreSums>& parts) {
  ScoreSums sums;
  for (const ScoreSums& part : parts) {
    sums.loss += part.loss;
    sums.right += part.right;
    sums.targets += part.targets;
  }
  if (sums.targets > 0) return sums;
  throw Error("workload.targets", "no target counts", "give at least one that is not negative");
}

}  // namespace

StagedNetwork::StagedNetwork(const SegmentedNetwork& network, const StagedOptions& options)
    : network_(network), options_(options) {}

std::size_t StagedNetwork::batch_size() const {
  const std::size_t fixed = network_.fixed_samples();
  return fixed > 0 ? fixed : std::max<std::size_t>(1, options_.batch);
}

Batches StagedNetwork::batches(const Tensor& samples) const {
  const std::size_t count = samples.type.shape.empty() ? 0 : samples_of(samples);
  const std::size_t fixed = network_.fixed_samples();
  if (count == 0 || (fixed > 0 && count % fixed != 0)) {
    throw Error(
        "workload.samples",
        "network '" + network_.name() + "' takes " +
            (fixed > 0 ? std::to_string(fixed) + " samples at a time, not " : "samples, not ") +
            std::to_string(count),
        fixed > 0 ? "give a multiple of " + std::to_string(fixed) : "give at least one");
  }
  Batches result;
  for (std::size_t first = 0; first < count; first += batch_size()) {
    result.push_back(rows_of(samples, first, std::min(batch_size(), count - first)));
  }
  return result;
}

const std::vector<Stage>& StagedNetwork::stages(std::size_t segment) {
  if (const auto known = stages_.find(segment); known != stages_.end()) return known->second;
  static_cast<void>(load(segment, batch_size()));
  return stages_.at(segment);
}

const Stage& StagedNetwork::stage_of(std::size_t layer) {
  const std::vector<Stage>& all = stages(network_.matrix_layers().at(layer).segment);
  return *std::find_if(all.begin(), all.end(), [layer](const Stage& stage) {
    return std::find(stage.layers.begin(), stage.layers.end(), layer) != stage.layers.end();
  });
}

PlacedLayer StagedNetwork::place(std::size_t layer) {
  const Stage& stage = stage_of(layer);
  const Loaded& loaded = load(stage.segment, batch_size());
  return {loaded.graphs[stage.index], loaded.layer_nodes.at(layer)};
}

std::vector<float> StagedNetwork::weight(std::size_t layer) {
  const PlacedLayer placed = place(layer);
  const TensorId id = placed.graph.nodes[placed.node].inputs[1];
  const Tensor& tensor = *placed.graph.tensors[id].value;
  if (const auto* own = std::get_if<std::vector<float>>(&tensor.values)) return *own;
  const auto& own = std::get<std::vector<double>>(tensor.values);
  std::vector<float> result(own.size());
  std::transform(own.begin(), own.end(), result.begin(),
                 [](double value) { return static_cast<float>(value); });
  return result;
}

StagedNetwork::Loaded& StagedNetwork::load(std::size_t segment, std::size_t samples) {
  const auto known = std::find_if(loaded_.begin(), loaded_.end(), [&](const Loaded& one) {
    return one.segment == segment && one.samples == samples;
  });
  if (known != loaded_.end()) {
    loaded_.splice(loaded_.begin(), loaded_, known);
    return loaded_.front();
  }
  drop_old();
  OperatorGraph graph = network_.segment(segment, samples);
  std::vector<std::size_t> heads;
  std::vector<std::size_t> layers;
  for (std::size_t layer = 0; layer < network_.matrix_layers().size(); ++layer) {
    const MatrixLayer& one = network_.matrix_layers()[layer];
    if (one.segment != segment) continue;
    separate_weight(graph, one.node);
    heads.push_back(one.node);
    layers.push_back(layer);
  }
  std::sort(heads.begin(), heads.end());
  const std::vector<std::size_t> starts = stage_starts(graph, heads);
  Loaded made;
  made.segment = segment;
  made.samples = samples;
  made.bytes = stored_bytes(graph);
  std::vector<Stage> stages(starts.size());
  for (std::size_t k = 0; k < starts.size(); ++k) stages[k] = {segment, k, {}, 1};
  for (const std::size_t layer : layers) {
    const std::size_t node = network_.matrix_layers()[layer].node;
    const auto stage = static_cast<std::size_t>(
        std::upper_bound(starts.begin(), starts.end(), node) - starts.begin() - 1);
    stages[stage].layers.push_back(layer);
    made.layer_nodes[layer] = node - starts[stage];
  }
  const std::map<std::string, std::size_t> sizes =
      stages_.contains(segment) ? std::map<std::string, std::size_t>() : first_dimensions(graph);
  made.graphs = cut(std::move(graph), starts);
  if (!stages_.contains(segment)) {
    for (std::size_t k = 1; k < stages.size(); ++k) {
      const OperatorGraph& part = made.graphs[k];
      stages[k].rows = sizes.at(part.tensors[part.inputs.front()].name) / samples;
    }
    stages_.emplace(segment, std::move(stages));
  }
  loaded_.push_front(std::move(made));
  return loaded_.front();
}

void StagedNetwork::drop_old() {
  std::size_t bytes = 0;
  for (auto one = loaded_.begin(); one != loaded_.end();) {
    bytes += one->bytes;
    one = bytes > options_.memory ? loaded_.erase(one) : std::next(one);
  }
}

const Stage* StagedNetwork::next(const Stage& stage) {
  const std::vector<Stage>& here = stages(stage.segment);
  if (stage.index + 1 < here.size()) return &here[stage.index + 1];
  if (stage.segment + 1 < segments()) return &stages(stage.segment + 1).front();
  return nullptr;
}

void StagedNetwork::for_each_batch(const Stage& stage, const Batches& inputs, const Edit& edit,
                                   const BatchBody& body) {
  for (std::size_t first = 0; first < inputs.size();) {
    const std::size_t rows = samples_of(inputs[first]);
    std::size_t end = first;
    while (end < inputs.size() && samples_of(inputs[end]) == rows) ++end;
    Loaded& loaded = load(stage.segment, rows / stage.rows);
    const std::shared_ptr<void> edited = edit(loaded);
    base::parallel_for(end - first, options_.threads, options_.cancel,
                       [&](std::size_t k) { body(first + k, loaded.graphs[stage.index]); });
    first = end;
  }
}

StagedNetwork::Edit StagedNetwork::weights_of(const Stage& stage, const WeightChanges& changes) {
  return [this, &stage, &changes](Loaded& loaded) {
    auto others = std::make_shared<OtherWeights>();
    OperatorGraph& graph = loaded.graphs[stage.index];
    for (const std::size_t layer : stage.layers) {
      const auto change = changes.find(layer);
      if (change == changes.end()) continue;
      const TensorId id = graph.nodes[loaded.layer_nodes.at(layer)].inputs[1];
      others->set(*graph.tensors[id].value, change->second, network_.matrix_layers()[layer].name);
    }
    return others;
  };
}

Batches StagedNetwork::run(const Stage& stage, const Batches& inputs,
                           const WeightChanges& changes) {
  Batches outputs(inputs.size());
  for_each_batch(stage, inputs, weights_of(stage, changes),
                 [&](std::size_t batch, const OperatorGraph& graph) {
                   outputs[batch] =
                       std::move(workload::run(graph, {inputs[batch]}, options_.cancel).front());
                 });
  return outputs;
}

Batches StagedNetwork::run_to_segment_end(const Stage& stage, const Batches& inputs,
                                          const WeightChanges& changes) {
  Batches values = run(stage, inputs, changes);
  const std::vector<Stage>& all = stages(stage.segment);
  for (std::size_t k = stage.index + 1; k < all.size(); ++k) values = run(all[k], values, changes);
  return values;
}

ScoreSums StagedNetwork::score(const Stage& stage, const Batches& inputs,
                               const std::vector<std::int64_t>& targets,
                               const WeightChanges& changes) {
  const Stage* current = &stage;
  Batches values;
  const Batches* source = &inputs;
  for (const Stage* after = next(*current); after != nullptr; after = next(*after)) {
    values = run(*current, *source, changes);
    source = &values;
    current = after;
  }
  const TargetRows rows(inputs, targets);
  std::vector<ScoreSums> parts(inputs.size());
  const BatchBody judge_batch = [&](std::size_t batch, const OperatorGraph& graph) {
    const Tensor scores =
        std::move(workload::run(graph, {(*source)[batch]}, options_.cancel).front());
    parts[batch] = judge(scores, rows.of(batch));
  };
  for_each_batch(*current, *source, weights_of(*current, changes), judge_batch);
  return sum_of(parts);
}

ScoreSums StagedNetwork::score_behind(const Stage& stage, const Batches& outputs,
                                      const std::vector<std::int64_t>& targets) {
  if (const Stage* after = next(stage); after != nullptr) return score(*after, outputs, targets);
  const TargetRows rows(outputs, targets);
  std::vector<ScoreSums> parts(outputs.size());
  for (std::size_t b = 0; b < outputs.size(); ++b) {
    parts[b] = judge(outputs[b], rows.of(b));
  }
  return sum_of(parts);
}

std::vector<Batches> StagedNetwork::layer_outputs(const Stage& stage, const Batches& inputs) {
  std::vector<Batches> result(stage.layers.size(), Batches(inputs.size()));
  const Edit edit = [&](Loaded& loaded) {
    OperatorGraph& graph = loaded.graphs[stage.index];
    std::vector<TensorId> wanted;
    wanted.reserve(stage.layers.size());
    for (const std::size_t layer : stage.layers) {
      wanted.push_back(graph.nodes[loaded.layer_nodes.at(layer)].outputs.front());
    }
    return std::make_shared<OtherOutputs>(graph, std::move(wanted));
  };
  for_each_batch(stage, inputs, edit, [&](std::size_t batch, const OperatorGraph& graph) {
    std::vector<Tensor> outputs = workload::run(graph, {inputs[batch]}, options_.cancel);
    for (std::size_t k = 0; k < outputs.size(); ++k) result[k][batch] = std::move(outputs[k]);
  });
  return result;
}

Batches StagedNetwork::layer_inputs(const Stage& stage, const Batches& inputs, std::size_t layer) {
  Batches result = inputs;
  bool own = true;  // the layer reads the input of its stage
  const Edit edit = [&](Loaded& loaded) {
    OperatorGraph& graph = loaded.graphs[stage.index];
    const TensorId input = graph.nodes[loaded.layer_nodes.at(layer)].inputs.front();
    own = input == graph.inputs.front();
    return std::make_shared<OtherOutputs>(graph, own ? graph.outputs : std::vector{input});
  };
  for_each_batch(stage, inputs, edit, [&](std::size_t batch, const OperatorGraph& graph) {
    if (own) return;
    result[batch] = std::move(workload::run(graph, {inputs[batch]}, options_.cancel).front());
  });
  return result;
}

Batches StagedNetwork::run_with_input(const Stage& stage, const Batches& inputs, std::size_t layer,
                                      const Batches& layer_input) {
  Batches outputs(inputs.size());
  const Edit edit = [&](Loaded& loaded) {
    return std::make_shared<OtherInput>(loaded.graphs[stage.index], loaded.layer_nodes.at(layer));
  };
  for_each_batch(stage, inputs, edit, [&](std::size_t batch, const OperatorGraph& graph) {
    outputs[batch] = std::move(
        workload::run(graph, {inputs[batch], layer_input[batch]}, options_.cancel).front());
  });
  return outputs;
}

}  // namespace neucasl::workload
