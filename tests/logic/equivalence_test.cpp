#include <gtest/gtest.h>

#include "neucasl/logic/and_inverter_graph.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"
#include "neucasl/logic/technology_mapping.hpp"
#include "sample_library.hpp"
#include "sample_networks.hpp"

namespace neucasl::logic {
namespace {

using Verdict = Equivalence::Verdict;

/// A copy in which one row of the table of one function is wrong.
Network with_error(const Network& network, NodeIndex at, unsigned row) {
  Network copy;
  copy.name = network.name;
  for (NodeIndex i = 0; i < network.nodes().size(); ++i) {
    const Node& node = network.node(i);
    if (node.kind == NodeKind::input) copy.add_input(node.name);
    if (node.kind == NodeKind::latch_output) copy.add_latch_output(node.name);
    if (node.kind == NodeKind::constant) copy.add_constant(node.name, node.function.at(0));
    if (node.kind != NodeKind::function) continue;
    TruthTable table = node.function;
    if (i == at) table.bits ^= std::uint64_t{1} << row;
    copy.add_function(node.name, node.fanins, table);
  }
  for (const Output& output : network.outputs()) copy.add_output(output.name, output.node);
  for (const Latch& latch : network.latches()) copy.add_latch(latch);
  return copy;
}

/// The counterexample makes the named output, or next state, differ.
void expect_shown(const Network& first, const Network& second, const Equivalence& found) {
  ASSERT_EQ(found.verdict, Verdict::different);
  ASSERT_TRUE(found.counterexample.has_value());
  const Network a = combinational_part(first);
  const Network b = combinational_part(second);
  std::vector<std::uint64_t> words_a;
  std::vector<std::uint64_t> words_b(b.inputs().size(), 0);
  for (std::size_t i = 0; i < a.inputs().size(); ++i) {
    words_a.push_back((*found.counterexample)[i] ? ~std::uint64_t{0} : 0);
    for (std::size_t j = 0; j < b.inputs().size(); ++j) {
      if (b.node(b.inputs()[j]).name == a.node(a.inputs()[i]).name) words_b[j] = words_a[i];
    }
  }
  const auto output_a = a.find_output(found.output);
  const auto output_b = b.find_output(found.output);
  ASSERT_TRUE(output_a && output_b) << found.output;
  EXPECT_NE(simulate_nodes(a, words_a)[a.outputs()[*output_a].node],
            simulate_nodes(b, words_b)[b.outputs()[*output_b].node]);
}

TEST(Equivalence, ExhaustiveUpToSixteenInputs) {
  const Equivalence same = compare(test::ripple_adder(7), test::ripple_adder(7));
  EXPECT_EQ(same.verdict, Verdict::equivalent);
  EXPECT_EQ(same.method, "exhaustive");
  EXPECT_EQ(same.patterns, 1U << 15U);
}

TEST(Equivalence, StructureAndConesBeyond) {
  const Network adder = test::ripple_adder(24);
  const Equivalence same = compare(adder, adder);
  EXPECT_TRUE(same.proven());
  EXPECT_EQ(same.method, "structural");
  EXPECT_EQ(same.patterns, 0U);
  // Another structure: mapped.
  const CellLibrary library = test::sample_library();
  const Equivalence mapped = compare(adder, to_network(map_to_cells(adder, library), library));
  EXPECT_TRUE(mapped.proven());
  EXPECT_NE(mapped.method, "random");
}

TEST(Equivalence, EveryPlantedErrorOfASmallNetworkIsFound) {
  const Network network = without_unused(test::random_network(7, {6, 25, 3, 4, 0}));
  unsigned found = 0;
  unsigned harmless = 0;
  for (NodeIndex i = 0; i < network.nodes().size(); ++i) {
    if (network.node(i).kind != NodeKind::function) continue;
    for (unsigned row = 0; row < (1U << network.node(i).function.inputs); ++row) {
      const Network wrong = with_error(network, i, row);
      const Equivalence result = compare(network, wrong);
      bool differs = false;
      for (std::size_t o = 0; o < network.outputs().size(); ++o) {
        differs = differs || table_of(network, o) != table_of(wrong, o);
      }
      ASSERT_EQ(result.proven(), !differs);
      if (differs) expect_shown(network, wrong, result);
      ++(differs ? found : harmless);
    }
  }
  EXPECT_GT(found, 20U);
  EXPECT_GT(harmless, 0U);
}

TEST(Equivalence, SingleErrorsInWideNetworks) {
  const Network network = test::multiplier(10);
  base::RandomStream random(3, "test/errors");
  for (int k = 0; k < 12; ++k) {
    NodeIndex at = 0;
    do {
      at = random.below(static_cast<std::uint32_t>(network.nodes().size()));
    } while (network.node(at).kind != NodeKind::function);
    const Network wrong = with_error(network, at, random.below(4));
    const Equivalence result = compare(network, wrong);
    ASSERT_FALSE(result.proven());
    if (result.verdict == Verdict::different) expect_shown(network, wrong, result);
    EXPECT_EQ(result.verdict, Verdict::different) << network.node(at).name;
  }
}

/// y = AND of 40 inputs, or never.
Network needle(bool there) {
  Network network;
  std::vector<NodeIndex> level;
  for (unsigned i = 0; i < 40; ++i) level.push_back(network.add_input("x" + std::to_string(i)));
  unsigned number = 0;
  while (level.size() > 1) {
    std::vector<NodeIndex> next;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      next.push_back(
          network.add_function("t" + std::to_string(number++), {level[i], level[i + 1]}, {0x8, 2}));
    }
    if (level.size() % 2 == 1) next.push_back(level.back());
    level = next;
  }
  network.add_output("y", there ? level[0] : network.add_constant("zero", false));
  return network;
}

TEST(Equivalence, OnePatternOfATrillionIsFoundByTheDirectedOnes) {
  const Equivalence result = compare(needle(true), needle(false));
  expect_shown(needle(true), needle(false), result);
  EXPECT_EQ(*result.counterexample, std::vector<bool>(40, true));
}

TEST(Equivalence, RandomPatternsAreNoProof) {
  // (x0 ^ x1 ^ ... ^ x39 with carries): two adders of different structure whose cones are wide and
  // that sweeping is kept from by asking for few patterns is still decided one way or the other.
  Network hidden = needle(false);
  Network other;
  std::vector<NodeIndex> x;
  for (unsigned i = 0; i < 40; ++i) x.push_back(other.add_input("x" + std::to_string(i)));
  // One single pattern, neither all equal nor all but one equal, makes y true.
  NodeIndex all = no_node;
  for (unsigned i = 0; i < 40; ++i) {
    const NodeIndex match =
        i % 3 == 0 ? other.add_function("m" + std::to_string(i), {x[i]}, {1, 1}) : x[i];
    all = all == no_node ? match
                         : other.add_function("a" + std::to_string(i), {all, match}, {0x8, 2});
  }
  other.add_output("y", all);
  const Equivalence result = compare(hidden, other);
  EXPECT_EQ(result.verdict, Verdict::no_difference_found);
  EXPECT_EQ(result.method, "random");
  EXPECT_GE(result.patterns, EquivalenceOptions{}.random_patterns);
  EXPECT_TRUE(result.holds());
  EXPECT_FALSE(result.proven());
}

TEST(Equivalence, Latches) {
  const std::string head = ".model m\n.inputs a clk\n.outputs y\n.latch d q re clk 0\n";
  const std::string tail = ".names q y\n1 1\n.end\n";
  const Network first = parse_blif(head + ".names a q d\n10 1\n01 1\n" + tail, "first");
  const Network same = parse_blif(head + ".names a q t\n11 1\n00 1\n.names t d\n0 1\n" + tail, "s");
  const Network wrong = parse_blif(head + ".names a q d\n10 1\n" + tail, "wrong");
  EXPECT_TRUE(compare(first, same).proven());
  const Equivalence difference = compare(first, wrong);
  EXPECT_EQ(difference.output, "q.next");
  expect_shown(first, wrong, difference);
}

TEST(Equivalence, NextStatesOfRandomMachines) {
  const CellLibrary library = test::sample_library();
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Network machine = test::random_network(seed, {14, 120, 4, 6, 9});
    const Network mapped = to_network(map_to_cells(machine, library), library);
    EXPECT_TRUE(compare(machine, mapped).proven()) << seed;
  }
}

