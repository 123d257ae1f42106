#include "neucasl/mapping/chip.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "neucasl/ir/verifier.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::mapping {
namespace {

ir::Design chip_of(const network::Network& network, int bits = 4) {
  return test::build_chip(network, precision::uniform(network, bits, 8),
                          test::architecture(16, 32));
}

ir::Module& with_role(ir::Design& design, const std::string& role) {
  for (ir::Module& module : design.modules) {
    if (module.attribute("role") == role) return module;
  }
  throw std::logic_error("no module of role " + role);
}

void erase_parameter(ir::Module& module, const std::string& name) {
  std::erase_if(module.parameters, [&](const ir::Parameter& p) { return p.name == name; });
}

TEST(Chip, ReadsWhatTheFrontEndWrote) {
  const network::Network network = test::network();
  const Architecture architecture = test::architecture(16, 32);
  const auto plans = plan_layers(network, precision::uniform(network, 4, 8), architecture);
  const ir::Design design = chip_of(network);
  base::DiagnosticSink sink;
  EXPECT_TRUE(ir::verify(design, sink));
  const ChipView chip = read_chip(design);
  ASSERT_EQ(chip.layers.size(), plans.size());
  double used = 0.0;
  for (std::size_t l = 0; l < plans.size(); ++l) {
    const LayerView& layer = chip.layers[l];
    EXPECT_EQ(layer.name, plans[l].name);
    EXPECT_EQ(layer.slices, plans[l].slices);
    EXPECT_EQ(layer.depth, plans[l].depth);
    EXPECT_EQ(layer.positions, plans[l].positions);
    EXPECT_EQ(layer.weight_scale, plans[l].weight.scale);
    EXPECT_EQ(layer.level_step(), 0x1p-20);
    EXPECT_EQ(layer.code_voltage(), 0x1p-8);
    ASSERT_EQ(layer.tiles.size(), plans[l].tiles.size());
    for (std::size_t t = 0; t < layer.tiles.size(); ++t) {
      const TileView& tile = layer.tiles[t];
      EXPECT_EQ(tile.row_first, plans[l].tiles[t].row_first);
      EXPECT_EQ(tile.output_first, plans[l].tiles[t].output_first);
      EXPECT_EQ(tile.row_activity.size(), tile.rows);
      const auto levels = plans[l].levels(plans[l].tiles[t], 2);
      const std::vector<double>& g = conductances(design, tile);
      ASSERT_EQ(g.size(), levels.size());
      for (std::size_t i = 0; i < g.size(); ++i) EXPECT_EQ(g[i], 0x1p-20 * (1 + levels[i]));
      used += static_cast<double>(g.size());
    }
  }
  EXPECT_DOUBLE_EQ(chip.utilisation(), used / (16.0 * 32.0 * static_cast<double>(chip.arrays())));
}

TEST(Chip, SaysWhatADesignLacks) {
  struct Case {
    std::function<void(ir::Design&)> change;
    const char* message;
  };
  const Case cases[] = {
      {[](ir::Design& d) { d.top = {}; }, "is not a chip"},
      {[](ir::Design& d) { with_role(d, "chip").attributes.clear(); }, "is not a chip"},
      {[](ir::Design& d) { with_role(d, "chip").instances.clear(); }, "has no layer"},
      {[](ir::Design& d) { with_role(d, "layer").attributes.pop_back(); }, "attribute 'layer'"},
      {[](ir::Design& d) { erase_parameter(with_role(d, "layer"), "slices"); }, "'slices'"},
      {[](ir::Design& d) { erase_parameter(with_role(d, "layer"), "full_scale_1"); },
       "'full_scale_1'"},
      {[](ir::Design& d) { erase_parameter(with_role(d, "layer"), "read_voltage"); },
       "'read_voltage' >= 0 in 'V'"},
      {[](ir::Design& d) { test::set_in_layers(d, "pulse_time", -1.0); }, "'pulse_time'"},
      {[](ir::Design& d) {
         for (ir::Parameter& p : with_role(d, "layer").parameters) {
           if (p.name == "bits_per_cell") p.value = std::int64_t{31};
         }
       },
       "'bits_per_cell'"},
      {[](ir::Design& d) { with_role(d, "layer").instances.clear(); }, "has no tile"},
      {[](ir::Design& d) { with_role(d, "tile").tables.clear(); }, "row_activity"},
      {[](ir::Design& d) { with_role(d, "tile").instances.clear(); }, "has no array"},
      {[](ir::Design& d) {
         for (ir::Parameter& p : with_role(d, "tile").parameters) {
           if (p.name == "row_first") p.value = std::int64_t{1000};
         }
       },
       "lies outside its layer"},
      {[](ir::Design& d) { erase_parameter(with_role(d, "array"), "array_rows"); }, "array_rows"},
      {[](ir::Design& d) { with_role(d, "array").arrays.clear(); }, "conductance table"},
      {[](ir::Design& d) { with_role(d, "array").tables[0].rows = 1; }, "its tile needs"},
  };
  const ir::Design good = chip_of(test::network());
  for (const Case& c : cases) {
    ir::Design design = good;
    c.change(design);
    const base::Diagnostic found = test::failure([&] { static_cast<void>(read_chip(design)); });
    EXPECT_EQ(found.code, "mapping.chip") << c.message;
    EXPECT_NE((found.message + found.remedy).find(c.message), std::string::npos) << found.message;
  }
}

/// Signed input codes' products with the integer weights.
double dot(const LayerPlan& plan, const LayerView& layer, const float* input, std::size_t output) {
  double sum = 0.0;
  const double top = (1 << plan.activation_bits) - 1;
  for (std::size_t i = 0; i < plan.depth; ++i) {
    const auto scaled =
        static_cast<double>(std::nearbyint(input[i] * static_cast<float>(1.0 / layer.input_scale)));
    sum += std::clamp(scaled, 0.0, top) * plan.weight.value[i * plan.outputs + output];
  }
  return sum * layer.input_scale * layer.weight_scale;
}

std::vector<float> inputs_for(const LayerView& layer, std::size_t rows) {
  base::RandomStream random(9, "test/inputs");
  std::vector<float> result(rows * layer.depth);
  // Some lie above the range and some below.
  for (float& x : result) {
    x = static_cast<float>(layer.input_scale * (300.0 * random.uniform() - 20.0));
  }
  return result;
}

TEST(AnalogInference, WithoutConvertersIsTheIntegerProduct) {
  const network::Network network = test::network();
  for (const int bits : {2, 4, 7}) {
    const ir::Design design = chip_of(network, bits);
    const ChipView chip = read_chip(design);
    const auto plans =
        plan_layers(network, precision::uniform(network, bits, 8), test::architecture(16, 32));
    const auto backend =
        analog_backend(network, chip, ideal_matrices(design, chip), {.adc = false});
    for (std::size_t l = 0; l < plans.size(); ++l) {
      constexpr std::size_t rows = 300;  // more than one block of the backend
      const std::vector<float> input = inputs_for(chip.layers[l], rows);
      std::vector<float> output(rows * plans[l].outputs, -1.0F);
      backend->multiply(plans[l].layer, input.data(), rows, 0, output.data());
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t n = 0; n < plans[l].outputs; ++n) {
          const double expected = dot(plans[l], chip.layers[l], &input[r * plans[l].depth], n);
          ASSERT_NEAR(output[r * plans[l].outputs + n], expected,
                      1e-5 * std::max(1.0, std::abs(expected)));
        }
      }
    }
  }
}

