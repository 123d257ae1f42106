#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"
#include "sample_networks.hpp"

namespace neucasl::logic {
namespace {

Network read(const std::string& text) { return parse_blif(text, "file"); }

TruthTable table(const std::string& text, std::size_t output = 0) {
  return table_of(read(text), output);
}

TEST(Blif, SeveralLevelsInAnyOrder) {
  const Network network = read(R"(
.model two_levels
.inputs a b
.inputs c
.outputs y
.names t c y   # y = t or c
1- 1
-1 1
.names a b t
11 1
.end
)");
  EXPECT_EQ(network.name, "two_levels");
  EXPECT_EQ(network.inputs().size(), 3U);
  EXPECT_EQ(table_of(network, 0), (TruthTable{0xf8, 3}));
  EXPECT_EQ(network.node(*network.find("t")).where, (base::Location{"file", 9, 12}));
}

TEST(Blif, OffSetsConstantsAndBuffers) {
  const std::string head = ".model m\n.inputs a b\n.outputs y\n";
  EXPECT_EQ(table(head + ".names a b y\n11 0\n.end\n").bits, 0x7U);
  EXPECT_EQ(table(head + ".names a b y\n1- 0\n01 0\n.end\n").bits, 0x1U);
  EXPECT_EQ(table(head + ".names a y\n1 1\n.end\n").bits, 0xaU);
  EXPECT_EQ(table(head + ".names y\n1\n.end\n").bits, 0xfU);
  EXPECT_EQ(table(head + ".names y\n.end\n").bits, 0x0U);
  EXPECT_EQ(table(head + ".names y\n0\n.end\n").bits, 0x0U);
  EXPECT_EQ(table(head + ".names a b y\n.end\n").bits, 0x0U);
  EXPECT_EQ(table(head + ".names a b y\n-- 0\n.end\n").bits, 0x0U);
  EXPECT_EQ(table(head + ".conn b y\n.end\n").bits, 0xcU);
}

TEST(Blif, ContinuedLinesCommentsAndMissingEnd) {
  const Network network = read(
      "# a comment\n.model \\\nm\n.inputs a \\  \n  b\r\n.outputs y # more\n.names a \\\nb y\n"
      "1- 1 # one\n\n-1 1");
  EXPECT_EQ(network.name, "m");
  EXPECT_EQ(table_of(network, 0).bits, 0xeU);
}

TEST(Blif, WithoutModelLine) {
  EXPECT_EQ(read(".inputs a\n.outputs y\n.names a y\n0 1\n.end\n").name, "file");
}

TEST(Blif, WideCoversAreSplit) {
  // AND of 20, parity of 8 by its rows, and a sum of products of 12.
  std::string text = ".model m\n.inputs";
  for (int i = 0; i < 20; ++i) text += " x" + std::to_string(i);
  text += "\n.outputs all odd some\n.names";
  for (int i = 0; i < 20; ++i) text += " x" + std::to_string(i);
  text += " all\n" + std::string(20, '1') + " 1\n.names x0 x1 x2 x3 x4 x5 x6 x7 odd\n";
  for (unsigned row = 0; row < 256; ++row) {
    if (__builtin_popcount(row) % 2 == 0) continue;
    for (unsigned i = 0; i < 8; ++i) text += ((row >> i) & 1U) != 0 ? '1' : '0';
    text += " 1\n";
  }
  text +=
      ".names x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 some\n11---------- 0\n----------11 0\n.end\n";
  const Network network = read(text);
  for (const Node& node : network.nodes()) EXPECT_LE(node.fanins.size(), most_table_inputs);
  base::RandomStream random(1, "test/blif");
  for (int k = 0; k < 300; ++k) {
    const std::uint64_t x = k == 0 ? 0xfffff : random.below(1U << 20U);
    const std::vector<bool> y = evaluate(network, x);
    EXPECT_EQ(y[0], x == 0xfffff);
    EXPECT_EQ(y[1], __builtin_popcountll(x & 0xffU) % 2 == 1);
    EXPECT_EQ(y[2], (x & 3U) != 3 && ((x >> 10U) & 3U) != 3);
  }
}

TEST(Blif, LatchForms) {
  const Network network = read(R"(.model m
.inputs clk d
.outputs q0 q1 q2 q3 q4
.latch d q0
.latch d q1 1
.latch d q2 re clk
.latch d q3 re clk 0
.latch d q4 re NIL 2
.end
)");
  ASSERT_EQ(network.latches().size(), 5U);
  EXPECT_EQ(network.latches()[0].initial, std::nullopt);
  EXPECT_EQ(network.latches()[0].clock, "");
  EXPECT_EQ(network.latches()[1].initial, true);
  EXPECT_EQ(network.latches()[2].initial, std::nullopt);
  EXPECT_EQ(network.latches()[2].clock, "clk");
  EXPECT_EQ(network.latches()[3].initial, false);
  EXPECT_EQ(network.latches()[4].initial, std::nullopt);
  EXPECT_EQ(network.latches()[4].clock, "");
  // The clock is no data.
  EXPECT_EQ(network.inputs().size(), 1U);
  EXPECT_EQ(read(".model m\n.inputs c\n.outputs y q\n.latch y q re c\n.names c q y\n11 1\n")
                .inputs()
                .size(),
            1U);
}

TEST(Blif, HierarchyIsExpanded) {
  const Network network = read(R"(
.model top
.inputs a b c
.outputs y
.subckt gate x=a z=b out=t   # ports in any order
.cname first
.subckt gate out=y x=t z=c
.attr src "top.v:3"
.param WIDTH 1
.end
.model gate
.inputs x z
.outputs out
.names x z t
11 1
.names t out
0 1
.end
)");
  EXPECT_EQ(table_of(network, 0).bits, 0x8fU);  // not (not (a b) c), c the last
  EXPECT_TRUE(network.find("first.t").has_value());
}

TEST(Blif, UnjoinedOutputsAndClocksOfModels) {
  const Network network = read(R"(
.model top
.inputs clk a
.outputs q
.subckt cell d=a q=q c=clk
.end
.model cell
.inputs d c
.outputs q unused
.latch d q re c 1
.names d unused
0 1
.end
)");
  ASSERT_EQ(network.latches().size(), 1U);
  EXPECT_EQ(network.latches()[0].clock, "clk");
}

void refuses(const std::string& code, std::uint32_t line, const std::vector<std::string>& parts,
             const std::string& text) {
  test::expect_error(code, line, parts, [&] { read(text); });
}

const std::string head = ".model m\n.inputs a b\n.outputs y\n";  // Three lines.

TEST(BlifErrors, Loop) {
  refuses("logic.loop", 4, {"u", "v", "w", "latch"},
          head + ".names a w u\n11 1\n.names u v\n0 1\n.names v w\n1 1\n.names w y\n1 1\n.end\n");
  refuses("logic.loop", 4, {"y -> y"}, head + ".names y y\n1 1\n");
}

TEST(BlifErrors, LoopThroughALatchIsNone) {
  EXPECT_NO_THROW(read(head + ".latch t s 0\n.names s a t\n10 1\n.names s y\n1 1\n"));
}

TEST(BlifErrors, Undriven) {
  refuses("logic.undriven", 4, {"'carry_1'", "did you mean 'carry_0'"},
          head + ".names a carry_1 y\n11 1\n.names b carry_0\n1 1\n");
  refuses("logic.undriven", 3, {"'y'"}, head + ".end\n");
  refuses("logic.undriven", 4, {"'d'"}, head + ".latch d y 0\n");
}

TEST(BlifErrors, DrivenTwice) {
  refuses("logic.multiple-drivers", 6, {"'y'", "file:4:"},
          head + ".names a y\n1 1\n.names b y\n1 1\n");
  refuses("logic.multiple-drivers", 4, {"'b'", "file:2:"}, head + ".names a b\n1 1\n");
  refuses("logic.multiple-drivers", 2, {"'a'"}, ".model m\n.inputs a b a\n.outputs y\n");
  refuses("logic.multiple-drivers", 6, {"'y'", "file:5:"},
          head + ".names a t\n" + ".latch t y\n.latch a y\n");
}

TEST(BlifErrors, UnsupportedConstructs) {
  refuses("blif.unsupported", 4, {".gate", "unmap"}, head + ".gate nand2 A=a B=b O=y\n");
  refuses("blif.unsupported", 4, {".mlatch"}, head + ".mlatch dff D=a Q=y clk 0\n");
  refuses("blif.unsupported", 4, {".exdc", "don't-cares"}, head + ".exdc\n");
  refuses("blif.unsupported", 4, {".start_kiss", "state_assign"}, head + ".start_kiss\n");
  refuses("blif.unsupported", 4, {".search"}, head + ".search other.blif\n");
  refuses("blif.unsupported", 4, {".nmes", "did you mean '.names'"}, head + ".nmes a y\n");
  refuses("blif.unsupported", 4, {"'fe'", "dfflegalize"}, head + ".latch a y fe b 0\n");
  refuses("blif.unsupported", 4, {"'ah'"}, head + ".latch a y ah b 0\n");
}

TEST(BlifErrors, Covers) {
  refuses("blif.syntax", 5, {"2 inputs"}, head + ".names a b y\n1 1\n");
  refuses("blif.syntax", 5, {"'x'"}, head + ".names a b y\n1x 1\n");
  refuses("blif.syntax", 5, {"write 0 or 1"}, head + ".names a b y\n11 -\n");
  refuses("blif.syntax", 6, {"mixes"}, head + ".names a b y\n11 1\n00 0\n");
  refuses("blif.syntax", 4, {"no BLIF command"}, head + "11 1\n");
  refuses("blif.syntax", 4, {"no output"}, head + ".names\n");
  refuses("blif.syntax", 5, {"words"}, head + ".names a b y\n11 1 1\n");
}

TEST(BlifErrors, ModelsAndStatements) {
  refuses("blif.syntax", 0, {"no model"}, "# nothing\n");
  refuses("blif.syntax", 1, {".model NAME"}, ".model\n");
  refuses("blif.syntax", 4, {"outside of any model"}, ".model m\n.outputs y\n.end\n.names y\n");
  refuses("blif.syntax", 3, {"file:1:", "'m'"}, ".model m\n.end\n.model m\n.end\n");
  refuses("blif.syntax", 3, {"twice"}, ".model m\n.inputs a\n.outputs a a\n");
  refuses("blif.syntax", 4, {"operands"}, head + ".latch a\n");
  refuses("blif.syntax", 4, {"'7'"}, head + ".latch a y 7\n");
  refuses("blif.syntax", 4, {"'xx'"}, head + ".latch a y xx b 0\n");
  refuses("blif.syntax", 4, {".conn FROM TO"}, head + ".conn a\n");
  refuses("blif.syntax", 4, {"FORMAL=ACTUAL"}, head + ".subckt gate a\n");
}

TEST(BlifErrors, Instances) {
  const std::string gate = ".end\n.model gate\n.inputs x z\n.outputs out\n.names x z out\n11 1\n";
  refuses("blif.model", 4, {"'gat'", "did you mean 'gate'"},
          head + ".subckt gat x=a z=b out=y\n" + gate);
  refuses("blif.model", 4, {"$_SDFF_PP0_", "dfflegalize"}, head + ".subckt $_SDFF_PP0_ D=a Q=y\n");
  refuses("blif.port", 4, {"'xx'", "'x'"}, head + ".subckt gate xx=a z=b out=y\n" + gate);
  refuses("blif.port", 4, {"'x'", "twice"}, head + ".subckt gate x=a x=b out=y\n" + gate);
  refuses("logic.undriven", 4, {"'z'", "'gate'"}, head + ".subckt gate x=a out=y\n" + gate);
  refuses("blif.model", 4, {"'m' contains itself"}, head + ".subckt m a=a b=b y=y\n");
  refuses("blif.model", 9, {"'p' contains itself"},
          head +
              ".subckt p x=a out=y\n.end\n.model p\n.inputs x\n.outputs out\n"
              ".subckt p x=x out=out\n.end\n");
  refuses("blif.model", 4, {"black box"},
          head + ".subckt box x=a out=y\n.end\n.model box\n.inputs x\n.outputs out\n.blackbox\n");
}

TEST(BlifErrors, Clocks) {
  refuses("logic.clock", 5, {"'a'", "'b'"}, head + ".latch t y re a\n.latch t u re b\n.names t\n");
  refuses("logic.clock", 5, {"'g'", "no input"}, head + ".latch a y re g\n.names a b g\n11 1\n");
}

TEST(BlifErrors, ExplodingHierarchy) {
  // 40 levels, each twice the one below: a few lines, 2^40 instances.
  std::string text = ".model m0\n.inputs a\n.outputs y\n.subckt m1 a=a y=y\n.end\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string next = "m" + std::to_string(i + 1);
    text += ".model m" + std::to_string(i) + "\n.inputs a\n.outputs y\n.subckt " + next +
            " a=a y=t\n.subckt " + next + " a=t y=y\n.end\n";
  }
  text += ".model m41\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n";
  try {
    read(text);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "blif.size");
  }
}

