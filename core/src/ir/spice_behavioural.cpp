#include <algorithm>
#include <cmath>

#include "neucasl/base/quantity.hpp"
#include "spice_values.hpp"

namespace neucasl::ir::spice {
namespace {

using Kind = SpiceFormula::Kind;

/// How strongly an operator binds, so that few parentheses are written: a long sum must not nest.
int strength_of(Kind kind) {
  switch (kind) {
    case Kind::conditional:
      return 1;
    case Kind::logical_or:
      return 2;
    case Kind::logical_and:
      return 3;
    case Kind::equal:
    case Kind::not_equal:
      return 4;
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal:
      return 5;
    case Kind::add:
    case Kind::subtract:
      return 6;
    case Kind::multiply:
    case Kind::divide:
      return 7;
    case Kind::negate:
    case Kind::logical_not:
      return 8;
    case Kind::power:
      return 9;
    default:
      return 10;
  }
}

std::string_view symbol_of(Kind kind) {
  switch (kind) {
    case Kind::logical_or:
      return "||";
    case Kind::logical_and:
      return "&&";
    case Kind::equal:
      return "==";
    case Kind::not_equal:
      return "!=";
    case Kind::less:
      return "<";
    case Kind::less_equal:
      return "<=";
    case Kind::greater:
      return ">";
    case Kind::greater_equal:
      return ">=";
    case Kind::add:
      return "+";
    case Kind::subtract:
      return "-";
    case Kind::multiply:
      return "*";
    default:
      return "/";
  }
}

const std::vector<std::string> functions_of_voltages = {
    "exp",  "ln",   "log",  "log10", "sqrt", "sin", "cos", "tan",  "atan",
    "sinh", "cosh", "tanh", "abs",   "min",  "max", "pow", "limit"};

struct Part {
  std::string text;
  int strength = 10;
  bool constant = false;
  double value = 0.0;
};

class Rewriter {
 public:
  Rewriter(const SpiceFormula& formula, const Place& place, const Deck& deck,
           Parameters& parameters, Probes& probes)
      : formula_(formula), place_(place), deck_(deck), parameters_(parameters), probes_(probes) {}

  BehaviouralFormula run() {
    for (const SpiceFormula::Node& node : formula_.nodes) parts_.push_back(part_of(node));
    return {text_of(parts_.back(), 0), parts_.back().constant, parts_.back().value};
  }

 private:
  [[noreturn]] void fail(const SpiceFormula::Node& node, const std::string& what,
                         const std::string& remedy) const {
    throw formula_error("spice.formula", formula_.text, node.column, what, remedy,
                        deck_.where(place_));
  }

  static std::string text_of(const Part& part, int least) {
    if (part.constant) {
      const std::string number = base::shortest(part.value);
      return std::signbit(part.value) ? '(' + number + ')' : number;
    }
    return part.strength < least ? '(' + part.text + ')' : part.text;
  }

  Part number(const SpiceFormula::Node& node, double value) const {
    if (!std::isfinite(value)) fail(node, "the value is not finite", "correct the formula");
    return {{}, 10, true, value};
  }

  Part part_of(const SpiceFormula::Node& node) {
    switch (node.kind) {
      case Kind::number:
        return number(node, node.value);
      case Kind::name:
        return parameter(node);
      case Kind::voltage:
        return voltage(node);
      case Kind::current:
        return {"v(" + probes_.current(node.name, place_) + ')', 10, false, 0.0};
      case Kind::call:
        return call(node);
      default:
        return operation(node);
    }
  }

  Part parameter(const SpiceFormula::Node& node) {
    if (const auto value = parameters_.find(node.name)) return number(node, *value);
    if (node.name == "pi") return number(node, 3.141592653589793);
    fail(node, "unknown name '" + node.name + "'",
         "a formula knows v(NODE), i(VSOURCE) and parameters: " +
             base::suggest(node.name, parameters_.names()));
  }

