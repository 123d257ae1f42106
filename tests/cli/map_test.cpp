#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "program.hpp"

namespace neucasl::test {
namespace {

const std::string logic_folder = std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/logic/";

#if !defined(NEUCASL_STATIC)

double number(const std::string& json, const std::string& key) {
  std::smatch match;
  const std::regex pattern('"' + key + "\": ([-+0-9.e]+)");
  if (!std::regex_search(json, match, pattern)) {
    ADD_FAILURE() << "no " << key << " in " << json;
    return -1.0;
  }
  return std::stod(match[1]);
}

TEST(Map, JsonHasTheKeysThatOthersRead) {
  const Result result = neucasl_with_fake("map " + logic_folder +
                                          "full_adder.blif --technology fake --characterize fake "
                                          "--check fake --format json --quiet");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("\"equivalent\": true"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("\"technology\": \"fake\""), std::string::npos) << result.out;
  EXPECT_EQ(number(result.out, "rows_total"), 8);
  EXPECT_EQ(number(result.out, "rows_correct"), 8);
  EXPECT_GT(number(result.out, "cells"), 1);
  EXPECT_EQ(number(result.out, "delay_s"), 1e-12);
  EXPECT_EQ(number(result.out, "energy_J"), 4e-15);
  EXPECT_EQ(result.err, "");
}

TEST(Map, WithoutACheckThereAreNoRows) {
  const Result result = neucasl_with_fake("map " + logic_folder +
                                          "full_adder.eqn --technology fake --characterize fake "
                                          "--format json");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out.find("rows_total"), std::string::npos);
  EXPECT_EQ(number(result.out, "delay_s"), 2e-12);
  EXPECT_EQ(number(result.out, "energy_J"), 3e-15);
}

TEST(Map, TextIsATruthTableWithLevels) {
  const Result result = neucasl_with_fake("map " + logic_folder +
                                          "full_adder.truth --technology fake --characterize fake "
                                          "--check fake");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("sum_voltage"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("700 mV"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("Rows correct"), std::string::npos) << result.out;
}

TEST(Map, WritesNetlistFilesAndResults) {
  const ScratchFolder folder;
  const std::string out = (folder / "out").string();
  const Result result = neucasl_with_fake("map " + logic_folder +
                                          "full_adder.blif --technology fake --characterize fake "
                                          "--check fake --format json --out " +
                                          out);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read(out + "/results.json"), result.out);
  EXPECT_EQ(read(out + "/gates.txt"), "gates\n");
  EXPECT_EQ(neucasl("netlist verify " + out + "/netlist.ncir").code, 0);
  const std::string table = read(out + "/truth_table.csv");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 9);
  // What was realised is the function again.
  const Result again = neucasl_with_fake(
      "map " + out + "/realised.blif --technology fake --characterize fake --format json");
  EXPECT_EQ(again.code, 0) << again.err;
}

TEST(Map, AWrongFrontEndEndsWithOneAndIsReported) {
  const std::string command = "map " + logic_folder +
                              "full_adder.blif --technology fake --characterize fake --check fake "
                              "--format json --set fault=";
  const Result function = neucasl_with_fake(command + "function");
  EXPECT_EQ(function.code, 1);
  EXPECT_NE(function.out.find("\"equivalent\": false"), std::string::npos) << function.out;
  EXPECT_NE(function.err.find("[flow.logic]"), std::string::npos) << function.err;
  const Result row = neucasl_with_fake(command + "row");
  EXPECT_EQ(row.code, 1);
  EXPECT_EQ(number(row.out, "rows_correct"), 7);
  EXPECT_NE(row.err.find("1 of 8 rows are wrong"), std::string::npos) << row.err;
}

struct BadCall {
  std::string name;
  std::string arguments;  ///< Of map; FILE is a good function.
  std::string code;
  std::string remedy;
};
void PrintTo(const BadCall& call, std::ostream* out) { *out << call.arguments; }

class BadMapCallTest : public testing::TestWithParam<BadCall> {};

