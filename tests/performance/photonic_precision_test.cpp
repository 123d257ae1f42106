#include "performance/photonic_precision.hpp"

#include "neucasl/precision/precision_map.hpp"
#include "tests/performance/photonic_requests.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace parts = architecture::test;
using architecture::Architecture;
using parts::changed;
using parts::number;
using requests::cell;
using requests::figure;

precision::PrecisionMap uniform_map(const workload::Workload& work, int weight, int activation) {
  precision::PrecisionMap map;
  map.network = work.name;
  map.method = "uniform";
  map.fallback = precision::LayerPrecision{"", weight, activation};
  return map;
}

plugin::Estimate with_bits(const Architecture& chip, const workload::Workload& work, int weight,
                           int activation,
                           plugin::SystemPhase phase = plugin::SystemPhase::inference) {
  const precision::PrecisionMap map = uniform_map(work, weight, activation);
  return requests::run({.architecture = chip, .workload = work, .phase = phase, .precision = &map});
}

class BitsOfTheArchitecture : public testing::TestWithParam<const char*> {};

TEST_P(BitsOfTheArchitecture, AreThoseOfNoMap) {
  const Architecture chip = test::bundled(GetParam());
  const workload::Workload work = workload::named("lenet5");
  for (const auto phase : {plugin::SystemPhase::inference, plugin::SystemPhase::training}) {
    const plugin::Estimate plain =
        requests::run({.architecture = chip, .workload = work, .phase = phase});
    const plugin::Estimate mapped =
        with_bits(chip, work, chip.weight_bits, chip.activation_bits, phase);
    ASSERT_EQ(plain.figures.size(), mapped.figures.size());
    for (std::size_t k = 0; k < plain.figures.size(); ++k) {
      EXPECT_EQ(plain.figures[k].value, mapped.figures[k].value) << plain.figures[k].key;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bundled, BitsOfTheArchitecture,
                         testing::Values("dota_b", "litecon", "crosslight", "albireo"));

// Half of the bits of 4: f 2^b / b makes half of the energy, the laser pays for 2^2 levels in place
// of 2^4, and buffers move half. Outputs of the network keep their 4 bits.
TEST(PhotonicPrecision, SetsConvertersLaserAndTraffic) {
  const Architecture chip = test::bundled("dota_b");
  const workload::Workload work = test::one_product(48, 240, 12);
  const plugin::Estimate four = requests::run({.architecture = chip, .workload = work});
  const plugin::Estimate two = with_bits(chip, work, 2, 2);
  const auto share = [&](const char* component, const char* column) {
    return cell(two, "by_component", component, column) /
           cell(four, "by_component", component, column);
  };
  EXPECT_NEAR(share("core/input_dac", "energy"), 0.5, 1e-12);
  EXPECT_NEAR(share("tile/adc", "energy"), 1.0, 1e-12);
  EXPECT_NEAR(figure(two, "laser_power_W") / figure(four, "laser_power_W"), 0.25, 1e-12);
  EXPECT_NEAR(
      cell(two, "precision_by_layer", "a", "laser_power_needed") / figure(two, "laser_power_W"),
      1.0, 1e-12);
  const double moved = 48 * 240 + 240 * 12;  // Weights are read and written on their way.
  const double sums = 48 * 12;
  const double in_four = cell(four, "by_component", "chip/global_buffer", "events");
  const double in_two = cell(two, "by_component", "chip/global_buffer", "events");
  EXPECT_LT(in_two / in_four, (moved * 2 + sums * 4) / (moved * 4));
  EXPECT_LT(figure(two, "effective_bits"), figure(four, "effective_bits"));
}

TEST(PhotonicPrecision, CapsEachLayerByWhatItsConvertersLeave) {
  const Architecture chip = parts::parse(parts::photonic_description());
  workload::Operation second = parts::matrix("b", 1, 5, 4, 3);
  second.inputs = {0};
  second.input_elements = 15;
  const workload::Workload work = parts::workload_of({parts::matrix("a", 1, 5, 4, 3), second});
  precision::PrecisionMap map;
  map.network = work.name;
  map.method = "chosen";
  map.layers = {{"a", 4, 2}, {"b", 5, 6}};
  const plugin::Estimate e =
      requests::run({.architecture = chip, .workload = work, .precision = &map});
  // A description of 4 and 2 bits with converters of 5 and 6.
  EXPECT_EQ(cell(e, "precision_by_layer", "a", "weight_converter_bits"), 5.0);
  EXPECT_EQ(cell(e, "precision_by_layer", "a", "input_converter_bits"), 6.0);
  EXPECT_EQ(cell(e, "precision_by_layer", "a", "output_bits"), 6.0);
  EXPECT_EQ(cell(e, "precision_by_layer", "b", "input_bits"), 6.0);
  EXPECT_NEAR(cell(e, "precision_by_layer", "b", "effective_bits") / figure(e, "effective_bits"),
              1.0, 1e-12);
  const auto& limited = std::get<std::vector<std::string>>(
      requests::table(e, "precision_by_layer").column("limited").values);
  EXPECT_EQ(limited, (std::vector<std::string>{"none", "inputs"}));
  // Sources state figures of their own bits.
  EXPECT_THROW(static_cast<void>(requests::table(e, "published")), std::logic_error);
}

base::Diagnostic refusal_of_bits(const Architecture& chip, const workload::Workload& work,
                                 int weight, int activation) {
  const precision::PrecisionMap map = uniform_map(work, weight, activation);
  return requests::refusal({.architecture = chip, .workload = work, .precision = &map});
}

TEST(PhotonicPrecision, MoreBitsThanAConverterHasAreRefused) {
  const Architecture chip = test::bundled("dota_b");
  const workload::Workload work = workload::named("lenet5");
  const base::Diagnostic inputs = refusal_of_bits(chip, work, 4, 8);
  EXPECT_EQ(inputs.code, "architecture.converter");
  EXPECT_NE(to_string(inputs).find("inputs of 8 bits, 'input_dac' has 4"), std::string::npos);
  EXPECT_NE(to_string(inputs).find("nearest: 4 bits"), std::string::npos) << to_string(inputs);
  EXPECT_TRUE(inputs.where.known());
  const base::Diagnostic weights = refusal_of_bits(chip, work, 5, 4);
  EXPECT_NE(to_string(weights).find("weights of 5 bits, 'weight_dac' has 4"), std::string::npos);
}

TEST(PhotonicPrecision, LevelsBeyondTheLightOfALaserAreRefused) {
  const std::string text =
      changed(parts::photonic_description(), number("wavelengths", "4", "1"),
              number("wavelengths", "4", "1") + number("level_bits", "2", "1") +
                  number("largest_optical_power", "3", "mW"));
  const Architecture chip = parts::parse(text);
  const workload::Workload work = test::one_product(5, 4, 3);
  // 4 lines, 3 ways, 4 uW, 2^2 levels and 6.4 dB: 0.84 mW; with 5 bits eight times as much.
  EXPECT_NEAR(figure(with_bits(chip, work, 4, 2), "laser_optical_power_W"),
              4 * 3 * 4e-6 * 4 *
                  std::pow(10.0, figure(with_bits(chip, work, 4, 2), "insertion_loss_dB") / 10.0),
              1e-9);
  const base::Diagnostic found = refusal_of_bits(chip, work, 4, 5);
  EXPECT_EQ(found.code, "performance.link");
  EXPECT_NE(found.message.find("does not close"), std::string::npos) << found.message;
}

/// Two passes where inputs are intensities and may be below zero.
TEST(SignedInputs, PassTwiceAsIntensities) {
  const auto estimate = [](const char* encoding, bool rectified) {
    const std::string text =
        changed(parts::with_wide_memories(parts::set_in_turn()), "name='encoding' value='field'",
                "name='encoding' value='" + std::string(encoding) + "'");
    workload::Operation activation;
    activation.name = "activation";
    activation.kind = workload::OperationKind::activation;
    activation.inputs = {workload::workload_input};
    activation.input_elements = activation.output_elements = 200;
    activation.not_negative = rectified;
    workload::Operation product = parts::matrix("a", 1, 500, 40, 12);
    product.inputs = {0};
    const Architecture chip = parts::parse(text);
    const workload::Workload work = parts::workload_of({activation, product});
    return requests::run({.architecture = chip, .workload = work});
  };
  const plugin::Estimate once = estimate("intensity", true);
  const plugin::Estimate twice = estimate("intensity", false);
  EXPECT_EQ(figure(estimate("field", false), "energy_J"), figure(once, "energy_J"));
  const auto events = [](const plugin::Estimate& e, const char* component) {
    return cell(e, "by_component", component, "events");
  };
  for (const char* component :
       {"core/input_dac", "core/input_modulator", "core/photodetector", "core/adc"}) {
    EXPECT_NEAR(events(twice, component) / events(once, component), 2.0, 1e-12) << component;
  }
  // Ten blocks of depth: 9 additions for each sum, 19 with those of the other sign.
  EXPECT_NEAR(events(once, "tile/accumulator"), 500 * 12 * 9, 1e-6);
  EXPECT_NEAR(events(twice, "tile/accumulator"), 500 * 12 * 19, 1e-6);
  EXPECT_NEAR(events(twice, "core/weight_bank"), events(once, "core/weight_bank"), 1e-9);
  EXPECT_NEAR(events(twice, "tile/buffer"), events(once, "tile/buffer"), 1e-9);
  EXPECT_NEAR(cell(twice, "by_layer", "a", "latency") - cell(once, "by_layer", "a", "latency"),
              7 * 500e-9, 1e-15);
  EXPECT_EQ(cell(twice, "precision_by_layer", "a", "input_passes"), 2.0);
}

TEST(SignedInputs, OfAttentionPassTwiceAndThoseOfSoftmaxOnce) {
  const plugin::Estimate e = requests::run(
      {.architecture = test::bundled("litecon"), .workload = workload::named("bert_base")});
  EXPECT_EQ(cell(e, "precision_by_layer", "layer1_attention_scores", "input_passes"), 2.0);
  EXPECT_EQ(cell(e, "precision_by_layer", "layer1_attention_context", "input_passes"), 1.0);
  const plugin::Estimate lenet = requests::run(
      {.architecture = test::bundled("litecon"), .workload = workload::named("lenet5")});
  const auto& passes = std::get<std::vector<double>>(
      requests::table(lenet, "precision_by_layer").column("input_passes").values);
  EXPECT_EQ(passes, std::vector<double>(passes.size(), 1.0));
}

}  // namespace
}  // namespace neucasl::performance_plugin
