#include "neucasl/workload/training.hpp"

#include <algorithm>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::workload {
namespace {

class TrainingDraft {
 public:
  TrainingDraft(const Workload& network, bool held_inputs)
      : network_(network), held_inputs_(held_inputs), errors_(network.operations.size()) {}

  Training run() {
    result_.workload.name = network_.name;
    result_.workload.input_elements = network_.input_elements;
    copy_forward();
    for (OperationId id = network_.operations.size(); id-- > 0;) {
      if (trained_[id]) go_back(id);
    }
    if (updates_.empty()) {
      throw base::Error("workload.training", "'" + network_.name + "' has nothing to train",
                        "give a network with weights");
    }
    for (const auto& [origin, gradient] : updates_) add_update(origin, gradient);
    result_.workload.check();
    return std::move(result_);
  }

 private:
  void copy_forward() {
    trained_.resize(network_.operations.size());
    std::vector<std::size_t> stages(network_.operations.size(), 0);
    for (OperationId id = 0; id < network_.operations.size(); ++id) {
      const Operation& operation = network_.operations[id];
      trained_[id] = operation.product.weights() + operation.other_parameters > 0;
      for (const OperationId input : operation.inputs) {
        if (input == workload_input) continue;
        trained_[id] = trained_[id] || trained_[input];
        stages[id] = std::max(stages[id], stages[input]);
      }
      if (operation.product.weights() > 0) ++stages[id];
      result_.layers = std::max(result_.layers, stages[id]);
      result_.workload.operations.push_back(operation);
      result_.steps.push_back({TrainingPhase::forward, id, stages[id], 0, 0});
    }
  }

  OperationId append(Operation operation, TrainingPhase phase, OperationId origin,
                     std::size_t additions = 0) {
    result_.workload.operations.push_back(std::move(operation));
    result_.steps.push_back({phase, origin, result_.steps[origin].stage, additions, 0});
    return result_.workload.operations.size() - 1;
  }

  static Operation follows(const Operation& origin, const std::string& what, OperationKind kind,
                           OperationId input, std::size_t input_elements,
                           std::size_t output_elements) {
    Operation operation;
    operation.name = origin.name + " (" + what + ")";
    operation.kind = kind;
    operation.inputs = {input};
    operation.input_elements = input_elements;
    operation.output_elements = output_elements;
    return operation;
  }

  /// From the errors of an operation's output to its gradient and the errors of its inputs.
  void go_back(OperationId id) {
    const Operation& operation = network_.operations[id];
    const OperationId error = error_of(id);
    if (operation.product.weights() + operation.other_parameters > 0) add_gradient(id, error);
    const bool needed =
        std::any_of(operation.inputs.begin(), operation.inputs.end(),
                    [&](OperationId input) { return input != workload_input && trained_[input]; });
    if (!needed) return;
    if (operation.product.count > 0 && !operation.product.stationary) {
      add_errors_of_both(id, error);
    } else {
      add_errors(id, error);
    }
  }

  /// The operation that makes the errors of an output.
  OperationId error_of(OperationId id) {
    const Operation& operation = network_.operations[id];
    const std::size_t elements = operation.output_elements;
    std::vector<OperationId>& ways = errors_[id];
    if (ways.empty()) {
      return append(follows(operation, "loss", OperationKind::activation, id, elements, elements),
                    TrainingPhase::error_propagation, id);
    }
    if (ways.size() == 1) return ways.front();
    Operation sum = follows(operation, "error sum", OperationKind::elementwise, ways.front(),
                            ways.size() * elements, elements);
    sum.inputs = ways;
    return append(std::move(sum), TrainingPhase::error_propagation, id);
  }

  void add_gradient(OperationId id, OperationId error) {
    const Operation& operation = network_.operations[id];
    const MatrixProduct& p = operation.product;
    Operation gradient =
        follows(operation, "gradient", operation.kind, error, operation.output_elements,
                p.weights() + operation.other_parameters);
    std::size_t additions = 0;
    if (p.count > 0) {
      gradient.product = {p.count, p.outputs, p.positions, p.depth, held_inputs_};
      // The gradient of a bias is the sum of its errors.
      if (operation.other_parameters > 0) additions = operation.output_elements;
    }
    updates_.emplace_back(
        id, append(std::move(gradient), TrainingPhase::weight_gradient, id, additions));
  }

  void hand_on(OperationId id, OperationId errors) {
    for (const OperationId input : network_.operations[id].inputs) {
      if (input != workload_input && trained_[input]) errors_[input].push_back(errors);
    }
  }

  void add_errors(OperationId id, OperationId error) {
    const Operation& operation = network_.operations[id];
    const MatrixProduct& p = operation.product;
    Operation errors = follows(operation, "errors", operation.kind, error,
                               operation.output_elements, operation.input_elements);
    std::size_t additions = 0;
    if (p.count > 0) {
      errors.product = {p.count, p.positions, p.outputs, p.depth, true};
      errors.weights_of = id;
      const std::size_t contributions = p.count * p.positions * p.depth;
      additions = contributions - std::min(contributions, operation.input_elements);
    }
    hand_on(id, append(std::move(errors), TrainingPhase::error_propagation, id, additions));
  }

  void add_errors_of_both(OperationId id, OperationId error) {
    const Operation& operation = network_.operations[id];
    const MatrixProduct& p = operation.product;
    Operation left = follows(operation, "errors of the left", OperationKind::matrix, error,
                             operation.output_elements, p.count * p.positions * p.depth);
    left.product = {p.count, p.positions, p.outputs, p.depth, false};
    Operation right = follows(operation, "errors of the right", OperationKind::matrix, error,
                              operation.output_elements, p.count * p.depth * p.outputs);
    right.product = {p.count, p.depth, p.positions, p.outputs, false};
    const OperationId ways[] = {append(std::move(left), TrainingPhase::error_propagation, id),
                                append(std::move(right), TrainingPhase::error_propagation, id)};
    // One operation may have made both matrices.
    const std::vector<OperationId>& inputs = operation.inputs;
    for (std::size_t k = 0; k < 2; ++k) {
      const OperationId input = inputs[std::min(k, inputs.size() - 1)];
      if (input != workload_input && trained_[input]) errors_[input].push_back(ways[k]);
    }
  }

  void add_update(OperationId origin, OperationId gradient) {
    const Operation& operation = network_.operations[origin];
    append(follows(operation, "update", OperationKind::elementwise, gradient, 0, 0),
           TrainingPhase::weight_update, origin);
    result_.steps.back().parameters = operation.product.weights() + operation.other_parameters;
  }

  const Workload& network_;
  bool held_inputs_;
  Training result_;
  std::vector<bool> trained_;                     ///< It or something before it.
  std::vector<std::vector<OperationId>> errors_;  ///< Operations that make errors of each output.
  std::vector<std::pair<OperationId, OperationId>> updates_;  ///< Origin and gradient.
};

}  // namespace

std::string_view to_string(TrainingPhase phase) {
  constexpr std::string_view names[training_phase_count] = {"forward", "error_propagation",
                                                            "weight_gradient", "weight_update"};
  return names[static_cast<std::size_t>(phase)];
}

Training training_of(const Workload& network, bool held_inputs) {
  network.check();
  return TrainingDraft(network, held_inputs).run();
}

}  // namespace neucasl::workload
