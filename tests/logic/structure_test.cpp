#include <gtest/gtest.h>

#include <algorithm>
#include <boost/graph/topological_sort.hpp>
#include <set>

#include "neucasl/ir/verifier.hpp"
#include "neucasl/logic/and_inverter_graph.hpp"
#include "neucasl/logic/design.hpp"
#include "neucasl/logic/graph.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"
#include "sample_networks.hpp"

/// \file
/// Networks as and-inverter graphs, as Boost.Graph sees them, and as designs.

namespace neucasl::logic {
namespace {

TEST(Network, RefusesWhatDoesNotFit) {
  const auto code = [](const auto& call) {
    try {
      call();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string("none");
  };
  Network network;
  const NodeIndex a = network.add_input("a");
  const NodeIndex q = network.add_latch_output("q");
  EXPECT_EQ(code([&] { network.add_input("a"); }), "logic.name");
  EXPECT_EQ(code([&] { network.add_input(""); }), "logic.name");
  EXPECT_EQ(code([&] { network.add_function("f", {7}, {1, 1}); }), "logic.fanin");
  EXPECT_EQ(code([&] { network.add_function("f", {a}, {1, 2}); }), "logic.fanin");
  EXPECT_EQ(code([&] { network.add_function("f", {a}, {7, 1}); }), "logic.fanin");
  EXPECT_EQ(code([&] { network.add_latch({a, a, {}, {}, {}}); }), "logic.latch");
  network.add_latch({a, q, {}, {}, {}});
  EXPECT_EQ(code([&] { network.add_latch({a, q, {}, {}, {}}); }), "logic.latch");
  network.add_output("y", a);
  EXPECT_EQ(code([&] { network.add_output("y", a); }), "logic.name");
  EXPECT_EQ(network.fresh_name("new"), "new");
  EXPECT_NE(network.fresh_name("a"), "a");
  EXPECT_NE(network.fresh_name("y"), "y");
}

TEST(Network, WithoutUnused) {
  Network network = test::random_network(4, {6, 80, 3, 2, 3});
  const Network smaller = without_unused(network);
  EXPECT_LT(smaller.functions(), network.functions());
  EXPECT_TRUE(compare(network, smaller).proven());
}

TEST(AndInverterGraph, RulesAndSharing) {
  AndInverterGraph graph;
  const Literal a = graph.add_input();
  const Literal b = graph.add_input();
  EXPECT_EQ(graph.and2(a, false_literal), false_literal);
  EXPECT_EQ(graph.and2(a, true_literal), a);
  EXPECT_EQ(graph.and2(a, a), a);
  EXPECT_EQ(graph.and2(a, invert(a)), false_literal);
  EXPECT_EQ(graph.and2(a, b), graph.and2(b, a));
  EXPECT_EQ(graph.xor2(a, b), invert(graph.xor2(invert(a), b)));
  EXPECT_EQ(graph.multiplexer(a, b, invert(b)), invert(graph.xor2(a, b)));
  EXPECT_EQ(graph.ands(), 4U);  // One AND and three of the XOR.
  EXPECT_EQ(graph.level(node_of(graph.xor2(a, b))), 2U);
}

TEST(AndInverterGraph, BuildsTablesOfUpToSixInputs) {
  base::RandomStream random(6, "test/aig");
  for (std::uint8_t inputs = 0; inputs <= 6; ++inputs) {
    for (int k = 0; k < 40; ++k) {
      AndInverterGraph graph;
      std::vector<Literal> literals;
      std::vector<std::uint64_t> words;
      for (unsigned i = 0; i < inputs; ++i) {
        literals.push_back(graph.add_input());
        std::uint64_t word = 0;
        for (unsigned row = 0; row < 64; ++row) word |= std::uint64_t{(row >> i) & 1U} << row;
        words.push_back(word);
      }
      const std::uint64_t mask = TruthTable::mask(inputs);
      const std::uint64_t bits = test::random_bits(random) & mask;
      const Literal result = graph.build({bits, inputs}, literals);
      const std::uint64_t value =
          graph.simulate(words)[node_of(result)] ^ (inverted(result) ? ~std::uint64_t{0} : 0);
      ASSERT_EQ(value & mask, bits);
    }
  }
}

TEST(AndInverterGraph, WideAndsAndXorsAreBalanced) {
  AndInverterGraph graph;
  std::vector<Literal> x;
  for (int i = 0; i < 6; ++i) x.push_back(graph.add_input());
  const Literal all = graph.build({std::uint64_t{1} << 63U, 6}, x);
  EXPECT_EQ(graph.ands(), 5U);
  EXPECT_EQ(graph.level(node_of(all)), 3U);
}

TEST(AndInverterGraph, IsTheNetwork) {
  const Network network = test::random_network(9, {10, 100, 5, 8, 4});
  const NetworkGraphOfAnds form = to_and_inverter_graph(network);
  base::RandomStream random(7, "test/aig");
  std::vector<std::uint64_t> words;
  for (int i = 0; i < 14; ++i) words.push_back(test::random_bits(random));
  const std::vector<std::uint64_t> expected = simulate_nodes(network, words);
  const std::vector<std::uint64_t> value = form.graph.simulate(words);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Literal literal = form.nodes[i];
    EXPECT_EQ(value[node_of(literal)] ^ (inverted(literal) ? ~std::uint64_t{0} : 0), expected[i]);
  }
  EXPECT_EQ(form.outputs.size(), network.outputs().size());
  EXPECT_EQ(form.next_states.size(), network.latches().size());
}

TEST(LogicGraph, BoostSortsTheView) {
  const Network network = test::random_network(2);
  const FaninGraph graph(network);
  std::vector<std::size_t> order;
  boost::topological_sort(graph, std::back_inserter(order));  // Fan-ins first in this direction.
  ASSERT_EQ(order.size(), network.nodes().size());
  std::vector<std::size_t> position(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) position[order[k]] = k;
  for (NodeIndex i = 0; i < network.nodes().size(); ++i) {
    for (const NodeIndex fanin : network.node(i).fanins) EXPECT_LT(position[fanin], position[i]);
  }
}

TEST(LogicGraph, OrderLoopAndLevels) {
  const Network network = test::random_network(5);
  const FaninGraph graph(network);
  const std::vector<NodeIndex> order = topological_order(graph);
  for (NodeIndex i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
  EXPECT_TRUE(find_loop(graph).empty());
  const std::vector<std::uint32_t> level = levels(network);
  for (NodeIndex i = 0; i < level.size(); ++i) {
    std::uint32_t expected = 0;
    for (const NodeIndex f : network.node(i).fanins) expected = std::max(expected, level[f] + 1);
    EXPECT_EQ(level[i], network.node(i).fanins.empty() ? 0 : expected);
  }
  // The fan-out view has the same edges the other way.
  const FanoutGraph fanouts(network);
  std::size_t edges = 0;
  for (NodeIndex i = 0; i < network.nodes().size(); ++i) {
    const auto [begin, end] = out_edges(i, fanouts);
    for (auto edge = begin; edge != end; ++edge) {
      const std::size_t user = target(*edge, fanouts);
      const std::vector<NodeIndex>& fanins = network.node(static_cast<NodeIndex>(user)).fanins;
      EXPECT_NE(std::ranges::find(fanins, i), fanins.end());
      ++edges;
    }
  }
  std::size_t expected = 0;
  for (const Node& node : network.nodes()) expected += node.fanins.size();
  EXPECT_EQ(edges, expected);
}

TEST(LogicGraph, FindsALoop) {
  const std::vector<std::vector<NodeIndex>> fanins = {{}, {0, 3}, {1}, {2, 0}, {3}};
  const FaninGraph graph(fanins);
  EXPECT_TRUE(topological_order(graph).empty());
  const std::vector<NodeIndex> loop = find_loop(graph);
  EXPECT_EQ(std::set<NodeIndex>(loop.begin(), loop.end()), (std::set<NodeIndex>{1, 2, 3}));
  for (std::size_t k = 0; k < loop.size(); ++k) {
    const std::vector<NodeIndex>& next = fanins[loop[(k + 1) % loop.size()]];
    EXPECT_NE(std::ranges::find(next, loop[k]), next.end());
  }
}

void expect_verified(const Network& network) {
  const ir::Design design = to_design(network);
  base::DiagnosticSink sink;
  EXPECT_TRUE(ir::verify(design, sink));
  for (const base::Diagnostic& d : sink.all()) ADD_FAILURE() << to_string(d);
  const ir::Module& top = design.modules[design.top.index];
  std::size_t constants = 0;
  for (const Node& node : network.nodes()) constants += node.kind == NodeKind::constant ? 1U : 0U;
  EXPECT_GE(top.instances.size(), network.functions() + network.latches().size() + constants);
}

TEST(LogicDesign, PassesTheVerifier) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    expect_verified(test::random_network(seed, {6, 60, 6, 8, 4}));
  }
  expect_verified(test::multiplier(4));
  expect_verified(read_logic(NEUCASL_SOURCE_FOLDER "/netlists/logic/comparator_yosys.blif"));
}

TEST(LogicDesign, NamesAndAttributes) {
  const Network network = parse_blif(
      ".model m-1\n.inputs a[0] a_0_\n.outputs y z\n.names a[0] a_0_ y\n11 1\n"
      ".names a[0] z\n1 1\n.end\n",
      "file");
  const ir::Design design = to_design(network);
  const ir::Module& top = design.modules[design.top.index];
  EXPECT_EQ(top.name, "m_1");
  std::set<std::string> names;
  for (const ir::Net& net : top.nets) {
    EXPECT_TRUE(ir::is_identifier(net.name)) << net.name;
    EXPECT_TRUE(names.insert(net.name).second) << net.name;
  }
  EXPECT_EQ(to_text({0xe, 2}), "0111");
  const auto is_or = [](const ir::Module& module) {
    return std::ranges::any_of(
        module.attributes, [](const auto& a) { return a.name == "function" && a.value == "0001"; });
  };
  EXPECT_TRUE(std::ranges::any_of(design.modules, is_or));
}

}  // namespace
}  // namespace neucasl::logic
