#pragma once

#include <string>
#include <vector>

#include "neucasl/base/random.hpp"
#include "neucasl/logic/network.hpp"

/// \file
/// Networks for tests: random ones and arithmetic.

namespace neucasl::logic::test {

struct RandomShape {
  unsigned inputs = 8;
  unsigned functions = 60;
  unsigned most_fanins = 4;
  unsigned outputs = 6;
  unsigned latches = 0;
};

inline std::uint64_t random_bits(base::RandomStream& random) {
  return (std::uint64_t{random.next_u32()} << 32U) | random.next_u32();
}

inline Network random_network(std::uint64_t seed, const RandomShape& shape = {}) {
  base::RandomStream random(seed, "test/network");
  Network network;
  network.name = "random_" + std::to_string(seed);
  std::vector<NodeIndex> nodes;
  std::vector<NodeIndex> states;
  for (unsigned i = 0; i < shape.inputs; ++i) {
    nodes.push_back(network.add_input("i" + std::to_string(i)));
  }
  for (unsigned i = 0; i < shape.latches; ++i) {
    states.push_back(network.add_latch_output("q" + std::to_string(i)));
    nodes.push_back(states.back());
  }
  for (unsigned i = 0; i < shape.functions; ++i) {
    const unsigned count = 1 + random.below(shape.most_fanins);
    std::vector<NodeIndex> fanins;
    for (unsigned k = 0; k < count; ++k) {
      // Mostly recent nodes, so that the network gets deep.
      const auto size = static_cast<std::uint32_t>(nodes.size());
      const std::uint32_t recent = random.below(3) == 0 ? size : std::min(size, 12U);
      fanins.push_back(nodes[size - 1 - random.below(recent)]);
    }
    const std::uint64_t bits = random_bits(random) & TruthTable::mask(count);
    nodes.push_back(network.add_function("n" + std::to_string(i), fanins,
                                         {bits, static_cast<std::uint8_t>(count)}));
  }
  const auto size = static_cast<std::uint32_t>(nodes.size());
  for (unsigned i = 0; i < shape.latches; ++i) {
    network.add_latch({nodes[size - 1 - random.below(size / 2)],
                       states[i],
                       i % 2 == 0 ? std::optional(i % 4 == 0) : std::nullopt,
                       "clk",
                       {}});
  }
  for (unsigned i = 0; i < shape.outputs; ++i) {
    network.add_output("o" + std::to_string(i), nodes[size - 1 - random.below(size / 2)]);
  }
  return network;
}

/// Sum of two numbers and a carry: outputs s0, s1, ..., cout.
inline Network ripple_adder(unsigned bits) {
  Network network;
  network.name = "adder";
  std::vector<NodeIndex> a;
  std::vector<NodeIndex> b;
  for (unsigned i = 0; i < bits; ++i) {
    a.push_back(network.add_input("a" + std::to_string(i)));
    b.push_back(network.add_input("b" + std::to_string(i)));
  }
  NodeIndex carry = network.add_input("cin");
  for (unsigned i = 0; i < bits; ++i) {
    const std::vector<NodeIndex> fanins = {a[i], b[i], carry};
    const NodeIndex sum = network.add_function("sum" + std::to_string(i), fanins, {0x96, 3});
    carry = network.add_function("carry" + std::to_string(i), fanins, {0xe8, 3});
    network.add_output("s" + std::to_string(i), sum);
  }
  network.add_output("cout", carry);
  return network;
}

/// Array multiplier: rows of full adders; outputs p0, p1, ... With `gates` of two-input functions
/// only, five to a full adder.
inline Network multiplier(unsigned bits, bool gates = false) {
  Network network;
  network.name = "multiplier";
  std::vector<NodeIndex> a;
  std::vector<NodeIndex> b;
  for (unsigned i = 0; i < bits; ++i) a.push_back(network.add_input("a" + std::to_string(i)));
  for (unsigned i = 0; i < bits; ++i) b.push_back(network.add_input("b" + std::to_string(i)));
  std::vector<NodeIndex> row;
  for (unsigned i = 0; i < bits; ++i) {
    row.push_back(network.add_function("m0_" + std::to_string(i), {a[i], b[0]}, {0x8, 2}));
  }
  network.add_output("p0", row[0]);
  NodeIndex top = no_node;
  for (unsigned j = 1; j < bits; ++j) {
    std::vector<NodeIndex> next;
    NodeIndex carry = no_node;
    for (unsigned i = 0; i < bits; ++i) {
      const std::string at = std::to_string(j) + "_" + std::to_string(i);
      std::vector<NodeIndex> terms = {network.add_function("m" + at, {a[i], b[j]}, {0x8, 2})};
      const NodeIndex above = i + 1 < bits ? row[i + 1] : top;
      if (above != no_node) terms.push_back(above);
      if (carry != no_node) terms.push_back(carry);
      if (terms.size() == 1) {
        next.push_back(terms[0]);
        carry = no_node;
        continue;
      }
      const bool three = terms.size() == 3;
      if (three && gates) {
        const NodeIndex half = network.add_function("h" + at, {terms[0], terms[1]}, {0x6, 2});
        const NodeIndex both = network.add_function("b" + at, {terms[0], terms[1]}, {0x8, 2});
        const NodeIndex through = network.add_function("t" + at, {half, terms[2]}, {0x8, 2});
        next.push_back(network.add_function("s" + at, {half, terms[2]}, {0x6, 2}));
        carry = network.add_function("c" + at, {both, through}, {0xe, 2});
        continue;
      }
      next.push_back(
          network.add_function("s" + at, terms, three ? TruthTable{0x96, 3} : TruthTable{0x6, 2}));
      carry =
          network.add_function("c" + at, terms, three ? TruthTable{0xe8, 3} : TruthTable{0x8, 2});
    }
    top = carry;
    row = next;
    network.add_output("p" + std::to_string(j), row[0]);
  }
  for (unsigned i = 1; i < bits; ++i) {
    network.add_output("p" + std::to_string(bits + i - 1), row[i]);
  }
  if (top != no_node) network.add_output("p" + std::to_string(2 * bits - 1), top);
  return network;
}

}  // namespace neucasl::logic::test
