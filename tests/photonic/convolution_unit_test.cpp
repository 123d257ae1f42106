#include <algorithm>
#include <cmath>

#include "bank_bench.hpp"
#include "circuits/channel_tuning.hpp"
#include "neucasl/link/resolution.hpp"

namespace neucasl::photonic {
namespace {

using ConvolutionUnit = CircuitBench;

TEST_F(ConvolutionUnit, TwoByTwoKernelInBothSimulators) {
  const std::string kernel = file("kernel.csv", "0.5, -1\n0.25, 0\n");
  const std::string patch = file("patch.csv", "0, 1, 0.5\n0.25, 0.75, 0.125\n");
  const auto design = build("convolution_unit", {{"kernel", kernel},
                                                 {"patch", patch},
                                                 {"spacing", "2 nm"},
                                                 {"memory_bits", "0"},
                                                 {"input_bits", "0"}});
  const std::vector<double> exact{0.0 - 1.0 + 0.0625, 0.5 - 0.5 + 0.1875};
  EXPECT_LT(largest_difference(column(design, "products", "exact"), exact), 1e-15);
  EXPECT_LT(largest_difference(column(design, "products", "calibrated_and_quantised"), exact),
            1e-8);
  expect_good(design, 1e-4);
}

TEST_F(ConvolutionUnit, ThreeByThreeByDefault) {
  const auto design = build("convolution_unit", {});
  EXPECT_EQ(figure(design, "channels"), 9.0);
  EXPECT_EQ(figure(design, "results"), 4.0);
  EXPECT_LT(figure(design, "error_built"), 0.5);
  EXPECT_GT(figure(design, "error_alone"), figure(design, "error_built"));
  EXPECT_GT(figure(design, "energy_per_operation"), 0.0);
}

TEST_F(ConvolutionUnit, TakesAnyMemory) {
  const std::string kernel = file("one.csv", "0.5, -0.5\n");
  const std::string patch = file("two.csv", "0.5, 1\n");
  for (const char* memory : {"", "vteam_magic"}) {
    const auto design =
        build("convolution_unit",
              {{"kernel", kernel}, {"patch", patch}, {"memory", memory}, {"spacing", "2 nm"}});
    EXPECT_LT(figure(design, "error_built"), 1.0) << memory;
    expect_good(design, 1e-4);
  }
  const GivenTexts resistorless{{"kernel", kernel}, {"patch", patch}, {"memory", "asap7_n"}};
  EXPECT_EQ(refusal("convolution_unit", resistorless).code, "photonic.memory");
}

/// As in the example of LiteCON.
const GivenTexts imperfect = {{"bias_voltage", "1.5 V"},
                              {"full_scale", "0.65"},
                              {"programming_error", "0.005"},
                              {"resonance_error", "0.002 nm"},
                              {"activation_diode", "diode_1n4148"},
                              {"weight_vectors", "4"},
                              {"input_vectors", "4"}};

TEST_F(ConvolutionUnit, PhaseChangeMemoryInCircuitAndModel) {
  GivenTexts texts = imperfect;
  texts[5].second = "2";
  texts.insert(texts.end(),
               {{"memory", "gst_pcm_ibm"}, {"read_voltage", "100 mV"}, {"memory_age", "1000 s"}});
  const auto design = build("convolution_unit", texts, ngspice_.get());
  EXPECT_LE(figure(design, "model_deviation"), 1e-3);
}

TEST_F(ConvolutionUnit, EffectiveBitsFollowTheirCauses) {
  const auto bits = [&](const GivenTexts& more, const std::string& cause) {
    GivenTexts texts = {{"weight_vectors", "4"},
                        {"input_vectors", "1"},
                        {"bias_voltage", "1.5 V"},
                        {"full_scale", "0.65"},
                        {"pitch", "0 um"}};
    texts.insert(texts.end(), more.begin(), more.end());
    const auto design = build("convolution_unit", texts, native_.get());
    for (const results::Figure& figure : design.figures) {
      if (figure.label == "Effective bits, " + cause) return figure.value;
    }
    return 100.0;
  };
  EXPECT_EQ(bits({}, "errors of the resonances"), 100.0);
  // Twice the error is a bit less, four times the power a bit of shot noise more.
  EXPECT_NEAR(bits({{"resonance_error", "0.001 nm"}}, "errors of the resonances") -
                  bits({{"resonance_error", "0.002 nm"}}, "errors of the resonances"),
              1.0, 0.05);
  EXPECT_NEAR(bits({{"programming_error", "0.002"}}, "programming errors of the weight memory") -
                  bits({{"programming_error", "0.004"}}, "programming errors of the weight memory"),
              1.0, 0.1);
  // Roundings of four weight vectors, whose sums scatter.
  EXPECT_NEAR(bits({{"memory_bits", "12"}}, "levels of the weight memory") -
                  bits({{"memory_bits", "8"}}, "levels of the weight memory"),
              4.0, 1.5);
  EXPECT_NEAR(bits({{"power", "4 mW"}}, "shot noise") - bits({}, "shot noise"), 1.0, 1e-3);
  EXPECT_NEAR(bits({{"load_resistance", "4 kohm"}}, "thermal noise") - bits({}, "thermal noise"),
              1.0, 1e-6);
  EXPECT_NEAR(bits({}, "relative intensity noise") -
                  bits({{"relative_intensity_noise_db", "-130"}}, "relative intensity noise"),
              0.5 * std::log2(10.0), 1e-6);
  EXPECT_LT(bits({}, "all together"), bits({}, "shot noise"));
  // 4 k T B / R against nine products of 1.
  const double unit = 1.0 * 1e-3 * 0.7 * 0.65;  // A
  EXPECT_NEAR(
      bits({}, "thermal noise"),
      link::bits_of_signal_to_noise(81.0 * unit * unit / (4.0 * 1.380649e-23 * 300.0 * 5e9 / 1e3)),
      1e-6);
}

/// Independent errors e of nine weights, at inputs of mean square 1/3, are sqrt(3) e of a result.
TEST_F(ConvolutionUnit, EffectiveBitsOfAResultFollowFromErrorsOfItsWeights) {
  const auto design = build("convolution_unit",
                            {{"weight_vectors", "32"},
                             {"input_vectors", "1"},
                             {"bias_voltage", "1.5 V"},
                             {"full_scale", "0.65"},
                             {"pitch", "0 um"},
                             {"memory_bits", "0"},
                             {"input_bits", "0"},
                             {"resonance_error", "0.001 nm"}},
                            native_.get());
  const double error = figure(design, "weight_error");
  EXPECT_GT(error, 1e-3);
  const double expected = link::bits_of_signal_to_noise(81.0 / (3.0 * error * error));
  for (const results::Figure& one : design.figures) {
    if (one.label != "Effective bits, errors of the resonances") continue;
    EXPECT_NEAR(one.value, expected, 0.4);
    return;
  }
  FAIL() << "no bits of the resonances";
}

TEST_F(ConvolutionUnit, AComparisonNeedsASimulatorAndADiode) {
  EXPECT_EQ(refusal("convolution_unit", {{"weight_vectors", "1"}}).code, "photonic.comparison");
  EXPECT_EQ(refusal("convolution_unit", {{"activation_diode", "asap7_n"}}).code,
            "photonic.activation");
  EXPECT_EQ(refusal("convolution_unit", {{"activation_diode", "diode_1n4149"}}).code,
            "device.unknown");
}

TEST_F(ConvolutionUnit, CoarserMemoriesErrMore) {
  const auto coarse = build("convolution_unit", {{"memory_bits", "3"}});
  const auto fine = build("convolution_unit", {{"memory_bits", "10"}});
  EXPECT_GT(figure(coarse, "error_built"), 4.0 * figure(fine, "error_built"));
}

TEST_F(ConvolutionUnit, RefusesWhatDoesNotFit) {
  const std::string patch = file("dark.csv", "0.5, -0.1\n0, 1\n");
  const auto input = refusal("convolution_unit", {{"patch", patch}});
  EXPECT_EQ(input.code, "photonic.input");
  EXPECT_EQ(input.where.column, 6u);
  const std::string small = file("small.csv", "0.5, 0.1\n0, 1\n");
  EXPECT_EQ(refusal("convolution_unit", {{"patch", small}}).code, "photonic.kernel");
  const std::string kernel = file("strong.csv", "0.5, 1.5\n");
  EXPECT_EQ(refusal("convolution_unit", {{"kernel", kernel}}).code, "photonic.weight");
}

}  // namespace
}  // namespace neucasl::photonic
