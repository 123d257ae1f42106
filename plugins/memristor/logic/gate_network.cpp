#include "gate_network.hpp"

namespace neucasl::memristor_logic {

std::size_t cost_of(Family family, const GateNetwork& network) {
  std::size_t cost = 0;
  for (const Gate& gate : network.gates) cost += cost_of(family, gate.fanins.size());
  return cost;
}

GateNetwork without_dead_gates(const GateNetwork& network) {
  // Gates may stand in any order: depth first from the outputs.
  GateNetwork result;
  result.inputs = network.inputs;
  constexpr GateNode absent = 0xffffffff;
  std::vector<GateNode> place(network.nodes(), absent);
  for (GateNode i = 0; i < network.inputs; ++i) place[i] = i;
  std::vector<std::pair<GateNode, std::size_t>> path;
  for (const GateNode output : network.outputs) {
    if (place[output] == absent) path.emplace_back(output, 0);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      const std::vector<GateNode>& fanins = network.gate(node).fanins;
      while (next < fanins.size() && place[fanins[next]] != absent) ++next;
      if (next < fanins.size()) {
        path.emplace_back(fanins[next], 0);
        continue;
      }
      std::vector<GateNode> moved;
      moved.reserve(fanins.size());
      for (const GateNode fanin : fanins) moved.push_back(place[fanin]);
      place[node] = result.add(std::move(moved));
      path.pop_back();
    }
    result.outputs.push_back(place[output]);
  }
  return result;
}

std::vector<std::uint64_t> tables_of(const GateNetwork& network, std::size_t words) {
  static constexpr std::uint64_t patterns[] = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc,
                                               0xf0f0f0f0f0f0f0f0, 0xff00ff00ff00ff00,
                                               0xffff0000ffff0000, 0xffffffff00000000};
  std::vector<std::uint64_t> tables(network.nodes() * words);
  for (std::size_t i = 0; i < network.inputs; ++i) {
    for (std::size_t w = 0; w < words; ++w) {
      tables[i * words + w] =
          i < 6 ? patterns[i] : (((w >> (i - 6)) & 1U) != 0 ? ~std::uint64_t{0} : 0);
    }
  }
  for (std::size_t g = 0; g < network.gates.size(); ++g) {
    std::uint64_t* table = &tables[(network.inputs + g) * words];
    for (const GateNode fanin : network.gates[g].fanins) {
      for (std::size_t w = 0; w < words; ++w) table[w] |= tables[fanin * words + w];
    }
    for (std::size_t w = 0; w < words; ++w) table[w] = ~table[w];
  }
  return tables;
}

}  // namespace neucasl::memristor_logic
