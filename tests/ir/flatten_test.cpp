#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "neucasl/ir/checks.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/ir/verifier.hpp"
#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

constexpr const char* resistor_text =
    "ncir 1 design \"d\" top top\n"
    "primitive resistor attribute element: \"resistor\" parameter resistance: 1 ohm\n"
    "net p electrical net n electrical port p inout port n inout end\n";

Design with_resistor(const std::string& rest) { return parse(resistor_text + rest); }

template <class Call>
std::string flatten_refusal(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

/// Names of the nodes on the pins of an element.
std::vector<std::string> pins(const FlatNetlist& flat, std::size_t element) {
  std::vector<std::string> result;
  for (std::uint32_t i = flat.pin_offset[element]; i < flat.pin_offset[element + 1]; ++i) {
    result.push_back(flat.node_name(flat.pin_node[i]));
  }
  return result;
}

using Names = std::vector<std::string>;

TEST(Flatten, Ladder) {
  const FlatNetlist flat = flatten(with_resistor(
      "module top net gnd electrical ground net a electrical net b electrical port a inout\n"
      "instance r1: resistor (p = a, n = b) { resistance: 5 ohm }\n"
      "instance r2: resistor (n = gnd, p = b) end"));
  EXPECT_EQ(flat.name, "d");
  ASSERT_EQ(flat.elements(), 2U);
  EXPECT_EQ(flat.nodes(), 3U);
  EXPECT_EQ(flat.element_name(0), "r1");
  EXPECT_EQ(pins(flat, 0), (Names{"a", "b"}));
  EXPECT_EQ(pins(flat, 1), (Names{"b", "0"}));
  EXPECT_EQ(flat.parameter_of(0, "resistance"), 5.0);
  EXPECT_EQ(flat.parameter_of(1, "resistance"), 1.0);
  EXPECT_EQ(flatten_refusal([&] { static_cast<void>(flat.parameter_of(0, "resistanse")); }),
            "ir.parameter");
  ASSERT_EQ(flat.port_nodes.size(), 1U);
  EXPECT_EQ(flat.node_name(flat.port_nodes[0]), "a");
  ASSERT_EQ(flat.kinds.size(), 1U);
  EXPECT_EQ(flat.kinds[0].element, "resistor");
  EXPECT_EQ(flat.kinds[0].pins, (Names{"p", "n"}));
}

TEST(Flatten, ParametersPassThroughLevels) {
  const FlatNetlist flat = flatten(with_resistor(
      "module half parameter r: 4 ohm\nparameter h: = \"r / 2\"\n"
      "net x electrical net y electrical port x inout port y inout\n"
      "instance r: resistor (p = x, n = y) { resistance: = \"h\" } end\n"
      "module pair parameter total: 10 ohm\nnet x electrical net y electrical net mid electrical\n"
      "port x inout port y inout\n"
      "instance a: half (x = x, y = mid) { r: = \"total\" }\n"
      "instance b: half (x = mid, y = y) end\n"
      "module top parameter big: 1 kohm\nparameter bigger: = \"2 * big\"\n"
      "net g electrical ground net in electrical port in input\n"
      "instance p: pair (x = in, y = g) { total: = \"bigger + 1 [ohm]\" } end"));
  ASSERT_EQ(flat.elements(), 2U);
  EXPECT_EQ(flat.element_name(0), "p.a.r");
  EXPECT_DOUBLE_EQ(flat.parameter_of(0, "resistance"), 1000.5);
  EXPECT_DOUBLE_EQ(flat.parameter_of(1, "resistance"), 2.0);
  EXPECT_EQ(pins(flat, 0), (Names{"in", "p.mid"}));
  EXPECT_EQ(pins(flat, 1), (Names{"p.mid", "0"}));
}

TEST(Flatten, ArraysTakeTheirTables) {
  const FlatNetlist flat = flatten(with_resistor(
      "module top net rows electrical [2] net columns electrical [3] port rows inout\n"
      "port columns inout table t [2 3] \"ohm\" 1 2 3 4 5 6 end\n"
      "array cells: resistor [2 3] (p = rows[0 + 1 row + 0 column],\n"
      " n = columns[2 + 0 row - 1 column]) { resistance: table t } end"));
  ASSERT_EQ(flat.elements(), 6U);
  EXPECT_EQ(flat.element_name(5), "cells[1][2]");
  EXPECT_EQ(pins(flat, 5), (Names{"rows[1]", "columns[0]"}));
  EXPECT_EQ(pins(flat, 0), (Names{"rows[0]", "columns[2]"}));
  for (std::size_t e = 0; e < 6; ++e) {
    EXPECT_EQ(flat.parameter_of(e, "resistance"), static_cast<double>(e) + 1.0);
  }
  EXPECT_EQ(flat.port_nodes.size(), 5U);
}

TEST(Flatten, BusesJoinBitByBit) {
  const FlatNetlist flat =
      flatten(with_resistor("module part net io electrical [2] port io inout\n"
                            "instance r: resistor (p = io[0], n = io[1]) end\n"
                            "module top net bus electrical [5] net g electrical ground\n"
                            "instance a: part (io = bus[1]) instance b: part (io = bus[3]) end"));
  EXPECT_EQ(pins(flat, 0), (Names{"bus[1]", "bus[2]"}));
  EXPECT_EQ(pins(flat, 1), (Names{"bus[3]", "bus[4]"}));
}

TEST(Flatten, AllGroundsAreOneNode) {
  const FlatNetlist flat = flatten(with_resistor(
      "module part net io electrical net earth electrical ground port io inout\n"
      "instance r: resistor (p = io, n = earth) end\n"
      "module top net a electrical net g electrical ground\n"
      "instance x: part (io = a) instance y: part (io = a) instance z: part (io = g) end"));
  ASSERT_EQ(flat.elements(), 3U);
  EXPECT_EQ(pins(flat, 0), (Names{"a", "0"}));
  EXPECT_EQ(pins(flat, 1), (Names{"a", "0"}));
  EXPECT_EQ(pins(flat, 2), (Names{"0", "0"}));
  EXPECT_EQ(flat.nodes(), 2U);
}

TEST(Flatten, PrimitivesMayHaveFormulasAsDefaults) {
  const FlatNetlist flat = flatten(parse(
      "ncir 1 design \"d\" top top primitive q parameter a: 2 V\nparameter b: = \"3 * a\"\n"
      "parameter label: \"x\" parameter on: true parameter n: 7\n"
      "net p electrical port p inout end\n"
      "module top net w electrical instance i: q (p = w) instance j: q (p = w) { a: 5 V } end"));
  EXPECT_EQ(flat.parameter_of(0, "b"), 6.0);
  EXPECT_EQ(flat.parameter_of(1, "b"), 15.0);
  EXPECT_TRUE(std::isnan(flat.parameter_of(0, "label")));
  EXPECT_EQ(flat.parameter_of(0, "on"), 1.0);
  EXPECT_EQ(flat.parameter_of(0, "n"), 7.0);
  EXPECT_EQ(flat.kinds[0].dimensions[1], base::dimension::voltage);
}

TEST(Flatten, RefusesBadDesignsPrimitivesAndExcess) {
  Design design = with_resistor(
      "module top net a electrical\n"
      "array r: resistor [3 3] (p = a[0 + 0 row + 0 column], n = a[0 + 0 row + 0 column]) end");
  EXPECT_EQ(flatten(design, {}, 9).elements(), 9U);
  EXPECT_EQ(flatten_refusal([&] { static_cast<void>(flatten(design, {}, 8)); }), "ir.flatten");
  EXPECT_EQ(flatten_refusal([&] { static_cast<void>(flatten(design, ModuleId(std::size_t{0}))); }),
            "ir.flatten");
  design.modules[1].arrays[0].pins.pop_back();
  EXPECT_EQ(flatten_refusal([&] { static_cast<void>(flatten(design)); }), "ir.unconnected");
  EXPECT_EQ(flatten_refusal([&] { static_cast<void>(flatten(Design{})); }), "ir.top");
}

TEST(Flatten, EmptyModulesCannotNestWithoutEnd) {
  Design design;
  for (int i = 0; i < 64; ++i) {
    ModuleBuilder module(design, "m" + std::to_string(i));
    if (i == 0) continue;
    for (const char* name : {"a", "b"}) {
      module.instance(name, ModuleId(static_cast<std::size_t>(i - 1)), {});
    }
  }
  design.top = ModuleId(design.modules.size() - 1);
  EXPECT_EQ(flatten_refusal([&] { static_cast<void>(flatten(design, {}, 1000)); }), "ir.flatten");
}

/// Element counts, nodes and parameters do not change by writing the flat netlist as a design.
TEST(ToDesign, FlattensToTheSameNetlist) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Design design = seed == 0 ? test::sample_design() : test::random_design(seed);
    if (!design.top.valid()) design.top = ModuleId(design.modules.size() - 1);
    if (design.module(design.top).primitive) continue;
    const FlatNetlist flat = flatten(design);
    const Design flat_design = to_design(flat);
    base::DiagnosticSink sink;
    ASSERT_TRUE(verify(flat_design, sink)) << seed << ": " << to_string(sink.all()[0]);
    const FlatNetlist again = flatten(flat_design);
    ASSERT_EQ(again.elements(), flat.elements()) << seed;
    ASSERT_EQ(again.nodes(), flat.nodes()) << seed;
    ASSERT_EQ(again.pin_offset, flat.pin_offset) << seed;
    // Nodes may be numbered anew, but one to one.
    std::map<std::uint32_t, std::uint32_t> renamed;
    for (std::size_t i = 0; i < flat.pin_node.size(); ++i) {
      const auto [entry, added] = renamed.try_emplace(flat.pin_node[i], again.pin_node[i]);
      ASSERT_EQ(entry->second, again.pin_node[i]) << seed;
    }
    for (std::size_t i = 0; i < flat.parameter.size(); ++i) {
      if (std::isnan(flat.parameter[i])) continue;
      ASSERT_EQ(again.parameter[i], flat.parameter[i]) << seed;
    }
  }
}

