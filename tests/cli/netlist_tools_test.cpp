#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "program.hpp"

// netlist draw, diff, stats, flatten, convert: what they print and write, and what they refuse.

namespace neucasl::test {
namespace {

const std::string netlists = std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/";

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t result = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++result;
  }
  return result;
}

class NetlistToolsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }
  ScratchFolder folder_;
};

TEST_F(NetlistToolsTest, DrawsEveryKindOfFile) {
  const std::string source = netlists + "voltage_divider.ncir";
  for (const char* ending : {".pb", ".json", ".cir"}) {
    ASSERT_EQ(neucasl("netlist convert " + source + ' ' + file("d" + std::string(ending))).code, 0);
  }
  for (const std::string& input :
       {source, file("d.pb"), file("d.json"), file("d.cir"), netlists + "logic/c17.blif",
        netlists + "logic/full_adder.eqn", netlists + "logic/full_adder.truth"}) {
    for (const char* view : {"schematic", "hierarchy"}) {
      const std::string svg = file("x.svg");
      const Result result = neucasl("netlist draw " + input + " --view " + view + " --out " + svg);
      ASSERT_EQ(result.code, 0) << input << result.err;
      EXPECT_NE(read(svg).find("<svg "), std::string::npos) << input;
      EXPECT_NE(read(svg).find("</svg>"), std::string::npos) << input;
      std::filesystem::remove(svg);
    }
  }
}

TEST_F(NetlistToolsTest, TheDrawingHasTheNamesOfTheDesign) {
  const std::string svg = file("x.svg");
  ASSERT_EQ(neucasl("netlist draw " + netlists + "photonic/disk_link.ncir --out " + svg).code, 0);
  const std::string text = read(svg);
  for (const char* name :
       {">source<", ">laser<", ">modulated<", ">received<", ">cathode<", ">resistance 200 ohm<"}) {
    EXPECT_NE(text.find(name), std::string::npos) << name;
  }
  ASSERT_EQ(
      neucasl("netlist draw " + netlists + "crossbar_4x4.ncir --module crossbar_4x4 --out " + svg)
          .code,
      0);
  EXPECT_NE(read(svg).find(">4 x 4<"), std::string::npos);
}

TEST_F(NetlistToolsTest, AMillionCellsAreOneBoxAndTooManySingleOnesAreRefused) {
  std::string text =
      "ncir 1\ndesign \"big\"\ntop chip\nprimitive cell\n  attribute element: "
      "\"resistor\"\n  parameter resistance: 1 ohm\n  net p electrical\n  net n "
      "electrical\n  port p inout\n  port n inout\nend\nmodule chip\n  net g "
      "electrical ground\n  net row electrical [1000]\n";
  write(file("array.ncir"),
        text +
            "  array cells: cell [1000 1000] (p = row[0 + 1 row + 0 column], n = row[0 + 0 row + "
            "1 column])\nend\n");
  const Result array = neucasl("netlist draw " + file("array.ncir") + " --out " + file("a.svg"));
  EXPECT_EQ(array.code, 0) << array.err;
  EXPECT_NE(read(file("a.svg")).find("1000 x 1000"), std::string::npos);
  EXPECT_LT(read(file("a.svg")).size(), 20000U);
  for (int i = 0; i < 3000; ++i) {
    text += "  instance i" + std::to_string(i) + ": cell (p = row[0], n = g)\n";
  }
  write(file("single.ncir"), text + "end\n");
  const Result single = neucasl("netlist draw " + file("single.ncir") + " --out " + file("s.svg"));
  EXPECT_EQ(single.code, 2);
  EXPECT_NE(single.err.find("9000 objects are too many to draw, 1500 fit [ir.drawing]"),
            std::string::npos)
      << single.err;
  EXPECT_FALSE(std::filesystem::exists(file("s.svg")));
  EXPECT_EQ(
      neucasl("netlist draw " + file("single.ncir") + " --view hierarchy --out " + file("s.svg"))
          .code,
      0);
}

