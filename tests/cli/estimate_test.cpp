#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "program.hpp"

namespace neucasl::test {
namespace {

#if !defined(NEUCASL_STATIC)

/// Lines of the block fenced by ``` that follows the line with the command.
std::vector<std::string> block_of(const std::string& text, const std::string& command) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  bool found = false;
  bool inside = false;
  for (std::string line; std::getline(stream, line);) {
    if (inside && line.starts_with("```")) break;
    if (inside) lines.push_back(line);
    if (!found && line.find(command) != std::string::npos) found = true;
    if (found && !inside && line.starts_with("```")) inside = true;
  }
  return lines;
}

/// Runs of blanks as one.
std::string squeezed(const std::string& line) {
  return std::regex_replace(line, std::regex(" +"), " ");
}

TEST(Estimate, JsonHasTheKeysThatOthersRead) {
  const Result result =
      neucasl("estimate --architecture isaac_ce --network lenet5 --format json --quiet");
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* key : {"energy_J", "latency_s", "area_m2", "throughput_ops", "tops_per_watt",
                          "tops_per_mm2", "assumed_share"}) {
    std::smatch match;
    ASSERT_TRUE(std::regex_search(result.out, match,
                                  std::regex('"' + std::string(key) + "\": ([-0-9.e]+)")))
        << key;
    EXPECT_GT(std::stod(match[1]), 0.0) << key;
  }
  for (const char* key :
       {"by_component", "by_layer", "by_phase", "published", "methods", "inputs"}) {
    EXPECT_NE(result.out.find('"' + std::string(key) + "\": "), std::string::npos) << key;
  }
  EXPECT_NE(result.out.find("1 multiply-accumulate = 2 operations"), std::string::npos);
  EXPECT_EQ(result.err, "");
}

TEST(Estimate, TheValidationTablesAreThoseOfTheReadme) {
  const std::string readme = read(NEUCASL_SOURCE_FOLDER "/plugins/performance/README.md");
  for (const char* request :
       {"isaac_ce --network lenet5", "puma --network lenet5", "dadiannao --network lenet5",
        "dota_b --network lenet5", "lightening_simphony --network lenet5",
        "albireo --network lenet5", "crosslight --network lenet5", "deap_cnn --network lenet5",
        "pipelayer_like --network vgg8 --chips 2 --phase training --batch 64"}) {
    const std::string arguments = "estimate --architecture " + std::string(request);
    const std::vector<std::string> expected = block_of(readme, "neucasl " + arguments);
    ASSERT_GE(expected.size(), 2U) << request;
    const Result result = neucasl(arguments);
    ASSERT_EQ(result.code, 0) << result.err;
    for (const std::string& line : expected) {
      EXPECT_NE(squeezed(result.out).find(squeezed(line) + '\n'), std::string::npos) << line;
    }
  }
}

/// One command has the rows of all descriptions.
TEST(Estimate, OneCommandHasAllRowsOfTheValidation) {
  const std::string readme = read(NEUCASL_SOURCE_FOLDER "/plugins/performance/README.md");
  const Result all = neucasl("architectures validate");
  ASSERT_EQ(all.code, 0) << all.err;
  const std::string printed = squeezed(all.out);
  std::ptrdiff_t rows = 0;
  for (const std::string id :
       {"isaac_ce", "puma", "dadiannao", "dota_b", "lightening_simphony", "albireo"}) {
    std::vector<std::string> expected =
        block_of(readme, "neucasl estimate --architecture " + id + " --network lenet5");
    ASSERT_GE(expected.size(), 2U) << id;
    expected.erase(expected.begin());
    for (const std::string& line : expected) {
      EXPECT_NE(printed.find(id + ' ' + squeezed(line) + '\n'), std::string::npos) << line;
      ++rows;
    }
  }
  EXPECT_GE(std::count(printed.begin(), printed.end(), '\n'), rows + 1);
  const Result one = neucasl("architectures validate --architecture puma --format json");
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_NE(one.out.find("\"architecture\": \"puma\""), std::string::npos) << one.out;
  EXPECT_EQ(one.out.find("isaac_ce"), std::string::npos);
  const Result unknown = neucasl("architectures validate --architecture pumma");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("puma"), std::string::npos) << unknown.err;
}

