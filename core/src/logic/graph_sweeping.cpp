#include "graph_sweeping.hpp"

namespace neucasl::logic {

std::vector<std::uint32_t> cone_of(const AndInverterGraph& graph, std::span<const Literal> roots) {
  std::vector<char> inside(graph.size(), 0);
  std::uint32_t last = 0;
  for (const Literal root : roots) {
    inside[node_of(root)] = 1;
    last = std::max(last, node_of(root));
  }
  std::size_t count = 0;
  for (std::uint32_t node = last + 1; node-- > 0;) {
    if (inside[node] == 0) continue;
    ++count;
    if (!graph.is_and(node)) continue;
    inside[node_of(graph.fanin(node, 0))] = 1;
    inside[node_of(graph.fanin(node, 1))] = 1;
  }
  // Fan-ins are smaller, so that they were marked before they were passed.
  std::vector<std::uint32_t> nodes;
  nodes.reserve(count);
  for (std::uint32_t node = 0; node <= last; ++node) {
    if (inside[node] != 0) nodes.push_back(node);
  }
  return nodes;
}

Literal GraphSweeper::settle(std::uint32_t node, Literal literal) {
  // Each further member of a class has already failed against the others.
  constexpr std::size_t most_members = 4;
  const NodeSignature& own = signatures_[node];
  std::vector<std::uint32_t>& members = classes_[own.hash];
  for (const std::uint32_t member : members) {
    const Literal other = invert_if(merged_[member], signatures_[member].first != own.first);
    if (other == literal || equal_over_cut(copy_, literal, other)) return other;
  }
  if (members.size() < most_members) members.push_back(node);
  return literal;
}

void GraphSweeper::run(std::span<const Literal> roots) {
  merged_.assign(graph_.size(), no_literal);
  for (const std::uint32_t node : cone_of(graph_, roots)) {
    if (node == 0) {
      merged_[node] = false_literal;
      classes_[signatures_[node].hash].push_back(node);
    } else if (graph_.is_input(node)) {
      merged_[node] = copy_.add_input();
      classes_[signatures_[node].hash].push_back(node);
    } else {
      const Literal literal =
          copy_.and2(merged(graph_.fanin(node, 0)), merged(graph_.fanin(node, 1)));
      merged_[node] = settle(node, literal);
    }
  }
}

}  // namespace neucasl::logic