TEST_F(NetlistToolsTest, WithoutGraphvizOneDiagnosticSaysWhatToDo) {
  const std::string arguments = "netlist draw " + netlists + "voltage_divider.ncir --out ";
  const Result missing = neucasl(arguments + file("x.svg"), "PATH=/nonexistent");
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.err.find("install the package graphviz"), std::string::npos) << missing.err;
  EXPECT_NE(missing.err.find("[cli.graphviz]"), std::string::npos) << missing.err;
  EXPECT_EQ(std::count(missing.err.begin(), missing.err.end(), '\n'), 1) << missing.err;
  EXPECT_FALSE(std::filesystem::exists(file("x.svg")));
  // The text for it needs no program.
  EXPECT_EQ(neucasl(arguments + file("x.dot"), "PATH=/nonexistent").code, 0);
  EXPECT_EQ(count(read(file("x.dot")), "graph schematic"), 1U);
}

TEST_F(NetlistToolsTest, AProgramThatFailsIsReportedWithItsMessage) {
  write(file("bin/dot"), "#!/bin/sh\necho 'no layout today' >&2\nexit 3\n");
  std::filesystem::permissions(file("bin/dot"), std::filesystem::perms::owner_all);
  const Result result =
      neucasl("netlist draw " + netlists + "voltage_divider.ncir --out " + file("x.svg"),
              "PATH=" + file("bin") + ":$PATH");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("'dot' failed: no layout today [cli.graphviz]"), std::string::npos)
      << result.err;
}

TEST_F(NetlistToolsTest, ALayoutThatTakesTooLongIsEnded) {
  write(file("bin/dot"), "#!/bin/sh\nexec sleep 600\n");
  std::filesystem::permissions(file("bin/dot"), std::filesystem::perms::owner_all);
  const Result result =
      neucasl("netlist draw " + netlists + "voltage_divider.ncir --time-limit 1 " + "--out " +
                  file("x.svg"),
              "PATH=" + file("bin") + ":$PATH");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("'dot' is not done after 1 s [cli.graphviz]"), std::string::npos)
      << result.err;
  EXPECT_FALSE(std::filesystem::exists(file("x.svg")));
}

TEST_F(NetlistToolsTest, StatisticsOfAnyFile) {
  const Result adder = neucasl("netlist stats " + netlists + "logic/full_adder.blif --format json");
  EXPECT_EQ(adder.code, 0) << adder.err;
  EXPECT_NE(adder.out.find("\"leaf_instances\": 2"), std::string::npos) << adder.out;
  const Result array = neucasl("netlist stats " + netlists + "row_wire.ncir");
  EXPECT_TRUE(std::regex_search(array.out, std::regex("leaf_instances +257\n"))) << array.out;
}

TEST_F(NetlistToolsTest, FlattenedDesignsHaveTheSameElements) {
  ASSERT_EQ(neucasl("netlist flatten " + netlists + "crossbar_4x4.ncir " + file("flat.json")).code,
            0);
  const Result flat = neucasl("netlist stats " + file("flat.json"));
  EXPECT_TRUE(std::regex_search(flat.out, std::regex("leaf_instances +56\n"))) << flat.out;
  EXPECT_TRUE(std::regex_search(flat.out, std::regex("depth +1\n"))) << flat.out;
  const Result gates =
      neucasl("netlist flatten " + netlists + "logic/c17.blif " + file("c17.ncir"));
  EXPECT_EQ(gates.code, 0) << gates.err;
  const Result part = neucasl("netlist flatten " + netlists + "crossbar_4x4.ncir " +
                              file("part.ncir") + " --module crossbar_4x5");
  EXPECT_EQ(part.code, 2);
  EXPECT_NE(part.err.find("did you mean 'crossbar_4x4'"), std::string::npos) << part.err;
}

