#include "neucasl/mapping/slicing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "neucasl/mapping/calibration.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::mapping {
namespace {

std::size_t arrays(int weight_bits) {
  const network::Network network = network::lenet5();
  std::size_t count = 0;
  for (const LayerPlan& plan : plan_layers(network, precision::uniform(network, weight_bits, 8),
                                           test::architecture(128, 128))) {
    count += plan.tiles.size();
  }
  return count;
}

TEST(Slicing, LeNet5NeedsKnownNumbersOfArrays) {
  const std::pair<int, std::size_t> expected[] = {{2, 14}, {3, 14}, {4, 23}, {5, 23},
                                                  {6, 32}, {8, 42}, {16, 78}};
  for (const auto& [bits, count] : expected) EXPECT_EQ(arrays(bits), count) << bits;
}

TEST(Slicing, TilesCoverEachWeightOnceAndFitTheArray) {
  const network::Network network = network::lenet5();
  const Architecture architecture = test::architecture(100, 60);
  for (const int bits : {2, 5, 8}) {
    for (const LayerPlan& plan :
         plan_layers(network, precision::uniform(network, bits, 8), architecture)) {
      EXPECT_EQ(plan.slices, (bits - 1 + 1) / 2);
      std::vector<int> covered(plan.depth * plan.outputs, 0);
      for (const TilePlan& tile : plan.tiles) {
        ASSERT_LE(tile.rows, architecture.array_rows);
        ASSERT_LE(tile.outputs * static_cast<std::size_t>(plan.slices) * 2,
                  architecture.array_columns);
        for (std::size_t i = 0; i < tile.rows; ++i) {
          for (std::size_t n = 0; n < tile.outputs; ++n) {
            ++covered.at((tile.row_first + i) * plan.outputs + tile.output_first + n);
          }
        }
      }
      EXPECT_EQ(std::count(covered.begin(), covered.end(), 1),
                static_cast<std::ptrdiff_t>(covered.size()));
    }
  }
}

TEST(Slicing, LevelsRebuildEveryWeight) {
  const network::Network network = test::network();
  for (int bits = 2; bits <= 16; ++bits) {
    for (const int cell : {1, 2, 3, 4, 8}) {
      Architecture architecture = test::architecture(16, 64);
      architecture.bits_per_cell = cell;
      for (const LayerPlan& plan :
           plan_layers(network, precision::uniform(network, bits, 8), architecture)) {
        for (const TilePlan& tile : plan.tiles) {
          const std::vector<std::uint8_t> levels = plan.levels(tile, cell);
          const auto slices = static_cast<std::size_t>(plan.slices);
          const std::size_t columns = tile.outputs * slices * 2;
          ASSERT_EQ(levels.size(), tile.rows * columns);
          for (std::size_t i = 0; i < tile.rows; ++i) {
            for (std::size_t n = 0; n < tile.outputs; ++n) {
              int weight = 0;
              for (std::size_t k = 0; k < slices; ++k) {
                const std::size_t at = i * columns + (n * slices + k) * 2;
                ASSERT_TRUE(levels[at] == 0 || levels[at + 1] == 0) << "one of a pair is off";
                ASSERT_LT(std::max(levels[at], levels[at + 1]), 1 << cell);
                weight += (levels[at] - levels[at + 1]) * (1 << (static_cast<int>(k) * cell));
              }
              ASSERT_EQ(
                  weight,
                  plan.weight.value[(tile.row_first + i) * plan.outputs + tile.output_first + n]);
            }
          }
        }
      }
    }
  }
}

TEST(Slicing, PlansSayHowOftenArraysWork) {
  Architecture architecture = test::architecture(16, 64);
  architecture.dac_bits = 3;
  const network::Network network = test::network();
  const auto plans = plan_layers(network, precision::uniform(network, 4, 8), architecture);
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].name, "conv");
  EXPECT_EQ(plans[0].positions, 20U);
  EXPECT_EQ(plans[0].depth, 18U);
  EXPECT_EQ(plans[0].input_cycles, 3);
  EXPECT_EQ(plans[1].positions, 1U);
  EXPECT_EQ(plans[1].depth, 60U);
}

