#include "neucasl/ir/builder.hpp"

#include <gtest/gtest.h>

#include "neucasl/ir/verifier.hpp"
#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

template <class Call>
base::Diagnostic refusal(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

TEST(Builder, MakesWhatWasAsked) {
  Design design;
  const ModuleId resistor =
      test::two_terminal(design, "resistor", "resistance", {1.0, test::dim::resistance});
  ModuleBuilder top(design, "top", false, {"flow.xml", 4, 2});
  design.top = top.id();
  const NetRef a = top.port("a", Discipline::electrical, Direction::input);
  const NetRef g = top.net("g", Discipline::electrical, 1, true);
  top.instance("r", resistor, {{"n", g}, {"p", a}},
               {{"resistance", base::Quantity{2.0, test::dim::resistance}}});
  base::DiagnosticSink sink;
  EXPECT_TRUE(verify(design, sink));
  const Module& module = design.module(top.id());
  EXPECT_EQ(module.find_net("g"), g.net);
  EXPECT_FALSE(module.find_net("none").valid());
  EXPECT_EQ(module.find_port("a"), 0U);
  EXPECT_EQ(module.find_port("g"), std::nullopt);
  EXPECT_EQ(module.instances[0].connections[0].port, 1U);
  EXPECT_EQ(design.location(module.instances[0].where), (base::Location{"flow.xml", 4, 2}));
  EXPECT_EQ(design.find_module("top"), top.id());
  EXPECT_FALSE(design.find_module("none").valid());
  EXPECT_EQ(design.module(resistor).attribute("element"), "resistor");
  EXPECT_EQ(design.module(resistor).attribute("none"), "");
  EXPECT_EQ(design.module(resistor).find_parameter("none"), nullptr);
}

TEST(Builder, RefusesMistakesAtOnce) {
  Design design;
  const ModuleId resistor =
      test::two_terminal(design, "resistor", "resistance", {1.0, test::dim::resistance});
  ModuleBuilder top(design, "top");
  const NetRef a = top.net("a", Discipline::electrical);
  EXPECT_EQ(refusal([&] { ModuleBuilder again(design, "top"); }).code, "ir.name");
  EXPECT_EQ(refusal([&] { top.net("a", Discipline::digital); }).code, "ir.name");
  EXPECT_EQ(refusal([&] { top.port("a", Discipline::digital, Direction::input); }).code, "ir.name");
  const base::Diagnostic port = refusal([&] { top.instance("r", resistor, {{"pp", a}}); });
  EXPECT_EQ(port.code, "ir.port");
  EXPECT_NE(port.remedy.find("did you mean 'p'"), std::string::npos);
  EXPECT_EQ(refusal([&] { top.array("r", resistor, 1, 1, {{"x", a, 0, 0}}); }).code, "ir.port");
  EXPECT_TRUE(design.module(top.id()).instances.empty());
}

TEST(Design, EqualityIgnoresPlacesOnly) {
  const Design a = test::sample_design();
  Design b = a;
  b.locations.push_back({"x", 1, 1});
  b.modules[0].where = LocationId(std::size_t{0});
  b.modules[4].instances[0].where = LocationId(std::size_t{0});
  EXPECT_EQ(a, b);
  b.modules[3].tables[0].values[0] = 9.0;
  EXPECT_NE(a, b);
}

TEST(Design, NamesOfDisciplinesAndDirectionsReadBack) {
  for (int i = 1; i <= 5; ++i) {
    const auto discipline = static_cast<Discipline>(i);
    EXPECT_EQ(discipline_from(to_string(discipline)), discipline);
  }
  for (int i = 1; i <= 3; ++i) {
    const auto direction = static_cast<Direction>(i);
    EXPECT_EQ(direction_from(to_string(direction)), direction);
  }
  EXPECT_EQ(discipline_from("unspecified"), std::nullopt);
  EXPECT_EQ(direction_from("sideways"), std::nullopt);
}

TEST(Design, RandomDesignsAreSound) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::DiagnosticSink sink;
    Design design = test::random_design(seed);
    if (!design.top.valid()) design.top = ModuleId(design.modules.size() - 1);
    EXPECT_TRUE(verify(design, sink))
        << seed << ": " << (sink.all().empty() ? "" : to_string(sink.all()[0]));
  }
}

}  // namespace
}  // namespace neucasl::ir