TEST_P(BadMapCallTest, GetsOneDiagnosticAndNoFiles) {
  const ScratchFolder folder;
  std::string arguments = GetParam().arguments;
  if (const std::size_t at = arguments.find("FILE"); at != std::string::npos) {
    arguments.replace(at, 4, logic_folder + "full_adder.blif");
  }
  const std::string out = (folder / "out").string();
  const Result result = neucasl_with_fake(arguments + " --out " + out);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_NE(result.err.find('[' + GetParam().code + ']'), std::string::npos) << result.err;
  EXPECT_NE(result.err.find(GetParam().remedy), std::string::npos) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_FALSE(std::filesystem::exists(out));
}

const std::string good = "map FILE --technology fake --characterize fake ";

INSTANTIATE_TEST_SUITE_P(
    All, BadMapCallTest,
    testing::Values(
        BadCall{"NoFile", "map", "cli.usage", "give it"},
        BadCall{"NoTechnology", "map FILE", "cli.usage", "photonic"},
        BadCall{"MisspeltTechnology", "map FILE --technology memristro", "plugin.unknown",
                "did you mean 'memristor'"},
        BadCall{"NoFrontEnd", "map FILE --technology native", "plugin.unknown", "known: cnt"},
        BadCall{"MisspeltParameter", good + "--set falt=none", "parameter.unknown",
                "did you mean 'fault'"},
        BadCall{"UnknownChoice", good + "--set fault=rows", "parameter.value",
                "did you mean 'row'"},
        BadCall{"NoAssignment", good + "--set fault", "cli.usage", "name=value"},
        BadCall{"MisspeltOption", good + "--chekc native", "cli.usage", "did you mean '--check'"},
        BadCall{"MisspeltSimulator", good + "--check ngspise", "plugin.unknown",
                "did you mean 'ngspice'"},
        BadCall{"BadRows", good + "--rows some", "logic.rows", "or 'all'"},
        BadCall{"TooManyRows", good + "--check fake --rows 9", "logic.rows", "at most 8"},
        BadCall{"NoSuchFile", "map nowhere.blif --technology fake --characterize fake", "base.file",
                "check the path"},
        BadCall{"NoLogicFile",
                "map " + std::string(NEUCASL_SOURCE_FOLDER) +
                    "/netlists/row_wire.ncir --technology fake --characterize fake",
                "logic.format", ".blif"},
        BadCall{"NoThreads", good + "--jobs 0", "cli.usage", "1 to 1024"}),
    [](const testing::TestParamInfo<BadCall>& info) { return info.param.name; });

struct BadFunction {
  std::string name;
  std::string file;
  std::string text;
  std::string place;
  std::string code;
};
void PrintTo(const BadFunction& function, std::ostream* out) { *out << function.text; }

class BadFunctionTest : public testing::TestWithParam<BadFunction> {};

TEST_P(BadFunctionTest, IsNamedWithItsLine) {
  const ScratchFolder folder;
  write(folder / GetParam().file, GetParam().text);
  const Result result = neucasl_with_fake("map " + (folder / GetParam().file).string() +
                                          " --technology fake --characterize fake");
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_NE(result.err.find(GetParam().file + ':' + GetParam().place), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find('[' + GetParam().code + ']'), std::string::npos) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFunctionTest,
    testing::Values(
        BadFunction{"Loop", "f.blif",
                    ".model f\n.inputs a\n.outputs y\n.names a z y\n11 1\n.names y z\n1 1\n.end\n",
                    "4:", "logic.loop"},
        BadFunction{"Undriven", "f.blif",
                    ".model f\n.inputs a\n.outputs y\n.names a b y\n11 1\n.end\n",
                    "4:", "logic.undriven"},
        BadFunction{"DrivenTwice", "f.blif",
                    ".model f\n.inputs a b\n.outputs y\n.names a y\n1 1\n.names b y\n1 1\n.end\n",
                    "6:", "logic.multiple-drivers"},
        BadFunction{"Unsupported", "f.blif",
                    ".model f\n.inputs a\n.outputs y\n.gate inv A=a Y=y\n.end\n",
                    "4:", "blif.unsupported"},
        BadFunction{"BadCube", "f.blif", ".model f\n.inputs a\n.outputs y\n.names a y\n2 1\n.end\n",
                    "5:", "blif.syntax"},
        BadFunction{"Equation", "f.eqn", "y = a & b\nz = a &\n", "2:", "equation.syntax"},
        BadFunction{"MissingRow", "f.truth", "a | y\n0 | 1\n", "", "truth-table.row"}),
    [](const testing::TestParamInfo<BadFunction>& info) { return info.param.name; });

