#include "neucasl/ir/spice_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

using base::Quantity;
namespace dim = base::dimension;

/// One element between a net and the ground.
FlatNetlist one(const std::string& element, const std::string& parameter, const Quantity& value) {
  Design design;
  design.name = "one";
  const ModuleId primitive = test::two_terminal(design, element, parameter, value);
  ModuleBuilder top(design, "top");
  design.top = top.id();
  const NetRef g = top.net("g", Discipline::electrical, 1, true);
  const NetRef a = top.net("a", Discipline::electrical);
  top.instance("x", primitive, {{"p", a}, {"n", g}});
  return flatten(design);
}

TEST(SpiceWriter, WritesEachElement) {
  struct Case {
    const char* element;
    const char* parameter;
    Quantity value;
    const char* line;
  };
  const Case cases[] = {
      {"resistor", "resistance", {1500.0, dim::resistance}, "r0 n1 0 1500"},
      {"conductance", "conductance", {1e-3, dim::conductance}, "r0 n1 0 1000"},
      {"capacitor", "capacitance", {1e-15, dim::capacitance}, "c0 n1 0 1e-15"},
      {"inductor", "inductance", {2e-9, dim::inductance}, "l0 n1 0 2e-09"},
      {"voltage_source", "voltage", {-0.5, dim::voltage}, "v0 n1 0 -0.5"},
      {"current_source", "current", {1e-6, dim::current}, "i0 n1 0 1e-06"},
  };
  for (const Case& c : cases) {
    const SpiceDeck deck = to_spice(one(c.element, c.parameter, c.value));
    ASSERT_EQ(deck.elements.size(), 1U);
    EXPECT_EQ(deck.elements[0], c.line);
    EXPECT_EQ(deck.node_names, (std::vector<std::string>{"0", "n1"}));
    EXPECT_EQ(deck.element_names.size(), 1U);
  }
}

TEST(SpiceWriter, LeavesOpenCellsOutAndKeepsTinyOnesFinite) {
  const SpiceDeck open = to_spice(one("conductance", "conductance", {0.0, dim::conductance}));
  EXPECT_TRUE(open.elements.empty());
  EXPECT_EQ(open.element_names.size(), 1U);
  const SpiceDeck tiny = to_spice(one("conductance", "conductance", {1e-310, dim::conductance}));
  EXPECT_EQ(tiny.elements[0].find("inf"), std::string::npos);
}

TEST(SpiceWriter, TextHasTitleAnalysisAndEnd) {
  FlatNetlist flat = one("resistor", "resistance", {1.0, dim::resistance});
  EXPECT_EQ(to_text(to_spice(flat)), "* one\nr0 n1 0 1\n.op\n.end\n");
  flat.name = "two\n.shell rm\r";
  EXPECT_EQ(to_text(to_spice(flat)), "* two .shell rm \nr0 n1 0 1\n.op\n.end\n");
}

std::string message(const FlatNetlist& flat) {
  try {
    static_cast<void>(to_spice(flat));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ir.spice");
    return error.diagnostic().message + error.diagnostic().remedy;
  }
  return "";
}

TEST(SpiceWriter, RefusesWhatItCannotWrite) {
  EXPECT_NE(message(one("transistor", "width", {1.0, dim::length})).find("no circuit element"),
            std::string::npos);
  EXPECT_NE(
      message(one("resistr", "resistance", {1.0, dim::resistance})).find("did you mean 'resistor'"),
      std::string::npos);
  for (const double value : {0.0, -1.0}) {
    EXPECT_NE(message(one("resistor", "resistance", {value, dim::resistance})).find("'x'"),
              std::string::npos);
  }
  EXPECT_NE(message(one("conductance", "conductance", {-1.0, dim::conductance})), "");
  FlatNetlist infinite = one("voltage_source", "voltage", {1.0, dim::voltage});
  infinite.parameter[0] = std::nan("");
  EXPECT_NE(message(infinite), "");
}

TEST(SpiceWriter, RefusesElementsOfOtherPinCounts) {
  Design design;
  ModuleBuilder primitive(design, "resistor", true);
  primitive.attribute("element", "resistor");
  primitive.parameter("resistance", Quantity{1.0, dim::resistance});
  primitive.port("p", Discipline::electrical, Direction::inout, 3);
  ModuleBuilder top(design, "top");
  design.top = top.id();
  top.instance("x", primitive.id(), {{"p", top.net("a", Discipline::electrical, 3)}});
  EXPECT_NE(message(flatten(design)).find("has 3 pins"), std::string::npos);
}

TEST(SpiceWriter, SaysWhichParameterIsMissing) {
  try {
    static_cast<void>(to_spice(one("resistor", "ohms", {1.0, dim::resistance})));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ir.parameter");
  }
}

}  // namespace
}  // namespace neucasl::ir
