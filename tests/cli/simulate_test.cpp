#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>

#include "program.hpp"

namespace neucasl::test {
namespace {

const std::string divider = "divider\nv1 in 0 2\nr1 in out 1k\nr2 out 0 3k\n.op\n.end\n";

/// A file with the deck, and where results go.
struct Bench {
  ScratchFolder folder;
  std::string file;
  std::filesystem::path out;

  explicit Bench(const std::string& deck) : file((folder / "deck.cir").string()) {
    write(file, deck);
    out = folder / "out";
  }
  [[nodiscard]] Result run(const std::string& arguments) const {
    return neucasl("simulate " + file + ' ' + arguments);
  }
  [[nodiscard]] Result run_out(const std::string& arguments = {}) const {
    return run("--out " + out.string() + ' ' + arguments);
  }
};

/// Numbers of a flat JSON object, by key.
std::map<std::string, double> numbers_of(const std::string& json) {
  std::map<std::string, double> numbers;
  const std::regex pattern("\"([^\"]+)\": (-?[0-9][-+0-9.e]*)");
  for (std::sregex_iterator at(json.begin(), json.end(), pattern), end; at != end; ++at) {
    numbers[(*at)[1]] = std::stod((*at)[2]);
  }
  return numbers;
}

/// Rows of a CSV file without its header.
std::vector<std::vector<double>> rows_of(const std::filesystem::path& file) {
  std::istringstream text(read(file));
  std::string line;
  std::getline(text, line);
  std::vector<std::vector<double>> rows;
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    std::string cell;
    rows.emplace_back();
    while (std::getline(cells, cell, ',')) rows.back().push_back(std::stod(cell));
  }
  return rows;
}

TEST(Simulate, AnOperatingPointIsOneJsonObject) {
  const Bench bench(divider);
  const Result result = bench.run("--analysis op --format json");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "{\"nodes\": {\"in\": 2, \"out\": 1.5}, \"branches\": {\"v1\": -5e-04}}\n");
}

TEST(Simulate, BothSimulatorsAgreeOnACrossbar) {
  std::string deck = "crossbar\n";
  for (int i = 0; i < 8; ++i) {
    const std::string row = std::to_string(i);
    deck += "v" + row + " in" + row + " 0 0." + std::to_string(i + 1) + "\nrin" + row + " in" +
            row + " r" + row + "_0 2\nvs" + row + " c7_" + row + " 0 0\n";
    for (int j = 0; j < 8; ++j) {
      const std::string at = row + '_' + std::to_string(j);
      deck += "rm" + at + " r" + at + " c" + at + ' ' + std::to_string(10000 + 977 * (8 * i + j)) +
              '\n';
      if (j < 7) deck += "rr" + at + " r" + at + " r" + row + '_' + std::to_string(j + 1) + " 2\n";
      if (i < 7) {
        deck +=
            "rc" + at + " c" + at + " c" + std::to_string(i + 1) + '_' + std::to_string(j) + " 2\n";
      }
    }
  }
  const Bench bench(deck + ".op\n.end\n");
  const Result native = bench.run("--format json");
  const Result ngspice = bench.run("--format json --simulator ngspice");
  ASSERT_EQ(native.code, 0) << native.err;
  ASSERT_EQ(ngspice.code, 0) << ngspice.err;
  const auto first = numbers_of(native.out);
  const auto second = numbers_of(ngspice.out);
  ASSERT_EQ(first.size(), 8U * 8U * 2U + 8U + 16U);
  ASSERT_EQ(second.size(), first.size());
  for (const auto& [name, value] : first) EXPECT_NEAR(second.at(name), value, 1e-11) << name;
}

TEST(Simulate, NamesOfTheDeckComeBack) {
  const Bench bench(
      "t\nv1 1 0 1\nr1 1 N+2 1k\nr2 n+2 0 1k\nx1 1 s\n.subckt s a\nr1 a 2 1\nr2 2 0 1\n.ends\n");
  const Result result = bench.run("--format json");
  EXPECT_EQ(result.code, 0) << result.err;
  const auto numbers = numbers_of(result.out);
  EXPECT_DOUBLE_EQ(numbers.at("1"), 1.0);
  EXPECT_DOUBLE_EQ(numbers.at("n+2"), 0.5);
  EXPECT_DOUBLE_EQ(numbers.at("x1.2"), 0.5);
}