void expect_interface_error(const Network& first, const Network& second, const std::string& part) {
  try {
    compare(first, second);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "logic.interface");
    EXPECT_NE(error.diagnostic().message.find(part), std::string::npos)
        << error.diagnostic().message;
  }
}

TEST(Equivalence, OtherInterfaces) {
  const auto read = [](const std::string& text) { return parse_equations(text, "file"); };
  expect_interface_error(read("y = a & b"), read("y = a & c"), "input 'b'");
  expect_interface_error(read("y = a & b"), read("z = a & b"), "output 'y'");
  EXPECT_TRUE(compare(read("inputs a b c\ny = a & b"), read("y = b & a")).proven());
  const auto machine = [](const std::string& latch) {
    return parse_blif(".model m\n.inputs a\n.outputs y\n.names q y\n1 1\n" + latch, "file");
  };
  expect_interface_error(machine(".latch a q 0\n"), machine(".latch a q 1\n"), "latch 'q'");
  EXPECT_TRUE(compare(machine(".latch a q 0\n"), machine(".latch a q\n")).proven());
  expect_interface_error(machine(".latch a q 0\n"), machine(".latch a q 0\n.latch a r 0\n"),
                         "latch 'r'");
}

TEST(Simulation, WordsAndRowsAgree) {
  const Network network = test::random_network(11);
  base::RandomStream random(2, "test/simulation");
  std::vector<std::uint64_t> words;
  for (int i = 0; i < 8; ++i) words.push_back(test::random_bits(random));
  const std::vector<std::uint64_t> value = simulate_nodes(network, words);
  for (unsigned k = 0; k < 64; ++k) {
    std::uint64_t row = 0;
    for (unsigned i = 0; i < 8; ++i) row |= ((words[i] >> k) & 1U) << i;
    const std::vector<bool> outputs = evaluate(network, row);
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      EXPECT_EQ(outputs[o], ((value[network.outputs()[o].node] >> k) & 1U) != 0);
    }
  }
  EXPECT_THROW(simulate_nodes(network, std::span(words).first(7)), std::logic_error);
  EXPECT_THROW(table_of(network, 0), std::logic_error);
}

}  // namespace
}  // namespace neucasl::logic
