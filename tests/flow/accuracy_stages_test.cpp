#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>

#include "../cli/program.hpp"

// What the parameters of the stages that measure accuracy do, where the accuracy has a closed form:
// scores that do not depend on the image hit one of ten classes, and the 10,000 test images have
// 1,000 of each.

namespace neucasl::test {
namespace {

constexpr double chance = 0.1;
/// Five standard deviations of 10,000 independent images.
const double spread = 5.0 * std::sqrt(chance * (1.0 - chance) / 10000.0);
/// Root mean square in converter steps: each read is at one of the converter's two ends.
const std::string deafening = "1e6";

const std::string examples = std::string(NEUCASL_SOURCE_FOLDER) + "/examples/";

/// A flow over all test images whose last stage is `stage`.
std::string flow(const std::string& architecture, const std::string& stage) {
  std::string text =
      "<flow name=\"accuracy\" seed=\"1\">\n"
      "  <stage name=\"network\" kind=\"network\" topology=\"multilayer-perceptron\" hidden=\"16\" "
      "dataset=\"fashion-mnist\" epochs=\"1\"/>\n"
      "  <stage name=\"precision\" kind=\"precision\" weight_bits=\"8\" activation_bits=\"8\"/>\n";
  if (!architecture.empty()) {
    text += "  <stage name=\"map\" kind=\"map\" plugin=\"memristor\" architecture=\"" +
            architecture + "\"/>\n";
  }
  return text + "  " + stage + "\n</flow>\n";
}

using Accuracies = std::map<std::string, double>;

/// The table of a finished run.
Accuracies accuracies(const std::filesystem::path& out) {
  Accuracies result;
  std::istringstream table(read(out / "tables" / "accuracy_by_cause.csv"));
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    const std::size_t comma = line.rfind(',');
    std::string name = line.substr(0, comma);
    std::erase(name, '"');
    result[name] = std::stod(line.substr(comma + 1));
  }
  return result;
}

class AccuracyStages : public ::testing::Test {
 protected:
  Result run(const std::string& text, const std::string& options = "") {
    write(folder_ / "flow.xml", text);
    return neucasl("run " + (folder_ / "flow.xml").string() + " --quiet " + options + " --out " +
                       (folder_ / "out").string(),
                   "NEUCASL_DEVICE_PATH=" + (folder_ / "devices").string());
  }
  Accuracies of(const std::string& text, const std::string& options = "") {
    const Result result = run(text, options);
    EXPECT_EQ(result.code, 0) << result.err;
    return accuracies(folder_ / "out");
  }

  /// The example's architecture with the card of `device`.
  std::string architecture(const std::string& device) {
    std::string text = read(examples + "lenet_memristor/architecture.xml");
    text = std::regex_replace(text, std::regex("hfox_neurram"), device);
    write(folder_ / "architecture.xml", text);
    return "architecture.xml";
  }

  /// Phase-change cells without errors and with one exponent of drift for all.
  void write_drifting_card(const std::string& exponent) {
    std::string text =
        read(std::string(NEUCASL_SOURCE_FOLDER) + "/devices/memristor/gst_pcm_array.xml");
    text = std::regex_replace(text, std::regex("gst_pcm_array"), "drifting");
    text = std::regex_replace(text, std::regex("<number name=\"read_noise[^\n]*\n"), "");
    text = std::regex_replace(text, std::regex("(<coefficient order=\"[0-9]\" value=\")[^\"]*"),
                              "$010");
    const auto set = [&](const std::string& name, const std::string& value) {
      text = std::regex_replace(text, std::regex("(name=\"" + name + "\" value=\")[^\"]*"),
                                "$01" + value);
    };
    for (const char* line : {"drift_mean", "drift_sigma"}) {
      const std::string value = line == std::string("drift_mean") ? exponent : "0";
      set(std::string(line) + "_slope", "0");
      for (const char* part : {"_offset", "_low", "_high"}) set(line + std::string(part), value);
    }
    write(folder_ / "devices" / "memristor" / "drifting.xml", text);
  }

