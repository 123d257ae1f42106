#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/architecture/photonic_plan.hpp"
#include "tests/performance/photonic_requests.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace parts = architecture::test;
using test::bundled;
using test::EstimateView;
using test::one_product;

class PhotonicTotals : public testing::TestWithParam<const char*> {};

TEST_P(PhotonicTotals, AreTheSumsOfTheirBreakdowns) {
  for (const char* network : {"lenet5", "vgg16"}) {
    const workload::Workload work = workload::named(network);
    const EstimateView e(bundled(GetParam()), work);
    const double energy = e.figure("energy_J");
    for (const char* table : {"by_component", "by_layer"}) {
      EXPECT_NEAR((e.sum(table, "energy") + e.sum(table, "leakage_energy")) / energy, 1.0, 1e-12);
      EXPECT_NEAR(e.sum(table, "area") / e.figure("area_m2"), 1.0, 1e-12);
    }
    EXPECT_NEAR(e.sum("by_phase", "energy") / energy, 1.0, 1e-12);
    for (const char* table : {"by_layer", "by_phase"}) {
      EXPECT_NEAR(e.sum(table, "latency") / e.figure("latency_s"), 1.0, 1e-12);
    }
    EXPECT_NEAR(e.sum("by_component", "peak_power") / e.figure("peak_power_W"), 1.0, 1e-12);
    EXPECT_NEAR(e.sum("by_layer", "operations") / (2.0 * work.multiply_accumulates()), 1.0, 1e-12);
    EXPECT_LE(e.figure("throughput_ops"), e.figure("peak_ops"));
    EXPECT_LE(e.figure("multiplier_utilisation"), 1.0);
    EXPECT_GT(e.figure("assumed_share"), 0.0);
    EXPECT_GT(e.figure("effective_bits"), 0.0);
  }
}

INSTANTIATE_TEST_SUITE_P(Bundled, PhotonicTotals,
                         testing::Values("dota_b", "lightening_simphony", "crosslight", "deap_cnn",
                                         "litecon", "albireo"));

void expect_published(const EstimateView& e, const std::string& row, double published,
                      double tolerance) {
  EXPECT_DOUBLE_EQ(e.cell("published", row, "published"), published) << row;
  EXPECT_NEAR(e.cell("published", row, "estimated") / published, 1.0, tolerance) << row;
}

// Tolerances beyond 1e-6 are half a unit of the last digit that the source prints.
TEST(DotaB, PowerAndAreaFollowFromItsDevices) {
  const EstimateView e(bundled("dota_b"), workload::named("lenet5"));
  expect_published(e, "chip power (mW)", 14752.61, 1e-6);
  expect_published(e, "chip area (mm^2)", 60.3006, 1e-6);
  expect_published(e, "laser power (mW)", 770.09, 0.005 / 770.09);
  expect_published(e, "dac power (mW)", 3214.29, 0.005 / 3214.29);
  expect_published(e, "modulator power (mW)", 4032.0, 1e-6);
  expect_published(e, "adc power (mW)", 2131.2, 1e-6);
  expect_published(e, "amplifier power (mW)", 1728.0, 1e-6);
  expect_published(e, "photodetector power (mW)", 2534.4, 1e-6);
  expect_published(e, "control power (mW)", 316.39, 0.005 / 316.39);
  expect_published(e, "dac area (mm^2)", 15.84, 1e-9);
  expect_published(e, "adc area (mm^2)", 1.6416, 1e-9);
  expect_published(e, "control area (mm^2)", 14.695398766, 1e-9);
  EXPECT_EQ(e.figure("units_available"), 1.0);
  EXPECT_NEAR(e.figure("peak_ops"), 2.0 * 4 * 2 * 12 * 12 * 12 * 5e9, 1e3);
}

