#include "neucasl/logic/and_inverter_graph.hpp"

#include <algorithm>
#include <stdexcept>

namespace neucasl::logic {

AndInverterGraph::AndInverterGraph() : nodes_(1), slots_(64, 0) {}

Literal AndInverterGraph::add_input() {
  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  inputs_.push_back(node);
  return literal_of(node);
}

std::size_t AndInverterGraph::slot_of(Literal a, Literal b) const {
  std::uint64_t hash = (std::uint64_t{a} << 32U) | b;
  hash *= 0x9e3779b97f4a7c15U;
  std::size_t slot = (hash >> 24U) & (slots_.size() - 1);
  while (slots_[slot] != 0) {
    const GraphNode& node = nodes_[slots_[slot]];
    if (node.fanin[0] == a && node.fanin[1] == b) break;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

void AndInverterGraph::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (std::uint32_t node = 1; node < nodes_.size(); ++node) {
    if (!is_and(node)) continue;
    slots_[slot_of(nodes_[node].fanin[0], nodes_[node].fanin[1])] = node;
  }
}

Literal AndInverterGraph::and2(Literal a, Literal b) {
  if (a > b) std::swap(a, b);
  if (a == false_literal || a == invert(b)) return false_literal;
  if (a == true_literal || a == b) return b;
  const std::size_t slot = slot_of(a, b);
  if (slots_[slot] != 0) return literal_of(slots_[slot]);
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({{a, b}, std::max(level(node_of(a)), level(node_of(b))) + 1});
  slots_[slot] = index;
  if (2 * nodes_.size() > slots_.size()) grow();
  return literal_of(index);
}

Literal AndInverterGraph::xor2(Literal a, Literal b) {
  // The same nodes whatever the inversions, so that equal functions share them.
  const bool odd = inverted(a) != inverted(b);
  a &= ~1U;
  b &= ~1U;
  return invert_if(or2(and2(a, invert(b)), and2(invert(a), b)), odd);
}

Literal AndInverterGraph::multiplexer(Literal select, Literal when_true, Literal when_false) {
  if (when_true == invert(when_false)) return xor2(select, when_false);
  return or2(and2(select, when_true), and2(invert(select), when_false));
}

std::vector<std::uint32_t> AndInverterGraph::fanout_counts(std::span<const Literal> roots) const {
  std::vector<std::uint32_t> counts(nodes_.size(), 0);
  for (const GraphNode& node : nodes_) {
    if (node.fanin[0] == no_literal) continue;
    ++counts[node_of(node.fanin[0])];
    ++counts[node_of(node.fanin[1])];
  }
  for (const Literal root : roots) ++counts[node_of(root)];
  return counts;
}

std::vector<std::uint64_t> AndInverterGraph::simulate(std::span<const std::uint64_t> words) const {
  if (words.size() != inputs_.size()) throw std::logic_error("one word for each input is needed");
  std::vector<std::uint64_t> value(nodes_.size(), 0);
  for (std::size_t i = 0; i < inputs_.size(); ++i) value[inputs_[i]] = words[i];
  const auto of = [&](Literal l) { return value[node_of(l)] ^ (std::uint64_t{0} - (l & 1U)); };
  for (std::uint32_t node = 1; node < nodes_.size(); ++node) {
    if (is_and(node)) value[node] = of(nodes_[node].fanin[0]) & of(nodes_[node].fanin[1]);
  }
  return value;
}

std::vector<Literal> add_network(AndInverterGraph& graph, const Network& network,
                                 std::span<const Literal> inputs) {
  if (inputs.size() != network.inputs().size() + network.latches().size()) {
    throw std::logic_error("one literal for each input and latch is needed");
  }
  std::vector<Literal> literals(network.nodes().size(), no_literal);
  std::size_t next = 0;
  for (const NodeIndex input : network.inputs()) literals[input] = inputs[next++];
  for (const Latch& latch : network.latches()) literals[latch.output] = inputs[next++];
  std::vector<Literal> operands;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    const Node& node = network.node(static_cast<NodeIndex>(i));
    if (node.kind == NodeKind::constant) {
      literals[i] = invert_if(false_literal, node.function.at(0));
    } else if (node.kind == NodeKind::function) {
      operands.clear();
      for (const NodeIndex fanin : node.fanins) operands.push_back(literals[fanin]);
      literals[i] = graph.build(node.function, operands);
    }
  }
  return literals;
}

NetworkGraphOfAnds to_and_inverter_graph(const Network& network) {
  NetworkGraphOfAnds result;
  std::vector<Literal> inputs;
  const std::size_t count = network.inputs().size() + network.latches().size();
  for (std::size_t i = 0; i < count; ++i) inputs.push_back(result.graph.add_input());
  result.nodes = add_network(result.graph, network, inputs);
  for (const Output& output : network.outputs()) {
    result.outputs.push_back(result.nodes[output.node]);
  }
  for (const Latch& latch : network.latches()) {
    result.next_states.push_back(result.nodes[latch.input]);
  }
  return result;
}

}  // namespace neucasl::logic