/// One output as the header's formulas say, loop by loop.
double converted(const LayerPlan& plan, const LayerView& layer, std::size_t array_rows,
                 const float* input, std::size_t output) {
  double y = 0.0;
  const int top_code = (1 << plan.activation_bits) - 1;
  const double top_read = (1 << (layer.adc_bits - 1)) - 1;
  for (std::size_t first = 0; first < plan.depth; first += array_rows) {
    for (int cycle = 0; cycle < layer.input_cycles; ++cycle) {
      for (int k = 0; k < layer.slices; ++k) {
        double current = 0.0;
        for (std::size_t i = first; i < std::min(plan.depth, first + array_rows); ++i) {
          const int code = static_cast<int>(
              std::clamp(std::nearbyint(input[i] / layer.input_scale), 0.0, top_code * 1.0));
          const int part = (code >> (cycle * layer.dac_bits)) & ((1 << layer.dac_bits) - 1);
          const int q = plan.weight.value[i * plan.outputs + output];
          const int digit =
              (std::abs(q) >> (k * layer.bits_per_cell)) & ((1 << layer.bits_per_cell) - 1);
          current += part * layer.code_voltage() * (q < 0 ? -digit : digit) * layer.level_step();
        }
        const double step = layer.full_scale[static_cast<std::size_t>(k)] / top_read;
        const double read = std::clamp(std::nearbyint(current / step), -top_read, top_read);
        y += layer.weight_scale * layer.input_scale * std::ldexp(1.0, k * layer.bits_per_cell) *
             std::ldexp(1.0, cycle * layer.dac_bits) * read * step /
             (layer.code_voltage() * layer.level_step());
      }
    }
  }
  return y;
}

