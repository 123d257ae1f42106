#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/mapping/planned_chip.hpp"
#include "tests/mapping/parts.hpp"

// Columns that are converted by themselves: offset encoding, and pairs that are subtracted as
// numbers.

namespace neucasl::mapping {
namespace {

/// Levels of 2^-20 S, one of them below level 0: sums of currents are exact.
constexpr CellLevels levels{0x1p-20, 0x1p-18, 0.0};

struct Arrays {
  network::Network network = test::network();
  Architecture architecture = test::architecture(16, 64);
  CellLevels cells = levels;
  std::vector<LayerPlan> plans;
  std::vector<LayerCalibration> calibration;

  Arrays(architecture::Encoding encoding, bool analog_subtraction, int dac_bits, int adc_bits,
         int weight_bits = 6, int bits_per_cell = 2, std::size_t samples = 3) {
    architecture.encoding = encoding;
    architecture.analog_subtraction = analog_subtraction;
    architecture.dac_bits = dac_bits;
    architecture.adc_bits = adc_bits;
    architecture.bits_per_cell = bits_per_cell;
    // A step of a code is 2^-8 V, a step of a level 2^-20 S.
    cells.read_voltage = std::ldexp((1 << dac_bits) - 1, -8);
    cells.conductance_max = std::ldexp(1 << bits_per_cell, -20);
    plans = plan_layers(network, precision::uniform(network, weight_bits, 8), architecture);
    calibration = calibrate(network, plans, architecture, test::images(network, samples), samples,
                            lowest_level(cells, bits_per_cell));
  }
  [[nodiscard]] ChipView chip() const {
    return planned_chip(plans, calibration, architecture, cells);
  }
  [[nodiscard]] TileMatrices matrices(const ChipView& view) const {
    const TileSource source = planned_conductances(plans, architecture, cells);
    TileMatrices result;
    for (std::size_t t = 0; t < view.arrays(); ++t) result.push_back(source(t));
    return result;
  }
  /// Of layer `fc`.
  [[nodiscard]] std::vector<float> products(const ChipView& view, const std::vector<float>& input,
                                            const AnalogOptions& options = {}) const {
    const LayerView& layer = view.layers[1];
    const std::size_t rows = input.size() / layer.depth;
    std::vector<float> y(rows * layer.outputs);
    analog_backend(network, view, matrices(view), options)
        ->multiply(2, input.data(), rows, 0, y.data());
    return y;
  }
};

const std::pair<architecture::Encoding, bool> single_columns[] = {
    {architecture::Encoding::offset, false}, {architecture::Encoding::differential, false}};

/// Inputs of layer `fc` at random codes.
std::vector<float> inputs(const LayerView& layer, std::size_t rows) {
  base::RandomStream random(4, "test/columns");
  std::vector<float> result(rows * layer.depth);
  for (float& x : result) {
    x = static_cast<float>(layer.input_scale * static_cast<double>(random.below(256)));
  }
  return result;
}

/// sum_i code_i q_i of row `row` and output `n`.
std::int64_t whole_product(const Arrays& arrays, const LayerView& layer,
                           const std::vector<float>& input, std::size_t row, std::size_t n) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < layer.depth; ++i) {
    sum += std::llround(input[row * layer.depth + i] / layer.input_scale) *
           arrays.plans[1].weight.value[i * layer.outputs + n];
  }
  return sum;
}

/// Converters whose step is a step of a level times one of a code, as in ISAAC, and scales of 1: no
/// bit is lost.
TEST(SingleColumns, WithAStepOfALevelComputeWholeNumbers) {
  for (const auto& [encoding, analog] : single_columns) {
    for (const int dac_bits : {1, 4, 8}) {
      for (const auto& [weight_bits, bits_per_cell] : {std::pair{6, 2}, {5, 2}, {4, 4}, {3, 1}}) {
        const Arrays arrays(encoding, analog, dac_bits, 16, weight_bits, bits_per_cell);
        ChipView view = arrays.chip();
        LayerView& layer = view.layers[1];
        layer.weight_scale = layer.input_scale = 1.0;
        for (double& full : layer.full_scale) {
          full = ((1 << 16) - 1) * layer.code_voltage() * layer.level_step();
        }
        const std::vector<float> input = inputs(layer, 50);
        const std::vector<float> y = arrays.products(view, input);
        for (std::size_t k = 0; k < y.size(); ++k) {
          const std::int64_t exact =
              whole_product(arrays, layer, input, k / layer.outputs, k % layer.outputs);
          ASSERT_EQ(y[k], static_cast<float>(exact))
              << dac_bits << ' ' << weight_bits << ' ' << bits_per_cell << ' ' << k;
        }
      }
    }
  }
}

