#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/program.hpp"

// Stages of kind logic and circuit, with a front end and a simulator of the tests.
#if !defined(NEUCASL_STATIC)

namespace neucasl::test {
namespace {

const std::string logic_stage =
    "  <stage name='adder' kind='logic' plugin='fake' file='f.eqn' simulator='fake'/>\n";
const std::string circuit_stage =
    "  <stage name='tap' kind='circuit' plugin='fake' circuit='divider' simulator='native'/>\n";

class CircuitStagesTest : public testing::Test {
 protected:
  CircuitStagesTest() {
    write(folder_ / "f.eqn", "s = a ^ b ^ c\nt = a & b | c & (a | b)\n");
    write_flow(logic_stage + circuit_stage);
  }
  void write_flow(const std::string& stages) const {
    write(folder_ / "flow.xml", "<flow name='test' seed='1'>\n" + stages + "</flow>\n");
  }
  [[nodiscard]] Result check(const std::string& more = "") const {
    return neucasl_with_fake("flow check " + (folder_ / "flow.xml").string() + ' ' + more);
  }
  [[nodiscard]] Result run(const std::string& more = "",
                           const std::string& environment = "") const {
    return neucasl_with_fake("run " + (folder_ / "flow.xml").string() + " --out " +
                                 (folder_ / "out").string() + ' ' + more,
                             environment);
  }
  [[nodiscard]] std::filesystem::path out(const std::string& name) const {
    return folder_ / ("out/" + name);
  }

