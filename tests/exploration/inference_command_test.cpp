#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "neucasl/base/file.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/network/dataset.hpp"
#include "neucasl/network/training.hpp"
#include "tests/cli/program.hpp"

namespace neucasl::exploration {
namespace {

/// LeNet-5 after one pass over some images.
std::string trained_network() {
  network::Dataset dataset = network::load_dataset("fashion-mnist", {});
  const std::size_t pixels = dataset.training.shape.size();
  for (network::LabelledImages* part : {&dataset.training, &dataset.test}) {
    const std::size_t count = part == &dataset.training ? 4000 : 100;
    part->pixels.resize(count * pixels);
    part->labels.resize(count);
  }
  network::Network lenet = network::lenet5();
  network::TrainingOptions options;
  options.epochs = 1;
  network::train(lenet, dataset, options);
  return io::encode(lenet);
}

/// Rows and converter bits change the accuracy, tiles do not.
const std::string accuracy_space =
    "<space id='s' title='t' architecture='hfox_differential' network='lenet5'>\n"
    "<parameter name='rows' number='chip/tile/group/array/rows' values='64 128' unit='1'/>\n"
    "<parameter name='adc' number='chip/tile/group/adc/bits' values='2 8' unit='1'/>\n"
    "<parameter name='tiles' number='chip/tile/count' values='16 32' unit='1'/>\n"
    "<accuracy method='inference' estimate='adc_bits' weights='network.pb' images='100'\n"
    " calibration_images='16' wires='no'/>\n"
    "<figure name='adc_bits' formula='adc'/>\n"
    "<objective of='accuracy' goal='maximise'/>\n"
    "<objective of='energy_J' goal='minimise'/>\n"
    "<search method='grid'/>\n"
    "</space>\n";

/// Column of a table in points.csv, whose cells hold no commas.
std::vector<std::string> column(const std::string& csv, const std::string& name) {
  std::istringstream lines(csv);
  std::vector<std::string> result;
  std::ptrdiff_t index = -1;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    std::vector<std::string> row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    if (index < 0) {
      index = std::find(row.begin(), row.end(), name) - row.begin();
    } else {
      result.push_back(row.at(static_cast<std::size_t>(index)));
    }
  }
  return result;
}

class InferenceCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() { weights_ = new std::string(trained_network()); }
  static void TearDownTestSuite() { delete weights_; }
  InferenceCommand() { static_cast<void>(folder_.file("network.pb", *weights_)); }

  test::Result explore(const std::string& space, const std::string& more = "") const {
    return test::neucasl("explore " + folder_.file("space.xml", space) + ' ' + more);
  }

  /// Of the points, in the order of the search; empty when it fails.
  std::vector<std::string> accuracies(const std::string& space) const {
    const test::Result result = explore(space, "--out " + (folder_ / "out").string());
    EXPECT_EQ(result.code, 0) << result.err << result.out;
    return column(test::read(folder_ / "out" / "points.csv"), "accuracy");
  }

  static inline const std::string* weights_ = nullptr;
  test::ScratchFolder folder_;
};

TEST_F(InferenceCommand, GivesTheAccuracyOfEachDesignOnce) {
  const std::string out = (folder_ / "out").string();
  const test::Result result = explore(accuracy_space, "--jobs 2 --format json --out " + out);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("\"accuracy_method\": \"inference\""), std::string::npos);
  EXPECT_NE(result.out.find("\"accuracy_rank_correlation\": "), std::string::npos);
  const std::string csv = test::read(folder_ / "out" / "points.csv");
  const std::vector<std::string> accuracies = column(csv, "accuracy");
  ASSERT_EQ(accuracies.size(), 8U);
  // Rows, converters, tiles.
  for (std::size_t design = 0; design < 4; ++design) {
    EXPECT_EQ(accuracies[2 * design], accuracies[2 * design + 1]);
  }
  // Two bits, with the sign, tell three values apart; eight are enough.
  EXPECT_LT(std::stod(accuracies[0]) + 0.1, std::stod(accuracies[2]));
  EXPECT_GT(std::stod(accuracies[2]), 0.5);
  const std::string log = test::read(folder_ / "out" / "accuracies.log");
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1 + 4);
  // Threads change nothing, and an inference is never run again.
  const std::string other = (folder_ / "other").string();
  ASSERT_EQ(explore(accuracy_space, "--jobs 1 --out " + other).code, 0);
  EXPECT_EQ(test::read(folder_ / "other" / "points.csv"), csv);
  EXPECT_EQ(test::read(folder_ / "other" / "accuracies.log"), log);
}