  Part voltage(const SpiceFormula::Node& node) {
    const std::string first = probes_.voltage(node.name, place_);
    const std::string second =
        node.second.empty() ? std::string() : probes_.voltage(node.second, place_);
    if (first.empty() && second.empty()) return number(node, 0.0);
    if (second.empty()) return {"v(" + first + ')', 10, false, 0.0};
    if (first.empty()) return {"-v(" + second + ')', strength_of(Kind::negate), false, 0.0};
    return {"v(" + first + ',' + second + ')', 10, false, 0.0};
  }

  [[nodiscard]] bool all_constant(const SpiceFormula::Node& node) const {
    return std::all_of(node.operands.begin(), node.operands.end(),
                       [&](std::uint32_t operand) { return parts_[operand].constant; });
  }
  [[nodiscard]] std::vector<double> constants(const SpiceFormula::Node& node) const {
    std::vector<double> values;
    for (const std::uint32_t operand : node.operands) values.push_back(parts_[operand].value);
    return values;
  }

  Part call(const SpiceFormula::Node& node) {
    if (all_constant(node)) {
      if (const auto value = call_spice_function(node.name, constants(node))) {
        return number(node, *value);
      }
    }
    const auto known =
        std::find(functions_of_voltages.begin(), functions_of_voltages.end(), node.name);
    // Counts of arguments are those of the functions of constants.
    if (known == functions_of_voltages.end() ||
        !call_spice_function(node.name, std::vector<double>(node.operands.size(), 1.0))) {
      fail(node,
           "unknown function '" + node.name + "' of " + std::to_string(node.operands.size()) +
               " arguments of voltages",
           base::suggest(node.name, functions_of_voltages));
    }
    if (node.name == "pow") return power(node);
    std::string text = node.name + '(';
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      text += (i == 0 ? "" : ",") + text_of(parts_[node.operands[i]], 0);
    }
    return {text + ')', 10, false, 0.0};
  }

  Part operation(const SpiceFormula::Node& node) {
    if (all_constant(node)) return number(node, apply_spice_operator(node.kind, constants(node)));
    const int strength = strength_of(node.kind);
    const auto operand = [&](std::size_t i, int least) {
      return text_of(parts_[node.operands[i]], least);
    };
    switch (node.kind) {
      case Kind::negate:
        return {'-' + operand(0, strength + 1), strength, false, 0.0};
      case Kind::logical_not:
        return {'!' + operand(0, strength + 1), strength, false, 0.0};
      case Kind::power:
        return power(node);
      case Kind::conditional:
        return {operand(0, 2) + " ? " + operand(1, 2) + " : " + operand(2, 2), strength, false,
                0.0};
      default:
        return {operand(0, strength) + std::string(symbol_of(node.kind)) + operand(1, strength + 1),
                strength, false, 0.0};
    }
  }

  /// ngspice takes the magnitude of the base.
  Part power(const SpiceFormula::Node& node) {
    const Part& base = parts_[node.operands[0]];
    const Part& exponent = parts_[node.operands[1]];
    const int strength = strength_of(Kind::power);
    if (exponent.constant) {
      const bool even = std::fmod(exponent.value, 2.0) == 0.0;
      const std::string root = even ? text_of(base, strength + 1) : "abs(" + text_of(base, 0) + ')';
      return {root + '^' + text_of(exponent, strength + 1), strength, false, 0.0};
    }
    if (!base.constant) {
      fail(node, "a power whose base and exponent both vary", "write exp(y*ln(x))");
    }
    return {
        text_of({{}, 10, true, std::abs(base.value)}, 0) + '^' + text_of(exponent, strength + 1),
        strength, false, 0.0};
  }

  const SpiceFormula& formula_;
  const Place& place_;
  const Deck& deck_;
  Parameters& parameters_;
  Probes& probes_;
  std::vector<Part> parts_;
};

}  // namespace

BehaviouralFormula behavioural_formula(std::string_view text, const Place& place, const Deck& deck,
                                       Parameters& parameters, Probes& probes) {
  const SpiceFormula formula =
      parse_spice_formula(without_quotes(text), "spice.formula", deck.where(place));
  return Rewriter(formula, place, deck, parameters, probes).run();
}

}  // namespace neucasl::ir::spice
