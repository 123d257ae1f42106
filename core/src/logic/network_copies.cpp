#include "neucasl/logic/network.hpp"

namespace neucasl::logic {
namespace {

/// Adds a copy of a function or constant; `copied` holds the new index of each old node.
void copy_node(Network& target, const Node& node, NodeIndex index, std::vector<NodeIndex>& copied) {
  if (node.kind == NodeKind::constant) {
    copied[index] = target.add_constant(node.name, node.function.at(0), node.where);
    return;
  }
  std::vector<NodeIndex> fanins;
  fanins.reserve(node.fanins.size());
  for (const NodeIndex fanin : node.fanins) fanins.push_back(copied[fanin]);
  copied[index] = target.add_function(node.name, std::move(fanins), node.function, node.where);
}

/// Functions and constants that outputs and latches need.
std::vector<char> needed_nodes(const Network& network) {
  std::vector<char> needed(network.nodes().size(), 0);
  for (const Output& output : network.outputs()) needed[output.node] = 1;
  for (const Latch& latch : network.latches()) needed[latch.input] = 1;
  for (std::size_t i = needed.size(); i-- > 0;) {
    if (needed[i] == 0) continue;
    for (const NodeIndex fanin : network.nodes()[i].fanins) needed[fanin] = 1;
  }
  return needed;
}

}  // namespace

Network combinational_part(const Network& network) {
  Network result;
  result.name = network.name;
  std::vector<NodeIndex> copied(network.nodes().size(), no_node);
  for (const NodeIndex input : network.inputs()) {
    copied[input] = result.add_input(network.node(input).name, network.node(input).where);
  }
  for (const Latch& latch : network.latches()) {
    const Node& state = network.node(latch.output);
    copied[latch.output] = result.add_input(state.name, state.where);
  }
  for (NodeIndex i = 0; i < copied.size(); ++i) {
    if (copied[i] == no_node) copy_node(result, network.node(i), i, copied);
  }
  for (const Output& output : network.outputs()) {
    result.add_output(output.name, copied[output.node], output.where);
  }
  for (const Latch& latch : network.latches()) {
    result.add_output(network.node(latch.output).name + ".next", copied[latch.input], latch.where);
  }
  return result;
}

Network without_unused(const Network& network) {
  Network result;
  result.name = network.name;
  const std::vector<char> needed = needed_nodes(network);
  std::vector<NodeIndex> copied(network.nodes().size(), no_node);
  for (NodeIndex i = 0; i < copied.size(); ++i) {
    const Node& node = network.node(i);
    if (node.kind == NodeKind::input) {
      copied[i] = result.add_input(node.name, node.where);
    } else if (node.kind == NodeKind::latch_output) {
      copied[i] = result.add_latch_output(node.name, node.where);
    } else if (needed[i] != 0) {
      copy_node(result, node, i, copied);
    }
  }
  for (const Output& output : network.outputs()) {
    result.add_output(output.name, copied[output.node], output.where);
  }
  for (Latch latch : network.latches()) {
    latch.input = copied[latch.input];
    latch.output = copied[latch.output];
    result.add_latch(std::move(latch));
  }
  return result;
}

}  // namespace neucasl::logic
