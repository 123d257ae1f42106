#include "matched_ports.hpp"

#include <unordered_map>

#include "scattering.hpp"

namespace neucasl::photonic {
namespace {

using model::Symbol;
using Known = std::unordered_map<const Symbol::Node*, Symbol>;

/// The formula with other formulas in the place of its unknowns.
Symbol substituted(const Symbol::Node& node, std::span<const Symbol> values, Known& known) {
  if (node.operation == model::Operation::constant) return {node.value};
  if (node.operation == model::Operation::unknown) {
    return values[static_cast<std::size_t>(node.index)];
  }
  if (const auto found = known.find(&node); found != known.end()) return found->second;
  std::vector<Symbol> operands;
  operands.reserve(node.operands.size());
  for (const auto& operand : node.operands) {
    operands.push_back(substituted(*operand, values, known));
  }
  Symbol result = Symbol::make(node.operation, std::move(operands), node.value);
  known.emplace(&node, result);
  return result;
}

}  // namespace

MatchedPorts::MatchedPorts(const model::DeviceModel& inner) : inner_(inner) {
  const model::Specification& specification = inner.specification();
  const std::size_t first = specification.terminal_unknowns();
  std::size_t unknown = 0;
  for (const model::Terminal& terminal : specification.terminals) {
    if (terminal.discipline == ir::Discipline::optical) {
      const std::string name = terminal.name + std::string(outgoing_re);
      const std::size_t known = pairs_.size();
      for (std::size_t i = 0; i < specification.internals.size(); ++i) {
        if (specification.internals[i].name != name) continue;
        pairs_.push_back({unknown, first + i});
        pairs_.push_back({unknown + 1, first + i + 1});
      }
      if (pairs_.size() == known) {
        explicit_.push_back(unknown);
        explicit_.push_back(unknown + 1);
      }
    }
    unknown += static_cast<std::size_t>(model::unknowns_of(terminal.discipline));
  }
}

void MatchedPorts::evaluate(std::span<const double> derived, std::span<const double> unknowns,
                            const model::Evaluation& out) const {
  std::vector<double> x(unknowns.begin(), unknowns.end());
  for (const Pair& pair : pairs_) x[pair.terminal] += 0.5 * x[pair.outgoing];
  inner_.evaluate(derived, x, out);
  for (const std::size_t i : explicit_) out.flow[i] = 0.5 * (out.flow[i] + x[i]);
  if (out.flow_jacobian.empty()) return;
  const std::size_t n = x.size();
  for (const std::size_t i : explicit_) {
    for (std::size_t j = 0; j < n; ++j) out.flow_jacobian[i * n + j] *= 0.5;
    out.flow_jacobian[i * n + i] += 0.5;
  }
  for (const Pair& pair : pairs_) {
    for (std::size_t row = 0; row < n; ++row) {
      for (const auto& jacobian : {out.flow_jacobian, out.storage_jacobian}) {
        jacobian[row * n + pair.outgoing] += 0.5 * jacobian[row * n + pair.terminal];
      }
    }
  }
}

model::SymbolicForm MatchedPorts::symbolic(std::span<const double> derived) const {
  const std::size_t n = inner_.specification().unknowns();
  std::vector<Symbol> values;
  values.reserve(n);
  for (std::size_t i = 0; i < n; ++i) values.push_back(Symbol::unknown(static_cast<int>(i)));
  for (const Pair& pair : pairs_) {
    values[pair.terminal] += Symbol(0.5) * Symbol::unknown(static_cast<int>(pair.outgoing));
  }
  model::SymbolicForm form = inner_.symbolic(derived);
  Known known;
  for (auto* part : {&form.flow, &form.storage}) {
    for (Symbol& formula : *part) {
      // The formula that is replaced must outlive the map of its nodes.
      const Symbol before = formula;
      formula = substituted(*before.node(), values, known);
      known.clear();
    }
  }
  for (const std::size_t i : explicit_) {
    form.flow[i] = Symbol(0.5) * (form.flow[i] + Symbol::unknown(static_cast<int>(i)));
  }
  return form;
}

}  // namespace neucasl::photonic
