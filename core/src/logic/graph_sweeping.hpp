#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "neucasl/logic/and_inverter_graph.hpp"

/// \file
/// Merging of nodes of an and-inverter graph that are the same function (after A. Kuehlmann and
/// F. Krohm, "Equivalence checking using cuts and heaps", DAC 1997).

namespace neucasl::logic {

/// What simulation says about a node: nodes with the same signature agree, up to inversion, on all
/// patterns.
struct NodeSignature {
  std::uint64_t hash = 0;
  bool first = false;  ///< Value in the first pattern.
};

/// Copies the cones of some literals and merges, from the inputs upwards, each node with an earlier
/// one of the same signature when the truth tables over a common cut are equal. So what is merged
/// is proven; what is not merged may still be equal.
class GraphSweeper {
 public:
  /// `signatures` has one entry for each node.
  GraphSweeper(const AndInverterGraph& graph, std::span<const NodeSignature> signatures)
      : graph_(graph), signatures_(signatures) {}

  void run(std::span<const Literal> roots);
  /// Proven to be the same function; both must be among the roots.
  [[nodiscard]] bool same(Literal a, Literal b) const { return merged(a) == merged(b); }

 private:
  [[nodiscard]] Literal merged(Literal literal) const {
    return invert_if(merged_[node_of(literal)], inverted(literal));
  }
  Literal settle(std::uint32_t node, Literal literal);

  const AndInverterGraph& graph_;
  std::span<const NodeSignature> signatures_;
  AndInverterGraph copy_;
  std::vector<Literal> merged_;  ///< By node of the graph, a literal of the copy.
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> classes_;
};

/// True when two literals of a graph are equal as functions of some cut of at most twelve nodes.
bool equal_over_cut(const AndInverterGraph& graph, Literal a, Literal b);

/// Nodes of the cones of some literals, ascending.
std::vector<std::uint32_t> cone_of(const AndInverterGraph& graph, std::span<const Literal> roots);

}  // namespace neucasl::logic