  ScratchFolder folder_;
};

TEST_F(AccuracyStages, ConverterNoiseAboveAllCurrentsLeavesChance) {
  const std::string text =
      flow(architecture("hfox_neurram"),
           "<stage name=\"accuracy\" kind=\"accuracy\" solver_tolerance=\"1e-4\"/>");
  const Accuracies quiet = of(text);
  EXPECT_FALSE(quiet.contains("+ drift") || quiet.contains("+ noise of each read"));
  EXPECT_GT(quiet.at("+ programming variation"), 0.5);
  const Accuracies noisy = of(text, "--set accuracy.converter_noise=" + deafening);
  EXPECT_NEAR(noisy.at("+ noise of each read"), chance, spread);
  for (const auto& [name, value] : quiet) EXPECT_EQ(noisy.at(name), value) << name;
  EXPECT_EQ(run(text, "--set accuracy.converter_noise=-1").code, 2);
}

TEST_F(AccuracyStages, DriftWeakensTheCurrentsByItsPowerLaw) {
  write_drifting_card("1");
  const std::string text =
      flow(architecture("drifting"),
           "<stage name=\"accuracy\" kind=\"accuracy\" solver_tolerance=\"1e-4\"/>");
  // Up to the reference time of 20 s nothing changes.
  const Accuracies early = of(text, "--set 'accuracy.time=20 s'");
  EXPECT_EQ(early.at("+ drift"), early.at("+ programming variation"));
  EXPECT_GT(early.at("+ drift"), 0.5);
  // (2e9 s / 20 s)^-1 of the currents is below half of a converter's step: all scores are those of
  // no current, the biases, one class for all images.
  const Accuracies late = of(text, "--set 'accuracy.time=2e9 s'");
  EXPECT_DOUBLE_EQ(late.at("+ drift"), chance);
  EXPECT_EQ(late.at("+ programming variation"), early.at("+ programming variation"));
}

/// The chip of the bundled description is that of the example's card.
TEST_F(AccuracyStages, AChipIsMadeFromTheDescriptionOfAnArchitecture) {
  const std::string stage = "<stage name=\"performance\" kind=\"performance\"/>";
  const auto costs = [&] { return read(folder_ / "out" / "tables" / "cost_by_component.csv"); };
  ASSERT_EQ(run(flow(architecture("hfox_neurram"), stage)).code, 0);
  const std::string of_card = costs();
  EXPECT_FALSE(of_card.empty());
  const Result result = run(flow("hfox_differential", stage));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(costs(), of_card);
  const Result beyond = run(flow("hfox_differential", stage),
                            "--set precision.weight_bits=16 "
                            "--set network.hidden=128");
  EXPECT_EQ(beyond.code, 2);
  EXPECT_NE(beyond.err.find("[mapping.capacity]"), std::string::npos) << beyond.err;
  EXPECT_EQ(run(flow("hfox_differential", stage),
                "--set precision.weight_bits=16 "
                "--set network.hidden=128 --set map.chips=8")
                .code,
            0);
  const Result card = run(flow(architecture("hfox_neurram"), stage), "--set map.chips=2");
  EXPECT_EQ(card.code, 2);
  const Result offset = run(flow("isaac_ce", stage));
  EXPECT_EQ(offset.code, 0) << offset.err;
  EXPECT_NE(costs().find("shift_add"), std::string::npos);
  const Result digital = run(flow("dadiannao", stage));
  EXPECT_EQ(digital.code, 2);
  EXPECT_NE(digital.err.find("dadiannao.architecture.xml"), std::string::npos) << digital.err;
  const Result light = run(flow("crosslight", stage));
  EXPECT_EQ(light.code, 2);
  EXPECT_NE(light.err.find("front end 'photonic'"), std::string::npos) << light.err;
  const Result unknown = run(flow("hfox_diferential", stage));
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("hfox_differential"), std::string::npos) << unknown.err;
}