TEST(BlifPrinter, RandomNetworksReadBackTheSame) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Network network = test::random_network(seed, {7, 50, 6, 5, seed % 2 == 0 ? 3U : 0U});
    const std::string text = print_blif(network);
    const Network again = read(text);
    const Equivalence same = compare(network, again);
    ASSERT_TRUE(same.proven()) << seed << ' ' << same.output;
    // Printing and reading again changes nothing any more.
    ASSERT_EQ(print_blif(again), text) << seed;
    ASSERT_EQ(again.latches().size(), network.latches().size());
    for (std::size_t i = 0; i < again.latches().size(); ++i) {
      EXPECT_EQ(again.latches()[i].initial, network.latches()[i].initial);
      EXPECT_EQ(again.latches()[i].clock, network.latches()[i].clock);
    }
  }
}

TEST(BlifPrinter, NamesThatBlifCannotWrite) {
  Network network;
  const NodeIndex a = network.add_input("a b#");
  const NodeIndex f = network.add_function("\\f=1", {a}, {1, 1});
  network.add_output("y", f);
  network.add_output("z", a);
  const Network again = read(print_blif(network));
  EXPECT_EQ(again.node(again.inputs()[0]).name, "a_b_");
  EXPECT_EQ(table_of(again, 0).bits, 1U);
  EXPECT_EQ(table_of(again, 1).bits, 2U);
  Network clash;
  clash.add_input("a b");
  clash.add_input("a_b");
  EXPECT_THROW(print_blif(clash), base::Error);
}

}  // namespace
}  // namespace neucasl::logic