TEST(Statistics, AgreeWithFlattening) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Design design = seed == 0 ? test::sample_design() : test::random_design(seed);
    if (!design.top.valid()) design.top = ModuleId(design.modules.size() - 1);
    if (design.module(design.top).primitive) continue;
    const FlatNetlist flat = flatten(design);
    const DesignStatistics found = statistics(design);
    EXPECT_EQ(found.leaf_instances, flat.elements()) << seed;
    EXPECT_EQ(found.instances, flat.paths.size() - 1) << seed;
    std::map<std::string, std::size_t> leaves;
    for (const std::uint32_t kind : flat.kind) ++leaves[flat.kinds[kind].name];
    const std::vector<std::pair<std::string, std::size_t>> expected(leaves.begin(), leaves.end());
    EXPECT_EQ(found.leaves, expected) << seed;
    std::size_t depth = 0;
    for (std::size_t i = 1; i < flat.paths.size(); ++i) {
      std::size_t level = 0;
      for (std::uint32_t p = static_cast<std::uint32_t>(i); p != 0; p = flat.paths[p].parent) {
        ++level;
      }
      depth = std::max(depth, level);
    }
    EXPECT_EQ(found.depth, depth) << seed;
  }
}

TEST(Statistics, OfTheSample) {
  const DesignStatistics found = statistics(test::sample_design());
  EXPECT_EQ(found.modules, 2U);
  EXPECT_EQ(found.primitives, 3U);
  EXPECT_EQ(found.leaf_instances, 11U);
  EXPECT_EQ(found.arrays, 2U);
  EXPECT_EQ(found.table_values, 6U);
  EXPECT_EQ(found.depth, 2U);
}

}  // namespace
}  // namespace neucasl::ir