TEST(Estimate, TheEstimatesOfTheReadmeArePrinted) {
  const std::string readme = read(NEUCASL_SOURCE_FOLDER "/plugins/performance/README.md");
  for (const std::string network : {"lenet5", "vgg8"}) {
    const Result result = neucasl("estimate --architecture isaac_ce --network " + network);
    ASSERT_EQ(result.code, 0) << result.err;
    std::string row = "| " + network + " | 1 |";
    for (const char* label :
         {"Energy of one inference", "Latency of one inference", "Interval between inferences"}) {
      std::smatch match;
      ASSERT_TRUE(std::regex_search(result.out, match, std::regex(std::string(label) + "  +(.*)")));
      row += ' ' + match[1].str() + " |";
    }
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
}

TEST(Estimate, PhotonicCoresSayWhatLimitsThem) {
  const Result result =
      neucasl("estimate --architecture crosslight --network lenet5 --format json");
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* key : {"laser_power_W", "effective_bits", "bits_crosstalk", "link_budget"}) {
    EXPECT_NE(result.out.find('"' + std::string(key) + "\": "), std::string::npos) << key;
  }
  EXPECT_NE(result.err.find("performance.resolution"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("\"published_of_other_networks\": "), std::string::npos);
  const Result weak = neucasl(
      "estimate --architecture crosslight --network lenet5 --format json "
      "--quiet --chips 2");
  EXPECT_EQ(weak.code, 2);
  EXPECT_NE(weak.err.find("several chips and no link"), std::string::npos) << weak.err;
}

TEST(Estimate, FilesAndTablesAreWritten) {
  const ScratchFolder folder;
  const Result result = neucasl("estimate --architecture " NEUCASL_SOURCE_FOLDER
                                "/devices/architecture/isaac_ce.architecture.xml --network lenet5 "
                                "--out " +
                                (folder / "out").string());
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* file : {"results.json", "by_component.csv", "by_layer.csv", "by_phase.csv"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / "out" / file)) << file;
  }
}

TEST(Estimate, TrainingSaysItsPhaseAndItsWear) {
  const Result result = neucasl(
      "estimate --architecture pipelayer_like --network lenet5 --phase training --batch 16 "
      "--epoch-samples 60000 --format json --quiet");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("\"phase\": \"training\""), std::string::npos);
  for (const char* key : {"energy_J", "batch_time_s", "epochs_to_failure", "write_energy_J",
                          "by_training_phase", "endurance", "storage"}) {
    EXPECT_NE(result.out.find('"' + std::string(key) + "\": "), std::string::npos) << key;
  }
}

TEST(Estimate, AMapOfEqualBitsIsThatOfTheOptions) {
  const ScratchFolder folder;
  const std::string file = (folder / "uniform.pmap.json").string();
  write(file, R"({"network": "lenet5", "method": "uniform",
                  "fallback": {"weightBits": 8, "activationBits": 4}})");
  const std::string request = "estimate --architecture isaac_ce --network lenet5 --quiet";
  const Result map = neucasl(request + " --precision " + file);
  const Result bits = neucasl(request + " --weight-bits 8 --activation-bits 4");
  ASSERT_EQ(map.code, 0) << map.err;
  EXPECT_EQ(map.out, bits.out);
  EXPECT_NE(map.out, neucasl(request).out);
  write(file, R"({"network": "lenet5", "method": "uniform",
                  "layers": [{"layer": "conv9", "weightBits": 8, "activationBits": 4}]})");
  const Result unknown = neucasl(request + " --precision " + file);
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("no matrix layer 'conv9'"), std::string::npos) << unknown.err;
  EXPECT_NE(unknown.err.find("uniform.pmap.json"), std::string::npos) << unknown.err;
}

struct Usage {
  const char* name;
  std::string arguments;
  const char* says;
};

class EstimateUsage : public testing::TestWithParam<Usage> {};

TEST_P(EstimateUsage, IsRefused) {
  const Result result = neucasl("estimate " + GetParam().arguments);
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find(GetParam().says), std::string::npos) << result.err;
  EXPECT_EQ(result.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    All, EstimateUsage,
    testing::Values(
        Usage{"no_architecture", "--network lenet5", "--architecture is missing"},
        Usage{"no_network", "--architecture isaac_ce", "--network is missing"},
        Usage{"unknown_architecture", "--architecture isaac --network lenet5",
              "[architecture.unknown]"},
        Usage{"unknown_network", "--architecture isaac_ce --network lenet",
              "did you mean 'lenet5'"},
        Usage{"no_chips", "--architecture isaac_ce --network lenet5 --chips 0",
              "[architecture.count]"},
        Usage{"unknown_parameter", "--architecture isaac_ce --network lenet5 --set depth=3",
              "depth"},
        Usage{"no_estimator", "--architecture isaac_ce --network lenet5 --estimator array",
              "performance"},
        Usage{"unknown_phase", "--architecture isaac_ce --network lenet5 --phase trainign",
              "did you mean 'training'"},
        Usage{"batch_of_inference", "--architecture isaac_ce --network lenet5 --batch 8",
              "add --phase training"},
        Usage{"no_training", "--architecture isaac_ce --network lenet5 --phase training",
              "[architecture.training]"},
        Usage{"photonic_training",
              "--architecture lightening_simphony --network lenet5 --phase training",
              "does not say how gradients of weights are computed"},
        Usage{"photonic_bits",
              "--architecture dota_b --network lenet5 --activation-bits 8 --weight-bits 8",
              "inputs of 8 bits, 'input_dac' has 4"},
        Usage{"two_precisions",
              "--architecture isaac_ce --network lenet5 --precision a.pmap.json --weight-bits 8",
              "--precision goes without"},
        Usage{"one_bit", "--architecture isaac_ce --network lenet5 --weight-bits 1",
              "[precision.bits]"},
        Usage{"too_large", "--architecture isaac_ce --network vgg16", "5 chips of 168 tiles"}),
    [](const auto& instance) { return std::string(instance.param.name); });

#endif

}  // namespace
}  // namespace neucasl::test
