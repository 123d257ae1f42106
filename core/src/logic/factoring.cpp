#include <algorithm>
#include <bit>
#include <optional>
#include <stdexcept>

#include "neucasl/logic/and_inverter_graph.hpp"
#include "table_operations.hpp"

/// \file
/// From truth tables to ANDs and inverters.
///
/// A function splits off x where a cofactor is constant (AND, OR) or the two are opposite (XOR),
/// and a pair (x, y) where three of the four cofactors about both are equal (AND) or those of equal
/// parity are (XOR): the simple disjoint decompositions (R. L. Ashenhurst, "The decomposition of
/// switching functions", 1959). They lose nothing. What is left is prime and is expanded about one
/// variable, the cheapest over all subcubes.

namespace neucasl::logic {
namespace {

using StepKind = FactoringStep::Kind;
using tables::cofactor_0;
using tables::cofactor_1;

constexpr unsigned table_variables = 6;
constexpr unsigned xor_nodes = 3;

/// x op g for a literal x.
std::optional<FactoringStep> literal_step(std::uint64_t table, unsigned x) {
  const std::uint64_t low = cofactor_0(table, x);
  const std::uint64_t high = cofactor_1(table, x);
  const std::uint64_t all = ~std::uint64_t{0};
  FactoringStep step;
  step.kind = StepKind::literal_and;
  step.first = static_cast<std::uint8_t>(x);
  if (low == 0 || high == 0) {
    step.first_inverted = high == 0;
    step.left = low | high;
  } else if (low == all || high == all) {
    // x or g = not (not x and not g)
    step.first_inverted = high == all;
    step.left = ~(low & high);
    step.output_inverted = true;
  } else if (low == ~high) {
    step.kind = StepKind::literal_xor;
    step.left = low;
  } else {
    return std::nullopt;
  }
  return step;
}

/// The function `inside` where x is true, `outside` elsewhere.
std::uint64_t halves_joined(unsigned x, std::uint64_t outside, std::uint64_t inside) {
  return (outside & ~tables::variable[x]) | (inside & tables::variable[x]);
}

std::optional<FactoringStep> pair_step(std::uint64_t table, unsigned x, unsigned y) {
  const std::uint64_t low = cofactor_0(table, x);
  const std::uint64_t high = cofactor_1(table, x);
  // Bit 0 of the index is x, bit 1 is y.
  const std::uint64_t corner[4] = {cofactor_0(low, y), cofactor_0(high, y), cofactor_1(low, y),
                                   cofactor_1(high, y)};
  FactoringStep step;
  step.first = static_cast<std::uint8_t>(x);
  step.second = static_cast<std::uint8_t>(y);
  if (corner[0] == corner[3] && corner[1] == corner[2]) {
    step.kind = StepKind::pair_xor;
    step.left = halves_joined(x, corner[0], corner[1]);
    return step;
  }
  step.kind = StepKind::pair_and;
  for (unsigned odd = 0; odd < 4; ++odd) {
    const std::uint64_t other = corner[odd ^ 1U];
    if (corner[odd ^ 2U] != other || corner[odd ^ 3U] != other) continue;
    step.first_inverted = (odd & 1U) == 0;
    step.second_inverted = (odd & 2U) == 0;
    step.left = halves_joined(x, other, corner[odd]);
    return step;
  }
  return std::nullopt;
}

/// Expansion about x; an AND less when one cofactor contains the other.
FactoringStep expansion_step(std::uint64_t table, unsigned x) {
  const std::uint64_t low = cofactor_0(table, x);
  const std::uint64_t high = cofactor_1(table, x);
  FactoringStep step;
  step.first = static_cast<std::uint8_t>(x);
  step.left = low;
  step.right = high;
  step.kind = StepKind::multiplexer;
  if ((low & ~high) == 0) {
    step.kind = StepKind::unate;
  } else if ((high & ~low) == 0) {
    step.kind = StepKind::unate;
    step.first_inverted = true;
    std::swap(step.left, step.right);
  }
  return step;
}

/// Of the nested steps of one kind: whether `step` adds an operand to the same tree. Inside an AND
/// an inverted rest is an operand by itself.
bool continues_tree(const FactoringStep& step, StepKind kind, bool first) {
  return step.kind == kind && (first || kind == StepKind::literal_xor || !step.output_inverted);
}

}  // namespace

FactoringStep AndInverterGraph::split(std::uint64_t table, unsigned variables) {
  for (unsigned x = 0; x < table_variables; ++x) {
    if (((variables >> x) & 1U) == 0) continue;
    if (auto step = literal_step(table, x)) {
      const unsigned own = step->kind == StepKind::literal_xor ? xor_nodes : 1U;
      step->ands = static_cast<std::uint16_t>(own + step_of(step->left).ands);
      return *step;
    }
  }
  for (unsigned x = 0; x < table_variables; ++x) {
    for (unsigned y = x + 1; y < table_variables; ++y) {
      if (((variables >> x) & (variables >> y) & 1U) == 0) continue;
      if (auto step = pair_step(table, x, y)) {
        const unsigned own = step->kind == StepKind::pair_xor ? xor_nodes : 1U;
        step->ands = static_cast<std::uint16_t>(own + step_of(step->left).ands);
        return *step;
      }
    }
  }
  FactoringStep best;
  best.ands = 0xffff;
  for (unsigned x = 0; x < table_variables; ++x) {
    if (((variables >> x) & 1U) == 0) continue;
    FactoringStep step = expansion_step(table, x);
    const unsigned own = step.kind == StepKind::unate ? 2U : xor_nodes;
    const unsigned left = step_of(step.left).ands;
    step.ands = static_cast<std::uint16_t>(own + left + step_of(step.right).ands);
    if (step.ands < best.ands) best = step;
  }
  return best;
}

FactoringStep AndInverterGraph::find_step(std::uint64_t table) {
  unsigned variables = 0;
  for (unsigned x = 0; x < table_variables; ++x) {
    if (tables::depends_on(table, x)) variables |= 1U << x;
  }
  if (variables != 0 && !std::has_single_bit(variables)) return split(table, variables);
  FactoringStep step;
  step.output_inverted = (table & 1U) != 0;
  if (variables != 0) {
    step.kind = StepKind::variable;
    step.first = static_cast<std::uint8_t>(std::countr_zero(variables));
  }
  return step;
}

const FactoringStep& AndInverterGraph::step_of(std::uint64_t table) {
  if (const auto known = steps_.find(table); known != steps_.end()) return known->second;
  const FactoringStep step = find_step(table);
  return steps_.emplace(table, step).first->second;
}

/// Gathers the operands of nested steps of one kind, so that the tree can be balanced.
Literal AndInverterGraph::build_tree(std::uint64_t table, StepKind kind,
                                     std::vector<Literal>& variables) {
  std::vector<Literal> operands;
  bool output = false;
  for (FactoringStep step = step_of(table); continues_tree(step, kind, operands.empty());
       step = step_of(table)) {
    output ^= step.output_inverted;
    operands.push_back(invert_if(variables[step.first], step.first_inverted));
    table = step.left;
  }
  operands.push_back(build_table(table, variables));
  const auto later = [&](Literal a, Literal b) {
    const std::uint32_t level_a = level(node_of(a));
    const std::uint32_t level_b = level(node_of(b));
    return level_a != level_b ? level_a > level_b : a > b;
  };
  while (operands.size() > 1) {
    std::sort(operands.begin(), operands.end(), later);
    const Literal a = operands.back();
    operands.pop_back();
    const Literal b = operands.back();
    operands.back() = kind == StepKind::literal_xor ? xor2(a, b) : and2(a, b);
  }
  return invert_if(operands.front(), output);
}

Literal AndInverterGraph::build_table(std::uint64_t table, std::vector<Literal>& variables) {
  const FactoringStep step = step_of(table);  // a copy: the map may grow below
  Literal result = false_literal;
  const Literal x = invert_if(variables[step.first], step.first_inverted);
  switch (step.kind) {
    case StepKind::constant:
      break;
    case StepKind::variable:
      result = x;
      break;
    case StepKind::literal_and:
    case StepKind::literal_xor:
      return build_tree(table, step.kind, variables);
    case StepKind::pair_and:
    case StepKind::pair_xor: {
      const Literal y = invert_if(variables[step.second], step.second_inverted);
      const Literal kept = variables[step.first];
      variables[step.first] = step.kind == StepKind::pair_and ? and2(x, y) : xor2(x, y);
      result = build_table(step.left, variables);
      variables[step.first] = kept;
      break;
    }
    case StepKind::unate: {
      const Literal left = build_table(step.left, variables);
      result = or2(left, and2(x, build_table(step.right, variables)));
      break;
    }
    case StepKind::multiplexer: {
      const Literal left = build_table(step.left, variables);
      result = multiplexer(x, build_table(step.right, variables), left);
      break;
    }
  }
  return invert_if(result, step.output_inverted);
}

Literal AndInverterGraph::build(TruthTable function, std::span<const Literal> inputs) {
  if (function.inputs > most_table_inputs || inputs.size() != function.inputs) {
    throw std::logic_error("one literal for each input of the table is needed");
  }
  // Functions of logic netlists repeat; this only bounds memory where they do not.
  constexpr std::size_t most_steps = std::size_t{1} << 17U;
  if (steps_.size() > most_steps) steps_.clear();
  std::vector<Literal> variables(table_variables, false_literal);
  std::copy(inputs.begin(), inputs.end(), variables.begin());
  return build_table(tables::stretched(function.bits, function.inputs), variables);
}

}  // namespace neucasl::logic
