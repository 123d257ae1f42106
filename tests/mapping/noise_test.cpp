#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/mapping/planned_chip.hpp"
#include "neucasl/plugin/analog_chip.hpp"
#include "tests/mapping/parts.hpp"

// Errors that the matrices do not hold: noise of each read, the converter's noise, the law of the
// cells; and chips whose matrices are made when they are needed.

namespace neucasl::mapping {
namespace {

struct Setting {
  network::Network network = test::network();
  Architecture architecture = test::architecture(16, 32);
  ir::Design design;
  ChipView chip;
  TileMatrices matrices;

  explicit Setting(int dac_bits = 8) {
    architecture.dac_bits = dac_bits;
    design = test::build_chip(network, precision::uniform(network, 6, 8), architecture);
    chip = read_chip(design);
    matrices = ideal_matrices(design, chip);
  }
  [[nodiscard]] std::unique_ptr<network::MatrixBackend> backend(
      const AnalogOptions& options = {}) const {
    return analog_backend(network, chip, matrices, options);
  }
};

network::RunOptions run_options(int threads, std::size_t memory = std::size_t{1} << 28) {
  network::RunOptions options;
  options.threads = threads;
  options.memory = memory;
  return options;
}

/// Rows that are all alike.
std::vector<float> equal_rows(const LayerView& layer, std::size_t rows) {
  base::RandomStream random(4, "test/row");
  std::vector<float> row(layer.depth);
  for (float& x : row) {
    x = static_cast<float>(layer.input_scale * static_cast<double>(random.below(256)));
  }
  std::vector<float> result;
  for (std::size_t r = 0; r < rows; ++r) result.insert(result.end(), row.begin(), row.end());
  return result;
}

/// Variance of an output by the formulas of the header, in output units.
double variance(const Setting& s, const LayerView& layer, std::size_t first_tile,
                const float* input, std::size_t output, double share, double converter_noise) {
  double sum = 0.0;
  for (std::size_t t = 0; t < layer.tiles.size(); ++t) {
    const TileView& tile = layer.tiles[t];
    if (output < tile.output_first || output >= tile.output_first + tile.outputs) continue;
    const std::vector<double>& g = s.matrices[first_tile + t];
    for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
      for (int k = 0; k < layer.slices; ++k) {
        const double step =
            layer.full_scale[static_cast<std::size_t>(k)] / ((1 << (layer.adc_bits - 1)) - 1);
        double current = std::pow(converter_noise * step, 2);
        for (std::size_t i = 0; i < tile.rows; ++i) {
          const int code =
              static_cast<int>(std::nearbyint(input[tile.row_first + i] / layer.input_scale));
          const int digit = (code >> (cycle * layer.dac_bits)) & ((1 << layer.dac_bits) - 1);
          const std::size_t at = i * tile.columns + ((output - tile.output_first) *
                                                         static_cast<std::size_t>(layer.slices) +
                                                     static_cast<std::size_t>(k)) *
                                                        2;
          const double v = digit * layer.code_voltage();
          current += v * v * share * share * (g[at] * g[at] + g[at + 1] * g[at + 1]);
        }
        const double factor = layer.weight_scale * layer.input_scale *
                              std::ldexp(1.0, k * layer.bits_per_cell + cycle * layer.dac_bits) /
                              (layer.code_voltage() * layer.level_step());
        sum += current * factor * factor;
      }
    }
  }
  return sum;
}

TEST(AnalogNoise, HasTheVarianceOfIndependentCells) {
  constexpr std::size_t rows = 8000;
  for (const int dac_bits : {8, 4}) {
    const Setting s(dac_bits);
    AnalogOptions options;
    options.adc = false;
    options.read_noise = [](double g) { return 0.03 * g; };
    options.converter_noise = 0.7;
    const auto noisy = s.backend(options);
    options.read_noise = {};
    options.converter_noise = 0.0;
    const auto quiet = s.backend(options);
    std::size_t first_tile = 0;
    for (const LayerView& layer : s.chip.layers) {
      const std::vector<float> input = equal_rows(layer, rows);
      std::vector<float> y(rows * layer.outputs);
      std::vector<float> exact(layer.outputs);
      const network::LayerId id = layer.name == "conv" ? 0 : 2;
      noisy->multiply(id, input.data(), rows, 0, y.data());
      quiet->multiply(id, input.data(), 1, 0, exact.data());
      for (std::size_t n = 0; n < layer.outputs; ++n) {
        double mean = 0.0;
        double squares = 0.0;
        for (std::size_t r = 0; r < rows; ++r) {
          const double error = static_cast<double>(y[r * layer.outputs + n]) - exact[n];
          mean += error / rows;
          squares += error * error / rows;
        }
        const double expected = variance(s, layer, first_tile, input.data(), n, 0.03, 0.7);
        EXPECT_NEAR(squares / expected, 1.0, 5.0 * std::sqrt(2.0 / rows)) << layer.name << n;
        EXPECT_NEAR(mean, 0.0, 5.0 * std::sqrt(expected / rows));
      }
      first_tile += layer.tiles.size();
    }
  }
}

/// One convolution whose matrix fits into one array and one slice.
Setting single_array(std::size_t channels) {
  Setting s;
  s.network = {"single", {6, 5, channels}, {}};
  network::reference::append(s.network, "conv", network::LayerKind::convolution, 5, 3, 1, 1);
  network::reference::randomise(s.network.layers[0].weight, 90 + channels, 0.5);
  network::reference::randomise(s.network.layers[0].bias, 91 + channels, 0.1);
  s.architecture = test::architecture(64, 32);
  s.design = test::build_chip(s.network, precision::uniform(s.network, 3, 8), s.architecture);
  s.chip = read_chip(s.design);
  s.matrices = ideal_matrices(s.design, s.chip);
  return s;
}

/// The input of row `k` of the matrix at an output position; zero outside the image.
float patch_value(const network::PatchGrid& grid, const std::vector<float>& image,
                  std::size_t position, std::size_t k) {
  const std::size_t y = position / grid.width + k / grid.input.channels / grid.kernel;
  const std::size_t x = position % grid.width + k / grid.input.channels % grid.kernel;
  if (y < 1 || x < 1 || y > grid.input.height || x > grid.input.width) return 0.0F;
  return image[((y - 1) * grid.input.width + x - 1) * grid.input.channels +
               k % grid.input.channels];
}

// Rows of an odd number of values leave one without a partner in the product of variances.
TEST(AnalogNoise, HasTheVarianceOfEachRead) {
  for (const std::size_t channels : {1U, 2U, 5U}) {
    const Setting s = single_array(channels);
    const LayerView& layer = s.chip.layers[0];
    ASSERT_EQ(layer.tiles.size(), 1U);
    ASSERT_EQ(layer.slices, 1);
    const network::PatchGrid grid{s.network.input, 6, 5, 3, 1, 1};
    const std::vector<float> image = test::images(s.network, 1);
    const auto result = [&](double converter_noise, double read_noise) {
      AnalogOptions options;
      options.adc = false;
      options.converter_noise = converter_noise;
      if (read_noise > 0.0) options.read_noise = [=](double g) { return read_noise * g; };
      std::vector<float> y(30 * layer.outputs);
      s.backend(options)->convolve(0, grid, image.data(), 1, 0, y.data());
      return y;
    };
    const std::vector<float> quiet = result(0.0, 0.0);
    // The same normal numbers with a known variance.
    const std::vector<float> known = result(50.0, 0.0);
    const std::vector<float> noisy = result(0.0, 0.5);
    const double step = layer.full_scale[0] / ((1 << (layer.adc_bits - 1)) - 1);
    for (std::size_t position = 0; position < 30; ++position) {
      for (std::size_t n = 0; n < layer.outputs; ++n) {
        double expected = 0.0;
        for (std::size_t k = 0; k < layer.depth; ++k) {
          const double v =
              layer.code_voltage() *
              std::nearbyint(patch_value(grid, image, position, k) / layer.input_scale);
          const double* pair = s.matrices[0].data() + k * layer.tiles[0].columns + 2 * n;
          expected += 0.25 * v * v * (pair[0] * pair[0] + pair[1] * pair[1]);
        }
        const std::size_t at = position * layer.outputs + n;
        const double ratio = static_cast<double>(noisy[at] - quiet[at]) / (known[at] - quiet[at]);
        EXPECT_NEAR(std::pow(ratio * 50.0 * step, 2) / expected, 1.0, 2e-3)
            << channels << " channels, position " << position << ", output " << n;
      }
    }
  }
}

TEST(AnalogNoise, DependsOnTheRowOnly) {
  const Setting s;
  AnalogOptions options;
  options.read_noise = [](double g) { return 0.05 * g; };
  const auto backend = s.backend(options);
  const std::vector<float> images = test::images(s.network, 150);
  const auto all = network::run(s.network, images, 150, {}, backend.get());
  EXPECT_EQ(network::run(s.network, images, 150, run_options(3), backend.get()), all);
  // Smaller batches.
  EXPECT_EQ(network::run(s.network, images, 150, run_options(1, 30000), backend.get()), all);
  options.sample = 1;
  EXPECT_NE(network::run(s.network, images, 150, {}, s.backend(options).get()), all);
  options.sample = 0;
  options.seed = 2;
  EXPECT_NE(network::run(s.network, images, 150, {}, s.backend(options).get()), all);
}

TEST(AnalogNoise, TheLawOfTheCellsBendsTheInputs) {
  const Setting s;
  const LayerView& layer = s.chip.layers[1];
  AnalogOptions options;
  options.adc = false;
  const auto linear = s.backend(options);
  options.input_nonlinearity = 2.0;
  const auto bent = s.backend(options);
  // One input at half of its range, then at its end.
  std::vector<float> input(2 * layer.depth, 0.0F);
  input[4] = static_cast<float>(layer.input_scale * 128.0);
  input[layer.depth + 4] = static_cast<float>(layer.input_scale * 255.0);
  std::vector<float> a(2 * layer.outputs);
  std::vector<float> b(a.size());
  linear->multiply(2, input.data(), 2, 0, a.data());
  bent->multiply(2, input.data(), 2, 0, b.data());
  const double ratio = 255.0 * std::sinh(2.0 * 128.0 / 255.0) / std::sinh(2.0) / 128.0;
  for (std::size_t n = 0; n < layer.outputs; ++n) {
    EXPECT_NEAR(b[n], ratio * a[n], 1e-5);
    EXPECT_NEAR(b[layer.outputs + n], a[layer.outputs + n], 1e-5);
  }
}

TEST(AnalogNoise, RefusesWhatIsNoNoise) {
  const Setting s;
  const auto code = [&](const AnalogOptions& options) {
    return test::failure([&] { static_cast<void>(s.backend(options)); }).code;
  };
  EXPECT_EQ(code({}), "");
  EXPECT_EQ(code({.converter_noise = -0.1}), "mapping.noise");
  EXPECT_EQ(code({.converter_noise = std::nan("")}), "mapping.noise");
  EXPECT_EQ(code({.input_nonlinearity = -1.0}), "mapping.noise");
  for (const double bad : {-1e-6, std::nan(""), HUGE_VAL}) {
    Setting broken;
    broken.matrices[1][3] = bad;
    const auto found = test::failure([&] { static_cast<void>(broken.backend()); });
    EXPECT_EQ(found.code, "mapping.analog");
    EXPECT_NE(found.message.find("row 0, column 3"), std::string::npos) << found.message;
  }
}

TEST(StreamedChip, GivesTheSameScores) {
  const Setting s;
  const auto precision = precision::uniform(s.network, 6, 8);
  const auto plans = plan_layers(s.network, precision, s.architecture);
  const std::vector<float> samples = test::images(s.network, 3);
  const auto calibration = calibrate(s.network, plans, s.architecture, samples, 3);
  const CellLevels levels{0x1p-20, 0x1p-18, 255.0 / 256.0};
  const ChipView planned = planned_chip(plans, calibration, s.architecture, levels);
  const TileSource source = planned_conductances(plans, s.architecture, levels);
  ASSERT_EQ(planned.arrays(), s.chip.arrays());
  for (std::size_t t = 0; t < s.matrices.size(); ++t) EXPECT_EQ(source(t), s.matrices[t]);
  for (std::size_t l = 0; l < planned.layers.size(); ++l) {
    EXPECT_EQ(planned.layers[l].full_scale, s.chip.layers[l].full_scale);
    EXPECT_EQ(planned.layers[l].input_scale, s.chip.layers[l].input_scale);
  }
  const std::vector<float> images = test::images(s.network, 20);
  const auto kept = network::run(s.network, images, 20, {}, s.backend().get());
  const auto streamed = streamed_analog_backend(s.network, planned, source);
  EXPECT_EQ(network::run(s.network, images, 20, run_options(2), streamed.get()), kept);
  // And straight from the weights, with and without noise.
  AnalogOptions noise;
  noise.read_noise = [](double g) { return 0.03 * g; };
  noise.converter_noise = 0.4;
  for (const AnalogOptions& options : {AnalogOptions{}, noise}) {
    const auto planned_backend =
        planned_analog_backend(s.network, plans, calibration, s.architecture, levels, options);
    EXPECT_EQ(network::run(s.network, images, 20, {}, planned_backend.get()),
              network::run(s.network, images, 20, {}, s.backend(options).get()));
  }
  const auto broken = streamed_analog_backend(s.network, planned, [&](std::size_t t) {
    std::vector<double> values = source(t);
    if (t == 2) values.pop_back();
    return values;
  });
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(network::run(s.network, images, 20, {}, broken.get()));
            }).code,
            "mapping.analog");
}

