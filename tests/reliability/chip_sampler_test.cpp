#include "neucasl/plugin/chip_sampler.hpp"

#include <gtest/gtest.h>

#include "array/line_solver.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::plugin {
namespace {

class ChipSamplerTest : public testing::Test {
 protected:
  ChipSamplerTest()
      : network_(mapping::test::network()),
        chip_(mapping::test::build_chip(network_, precision::uniform(network_, 8, 8),
                                        mapping::test::architecture(32, 64))),
        images_(mapping::test::images(network_, 200)),
        labels_(200) {
    for (std::size_t i = 0; i < labels_.size(); ++i) labels_[i] = static_cast<unsigned char>(i % 7);
    model_.sigma.coefficients = {0.2};
    model_.sigma.unit = {1e-6, base::dimension::conductance};
    model_.sigma.scale = {1e-6, base::dimension::conductance};
    model_.stuck_on = model_.stuck_off = 0.02;
    model_.conductance_min = 0x1p-20;
    model_.conductance_max = 4 * 0x1p-20;
  }

  ChipSampler sampler(const ChipSamplerOptions& options = {}) const {
    return {{chip_, network_, model_, images_, labels_, solver_}, options};
  }

  /// Chip number `sample` by the parts that are there for one chip.
  std::vector<float> scores(std::uint64_t sample, bool whole_weights) const {
    const mapping::ChipView view = mapping::read_chip(chip_);
    const mapping::TileMatrices matrices = effective_matrices(
        view, program_chip(chip_, view, model_, 1, sample), solver_, 1e-6, 1, {});
    mapping::AnalogOptions options;
    options.whole_weights = whole_weights;
    return network::run(network_, images_, labels_.size(), {},
                        mapping::analog_backend(network_, view, matrices, options).get());
  }

  array_plugin::LineSolver solver_;
  network::Network network_;
  ir::Design chip_;
  std::vector<float> images_;
  std::vector<unsigned char> labels_;
  ProgrammingModel model_;
};

TEST_F(ChipSamplerTest, ExactChipsAreThoseOfOneByOne) {
  ChipSamplerOptions options;
  options.exact = true;
  options.tolerance = 1e-6;
  const ChipSampler exact = sampler(options);
  for (std::uint64_t sample = 0; sample < 5; ++sample) {
    EXPECT_EQ(exact.accuracy(sample), network::accuracy(scores(sample, true), labels_));
  }
  EXPECT_EQ(exact.float_accuracy(),
            network::accuracy(network::run(network_, images_, labels_.size(), {}), labels_));
}

TEST_F(ChipSamplerTest, PerturbedChipsAreNearExactOnes) {
  const ChipSampler fast = sampler();
  const ChipComparison one = fast.compare(3);
  EXPECT_LT(one.matrix_error, 1e-4);
  EXPECT_EQ(one.accuracy, fast.accuracy(3));
  EXPECT_EQ(one.exact_accuracy, network::accuracy(scores(3, false), labels_));
  EXPECT_NEAR(one.accuracy, one.exact_accuracy, 0.02);
}

TEST_F(ChipSamplerTest, WholeWeightsMoveFewReads) {
  const std::vector<float> floats = scores(0, false);
  const std::vector<float> whole = scores(0, true);
  std::size_t moved = 0;
  for (std::size_t i = 0; i < floats.size(); ++i) {
    EXPECT_NEAR(whole[i], floats[i], 0.05F * std::abs(floats[i]) + 0.2F);
    if (std::abs(whole[i] - floats[i]) > 1e-4F * std::abs(floats[i])) ++moved;
  }
  EXPECT_LT(moved, floats.size() / 10);
}

TEST_F(ChipSamplerTest, WithoutMeasuresTheRepairedChipIsTheChip) {
  const ChipSampler fast = sampler();
  // One verification that accepts everything takes the other path.
  Mitigation nothing;
  nothing.verify = {2, 1.0};
  Mitigation compensated = nothing;
  compensated.repair.compensate = true;
  double changed = 0.0;
  for (std::uint64_t sample = 0; sample < 5; ++sample) {
    EXPECT_EQ(fast.accuracy(sample, nothing), fast.accuracy(sample));
    changed += std::abs(fast.accuracy(sample, compensated) - fast.accuracy(sample));
  }
  EXPECT_GT(changed, 0.0);
  const MitigationCost cost = fast.cost(0, nothing);
  EXPECT_EQ(cost.pulses, cost.cells);
  EXPECT_EQ(cost.spare_cells, 0.0);
  EXPECT_NEAR(cost.stuck_cells / cost.cells, 0.04, 0.02);
}

TEST_F(ChipSamplerTest, MovedLinesKeepTheirWeights) {
  // Sound cells without errors: whatever moves, the chip computes the same.
  model_.sigma.coefficients = {0.0};
  model_.stuck_on = model_.stuck_off = 0.0;
  const double plain = sampler().accuracy(0);
  model_.stuck_on = 0.02;
  const ChipSampler stuck = sampler();
  Mitigation spare;
  spare.repair.spare_rows = 40;  // more than there are rows: all weights find sound cells
  spare.repair.spare_pairs = 40;
  spare.repair.remap_rows = spare.repair.remap_pairs = spare.repair.swap = true;
  spare.repair.compensate = true;
  for (std::uint64_t sample = 0; sample < 3; ++sample) {
    EXPECT_NEAR(stuck.accuracy(sample, spare), plain, 0.03);
    EXPECT_LE(stuck.compare(sample, spare).matrix_error, 1e-3);
  }
}

}  // namespace
}  // namespace neucasl::plugin
