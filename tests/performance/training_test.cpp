#include "neucasl/workload/topologies.hpp"
#include "performance/training_cost.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using architecture::test::changed;
using architecture::test::description;
using architecture::test::digital_description;
using architecture::test::matrix;
using architecture::test::number;
using architecture::test::parse;
using architecture::test::workload_of;
using plugin::SystemPhase;
using requests::cell;
using requests::figure;

/// The small architecture, for training in arrays of cells that bear 10^6 writes.
std::string trainable(std::string text = description()) {
  text = changed(std::move(text), "value='offset'/>\n",
                 "value='offset'/>\n<choice name='weight_gradient' value='arrays'/>\n");
  return changed(std::move(text), number("write_time", "50", "ns"),
                 number("write_time", "50", "ns") + number("endurance", "1e6", "1"));
}

std::string in_a_pipeline(std::string text) {
  return changed(std::move(text), "name='pipelining' value='none'",
                 "name='pipelining' value='layers'");
}

/// Two dense layers of 4 x 4.
workload::Workload dense_pair() {
  workload::Operation second = matrix("b", 1, 1, 4, 4);
  second.inputs = {0};
  return workload_of({matrix("a", 1, 1, 4, 4), second});
}

plugin::Estimate train(const Architecture& architecture, const workload::Workload& workload,
                       std::size_t batch, std::size_t epoch = 0) {
  return requests::run({.architecture = architecture,
                        .workload = workload,
                        .phase = SystemPhase::training,
                        .batch = batch,
                        .epoch_samples = epoch});
}

TEST(TrainingEstimate, CountsForwardBackwardAndGradients) {
  const plugin::Estimate e = train(parse(trainable()), dense_pair(), 4);
  // Forward 2 x 16, errors of one layer, gradients 2 x 16.
  EXPECT_EQ(figure(e, "multiply_accumulates"), 80.0);
  EXPECT_EQ(cell(e, "by_training_phase", "forward", "operations"), 64.0);
  EXPECT_EQ(cell(e, "by_training_phase", "error_propagation", "operations"), 32.0);
  EXPECT_EQ(cell(e, "by_training_phase", "weight_gradient", "operations"), 64.0);
  EXPECT_EQ(cell(e, "by_training_phase", "weight_update", "operations"), 0.0);
  // Each layer, the transpose of the second, the inputs of both.
  EXPECT_EQ(figure(e, "arrays_used"), 5.0);
}

TEST(TrainingEstimate, WritesInputsWeightsAndTransposes) {
  const plugin::Estimate e = train(parse(trainable()), dense_pair(), 4, 1000);
  // Inputs of 2 bits take a cell, weights of 4 bits two.
  const double inputs = 4 + 4;
  const double weights = 16 * 2 + 2 * 16 * 2;
  EXPECT_EQ(cell(e, "endurance", "inputs held for gradients", "cells"), inputs);
  EXPECT_EQ(cell(e, "endurance", "weights and transposes", "cells"), weights);
  EXPECT_DOUBLE_EQ(figure(e, "cells_written"), inputs + weights / 4.0);
  EXPECT_NEAR(figure(e, "write_energy_J"), (inputs + weights / 4.0) * 3e-12, 1e-22);
  // One row of inputs in each layer for a sample; four rows of weights in each for a batch.
  EXPECT_NEAR(figure(e, "write_time_s"), (2 * 1 + 2 * 4 / 4.0) * 50e-9, 1e-18);
  EXPECT_EQ(figure(e, "samples_to_failure"), 1e6);
  EXPECT_EQ(figure(e, "epochs_to_failure"), 1e3);
  EXPECT_DOUBLE_EQ(figure(e, "endurance_share_of_epoch"), 1e-3);
  EXPECT_EQ(cell(e, "endurance", "weights and transposes", "samples_to_failure"), 4e6);
  EXPECT_NEAR(figure(e, "time_to_failure_s") / (1e6 * figure(e, "interval_s")), 1.0, 1e-12);
}

/// Writing a row takes 50 ns, a position of a gradient at most two reads of 16 ns: w = 2, and each
/// copy reads two of four positions.
TEST(TrainingEstimate, CopiesOfGradientsHaveAsMuchToReadAsToWrite) {
  const std::string balanced = changed(trainable(), "weight_duplication' value='none'",
                                       "weight_duplication' value='balanced'");
  const plugin::Estimate e = train(parse(balanced), dense_pair(), 4);
  EXPECT_EQ(cell(e, "by_layer", "a (gradient)", "copies"), 2.0);
  EXPECT_EQ(cell(e, "by_layer", "b (gradient)", "copies"), 2.0);
  EXPECT_EQ(figure(e, "arrays_used"), 3.0 + 2 * 2);
  EXPECT_EQ(cell(e, "endurance", "inputs held for gradients", "cells"), 2 * 8.0);
  const std::string slow =
      changed(balanced, number("write_time", "50", "ns"), number("write_time", "500", "ns"));
  EXPECT_EQ(figure(train(parse(slow), dense_pair(), 4), "arrays_used"), 5.0);
}

