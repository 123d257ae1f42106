#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "neucasl/logic/network.hpp"

/// \file
/// Networks of two-input ANDs and inverters with structural hashing.
///
/// A *literal* is twice a node's number plus 1 where the value is inverted. Node 0 is the constant
/// false, so literal 0 is false and literal 1 true. The fan-ins of a node have smaller numbers.

namespace neucasl::logic {

using Literal = std::uint32_t;
inline constexpr Literal false_literal = 0;
inline constexpr Literal true_literal = 1;
inline constexpr Literal no_literal = 0xffffffff;

[[nodiscard]] constexpr Literal literal_of(std::uint32_t node, bool inverted = false) {
  return 2 * node + (inverted ? 1U : 0U);
}
[[nodiscard]] constexpr std::uint32_t node_of(Literal literal) { return literal >> 1U; }
[[nodiscard]] constexpr bool inverted(Literal literal) { return (literal & 1U) != 0; }
[[nodiscard]] constexpr Literal invert(Literal literal) { return literal ^ 1U; }
[[nodiscard]] constexpr Literal invert_if(Literal literal, bool condition) {
  return literal ^ (condition ? 1U : 0U);
}

/// How a function of six variables splits into smaller ones. Functions are tables of 64 rows,
/// repeated over variables that they do not depend on.
struct FactoringStep {
  enum class Kind : std::uint8_t {
    constant,     ///< false
    variable,     ///< x
    literal_and,  ///< x and `left`
    literal_xor,  ///< x xor `left`
    pair_and,     ///< `left`, in which variable `first` stands for (x and y)
    pair_xor,     ///< `left`, in which variable `first` stands for (x xor y)
    unate,        ///< `left` or (x and `right`)
    multiplexer,  ///< x ? `right` : `left`
  };
  Kind kind = Kind::constant;
  std::uint8_t first = 0, second = 0;  ///< x and y
  bool first_inverted = false, second_inverted = false;
  bool output_inverted = false;
  std::uint64_t left = 0, right = 0;
  std::uint16_t ands = 0;  ///< Nodes of the whole, without sharing.
};

/// A value type. Nodes are only ever added.
class NEUCASL_EXPORT AndInverterGraph {
 public:
  AndInverterGraph();

  Literal add_input();
  /// With the rules of constants and of equal or opposite operands; equal pairs give one node.
  Literal and2(Literal a, Literal b);
  Literal or2(Literal a, Literal b) { return invert(and2(invert(a), invert(b))); }
  Literal xor2(Literal a, Literal b);
  Literal multiplexer(Literal select, Literal when_true, Literal when_false);
  /// The function of literals, one for each input of the table: disjoint parts (AND, OR, XOR) are
  /// split off first, the rest by Shannon's expansion about the variable that gives the fewest
  /// nodes. Many-input ANDs and XORs become trees balanced by the operands' levels.
  Literal build(TruthTable function, std::span<const Literal> inputs);

  /// Nodes, the constant and inputs included.
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::size_t ands() const { return nodes_.size() - inputs_.size() - 1; }
  /// Nodes of the inputs in the order in which they were added.
  [[nodiscard]] std::span<const std::uint32_t> inputs() const { return inputs_; }
  [[nodiscard]] bool is_and(std::uint32_t node) const {
    return nodes_[node].fanin[0] != no_literal;
  }
  [[nodiscard]] bool is_input(std::uint32_t node) const { return node != 0 && !is_and(node); }
  /// Of an AND; the first is smaller. `which` is 0 or 1.
  [[nodiscard]] Literal fanin(std::uint32_t node, unsigned which) const {
    return nodes_[node].fanin[which];
  }
  /// ANDs on the longest path from an input.
  [[nodiscard]] std::uint32_t level(std::uint32_t node) const { return nodes_[node].level; }
  /// How often each node is used: by ANDs and by `roots`.
  [[nodiscard]] std::vector<std::uint32_t> fanout_counts(std::span<const Literal> roots) const;
  /// 64 patterns at once: one word for each input gives one word for each node.
  /// \throws std::logic_error for another number of words.
  [[nodiscard]] std::vector<std::uint64_t> simulate(std::span<const std::uint64_t> words) const;

 private:
  struct GraphNode {
    Literal fanin[2] = {no_literal, no_literal};
    std::uint32_t level = 0;
  };
  [[nodiscard]] std::size_t slot_of(Literal a, Literal b) const;
  void grow();
  Literal build_table(std::uint64_t table, std::vector<Literal>& variables);
  Literal build_tree(std::uint64_t table, FactoringStep::Kind kind,
                     std::vector<Literal>& variables);
  const FactoringStep& step_of(std::uint64_t table);
  FactoringStep find_step(std::uint64_t table);
  FactoringStep split(std::uint64_t table, unsigned variables);

  std::vector<GraphNode> nodes_;
  std::vector<std::uint32_t> inputs_;
  std::vector<std::uint32_t> slots_;  ///< Open hash table of ANDs; 0 is empty.
  std::unordered_map<std::uint64_t, FactoringStep> steps_;
};

/// A network as such a graph. Its inputs are the primary inputs and then the latch outputs.
struct NetworkGraphOfAnds {
  AndInverterGraph graph;
  std::vector<Literal> nodes;        ///< By node of the network.
  std::vector<Literal> outputs;      ///< By output of the network.
  std::vector<Literal> next_states;  ///< By latch of the network.
};

[[nodiscard]] NEUCASL_EXPORT NetworkGraphOfAnds to_and_inverter_graph(const Network& network);

/// Adds a network to a graph: `inputs` are the literals of its primary inputs and then of its latch
/// outputs. \return A literal for each node of the network.
/// \throws std::logic_error for another number of literals.
NEUCASL_EXPORT std::vector<Literal> add_network(AndInverterGraph& graph, const Network& network,
                                                std::span<const Literal> inputs);

}  // namespace neucasl::logic
