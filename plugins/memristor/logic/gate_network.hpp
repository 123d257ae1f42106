#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/logic/network.hpp"

/// \file
/// A network of one kind of gate, as stateful logic has it.
///
/// Nouns. A *node* is an input or the output of a *gate*; nodes 0 to inputs - 1 are the inputs, in
/// the order of the function's. A gate is the NOR of its fan-ins; without fan-ins it is true. By
/// De Morgan's laws the same graph is a network of NANDs: gates that are NANDs compute g(x) =
/// not f(not x), where f is what they compute as NORs. So synthesis knows NORs only, and a network
/// for material implication, whose natural gate is the NAND, is that of the dual function.

namespace neucasl::memristor_logic {

enum class Family : std::uint8_t { magic, imply };

using GateNode = std::uint32_t;

struct Gate {
  std::vector<GateNode> fanins;  ///< Distinct; earlier nodes.

  bool operator==(const Gate&) const = default;
};

struct GateNetwork {
  std::size_t inputs = 0;
  std::vector<Gate> gates;
  std::vector<GateNode> outputs;

  bool operator==(const GateNetwork&) const = default;
  [[nodiscard]] std::size_t nodes() const { return inputs + gates.size(); }
  [[nodiscard]] bool is_gate(GateNode node) const { return node >= inputs; }
  [[nodiscard]] const Gate& gate(GateNode node) const { return gates[node - inputs]; }
  GateNode add(std::vector<GateNode> fanins) {
    gates.push_back({std::move(fanins)});
    return static_cast<GateNode>(nodes() - 1);
  }
};

/// Cycles of one gate: a NOR is one; a NAND of k by implication takes one for each fan-in.
[[nodiscard]] constexpr std::size_t cost_of(Family family, std::size_t fanins) {
  return family == Family::magic ? (fanins == 0 ? 0 : 1) : fanins;
}
/// Cycles of all gates, without those that prepare cells.
std::size_t cost_of(Family family, const GateNetwork& network);

/// A copy in topological order without gates that no output needs.
GateNetwork without_dead_gates(const GateNetwork& network);

struct SynthesisOptions {
  Family family = Family::magic;
  std::size_t most_fanins = 2;  ///< At least 2.
  std::size_t rounds = 40;      ///< Of improvement, for each start.
};

/// Gates for a combinational function: and-inverter graphs of the network itself and, up to six
/// inputs, of its truth tables, each made into gates and improved by resubstitution (below); the
/// cheapest counts. \throws base::Error "memristor.sequential" for a network with latches.
GateNetwork synthesize(const logic::Network& network, const SynthesisOptions& options);

/// Replaces gates by cheaper ones of existing nodes and at most three new gates, by truth tables
/// over all inputs; equally cheap replacements are taken at random to leave local minima. Networks
/// of more than `most_resubstitution_inputs` inputs or `most_resubstitution_gates` gates are
/// returned as they are.
GateNetwork resubstitute(const GateNetwork& network, const SynthesisOptions& options);
inline constexpr std::size_t most_resubstitution_inputs = 10;
inline constexpr std::size_t most_resubstitution_gates = 120;

/// The nodes' values as NORs: 2^inputs bits a node, input i of row m is bit i of m; `words` 64-bit
/// words a node. At most 16 inputs.
std::vector<std::uint64_t> tables_of(const GateNetwork& network, std::size_t words);
[[nodiscard]] constexpr std::size_t table_words(std::size_t inputs) {
  return inputs <= 6 ? 1 : std::size_t{1} << (inputs - 6);
}

}  // namespace neucasl::memristor_logic