TEST(TrainingEstimate, LargerBatchesWriteWeightsLess) {
  const Architecture read = parse(trainable());
  const auto written = [&](std::size_t batch) {
    return figure(train(read, dense_pair(), batch), "cells_written");
  };
  EXPECT_DOUBLE_EQ(written(1), 8 + 96);
  EXPECT_DOUBLE_EQ(written(2), 8 + 48);
  EXPECT_DOUBLE_EQ(written(96), 8 + 1);
}

TEST(TrainingEstimate, WithoutAPipelineSamplesFollowEachOther) {
  const plugin::Estimate e = train(parse(trainable()), dense_pair(), 4);
  const double update = cell(e, "by_training_phase", "weight_update", "latency");
  const double sample = figure(e, "latency_s") - update;
  EXPECT_NEAR(figure(e, "update_time_s"), update, 1e-18);
  EXPECT_NEAR(figure(e, "batch_time_s"), 4 * sample + update, 1e-18);
  EXPECT_NEAR(figure(e, "interval_s"), figure(e, "batch_time_s") / 4, 1e-18);
  // Rows are read and written one after the other: 4 reads of 16 ns, 4 rows of 50 ns, a layer.
  EXPECT_NEAR(update, 2 * (4 * 16e-9 + 4 * 50e-9), 1e-15);
  EXPECT_EQ(figure(e, "activation_storage_bytes"), 3.0);
  EXPECT_EQ(figure(e, "gradient_storage_bytes"), 32.0);
}

TEST(TrainingEstimate, APipelineTakesTheCyclesOfPipeLayer) {
  const plugin::Estimate e = train(parse(in_a_pipeline(trainable())), dense_pair(), 4);
  EXPECT_EQ(figure(e, "training_layers"), 2.0);
  EXPECT_EQ(figure(e, "pipeline_cycles_per_batch"), 2 * 2 + 4 + 1);
  EXPECT_NEAR(figure(e, "batch_time_s"),
              (2 * 2 + 4) * figure(e, "pipeline_cycle_s") + figure(e, "update_time_s"), 1e-18);
  // The longest stage is a gradient: a row is written in 50 ns, 4 positions of 2 reads of 10 ns
  // follow, and the first read. An update reads 4 rows in 16 ns each and writes them.
  EXPECT_NEAR(figure(e, "pipeline_cycle_s"), 50e-9 + 4 * 2 * 10e-9 + 10e-9, 1e-15);
  EXPECT_NEAR(figure(e, "batch_time_s"), 8 * 140e-9 + (4 * 16e-9 + 4 * 50e-9), 1e-15);
  // Inputs for min(4, 5) samples, outputs of the layers for 3 and 1; a byte each.
  EXPECT_EQ(figure(e, "activation_storage_bytes"), 4 + 3 + 1);
  EXPECT_EQ(cell(e, "storage", "a", "copies"), 3.0);
  EXPECT_EQ(figure(e, "error_storage_bytes"), 4.0);
}

/// L. Song et al., HPCA 2017: N samples in batches of B take (N/B)(2 L + B + 1) cycles.
TEST(TrainingEstimate, ManySamplesTakeTheCyclesOfPipeLayer) {
  Architecture chip =
      architecture::load_architecture("pipelayer_like", {NEUCASL_SOURCE_FOLDER "/devices"});
  architecture::set_chips(chip, 2);
  const workload::Workload work = workload::named("vgg8");
  for (const std::size_t batch : {1U, 16U, 128U}) {
    const plugin::Estimate e = train(chip, work, batch);
    const double size = static_cast<double>(batch);
    EXPECT_EQ(figure(e, "pipeline_cycles_per_batch"), 2 * 8 + size + 1);
    // The update is shorter than a cycle, which the formula takes for it.
    EXPECT_LT(figure(e, "update_time_s"), figure(e, "pipeline_cycle_s"));
    const double cycles = 12800 * figure(e, "interval_s") / figure(e, "pipeline_cycle_s");
    EXPECT_LE(cycles, 12800 / size * (2 * 8 + size + 1));
    EXPECT_GE(cycles, 12800 / size * (2 * 8 + size));
  }
}

