#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Formulas as data: the scalar that turns a model's equations into text.
///
/// Equations that are templates over the scalar, run with `Symbol`, give the formula of each result
/// over the unknowns. Shared parts stay shared, so a formula is a directed acyclic graph.
/// Simulators without automatic differentiation read it as text, and imported behavioural sources
/// are evaluated from it.

namespace neucasl::model {

enum class Operation {
  constant,
  unknown,
  add,
  subtract,
  multiply,
  divide,
  negate,
  exp,
  log,
  sqrt,
  sin,
  cos,
  atan,
  sinh,
  cosh,
  tanh,
  abs,
  power,   ///< first to the constant power `value`
  select,  ///< first > 0 ? second : third
};

class NEUCASL_EXPORT Symbol {
 public:
  struct Node {
    Operation operation = Operation::constant;
    double value = 0.0;  ///< of a constant, or the exponent of a power
    int index = 0;       ///< of an unknown
    std::vector<std::shared_ptr<const Node>> operands;
  };

  Symbol() : Symbol(0.0) {}
  Symbol(double value);  // NOLINT(google-explicit-constructor): constants mix with formulas
  static Symbol unknown(int index);
  static Symbol make(Operation operation, std::vector<Symbol> operands, double value = 0.0);

  [[nodiscard]] const std::shared_ptr<const Node>& node() const { return node_; }
  [[nodiscard]] bool is_constant() const { return node_->operation == Operation::constant; }
  [[nodiscard]] bool is_zero() const { return is_constant() && node_->value == 0.0; }

  Symbol& operator+=(const Symbol& b) { return *this = make(Operation::add, {*this, b}); }
  Symbol& operator-=(const Symbol& b) { return *this = make(Operation::subtract, {*this, b}); }
  Symbol& operator*=(const Symbol& b) { return *this = make(Operation::multiply, {*this, b}); }
  Symbol& operator/=(const Symbol& b) { return *this = make(Operation::divide, {*this, b}); }

 private:
  std::shared_ptr<const Node> node_;
};

inline Symbol operator+(const Symbol& a, const Symbol& b) {
  return Symbol::make(Operation::add, {a, b});
}
inline Symbol operator-(const Symbol& a, const Symbol& b) {
  return Symbol::make(Operation::subtract, {a, b});
}
inline Symbol operator*(const Symbol& a, const Symbol& b) {
  return Symbol::make(Operation::multiply, {a, b});
}
inline Symbol operator/(const Symbol& a, const Symbol& b) {
  return Symbol::make(Operation::divide, {a, b});
}
inline Symbol operator-(const Symbol& a) { return Symbol::make(Operation::negate, {a}); }
inline Symbol exp(const Symbol& a) { return Symbol::make(Operation::exp, {a}); }
inline Symbol log(const Symbol& a) { return Symbol::make(Operation::log, {a}); }
inline Symbol sqrt(const Symbol& a) { return Symbol::make(Operation::sqrt, {a}); }
inline Symbol sin(const Symbol& a) { return Symbol::make(Operation::sin, {a}); }
inline Symbol cos(const Symbol& a) { return Symbol::make(Operation::cos, {a}); }
inline Symbol atan(const Symbol& a) { return Symbol::make(Operation::atan, {a}); }
inline Symbol sinh(const Symbol& a) { return Symbol::make(Operation::sinh, {a}); }
inline Symbol cosh(const Symbol& a) { return Symbol::make(Operation::cosh, {a}); }
inline Symbol tanh(const Symbol& a) { return Symbol::make(Operation::tanh, {a}); }
inline Symbol abs(const Symbol& a) { return Symbol::make(Operation::abs, {a}); }
inline Symbol pow(const Symbol& a, double exponent) {
  return Symbol::make(Operation::power, {a}, exponent);
}
inline Symbol select(const Symbol& condition, const Symbol& a, const Symbol& b) {
  return Symbol::make(Operation::select, {condition, a, b});
}

/// Value of a formula, and its derivatives to the unknowns when `gradient` is not empty.
NEUCASL_EXPORT double evaluate(const Symbol& formula, std::span<const double> unknowns,
                               std::span<double> gradient = {});

/// Formulas as lines of text. A part that is used more than once becomes an assignment of its own,
/// so the text grows with the graph and not with the tree.
struct SymbolText {
  struct Assignment {
    std::string name;
    std::string expression;
  };
  std::vector<Assignment> shared;        ///< In order: each uses earlier names only.
  std::vector<std::string> expressions;  ///< One for each formula.
};
/// ngspice's expression syntax. `unknown_text[i]` stands for unknown i, as "v(n3)"; shared parts
/// are named `prefix` + number, and used as node voltages, "v(" + name + ")".
NEUCASL_EXPORT SymbolText to_text(std::span<const Symbol> formulas,
                                  std::span<const std::string> unknown_text,
                                  const std::string& prefix);

}  // namespace neucasl::model
