#include "formula_tape.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace neucasl::native_plugin {

using model::Operation;
using Node = model::Symbol::Node;

/// Lists the parts of formulas, operands before users. Not recursive: formulas can be deep.
class TapeBuilder {
 public:
  std::uint32_t step_of(const Node* root, auto&& make) {
    std::vector<const Node*> open{root};
    while (!open.empty()) {
      const Node* node = open.back();
      if (number_.contains(node)) {
        open.pop_back();
        continue;
      }
      const std::size_t before = open.size();
      for (const auto& operand : node->operands) {
        if (!number_.contains(operand.get())) open.push_back(operand.get());
      }
      if (open.size() > before) continue;
      number_.emplace(node, make(*node, number_));
      open.pop_back();
    }
    return number_.at(root);
  }

 private:
  std::unordered_map<const Node*, std::uint32_t> number_;
};

FormulaTape::FormulaTape(std::span<const model::Symbol> formulas) {
  TapeBuilder builder;
  for (const model::Symbol& formula : formulas) {
    outputs_.push_back(builder.step_of(formula.node().get(), [&](const Node& node, auto& number) {
      Step step;
      step.operation = node.operation;
      step.value = node.value;
      step.index = static_cast<std::uint32_t>(node.index);
      for (std::size_t k = 0; k < node.operands.size(); ++k) {
        step.operands[k] = number.at(node.operands[k].get());
      }
      steps_.push_back(step);
      return static_cast<std::uint32_t>(steps_.size() - 1);
    }));
  }
}

double FormulaTape::forward(const Step& step, const double* value,
                            std::span<const double> unknowns) {
  const double a = value[step.operands[0]];
  const double b = value[step.operands[1]];
  switch (step.operation) {
    case Operation::constant:
      return step.value;
    case Operation::unknown:
      return unknowns[step.index];
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return a * b;
    case Operation::divide:
      return a / b;
    case Operation::negate:
      return -a;
    case Operation::exp:
      return std::exp(a);
    case Operation::log:
      return std::log(a);
    case Operation::sqrt:
      return std::sqrt(a);
    case Operation::sin:
      return std::sin(a);
    case Operation::cos:
      return std::cos(a);
    case Operation::atan:
      return std::atan(a);
    case Operation::sinh:
      return std::sinh(a);
    case Operation::cosh:
      return std::cosh(a);
    case Operation::tanh:
      return std::tanh(a);
    case Operation::abs:
      return std::abs(a);
    case Operation::power:
      return std::pow(a, step.value);
    case Operation::select:
      return a > 0.0 ? b : value[step.operands[2]];
  }
  return std::nan("");
}

void FormulaTape::backward(const Step& step, double result, double adjoint, const double* value,
                           double* adjoints) {
  const double a = value[step.operands[0]];
  const double b = value[step.operands[1]];
  double& to_a = adjoints[step.operands[0]];
  double& to_b = adjoints[step.operands[1]];
  switch (step.operation) {
    case Operation::constant:
    case Operation::unknown:
      return;
    case Operation::add:
      to_a += adjoint;
      to_b += adjoint;
      return;
    case Operation::subtract:
      to_a += adjoint;
      to_b -= adjoint;
      return;
    case Operation::multiply:
      to_a += adjoint * b;
      to_b += adjoint * a;
      return;
    case Operation::divide:
      to_a += adjoint / b;
      to_b -= adjoint * result / b;
      return;
    case Operation::negate:
      to_a -= adjoint;
      return;
    case Operation::exp:
      to_a += adjoint * result;
      return;
    case Operation::log:
      to_a += adjoint / a;
      return;
    case Operation::sqrt:
      to_a += 0.5 * adjoint / result;
      return;
    case Operation::sin:
      to_a += adjoint * std::cos(a);
      return;
    case Operation::cos:
      to_a -= adjoint * std::sin(a);
      return;
    case Operation::atan:
      to_a += adjoint / (1.0 + a * a);
      return;
    case Operation::sinh:
      to_a += adjoint * std::cosh(a);
      return;
    case Operation::cosh:
      to_a += adjoint * std::sinh(a);
      return;
    case Operation::tanh:
      to_a += adjoint * (1.0 - result * result);
      return;
    case Operation::abs:
      to_a += a > 0.0 ? adjoint : (a < 0.0 ? -adjoint : 0.0);
      return;
    case Operation::power:
      // At zero as model::Dual does: finite.
      if (a != 0.0) {
        to_a += adjoint * step.value * result / a;
      } else if (step.value == 1.0) {
        to_a += adjoint;
      }
      return;
    case Operation::select:
      (a > 0.0 ? to_b : adjoints[step.operands[2]]) += adjoint;
      return;
  }
}

void FormulaTape::evaluate(std::span<const double> unknowns, std::span<double> values,
                           std::span<double> gradient, std::span<double> work) const {
  double* value = work.data();
  double* adjoints = value + steps_.size();
  value[0] = 0.0;  // read, not used, by steps without operands
  for (std::size_t k = 0; k < steps_.size(); ++k) value[k] = forward(steps_[k], value, unknowns);
  for (std::size_t i = 0; i < outputs_.size(); ++i) values[i] = value[outputs_[i]];
  if (gradient.empty()) return;

  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    std::fill(adjoints, adjoints + outputs_[i] + 1, 0.0);
    adjoints[outputs_[i]] = 1.0;
    for (std::size_t k = outputs_[i] + 1; k-- > 0;) {
      if (adjoints[k] == 0.0) continue;
      const Step& step = steps_[k];
      if (step.operation == Operation::unknown) {
        gradient[i * unknowns.size() + step.index] += adjoints[k];
      } else {
        backward(step, value[k], adjoints[k], value, adjoints);
      }
    }
  }
}

}  // namespace neucasl::native_plugin