TEST(TrainingEstimate, UpdatesOnDigitalCoresStayInTheirMemories) {
  const Architecture read = parse(digital_description());
  const plugin::Estimate e = train(read, dense_pair(), 2);
  // Products; additions of gradients go to accumulators; an update multiplies each weight.
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/multiplier", "events"), 80 + 32 / 2.0);
  // Weights read forward and back; inputs moved in and read for gradients, two bits each; sums of
  // gradients of 8 bits written, read for every second sample, read by the update; weights read and
  // written.
  const double bits = 48 * 4 + 32 * 2 + 8 * 2 + 32 * 8 * 1.5 + (32 * 8 + 2 * 32 * 4) / 2.0;
  EXPECT_DOUBLE_EQ(cell(e, "by_component", "core/weight_memory", "events"), bits / 32.0);
  EXPECT_EQ(cell(e, "by_training_phase", "weight_update", "write_energy"), 0.0);
  EXPECT_EQ(requests::table(e, "endurance").rows(), 0U);
}

TEST(TrainingEstimate, GradientsThatDoNotFitGoOffTheChip) {
  // 16 bytes of weights and 1 of moved inputs in 32 leave 15; a gradient has 16. Buffers hold 16,
  // of which values take 3.
  const Architecture read = parse(changed(
      changed(digital_description(), number("capacity", "64", "1"), number("capacity", "16", "1")),
      number("capacity", "1024", "1"), number("capacity", "8", "1")));
  const plugin::Estimate e = train(read, dense_pair(), 2);
  EXPECT_EQ(figure(e, "gradient_storage_bytes"), 32.0);
  EXPECT_EQ(figure(e, "off_chip_bytes"), 32.0);
  // 256 bits written for a sample and read once: for half of the samples, and by each second
  // sample's update.
  const plugin::Estimate roomy = train(parse(digital_description()), dense_pair(), 2);
  for (const char* component : {"chip/off_chip_memory", "chip/link"}) {
    EXPECT_NEAR(cell(e, "by_component", component, "events") -
                    cell(roomy, "by_component", component, "events"),
                2 * 256 / 32.0, 1e-12);
    EXPECT_NEAR(cell(e, "by_component", component, "energy") -
                    cell(roomy, "by_component", component, "energy"),
                16 * (component == std::string("chip/link") ? 11e-12 : 13e-12), 1e-22);
  }
}

/// a, two layers beside it, their sum, a last layer.
TEST(TrainingEstimate, ErrorsOfASkipAreKeptWhileTheBranchRuns) {
  const Architecture read =
      parse(changed(trainable(), "<array_group",
                    architecture::test::component("vector_unit", "1", "4", "1") + "<array_group"));
  workload::Operation wide = matrix("wide", 1, 1, 4, 8);
  wide.inputs = {0};
  workload::Operation narrow = matrix("narrow", 1, 1, 8, 4);
  narrow.inputs = {1};
  workload::Operation add;
  add.name = "add";
  add.kind = workload::OperationKind::elementwise;
  add.inputs = {2, 0};
  add.input_elements = 8;
  add.output_elements = 4;
  workload::Operation last = matrix("last", 1, 1, 4, 4);
  last.inputs = {3};
  const workload::Workload work = workload_of({matrix("a", 1, 1, 4, 4), wide, narrow, add, last});
  Architecture enough = read;
  architecture::set_chips(enough, 4);
  const plugin::Estimate e = train(enough, work, 1);
  // Errors of the sum's two inputs, those between the layers, those of a: 8 + 8 + 4 of 2 bits.
  EXPECT_EQ(figure(e, "error_storage_bytes"), 5.0);
  // In a chain only neighbours are alive at the same time: 4 + 4 here.
  EXPECT_EQ(figure(train(read, dense_pair(), 1), "error_storage_bytes"), 2.0);
}

/// What one spike of 3.91 nJ writes: a row, as the spike of a read drives one.
TEST(PipeLayer, WritingDoesNotExceedWhatACellBears) {
  Architecture chip =
      architecture::load_architecture("pipelayer_like", {NEUCASL_SOURCE_FOLDER "/devices"});
  device::UseList uses;
  const device::Card& array = chip.core().find(architecture::ComponentKind::array)->numbers;
  const double energy = array.si("write_energy", base::dimension::energy, uses);
  const double time = array.si("write_time", base::dimension::time, uses);
  EXPECT_NEAR(energy * array.si("columns", base::dimension::none, uses), 3.91e-9, 1e-15);
  EXPECT_LT(energy / time, 1e-3);
  const plugin::Estimate e = train(chip, workload::named("lenet5"), 64);
  EXPECT_LT(figure(e, "average_power_W"), figure(e, "peak_power_W"));
}

