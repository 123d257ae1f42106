#include "neucasl/ir/diff.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "neucasl/ir/text.hpp"
#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

const std::string text = R"(ncir 1
design "pair"
top bench
primitive cell
  attribute element: "conductance"
  parameter conductance: 0 S
  net p electrical
  net n electrical
  port p inout
  port n inout
end
module bench
  parameter width: 2.0
  net ground electrical ground
  net row electrical
  net column electrical [2]
  table weight [1 2] "S" 4e-05 1e-06 end
  instance load: cell (p = row, n = ground) { conductance: 1 mS }
  array cells: cell [1 2] (p = row[0 + 0 row + 0 column], n = column[0 + 0 row + 1 column]) { conductance: table weight }
end
)";

std::string replaced(const std::string& from, const std::string& to) {
  std::string result = text;
  const std::size_t at = result.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return result.replace(at, from.size(), to);
}

std::vector<Difference> differences(const std::string& after) {
  return diff(parse(text, "old.ncir"), parse(after, "new.ncir"));
}

/// The one difference that a replacement makes.
Difference the_difference(const std::string& from, const std::string& to) {
  const std::vector<Difference> all = differences(replaced(from, to));
  EXPECT_EQ(all.size(), 1U) << from << " -> " << to;
  return all.empty() ? Difference{} : all.front();
}

TEST(Diff, ADesignEqualsItselfInAnyOrder) {
  EXPECT_TRUE(differences(text).empty());
  EXPECT_TRUE(differences(replaced("  net ground electrical ground\n  net row electrical\n",
                                   "  net row electrical\n  net ground electrical ground\n"))
                  .empty());
  EXPECT_TRUE(differences(replaced("\"pair\"", "\"another name\"")).empty());
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Design design = test::random_design(seed);
    EXPECT_TRUE(diff(design, design).empty()) << seed;
  }
}

TEST(Diff, AChangedSettingHasPathValuesAndPlaces) {
  const Difference one = the_difference("conductance: 1 mS", "conductance: 2 mS");
  EXPECT_EQ(one.change, Change::changed);
  EXPECT_EQ(one.path, "module bench / instance load / parameter conductance");
  EXPECT_EQ(one.before, "0.001 S");
  EXPECT_EQ(one.after, "0.002 S");
  EXPECT_EQ(one.where_before.file, "old.ncir");
  EXPECT_EQ(one.where_after.file, "new.ncir");
  EXPECT_EQ(one.where_after.line, 18);
}

TEST(Diff, AMovedPinIsNamed) {
  const Difference one =
      the_difference("load: cell (p = row, n = ground)", "load: cell (p = column[1], n = ground)");
  EXPECT_EQ(one.path, "module bench / instance load / pin p");
  EXPECT_EQ(one.before, "row");
  EXPECT_EQ(one.after, "column[1]");
}

TEST(Diff, ATableIsOneDifferenceWithItsFirstValue) {
  const Difference one = the_difference("4e-05 1e-06", "4e-05 3e-06");
  EXPECT_EQ(one.path, "module bench / table weight");
  EXPECT_EQ(one.after, "1 x 2 S, 1 value differs, first (0, 1): 1e-06 and 3e-06");
}

TEST(Diff, EachKindOfObjectCounts) {
  struct Case {
    const char* from;
    const char* to;
    const char* path;
    Change change;
  };
  const Case cases[] = {
      {"  parameter width: 2.0\n", "", "module bench / parameter width", Change::removed},
      {"\"conductance\"\n", "\"resistor\"\n", "module cell / attribute element", Change::changed},
      {"port p inout", "port p input", "module cell / port p", Change::changed},
      {"  net row electrical\n", "  net row electrical\n  net spare thermal\n",
       "module bench / net spare", Change::added},
      {"net column electrical [2]", "net column electrical [3]", "module bench / net column",
       Change::changed},
      {"+ 1 column]", "+ 0 column]", "module bench / array cells / pin n", Change::changed},
      {"  instance load", "  instance more: cell (p = row, n = ground)\n  instance load",
       "module bench / instance more", Change::added},
      {"module bench\n", "module empty\nend\nmodule bench\n", "module empty", Change::added},
  };
  for (const Case& c : cases) {
    const Difference one = the_difference(c.from, c.to);
    EXPECT_EQ(one.path, c.path);
    EXPECT_EQ(one.change, c.change) << c.path;
  }
}

TEST(Diff, TheOtherWayRoundAddedIsRemoved) {
  const std::string other = replaced("  parameter width: 2.0\n", "");
  const std::vector<Difference> back = diff(parse(other, "a"), parse(text, "b"));
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].change, Change::added);
  EXPECT_EQ(back[0].before, "");
}

TEST(Diff, DifferentDesignsDiffer) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Design a = test::random_design(seed);
    const Design b = test::random_design(seed + 1000);
    EXPECT_FALSE(diff(a, b).empty()) << seed;
  }
}

}  // namespace
}  // namespace neucasl::ir
