#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/random.hpp"
#include "neucasl/plugin/weight_storage.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::mapping {
namespace {

using plugin::AnalogCells;
using plugin::AnalogDraw;

std::vector<float> normal_weights(std::size_t count) {
  base::RandomStream random(3, "test/analog_weights");
  std::vector<float> weights(count);
  for (float& w : weights) w = static_cast<float>(0.1 * random.normal());
  return weights;
}

AnalogCells phase_change_cells(int bits_per_cell) {
  device::UseList uses;
  return plugin::read_analog_cells(device::load_card(std::string(NEUCASL_SOURCE_FOLDER) +
                                                     "/devices/memristor/gst_pcm_array.xml"),
                                   bits_per_cell, uses);
}

double effective_bits_of(const std::vector<float>& weights, int bits, const AnalogCells& cells,
                         const AnalogDraw& draw, std::size_t draws) {
  const std::string layer = "a";
  plugin::AnalogStorage::Options options;
  options.first = draw;
  options.draws = draws;
  return plugin::effective_bits({layer, weights, {1, 1, weights.size()}}, bits,
                                plugin::AnalogStorage(cells, options));
}

/// Cells without errors.
AnalogCells exact_cells(int bits_per_cell) {
  AnalogCells cells = phase_change_cells(bits_per_cell);
  cells.device.sigma.coefficients = {0.0};
  cells.device.read_noise.reset();
  cells.device.stuck_on = 0.0;
  cells.device.stuck_off = 0.0;
  return cells;
}

TEST(AnalogWeights, WithoutErrorsAreTheQuantisedOnes) {
  const std::vector<float> weights = normal_weights(5000);
  for (const int bits_per_cell : {1, 2, 3}) {
    for (const int bits : {2, 4, 8}) {
      const auto quantised = precision::quantise_symmetric(weights, bits);
      const std::vector<float> made =
          plugin::analog_weights(quantised, bits, "fc", exact_cells(bits_per_cell), {});
      ASSERT_EQ(made.size(), weights.size());
      for (std::size_t k = 0; k < made.size(); ++k) {
        ASSERT_NEAR(static_cast<double>(made[k]), quantised.scale * quantised.value[k],
                    1e-6 * quantised.scale * 128);
      }
    }
  }
  EXPECT_GT(effective_bits_of(weights, 8, exact_cells(2), {}, 1), 25.0);
}

/// One digit a weight and a constant sigma: w' - w is scale (s+ z+ - s- z-) / step.
TEST(AnalogWeights, SpreadIsThatOfTheCells) {
  AnalogCells cells = exact_cells(3);
  const double spread = 0.05 * (cells.levels.conductance_max - cells.levels.conductance_min);
  cells.device.sigma.coefficients = {spread / cells.device.sigma.unit.value};
  const std::vector<float> weights = normal_weights(20000);
  const auto quantised = precision::quantise_symmetric(weights, 4);
  AnalogDraw draw;
  double sum = 0.0;
  const std::vector<float> made = plugin::analog_weights(quantised, 4, "a", cells, draw);
  for (std::size_t k = 0; k < made.size(); ++k) {
    sum += std::pow(static_cast<double>(made[k]) - quantised.scale * quantised.value[k], 2);
  }
  // Level 0 lies at the conductance_min of the card; where that is within reach of 0 the spread is
  // cut off there.
  const double both = quantised.scale * 7.0 * 0.05 * std::sqrt(2.0);
  const double sigma = std::sqrt(sum / 20000.0);
  EXPECT_LT(sigma, both * 1.03);
  EXPECT_GT(sigma, both * std::sqrt(0.5) * 0.97);
  // The quantiser of L = 1 + 2 w_max / (sqrt(12) sigma) levels errs as much.
  const double bits = effective_bits_of(weights, 4, cells, draw, 1);
  EXPECT_NEAR(bits, std::log2(1.0 + 14.0 * quantised.scale / (std::sqrt(12.0) * sigma)), 1e-9);
}

TEST(AnalogWeights, DependOnSampleAndLayerOnly) {
  const auto quantised = precision::quantise_symmetric(normal_weights(9000), 5);
  const AnalogCells cells = phase_change_cells(2);
  AnalogDraw draw;
  const auto first = plugin::analog_weights(quantised, 5, "a", cells, draw);
  EXPECT_EQ(plugin::analog_weights(quantised, 5, "a", cells, draw), first);
  EXPECT_NE(plugin::analog_weights(quantised, 5, "b", cells, draw), first);
  draw.chip.sample = 1;
  EXPECT_NE(plugin::analog_weights(quantised, 5, "a", cells, draw), first);
  draw.chip.sample = 0;
  draw.read_noise = false;
  EXPECT_NE(plugin::analog_weights(quantised, 5, "a", cells, draw), first);
}

double slope(const precision::QuantisedTensor& wanted, const std::vector<float>& made) {
  double product = 0.0;
  double square = 0.0;
  for (std::size_t k = 0; k < made.size(); ++k) {
    const double w = wanted.scale * wanted.value[k];
    product += w * static_cast<double>(made[k]);
    square += w * w;
  }
  return product / square;
}

TEST(AnalogWeights, DriftShrinksThemUntilItIsCompensated) {
  const auto quantised = precision::quantise_symmetric(normal_weights(9000), 5);
  AnalogCells cells = exact_cells(2);
  cells.device.drift->mean = {0.0, 0.05, 0.05, 0.05};
  cells.device.drift->sigma = {0.0, 0.0, 0.0, 0.0};
  AnalogDraw draw;
  draw.chip.time = 20.0 * 1e4;
  EXPECT_NEAR(slope(quantised, plugin::analog_weights(quantised, 5, "a", cells, draw)),
              std::pow(1e4, -0.05), 1e-6);
  draw.drift_compensation = true;
  EXPECT_NEAR(slope(quantised, plugin::analog_weights(quantised, 5, "a", cells, draw)), 1.0, 1e-6);
}

TEST(AnalogWeights, MoreErrorsLeaveFewerBits) {
  const std::vector<float> weights = normal_weights(4000);
  AnalogCells cells = phase_change_cells(2);
  AnalogDraw draw;
  const double fresh = effective_bits_of(weights, 9, cells, draw, 3);
  EXPECT_GT(fresh, 2.0);
  EXPECT_LT(fresh, 9.0);
  draw.chip.time = 1e6;
  EXPECT_LT(effective_bits_of(weights, 9, cells, draw, 3), fresh);
  cells.device.sigma.coefficients.front() *= 4.0;
  draw.chip.time = 0.0;
  EXPECT_LT(effective_bits_of(weights, 9, cells, draw, 3), fresh);
}

TEST(AnalogWeights, FaultsAreNamed) {
  const auto quantised = precision::quantise_symmetric(normal_weights(10), 5);
  AnalogCells cells = exact_cells(2);
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(plugin::analog_weights(quantised, 1, "a", cells, {}));
            }).code,
            "precision.bits");
  AnalogDraw late;
  late.chip.time = -1.0;
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(plugin::analog_weights(quantised, 5, "a", cells, late));
            }).code,
            "device.drift");
  for (const std::size_t draws : {std::size_t{0}, std::size_t{1}}) {
    EXPECT_EQ(test::failure([&] {
                static_cast<void>(effective_bits_of(std::vector<float>(4, draws == 0 ? 1.0F : 0.0F),
                                                    5, cells, {}, draws));
              }).code,
              "precision.value");
  }
}

}  // namespace
}  // namespace neucasl::mapping
