#include <algorithm>
#include <array>
#include <set>

#include "graph_walk.hpp"
#include "sliding_window.hpp"

namespace neucasl::workload {
namespace {

/// Inputs that a window spans while it moves along a row; 0 for what has no window.
std::size_t window_elements(const NodeView& view) {
  const std::string& type = view.node().type;
  std::vector<std::size_t> kernel;
  if (type == "Conv") {
    kernel.assign(view.shape(1).begin() + 2, view.shape(1).end());
  } else if (type == "MaxPool" || type == "AveragePool" || type == "LpPool") {
    kernel = kernel_shape(view, {});
  } else {
    return 0;
  }
  std::size_t span = 0;
  std::size_t step = 1;
  const SlidingWindow window = sliding_window(view, kernel);
  for (std::size_t k = window.axes.size(); k-- > 0;) {
    span += (window.axes[k].kernel - 1) * window.axes[k].dilation * step;
    step *= window.axes[k].input;
  }
  return (span + 1) * view.shape(0)[1];
}

bool is_not_negative(const std::string& type) {
  constexpr std::array types = {"Abs",     "Exp",     "HardSigmoid", "Relu",
                                "Sigmoid", "Softmax", "Softplus"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// Windows with gaps share no inputs.
void add_window_along_row(const NodeView& view, Operation& operation) {
  const std::vector<std::size_t> kernel(view.shape(1).begin() + 2, view.shape(1).end());
  const WindowAxis row = sliding_window(view, kernel).axes.back();
  if (row.dilation != 1) return;
  operation.window_width = row.kernel;
  operation.window_stride = row.stride;
}

/// Gathers the operations of a graph while its shapes are inferred.
class Conversion {
 public:
  explicit Conversion(const OperatorGraph& graph)
      : graph_(graph),
        sources_(graph.tensors.size()),
        roots_(graph.tensors.size(), no_tensor),
        names_(graph.node_names()) {}

  Workload run() {
    workload_.name = graph_.name;
    for (TensorId id = 0; id < graph_.tensors.size(); ++id) {
      if (graph_.tensors[id].value) roots_[id] = id;
    }
    for (const TensorId id : graph_.inputs) sources_[id] = {workload_input};
    const std::vector<KnownTensor> tensors =
        walk_shapes(graph_, {}, [&](std::size_t node, const NodeView& view) { visit(node, view); });
    for (const TensorId id : graph_.inputs) {
      workload_.input_elements += tensors[id].type->elements();
    }
    // Output sizes and parameters need what is known only now.
    for (OperationId id = 0; id < workload_.operations.size(); ++id) {
      for (const TensorId output : graph_.nodes[nodes_[id]].outputs) {
        if (output == no_tensor) continue;
        workload_.operations[id].output_elements += tensors[output].type->elements();
      }
      for (const TensorId root : parameters_[id]) {
        if (!counted_.insert(root).second) continue;
        workload_.operations[id].other_parameters += tensors[root].type->elements();
      }
    }
    workload_.check();
    return std::move(workload_);
  }

 private:
  void visit(std::size_t index, const NodeView& view) {
    const OperatorNode& node = graph_.nodes[index];
    const Operator& rule = *find_operator(node.type);
    bool constant = true;
    for (std::size_t k = 0; k < view.inputs(); ++k) {
      constant = constant && (!view.has(k) || view.input(k).constant);
    }
    if (rule.role == Role::shape) return;
    if (constant) return trace_constant(node, view);
    const bool moved =
        rule.role == Role::movement || (rule.role == Role::gather && !view.input(0).constant);
    std::vector<OperationId> sources = sources_of(node);
    if (!moved) {
      append(index, view, rule, sources);
      sources = {workload_.operations.size() - 1};
    }
    for (const TensorId id : node.outputs) {
      if (id != no_tensor) sources_[id] = sources;
    }
  }

  /// What is computed from constants stands for the first large one among them.
  void trace_constant(const OperatorNode& node, const NodeView& view) {
    TensorId root = no_tensor;
    std::size_t largest = 0;
    for (std::size_t k = 0; k < view.inputs(); ++k) {
      if (!view.has(k) || roots_[node.inputs[k]] == no_tensor) continue;
      if (view.type(k).elements() <= largest) continue;
      largest = view.type(k).elements();
      root = roots_[node.inputs[k]];
    }
    for (const TensorId id : node.outputs) {
      if (id != no_tensor) roots_[id] = root == no_tensor ? id : root;
    }
  }

  [[nodiscard]] std::vector<OperationId> sources_of(const OperatorNode& node) const {
    std::vector<OperationId> sources;
    for (const TensorId id : node.inputs) {
      if (id == no_tensor) continue;
      for (const OperationId source : sources_[id]) {
        if (std::find(sources.begin(), sources.end(), source) == sources.end()) {
          sources.push_back(source);
        }
      }
    }
    return sources;
  }

  void append(std::size_t index, const NodeView& view, const Operator& rule,
              const std::vector<OperationId>& sources) {
    const OperatorNode& node = graph_.nodes[index];
    Operation operation;
    operation.name = names_[index];
    operation.kind = rule.kind;
    operation.not_negative = is_not_negative(node.type);
    operation.inputs = sources;
    std::vector<TensorId> parameters;
    for (std::size_t k = 0; k < view.inputs(); ++k) {
      if (!view.has(k)) continue;
      const TensorType& type = view.type(k);
      if (type.elements() == 0) {
        view.fail("onnx.shape", "has an empty input", "give sizes above 0");
      }
      const TensorId root = roots_[node.inputs[k]];
      if (!view.input(k).constant) {
        operation.input_elements += type.elements();
      } else if (is_floating(type.type) && type.elements() > 1 && root != no_tensor) {
        parameters.push_back(root);
      }
    }
    operation.window_elements = window_elements(view);
    if (node.type == "Conv") add_window_along_row(view, operation);
    if (rule.product != nullptr) {
      operation.product = rule.product(view);
      // The weights of a product count there, also where others read the same tensor.
      if (operation.product.stationary) {
        const std::size_t weight = view.input(1).constant ? 1 : 0;
        counted_.insert(roots_[node.inputs[weight]]);
      }
    }
    workload_.operations.push_back(std::move(operation));
    parameters_.push_back(std::move(parameters));
    nodes_.push_back(index);
  }

  const OperatorGraph& graph_;
  Workload workload_;
  std::vector<std::vector<OperationId>> sources_;  ///< Of each tensor that is not constant.
  std::vector<TensorId> roots_;                    ///< The stored tensor behind each constant one.
  std::vector<std::vector<TensorId>> parameters_;  ///< Constant operands of each operation.
  std::vector<std::size_t> nodes_;                 ///< Of each operation.
  std::set<TensorId> counted_;
  std::vector<std::string> names_;  ///< Of the nodes.
};

}  // namespace

Workload to_workload(const OperatorGraph& graph) { return Conversion(graph).run(); }

}  // namespace neucasl::workload
