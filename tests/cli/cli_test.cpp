#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <sstream>
#include <vector>

#include "program.hpp"

namespace neucasl::test {
namespace {

const std::string source = NEUCASL_SOURCE_FOLDER;
const std::string flow = source + "/examples/lenet_memristor/flow.xml";

struct BadInput {
  std::string name;
  std::string arguments;
  std::string code;    ///< of the diagnostic
  std::string remedy;  ///< part of it
};

void PrintTo(const BadInput& input, std::ostream* out) { *out << input.arguments; }

class BadInputTest : public testing::TestWithParam<BadInput> {};

/// One diagnostic with code and remedy, exit code 2, and no output folder.
TEST_P(BadInputTest, GetsOneDiagnosticAndNoOutput) {
  const ScratchFolder folder;
  const std::filesystem::path out = folder / "out";
  std::string arguments = GetParam().arguments;
  for (std::size_t at = arguments.find("OUT"); at != std::string::npos;
       at = arguments.find("OUT")) {
    arguments.replace(at, 3, out.string());
  }
  const Result result = neucasl(arguments);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_NE(result.err.find('[' + GetParam().code + ']'), std::string::npos) << result.err;
  EXPECT_NE(result.err.find(GetParam().remedy), std::string::npos) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_FALSE(std::filesystem::exists(out));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadInputTest,
    testing::Values(
        BadInput{"MisspeltOption", "run " + flow + " --out OUT --joobs 2", "cli.usage",
                 "did you mean '--jobs'"},
        BadInput{"NoOutputFolder", "run " + flow, "cli.usage", "give the output folder"},
        BadInput{"NoThreads", "run " + flow + " --out OUT --jobs 0", "cli.usage", "1 to 1024"},
        BadInput{"UnknownFormat", "run " + flow + " --out OUT --format xml", "cli.usage",
                 "text, json"},
        BadInput{"MisspeltCommand", "rum x", "cli.usage", "did you mean 'run'"},
        BadInput{"MisspeltSecondWord", "netlist verfy x", "cli.usage",
                 "did you mean 'netlist verify'"},
        BadInput{"NoFlowFile", "run nowhere.xml --out OUT", "base.file", "check the path"},
        BadInput{"MisspeltParameter", "run " + flow + " --out OUT --set network.datset=mnist",
                 "parameter.unknown", "did you mean 'dataset'"},
        BadInput{"MisspeltStage", "run " + flow + " --out OUT --set netwrk.dataset=mnist",
                 "flow.set", "did you mean 'network'"},
        BadInput{"MisspeltDataSet", "run " + flow + " --out OUT --set network.dataset=minst",
                 "parameter.value", "did you mean 'mnist'"},
        BadInput{"MisspeltPlugin", "run " + flow + " --out OUT --set map.plugin=memristro",
                 "plugin.unknown", "did you mean 'memristor'"},
        BadInput{"TooFewBits", "run " + flow + " --out OUT --set precision.weight_bits=1",
                 "parameter.range", "2 to 16"},
        BadInput{"UnitOnAPureNumber",
                 "run " + flow + " --out OUT --set reliability.accuracy_loss_limit=5V",
                 "base.dimension", "without a unit"},
        BadInput{"NoPrecisionMap",
                 "run " + flow + " --out OUT --set precision.map=nowhere.pmap.json", "base.file",
                 "check the path"},
        BadInput{"MisspeltSolver", "run " + flow + " --out OUT --set reliability.solver=ngspise",
                 "plugin.unknown", "did you mean 'ngspice'"},
        BadInput{"MisspeltDevice", "devices show hfox_nuram", "device.unknown",
                 "did you mean 'hfox_neurram'"},
        BadInput{"MisspeltPluginToShow", "plugins show memrister", "plugin.unknown",
                 "did you mean 'memristor'"}),
    [](const testing::TestParamInfo<BadInput>& info) { return info.param.name; });

TEST(Flow, CheckOfTheExampleFindsNoFault) {
  const Result result = neucasl("flow check " + flow);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("7 stages"), std::string::npos);
}

TEST(Flow, FaultsInTheFileAreLocated) {
  const ScratchFolder folder;
  const auto check = [&](const std::string& text) {
    write(folder / "f.xml", text);
    return neucasl("flow check " + (folder / "f.xml").string());
  };
  EXPECT_NE(check("<flow name='x'>\n <stage name='a' kind='netwrok'/>\n</flow>")
                .err.find("f.xml:2:3: error: unknown kind"),
            std::string::npos);
  EXPECT_NE(check("<flow name='x'>\n <stage name='a'\n</flow>").err.find("[base.xml]"),
            std::string::npos);
  const std::string order =
      check("<flow name='x'>\n <stage name='a' kind='precision'/>\n</flow>").err;
  EXPECT_NE(order.find("[flow.order]"), std::string::npos) << order;
  EXPECT_NE(check("<flow name='x'/>").err.find("[flow.stage]"), std::string::npos);
}

TEST(Flow, APrecisionMapThatMissesALayerIsNamed) {
  const ScratchFolder folder;
  write(folder / "m.pmap.json",
        R"({"network": "lenet5", "layers": [{"layer": "conv1", "weight_bits": 8,
            "activation_bits": 8}]})");
  const Result result =
      neucasl("flow check " + flow + " --set precision.map=" + (folder / "m.pmap.json").string());
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("no layer 'conv2' [precision.layer]"), std::string::npos) << result.err;
}

