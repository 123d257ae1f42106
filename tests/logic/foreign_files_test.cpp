#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/logic/readers.hpp"
#include "neucasl/logic/simulation.hpp"

/// \file
/// BLIF as Yosys and ABC wrote it: each file begins with the command that made it from the Verilog
/// beside it. And the netlists of the project.

namespace neucasl::logic {
namespace {

Network data(const std::string& name) {
  return read_logic(NEUCASL_TEST_DATA "/logic/data/" + name);
}

/// What alu.v says, in which all operands of the sum have five bits: inputs op[0..1], a[0..3],
/// b[0..3]; result y and, in bit 4, carry.
unsigned alu(unsigned row) {
  const unsigned op = row & 3U;
  const unsigned a = (row >> 2U) & 15U;
  const unsigned b = (row >> 6U) & 15U;
  const bool subtract = (op & 1U) != 0;
  const unsigned sum = a + (subtract ? ~b & 31U : b) + (subtract ? 1U : 0U);
  const unsigned y = op < 2 ? sum & 15U : op == 2 ? a & b : a ^ b;
  return y | (((sum >> 4U) & 1U) << 4U);
}

TEST(ForeignFiles, CombinationalVerilogThroughYosysAndAbc) {
  for (const char* file : {"alu_yosys.blif", "alu_lut6_abc.blif", "alu_sop_abc.blif"}) {
    const Network network = data(file);
    EXPECT_EQ(network.name, "alu_slice");
    for (unsigned row = 0; row < 1024; ++row) {
      const std::vector<bool> y = evaluate(network, row);
      unsigned value = 0;
      for (unsigned i = 0; i < 5; ++i) value |= (y[i] ? 1U : 0U) << i;
      ASSERT_EQ(value, alu(row)) << file << ' ' << row;
    }
  }
}

TEST(ForeignFiles, SequentialVerilogThroughYosysAndAbc) {
  const Network yosys = data("counter_yosys.blif");
  const Network abc = data("counter_abc.blif");
  ASSERT_EQ(yosys.latches().size(), 4U);
  for (const Latch& latch : yosys.latches()) {
    EXPECT_EQ(latch.initial, false);
    EXPECT_EQ(latch.clock, "clk");
  }
  // ABC forgets the latches' clock and keeps it as an input that nothing reads.
  EXPECT_EQ(yosys.inputs().size(), 2U);
  EXPECT_EQ(abc.inputs().size(), 3U);
  EXPECT_TRUE(compare(yosys, abc).proven());
  EXPECT_TRUE(compare(abc, yosys).proven());
  // Count: 0 to 15 with enable, then reset.
  unsigned state = 0;
  const Network next = combinational_part(yosys);
  const auto step = [&](bool reset, bool enable) {
    std::uint64_t row = (reset ? 1U : 0U) | (enable ? 2U : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string& name = next.node(next.inputs()[2 + i]).name;  // "count[k]"
      row |= std::uint64_t{(state >> (name[6] - '0')) & 1U} << (2 + i);
    }
    const std::vector<bool> value = evaluate(next, row);
    EXPECT_EQ(value[4], state == 15);
    unsigned result = 0;
    for (std::size_t o = 5; o < 9; ++o) {
      if (value[o]) result |= 1U << (next.outputs()[o].name[6] - '0');
    }
    state = result;
  };
  for (unsigned k = 0; k < 20; ++k) {
    EXPECT_EQ(state, k % 16);
    step(false, true);
  }
  step(false, false);
  EXPECT_EQ(state, 4U);
  step(true, true);
  EXPECT_EQ(state, 0U);
}

TEST(ForeignFiles, HierarchyWithAttributes) {
  const Network network = data("pair_yosys.blif");
  EXPECT_EQ(network.name, "pair");
  EXPECT_EQ(table_of(network, 0), (TruthTable{0x96, 3}));
  EXPECT_EQ(table_of(network, 1), (TruthTable{0xe8, 3}));
}

TEST(ForeignFiles, CellsThatYosysKeepsAreNamedWithTheRemedy) {
  try {
    data("counter_reset_cells_yosys.blif");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "blif.model");
    EXPECT_NE(error.diagnostic().message.find("$_SDFF_PP0_"), std::string::npos);
    EXPECT_NE(error.diagnostic().remedy.find("dfflegalize"), std::string::npos);
    EXPECT_GT(error.diagnostic().where.line, 1U);
  }
}

Network netlist(const std::string& name) {
  return read_logic(NEUCASL_SOURCE_FOLDER "/netlists/logic/" + name);
}

TEST(ForeignFiles, NetlistsOfTheProject) {
  const Network adder = netlist("full_adder.blif");
  EXPECT_TRUE(compare(adder, netlist("full_adder.eqn")).proven());
  EXPECT_TRUE(compare(adder, netlist("full_adder.truth")).proven());
  const Network ripple = netlist("ripple_adder_4.blif");
  for (std::uint64_t row = 0; row < 512; ++row) {
    const std::vector<bool> bits = evaluate(ripple, row);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < 5; ++i) sum |= std::uint64_t{bits[i]} << i;
    EXPECT_EQ(sum, (row & 15U) + ((row >> 4U) & 15U) + (row >> 8U));
  }
  const Network comparator = netlist("comparator_yosys.blif");
  for (std::uint64_t row = 0; row < 16; ++row) {
    const std::vector<bool> y = evaluate(comparator, row);
    EXPECT_EQ(y[0], (row & 3U) < (row >> 2U)) << row;
    EXPECT_EQ(y[1], (row & 3U) == (row >> 2U)) << row;
  }
  // c17: 22 = not (10 16), 23 = not (16 19).
  const Network c17 = netlist("c17.blif");
  for (std::uint64_t row = 0; row < 32; ++row) {
    const auto in = [&](unsigned i) { return ((row >> i) & 1U) != 0; };  // 1 2 3 6 7
    const bool n11 = !(in(2) && in(3));
    const bool n16 = !(in(1) && n11);
    const std::vector<bool> y = evaluate(c17, row);
    EXPECT_EQ(y[0], (in(0) && in(2)) || !n16);
    EXPECT_EQ(y[1], !n16 || (n11 && in(4)));
  }
  const Network product = netlist("multiplier_4.blif");
  const Network parity = netlist("parity_8.eqn");
  for (std::uint64_t row = 0; row < 256; ++row) {
    const std::vector<bool> bits = evaluate(product, row);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{bits[i]} << i;
    EXPECT_EQ(value, (row & 15U) * (row >> 4U));
    EXPECT_EQ(evaluate(parity, row)[0], __builtin_popcountll(row) % 2 == 1);
  }
}

