#include "neucasl/model/symbol.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "neucasl/base/quantity.hpp"

namespace neucasl::model {
namespace {

using Node = Symbol::Node;

double value_of(const Node& node, const std::array<double, 3>& x) {
  switch (node.operation) {
    case Operation::constant:
      return node.value;
    case Operation::unknown:
      return x[0];
    case Operation::add:
      return x[0] + x[1];
    case Operation::subtract:
      return x[0] - x[1];
    case Operation::multiply:
      return x[0] * x[1];
    case Operation::divide:
      return x[0] / x[1];
    case Operation::negate:
      return -x[0];
    case Operation::exp:
      return std::exp(x[0]);
    case Operation::log:
      return std::log(x[0]);
    case Operation::sqrt:
      return std::sqrt(x[0]);
    case Operation::sin:
      return std::sin(x[0]);
    case Operation::cos:
      return std::cos(x[0]);
    case Operation::atan:
      return std::atan(x[0]);
    case Operation::sinh:
      return std::sinh(x[0]);
    case Operation::cosh:
      return std::cosh(x[0]);
    case Operation::tanh:
      return std::tanh(x[0]);
    case Operation::abs:
      return std::abs(x[0]);
    case Operation::power:
      return std::pow(x[0], node.value);
    case Operation::select:
      return x[0] > 0.0 ? x[1] : x[2];
  }
  return 0.0;
}

double sign(double x) { return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : 0.0); }

/// Derivatives to the operands; y is the node's value.
std::array<double, 3> slopes_of(const Node& node, const std::array<double, 3>& x, double y) {
  switch (node.operation) {
    case Operation::constant:
    case Operation::unknown:
      return {};
    case Operation::add:
      return {1.0, 1.0, 0.0};
    case Operation::subtract:
      return {1.0, -1.0, 0.0};
    case Operation::multiply:
      return {x[1], x[0], 0.0};
    case Operation::divide:
      return {1.0 / x[1], -y / x[1], 0.0};
    case Operation::negate:
      return {-1.0, 0.0, 0.0};
    case Operation::exp:
      return {y, 0.0, 0.0};
    case Operation::log:
      return {1.0 / x[0], 0.0, 0.0};
    case Operation::sqrt:
      return {0.5 / y, 0.0, 0.0};
    case Operation::sin:
      return {std::cos(x[0]), 0.0, 0.0};
    case Operation::cos:
      return {-std::sin(x[0]), 0.0, 0.0};
    case Operation::atan:
      return {1.0 / (1.0 + x[0] * x[0]), 0.0, 0.0};
    case Operation::sinh:
      return {std::cosh(x[0]), 0.0, 0.0};
    case Operation::cosh:
      return {std::sinh(x[0]), 0.0, 0.0};
    case Operation::tanh:
      return {1.0 - y * y, 0.0, 0.0};
    case Operation::abs:
      return {sign(x[0]), 0.0, 0.0};
    case Operation::power:
      if (x[0] == 0.0) return {node.value == 1.0 ? 1.0 : 0.0, 0.0, 0.0};
      return {node.value * y / x[0], 0.0, 0.0};
    case Operation::select:
      return {0.0, x[0] > 0.0 ? 1.0 : 0.0, x[0] > 0.0 ? 0.0 : 1.0};
  }
  return {};
}

/// Every node below the roots once, operands first. Iterative: a formula may be deep.
std::vector<const Node*> in_order(std::span<const Symbol> roots,
                                  std::unordered_map<const Node*, std::size_t>& index) {
  std::vector<const Node*> order;
  std::vector<std::pair<const Node*, std::size_t>> stack;
  for (const Symbol& root : roots) {
    stack.emplace_back(root.node().get(), 0);
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (index.contains(node)) {
        stack.pop_back();
      } else if (next < node->operands.size()) {
        const Node* operand = node->operands[next++].get();
        if (!index.contains(operand)) stack.emplace_back(operand, 0);
      } else {
        index.emplace(node, order.size());
        order.push_back(node);
        stack.pop_back();
      }
    }
  }
  return order;
}

std::string_view function_name(Operation operation) {
  switch (operation) {
    case Operation::exp:
      return "exp";
    case Operation::log:
      return "ln";
    case Operation::sqrt:
      return "sqrt";
    case Operation::sin:
      return "sin";
    case Operation::cos:
      return "cos";
    case Operation::atan:
      return "atan";
    case Operation::sinh:
      return "sinh";
    case Operation::cosh:
      return "cosh";
    case Operation::tanh:
      return "tanh";
    case Operation::abs:
      return "abs";
    default:
      return "";
  }
}

