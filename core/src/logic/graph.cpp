#include "neucasl/logic/graph.hpp"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>
#include <limits>

namespace neucasl::logic {
namespace {

/// Strong components, numbered so that a node's fan-ins have no larger number than itself.
std::vector<std::uint32_t> component_numbers(const FaninGraph& graph, std::size_t& count) {
  std::vector<std::uint32_t> component(num_vertices(graph));
  count = boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(),
                                               boost::typed_identity_property_map<std::size_t>()));
  return component;
}

bool feeds_itself(const FaninGraph& graph, std::size_t vertex) {
  const auto [begin, end] = out_edges(vertex, graph);
  return std::any_of(begin, end, [&](const ir::GraphEdge& edge) { return edge.target == vertex; });
}

/// The first node on a loop.
std::size_t node_on_loop(const FaninGraph& graph) {
  std::size_t count = 0;
  const std::vector<std::uint32_t> component = component_numbers(graph, count);
  std::vector<std::uint32_t> size(count, 0);
  for (const std::uint32_t number : component) ++size[number];
  for (std::size_t vertex = 0; vertex < component.size(); ++vertex) {
    if (size[component[vertex]] > 1 || feeds_itself(graph, vertex)) return vertex;
  }
  return std::numeric_limits<std::size_t>::max();
}

}  // namespace

FaninGraph::FaninGraph(std::span<const std::vector<NodeIndex>> fanins) {
  offset.reserve(fanins.size() + 1);
  offset.push_back(0);
  for (const std::vector<NodeIndex>& of_node : fanins) {
    target.insert(target.end(), of_node.begin(), of_node.end());
    offset.push_back(static_cast<std::uint32_t>(target.size()));
  }
}

FaninGraph::FaninGraph(const Network& network) {
  offset.reserve(network.nodes().size() + 1);
  offset.push_back(0);
  for (const Node& node : network.nodes()) {
    target.insert(target.end(), node.fanins.begin(), node.fanins.end());
    offset.push_back(static_cast<std::uint32_t>(target.size()));
  }
}

FanoutGraph::FanoutGraph(const Network& network) {
  const std::size_t count = network.nodes().size();
  offset.assign(count + 1, 0);
  for (const Node& node : network.nodes()) {
    for (const NodeIndex fanin : node.fanins) ++offset[fanin + 1];
  }
  for (std::size_t i = 1; i <= count; ++i) offset[i] += offset[i - 1];
  target.resize(offset[count]);
  std::vector<std::uint32_t> next(offset.begin(), offset.end() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    for (const NodeIndex fanin : network.nodes()[i].fanins) {
      target[next[fanin]++] = static_cast<std::uint32_t>(i);
    }
  }
}

std::vector<NodeIndex> topological_order(const FaninGraph& graph) {
  std::size_t count = 0;
  const std::vector<std::uint32_t> component = component_numbers(graph, count);
  if (count != component.size()) return {};
  std::vector<NodeIndex> order(count);
  for (std::size_t vertex = 0; vertex < count; ++vertex) {
    if (feeds_itself(graph, vertex)) return {};
    order[component[vertex]] = static_cast<NodeIndex>(vertex);
  }
  return order;
}

std::vector<NodeIndex> find_loop(const FaninGraph& graph) {
  const std::size_t start = node_on_loop(graph);
  if (start >= num_vertices(graph)) return {};
  if (feeds_itself(graph, start)) return {static_cast<NodeIndex>(start)};
  // Breadth first against the signals; `user` is the node through which each was reached.
  std::vector<std::size_t> user(num_vertices(graph), start);
  boost::breadth_first_search(graph, start,
                              boost::visitor(boost::make_bfs_visitor(
                                  boost::record_predecessors(user.data(), boost::on_tree_edge()))));
  // The nearest node that `start` feeds closes the loop.
  std::vector<std::size_t> distance(num_vertices(graph), std::numeric_limits<std::size_t>::max());
  distance[start] = 0;
  boost::breadth_first_search(graph, start,
                              boost::visitor(boost::make_bfs_visitor(boost::record_distances(
                                  distance.data(), boost::on_tree_edge()))));
  std::size_t last = start;
  for (std::size_t v = 0; v < num_vertices(graph); ++v) {
    const auto [begin, end] = out_edges(v, graph);
    const bool reaches =
        distance[v] != std::numeric_limits<std::size_t>::max() && v != start &&
        std::any_of(begin, end, [&](const ir::GraphEdge& edge) { return edge.target == start; });
    if (reaches && (last == start || distance[v] < distance[last])) last = v;
  }
  std::vector<NodeIndex> loop{static_cast<NodeIndex>(start)};
  for (std::size_t v = last; v != start; v = user[v]) loop.push_back(static_cast<NodeIndex>(v));
  return loop;
}

std::vector<std::uint32_t> levels(const Network& network) {
  std::vector<std::uint32_t> level(network.nodes().size(), 0);
  const FaninGraph graph(network);
  for (std::size_t vertex = 0; vertex < level.size(); ++vertex) {
    if (network.nodes()[vertex].kind != NodeKind::function) continue;
    const auto [begin, end] = out_edges(vertex, graph);
    for (auto edge = begin; edge != end; ++edge) {
      level[vertex] = std::max(level[vertex], level[(*edge).target]);
    }
    ++level[vertex];
  }
  return level;
}

}  // namespace neucasl::logic
