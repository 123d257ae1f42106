#include "neucasl/ir/drawing.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

std::size_t count(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  return static_cast<std::size_t>(std::distance(
      std::sregex_iterator(text.begin(), text.end(), expression), std::sregex_iterator()));
}

/// `length` resistors between two nodes, or in a chain.
Design ladder(std::uint32_t length) {
  Design design;
  const ModuleId resistor =
      test::two_terminal(design, "resistor", "resistance", {1.0, test::dim::resistance});
  ModuleBuilder top(design, "ladder");
  design.top = top.id();
  NetRef left = top.port("in", Discipline::electrical, Direction::input);
  for (std::uint32_t i = 0; i < length; ++i) {
    const NetRef right = top.net("n" + std::to_string(i), Discipline::electrical);
    top.instance("r" + std::to_string(i), resistor, {{"p", left}, {"n", right}},
                 {{"resistance", base::Quantity{7500.0, test::dim::resistance}}});
    left = right;
  }
  return design;
}

TEST(Drawing, HasABoxForEachInstanceAndALineForEachConnection) {
  const std::string dot = to_dot(ladder(5));
  EXPECT_EQ(count(dot, "shape=record"), 5U) << dot;
  EXPECT_EQ(count(dot, "shape=ellipse"), 1U);
  EXPECT_EQ(count(dot, " -- "), 6U) << dot;  // in, four between, one end
  EXPECT_EQ(count(dot, "r3\\\\nresistor\\\\nresistance 7\\.5 kohm"), 1U) << dot;
  EXPECT_EQ(count(dot, "label=\"n2\""), 1U) << dot;
}

TEST(Drawing, EveryConstructOfTheSampleIsThere) {
  const Design design = test::sample_design();
  const std::string dot = to_dot(design);
  EXPECT_EQ(count(dot, "shape=record"), 5U) << dot;
  EXPECT_EQ(count(dot, "invtriangle"), 2U) << dot;  // Two pins at the ground.
  EXPECT_EQ(count(dot, "label=\"bus\\[0\\.\\.6\\]\""), 1U) << dot;
  EXPECT_EQ(count(dot, "label=\"\\[1\\.\\.2\\]\""), 1U) << dot;
  EXPECT_EQ(count(dot, "electrical blue, optical red"), 1U) << dot;
  DrawingOptions grid;
  grid.module = design.find_module("grid");
  const std::string inner = to_dot(design, grid);
  EXPECT_EQ(count(inner, "penwidth=3"), 2U) << inner;
  EXPECT_EQ(count(inner, "cells\\\\nresistor\\\\n2 x 3\\\\nresistance table values"), 1U) << inner;
}

TEST(Drawing, AnArrayOfAMillionCellsIsOneBox) {
  Design design;
  const ModuleId cell =
      test::two_terminal(design, "cell", "conductance", {1.0, test::dim::conductance});
  ModuleBuilder top(design, "chip");
  design.top = top.id();
  const NetRef rows = top.port("rows", Discipline::electrical, Direction::input, 1000);
  const NetRef columns = top.port("columns", Discipline::electrical, Direction::output, 1000);
  top.array("cells", cell, 1000, 1000, {{"p", rows, 1, 0}, {"n", columns, 0, 1}});
  const std::string dot = to_dot(design);
  EXPECT_EQ(count(dot, "1000 x 1000"), 1U);
  EXPECT_EQ(count(dot, " -- "), 2U) << dot;
  EXPECT_LT(dot.size(), 2000U);
  DrawingOptions options;
  options.view = DrawingOptions::View::hierarchy;
  const std::string tree = to_dot(design, options);
  EXPECT_EQ(count(tree, "label=\"1000000\""), 1U) << tree;
}

TEST(Drawing, TooManyObjectsAreRefusedWithWhatToDo) {
  try {
    (void)to_dot(ladder(5000));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ir.drawing");
    EXPECT_NE(error.diagnostic().message.find("15001 objects"), std::string::npos) << error.what();
    EXPECT_NE(error.diagnostic().remedy.find("--view hierarchy"), std::string::npos);
  }
  DrawingOptions wide;
  wide.most_objects = 16000;
  EXPECT_EQ(count(to_dot(ladder(5000), wide), "shape=record"), 5000U);
}

TEST(Drawing, HierarchyHasEachModuleOnceAndCountsCopies) {
  DrawingOptions options;
  options.view = DrawingOptions::View::hierarchy;
  const std::string dot = to_dot(test::sample_design(), options);
  EXPECT_EQ(count(dot, "fillcolor"), 5U) << dot;
  EXPECT_EQ(count(dot, " -> "), 5U) << dot;
  EXPECT_EQ(count(dot, "label=\"7\""), 1U) << dot;  // Cells and ties of the grid.
}

TEST(Drawing, NamesCannotEndTheirQuotes) {
  Design design = ladder(1);
  design.modules[design.top.index].instances[0].parameters[0].value =
      std::string("\"]; x [label=\"&lt;\\N{|");
  const std::string dot = to_dot(design);
  EXPECT_NE(dot.find("resistance \\\"]; x [label=\\\"&amp;lt;\\\\N\\{\\|"), std::string::npos)
      << dot;
}

TEST(Drawing, ADesignWithoutTopNamesWhatIsMissing) {
  Design design = ladder(1);
  design.top = {};
  EXPECT_THROW((void)to_dot(design), base::Error);
}

}  // namespace
}  // namespace neucasl::ir
