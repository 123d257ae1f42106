#include "neucasl/ir/graph.hpp"

#include <gtest/gtest.h>

#include <boost/concept/assert.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/range/iterator_range.hpp>
#include <map>

#include "neucasl/ir/checks.hpp"
#include "neucasl/ir/text.hpp"

namespace neucasl::ir {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<NetlistGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<NetlistGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<SignalGraph>));

FlatNetlist netlist(const std::string& top) {
  return flatten(
      parse("ncir 1 design \"d\" top top\n"
            "primitive resistor net p electrical net n electrical port p inout port n inout end\n"
            "primitive gate net in digital net out digital port in input port out output end\n"
            "module top net g electrical ground net a electrical net b electrical\n"
            "net c electrical net s digital [4]\n" +
            top + " end"));
}

TEST(NetlistGraph, IsBipartite) {
  const FlatNetlist flat = netlist(
      "instance r1: resistor (p = a, n = b) instance r2: resistor (p = b, n = g) "
      "instance r3: resistor (p = b, n = b)");
  const NetlistGraph graph(flat);
  EXPECT_EQ(num_vertices(graph), flat.nodes() + 3);
  std::size_t edges = 0;
  for (const std::size_t v : boost::make_iterator_range(vertices(graph))) {
    EXPECT_EQ(out_degree(v, graph), static_cast<std::size_t>(std::distance(
                                        out_edges(v, graph).first, out_edges(v, graph).second)));
    for (const GraphEdge& edge : boost::make_iterator_range(out_edges(v, graph))) {
      EXPECT_EQ(source(edge, graph), v);
      EXPECT_NE(v < flat.nodes(), target(edge, graph) < flat.nodes());
      ++edges;
    }
  }
  EXPECT_EQ(edges, 2 * flat.pin_node.size());
}

TEST(NetlistGraph, ServesBreadthFirstSearch) {
  const FlatNetlist flat = netlist(
      "instance r1: resistor (p = g, n = a) instance r2: resistor (p = a, n = b) "
      "instance r3: resistor (p = b, n = c)");
  const NetlistGraph graph(flat);
  std::vector<std::size_t> distance(num_vertices(graph), 0);
  const auto map = boost::make_iterator_property_map(
      distance.begin(), boost::typed_identity_property_map<std::size_t>());
  boost::breadth_first_search(
      graph, std::size_t{0},
      boost::visitor(boost::make_bfs_visitor(boost::record_distances(map, boost::on_tree_edge()))));
  // Two edges, node to element to node, for each resistor.
  for (std::size_t node = 0; node < flat.nodes(); ++node) {
    if (flat.node_name(node) == "c") {
      EXPECT_EQ(distance[node], 6U);
    }
  }
}

TEST(SignalGraph, LeadsFromOutputsToInputs) {
  const FlatNetlist flat = netlist(
      "instance g0: gate (in = s[0], out = s[1]) instance g1: gate (in = s[1], out = s[2]) "
      "instance g2: gate (in = s[1], out = s[3])");
  const SignalGraph graph(flat);
  EXPECT_EQ(num_vertices(graph), 3U);
  EXPECT_EQ(out_degree(0, graph), 2U);
  EXPECT_EQ(out_degree(1, graph), 0U);
  EXPECT_EQ(out_edges(0, graph).first->target, 1U);
}

TEST(Connectivity, OfASoundNetlist) {
  const FlatNetlist flat = netlist(
      "port c inout instance r1: resistor (p = a, n = g) instance r2: resistor (p = b, n = g)"
      "instance r3: resistor (p = a, n = b) instance r4: resistor (p = c, n = g)"
      "port s inout");
  const ConnectivityReport report = check_connectivity(flat);
  EXPECT_TRUE(report.islands.empty());
  EXPECT_TRUE(report.signal_loops.empty());
  // The bits of the port `s` hang on the port alone.
  EXPECT_EQ(report.floating_nodes.size(), 4U);
}

TEST(Connectivity, FindsFloatingNodesIslandsAndLoops) {
  const FlatNetlist flat = netlist(
      "instance r1: resistor (p = a, n = g) "
      "instance r2: resistor (p = b, n = c) instance r3: resistor (p = b, n = c) "
      "instance g0: gate (in = s[0], out = s[1]) instance g1: gate (in = s[1], out = s[0]) "
      "instance g2: gate (in = s[2], out = s[2]) instance g3: gate (in = s[1], out = s[3])");
  const ConnectivityReport report = check_connectivity(flat);
  EXPECT_EQ(report.components, 4U);
  std::vector<std::string> floating;
  for (const std::uint32_t node : report.floating_nodes) floating.push_back(flat.node_name(node));
  EXPECT_EQ(floating, (std::vector<std::string>{"a", "s[3]"}));
  EXPECT_EQ(report.islands.size(), 3U);
  ASSERT_EQ(report.signal_loops.size(), 2U);
  std::size_t members = 0;
  for (const auto& loop : report.signal_loops) members += loop.size();
  EXPECT_EQ(members, 3U);

  base::DiagnosticSink sink;
  EXPECT_FALSE(report_connectivity(flat, sink));
  std::map<std::string, int> codes;
  for (const base::Diagnostic& d : sink.all()) ++codes[d.code];
  EXPECT_EQ(codes,
            (std::map<std::string, int>{{"ir.floating", 2}, {"ir.island", 3}, {"ir.loop", 2}}));

  base::DiagnosticSink few;
  EXPECT_FALSE(report_connectivity(flat, few, 1));
  EXPECT_EQ(few.all().size(), 3U);
  EXPECT_NE(few.all()[0].message.find("(and 1 more)"), std::string::npos);
}

TEST(Connectivity, ALoopIsAWarningOnly) {
  const FlatNetlist flat = netlist(
      "instance r1: resistor (p = a, n = g) instance r2: resistor (p = a, n = g) "
      "instance r3: resistor (p = b, n = c) instance r4: resistor (p = b, n = c) "
      "port b inout port s inout "
      "instance g0: gate (in = s[0], out = s[1]) instance g1: gate (in = s[1], out = s[0])"
      "instance g2: gate (in = s[2], out = s[3])");
  base::DiagnosticSink sink;
  EXPECT_TRUE(report_connectivity(flat, sink));
  ASSERT_EQ(sink.all().size(), 1U);
  EXPECT_EQ(sink.all()[0].code, "ir.loop");
  EXPECT_EQ(sink.all()[0].severity, base::Severity::warning);
}

}  // namespace
}  // namespace neucasl::ir
