#include <cmath>

#include "bank_bench.hpp"
#include "circuits/channel_tuning.hpp"
#include "circuits/synapse_netlist.hpp"

namespace neucasl::photonic {
namespace {

using SynapseArray = CircuitBench;

TEST_F(SynapseArray, ThreeNeuronsInBothSimulators) {
  const std::string weights = file("synapses.csv", "0.5, -1\n0.25, 0.75\n-0.3, 0.1\n");
  const std::string inputs = file("inputs.csv", "0.5, 1\n");
  const auto design =
      build("synapse_array", {{"weights", weights}, {"inputs", inputs}, {"spacing", "2 nm"}});
  const std::vector<double> product{-0.75, 0.875, -0.05};
  EXPECT_LT(largest_difference(column(design, "neurons", "product"), product), 1e-15);
  EXPECT_LT(largest_difference(column(design, "neurons", "calibrated"), product), 1e-8);
  expect_good(design, 1e-4);
}

TEST_F(SynapseArray, NeuronIsDarkAtItsThreshold) {
  const std::string weights = file("dark.csv", "0.5, -1\n");
  const std::string inputs = file("lit.csv", "1, 1\n");
  const auto design =
      build("synapse_array",
            {{"weights", weights}, {"inputs", inputs}, {"spacing", "2 nm"}, {"threshold", "-0.5"}});
  EXPECT_LT(column(design, "neurons", "output")[0], 1e-9);
}

TEST_F(SynapseArray, EightByEight) {
  const auto design = build("synapse_array", {});
  EXPECT_EQ(figure(design, "synapses"), 64.0);
  EXPECT_LE(figure(design, "error_calibrated"), 1e-8);
  EXPECT_GT(figure(design, "error_alone"), 1e-4);
}

TEST_F(SynapseArray, RefusesWhatDoesNotFit) {
  const std::string inputs = file("three.csv", "0.5, 1, 0\n");
  EXPECT_EQ(refusal("synapse_array", {{"inputs", inputs}}).code, "photonic.matrix");
  const std::string weights = file("sum.csv", "1, 1, 1\n");
  const std::string ones = file("ones.csv", "1, 1, 1\n");
  const auto forward = refusal(
      "synapse_array",
      {{"weights", weights}, {"inputs", ones}, {"spacing", "2 nm"}, {"unit_voltage", "0.5 V"}});
  EXPECT_EQ(forward.code, "photonic.neuron");
  EXPECT_NE(forward.remedy.find("333.3 mV"), std::string::npos) << forward.remedy;
}

TEST(SplitterTree, LosesByDepth) {
  const auto shares = tree_shares(3, 0.0);
  for (const double share : shares) EXPECT_NEAR(share, 1.0 / 3.0, 1e-15);
  const auto lossy = tree_shares(3, 1.0);
  EXPECT_NEAR(lossy[0], std::pow(10.0, -0.2) / 3.0, 1e-12);
  EXPECT_NEAR(lossy[2], std::pow(10.0, -0.1) / 3.0, 1e-12);
}

}  // namespace
}  // namespace neucasl::photonic