TEST(ForeignFiles, NetlistsOfStatesAndDisplays) {
  // Segments that are lit; rows are d3 d2 d1 d0.
  const char* lit[] = {"abcdef", "bc",     "abged", "abgcd",   "fgbc",
                       "afgcd",  "afgedc", "abc",   "abcdefg", "abcdfg"};
  const Network display = netlist("seven_segment.truth");
  for (unsigned digit = 0; digit < 16; ++digit) {
    std::uint64_t row = 0;
    for (unsigned k = 0; k < 4; ++k) row |= std::uint64_t{(digit >> (3 - k)) & 1U} << k;
    const std::vector<bool> segments = evaluate(display, row);
    for (std::size_t i = 0; i < 7; ++i) {
      const char name = static_cast<char>('a' + i);
      const bool expected = digit < 10 && std::string(lit[digit]).find(name) != std::string::npos;
      EXPECT_EQ(segments[i], expected) << digit << name;
    }
  }
  const Network counter = netlist("counter_2.blif");
  ASSERT_EQ(counter.latches().size(), 2U);
  const Network next = combinational_part(counter);  // enable, q0, q1 to wrap, q0, q1
  for (std::uint64_t row = 0; row < 8; ++row) {
    const std::uint64_t count = (row >> 1U) + (row & 1U);
    const std::vector<bool> value = evaluate(next, row);
    const auto of = [&](const char* name) { return value[*next.find_output(name)]; };
    EXPECT_EQ(of("q0.next"), (count & 1U) != 0);
    EXPECT_EQ(of("q1.next"), (count & 2U) != 0);
    EXPECT_EQ(of("wrap"), (row >> 1U) == 3);
  }
}

TEST(ReadLogic, RefusesOtherFilesByName) {
  EXPECT_THROW(read_logic("design.v"), base::Error);
  try {
    read_logic("/nowhere/design.blif");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "base.file");
  }
  try {
    read_logic("design.v");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "logic.format");
    EXPECT_NE(error.diagnostic().remedy.find(".eqn"), std::string::npos);
  }
}

}  // namespace
}  // namespace neucasl::logic
