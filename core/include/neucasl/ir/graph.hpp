#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>
#include <utility>

#include "neucasl/ir/flat_netlist.hpp"

/// \file
/// A flat netlist as Boost.Graph sees it. Opt-in, since Boost.Graph is slow to compile.
///
/// `NetlistGraph` is undirected and bipartite: vertices [0, nodes) are nodes, [nodes, nodes +
/// elements) are elements, and each pin is an edge. `SignalGraph` is directed: vertices are
/// elements, and an edge leads from each output pin to each input pin on the same node. Both model
/// VertexListGraph and IncidenceGraph over compressed index arrays; the netlist must outlive them.

namespace neucasl::ir {

/// Compressed adjacency: the neighbours of vertex v are target[offset[v] .. offset[v + 1]).
struct CompressedGraph {
  std::vector<std::uint32_t> offset;
  std::vector<std::uint32_t> target;
};

struct NEUCASL_EXPORT NetlistGraph : CompressedGraph {
  explicit NetlistGraph(const FlatNetlist& netlist);
};

struct NEUCASL_EXPORT SignalGraph : CompressedGraph {
  explicit SignalGraph(const FlatNetlist& netlist);
};

/// An edge by its end points.
struct GraphEdge {
  std::size_t source = 0;
  std::size_t target = 0;
  bool operator==(const GraphEdge&) const = default;
};

/// Walks the edges that leave one vertex.
class OutEdgeIterator : public boost::iterator_facade<OutEdgeIterator, GraphEdge,
                                                      std::forward_iterator_tag, GraphEdge> {
 public:
  OutEdgeIterator() = default;
  OutEdgeIterator(std::size_t source, const std::uint32_t* target)
      : source_(source), target_(target) {}

 private:
  friend class boost::iterator_core_access;
  [[nodiscard]] GraphEdge dereference() const { return {source_, *target_}; }
  [[nodiscard]] bool equal(const OutEdgeIterator& other) const { return target_ == other.target_; }
  void increment() { ++target_; }

  std::size_t source_ = 0;
  const std::uint32_t* target_ = nullptr;
};

struct CompressedGraphCategory : boost::vertex_list_graph_tag, boost::incidence_graph_tag {};

inline std::pair<boost::counting_iterator<std::size_t>, boost::counting_iterator<std::size_t>>
vertices(const CompressedGraph& graph) {
  return {boost::counting_iterator<std::size_t>(0),
          boost::counting_iterator<std::size_t>(graph.offset.size() - 1)};
}
inline std::size_t num_vertices(const CompressedGraph& graph) { return graph.offset.size() - 1; }
inline std::pair<OutEdgeIterator, OutEdgeIterator> out_edges(std::size_t vertex,
                                                             const CompressedGraph& graph) {
  const std::uint32_t* targets = graph.target.data();
  return {OutEdgeIterator(vertex, targets + graph.offset[vertex]),
          OutEdgeIterator(vertex, targets + graph.offset[vertex + 1])};
}
inline std::size_t out_degree(std::size_t vertex, const CompressedGraph& graph) {
  return graph.offset[vertex + 1] - graph.offset[vertex];
}
inline std::size_t source(const GraphEdge& edge, const CompressedGraph&) { return edge.source; }
inline std::size_t target(const GraphEdge& edge, const CompressedGraph&) { return edge.target; }
inline boost::typed_identity_property_map<std::size_t> get(boost::vertex_index_t,
                                                           const CompressedGraph&) {
  return {};
}

}  // namespace neucasl::ir

namespace boost {

template <class Directed>
struct neucasl_graph_traits {
  using vertex_descriptor = std::size_t;
  using edge_descriptor = neucasl::ir::GraphEdge;
  using directed_category = Directed;
  using edge_parallel_category = allow_parallel_edge_tag;
  using traversal_category = neucasl::ir::CompressedGraphCategory;
  using vertex_iterator = counting_iterator<std::size_t>;
  using out_edge_iterator = neucasl::ir::OutEdgeIterator;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return static_cast<std::size_t>(-1); }
};

template <>
struct graph_traits<neucasl::ir::NetlistGraph> : neucasl_graph_traits<undirected_tag> {};
template <>
struct graph_traits<neucasl::ir::SignalGraph> : neucasl_graph_traits<directed_tag> {};

template <>
struct property_map<neucasl::ir::NetlistGraph, vertex_index_t> {
  using type = typed_identity_property_map<std::size_t>;
  using const_type = type;
};
template <>
struct property_map<neucasl::ir::SignalGraph, vertex_index_t> {
  using type = typed_identity_property_map<std::size_t>;
  using const_type = type;
};

}  // namespace boost