TEST(Flow, AMissingDataSetNamesTheCommandThatFetchesIt) {
  const ScratchFolder folder;
  // The tool looks below its own prefix, so a copy of it elsewhere has no MNIST.
  std::filesystem::create_directories(folder / "bin");
  std::filesystem::copy_file(std::string(NEUCASL_BINARY_FOLDER) + "/bin/neucasl",
                             folder / "bin" / "neucasl");
  const std::string out = (folder / "text").string();
  const std::string line = "NEUCASL_PLUGIN_PATH=" + std::string(NEUCASL_BINARY_FOLDER) +
                           "/lib/neucasl/plugins " + (folder / "bin" / "neucasl").string() +
                           " flow check " + flow + " --set network.dataset=mnist >" + out + " 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 2);
  EXPECT_NE(read(out).find("third_party/fetch_mnist.sh"), std::string::npos) << read(out);
}

TEST(Plugins, ListAndCheck) {
  const Result list = neucasl("plugins list --format json");
  EXPECT_EQ(list.code, 0) << list.err;
  for (const char* name : {"memristor", "ngspice", "array", "performance", "reliability"}) {
    EXPECT_NE(list.out.find("\"name\": \"" + std::string(name) + "\""), std::string::npos);
  }
  const Result check = neucasl("plugins check");
  EXPECT_EQ(check.code, 0) << check.err;
}

TEST(Devices, BundledCardsAreValidAndADamagedOneIsLocated) {
  const Result bundled = neucasl("devices validate");
  EXPECT_EQ(bundled.code, 0) << bundled.err;
  std::string text = read(source + "/devices/memristor/hfox_neurram.xml");
  const std::string part = " source=\"aihwkit\" place=\"g_max";
  const std::size_t at = text.find(part);
  ASSERT_NE(at, std::string::npos);
  text.erase(at, std::string(" source=\"aihwkit\"").size());
  const ScratchFolder folder;
  write(folder / "hfox_neurram.xml", text);
  const Result damaged = neucasl("devices validate " + (folder / "hfox_neurram.xml").string());
  EXPECT_EQ(damaged.code, 2);
  EXPECT_NE(damaged.err.find("hfox_neurram.xml:8:"), std::string::npos) << damaged.err;
  EXPECT_NE(damaged.err.find("[device.source]"), std::string::npos) << damaged.err;
}

TEST(Array, SolvesAReferenceCase) {
  const ScratchFolder folder;
  const std::string data = std::string(NEUCASL_TEST_DATA) + "/array/reference/n8_ri20/";
  const Result result =
      neucasl("array solve --resistance-csv " + data + "R_ohm.csv --input-csv " + data +
              "V_in.csv --wire-resistance '20 ohm' --out " + (folder / "I.csv").string());
  ASSERT_EQ(result.code, 0) << result.err;
  std::istringstream ours(read(folder / "I.csv"));
  std::istringstream theirs(read(data + "I_out_A.csv"));
  std::string a;
  std::string b;
  int compared = 0;
  while (std::getline(theirs, b)) {
    ASSERT_TRUE(std::getline(ours, a));
    EXPECT_NEAR(std::stod(a) / std::stod(b), 1.0, 1e-9);
    ++compared;
  }
  EXPECT_GT(compared, 2);
}