class TrainingTotals : public testing::TestWithParam<std::tuple<const char*, const char*, int>> {};

TEST_P(TrainingTotals, AreTheSumsOfTheirBreakdowns) {
  const auto& [chip, network, chips] = GetParam();
  Architecture read = architecture::load_architecture(chip, {NEUCASL_SOURCE_FOLDER "/devices"});
  architecture::set_chips(read, static_cast<std::size_t>(chips));
  const workload::Workload work = workload::named(network);
  const plugin::Estimate e = train(read, work, 32);
  const double energy = figure(e, "energy_J");
  for (const char* name : {"by_component", "by_layer", "by_training_phase"}) {
    EXPECT_NEAR(
        (requests::sum(e, name, "energy") + requests::sum(e, name, "leakage_energy")) / energy, 1.0,
        1e-12)
        << name;
  }
  EXPECT_NEAR(requests::sum(e, "by_phase", "energy") / energy, 1.0, 1e-12);
  for (const char* name : {"by_layer", "by_phase", "by_training_phase"}) {
    EXPECT_NEAR(requests::sum(e, name, "latency") / figure(e, "latency_s"), 1.0, 1e-12) << name;
  }
  EXPECT_NEAR(requests::sum(e, "by_training_phase", "write_energy"), figure(e, "write_energy_J"),
              1e-12 * energy);
  EXPECT_NEAR(requests::sum(e, "by_layer", "operations") / (2 * figure(e, "multiply_accumulates")),
              1.0, 1e-12);
  EXPECT_NEAR(requests::sum(e, "by_component", "area") / figure(e, "area_m2"), 1.0, 1e-12);
  EXPECT_GT(figure(e, "multiply_accumulates"), 2.5 * work.multiply_accumulates());
  EXPECT_LE(figure(e, "throughput_ops"), figure(e, "peak_ops"));
  // Writing is not part of the power with every component at work.
  EXPECT_LE(figure(e, "average_power_W"),
            figure(e, "peak_power_W") + figure(e, "write_energy_J") / figure(e, "interval_s"));
}

INSTANTIATE_TEST_SUITE_P(Bundled, TrainingTotals,
                         testing::Values(std::tuple{"pipelayer_like", "lenet5", 1},
                                         std::tuple{"pipelayer_like", "vgg8", 2},
                                         std::tuple{"dadiannao", "lenet5", 1},
                                         std::tuple{"dadiannao", "vgg8", 3},
                                         std::tuple{"dadiannao", "resnet18", 8}));

struct TrainingFault {
  const char* name;
  std::string text;
  std::size_t batch;
  const char* code;
  const char* says;
};

void PrintTo(const TrainingFault& fault, std::ostream* stream) { *stream << fault.name; }

class FaultyTraining : public testing::TestWithParam<TrainingFault> {};

TEST_P(FaultyTraining, IsRefused) {
  const Architecture read = parse(GetParam().text);
  const workload::Workload work = dense_pair();
  const base::Diagnostic found = requests::refusal({.architecture = read,
                                                    .workload = work,
                                                    .phase = SystemPhase::training,
                                                    .batch = GetParam().batch});
  EXPECT_EQ(found.code, GetParam().code);
  EXPECT_NE(to_string(found).find(GetParam().says), std::string::npos) << to_string(found);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultyTraining,
    testing::Values(
        TrainingFault{"no_way_to_gradients", description(), 1, "architecture.training",
                      "weight_gradient"},
        TrainingFault{"no_endurance", changed(trainable(), number("endurance", "1e6", "1"), ""), 1,
                      "device.number", "endurance"},
        TrainingFault{"no_write_energy",
                      changed(trainable(), number("write_energy", "3", "pJ"), ""), 1,
                      "device.number", "write_energy"},
        TrainingFault{"no_batch", trainable(), 0, "performance.batch", "1 to 10^9"},
        TrainingFault{
            "too_few_arrays",
            changed(trainable(), "<array_group name='group'>\n" + number("count", "3", "1"),
                    "<array_group name='group'>\n" + number("count", "1", "1")),
            1, "architecture.capacity", "needs 5 arrays"},
        TrainingFault{
            "in_turn",
            changed(changed(trainable(), "<array_group name='group'>\n" + number("count", "3", "1"),
                            "<array_group name='group'>\n" + number("count", "1", "1")),
                    "time_multiplexing' value='no'", "time_multiplexing' value='yes'"),
            1, "architecture.capacity", "2 chips"}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace neucasl::performance_plugin