/// Reads per row block and input cycle times what one is off by, in output units.
double error_bound(const LayerView& layer, double steps) {
  double bound = 0.0;
  const auto top =
      layer.analog_subtraction ? (1 << (layer.adc_bits - 1)) - 1 : (1 << layer.adc_bits) - 1;
  const double blocks = std::ceil(static_cast<double>(layer.depth) / 16.0);
  for (int k = 0; k < layer.slices; ++k) {
    const double step = layer.full_scale[static_cast<std::size_t>(k)] / top;
    for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
      bound +=
          blocks * steps * step * std::ldexp(1.0, k * layer.bits_per_cell + cycle * layer.dac_bits);
    }
  }
  return bound * layer.weight_scale * layer.input_scale /
         (layer.code_voltage() * layer.level_step());
}

TEST(SingleColumns, AgreeWithSubtractedPairsToTheStepsOfTheConverters) {
  for (const int dac_bits : {4, 8}) {
    const Arrays pairs(architecture::Encoding::differential, true, dac_bits, 8);
    const auto unclipped = [](ChipView view) {
      for (LayerView& layer : view.layers) {
        // All rows at the largest code and level, with the level below level 0.
        const double most = 16.0 * ((1 << layer.dac_bits) - 1) * (1 << layer.bits_per_cell);
        for (double& full : layer.full_scale)
          full = most * layer.code_voltage() * layer.level_step();
      }
      return view;
    };
    const ChipView reference = unclipped(pairs.chip());
    const std::vector<float> input = inputs(reference.layers[1], 200);
    const std::vector<float> expected = pairs.products(reference, input);
    for (const auto& [encoding, analog] : single_columns) {
      const Arrays arrays(encoding, analog, dac_bits, 8);
      const ChipView view = unclipped(arrays.chip());
      const std::vector<float> y = arrays.products(view, input);
      // Half a step in the conversion, and half a step in what is subtracted or in the second one.
      const double bound = error_bound(view.layers[1], 1.0) + error_bound(reference.layers[1], 0.5);
      double largest = 0.0;
      for (std::size_t k = 0; k < y.size(); ++k) {
        largest = std::max(largest, std::abs(static_cast<double>(y[k]) - expected[k]));
      }
      EXPECT_LT(largest, bound);
      EXPECT_GT(largest, 0.01 * bound);
      // Without converters nothing is lost.
      AnalogOptions exact;
      exact.adc = false;
      const std::vector<float> a = arrays.products(view, input, exact);
      const std::vector<float> b = pairs.products(reference, input, exact);
      for (std::size_t k = 0; k < a.size(); ++k) ASSERT_NEAR(a[k], b[k], 2e-4);
    }
  }
}

/// Root mean square error of the scores of a network, as a share of theirs.
double error_of(const Arrays& arrays, const std::vector<float>& images, std::size_t count) {
  const ChipView view = arrays.chip();
  const auto backend = analog_backend(arrays.network, view, arrays.matrices(view));
  const auto scores = network::run(arrays.network, images, count, {}, backend.get());
  const auto exact = network::run(arrays.network, images, count, {});
  double error = 0.0;
  double size = 0.0;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    error += std::pow(scores[k] - exact[k], 2);
    size += std::pow(exact[k], 2);
  }
  return std::sqrt(error / size);
}

/// Calibrated ranges: beyond the error of the quantised weights and inputs, that of the converters
/// falls by half with each bit.
TEST(SingleColumns, RunANetwork) {
  for (const auto& [encoding, analog] : single_columns) {
    const Arrays arrays(encoding, analog, 8, 10, 8, 2, 40);
    const ChipView view = arrays.chip();
    const std::vector<float> images = test::images(arrays.network, 40);
    const double fine = error_of(arrays, images, 40);
    const double coarse = error_of(Arrays(encoding, analog, 8, 8, 8, 2, 40), images, 40);
    const double least = error_of(Arrays(encoding, analog, 8, 16, 8, 2, 40), images, 40);
    EXPECT_LT(least, 0.01);
    EXPECT_NEAR(
        (std::pow(coarse, 2) - std::pow(least, 2)) / (std::pow(fine, 2) - std::pow(least, 2)), 16.0,
        4.0);
    // Straight from the weights the same bits, with noise too.
    AnalogOptions noise;
    noise.read_noise = [](double g) { return 0.03 * g; };
    noise.converter_noise = 0.4;
    for (const AnalogOptions& options : {AnalogOptions{}, noise}) {
      const auto planned = planned_analog_backend(arrays.network, arrays.plans, arrays.calibration,
                                                  arrays.architecture, arrays.cells, options);
      const auto kept = analog_backend(arrays.network, view, arrays.matrices(view), options);
      network::RunOptions threads;
      threads.threads = 2;
      EXPECT_EQ(network::run(arrays.network, images, 40, threads, planned.get()),
                network::run(arrays.network, images, 40, {}, kept.get()));
    }
  }
}