TEST(AnalogInference, WithConvertersIsThePlainLoopExactly) {
  const network::Network network = test::network();
  for (const int dac_bits : {8, 4, 3}) {
    Architecture architecture = test::architecture(16, 32);
    architecture.dac_bits = dac_bits;
    const precision::PrecisionMap precision = precision::uniform(network, 6, 8);
    ir::Design design = test::build_chip(network, precision, architecture);
    // Powers of two make every float sum exact, in whatever order it is taken.
    test::set_in_layers(design, "input_scale", 0x1p-6);
    test::set_in_layers(design, "weight_scale", 0x1p-5);
    for (int k = 0; k < 3; ++k) {
      test::set_in_layers(design, "full_scale_" + std::to_string(k),
                          127.0 * 0x1p-28 * std::ldexp(1.0, 2 + k));
    }
    const ChipView chip = read_chip(design);
    const auto plans = plan_layers(network, precision, architecture);
    const auto backend = analog_backend(network, chip, ideal_matrices(design, chip));
    std::size_t clipped = 0;
    for (std::size_t l = 0; l < plans.size(); ++l) {
      constexpr std::size_t rows = 40;
      const std::vector<float> input = inputs_for(chip.layers[l], rows);
      std::vector<float> output(rows * plans[l].outputs);
      backend->multiply(plans[l].layer, input.data(), rows, 0, output.data());
      for (std::size_t r = 0; r < rows; ++r) {
        const float* row = &input[r * plans[l].depth];
        for (std::size_t n = 0; n < plans[l].outputs; ++n) {
          const double expected = converted(plans[l], chip.layers[l], 16, row, n);
          ASSERT_EQ(static_cast<double>(output[r * plans[l].outputs + n]), expected)
              << dac_bits << ' ' << l << ' ' << r << ' ' << n;
          clipped += expected != dot(plans[l], chip.layers[l], row, n);
        }
      }
    }
    EXPECT_GT(clipped, 100U) << "converters must have changed something";
  }
}

TEST(AnalogInference, RunsAWholeNetworkLikeItsParts) {
  const network::Network network = test::network();
  const ir::Design design = chip_of(network, 8);
  const ChipView chip = read_chip(design);
  const auto backend = analog_backend(network, chip, ideal_matrices(design, chip), {.adc = false});
  const std::vector<float> images = test::images(network, 3);
  const auto analog = network::run(network, images, 3, {}, backend.get());
  const auto exact = network::run(network, images, 3, {});
  ASSERT_EQ(analog.size(), exact.size());
  // Eight bits for weights and activations leave about a hundredth.
  for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_NEAR(analog[i], exact[i], 0.15F);
}

TEST(AnalogInference, RefusesWhatDoesNotFit) {
  const network::Network network = test::network();
  const ir::Design design = chip_of(network, 8);
  const ChipView chip = read_chip(design);
  const TileMatrices matrices = ideal_matrices(design, chip);
  const auto code = [&](const network::Network& n, const ChipView& c, const TileMatrices& m) {
    return test::failure([&] { static_cast<void>(analog_backend(n, c, m)); }).code;
  };
  EXPECT_EQ(code(network, chip, matrices), "");
  EXPECT_EQ(code(network, chip, {}), "mapping.analog");
  TileMatrices short_one = matrices;
  short_one[1].pop_back();
  EXPECT_EQ(code(network, chip, short_one), "mapping.analog");
  EXPECT_EQ(code(network::lenet5(), chip, matrices), "mapping.analog");
  network::Network renamed = network;
  renamed.layers[0].name = "other";
  EXPECT_EQ(code(renamed, chip, matrices), "mapping.analog");
  // Two tiles that begin at one row must be equally high.
  ChipView uneven = chip;
  TileMatrices cut = matrices;
  const std::size_t t = chip.layers[0].tiles.size() + 1;
  TileView& tile = uneven.layers[1].tiles[1];
  ASSERT_EQ(tile.row_first, uneven.layers[1].tiles[0].row_first);
  --tile.rows;
  cut[t].resize(tile.rows * tile.columns);
  EXPECT_EQ(code(network, uneven, cut), "mapping.analog");
}

}  // namespace
}  // namespace neucasl::mapping