#endif

TEST(Circuits, AreListedAndShown) {
  const Result list = neucasl("circuits list");
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_NE(list.out.find("mzi_mesh"), std::string::npos) << list.out;
  EXPECT_NE(list.out.find("synapse_array"), std::string::npos) << list.out;
  const Result json = neucasl("circuits list --format json");
  EXPECT_NE(json.out.find("\"circuit\": \"mzi_mesh\""), std::string::npos) << json.out;
  const Result show = neucasl("circuits show photonic mzi_mesh");
  EXPECT_EQ(show.code, 0) << show.err;
  EXPECT_NE(show.out.find("rows (integer, default 8)"), std::string::npos) << show.out;
  const Result unknown = neucasl("circuits show photonic mzi_mash");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("did you mean 'mzi_mesh'"), std::string::npos) << unknown.err;
}

#if !defined(NEUCASL_STATIC)

TEST(Circuits, AreBuiltWithoutASimulator) {
  const ScratchFolder folder;
  const std::string out = (folder / "out").string();
  const Result result = neucasl_with_fake("circuits build fake divider --out " + out);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("analysis: op"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("measurement: tap max v(tap)"), std::string::npos) << result.out;
  EXPECT_EQ(neucasl("netlist verify " + out + "/netlist.ncir").code, 0);
  EXPECT_EQ(read(out + "/notes.txt"), "a divider\n");
}

TEST(Circuits, AreSimulatedAndHeldAgainstTheory) {
  const ScratchFolder folder;
  const std::string out = (folder / "out").string();
  const std::string build = "circuits build fake divider --quiet ";
  const Result result = neucasl_with_fake(build + "--simulate native --out " + out);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::regex_search(result.out, std::regex("Voltage of the tap +500 mV +500 mV +yes")))
      << result.out;
  EXPECT_TRUE(std::filesystem::exists(out + "/native_1_op.csv"));
  const Result json = neucasl_with_fake(build + "--simulate native --format json");
  EXPECT_NEAR(number(json.out, "tap"), 0.5, 1e-9);
  const Result missed = neucasl_with_fake(build + "--simulate native --set expected=0.5");
  EXPECT_EQ(missed.code, 1);
  EXPECT_NE(missed.err.find("expected 1 (2 V times the ratio)"), std::string::npos) << missed.err;
  const Result differ = neucasl_with_fake(build + "--simulate native --reference fake");
  EXPECT_EQ(differ.code, 1);
  EXPECT_NE(differ.err.find("between 'native' and 'fake'"), std::string::npos) << differ.err;
  EXPECT_EQ(neucasl_with_fake(build + "--simulate native --reference fake --limit 0.1").code, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Circuits, BadMapCallTest,
    testing::Values(BadCall{"NoCircuit", "circuits build fake", "cli.usage", "give it"},
                    BadCall{"MisspeltCircuit", "circuits build fake devider", "plugin.circuit",
                            "did you mean 'divider'"},
                    BadCall{"MisspeltCircuitParameter",
                            "circuits build fake divider --set rato=0.1", "parameter.unknown",
                            "did you mean 'ratio'"},
                    BadCall{"ReferenceAlone", "circuits build fake divider --reference native",
                            "cli.usage", "give the simulator"},
                    BadCall{"MisspeltTolerance", "circuits build fake divider --tolerance tigth",
                            "cli.usage", "did you mean 'tight'"}),
    [](const testing::TestParamInfo<BadCall>& info) { return info.param.name; });

#endif

}  // namespace
}  // namespace neucasl::test
