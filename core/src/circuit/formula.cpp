#include "neucasl/circuit/formula.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "neucasl/ir/spice_formula.hpp"

namespace neucasl::circuit {
namespace {

using ir::SpiceFormula;
using model::Operation;
using model::Symbol;
using Kind = SpiceFormula::Kind;

constexpr double ln_10 = 2.302585092994046;
constexpr double largest_expanded = 64.0;  // of whole powers, written as products

struct Function {
  std::string_view name;
  Operation operation;
};
constexpr Function plain_functions[] = {
    {"exp", Operation::exp},   {"ln", Operation::log},    {"log", Operation::log},
    {"sqrt", Operation::sqrt}, {"sin", Operation::sin},   {"cos", Operation::cos},
    {"atan", Operation::atan}, {"sinh", Operation::sinh}, {"cosh", Operation::cosh},
    {"tanh", Operation::tanh}, {"abs", Operation::abs},
};

Symbol maximum(const Symbol& a, const Symbol& b) { return select(a - b, a, b); }
Symbol minimum(const Symbol& a, const Symbol& b) { return select(a - b, b, a); }

/// Whole powers are products, so that negative bases keep their sign in every engine.
Symbol whole_power(Symbol base, int exponent) {
  Symbol result(1.0);
  bool first = true;
  for (int rest = std::abs(exponent); rest > 0; rest /= 2) {
    if (rest % 2 != 0) result = first ? base : result * base;
    first = first && rest % 2 == 0;
    if (rest > 1) base = base * base;
  }
  return exponent < 0 ? Symbol(1.0) / result : result;
}

class Builder {
 public:
  Builder(const SpiceFormula& formula, std::span<const std::string> inputs,
          const base::Location& where)
      : formula_(formula), inputs_(inputs), where_(where) {}

  Symbol run() {
    for (const SpiceFormula::Node& node : formula_.nodes) values_.push_back(symbol_of(node));
    if (values_.back().is_constant() && !std::isfinite(values_.back().node()->value)) {
      fail(formula_.nodes.back(), "the value is not finite", "correct the formula");
    }
    return values_.back();
  }

 private:
  [[noreturn]] void fail(const SpiceFormula::Node& node, const std::string& what,
                         const std::string& remedy) const {
    throw ir::formula_error("circuit.formula", formula_.text, node.column, what, remedy, where_);
  }

  Symbol symbol_of(const SpiceFormula::Node& node) {
    const auto operand = [&](std::size_t i) -> const Symbol& { return values_[node.operands[i]]; };
    switch (node.kind) {
      case Kind::number:
        return {node.value};
      case Kind::name:
        if (node.name == "pi") return {3.141592653589793};
        fail(node, "unknown name '" + node.name + "'",
             "a formula knows v(NAME) and the constant pi");
      case Kind::voltage:
        return node.second.empty() ? input(node, node.name)
                                   : input(node, node.name) - input(node, node.second);
      case Kind::current:
        fail(node, "a formula has no currents", "sense i(" + node.name + ") as a voltage");
      case Kind::negate:
        return -operand(0);
      case Kind::power:
        return power(node, operand(0), operand(1));
      case Kind::multiply:
        return operand(0) * operand(1);
      case Kind::divide:
        return operand(0) / operand(1);
      case Kind::add:
        return operand(0) + operand(1);
      case Kind::subtract:
        return operand(0) - operand(1);
      case Kind::conditional:
        return select(condition(node.operands[0]), operand(1), operand(2));
      case Kind::call:
        return call(node);
      default:
        return truth(node);
    }
  }

  Symbol input(const SpiceFormula::Node& node, const std::string& name) const {
    const auto found = std::find(inputs_.begin(), inputs_.end(), name);
    if (found != inputs_.end()) return Symbol::unknown(static_cast<int>(found - inputs_.begin()));
    if (name == "0" || name == "gnd") return {};
    fail(node, "unknown name '" + name + "'",
         base::suggest(name, std::vector<std::string>(inputs_.begin(), inputs_.end())));
  }

