#include "neucasl/architecture/placement.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using architecture::test::changed;
using architecture::test::digital_description;
using architecture::test::matrix;
using architecture::test::parse;
using architecture::test::workload_of;
using requests::cell;
using requests::figure;

TEST(DigitalEstimate, EventsFollowTheShapes) {
  const Architecture read = parse(digital_description());
  const workload::Workload work = workload_of({matrix("a", 1, 3, 6, 5)});
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/multiplier", "events"), 90.0);
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/adder_tree", "events"), 90.0);
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/weight_memory", "events"), 90.0 * 4 / 32);
  EXPECT_NEAR(cell(e, "by_component", "core/weight_memory", "energy"), 11.25 * 6e-12, 1e-24);
  // Three blocks of outputs on two cores: each input is read twice.
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "tile/buffer", "events"),
                   (3 * 6 * 2 * 2 + 15 * 2) / 16.0);
  // 3 positions, 2 steps, 2 passes of 3 ns for 32 bits of weights, and the first step.
  EXPECT_NEAR(figure(e, "latency_s"), (12 + 1) * 3e-9, 1e-18);
  EXPECT_EQ(figure(e, "interval_s"), figure(e, "latency_s"));
  // 8 products in 3 ns on each of 2 cores, two operations each.
  EXPECT_NEAR(figure(e, "peak_ops"), 2 * 2 * 8 / 3e-9, 1.0);
  // 30 of 2 x 3 blocks of 8 products.
  EXPECT_DOUBLE_EQ(cell(e, "by_layer", "a", "cell_utilisation"), 30.0 / 48.0);
}

TEST(DigitalEstimate, ComputedMatricesPassTheWeightMemory) {
  const Architecture read = parse(digital_description());
  workload::Workload work = workload_of({matrix("a", 1, 3, 6, 5)});
  work.operations[0].product.stationary = false;
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/weight_memory", "events"), (90 + 30) * 4 / 32.0);
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "tile/buffer", "events"),
                   (3 * 6 * 2 * 2 + 15 * 2 + 30 * 4) / 16.0);
}

TEST(DigitalEstimate, StreamedWeightsComeFromOutside) {
  const Architecture read = parse(changed(digital_description(), "time_multiplexing' value='no'",
                                          "time_multiplexing' value='yes'"));
  const workload::Workload work =
      workload_of({matrix("a", 1, 1, 100, 2), matrix("b", 1, 1, 100, 1)});
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  const double inputs = 2 * 100 * 2 + 3 * 2;
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "chip/off_chip_memory", "events"),
                   (inputs + 100 * 4) / 32.0);
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/weight_memory", "events"), (300 + 100) * 4 / 32.0);
}

TEST(DigitalEstimate, CopiesShareThePositionsAndTheInputs) {
  const Architecture alone = parse(digital_description());
  const Architecture shared =
      parse(changed(digital_description(), "weight_duplication' value='none'",
                    "weight_duplication' value='balanced'"));
  const workload::Workload work = workload_of({matrix("a", 1, 4, 6, 2)});
  const plugin::Estimate one = requests::run({.architecture = alone, .workload = work});
  const plugin::Estimate two = requests::run({.architecture = shared, .workload = work});
  EXPECT_EQ(cell(two, "by_layer", "a", "copies"), 2.0);
  EXPECT_NEAR(figure(one, "latency_s"), (4 * 2 + 1) * 3e-9, 1e-18);
  EXPECT_NEAR(figure(two, "latency_s"), (2 * 2 + 1) * 3e-9, 1e-18);
  for (const char* component : {"core/multiplier", "core/weight_memory", "tile/buffer"}) {
    EXPECT_EQ(cell(one, "by_component", component, "events"),
              cell(two, "by_component", component, "events"))
        << component;
  }
}