TEST(Simulate, SensedCurrentsAddNothingToTheResults) {
  const Bench bench(
      "t\nv1 a 0 1\nr1 a 0 1k\nf1 0 b v1 -2\nrb b 0 1k\nb1 c 0 v=1k*i(v1)\nrc c 0 1\n");
  const Result result = bench.run("--format json");
  EXPECT_EQ(result.code, 0) << result.err;
  const auto numbers = numbers_of(result.out);
  EXPECT_EQ(numbers.size(), 5U) << result.out;  // a, b, c, v1, b1
  EXPECT_NEAR(numbers.at("v1"), -1e-3, 1e-15);
  EXPECT_NEAR(numbers.at("b"), 2.0, 1e-12);
  EXPECT_NEAR(numbers.at("c"), -1.0, 1e-12);
}

TEST(Simulate, WritesTablesChartsAndMeasurements) {
  // An RC low pass: charging curve, corner at 1 / (2 pi 1 us), and sweep.
  const Bench bench(
      "low pass\nv1 in 0 0 ac 1 pulse(0 1 0 1p 1p)\nr1 in out 1k\nc1 out 0 1n\n"
      ".dc v1 0 1 0.25\n.ac dec 20 1k 10meg\n.tran 5n 5u\n"
      ".meas tran half when v(out)=0.5\n.meas ac corner when vdb(out)=-3.0103 fall=1\n.end\n");
  const Result result = bench.run_out("--raw --measure 'tran late find v(out) at=1us'");
  ASSERT_EQ(result.code, 0) << result.err;
  const auto sweep = rows_of(bench.out / "dc.csv");
  ASSERT_EQ(sweep.size(), 5U);
  EXPECT_NEAR(sweep[3][2], 0.75, 1e-9);
  for (const char* name : {"dc.raw", "ac.csv", "ac.raw", "tran.csv", "tran.raw",
                           "tran_voltages.svg", "ac_voltages_magnitude.svg",
                           "ac_voltages_phase.svg", "dc_voltages.svg", "measurements.csv"}) {
    EXPECT_TRUE(std::filesystem::exists(bench.out / name)) << name;
  }
  const std::string json = read(bench.out / "results.json");
  const auto value = [&](const std::string& name) {
    std::smatch match;
    const std::regex pattern("\"" + name + "\": \\{\"value\": ([-+0-9.e]+)");
    return std::regex_search(json, match, pattern) ? std::stod(match[1]) : std::nan("");
  };
  EXPECT_NEAR(value("half"), 1e-6 * std::log(2.0), 2e-9);
  EXPECT_NEAR(value("late"), 1 - std::exp(-1.0), 1e-3);
  EXPECT_NEAR(value("corner"), 1e6 / (2 * std::acos(-1.0)), 1e3);
}

TEST(Simulate, OutputOfATransientBeginsAtItsStart) {
  const Bench bench("t\nv1 a 0 sin(0 1 1k)\nr1 a 0 1\n.tran 10u 2m 1m\n.end\n");
  ASSERT_EQ(bench.run_out().code, 0);
  const auto rows = rows_of(bench.out / "tran.csv");
  EXPECT_DOUBLE_EQ(rows.front()[0], 1e-3);
  EXPECT_DOUBLE_EQ(rows.back()[0], 2e-3);
}

TEST(Simulate, OptionsOfTheCommandStandOverTheDeck) {
  const Bench bench("t\ni1 0 a 0\nc1 a 0 1n\nr1 a 0 1k\n.tran 10n 1u uic\n.ic v(a)=1\n.end\n");
  const Result result = bench.run(
      "--ic 'v(A)=2V' --analysis 'tran 1n 1u uic' --measure 'm find v(a) at=1us' "
      "--tolerance tight --device-form behavioural --temperature '350 K' --format json");
  EXPECT_EQ(result.code, 0) << result.err;
  const std::regex pattern("\"m\": \\{\"value\": ([-+0-9.e]+)");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(result.out, match, pattern)) << result.out;
  EXPECT_NEAR(std::stod(match[1]), 2 * std::exp(-1.0), 1e-3);
}

TEST(Simulate, ADiodeHasTheDropOfItsEquation) {
  const Bench bench("t\ni1 0 a 1m\nd1 a 0 dm\n.model dm d(is=1e-14)\n.end\n");
  const Result result = bench.run("--format json");
  ASSERT_EQ(result.code, 0) << result.err;
  // SPICE's 27 degrees Celsius.
  const double thermal = 1.380649e-23 * 300.15 / 1.602176634e-19;
  EXPECT_NEAR(numbers_of(result.out).at("a"), thermal * std::log1p(1e-3 / 1e-14), 1e-5);
}

TEST(Simulate, ADesignFileNeedsNoDeck) {
  const Bench bench(divider);
  const std::string design = (bench.folder / "divider.ncir").string();
  ASSERT_EQ(neucasl("netlist convert " + bench.file + ' ' + design).code, 0);
  const Result result = neucasl("simulate " + design + " --format json");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_DOUBLE_EQ(numbers_of(result.out).at("out"), 1.5);
}