  /// Positive where node `index` is true.
  Symbol condition(std::uint32_t index) const {
    const SpiceFormula::Node& node = formula_.nodes[index];
    if (node.kind == Kind::greater) return values_[node.operands[0]] - values_[node.operands[1]];
    if (node.kind == Kind::less) return values_[node.operands[1]] - values_[node.operands[0]];
    return abs(values_[index]);
  }

  Symbol truth(const SpiceFormula::Node& node) const {
    const Symbol yes(1.0);
    const Symbol no(0.0);
    const Symbol& a = values_[node.operands[0]];
    if (node.kind == Kind::logical_not) return select(condition(node.operands[0]), no, yes);
    const Symbol& b = values_[node.operands[1]];
    switch (node.kind) {
      case Kind::less:
        return select(b - a, yes, no);
      case Kind::greater:
        return select(a - b, yes, no);
      case Kind::less_equal:
        return select(a - b, no, yes);
      case Kind::greater_equal:
        return select(b - a, no, yes);
      case Kind::equal:
        return select(abs(a - b), no, yes);
      case Kind::not_equal:
        return select(abs(a - b), yes, no);
      case Kind::logical_and:
        return select(condition(node.operands[0]), select(condition(node.operands[1]), yes, no),
                      no);
      default:
        return select(condition(node.operands[0]), yes,
                      select(condition(node.operands[1]), yes, no));
    }
  }

  Symbol power(const SpiceFormula::Node& node, const Symbol& root, const Symbol& exponent) const {
    if (!exponent.is_constant()) {
      if (root.is_constant() && root.node()->value > 0.0) {
        return exp(exponent * Symbol(std::log(root.node()->value)));
      }
      fail(node, "an exponent that is not constant", "write exp(y * ln(x))");
    }
    const double value = exponent.node()->value;
    if (value == std::rint(value) && std::abs(value) <= largest_expanded) {
      return whole_power(root, static_cast<int>(value));
    }
    return pow(abs(root), value);
  }

  Symbol call(const SpiceFormula::Node& node) const {
    std::vector<Symbol> x;
    for (const std::uint32_t operand : node.operands) x.push_back(values_[operand]);
    for (const Function& function : plain_functions) {
      if (function.name == node.name && x.size() == 1) return Symbol::make(function.operation, x);
    }
    if (const auto value = composed(node, x)) return *value;
    std::vector<std::string> known{"log10", "tan", "min", "max", "pow", "limit"};
    for (const Function& function : plain_functions) known.emplace_back(function.name);
    if (std::find(known.begin(), known.end(), node.name) != known.end()) {
      fail(node, "wrong number of arguments of '" + node.name + "'",
           "min, max and pow take two, limit three, the others one");
    }
    fail(node, "unknown function '" + node.name + "'", base::suggest(node.name, known));
  }

  [[nodiscard]] std::optional<Symbol> composed(const SpiceFormula::Node& node,
                                               const std::vector<Symbol>& x) const {
    if (x.size() == 1) {
      if (node.name == "log10") return log(x[0]) * Symbol(1.0 / ln_10);
      if (node.name == "tan") return sin(x[0]) / cos(x[0]);
    } else if (x.size() == 2) {
      if (node.name == "min") return minimum(x[0], x[1]);
      if (node.name == "max") return maximum(x[0], x[1]);
      if (node.name == "pow") return power(node, x[0], x[1]);
    } else if (x.size() == 3 && node.name == "limit") {
      return minimum(maximum(x[0], x[1]), x[2]);
    }
    return std::nullopt;
  }

  const SpiceFormula& formula_;
  std::span<const std::string> inputs_;
  const base::Location& where_;
  std::vector<Symbol> values_;
};

}  // namespace

Symbol parse_formula(std::string_view text, std::span<const std::string> inputs,
                     const base::Location& where) {
  const SpiceFormula formula = ir::parse_spice_formula(text, "circuit.formula", where);
  return Builder(formula, inputs, where).run();
}

}  // namespace neucasl::circuit