TEST(DotaB, ConvertsEveryThirdSymbolAndMovesBytesAsItsSimulator) {
  const EstimateView e(bundled("dota_b"), one_product(48, 24 * 9, 12));
  EXPECT_NEAR(e.cell("by_component", "tile/adc", "events"), 48 * 12 * 3, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "tile/amplifier", "events"), 48 * 12 * 3, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "tile/adder", "events"), 48 * 12 * 2, 1e-9);
  const double words =
      e.cell("by_component", "chip/global_buffer", "events") * 8192.0 / 16.0;  // 2 bytes
  const double picojoule = words * 1e-12;
  EXPECT_NEAR(e.cell("by_component", "chip/global_buffer", "energy") / picojoule, 1.655, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "chip/local_buffer", "energy") / picojoule, 0.92, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "chip/operand_buffer", "energy") / picojoule, 2 * 0.073, 1e-9);
}

TEST(OffChipMemory, TakesTheEnergyOfItsSourceForTwoBytes) {
  for (const char* id :
       {"dota_b", "lightening_simphony", "crosslight", "deap_cnn", "litecon", "albireo"}) {
    const EstimateView e(bundled(id), workload::named("lenet5"));
    const double words = e.cell("by_component", "chip/hbm", "events") * 1024.0 / 16.0;
    EXPECT_NEAR(e.cell("by_component", "chip/hbm", "energy") / words, 62.4e-12, 1e-21) << id;
    EXPECT_EQ(e.cell("by_component", "chip/hbm", "copies"), 4.0) << id;
  }
}

TEST(DotaB, MultipliesComputedMatrices) {
  const workload::Workload bert = workload::named("bert_base");
  const EstimateView e(bundled("dota_b"), bert);
  double symbols = 0.0;
  for (const workload::Operation& operation : bert.operations) {
    const workload::MatrixProduct& p = operation.product;
    const auto blocks = [](std::size_t a, std::size_t b) {
      return std::ceil(static_cast<double>(a) / static_cast<double>(b));
    };
    if (p.count == 0) continue;
    symbols += static_cast<double>(p.count) * blocks(p.positions, 48) * blocks(p.depth, 24) *
               blocks(p.outputs, 12);
  }
  EXPECT_GE(e.figure("latency_s"), symbols * 0.2e-9);
  const std::vector<std::string>& kinds = e.texts("by_layer", "kind");
  EXPECT_GT(std::count(kinds.begin(), kinds.end(), "softmax"), 0);
}

/// Convolutions of 3 x 3 of 3 and 8 channels and 200 inputs to 10, two images, as in its log.
workload::Workload simphony_network() {
  workload::Operation conv1 = parts::matrix("conv1", 1, 1800, 27, 8);
  conv1.input_elements = 2UL * 32 * 32 * 3;
  workload::Operation conv2 = parts::matrix("conv2", 1, 1568, 72, 8);
  conv2.inputs = {0};
  conv2.input_elements = conv1.output_elements;
  workload::Operation linear = parts::matrix("linear", 1, 2, 200, 10);
  linear.inputs = {1};
  return parts::workload_of({conv1, conv2, linear});
}

TEST(Simphony, LossAndPowersAreThoseOfItsLog) {
  const EstimateView e(bundled("lightening_simphony"), simphony_network());
  expect_published(e, "insertion loss (dB)", 6.22, 1e-9);
  expect_published(e, "laser power without fan-out (mW)", 1.1771924757285903, 1e-9);
  EXPECT_NEAR(e.cell("published", "laser power (mW)", "estimated") / 169.5157165, 1.0, 1e-8);
  for (const char* kind : {"modulator", "dac", "adc", "amplifier", "photodetector", "passive"}) {
    EXPECT_NEAR(e.cell("published", std::string(kind) + " power (mW)", "difference"), 0.0, 1e-9)
        << kind;
  }
}

TEST(Simphony, EnergyIsThatOfItsLog) {
  const EstimateView e(bundled("lightening_simphony"), simphony_network());
  EXPECT_NEAR(e.figure("latency_s"), 780 * 0.2e-9, 1e-18);
  double energy = 0.0;
  for (const char* part : {"chip/input_modulator", "core/weight_modulator", "chip/input_dac",
                           "core/weight_dac", "tile/adc", "core/amplifier", "core/detector"}) {
    energy += e.cell("by_component", part, "energy");
  }
  energy += e.cell("by_component", "core/router", "leakage_energy");
  const double laser = e.cell("by_component", "chip/laser", "leakage_energy");
  EXPECT_NEAR((energy + laser / 144.0) / 1542369.3035858537e-12, 1.0, 1e-9);
  // With the fan-out that the program does not read.
  EXPECT_NEAR((energy + laser) / 1699934.1620771e-12, 1.0, 1e-8);
}

