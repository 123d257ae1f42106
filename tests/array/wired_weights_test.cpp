// Weights read through the wires of the arrays that hold them.
#include <gtest/gtest.h>

#include <cmath>

#include "line_solver.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/plugin/weight_storage.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::AnalogCells;
using plugin::ArrayWires;

constexpr int bits = 4;  // sign and two digits of two bits, the upper one of one

AnalogCells exact_cells() {
  device::UseList uses;
  AnalogCells cells =
      plugin::read_analog_cells(device::load_card(std::string(NEUCASL_SOURCE_FOLDER) +
                                                  "/devices/memristor/gst_pcm_array.xml"),
                                2, uses);
  cells.device.sigma.coefficients = {0.0};
  cells.device.read_noise.reset();
  cells.device.stuck_on = cells.device.stuck_off = 0.0;
  return cells;
}

class WiredWeights : public ::testing::Test {
 protected:
  WiredWeights() {
    base::RandomStream random(7, "test/wired weights");
    std::vector<float> weights(layout_.size());
    for (float& w : weights) w = static_cast<float>(random.normal());
    codes_ = precision::quantise_symmetric(weights, bits);
    wires_.solver = &solver_;
    wires_.rows = 8;
    wires_.columns = 14;  // three outputs of 4 columns
  }
  [[nodiscard]] std::vector<float> read(const precision::WeightLayout& layout,
                                        const ArrayWires& wires) const {
    return plugin::analog_weights(codes_, bits, "fc", exact_cells(), {}, layout, wires);
  }

  LineSolver solver_;
  precision::WeightLayout layout_{1, 5, 11, false};
  precision::QuantisedTensor codes_;
  ArrayWires wires_;
};

TEST_F(WiredWeights, OfIdealWiresAreTheQuantisedOnes) {
  for (const bool depth_first : {false, true}) {
    layout_.depth_first = depth_first;
    const std::vector<float> made = read(layout_, wires_);
    ASSERT_EQ(made.size(), layout_.size());
    for (std::size_t k = 0; k < made.size(); ++k) {
      EXPECT_NEAR(static_cast<double>(made[k]), codes_.scale * codes_.value[k], 1e-6);
    }
  }
}

/// One output in one array: what the solver gives for the currents of its four columns.
TEST_F(WiredWeights, AreWhatTheCurrentsOfTheArrayStandFor) {
  layout_ = {1, 1, 8, false};
  codes_.value.resize(layout_.size());
  wires_.row_segment_resistance = 300.0;
  wires_.column_segment_resistance = 200.0;
  const AnalogCells cells = exact_cells();
  std::vector<double> conductance;
  for (const std::int16_t code : codes_.value) {
    for (int digit = 0; digit < 2; ++digit) {
      const int level = (std::abs(code) >> (2 * digit)) & 3;
      conductance.push_back(cells.levels.conductance(code > 0 ? level : 0, 2));
      conductance.push_back(cells.levels.conductance(code < 0 ? level : 0, 2));
    }
  }
  const plugin::ArrayProblem problem{8, 4, conductance, 300.0, 200.0};
  const double step = (cells.levels.conductance_max - cells.levels.conductance_min) / 3.0;
  const std::vector<float> made = read(layout_, wires_);
  double loss = 0.0;
  for (std::size_t row = 0; row < 8; ++row) {
    std::vector<double> input(8, 0.0);
    input[row] = 1.0;
    const auto current = solver_.solve(problem, input, 1, {}).column_current;
    const double wanted =
        codes_.scale * ((current[0] - current[1]) + 4.0 * (current[2] - current[3])) / step;
    EXPECT_NEAR(static_cast<double>(made[row]), wanted, 1e-6);
    loss += std::abs(codes_.scale * codes_.value[row]) - std::abs(wanted);
  }
  EXPECT_GT(loss, 0.01);
}

TEST_F(WiredWeights, DoNotDependOnThreadsAndLowerTheEffectiveBits) {
  const auto bits_with = [&](double resistance) {
    ArrayWires wires = wires_;
    wires.row_segment_resistance = wires.column_segment_resistance = resistance;
    plugin::AnalogStorage::Options options;
    options.draws = 1;
    options.wires = wires;
    const std::string layer = "fc";
    std::vector<float> weights;
    for (const std::int16_t code : codes_.value) {
      weights.push_back(static_cast<float>(codes_.scale * code));
    }
    return plugin::effective_bits({layer, weights, layout_}, bits,
                                  plugin::AnalogStorage(exact_cells(), options));
  };
  EXPECT_GT(bits_with(10.0), bits_with(100.0));
  EXPECT_GT(bits_with(100.0), bits_with(1000.0));
  wires_.row_segment_resistance = 100.0;
  const std::vector<float> one = read(layout_, wires_);
  wires_.threads = 3;
  EXPECT_EQ(read(layout_, wires_), one);
}

TEST_F(WiredWeights, ThatDoNotFitAreRefused) {
  const auto code_of = [&](const precision::WeightLayout& layout, const ArrayWires& wires) {
    try {
      static_cast<void>(read(layout, wires));
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string();
  };
  EXPECT_EQ(code_of({1, 5, 10, false}, wires_), "precision.size");
  wires_.columns = 3;
  EXPECT_EQ(code_of(layout_, wires_), "mapping.fit");
}

}  // namespace
}  // namespace neucasl::array_plugin