/// The source's totals are recalled and its components fitted to them: what is left to compare is
/// the peak, which the source counts with 288 in place of 256 multipliers and adders a tile.
TEST(DaDianNao, PeakIsThatOfItsMultipliers) {
  const Architecture chip =
      architecture::load_architecture("dadiannao", {NEUCASL_SOURCE_FOLDER "/devices"});
  const workload::Workload work = workload::from_network(network::lenet5());
  const plugin::Estimate e = requests::run({.architecture = chip, .workload = work});
  EXPECT_NEAR(figure(e, "peak_ops") / (16 * 256 * 2 * 606e6), 1.0, 1e-6);
  EXPECT_NEAR(cell(e, "published", "peak throughput (TOPS)", "difference"), 256.0 / 288.0 - 1.0,
              2e-3);
  EXPECT_NEAR(cell(e, "published", "chip power (mW)", "estimated") / 15970.0, 1.0, 1e-3);
  EXPECT_NEAR(cell(e, "published", "chip area (mm^2)", "estimated") / 67.73, 1.0, 1e-3);
  EXPECT_NEAR(cell(e, "published", "peak TOPS/mm^2", "difference"), 0.0, 0.12);
  EXPECT_NEAR(cell(e, "published", "peak TOPS/W", "difference"), 0.0, 0.12);
}

/// Copies of small layers stay where those of large ones find no room.
TEST(DaDianNao, SpareRoomIsForCopies) {
  Architecture chip =
      architecture::load_architecture("dadiannao", {NEUCASL_SOURCE_FOLDER "/devices"});
  architecture::set_chips(chip, 12);
  const workload::Workload work = workload::named("vgg16");
  const auto run = [&] { return requests::run({.architecture = chip, .workload = work}); };
  const plugin::Estimate balanced = run();
  // 4 blocks of 16 outputs on 192 cores.
  EXPECT_EQ(cell(balanced, "by_layer", "conv1_2", "copies"), 48.0);
  EXPECT_LT(cell(balanced, "by_layer", "conv5_3", "copies"), 6.0);
  device::UseList uses;
  const architecture::Placement placed = architecture::place(chip, work, uses);
  EXPECT_LE(placed.weight_bits, placed.weight_bits_fit);
  chip.duplication = architecture::Duplication::none;
  EXPECT_LT(figure(balanced, "latency_s"), 0.5 * figure(run(), "latency_s"));
}

TEST(DaDianNao, ResultsPassTheTransferFunctionOnTheirWay) {
  const Architecture chip =
      architecture::load_architecture("dadiannao", {NEUCASL_SOURCE_FOLDER "/devices"});
  const workload::Workload work = workload::named("lenet5");
  const plugin::Estimate e = requests::run({.architecture = chip, .workload = work});
  double activated = 0.0;
  for (const workload::Operation& operation : work.operations) {
    if (operation.kind != workload::OperationKind::activation) continue;
    activated += static_cast<double>(operation.input_elements);
  }
  EXPECT_EQ(cell(e, "by_component", "tile/transfer_function", "events"), activated);
}

TEST(DaDianNao, TotalsAreTheSumsOfTheirBreakdowns) {
  const Architecture chip =
      architecture::load_architecture("dadiannao", {NEUCASL_SOURCE_FOLDER "/devices"});
  const workload::Workload work = workload::from_network(network::vgg8({32, 32, 3}, 10));
  const plugin::Estimate e = requests::run({.architecture = chip, .workload = work});
  const double energy = figure(e, "energy_J");
  for (const char* name : {"by_component", "by_layer"}) {
    EXPECT_NEAR(
        (requests::sum(e, name, "energy") + requests::sum(e, name, "leakage_energy")) / energy, 1.0,
        1e-12);
    EXPECT_NEAR(requests::sum(e, name, "area") / figure(e, "area_m2"), 1.0, 1e-12);
  }
  EXPECT_NEAR(requests::sum(e, "by_phase", "energy") / energy, 1.0, 1e-12);
  EXPECT_NEAR(requests::sum(e, "by_layer", "latency") / figure(e, "latency_s"), 1.0, 1e-12);
  EXPECT_LE(figure(e, "throughput_ops"), figure(e, "peak_ops"));
}

}  // namespace
}  // namespace neucasl::performance_plugin