TEST(Array, BadNumbersAreLocated) {
  const ScratchFolder folder;
  const auto solve = [&](const std::string& r, const std::string& v, const std::string& wire) {
    write(folder / "R.csv", r);
    write(folder / "V.csv", v);
    const Result result =
        neucasl("array solve --resistance-csv " + (folder / "R.csv").string() + " --input-csv " +
                (folder / "V.csv").string() + " --wire-resistance '" + wire + "' --out " +
                (folder / "I.csv").string());
    EXPECT_EQ(result.code, 2);
    EXPECT_FALSE(std::filesystem::exists(folder / "I.csv"));
    return result.err;
  };
  EXPECT_NE(solve("1e4,1e4\n1e4,abc\n", "1\n1\n", "1 ohm").find("R.csv:2:5"), std::string::npos);
  EXPECT_NE(solve("1e4,1e4\n1e4\n", "1\n1\n", "1 ohm").find("R.csv:2"), std::string::npos);
  EXPECT_NE(solve("1e4,nan\n", "1\n", "1 ohm").find("[cli.csv]"), std::string::npos);
  EXPECT_NE(solve("1e4,-5\n", "1\n", "1 ohm").find("row 0, column 1"), std::string::npos);
  EXPECT_NE(solve("1e4,1e4\n", "1\n2\n", "1 ohm").find("[array.size]"), std::string::npos);
  EXPECT_NE(solve("1e4\n", "1\n", "1").find("[base.dimension]"), std::string::npos);
  EXPECT_NE(solve("1e4\n", "1\n", "-1 ohm").find("[array.resistance]"), std::string::npos);
  EXPECT_NE(solve("", "1\n", "1 ohm").find("[cli.csv]"), std::string::npos);
}

TEST(Array, EndsMatrixAndDisturb) {
  const ScratchFolder folder;
  write(folder / "R.csv", "1e4,2e4,inf\n5e4,1e5,3e4\n");
  write(folder / "V.csv", "0.3\n-0.2\n");
  const std::string array = " --resistance-csv " + (folder / "R.csv").string() +
                            " --wire-resistance '2 ohm' --left-resistance '50 ohm'"
                            " --bottom-resistance '100 ohm'";
  const std::string out = " --out " + (folder / "out.csv").string();
  const Result solved =
      neucasl("array solve" + array + " --input-csv " + (folder / "V.csv").string() + out +
              " --power --end-current-csv " + (folder / "ends.csv").string());
  ASSERT_EQ(solved.code, 0) << solved.err;
  EXPECT_NE(solved.out.find("estimated error"), std::string::npos);
  EXPECT_TRUE(std::regex_search(solved.out, std::regex("delivered power +[0-9.e-]+ W")));
  EXPECT_EQ(read(folder / "ends.csv").rfind("end,wire,input,current (A)\nleft,0,0,", 0), 0u);
  std::istringstream currents(read(folder / "out.csv"));
  double first = 0.0;
  currents >> first;

  const Result matrix = neucasl("array matrix" + array + out);
  ASSERT_EQ(matrix.code, 0) << matrix.err;
  std::string text = read(folder / "out.csv");
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream numbers(text);
  std::vector<double> w(6);
  for (double& x : w) numbers >> x;
  EXPECT_NEAR(0.3 * w[0] - 0.2 * w[3], first, 1e-12 * std::abs(first));
  EXPECT_LT(w[2], w[0]);

  write(folder / "C.csv", "0,2,1e4\n");
  const Result changed =
      neucasl("array matrix" + array + out + " --change-csv " + (folder / "C.csv").string());
  ASSERT_EQ(changed.code, 0) << changed.err;
  write(folder / "C.csv", "# row, column, ohm\n\n0,2,1e4\n5,2,1e4\n");
  const Result commented =
      neucasl("array matrix" + array + out + " --change-csv " + (folder / "C.csv").string());
  EXPECT_EQ(commented.code, 2);
  EXPECT_NE(commented.err.find("C.csv:4"), std::string::npos) << commented.err;
  const Result outside =
      neucasl("array matrix" + array + out + " --change-csv " + (folder / "V.csv").string());
  EXPECT_EQ(outside.code, 2);
  EXPECT_NE(outside.err.find("V.csv:1"), std::string::npos) << outside.err;

  const std::string select = " --row 0 --column 1 --voltage '0.4 V'";
  const Result disturb = neucasl("array disturb" + array + select + " --scheme half --format json");
  ASSERT_EQ(disturb.code, 0) << disturb.err;
  EXPECT_NE(disturb.out.find("\"sneak_current\""), std::string::npos);
  EXPECT_EQ(neucasl("array disturb" + array + select + " --scheme quarter").code, 2);
  EXPECT_EQ(neucasl("array disturb" + array + " --row 0 --column 3 --voltage '0.4 V'").code, 2);
  const Result negative = neucasl("array disturb" + array + " --row=-1 --column 1 --voltage '1 V'");
  EXPECT_EQ(negative.code, 2);
  EXPECT_NE(negative.err.find("there is no row -1"), std::string::npos) << negative.err;
  const Result large = neucasl("array disturb" + array + " --row 0 --column 1 --voltage '1e99 V'");
  EXPECT_EQ(large.code, 2);
  EXPECT_NE(large.err.find("[array.input]"), std::string::npos) << large.err;
  const Result floating = neucasl("array disturb" + array + select + " --floating-columns 1");
  EXPECT_EQ(floating.code, 0) << floating.err;
  const Result cut =
      neucasl("array matrix" + array + out + " --floating-rows 0-1 --floating-columns 0-2");
  EXPECT_EQ(cut.code, 2);
  EXPECT_NE(cut.err.find("[array.floating]"), std::string::npos) << cut.err;
  EXPECT_EQ(neucasl("array matrix" + array + out + " --floating-rows 0-2").code, 2);
}

