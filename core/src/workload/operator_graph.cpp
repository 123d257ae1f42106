#include <algorithm>
#include <set>

#include "neucasl/base/text.hpp"
#include "operator.hpp"

namespace neucasl::workload {
namespace {

/// Checks the nodes of one graph.
class Checker {
 public:
  explicit Checker(const OperatorGraph& graph)
      : graph_(graph), written_(graph.tensors.size(), false) {}

  void run() {
    for (TensorId id = 0; id < graph_.tensors.size(); ++id) {
      if (graph_.tensors[id].value) write(id, "a stored value");
    }
    for (const TensorId id : graph_.inputs) write(id, "an input");
    for (std::size_t node = 0; node < graph_.nodes.size(); ++node) check(node);
    for (const TensorId id : graph_.outputs) {
      if (id < written_.size() && written_[id]) continue;
      fail("onnx.graph", "nothing writes the output " + name(id),
           "give a graph that computes all its outputs");
    }
  }

 private:
  [[nodiscard]] std::string name(TensorId id) const {
    return id < graph_.tensors.size() ? '\'' + graph_.tensors[id].name + '\'' : "without a name";
  }

  [[noreturn]] void fail(const char* code, const std::string& what,
                         const std::string& remedy) const {
    throw base::Error(code, what, remedy, {graph_.file, 0, 0});
  }

  void write(TensorId id, const std::string& by) {
    if (id >= written_.size()) fail("onnx.graph", by + " has no tensor", "give one");
    if (written_[id]) {
      fail("onnx.graph", "tensor " + name(id) + " is written again by " + by,
           "give each tensor one writer");
    }
    written_[id] = true;
  }

  void check(std::size_t index) {
    const OperatorNode& node = graph_.nodes[index];
    const std::string title = graph_.title(index);
    const Operator* rule = find_operator(node.type);
    if (rule == nullptr) {
      fail("onnx.operator", title + " has an unknown operator",
           base::suggest(node.type, known_operators()));
    }
    if (node.inputs.size() < rule->least_inputs || node.inputs.size() > rule->most_inputs ||
        node.outputs.empty() || node.outputs.size() > rule->most_outputs) {
      fail("onnx.graph",
           title + " has " + std::to_string(node.inputs.size()) + " inputs and " +
               std::to_string(node.outputs.size()) + " outputs",
           "give as many as the operator takes");
    }
    check_attributes(node, title, *rule);
    for (const TensorId id : node.inputs) {
      if (id == no_tensor || (id < written_.size() && written_[id])) continue;
      fail("onnx.graph", title + " reads " + name(id) + ", which nothing before it writes",
           "sort the nodes, and name an input, a stored value or an earlier output");
    }
    for (const TensorId id : node.outputs) {
      if (id != no_tensor) write(id, title);
    }
  }

  void check_attributes(const OperatorNode& node, const std::string& title,
                        const Operator& rule) const {
    for (const auto& entry : node.attributes) {
      const std::string& key = entry.first;
      const bool known = std::any_of(rule.attributes.begin(), rule.attributes.end(),
                                     [&](const char* one) { return key == one; });
      if (known) continue;
      const std::string remedy =
          rule.attributes.empty()
              ? "leave it out: the operator takes none here"
              : base::suggest(key, {rule.attributes.begin(), rule.attributes.end()});
      fail("onnx.attribute",
           base::concatenate({title, " has the attribute '", key, "', which is not supported"}),
           remedy);
    }
  }

  const OperatorGraph& graph_;
  std::vector<bool> written_;
};

}  // namespace

TensorId OperatorGraph::tensor(const std::string& tensor_name) {
  for (TensorId id = 0; id < tensors.size(); ++id) {
    if (tensors[id].name == tensor_name) return id;
  }
  tensors.push_back({tensor_name, {}, {}});
  return tensors.size() - 1;
}

std::string OperatorGraph::title(std::size_t node) const {
  const OperatorNode& one = nodes[node];
  return "node " + (one.name.empty() ? std::to_string(node) : '\'' + one.name + '\'') + " (" +
         one.type + ")";
}

std::vector<std::string> OperatorGraph::node_names() const {
  std::set<std::string> own;
  for (const OperatorNode& node : nodes) own.insert(node.name);
  std::set<std::string> taken;
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    std::string name = nodes[index].name;
    if (name.empty() || taken.contains(name)) {
      name = nodes[index].type + '_' + std::to_string(index);
      while (own.contains(name) || taken.contains(name)) name += '_';
    }
    taken.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

void OperatorGraph::check() const { Checker(*this).run(); }

}  // namespace neucasl::workload
