#include "neucasl/workload/reverse_pass.hpp"

#include <algorithm>

#include "derivative.hpp"
#include "graph_walk.hpp"

namespace neucasl::workload {

struct RecordedRun::Record {
  const OperatorGraph& graph;
  std::vector<TensorId> wanted;
  base::CancelFlag cancel;
  std::vector<KnownTensor> tensors;
  std::vector<bool> varies{};  ///< Follows from a wanted tensor.
  std::vector<bool> leads{};   ///< To an output.
  std::vector<bool> kept{};    ///< A rule on the way back reads it.

  [[nodiscard]] bool on_the_way(TensorId id) const {
    return id != no_tensor && varies[id] && leads[id];
  }
  [[nodiscard]] bool goes_back(const OperatorNode& node) const {
    const auto on = [&](TensorId id) { return on_the_way(id); };
    return std::any_of(node.outputs.begin(), node.outputs.end(), on) &&
           std::any_of(node.inputs.begin(), node.inputs.end(), on);
  }
  /// From the adjoints of a node's outputs, which are dropped unless wanted, to its inputs'.
  void reverse(std::size_t index, std::vector<std::optional<Tensor>>& adjoints) const;
};

namespace {

/// How far the floating types of a graph are known beforehand; the run infers the same again.
class WayFinder {
 public:
  WayFinder(const OperatorGraph& graph, const std::vector<TensorType>& inputs,
            const std::vector<TensorId>& wanted)
      : graph_(graph),
        types_(infer_shapes(graph, inputs)),
        varies_(graph.tensors.size(), false),
        leads_(graph.tensors.size(), false),
        kept_(graph.tensors.size(), false) {
    for (const TensorId id : wanted) {
      if (id >= types_.size() || !types_[id] || !is_floating(types_[id]->type)) {
        fail("asks for the gradient of '" +
                 (id < types_.size() ? graph.tensors[id].name : std::to_string(id)) +
                 "', which is no floating tensor of it",
             "ask for an input, a stored tensor or a result of a floating type");
      }
      varies_[id] = true;
    }
    for (const TensorId id : graph.outputs) leads_[id] = true;
    for (const OperatorNode& node : graph.nodes) go_forward(node);
    for (std::size_t k = graph.nodes.size(); k-- > 0;) go_back(k);
  }

  std::vector<bool> varies() { return std::move(varies_); }
  std::vector<bool> leads() { return std::move(leads_); }
  std::vector<bool> kept() { return std::move(kept_); }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw base::Error("onnx.gradient", "'" + graph_.name + "' " + what, remedy,
                      {graph_.file, 0, 0});
  }

  /// Truths and shapes are constants; other integers made of numbers that vary are refused later.
  void go_forward(const OperatorNode& node) {
    if (find_operator(node.type)->role == Role::shape) return;
    const bool varies = std::any_of(node.inputs.begin(), node.inputs.end(),
                                    [&](TensorId id) { return id != no_tensor && varies_[id]; });
    if (!varies) return;
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      const TensorId id = node.outputs[k];
      if (id == no_tensor || types_[id]->type == ElementType::boolean) continue;
      // Indices and masks beside a result are no numbers to vary.
      if (k > 0 && !is_floating(types_[id]->type)) continue;
      varies_[id] = true;
    }
  }

  void go_back(std::size_t index) {
    const OperatorNode& node = graph_.nodes[index];
    const auto leads = [&](TensorId id) { return id != no_tensor && leads_[id]; };
    if (std::none_of(node.outputs.begin(), node.outputs.end(), leads)) return;
    for (const TensorId id : node.inputs) {
      if (id != no_tensor) leads_[id] = true;
    }
    const Derivative* rule = find_derivative(node.type);
    bool goes_back = false;
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      const TensorId id = node.outputs[k];
      if (!leads(id) || !varies_[id] || !follows(node)) continue;
      goes_back = true;
      if (rule == nullptr || !is_floating(types_[id]->type) || (k > 0 && !rule->all_outputs)) {
        throw base::Error("onnx.gradient",
                          graph_.title(index) + " has no derivative here" +
                              (k > 0 ? " of output " + std::to_string(k) : ""),
                          "ask for gradients of tensors behind it, or leave it out",
                          {graph_.file, 0, 0});
      }
    }
    if (goes_back) keep(node, *rule);
  }

  /// Whether an input varies: an output may also be wanted itself.
  [[nodiscard]] bool follows(const OperatorNode& node) const {
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](TensorId id) { return id != no_tensor && varies_[id]; });
  }

  void keep(const OperatorNode& node, const Derivative& rule) {
    const auto mark = [&](const std::vector<TensorId>& ids, ReadMask reads) {
      for (std::size_t k = 0; k < ids.size(); ++k) {
        const bool read = k < 32 ? ((reads >> k) & 1U) != 0 : reads == reads_all;
        if (read && ids[k] != no_tensor) kept_[ids[k]] = true;
      }
    };
    mark(node.inputs, rule.inputs);
    mark(node.outputs, rule.outputs);
  }

  const OperatorGraph& graph_;
  std::vector<std::optional<TensorType>> types_;
  std::vector<bool> varies_;
  std::vector<bool> leads_;
  std::vector<bool> kept_;
};