TEST(Slicing, ExplainsFaults) {
  const network::Network network = test::network();
  precision::PrecisionMap map = precision::uniform(network, 4, 8);
  map.layers[1].layer = "fcc";
  const base::Diagnostic near = test::failure(
      [&] { static_cast<void>(plan_layers(network, map, test::architecture(16, 64))); });
  EXPECT_EQ(near.code, "precision.layer");
  EXPECT_NE(near.remedy.find("did you mean 'fc'"), std::string::npos);
  map.layers.pop_back();
  const base::Diagnostic missing = test::failure(
      [&] { static_cast<void>(plan_layers(network, map, test::architecture(16, 64))); });
  EXPECT_EQ(missing.code, "precision.layer");
  EXPECT_NE(missing.message.find("'fc'"), std::string::npos);
  const base::Diagnostic fit = test::failure([&] {
    static_cast<void>(
        plan_layers(network, precision::uniform(network, 16, 8), test::architecture(16, 15)));
  });
  EXPECT_EQ(fit.code, "mapping.fit");
  EXPECT_NE(fit.message.find("needs 16 columns"), std::string::npos);
}

TEST(Slicing, ArraysOfALayerAreThoseOfItsPlan) {
  const Architecture architecture = test::architecture(128, 128);
  const auto layers = precision::layers_of(network::lenet5()).layers;
  const auto planned = [&](int bits) {
    std::size_t count = 0;
    for (const auto& layer : layers) count += analog_plan(layer, bits, architecture).arrays;
    return count;
  };
  for (int bits = 2; bits <= 16; ++bits) EXPECT_EQ(planned(bits), arrays(bits)) << bits;
  const precision::AnalogPlan plan = analog_plan(layers[2], 8, architecture);
  EXPECT_EQ(plan.cells_per_weight, 8U);
  EXPECT_EQ(plan.bits_per_cell, 2);
  EXPECT_EQ(plan.arrays, 32U);
  EXPECT_EQ(plan.converter_bits, 8);
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(analog_plan(layers[0], 16, test::architecture(16, 15)));
            }).code,
            "mapping.fit");
}

TEST(Slicing, TheMenuOfBitsFillsTheCells) {
  Architecture architecture = test::architecture(128, 128);
  EXPECT_EQ(weight_bit_menu(architecture, 2, 9), (std::vector<int>{3, 5, 7, 9}));
  EXPECT_EQ(weight_bit_menu(architecture, 4, 8), (std::vector<int>{5, 7}));
  // Two columns for each digit.
  architecture.array_columns = 7;
  EXPECT_EQ(weight_bit_menu(architecture), (std::vector<int>{3, 5, 7}));
  architecture.bits_per_cell = 1;
  EXPECT_EQ(weight_bit_menu(architecture), (std::vector<int>{2, 3, 4}));
}

TEST(Slicing, RefusesFormsThatArraysCannotHold) {
  const network::Network network = test::network();
  const auto refused = [&](const std::function<void(precision::LayerPrecision&)>& change) {
    precision::PrecisionMap map = precision::uniform(network, 4, 8);
    change(map.layers[1]);
    return test::failure(
        [&] { static_cast<void>(plan_layers(network, map, test::architecture(16, 64))); });
  };
  const base::Diagnostic channel =
      refused([](auto& layer) { layer.granularity = precision::Granularity::channel; });
  EXPECT_EQ(channel.code, "mapping.precision");
  EXPECT_NE(channel.message.find("layer 'fc' has scales for each channel"), std::string::npos);
  EXPECT_EQ(refused([](auto& layer) { layer.weight_affine = true; }).code, "mapping.precision");
  EXPECT_EQ(refused([](auto& layer) {
              layer.activation_form = precision::ActivationForm::symmetric;
            }).code,
            "mapping.precision");
}

std::string architecture_body(const std::string& changed, const std::string& value) {
  const std::tuple<const char*, const char*, const char*> numbers[] = {
      {"array_rows", "128", "1"},
      {"array_columns", "128", "1"},
      {"bits_per_cell", "2", "1"},
      {"dac_bits", "8", "1"},
      {"adc_bits", "8", "1"},
      {"pairs_per_adc", "8", "1"},
      {"pulse_time", "1", "ns"},
      {"row_segment_resistance", "0", "ohm"},
      {"column_segment_resistance", "1", "ohm"}};
  std::string body =
      "<choice name=\"device\" value=\"d\"/><choice name=\"periphery\" value=\"p\"/>";
  for (const auto& [name, good, unit] : numbers) {
    if (name == changed && value.empty()) continue;
    body += test::number(name, name == changed ? value : good, unit);
  }
  return body;
}

TEST(Architecture, ReadsItsCard) {
  device::UseList uses;
  const Architecture a =
      read_architecture(test::card("a", "architecture", architecture_body("", "")), uses);
  EXPECT_EQ(a.array_rows, 128U);
  EXPECT_EQ(a.device, "d");
  EXPECT_DOUBLE_EQ(a.pulse_time, 1e-9);
  EXPECT_EQ(a.row_segment_resistance, 0.0);
  EXPECT_EQ(uses.uses().size(), 9U);
}