TEST(Albireo, PowerAndAreaComeNearItsTables) {
  const EstimateView e(bundled("albireo"), workload::named("lenet5"));
  expect_published(e, "passive power (mW)", 7520.0, 0.01);
  expect_published(e, "modulator power (mW)", 3450.0, 0.01);
  expect_published(e, "laser power (mW)", 2360.0, 0.01);
  expect_published(e, "dac power (mW)", 7930.0, 0.01);
  expect_published(e, "amplifier power (mW)", 140.0, 0.04);
  expect_published(e, "chip power (mW)", 22710.0, 0.01);
  expect_published(e, "chip area (mm^2)", 124.6, 0.01);
  expect_published(e, "photodetector area (mm^2)", 0.2492, 0.01);
}

TEST(Albireo, OverlappingWindowsAreThoseOfItsKernels) {
  const auto symbols = [](std::size_t width, std::size_t stride) {
    workload::Workload work = one_product(1000, 27, 9);
    work.operations[0].window_width = width;
    work.operations[0].window_stride = stride;
    device::UseList uses;
    return architecture::place_photonic(bundled("albireo"), work, uses).operations[0].symbols;
  };
  // 63, 63, 99 and 135 inputs of five positions by 63 modulators.
  EXPECT_EQ(symbols(3, 1), 200.0);
  EXPECT_EQ(symbols(9, 3), 200.0);
  EXPECT_EQ(symbols(3, 2), 400.0);
  EXPECT_EQ(symbols(1, 1), 600.0);
  EXPECT_EQ(symbols(0, 0), 600.0);
}

TEST(Litecon, ReadsAndSetsWeightsInTheTimeOfItsTuning) {
  const EstimateView e(bundled("litecon"), workload::named("vgg16"));
  EXPECT_NEAR(e.figure("setting_time_s"), 20e-9, 1e-18);
  // 25088 x 4096 weights in blocks of 9 x 6 on 128 units.
  const double rounds = std::ceil(2788.0 * 683.0 / 128.0);
  EXPECT_NEAR(e.cell("by_layer", "fc1", "latency"), rounds * (20e-9 + 0.2e-9), 1e-12);
}

TEST(Crosslight, BeatsDeapCnnAndClaimsMoreBitsThanItsBankHas) {
  std::vector<base::Diagnostic> heard;
  base::DiagnosticSink sink([&](const base::Diagnostic& one) { heard.push_back(one); });
  const workload::Workload lenet = workload::named("lenet5");
  const EstimateView crosslight(bundled("crosslight"), lenet, &sink);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_NE(heard[0].message.find("effective bits"), std::string::npos);
  EXPECT_NE(heard[1].message.find("crosstalk"), std::string::npos);
  EXPECT_NEAR(crosslight.figure("bits_crosstalk"), 5.572, 0.2);
  // Table II: electro-optic tuning; DEAP-CNN's rings are tuned by heat.
  EXPECT_NEAR(crosslight.figure("setting_time_s"), 20e-9, 1e-18);
  // 15 lasers for every ten arms: 733 arms are 74 groups, the last one of three, as in the netlist.
  EXPECT_EQ(crosslight.cell("by_component", "arm/vcsel", "copies"), 1110.0);
  const EstimateView deap(bundled("deap_cnn"), lenet);
  EXPECT_GT(deap.figure("energy_J"), crosslight.figure("energy_J"));
  EXPECT_NEAR(deap.figure("setting_time_s"), 4e-6, 1e-18);
  const auto published = [](const EstimateView& e) {
    return e.cell("published_of_other_networks", "inferences per joule", "published");
  };
  EXPECT_NEAR(published(crosslight) / published(deap), 52.59 / 0.07, 1e-9);
  EXPECT_NEAR(crosslight.cell("published_of_other_networks", "inferences per joule", "lenet5"),
              1.0 / crosslight.figure("energy_J"), 1e-6);
}
}  // namespace
}  // namespace neucasl::performance_plugin
