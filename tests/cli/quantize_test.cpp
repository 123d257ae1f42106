#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "neucasl/base/random.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/network/network.hpp"
#include "program.hpp"
#include "tests/onnx_writer.hpp"

namespace neucasl::test {
namespace {

#if !defined(NEUCASL_STATIC)

/// A LeNet-5 of random weights, a hundred images and their labels.
class Quantize : public ::testing::Test {
 protected:
  Quantize() {
    network::Network net = network::lenet5();
    base::RandomStream random(1, "test/lenet5");
    for (network::Layer& layer : net.layers) {
      const double scale = layer.weight.empty()
                               ? 0.0
                               : std::sqrt(2.0 * static_cast<double>(layer.outputs) /
                                           static_cast<double>(layer.weight.size()));
      for (float& w : layer.weight) w = static_cast<float>(scale * random.normal());
    }
    test::write(folder_ / "lenet5.pb", io::encode(net));
    std::string images(
        std::initializer_list<char>{0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 0, 28, 0, 0, 0, 28});
    for (std::size_t k = 0; k < 100 * 28 * 28; ++k) {
      images += static_cast<char>(random.below(256));
    }
    std::string labels(std::initializer_list<char>{0, 0, 8, 1, 0, 0, 0, 100});
    for (std::size_t k = 0; k < 100; ++k) labels += static_cast<char>(random.below(10));
    test::write(folder_ / "images", images);
    test::write(folder_ / "labels", labels);
  }

  /// With --format json.
  [[nodiscard]] Result quantize(const std::string& options) const {
    return neucasl("quantize " + (folder_ / "lenet5.pb").string() + " --images " +
                   (folder_ / "images").string() + " --labels " + (folder_ / "labels").string() +
                   " --quiet --format json " +
                   (options.find("--calibration") == std::string::npos ? "--calibration 60 " : "") +
                   options);
  }
  static double number(const Result& result, const std::string& key) {
    std::smatch match;
    if (!std::regex_search(result.out, match, std::regex('"' + key + "\": (-?[0-9][^,}]*)"))) {
      ADD_FAILURE() << key << " is missing in " << result.out << result.err;
      return std::nan("");
    }
    return std::stod(match[1]);
  }

