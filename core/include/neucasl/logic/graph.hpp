#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/ir/graph.hpp"
#include "neucasl/logic/network.hpp"

/// \file
/// Logic networks as Boost.Graph sees them. Opt-in, since Boost.Graph is slow to compile.
///
/// Both graphs are directed, over compressed index arrays, and model VertexListGraph and
/// IncidenceGraph; vertices are nodes. `FaninGraph` leads from a node to its fan-ins, in their
/// order; `FanoutGraph` from a node to its users. Latches are not crossed: a latch output has no
/// fan-in.

namespace neucasl::logic {

struct NEUCASL_EXPORT FaninGraph : ir::CompressedGraph {
  explicit FaninGraph(const Network& network);
  /// Of definitions that need not be in order, such as those of a file: fan-ins by node.
  explicit FaninGraph(std::span<const std::vector<NodeIndex>> fanins);
};

struct NEUCASL_EXPORT FanoutGraph : ir::CompressedGraph {
  explicit FanoutGraph(const Network& network);
};

/// All nodes, fan-ins before their users; where the given order is one already, it is kept. Empty
/// when there is a loop.
[[nodiscard]] NEUCASL_EXPORT std::vector<NodeIndex> topological_order(const FaninGraph& graph);

/// Nodes of one loop in the direction of the signals, each a fan-in of the next and the last of the
/// first; a shortest one through its first node. Empty when there is none.
[[nodiscard]] NEUCASL_EXPORT std::vector<NodeIndex> find_loop(const FaninGraph& graph);

/// Functions on the longest path to each node, itself included: 0 for inputs, latch outputs and
/// constants.
[[nodiscard]] NEUCASL_EXPORT std::vector<std::uint32_t> levels(const Network& network);

}  // namespace neucasl::logic

namespace boost {

template <>
struct graph_traits<neucasl::logic::FaninGraph> : neucasl_graph_traits<directed_tag> {};
template <>
struct graph_traits<neucasl::logic::FanoutGraph> : neucasl_graph_traits<directed_tag> {};

template <>
struct property_map<neucasl::logic::FaninGraph, vertex_index_t> {
  using type = typed_identity_property_map<std::size_t>;
  using const_type = type;
};
template <>
struct property_map<neucasl::logic::FanoutGraph, vertex_index_t> {
  using type = typed_identity_property_map<std::size_t>;
  using const_type = type;
};

}  // namespace boost