TEST_F(NetlistToolsTest, DifferencesHaveNamesPlacesAndExitCodeOne) {
  const std::string before = netlists + "voltage_divider.ncir";
  std::string text = read(before);
  const std::string old_value = "resistance: 1 Mohm";
  ASSERT_NE(text.find(old_value), std::string::npos);
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(old_value)),
                     '\n');
  text.replace(text.find(old_value), old_value.size(), "resistance: 2 Mohm");
  write(file("after.ncir"), text);
  const Result changed = neucasl("netlist diff " + before + ' ' + file("after.ncir"));
  EXPECT_EQ(changed.code, 1);
  EXPECT_NE(changed.out.find("instance load / parameter resistance"), std::string::npos)
      << changed.out;
  EXPECT_NE(changed.out.find("after.ncir:" + std::to_string(line)), std::string::npos)
      << changed.out;
  EXPECT_NE(changed.out.find("\n1 difference\n"), std::string::npos) << changed.out;
  const Result json =
      neucasl("netlist diff " + before + ' ' + file("after.ncir") + " --format json");
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(count(json.out, "\"change\": \"changed\""), 1U) << json.out;
}

TEST_F(NetlistToolsTest, TheSameDesignInTwoFormatsDoesNotDiffer) {
  const std::string source = netlists + "crossbar_4x4.ncir";
  ASSERT_EQ(neucasl("netlist convert " + source + ' ' + file("x.pb")).code, 0);
  const Result same = neucasl("netlist diff " + source + ' ' + file("x.pb"));
  EXPECT_EQ(same.code, 0) << same.out;
  EXPECT_EQ(same.out, "0 differences\n");
  // Two descriptions of a function are two structures.
  const std::string logic = netlists + "logic/full_adder";
  EXPECT_EQ(neucasl("netlist diff " + logic + ".blif " + logic + ".blif").code, 0);
  EXPECT_EQ(neucasl("netlist diff " + logic + ".blif " + logic + ".eqn").code, 1);
}

TEST_F(NetlistToolsTest, LogicConvertsToDesignsAndToBlif) {
  const std::string equations = netlists + "logic/full_adder.eqn";
  ASSERT_EQ(neucasl("netlist convert " + equations + ' ' + file("adder.blif")).code, 0);
  EXPECT_EQ(count(read(file("adder.blif")), ".names"), 3U);
  ASSERT_EQ(neucasl("netlist convert " + equations + ' ' + file("a.ncir")).code, 0);
  ASSERT_EQ(neucasl("netlist convert " + file("adder.blif") + ' ' + file("b.ncir")).code, 0);
  EXPECT_EQ(neucasl("netlist diff " + file("a.ncir") + ' ' + file("b.ncir")).code, 0);
  const Result circuit =
      neucasl("netlist convert " + netlists + "row_wire.ncir " + file("row.blif"));
  EXPECT_EQ(circuit.code, 2);
  EXPECT_NE(circuit.err.find("[logic.format]"), std::string::npos) << circuit.err;
}

TEST_F(NetlistToolsTest, BadCallsAreNamed) {
  const std::string divider = netlists + "voltage_divider.ncir";
  const std::pair<std::string, std::string> cases[] = {
      {"draw " + divider, "give NAME.svg or NAME.dot"},
      {"draw " + divider + " --out " + file("x.png"), "neither .svg nor .dot"},
      {"draw " + divider + " --view tree --out " + file("x.svg"), "schematic, hierarchy"},
      {"draw " + divider + " --module divder --out " + file("x.svg"), "did you mean 'divider'"},
      {"draw nowhere.ncir --out " + file("x.svg"), "check the path"},
      {"diff " + divider, "the argument AFTER is missing"},
      {"stats " + file("x.v"), "[io.format]"},
  };
  for (const auto& [arguments, part] : cases) {
    const Result result = neucasl("netlist " + arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

TEST(Help, ListsEveryCommand) {
  const Result result = neucasl("help");
  EXPECT_EQ(result.code, 0);
  for (const char* command :
       {"map FILE", "circuits list", "circuits show", "circuits build", "netlist draw",
        "netlist diff", "netlist stats", "netlist flatten", "netlist export", "simulate", "run"}) {
    EXPECT_NE(result.out.find(command), std::string::npos) << command;
    EXPECT_FALSE(result.out.empty());
  }
}

}  // namespace
}  // namespace neucasl::test
