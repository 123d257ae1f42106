#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "neucasl/base/random.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/network/network.hpp"
#include "program.hpp"

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