TEST(Architecture, RefusesValuesOutOfRange) {
  const auto code = [](const std::string& name, const std::string& value) {
    return test::failure([&] {
      device::UseList uses;
      static_cast<void>(
          read_architecture(test::card("a", "architecture", architecture_body(name, value)), uses));
    });
  };
  const std::pair<const char*, const char*> bad[] = {
      {"array_rows", "0"},    {"array_rows", "4097"}, {"array_rows", "1.5"},
      {"array_columns", "1"}, {"bits_per_cell", "9"}, {"dac_bits", "13"},
      {"dac_bits", "-1"},     {"adc_bits", "1"},      {"adc_bits", "17"},
      {"pairs_per_adc", "0"}, {"pulse_time", "0"},    {"row_segment_resistance", "-1"}};
  for (const auto& [name, value] : bad) {
    const base::Diagnostic found = code(name, value);
    EXPECT_EQ(found.code, "mapping.architecture") << name;
    EXPECT_NE(found.message.find(name), std::string::npos);
    EXPECT_GT(found.where.line, 0U);
  }
  EXPECT_EQ(code("adc_bits", "").code, "device.number");
  EXPECT_EQ(test::failure([] {
              device::UseList uses;
              static_cast<void>(read_architecture(test::memory_card(), uses));
            }).code,
            "mapping.architecture");
}

TEST(Architecture, CellsNeedTwoStates) {
  device::UseList uses;
  const CellLevels levels = read_cell_levels(test::memory_card(), uses);
  EXPECT_EQ(levels.conductance(0, 2), levels.conductance_min);
  EXPECT_EQ(levels.conductance(3, 2), levels.conductance_max);
  EXPECT_EQ(levels.conductance(2, 2), 0x1.8p-19);
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(
                  read_cell_levels(test::card("c", "memristor",
                                              test::number("conductance_min", "2", "uS") +
                                                  test::number("conductance_max", "2", "uS") +
                                                  test::number("read_voltage", "1", "V")),
                                   uses));
            }).code,
            "mapping.architecture");
}

double converter_error(const std::vector<float>& values, int bits, double full) {
  const double levels = (1 << (bits - 1)) - 1;
  const double step = full / levels;
  double error = 0.0;
  for (const float v : values) {
    const double read = std::clamp(std::nearbyint(v / step), -levels, levels) * step;
    error += (v - read) * (v - read);
  }
  return error;
}

TEST(BestFullScale, IsCloseToTheBestOfItsCandidates) {
  base::RandomStream random(5, "test/scale");
  std::vector<float> values(20000);
  for (float& v : values) v = static_cast<float>(random.normal());
  for (const int bits : {2, 4, 6, 8}) {
    float largest = 0.0F;
    for (const float v : values) largest = std::max(largest, std::abs(v));
    double least = converter_error(values, bits, static_cast<double>(largest));
    for (int c = 1; c < 64; ++c) {
      least =
          std::min(least, converter_error(values, bits, static_cast<double>(largest) * c / 64.0));
    }
    EXPECT_LE(converter_error(values, bits, best_full_scale(values, bits)), 1.02 * least) << bits;
  }
  EXPECT_EQ(best_full_scale({}, 8), 1.0);
  EXPECT_EQ(best_full_scale(std::vector<float>{0.0F, 0.0F}, 8), 1.0);
  EXPECT_NEAR(best_full_scale(std::vector<float>{-2.0F, 2.0F}, 8), 2.0, 0.05);
}

TEST(Calibration, TakesRangesFromTheImages) {
  const network::Network network = test::network();
  const Architecture architecture = test::architecture(16, 64);
  const auto plans = plan_layers(network, precision::uniform(network, 4, 8), architecture);
  const std::vector<float> images = test::images(network, 3);
  const auto found = calibrate(network, plans, architecture, images, 3);
  ASSERT_EQ(found.size(), 2U);
  const float largest = *std::max_element(images.begin(), images.end());
  EXPECT_DOUBLE_EQ(found[0].input_scale, static_cast<double>(largest) / 255.0);
  EXPECT_EQ(found[0].full_scale.size(), 2U);
  EXPECT_EQ(found[1].row_activity.size(), 60U);
  for (const LayerCalibration& layer : found) {
    for (const double share : layer.row_activity) {
      EXPECT_GE(share, 0.0);
      EXPECT_LE(share, 1.0);
    }
  }
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(calibrate(network, plans, architecture, {}, 0));
            }).code,
            "mapping.calibration");
  std::vector<float> negative = images;
  negative[5] = -0.5F;
  EXPECT_EQ(test::failure([&] {
              static_cast<void>(calibrate(network, plans, architecture, negative, 3));
            }).code,
            "mapping.calibration");
}

}  // namespace
}  // namespace neucasl::mapping