/// A converter reads nothing below 0 and nothing above its range.
TEST(SingleColumns, ClipAtBothEnds) {
  const Arrays arrays(architecture::Encoding::offset, false, 8, 8, 2, 2);
  ChipView view = arrays.chip();
  LayerView& layer = view.layers[1];
  // A level and a code are 2^8 steps: any input clips.
  layer.full_scale[0] = layer.code_voltage() * layer.level_step() * 255.0 / 256.0;
  std::vector<float> input(layer.depth, 0.0F);
  const double factor = layer.weight_scale * layer.input_scale / 256.0;
  input[3] = static_cast<float>(layer.input_scale * 200.0);
  // One block reads 255, less 200 codes times level 0 and the offset 2: 200 x 256 x 3 steps.
  for (const float y : arrays.products(view, input)) {
    EXPECT_NEAR(y, factor * (255.0 - 200.0 * 256.0 * 3.0), 1e-4 * std::abs(y));
  }
  // Noise around no current reads 0 half of the time, and on average 1 / sqrt(2 pi) of it.
  std::vector<float> zeros(4000 * layer.depth, 0.0F);
  AnalogOptions noise;
  noise.converter_noise = 20.0;
  const std::vector<float> y = arrays.products(view, zeros, noise);
  double mean = 0.0;
  const double blocks = std::ceil(static_cast<double>(layer.depth) / 16.0);
  for (const float one : y) {
    EXPECT_GE(one, 0.0F);
    mean += one / (factor * blocks * static_cast<double>(y.size()));
  }
  EXPECT_NEAR(mean, 20.0 / std::sqrt(2.0 * std::acos(-1.0)), 0.2);
}

TEST(SingleColumns, HaveTheNoiseOfTheirOwnCells) {
  constexpr std::size_t rows = 8000;
  for (const auto& [encoding, analog] : single_columns) {
    const Arrays arrays(encoding, analog, 8, 8);
    const ChipView view = arrays.chip();
    const LayerView& layer = view.layers[1];
    const std::vector<float> one = inputs(layer, 1);
    std::vector<float> input;
    for (std::size_t r = 0; r < rows; ++r) input.insert(input.end(), one.begin(), one.end());
    AnalogOptions options;
    options.adc = false;
    const std::vector<float> quiet = arrays.products(view, one, options);
    options.read_noise = [](double g) { return 0.03 * g; };
    options.converter_noise = 0.7;
    const std::vector<float> noisy = arrays.products(view, input, options);
    const TileMatrices g = arrays.matrices(view);
    for (std::size_t n = 0; n < layer.outputs; ++n) {
      double expected = 0.0;
      for (std::size_t t = 0; t < layer.tiles.size(); ++t) {
        const TileView& tile = layer.tiles[t];
        if (n < tile.output_first || n >= tile.output_first + tile.outputs) continue;
        const std::vector<double>& values = g[view.layers[0].tiles.size() + t];
        for (std::size_t l = 0; l < layer.columns_of_output(); ++l) {
          const std::size_t k = layer.offset ? l : l / 2;
          const double step = layer.full_scale[k] / 255.0;
          double variance = std::pow(0.7 * step, 2);
          for (std::size_t i = 0; i < tile.rows; ++i) {
            const double v =
                layer.code_voltage() * std::nearbyint(one[tile.row_first + i] / layer.input_scale);
            const std::size_t column = (n - tile.output_first) * layer.columns_of_output() + l;
            variance += std::pow(0.03 * v * values[i * tile.columns + column], 2);
          }
          const double factor = layer.weight_scale * layer.input_scale *
                                std::ldexp(1.0, static_cast<int>(k) * layer.bits_per_cell) /
                                (layer.code_voltage() * layer.level_step());
          expected += variance * factor * factor;
        }
      }
      double squares = 0.0;
      for (std::size_t r = 0; r < rows; ++r) {
        squares += std::pow(noisy[r * layer.outputs + n] - quiet[n], 2) / rows;
      }
      EXPECT_NEAR(squares / expected, 1.0, 5.0 * std::sqrt(2.0 / rows)) << n;
    }
  }
}

/// Nonlinear cells bend the currents, not the sum of the digits that is subtracted.
TEST(SingleColumns, SubtractTheDigitsThemselves) {
  const Arrays arrays(architecture::Encoding::offset, false, 8, 8);
  const ChipView view = arrays.chip();
  const LayerView& layer = view.layers[1];
  std::vector<float> input(layer.depth, 0.0F);
  constexpr double code = 128.0;
  input[4] = static_cast<float>(layer.input_scale * code);
  AnalogOptions options;
  options.adc = false;
  options.input_nonlinearity = 2.0;
  const std::vector<float> y = arrays.products(view, input, options);
  const double bent = 255.0 * std::sinh(2.0 * code / 255.0) / std::sinh(2.0);
  for (std::size_t n = 0; n < layer.outputs; ++n) {
    const int q = arrays.plans[1].weight.value[4 * layer.outputs + n];
    // Level 0 of each of the three slices is a step, and the offset is 2^5.
    const double constant = 32.0 + 1.0 + 4.0 + 16.0;
    const double expected = bent * (q + constant) - code * constant;
    EXPECT_NEAR(y[n] / (layer.weight_scale * layer.input_scale), expected, 2e-2);
  }
}

}  // namespace
}  // namespace neucasl::mapping