  ScratchFolder folder_;
};

TEST_F(Quantize, KeepsTheBudgetOfArraysAndWritesTheMap) {
  const std::string map = (folder_ / "map.pmap.json").string();
  const Result result = quantize("--method measured --budget 'arrays<=22' --out " + map);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_LE(number(result, "arrays"), 22.0);
  EXPECT_EQ(number(result, "cost"), number(result, "arrays"));
  EXPECT_NEAR(number(result, "compression_vs_fp16") * number(result, "average_bits"), 16.0, 1e-9);
  EXPECT_EQ(number(result, "rank_correlation"), 1.0);
  EXPECT_GE(number(result, "regret"), -1e-9);
  EXPECT_NE(result.out.find("\"regret_reference\": \"exhaustive\""), std::string::npos);
  for (const char* key : {"metric_before", "metric_after", "metric_after_weights_only"}) {
    EXPECT_GE(number(result, key), 0.0);
    EXPECT_LE(number(result, key), 1.0);
  }
  const precision::PrecisionMap read = io::decode_precision_map(test::read(map), map);
  EXPECT_EQ(read.method, "measured");
  EXPECT_EQ(read.variant, "loss");
  EXPECT_FALSE(read.calibration.empty());
  EXPECT_NO_THROW(read.check(network::lenet5()));
  ASSERT_TRUE(read.layers.front().analog);
  EXPECT_EQ(neucasl("estimate --architecture hfox_differential --network lenet5 --precision " +
                    map + " --quiet")
                .code,
            0);
}

TEST_F(Quantize, UniformMapsTakeTheKnownNumbersOfArrays) {
  const std::pair<int, double> known[] = {{2, 14}, {3, 14}, {4, 23}, {5, 23},
                                          {6, 32}, {8, 42}, {16, 78}};
  for (const auto& [bits, arrays] : known) {
    const Result result =
        quantize("--method uniform --no-audit --budget 'bits<=1e9' --menu " + std::to_string(bits));
    EXPECT_EQ(number(result, "arrays"), arrays) << bits;
    EXPECT_EQ(number(result, "average_bits"), bits);
  }
}

/// Sum of a number of the rows of by_layer whose layer is not `but`.
double sum_by_layer(const Result& estimate, const std::string& key, const std::string& but) {
  double sum = 0.0;
  const std::size_t table = estimate.out.find("\"by_layer\"");
  const std::string rows = estimate.out.substr(table, estimate.out.find(']', table) - table);
  const std::regex row("\\{\"layer\": \"([^\"]*)\"[^}]*\"" + key + "\": ([^,}]*)");
  for (std::sregex_iterator one(rows.begin(), rows.end(), row), end; one != end; ++one) {
    if ((*one)[1] != but) sum += std::stod((*one)[2]);
  }
  return sum;
}

TEST_F(Quantize, FewerBitsTakeFewerArraysLessEnergyAndLessArea) {
  const std::pair<const char*, const char*> maps[] = {
      {"uniform8", "--method uniform --menu 8 --budget 'bits<=1e9'"},
      {"uniform4", "--method uniform --menu 4 --budget 'bits<=1e9'"},
      {"mixed", "--method tdmpq --budget 'arrays<=18'"}};
  double arrays = 1e9;
  double energy = 1e9;
  double area = 1e9;
  for (const auto& [name, options] : maps) {
    const std::string map = (folder_ / name).string() + ".pmap.json";
    const Result found = quantize(std::string(options) + " --no-audit --out " + map);
    ASSERT_EQ(found.code, 0) << found.err;
    const Result estimate = neucasl(
        "estimate --architecture hfox_differential --network lenet5 --quiet --format json "
        "--precision " +
        map);
    ASSERT_EQ(estimate.code, 0) << estimate.err;
    EXPECT_EQ(number(estimate, "arrays_used"), number(found, "arrays")) << name;
    EXPECT_LT(number(estimate, "arrays_used"), arrays) << name;
    EXPECT_LT(number(estimate, "energy_J"), energy) << name;
    const double used = sum_by_layer(estimate, "area_m2", "(arrays not used)");
    EXPECT_LT(used, area) << name;
    EXPECT_GT(used, 0.0) << name;
    arrays = number(estimate, "arrays_used");
    energy = number(estimate, "energy_J");
    area = used;
  }
}

TEST_F(Quantize, TakesOnnxFilesWhoseNodesHaveNoNames) {
  test::OnnxModel model;
  model.name = "perceptron";
  model.inputs = {test::onnx_value("x", {"1", "1", "28", "28"})};
  base::RandomStream random(2, "test/perceptron");
  const auto weights = [&](std::size_t count) {
    std::vector<float> values(count);
    for (float& w : values) w = static_cast<float>(0.05 * random.normal());
    return values;
  };
  model.initialisers = {test::onnx_tensor("a", {784, 16}, weights(784 * 16)),
                        test::onnx_tensor("b", {16, 10}, weights(160))};
  model.nodes = {test::onnx_node("Flatten", "", {"x"}, {"flat"}, {}),
                 test::onnx_node("MatMul", "", {"flat", "a"}, {"h"}, {}),
                 test::onnx_node("Relu", "", {"h"}, {"r"}, {}),
                 test::onnx_node("MatMul", "", {"r", "b"}, {"y"}, {})};
  model.outputs = {test::onnx_value("y", {"1", "10"})};
  const std::string file = (folder_ / "perceptron.onnx").string();
  test::write(file, model.bytes());
  for (const char* method : {"cmpq --variant cka", "pmpq", "tdmpq"}) {
    const Result found =
        neucasl("quantize " + file + " --images " + (folder_ / "images").string() + " --labels " +
                (folder_ / "labels").string() +
                " --quiet --format json --calibration 40 --budget 'arrays<=20' --method " + method);
    ASSERT_EQ(found.code, 0) << method << found.err;
    EXPECT_NE(found.out.find("\"layer\": \"MatMul_1\""), std::string::npos) << found.out;
    EXPECT_NE(found.out.find("\"layer\": \"MatMul_3\""), std::string::npos) << found.out;
    EXPECT_LE(number(found, "arrays"), 20.0);
  }
}

TEST_F(Quantize, KeepsBudgetsOfTheEstimator) {
  for (const char* budget : {"energy<=57.44 uJ", "area<=6.2 mm^2", "converter_energy<=3.27 uJ"}) {
    const Result result =
        quantize(std::string("--method tdmpq --no-audit --budget '") + budget + '\'');
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_LE(number(result, "cost"), number(result, "budget_limit")) << budget;
  }
}

TEST_F(Quantize, ScoresOnChipsOfADevice) {
  const std::string common =
      "--method tdmpq --no-audit --budget 'arrays<=32' --device gst_pcm_array --noise-draws 3 ";
  const Result found = quantize(common);
  ASSERT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(number(found, "chips"), 3.0);
  EXPECT_NE(found.out.find("\"map_changed\": "), std::string::npos);
  EXPECT_NE(found.out.find("\"metric_by_device\": {\"mean\": "), std::string::npos);
  EXPECT_LE(number(found, "cost"), 32.0);
  const double weights_of_a_day = number(
      quantize(common + "--time 86400 --drift-compensation --cap-effective-bits"), "average_bits");
  EXPECT_GT(weights_of_a_day, 0.0);
  // No cell of this card resolves 9 bits: the menu ends before.
  const Result capped = quantize(common + "--cap-effective-bits");
  EXPECT_NE(found.out.find("\"menu\": [3, 5, 7, 9]"), std::string::npos) << found.out;
  EXPECT_EQ(capped.out.find("\"menu\": [3, 5, 7, 9]"), std::string::npos) << capped.out;
  EXPECT_NE(capped.out.find("\"menu\": [3, 5"), std::string::npos) << capped.out;
}

TEST_F(Quantize, RefusesWhatCannotBe) {
  const auto refused = [&](const std::string& options, const std::string& code) {
    const Result result = quantize(options);
    EXPECT_EQ(result.code, 2) << options;
    EXPECT_NE(result.err.find('[' + code + ']'), std::string::npos) << result.err;
    return result.err;
  };
  EXPECT_NE(refused("--method tdmpq --budget 'arrays<=13'", "precision.budget").find("14"),
            std::string::npos);
  EXPECT_NE(refused("--method tdmp --budget 'arrays<=22'", "plugin.method").find("tdmpq"),
            std::string::npos);
  refused("--method tdmpq --variant fisher --budget 'arrays<=22'", "precision.variant");
  refused("--method tdmpq --budget 'arrays=22'", "precision.budget");
  refused("--method tdmpq", "cli.usage");
  refused("--method tdmpq --budget 'arrays<=22' --wires", "cli.usage");
  refused("--method tdmpq --budget 'arrays<=22' --time 1", "cli.usage");
  refused("--method tdmpq --budget 'arrays<=22' --noise-draws 0", "precision.value");
  refused("--method tdmpq --budget 'arrays<=22' --noise-draws 2 --granularity channel",
          "cli.usage");
  refused("--method tdmpq --budget 'arrays<=22' --device vteam_kvatinsky2015", "device.number");
  refused("--method tdmpq --budget 'bits<=1e9' --device gst_pcm_array --architecture isaac_ce",
          "quantisation.device");
  refused("--method tdmpq --budget 'arrays<=22' --device hfox_neurram --time 10", "device.drift");
  refused("--method tdmpq --budget 'arrays<=22' --menu 9,3", "precision.menu");
  EXPECT_NE(refused("--method cmpq --budget 'arrays<=22' --calibration 49", "precision.samples")
                .find("at least 50"),
            std::string::npos);
}

#endif

}  // namespace
}  // namespace neucasl::test
