#include "neucasl/ir/checks.hpp"

#include <algorithm>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/strong_components.hpp>

#include "neucasl/ir/graph.hpp"

namespace neucasl::ir {
namespace {

/// Turns counts in offset[v + 1] into offsets.
void accumulate(std::vector<std::uint32_t>& offset) {
  for (std::size_t i = 1; i < offset.size(); ++i) offset[i] += offset[i - 1];
}

}  // namespace

NetlistGraph::NetlistGraph(const FlatNetlist& netlist) {
  const std::size_t nodes = netlist.nodes();
  offset.assign(nodes + netlist.elements() + 1, 0);
  for (const std::uint32_t node : netlist.pin_node) ++offset[node + 1];
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    offset[nodes + e + 1] = netlist.pin_offset[e + 1] - netlist.pin_offset[e];
  }
  accumulate(offset);
  target.resize(2 * netlist.pin_node.size());
  std::vector<std::uint32_t> next(offset.begin(), offset.end() - 1);
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    for (std::uint32_t pin = netlist.pin_offset[e]; pin < netlist.pin_offset[e + 1]; ++pin) {
      const std::uint32_t node = netlist.pin_node[pin];
      target[next[node]++] = static_cast<std::uint32_t>(nodes + e);
      target[next[nodes + e]++] = node;
    }
  }
}

SignalGraph::SignalGraph(const FlatNetlist& netlist) {
  const auto direction = [&](std::size_t e, std::uint32_t pin) {
    return netlist.kinds[netlist.kind[e]].directions[pin - netlist.pin_offset[e]];
  };
  std::vector<std::vector<std::uint32_t>> readers(netlist.nodes());
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    for (std::uint32_t pin = netlist.pin_offset[e]; pin < netlist.pin_offset[e + 1]; ++pin) {
      if (direction(e, pin) == Direction::input) {
        readers[netlist.pin_node[pin]].push_back(static_cast<std::uint32_t>(e));
      }
    }
  }
  offset.push_back(0);
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    for (std::uint32_t pin = netlist.pin_offset[e]; pin < netlist.pin_offset[e + 1]; ++pin) {
      if (direction(e, pin) != Direction::output) continue;
      const auto& sinks = readers[netlist.pin_node[pin]];
      target.insert(target.end(), sinks.begin(), sinks.end());
    }
    offset.push_back(static_cast<std::uint32_t>(target.size()));
  }
}

namespace {

void find_components(const FlatNetlist& netlist, ConnectivityReport& report) {
  const NetlistGraph graph(netlist);
  std::vector<int> component(num_vertices(graph));
  const auto components = boost::make_iterator_property_map(
      component.begin(), boost::typed_identity_property_map<std::size_t>());
  report.components = static_cast<std::size_t>(boost::connected_components(graph, components));

  std::vector<std::uint32_t> uses(netlist.nodes(), 0);
  for (const std::uint32_t node : netlist.pin_node) ++uses[node];
  std::vector<char> anchored(report.components, 0);
  anchored[static_cast<std::size_t>(component[0])] = 1;
  for (const std::uint32_t node : netlist.port_nodes) {
    ++uses[node];
    anchored[static_cast<std::size_t>(component[node])] = 1;
  }
  std::vector<char> has_reference(report.components, 0);
  for (std::uint32_t node = 1; node < netlist.nodes(); ++node) {
    const Discipline discipline = netlist.node_discipline[node];
    if (discipline == Discipline::optical || discipline == Discipline::spike) continue;
    has_reference[static_cast<std::size_t>(component[node])] = 1;
  }
  for (std::uint32_t node = 1; node < netlist.nodes(); ++node) {
    // A neuron may do without input, and nobody need listen to it.
    const bool spike = netlist.node_discipline[node] == Discipline::spike;
    if (uses[node] < 2 && !spike) report.floating_nodes.push_back(node);
    char& seen = anchored[static_cast<std::size_t>(component[node])];
    // Light and spikes need no reference: a part of such nets alone is whole without a ground.
    if (seen == 0 && has_reference[static_cast<std::size_t>(component[node])] != 0) {
      report.islands.push_back(node);
    }
    seen = 1;
  }
  // The ground without any pin is a part of its own, but no part of the netlist.
  if (uses[0] == 0 && report.components > 0) --report.components;
}

void find_loops(const FlatNetlist& netlist, ConnectivityReport& report) {
  const SignalGraph graph(netlist);
  std::vector<int> component(num_vertices(graph));
  if (component.empty()) return;
  const auto components = boost::make_iterator_property_map(
      component.begin(), boost::typed_identity_property_map<std::size_t>());
  const auto count = static_cast<std::size_t>(boost::strong_components(graph, components));
  std::vector<std::uint32_t> size(count, 0);
  for (const int c : component) ++size[static_cast<std::size_t>(c)];
  std::vector<std::vector<std::uint32_t>> members(count);
  for (std::size_t e = 0; e < component.size(); ++e) {
    const auto c = static_cast<std::size_t>(component[e]);
    const auto [first, last] = out_edges(e, graph);
    const bool self =
        std::any_of(first, last, [&](const GraphEdge& edge) { return edge.target == e; });
    if (size[c] > 1 || self) members[c].push_back(static_cast<std::uint32_t>(e));
  }
  for (auto& loop : members) {
    if (!loop.empty()) report.signal_loops.push_back(std::move(loop));
  }
}

}  // namespace

ConnectivityReport check_connectivity(const FlatNetlist& netlist) {
  ConnectivityReport report;
  find_components(netlist, report);
  find_loops(netlist, report);
  return report;
}

bool report_connectivity(const FlatNetlist& netlist, base::DiagnosticSink& sink, std::size_t most) {
  const ConnectivityReport report = check_connectivity(netlist);
  const auto rest = [&](std::size_t found) {
    return found > most ? " (and " + std::to_string(found - most) + " more)" : std::string();
  };
  for (std::size_t i = 0; i < std::min(most, report.floating_nodes.size()); ++i) {
    sink.error("ir.floating",
               "net '" + netlist.node_name(report.floating_nodes[i]) + "' has fewer than two pins" +
                   (i + 1 == most ? rest(report.floating_nodes.size()) : ""),
               "connect it or remove it");
  }
  for (std::size_t i = 0; i < std::min(most, report.islands.size()); ++i) {
    sink.error("ir.island",
               "the part of the netlist around net '" + netlist.node_name(report.islands[i]) +
                   "' reaches neither the ground nor a port of the top" +
                   (i + 1 == most ? rest(report.islands.size()) : ""),
               "connect it or remove it");
  }
  for (std::size_t i = 0; i < std::min(most, report.signal_loops.size()); ++i) {
    sink.warning("ir.loop",
                 "signal loop of " + std::to_string(report.signal_loops[i].size()) +
                     " elements through '" + netlist.element_name(report.signal_loops[i][0]) + "'",
                 "break it with a clocked element unless feedback is meant");
  }
  return report.floating_nodes.empty() && report.islands.empty();
}

}  // namespace neucasl::ir