TEST(Netlist, DecksAreDesigns) {
  const Bench bench(divider);
  EXPECT_EQ(neucasl("netlist verify " + bench.file).code, 0);
  const Result stats = neucasl("netlist stats --format json " + bench.file);
  EXPECT_EQ(stats.code, 0);
  EXPECT_DOUBLE_EQ(numbers_of(stats.out).at("leaf_instances"), 3.0);
}

struct BadSimulation {
  std::string name;
  std::string deck;
  std::string arguments;
  std::string code;
  std::string remedy;
};
void PrintTo(const BadSimulation& input, std::ostream* out) { *out << input.name; }
class SimulateBadInputTest : public testing::TestWithParam<BadSimulation> {};

TEST_P(SimulateBadInputTest, GetsADiagnosticAndNoFiles) {
  const Bench bench(GetParam().deck);
  const Result result = bench.run_out(GetParam().arguments);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_NE(result.err.find('[' + GetParam().code + ']'), std::string::npos) << result.err;
  EXPECT_NE(result.err.find(GetParam().remedy), std::string::npos) << result.err;
  EXPECT_TRUE(result.out.empty());
  EXPECT_FALSE(std::filesystem::exists(bench.out));
}

INSTANTIATE_TEST_SUITE_P(
    All, SimulateBadInputTest,
    testing::Values(
        BadSimulation{"Control", "t\n.control\nshell touch x\n.endc\nr1 a 0 1\n", "", "spice.card",
                      "no command is run"},
        BadSimulation{"Include", "t\nr1 a 0 1\n.include /etc/passwd\n", "", "spice.card",
                      "no file is opened"},
        BadSimulation{"Simulator", divider, "--simulator ngspise", "plugin.unknown",
                      "did you mean 'ngspice'"},
        BadSimulation{"Analysis", divider, "--analysis 'trna 1n 1u'", "circuit.analysis",
                      "did you mean 'tran'"},
        BadSimulation{"Target", divider, "--analysis 'dc r11 0 1 1'", "circuit.target",
                      "did you mean 'r1'"},
        BadSimulation{"Node", divider, "--ic 'v(outt)=1'", "circuit.node", "did you mean 'out'"},
        BadSimulation{"InitialVoltage", divider, "--ic 'out=1'", "cli.usage", "v(NODE)=VALUE"},
        BadSimulation{"Form", divider, "--device-form compield", "cli.usage",
                      "did you mean 'compiled'"},
        BadSimulation{"Tolerance", divider, "--tolerance tihgt", "cli.usage", "tight"},
        BadSimulation{"Temperature", divider, "--temperature -1", "cli.usage", "more than 0 K"},
        BadSimulation{"Wavelength", divider, "--wavelength 1550", "base.dimension", "value in m"},
        BadSimulation{"Resistance", "t\nr1 a 0 -1\nv1 a 0 1\n", "", "circuit.value", "positive"},
        BadSimulation{"Model", "t\nn1 a 0 vtaem\n", "", "spice.device", "did you mean 'vteam'"}),
    [](const testing::TestParamInfo<BadSimulation>& info) { return info.param.name; });

TEST(Simulate, AFileInPlaceOfTheOutputFolderIsLeftAlone) {
  const Bench bench(divider);
  write(bench.out, "mine");
  const Result result = bench.run_out();
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("[cli.output]"), std::string::npos) << result.err;
  EXPECT_EQ(read(bench.out), "mine");
  EXPECT_EQ(bench.run("--out ''").code, 2);
  EXPECT_EQ(bench.run("--raw").code, 2);
}

TEST(Simulate, AnInterruptEndsItAndLeavesNoFiles) {
  // About five million time steps.
  const Bench bench("t\nv1 a 0 sin(0 1 1meg)\nr1 a b 1k\nc1 b 0 1p\n.tran 20p 100u\n.end\n");
  const std::string line = "timeout --preserve-status -s INT 1 " NEUCASL_BINARY_FOLDER
                           "/bin/neucasl simulate " +
                           bench.file + " --out " + bench.out.string() + " >/dev/null 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 130);
  EXPECT_FALSE(std::filesystem::exists(bench.out));
}

