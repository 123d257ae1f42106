#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"

namespace neucasl::logic {
namespace {

Network equations(const std::string& text) { return parse_equations(text, "file"); }
Network truth(const std::string& text) { return parse_truth_table(text, "file"); }

TEST(Equations, OperatorsBindInTheirOrder) {
  // Inputs in order of appearance: a, b, c, d.
  const auto bits = [](const std::string& text) { return table_of(equations(text), 0).bits; };
  EXPECT_EQ(bits("y = a & b"), 0x8U);
  EXPECT_EQ(bits("y = a * b"), 0x8U);
  EXPECT_EQ(bits("y = a | b"), 0xeU);
  EXPECT_EQ(bits("y = a + b"), 0xeU);
  EXPECT_EQ(bits("y = a ^ b"), 0x6U);
  EXPECT_EQ(bits("y = !a & b"), 0x4U);
  EXPECT_EQ(bits("y = ~(a & b)"), 0x7U);
  EXPECT_EQ(bits("y = a' & b"), 0x4U);
  EXPECT_EQ(bits("y = (a | b)''"), 0xeU);
  EXPECT_EQ(bits("y = a ^ b & c"), 0x6aU);  // a ^ (b c)
  EXPECT_EQ(bits("y = a | b ^ c"), 0xbeU);  // a | (b ^ c)
  EXPECT_EQ(bits("y = a & b | c & d"), 0xf888U);
  EXPECT_EQ(bits("y = a & 1 | 0"), 0x2U);
  EXPECT_EQ(bits("y = a ^ 1;"), 0x1U);
}

TEST(Equations, InputsAndOutputsByUse) {
  const Network network = equations("# order does not matter\ny = t | c\nt = a & b\nz = !t\n");
  ASSERT_EQ(network.inputs().size(), 3U);
  EXPECT_EQ(network.node(network.inputs()[0]).name, "c");
  ASSERT_EQ(network.outputs().size(), 2U);
  EXPECT_EQ(network.outputs()[0].name, "y");
  EXPECT_EQ(network.outputs()[1].name, "z");
}

TEST(Equations, GivenInputsAndOutputs) {
  const Network network = equations("inputs b a unused\noutputs t, y\ny = t | a\nt = a & b\n");
  ASSERT_EQ(network.inputs().size(), 3U);
  EXPECT_EQ(network.node(network.inputs()[0]).name, "b");
  ASSERT_EQ(network.outputs().size(), 2U);
  EXPECT_EQ(network.outputs()[0].name, "t");
}

TEST(Equations, WideExpressions) {
  std::string text = "y = x0";
  for (int i = 1; i < 30; ++i) text += " ^ x" + std::to_string(i);
  const Network network = equations(text);
  EXPECT_TRUE(evaluate(network, 0x7)[0]);
  EXPECT_FALSE(evaluate(network, 0x3fffffff)[0]);
}

void refuses(const std::string& code, std::uint32_t line, const std::vector<std::string>& parts,
             const std::string& text) {
  test::expect_error(code, line, parts, [&] { equations(text); });
}

TEST(EquationErrors, Syntax) {
  refuses("equation.syntax", 1, {"ends"}, "y = a &");
  refuses("equation.syntax", 2, {"')' is missing"}, "z = b\ny = (a | b");
  refuses("equation.syntax", 1, {"')'"}, "y = a )");
  refuses("equation.syntax", 1, {"'b'", "operator"}, "y = a b");
  refuses("equation.syntax", 1, {"'='"}, "y a");
  refuses("equation.syntax", 1, {"digit"}, "y = 0a");
  refuses("equation.syntax", 1, {"'%'"}, "y = a & %");
  refuses("equation.syntax", 1, {"name"}, "= a");
  refuses("equation.syntax", 1, {"NAME = EXPRESSION"}, "# nothing");
  refuses("equation.syntax", 1, {"parentheses"}, "y = " + std::string(1000, '(') + "a");
  try {
    equations("y = a & %");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().where.column, 9U);
  }
}

TEST(EquationErrors, Meaning) {
  refuses("logic.loop", 1, {"y -> z -> y"}, "y = z & a\nz = y | b\n");
  refuses("logic.multiple-drivers", 2, {"'y'", "file:1:1"}, "y = a\ny = b\n");
  refuses("logic.undriven", 2, {"'carry'"}, "inputs a b\ny = a & carry\n");
  refuses("logic.multiple-drivers", 1, {"'a'", "file:2:1"}, "inputs a b\na = b\n");
  refuses("logic.undriven", 1, {"'z'"}, "outputs y z\ny = a\n");
}

TEST(TruthTables, FullAdderAndOpenInputs) {
  const Network adder = truth(R"(# a comment
a b cin | sum cout
000 | 00
001 | 10
0 1 0|1 0
0 1 1|0 1
1 0 - | 1 0   # wrong on purpose: cin does not matter here
110|01
1 1 1 | 1 1
)");
  EXPECT_EQ(table_of(adder, 1).bits, 0x48U | 0x80U);
  EXPECT_EQ(adder.outputs()[0].name, "sum");
  EXPECT_EQ(table_of(truth("| one zero\n| 1 0\n"), 0).bits, 1U);
}

TEST(TruthTables, SixteenInputs) {
  std::string text;
  for (int i = 0; i < 16; ++i) text += "x" + std::to_string(i) + " ";
  text += "| all\n" + std::string(16, '1') + " | 1\n";
  for (int i = 0; i < 16; ++i)
    text += std::string(i, '1') + "0" + std::string(15 - i, '-') + "|0\n";
  const Network network = truth(text);
  EXPECT_TRUE(evaluate(network, 0xffff)[0]);
  EXPECT_FALSE(evaluate(network, 0xfffe)[0]);
}

TEST(TruthTableErrors, All) {
  const auto refused = [](const std::string& code, std::uint32_t line,
                          const std::vector<std::string>& parts, const std::string& text) {
    test::expect_error(code, line, parts, [&] { truth(text); });
  };
  refused("truth-table.row", 1, {"'1 1'"}, "a b | f\n00|0\n01|1\n10|1\n");
  refused("truth-table.row", 1, {"'1 0'", "2 more", "of 4"}, "a b | f\n00|0\n");
  refused("truth-table.row", 4, {"'0 0'", "line 2"}, "a b | f\n00|0\n01|1\n0-|1\n1-|0\n");
  refused("truth-table.syntax", 2, {"'2'"}, "a | f\n2 | 1\n");
  refused("truth-table.syntax", 2, {"'-'", "0 or 1"}, "a | f\n1 | -\n");
  refused("truth-table.syntax", 2, {"'|'"}, "a | f\n0 1\n");
  refused("truth-table.syntax", 2, {"3 inputs", "2"}, "a b | f\n001 | 1\n");
  refused("truth-table.syntax", 1, {"no output"}, "a b |\n");
  refused("truth-table.syntax", 1, {"twice"}, "a | f f\n");
  refused("truth-table.syntax", 0, {"header"}, "");
  refused("truth-table.syntax", 1, {"17 inputs"}, "a b c d e f g h i j k l m n o p q | y\n");
  refused("logic.multiple-drivers", 1, {"'a'"}, "a a | f\n00|0\n01|0\n10|0\n11|0\n");
  refused("logic.multiple-drivers", 1, {"'a'"}, "a | a\n0|0\n1|0\n");
}

}  // namespace
}  // namespace neucasl::logic