device::Card phase_change_card() {
  return device::load_card(std::string(NEUCASL_SOURCE_FOLDER) +
                           "/devices/memristor/gst_pcm_array.xml");
}

TEST(Drift, FollowsThePowerLawOfTheCard) {
  device::UseList uses;
  plugin::ProgrammingModel model = plugin::read_programming_model(phase_change_card(), uses);
  ASSERT_TRUE(model.drift);
  model.sigma.coefficients = {0.0};
  const std::vector<double> target(20000, 12.5e-6);
  EXPECT_EQ(plugin::program_tile(target, "t", model, {1, 0, 0.0}), target);
  EXPECT_EQ(plugin::program_tile(target, "t", model, {1, 0, 20.0}), target);
  const auto month = plugin::program_tile(target, "t", model, {1, 0, 2e6});
  double mean = 0.0;
  double squares = 0.0;
  for (const double g : month) {
    const double nu = -std::log(g / 12.5e-6) / std::log(1e5);
    mean += nu / 20000.0;
    squares += nu * nu / 20000.0;
  }
  // g = 1/2: the mean is at its lower bound, sigma = -0.0125 ln g - 0.0059 below its bound 0.008.
  EXPECT_NEAR(mean, 0.049, 5.0 * 0.008 / std::sqrt(20000.0));
  EXPECT_NEAR(std::sqrt(squares - mean * mean), 0.008, 0.0003);
  // At g = 1/50 sigma is half the mean, and some exponents would be negative without the magnitude;
  // programming noise does not change an exponent.
  model.drift->mean = {0.0, 0.02, 0.02, 0.02};
  model.drift->sigma = {0.0, 0.02, 0.02, 0.02};
  double largest = 0.0;
  for (const double g : plugin::program_tile(target, "t", model, {1, 0, 2e6})) {
    largest = std::max(largest, g);
  }
  EXPECT_LE(largest, 12.5e-6);
  model.sigma.coefficients = {1.0};
  const auto young = plugin::program_tile(target, "t", model, {1, 0, 0.0});
  const auto old = plugin::program_tile(target, "t", model, {1, 0, 2e6});
  model.sigma.coefficients = {0.0};
  const auto exact = plugin::program_tile(target, "t", model, {1, 0, 2e6});
  for (std::size_t k = 0; k < 100; ++k) {
    EXPECT_NEAR(old[k] / young[k], exact[k] / target[k], 1e-12);
  }
  model.drift.reset();
  for (const double time : {1.0, -1.0, std::nan("")}) {
    EXPECT_EQ(test::failure([&] {
                static_cast<void>(plugin::program_tile(target, "t", model, {1, 0, time}));
              }).code,
              "device.drift");
  }
}