TEST(Netlist, ConversionsGiveTheSameBytes) {
  const ScratchFolder folder;
  const std::string example = source + "/netlists/crossbar_4x4.ncir";
  const auto convert = [&](const std::string& from, const std::string& to) {
    const Result result = neucasl("netlist convert " + from + ' ' + to);
    EXPECT_EQ(result.code, 0) << result.err;
  };
  const std::string a = (folder / "a.pb").string();
  const std::string b = (folder / "b.json").string();
  const std::string c = (folder / "c.ncir").string();
  const std::string d = (folder / "d.pb").string();
  convert(example, a);
  convert(a, b);
  convert(b, c);
  convert(c, d);
  EXPECT_EQ(read(c), read(example));
  EXPECT_EQ(read(a), read(d));
  EXPECT_EQ(neucasl("netlist verify " + c).code, 0);
  EXPECT_EQ(neucasl("netlist stats " + c + " --format json").code, 0);
  EXPECT_EQ(neucasl("netlist flatten " + c + ' ' + (folder / "flat.ncir").string()).code, 0);
  EXPECT_EQ(neucasl("netlist verify " + (folder / "flat.ncir").string()).code, 0);
  convert(example, (folder / "e.cir").string());
  EXPECT_NE(read(folder / "e.cir").find(".op"), std::string::npos);
}

TEST(Netlist, AFaultOfTheDesignIsExitCodeOne) {
  const ScratchFolder folder;
  write(folder / "floating.ncir",
        "ncir 1\ndesign \"x\"\ntop t\n"
        "primitive r\n  attribute element: \"resistor\"\n  parameter resistance: 1 ohm\n"
        "  net p electrical\n  net n electrical\n  port p inout\n  port n inout\nend\n"
        "module t\n  net a electrical\n  net g electrical ground\n"
        "  instance r1: r (p = a, n = g)\nend\n");
  const Result result = neucasl("netlist verify " + (folder / "floating.ncir").string());
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_NE(result.err.find("[ir.floating]"), std::string::npos) << result.err;
}

TEST(Netlist, AHierarchyThatExplodesIsRefusedBeforeItIsExpanded) {
  const ScratchFolder folder;
  std::string text = "ncir 1\ndesign \"x\"\ntop m0\n";
  for (int level = 0; level < 80; ++level) {
    const std::string below = "m" + std::to_string(level + 1);
    text += "module m" + std::to_string(level) + "\n  instance a: " + below +
            " ()\n  instance b: " + below + " ()\nend\n";
  }
  write(folder / "deep.ncir", text + "module m80\nend\n");
  const Result result = neucasl("netlist verify " + (folder / "deep.ncir").string());
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("[ir.flatten]"), std::string::npos) << result.err;
}

TEST(Run, AFolderOfSomebodyElseIsLeftAlone) {
  const ScratchFolder folder;
  write(folder / "out" / "tables" / "mine.csv", "1\n");
  const Result result = neucasl("run " + flow + " --out " + (folder / "out").string());
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("[flow.output]"), std::string::npos) << result.err;
  EXPECT_EQ(read(folder / "out" / "tables" / "mine.csv"), "1\n");
  EXPECT_EQ(neucasl("run " + flow + " --out ''").code, 2);
  EXPECT_EQ(neucasl("run " + flow + " --seed -1 --out " + (folder / "new").string()).code, 2);
}

TEST(Output, ThatCannotBeWrittenIsAnError) {
  const std::string line =
      std::string(NEUCASL_BINARY_FOLDER) + "/bin/neucasl devices list >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 2);
}

}  // namespace
}  // namespace neucasl::test
