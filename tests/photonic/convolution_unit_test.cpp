#include <cmath>

#include "bank_bench.hpp"
#include "circuits/channel_tuning.hpp"

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