/// Offset encoding, and pairs that are subtracted as numbers: by cause, and chip by chip. The
/// constant that is subtracted knows nothing of wires: a drop of some per cent of the currents is
/// worth as much of all inputs times the offset.
TEST_F(AccuracyStages, ColumnsConvertedByThemselvesHaveTheirAccuracy) {
  const std::regex segment("(segment_resistance\" value=\")1\"");
  std::string isaac =
      read(std::string(NEUCASL_SOURCE_FOLDER) + "/devices/architecture/isaac_ce.architecture.xml");
  isaac = std::regex_replace(isaac, segment, "$010.001\"");
  write(folder_ / "short.architecture.xml",
        std::regex_replace(isaac, std::regex("id=\"isaac_ce\""), "id=\"short\""));
  for (const std::string chip : {"short.architecture.xml", "isaac_ce", "pipelayer_like"}) {
    const std::string text =
        flow(chip,
             "<stage name=\"accuracy\" kind=\"accuracy\" images=\"500\" "
             "solver_tolerance=\"1e-4\"/>\n"
             "<stage name=\"reliability\" kind=\"reliability\" samples=\"2\" images=\"200\" "
             "stuck_cells=\"false\" solver_tolerance=\"1e-4\"/>");
    const Accuracies found = of(text);
    EXPECT_GT(found.at("float"), 0.7) << chip;
    EXPECT_NEAR(found.at("quantised weights and inputs"), found.at("float"), 0.02) << chip;
    EXPECT_NEAR(found.at("+ converters"), found.at("float"), 0.03) << chip;
    std::istringstream chips(read(folder_ / "out" / "tables" / "monte_carlo.csv"));
    std::string line;
    std::getline(chips, line);
    std::vector<double> accuracies;
    while (std::getline(chips, line))
      accuracies.push_back(std::stod(line.substr(line.find(',') + 1)));
    ASSERT_EQ(accuracies.size(), 2U) << chip;
    if (chip == "isaac_ce") {
      EXPECT_LT(found.at("+ wire resistance"), 0.3);
      EXPECT_LT(accuracies[0], 0.3);
      continue;
    }
    EXPECT_NEAR(found.at("+ wire resistance"), found.at("+ converters"), 0.02) << chip;
    EXPECT_GT(found.at("+ programming variation"), 0.6) << chip;
    EXPECT_GT(accuracies[0], 0.6) << chip;
  }
}

TEST_F(AccuracyStages, CellsWithoutDriftRefuseATime) {
  const Result result =
      run(flow(architecture("hfox_neurram"),
               "<stage name=\"accuracy\" kind=\"accuracy\" solver_tolerance=\"1e-4\"/>"),
          "--set 'accuracy.time=1 s'");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("[device.drift]"), std::string::npos) << result.err;
}

TEST_F(AccuracyStages, PhotonicNoiseOfTheConverterLeavesChance) {
  const std::string text = flow(
      "",
      "<stage name=\"accuracy\" kind=\"photonic-accuracy\" plugin=\"photonic\" channels=\"16\" "
      "resonator=\"microdisk_dwdm\" tuning=\"alone\" accumulation=\"8\" "
      "calibration_images=\"64\"/>");
  const Accuracies quiet = of(text);
  EXPECT_EQ(quiet.size(), 8U);
  EXPECT_GT(quiet.at("all together"), 3.0 * chance);
  const Accuracies noisy = of(text, "--set accuracy.converter_noise=" + deafening);
  for (const auto& [name, value] : quiet) {
    if (name == "converters alone" || name == "all together") {
      EXPECT_NEAR(noisy.at(name), chance, spread) << name;
    } else {
      EXPECT_EQ(noisy.at(name), value) << name;
    }
  }
  // 784 inputs in 49 banks for each of 16 outputs, 16 in one for each of 10.
  const std::string report = run(text).out;
  EXPECT_NE(report.find(std::to_string(49 * 16 + 10)), std::string::npos) << report;
}

TEST_F(AccuracyStages, PhotonicConvertersOfManyBitsRoundNothingAway) {
  const std::string text = flow(
      "",
      "<stage name=\"accuracy\" kind=\"photonic-accuracy\" plugin=\"photonic\" channels=\"16\" "
      "resonator=\"microdisk_dwdm\" tuning=\"alone\" calibration_images=\"64\"/>");
  const auto loss = [&](const std::string& bits) {
    const Accuracies found = of(text, "--set accuracy.adc_bits=" + bits);
    return found.at("quantised weights and inputs") - found.at("converters alone");
  };
  EXPECT_NEAR(loss("16"), 0.0, 0.002);
  // Reads of -1, 0 and 1 step.
  EXPECT_GT(loss("2"), 0.02);
  for (const char* bad : {"adc_bits=1", "adc_bits=17", "accumulation=0", "calibration_images=0",
                          "tuning=loose", "converter_noise=-1"}) {
    const Result refused = run(text, std::string("--set accuracy.") + bad);
    EXPECT_EQ(refused.code, 2) << bad;
    EXPECT_FALSE(refused.err.empty()) << bad;
  }
}

}  // namespace
}  // namespace neucasl::test