  ScratchFolder folder_;
};

TEST_F(CircuitStagesTest, RunAndLeaveNetlistsTablesAndFigures) {
  EXPECT_EQ(check().code, 0);
  const Result result = run("--format json");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("\"rows_total\": 8"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("\"rows_correct\": 8"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("\"equivalent\": 1"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("\"tap\": "), std::string::npos) << result.out;
  for (const char* name : {"circuits/adder/netlist.ncir", "circuits/adder/gates.txt",
                           "circuits/tap/netlist.ncir", "circuits/tap/notes.txt",
                           "tables/truth_table.csv", "tables/measurements.csv", "report.html"}) {
    EXPECT_TRUE(std::filesystem::exists(out(name))) << name;
  }
  EXPECT_EQ(neucasl("netlist verify " + out("circuits/tap/netlist.ncir").string()).code, 0);
}

TEST_F(CircuitStagesTest, ASecondRunIsCachedAndTheSame) {
  const Result first = run("--format json");
  ASSERT_EQ(first.code, 0) << first.err;
  const std::string netlist = read(out("circuits/adder/netlist.ncir"));
  const Result second = run("--format json");
  EXPECT_EQ(second.out, first.out);
  EXPECT_NE(second.err.find("adder: cached"), std::string::npos) << second.err;
  EXPECT_NE(second.err.find("tap: cached"), std::string::npos) << second.err;
  EXPECT_EQ(read(out("circuits/adder/netlist.ncir")), netlist);
  EXPECT_EQ(read(out("circuits/adder/gates.txt")), "gates\n");
  // The function, a parameter, or a stage's file that is gone concern one stage.
  write(folder_ / "f.eqn", "s = a ^ b\nt = a & b\n");
  const Result changed = run("--set tap.ratio=0.25");
  EXPECT_NE(changed.err.find("adder: done"), std::string::npos) << changed.err;
  EXPECT_NE(changed.err.find("tap: cached"), std::string::npos) << changed.err;
  std::filesystem::remove(out("stages/adder/files/gates.txt"));
  const Result repaired = run();
  EXPECT_NE(repaired.err.find("adder: done"), std::string::npos) << repaired.err;
  EXPECT_EQ(read(out("circuits/adder/gates.txt")), "gates\n");
}

TEST_F(CircuitStagesTest, ACardThatChangesMakesTheStagesRunAgain) {
  const std::string cards = "NEUCASL_DEVICE_PATH=" + (folder_ / "cards").string();
  const std::filesystem::path card = folder_ / "cards/my_card.xml";
  write(card, "<card/>");
  ASSERT_EQ(run("", cards).code, 0);
  EXPECT_NE(run("", cards).err.find("tap: cached"), std::string::npos);
  write(card, "<card />");
  EXPECT_NE(run("", cards).err.find("tap: done"), std::string::npos);
}

TEST_F(CircuitStagesTest, AMissedExpectationEndsWithOneAndTheRunGoesOnFromThere) {
  const Result failed = run("--set tap.expected=0.3");
  EXPECT_EQ(failed.code, 1);
  EXPECT_NE(failed.err.find("expected 0.6 (2 V times the ratio) [flow.circuit]"), std::string::npos)
      << failed.err;
  EXPECT_NE(failed.err.find("flow.xml:3:"), std::string::npos) << failed.err;
  EXPECT_FALSE(std::filesystem::exists(out("report.html")));
  const Result again = run();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_NE(again.err.find("adder: cached"), std::string::npos) << again.err;
  EXPECT_NE(again.err.find("tap: done"), std::string::npos) << again.err;
}

TEST_F(CircuitStagesTest, ACircuitMayNotHaveAParameterOfTheStage) {
  write_flow("  <stage name='tap' kind='circuit' plugin='fake' circuit='clash'/>\n");
  const Result refused = check();
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("flow.xml:2:"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("parameter 'tolerance', which stages of kind 'circuit' have"),
            std::string::npos)
      << refused.err;
}

TEST_F(CircuitStagesTest, SimulatorsThatDifferEndWithOne) {
  const Result failed = run("--set tap.reference=fake");
  EXPECT_EQ(failed.code, 1);
  EXPECT_NE(failed.err.find("between 'native' and 'fake' [flow.circuit]"), std::string::npos)
      << failed.err;
  EXPECT_EQ(run("--set tap.reference=fake --set tap.limit=0.1").code, 0);
}

TEST_F(CircuitStagesTest, AWrongFunctionOrRowEndsWithOne) {
  const Result function = run("--set adder.fault=function");
  EXPECT_EQ(function.code, 1);
  EXPECT_NE(function.err.find("is another function"), std::string::npos) << function.err;
  EXPECT_NE(function.err.find("[flow.logic]"), std::string::npos) << function.err;
  const Result row = run("--set adder.fault=row");
  EXPECT_EQ(row.code, 1);
  EXPECT_NE(row.err.find("1 of 8 rows are wrong, first a=1 b=1 c=1 [flow.logic]"),
            std::string::npos)
      << row.err;
}

TEST_F(CircuitStagesTest, FaultsOfTheFunctionAreFoundByTheCheckWithTheirLine) {
  write(folder_ / "f.eqn", "s = a ^ b\nt = a & (b\n");
  const Result result = check();
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("f.eqn:2:"), std::string::npos) << result.err;
  EXPECT_EQ(run().code, 2);
  EXPECT_FALSE(std::filesystem::exists(out("stages")));
}

struct BadStage {
  std::string name;
  std::string attributes;
  std::string code;
  std::string remedy;
};
void PrintTo(const BadStage& stage, std::ostream* out) { *out << stage.attributes; }

class BadStageTest : public testing::TestWithParam<BadStage> {};

TEST_P(BadStageTest, IsFoundByTheCheckAtItsLine) {
  const ScratchFolder folder;
  write(folder / "f.eqn", "s = a ^ b\n");
  write(folder / "flow.xml",
        "<flow name='test'>\n\n  <stage name='x' " + GetParam().attributes + "/>\n</flow>\n");
  const Result result = neucasl_with_fake("flow check " + (folder / "flow.xml").string());
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("flow.xml:3:"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find('[' + GetParam().code + ']'), std::string::npos) << result.err;
  EXPECT_NE(result.err.find(GetParam().remedy), std::string::npos) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadStageTest,
    testing::Values(
        BadStage{"UnknownCircuit", "kind='circuit' plugin='fake' circuit='devider'",
                 "plugin.circuit", "did you mean 'divider'"},
        BadStage{"NoCircuit", "kind='circuit' plugin='fake'", "parameter.missing", "circuit"},
        BadStage{"UnknownParameter",
                 "kind='circuit' plugin='fake' circuit='divider' simulator='fake' rato='0.1'",
                 "parameter.unknown", "did you mean 'ratio'"},
        BadStage{"OutOfRange",
                 "kind='circuit' plugin='fake' circuit='divider' simulator='fake' ratio='2'",
                 "parameter.range", "0.99"},
        BadStage{"UnknownSimulator",
                 "kind='circuit' plugin='fake' circuit='divider' simulator='natve'",
                 "plugin.unknown", "did you mean 'native'"},
        BadStage{"UnknownPlugin", "kind='logic' plugin='memristro' file='f.eqn'", "plugin.unknown",
                 "did you mean 'memristor'"},
        BadStage{"NoFile", "kind='logic' plugin='fake' simulator='fake' file='g.eqn'", "base.file",
                 "check the path"},
        BadStage{"BadRows", "kind='logic' plugin='fake' simulator='fake' file='f.eqn' rows='some'",
                 "logic.rows", "or 'all'"}),
    [](const testing::TestParamInfo<BadStage>& info) { return info.param.name; });

}  // namespace
}  // namespace neucasl::test

#endif