TEST_F(InferenceCommand, NamesWhatCannotBeRun) {
  const std::tuple<const char*, const char*, const char*> faults[] = {
      {"weights='network.pb'", "weights='none.pb'", "none.pb"},
      {"network='lenet5'", "network='alexnet'", "no inference of 'alexnet'"},
      {"images='100'", "images='10001'", "has 10000"},
      {"weights='network.pb'", "weights='network.pb' dataset='mnits'", "did you mean 'mnist'"},
      {"weights='network.pb'", "weights='network.pb' bank='weight_bnk'", "weight_bank"}};
  for (const auto& [from, to, says] : faults) {
    std::string text = accuracy_space;
    text.replace(text.find(from), std::string(from).size(), to);
    const test::Result result = explore(text);
    EXPECT_EQ(result.code, 2) << to << result.out;
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("space.xml:5:"), std::string::npos) << result.err;
  }
}

/// Arrays with offset encoding, 8 bits in cells of 2 bits and inputs bit by bit.
TEST_F(InferenceCommand, TakesChipsWhoseColumnsAreConvertedByThemselves) {
  const std::vector<std::string> found = accuracies(
      "<space id='s' title='t' architecture='isaac_ce' network='lenet5'>\n"
      "<parameter name='adc' number='chip/tile/in_situ_unit/adc/bits' values='2 8' unit='1'/>\n"
      "<parameter name='weights' number='weight_bits' values='8' unit='1'/>\n"
      "<parameter name='inputs' number='activation_bits' values='8' unit='1'/>\n"
      "<accuracy method='inference' weights='network.pb' images='100' calibration_images='16'\n"
      " wires='no'/>\n"
      "<objective of='accuracy' goal='maximise'/>\n"
      "<search method='grid'/>\n"
      "</space>\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_LT(std::stod(found[0]) + 0.1, std::stod(found[1]));
  EXPECT_GT(std::stod(found[1]), 0.5);
}

/// One bank for each accuracy: the light of a line changes it, the number of cores does not.
TEST_F(InferenceCommand, TakesPhotonicBanks) {
  const std::vector<std::string> found = accuracies(
      "<space id='s' title='t' architecture='litecon' network='lenet5'>\n"
      "<parameter name='power' values='0.0005 1' unit='mW'/>\n"
      "<parameter name='tiles' number='chip/tile/count' values='16 32' unit='1'/>\n"
      "<accuracy method='inference' weights='network.pb' tuning='alone' images='30'>\n"
      "<bank_parameter name='power' formula='power'/>\n"
      "</accuracy>\n"
      "<objective of='accuracy' goal='maximise'/>\n"
      "<search method='grid'/>\n"
      "</space>\n");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], found[1]);
  EXPECT_EQ(found[2], found[3]);
  EXPECT_LT(std::stod(found[0]) + 0.1, std::stod(found[2]));
  EXPECT_GT(std::stod(found[2]), 0.3);
}

TEST_F(InferenceCommand, SaysWhyAnArchitectureHasNoAccuracy) {
  const test::Result result = explore(
      "<space id='s' title='t' architecture='dadiannao' network='lenet5'>\n"
      "<parameter name='tiles' number='chip/tile/count' values='8 16' unit='1'/>\n"
      "<accuracy method='inference' weights='network.pb'/>\n"
      "<objective of='accuracy' goal='maximise'/>\n"
      "<search method='grid'/>\n"
      "</space>\n");
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_NE(result.out.find("mapping.architecture"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace neucasl::exploration