std::string text_of(const Node& node, const std::array<std::string, 3>& x,
                    std::span<const std::string> unknowns) {
  switch (node.operation) {
    case Operation::constant: {
      const std::string number = base::shortest(node.value);
      return node.value < 0.0 ? '(' + number + ')' : number;
    }
    case Operation::unknown:
      return unknowns[static_cast<std::size_t>(node.index)];
    case Operation::add:
      return '(' + x[0] + '+' + x[1] + ')';
    case Operation::subtract:
      return '(' + x[0] + '-' + x[1] + ')';
    case Operation::multiply:
      return '(' + x[0] + '*' + x[1] + ')';
    case Operation::divide:
      return '(' + x[0] + '/' + x[1] + ')';
    case Operation::negate:
      return "(-" + x[0] + ')';
    case Operation::log:
      // Shared parts are nodes, which an iteration may take below zero on its way to the solution;
      // ngspice gives up on the logarithm of a negative number.
      return std::string(function_name(node.operation)) + "(abs(" + x[0] + "))";
    case Operation::power:
      // ngspice's pow takes the absolute value of its base; bases here are positive.
      return "pow(" + x[0] + ',' + base::shortest(node.value) + ')';
    case Operation::select:
      return '(' + x[0] + ">0 ? " + x[1] + " : " + x[2] + ')';
    default:
      return std::string(function_name(node.operation)) + '(' + x[0] + ')';
  }
}

std::optional<Symbol> simplified(Operation operation, const std::vector<Symbol>& x) {
  // What a model adds to a zero entry stays as short as it was written.
  if (operation == Operation::add && x[0].is_zero()) return x[1];
  if ((operation == Operation::add || operation == Operation::subtract) && x[1].is_zero()) {
    return x[0];
  }
  if (operation == Operation::multiply && (x[0].is_zero() || x[1].is_zero())) {
    return Symbol();
  }
  if (operation == Operation::select && x[1].node() == x[2].node()) return x[1];
  if (operation == Operation::select && x[0].is_constant()) {
    return x[0].node()->value > 0.0 ? x[1] : x[2];
  }
  return std::nullopt;
}

}  // namespace

Symbol::Symbol(double value) {
  Node node;
  node.value = value;
  node_ = std::make_shared<const Node>(std::move(node));
}

Symbol Symbol::unknown(int index) {
  Node node;
  node.operation = Operation::unknown;
  node.index = index;
  Symbol symbol;
  symbol.node_ = std::make_shared<const Node>(std::move(node));
  return symbol;
}

Symbol Symbol::make(Operation operation, std::vector<Symbol> operands, double value) {
  Node node;
  node.operation = operation;
  node.value = value;
  std::array<double, 3> x{};
  bool constant = true;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    constant = constant && operands[i].is_constant();
    x[i] = operands[i].node()->value;
  }
  if (constant) return {value_of(node, x)};
  if (const auto short_form = simplified(operation, operands)) return *short_form;
  for (Symbol& operand : operands) node.operands.push_back(std::move(operand.node_));
  Symbol symbol;
  symbol.node_ = std::make_shared<const Node>(std::move(node));
  return symbol;
}

double evaluate(const Symbol& formula, std::span<const double> unknowns,
                std::span<double> gradient) {
  std::unordered_map<const Node*, std::size_t> index;
  const std::vector<const Node*> order = in_order({&formula, 1}, index);
  std::vector<double> values(order.size());
  const auto operands_of = [&](const Node& node) {
    std::array<double, 3> x{};
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      x[i] = values[index.at(node.operands[i].get())];
    }
    if (node.operation == Operation::unknown) x[0] = unknowns[static_cast<std::size_t>(node.index)];
    return x;
  };
  for (std::size_t k = 0; k < order.size(); ++k) {
    values[k] = value_of(*order[k], operands_of(*order[k]));
  }
  if (!gradient.empty()) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    std::vector<double> adjoint(order.size());
    adjoint.back() = 1.0;
    for (std::size_t k = order.size(); k-- > 0;) {
      const Node& node = *order[k];
      if (node.operation == Operation::unknown) {
        gradient[static_cast<std::size_t>(node.index)] += adjoint[k];
      }
      if (adjoint[k] == 0.0) continue;
      const std::array<double, 3> slopes = slopes_of(node, operands_of(node), values[k]);
      for (std::size_t i = 0; i < node.operands.size(); ++i) {
        // A branch not taken may have an infinite slope.
        if (slopes[i] == 0.0) continue;
        adjoint[index.at(node.operands[i].get())] += adjoint[k] * slopes[i];
      }
    }
  }
  return values.back();
}

SymbolText to_text(std::span<const Symbol> formulas, std::span<const std::string> unknown_text,
                   const std::string& prefix) {
  std::unordered_map<const Node*, std::size_t> index;
  const std::vector<const Node*> order = in_order(formulas, index);
  std::vector<int> uses(order.size());
  for (const Node* node : order) {
    for (const auto& operand : node->operands) ++uses[index.at(operand.get())];
  }
  for (const Symbol& formula : formulas) ++uses[index.at(formula.node().get())];

  SymbolText result;
  std::vector<std::string> text(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const Node& node = *order[k];
    std::array<std::string, 3> x;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      x[i] = text[index.at(node.operands[i].get())];
    }
    text[k] = text_of(node, x, unknown_text);
    if (uses[k] < 2 || node.operands.empty()) continue;
    const std::string name = prefix + std::to_string(result.shared.size());
    result.shared.push_back({name, std::move(text[k])});
    text[k] = "v(" + name + ')';
  }
  for (const Symbol& formula : formulas) {
    result.expressions.push_back(text[index.at(formula.node().get())]);
  }
  return result;
}

}  // namespace neucasl::model