TEST(Drift, OneExponentForAllCellsScalesTheOutputs) {
  const Setting s;
  device::UseList uses;
  plugin::ProgrammingModel model = plugin::read_programming_model(phase_change_card(), uses);
  model.sigma.coefficients = {0.0};
  model.drift->mean = {0.0, 0.06, 0.06, 0.06};
  model.drift->sigma = {0.0, 0.0, 0.0, 0.0};
  AnalogOptions options;
  options.adc = false;
  const LayerView& layer = s.chip.layers[1];
  const std::vector<float> input = equal_rows(layer, 1);
  const auto outputs = [&](double time) {
    const TileMatrices aged = plugin::program_chip(s.design, s.chip, model, {1, 0, time});
    std::vector<float> y(layer.outputs);
    analog_backend(s.network, s.chip, aged, options)->multiply(2, input.data(), 1, 0, y.data());
    return y;
  };
  const std::vector<float> fresh = outputs(0.0);
  for (const double time : {20.0, 3600.0, 1e9}) {
    const double factor = std::pow(time / 20.0, -0.06);
    const std::vector<float> y = outputs(time);
    for (std::size_t n = 0; n < y.size(); ++n) {
      EXPECT_NEAR(y[n], factor * fresh[n], 2e-6 * std::abs(fresh[n]) + 1e-6) << time;
    }
  }
}

TEST(Drift, ReadNoiseGrowsWithTheTime) {
  device::UseList uses;
  const auto model = plugin::read_programming_model(phase_change_card(), uses);
  const auto noise = plugin::read_noise_at(model, 20.0);
  ASSERT_TRUE(noise);
  const double expected =
      12.5e-6 * 0.0088 / std::pow(0.5, 0.65) * std::sqrt(std::log((20.0 + 250e-9) / 500e-9));
  EXPECT_NEAR(noise(12.5e-6), expected, 1e-12 * expected);
  EXPECT_EQ(noise(0.0), 0.0);
  EXPECT_GT(plugin::read_noise_at(model, 1e6)(12.5e-6), expected);
  // Programmed conductances are those after 20 s.
  EXPECT_EQ(plugin::read_noise_at(model, 0.0)(12.5e-6), noise(12.5e-6));
  EXPECT_FALSE(plugin::read_noise_at({}, 1.0));
}

}  // namespace
}  // namespace neucasl::mapping