/// Adds to an adjoint that may not be there yet.
void add(Tensor part, std::optional<Tensor>& sum) {
  if (!sum) {
    sum = std::move(part);
  } else {
    add_to(part, *sum);
  }
}

}  // namespace

RecordedRun::RecordedRun(const OperatorGraph& graph, const std::vector<Tensor>& inputs,
                         std::vector<TensorId> wanted, const base::CancelFlag& cancel) {
  std::vector<TensorType> types;
  types.reserve(inputs.size());
  for (const Tensor& input : inputs) types.push_back(input.type);
  graph.check();
  check_inputs(graph, inputs);
  WayFinder way(graph, types, wanted);
  record_.reset(new Record{graph, std::move(wanted), cancel, initial_tensors(graph, types)});
  record_->varies = way.varies();
  record_->leads = way.leads();
  record_->kept = way.kept();
  std::vector<KnownTensor>& tensors = record_->tensors;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    KnownTensor& known = tensors[graph.inputs[k]];
    if (record_->kept[graph.inputs[k]]) known.held = inputs[k];
    known.value = known.held ? &*known.held : &inputs[k];
  }
  execute_nodes(graph, tensors, &record_->kept, cancel);
  outputs_ = values_of_outputs(graph, tensors);
  for (TensorId id = 0; id < tensors.size(); ++id) {
    const bool stored = graph.tensors[id].value.has_value();
    if (stored || record_->kept[id]) continue;
    tensors[id].held.reset();
    tensors[id].value = nullptr;
  }
}

RecordedRun::RecordedRun(RecordedRun&&) noexcept = default;
RecordedRun& RecordedRun::operator=(RecordedRun&&) noexcept = default;
RecordedRun::~RecordedRun() = default;

namespace {

void check_seed(const OperatorGraph& graph, const Tensor& output, const Tensor& seed) {
  const TensorType type = adjoint_type(output.type);
  if (seed.type == type && seed.size() == type.elements() &&
      seed.values.index() == Tensor(TensorType{type.type, {0}}).values.index()) {
    return;
  }
  throw base::Error("onnx.shape",
                    "a seed is " + std::string(to_string(seed.type.type)) + ' ' +
                        to_string(seed.type.shape) + " for an output of " +
                        std::string(to_string(output.type.type)) + ' ' +
                        to_string(output.type.shape),
                    "give " + std::string(to_string(type.type)) + ' ' + to_string(type.shape),
                    {graph.file, 0, 0});
}

}  // namespace

void RecordedRun::Record::reverse(std::size_t index,
                                  std::vector<std::optional<Tensor>>& adjoints) const {
  const OperatorNode& node = graph.nodes[index];
  std::vector<ReverseOutput> outputs(node.outputs.size());
  bool any = false;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const TensorId id = node.outputs[k];
    if (id == no_tensor) continue;
    outputs[k] = {adjoints[id] ? &*adjoints[id] : nullptr, tensors[id].value, &*tensors[id].type};
    any = any || adjoints[id];
  }
  if (!any) return;
  std::vector<bool> asked(node.inputs.size());
  for (std::size_t k = 0; k < asked.size(); ++k) asked[k] = on_the_way(node.inputs[k]);
  const NodeView view = view_of(graph, index, tensors);
  ReverseNode reverse(view, std::move(outputs), asked);
  find_derivative(node.type)->rule(reverse);
  for (std::size_t k = 0; k < asked.size(); ++k) {
    if (asked[k]) add(std::move(reverse.adjoint(k)), adjoints[node.inputs[k]]);
  }
  for (const TensorId id : node.outputs) {
    const bool kept_back = std::find(wanted.begin(), wanted.end(), id) != wanted.end();
    if (id != no_tensor && !kept_back) adjoints[id].reset();
  }
}

std::vector<Tensor> RecordedRun::gradients(const std::vector<Tensor>& seeds) const {
  const OperatorGraph& graph = record_->graph;
  if (seeds.size() != outputs_.size()) {
    throw base::Error(
        "onnx.shape",
        std::to_string(seeds.size()) + " seeds for " + std::to_string(outputs_.size()) + " outputs",
        "give one for each", {graph.file, 0, 0});
  }
  std::vector<std::optional<Tensor>> adjoints(graph.tensors.size());
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    if (!is_floating(outputs_[k].type.type)) continue;
    check_seed(graph, outputs_[k], seeds[k]);
    if (record_->varies[graph.outputs[k]]) add(seeds[k], adjoints[graph.outputs[k]]);
  }
  for (std::size_t index = graph.nodes.size(); index-- > 0;) {
    if (!record_->goes_back(graph.nodes[index])) continue;
    record_->cancel.throw_if_requested();
    record_->reverse(index, adjoints);
  }
  std::vector<Tensor> result;
  result.reserve(record_->wanted.size());
  for (const TensorId id : record_->wanted) {
    result.push_back(adjoints[id] ? *adjoints[id]
                                  : Tensor(adjoint_type(*record_->tensors[id].type)));
  }
  return result;
}

}  // namespace neucasl::workload