TEST(Simulate, AMeasurementThatFailsIsNamedAndTheOthersStay) {
  const Bench bench(
      "t\nv1 a 0 sin(0 1 1k)\nr1 a 0 1\n.tran 10u 1m\n.meas tran top max v(a)\n"
      ".meas tran never when v(a)=5\n.end\n");
  const Result result = bench.run_out();
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("deck.cir:6:1: error"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("top"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(bench.out / "results.json"));
}

// --- devices -------------------------------------------------------------------------------------

TEST(Devices, CharacterisationWritesCurvesAndCosts) {
  const ScratchFolder folder;
  const Result result = neucasl("devices characterize vteam_kvatinsky2015 --format json --out " +
                                (folder / "out").string());
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("\"model\": \"vteam\""), std::string::npos);
  EXPECT_NE(result.out.find("\"operation\": \"set\""), std::string::npos);
  EXPECT_EQ(read(folder / "out/results.json"), result.out);
  std::size_t charts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "out")) {
    if (entry.path().extension() != ".svg") continue;
    ++charts;
    EXPECT_NE(read(entry.path()).find("class=\"curve\""), std::string::npos) << entry.path();
  }
  EXPECT_GE(charts, 1U);
}

TEST(Devices, ASettingChangesTheCosts) {
  const ScratchFolder folder;
  // Of the read, which comes first.
  const auto energy = [&](const std::string& options) {
    const Result result = neucasl("devices characterize vteam_kvatinsky2015 --format json --out " +
                                  (folder / "out").string() + ' ' + options);
    EXPECT_EQ(result.code, 0) << result.err;
    std::smatch match;
    EXPECT_TRUE(std::regex_search(result.out, match, std::regex("\"energy\": ([0-9.e-]+)")));
    return std::stod(match[1]);
  };
  EXPECT_GT(energy("--set 'read_time=30 ns'"), 2 * energy("--set 'read_time=10 ns'"));
}

struct BadDevice {
  std::string name;
  std::string arguments;
  std::string code;
};
class DeviceBadInputTest : public testing::TestWithParam<BadDevice> {};

TEST_P(DeviceBadInputTest, IsNamed) {
  const ScratchFolder folder;
  const Result result = neucasl("devices characterize " + GetParam().arguments + " --out " +
                                (folder / "out").string());
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find('[' + GetParam().code + ']'), std::string::npos) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

INSTANTIATE_TEST_SUITE_P(
    All, DeviceBadInputTest,
    testing::Values(
        BadDevice{"NoModel", "isaac_32nm", "device.model"},
        BadDevice{"Unknown", "vteam_kvatinski", "device.unknown"},
        BadDevice{"Setting", "vteam_kvatinsky2015 --set read_voltage", "cli.usage"},
        BadDevice{"Parameter", "vteam_kvatinsky2015 --set 'raed_voltage=1 V'", "model.parameter"},
        BadDevice{"Unit", "vteam_kvatinsky2015 --set 'read_voltage=1 A'", "model.unit"},
        BadDevice{"Range", "vteam_kvatinsky2015 --set 'read_voltage=1 kV'", "model.range"}),
    [](const testing::TestParamInfo<BadDevice>& info) { return info.param.name; });

TEST(Devices, ListsModelsAndCardsWithTheirModels) {
  const Result models = neucasl("devices models --format json");
  EXPECT_EQ(models.code, 0) << models.err;
  EXPECT_NE(
      models.out.find("\"name\": \"vteam\", \"family\": \"memristor\", \"terminals\": \"p n\""),
      std::string::npos);
  const Result one = neucasl("devices models vteam");
  EXPECT_NE(one.out.find("on_resistance"), std::string::npos);
  EXPECT_EQ(neucasl("devices models vtaem").code, 2);
  const Result cards = neucasl("devices list --format json");
  EXPECT_NE(cards.out.find("\"id\": \"vteam_kvatinsky2015\", \"family\": \"memristor\", \"model\": "
                           "\"vteam\""),
            std::string::npos);
}

TEST(Devices, ValidationChecksAgainstTheModel) {
  const ScratchFolder folder;
  const std::string card = (folder / "bad.xml").string();
  const auto card_with = [](const std::string& number) {
    return "<card id=\"bad\" family=\"memristor\" title=\"Bad\">\n"
           "  <citation key=\"k\">Text</citation>\n"
           "  <choice name=\"model\" value=\"vteam\"/>\n  " +
           number + "\n</card>\n";
  };
  const std::string tail = " kind=\"assumed\" source=\"k\" place=\"here\"/>";
  write(card, card_with("<number name=\"on_resistance\" value=\"2000\" unit=\"ohm\"" + tail));
  EXPECT_EQ(neucasl("devices validate " + card).code, 0) << neucasl("devices validate " + card).err;
  write(card, card_with("<number name=\"on_resistence\" value=\"2000\" unit=\"ohm\"" + tail));
  const Result result = neucasl("devices validate " + card);
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("bad.xml:4:"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("did you mean 'on_resistance'"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace neucasl::test
