#include "performance/photonic_training.hpp"

#include "neucasl/workload/topologies.hpp"
#include "tests/architecture/photonic_parts.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace parts = architecture::test;
using architecture::Architecture;
using parts::changed;
using parts::number;
using plugin::SystemPhase;
using requests::cell;
using requests::figure;

std::string with_gradients(const std::string& text, const std::string& way) {
  return parts::with_choice(text, "weight_gradient", way);
}

/// Memories and adders never bound; weights and inputs of gradients are set in turn.
std::string trained_in_turn() {
  return with_gradients(parts::with_wide_memories(parts::set_in_turn()), "photonic-cores");
}

/// Words of 8 bits in 40 bytes a core, cells of 2 bits that bear 10^6 writes of 3 pJ; a word takes
/// 90 ns to read and 50 ns to write.
std::string weight_memory(const std::string& more) {
  return parts::component("weight_memory", "1", "6", "90",
                          number("width", "8", "1") + number("capacity", "40", "1") +
                              number("bits_per_cell", "2", "1") + more);
}

std::string with_memory(const std::string& text, const std::string& more) {
  return changed(text, "</photonic_core>", weight_memory(more) + "</photonic_core>");
}

std::string writes() {
  return number("write_energy", "3", "pJ") + number("write_time", "50", "ns") +
         number("endurance", "1e6", "1");
}

/// Two dense layers of 4 x 4.
workload::Workload photonic_pair() {
  workload::Operation second = parts::matrix("b", 1, 1, 4, 4);
  second.inputs = {0};
  return parts::workload_of({parts::matrix("a", 1, 1, 4, 4), second});
}

plugin::Estimate learn(const Architecture& architecture, const workload::Workload& workload,
                       std::size_t batch, std::size_t epoch = 0) {
  return requests::run({.architecture = architecture,
                        .workload = workload,
                        .phase = SystemPhase::training,
                        .batch = batch,
                        .epoch_samples = epoch});
}

// By hand. Blocks are 4 x 3, so each product of 4 x 4 has two settings of 4 x 3 and 4 x 1 weights
// on two units at the same time: 42 ns, and 1 ns for its one position. A gradient holds the 1 x 4
// inputs, which four errors of an output pass: 42 ns and 4 ns.
TEST(PhotonicTraining, IsWhatAHandCountGives) {
  const plugin::Estimate e = learn(parts::parse(trained_in_turn()), photonic_pair(), 4);
  EXPECT_EQ(figure(e, "multiply_accumulates"), 80.0);
  EXPECT_EQ(cell(e, "by_training_phase", "forward", "weights_set"), 32.0);
  EXPECT_EQ(cell(e, "by_training_phase", "error_propagation", "weights_set"), 16.0);
  EXPECT_EQ(cell(e, "by_training_phase", "weight_gradient", "weights_set"), 8.0);
  EXPECT_EQ(cell(e, "by_training_phase", "weight_update", "weights_set"), 0.0);
  EXPECT_NEAR(cell(e, "by_training_phase", "forward", "setting_time"), 2 * 42e-9, 1e-18);
  EXPECT_NEAR(cell(e, "by_training_phase", "forward", "latency"), 2 * 43e-9, 1e-18);
  EXPECT_NEAR(cell(e, "by_training_phase", "weight_gradient", "latency"), 2 * 46e-9, 1e-18);
  EXPECT_NEAR(cell(e, "by_component", "core/weight_bank", "energy"), 56 * 3e-12, 1e-22);
  EXPECT_NEAR(cell(e, "by_component", "core/weight_dac", "energy"), 56 * 0.125e-12, 1e-22);
  // Inputs once for each of two blocks of outputs: 4 forward and back, 4 x 1 errors of a gradient.
  EXPECT_NEAR(cell(e, "by_component", "core/input_modulator", "events"), 2 * (3 * 4 + 2 * 4), 1e-9);
  EXPECT_NEAR(cell(e, "by_component", "core/adc", "events"), 3 * 4 + 2 * 16, 1e-9);
}

// Weights of 4 bits come from off-chip memory in each product and are read and written by an
// update, inputs of 2 bits come from there; outputs stay, for the loss.
TEST(PhotonicTraining, UpdatesWriteWhereWeightsLie) {
  const Architecture chip = parts::parse(with_gradients(parts::set_in_turn(), "photonic-cores"));
  const plugin::Estimate e = learn(chip, photonic_pair(), 4);
  const double bits = 3 * 16 * 4 + 4 * 2 + 2 * 2 * 16 * 4 / 4.0;
  EXPECT_NEAR(cell(e, "by_component", "chip/off_chip_memory", "events"), bits / 32.0, 1e-12);
  EXPECT_EQ(figure(e, "cells_written"), 0.0);
  EXPECT_EQ(requests::table(e, "endurance").rows(), 0U);
  // Old weight and gradient are added for each weight, sums of a batch for each gradient; two
  // blocks of depth have none.
  EXPECT_NEAR(cell(e, "by_component", "tile/accumulator", "events"), 32 / 4.0 + 32, 1e-12);
}

// 64 bits a layer are 32 cells and 8 words, written by the memories of the two cores at work.
TEST(PhotonicTraining, WritesCellsOfItsWeightMemory) {
  const Architecture chip = parts::parse(with_memory(trained_in_turn(), writes()));
  const plugin::Estimate e = learn(chip, photonic_pair(), 4, 1000);
  EXPECT_DOUBLE_EQ(figure(e, "cells_written"), 2 * 32 / 4.0);
  EXPECT_NEAR(figure(e, "write_energy_J"), 2 * 32 * 3e-12 / 4, 1e-22);
  EXPECT_NEAR(figure(e, "write_time_s"), 2 * 4 * 50e-9 / 4, 1e-18);
  EXPECT_NEAR(cell(e, "by_training_phase", "weight_update", "write_time"), 2 * 4 * 50e-9, 1e-18);
  // Read before, 8 words by two memories.
  EXPECT_NEAR(cell(e, "by_training_phase", "weight_update", "latency"), 2 * (4 * 90e-9 + 4 * 50e-9),
              1e-15);
  EXPECT_EQ(cell(e, "endurance", "weights", "cells"), 64.0);
  EXPECT_EQ(figure(e, "samples_to_failure"), 4e6);
  EXPECT_EQ(figure(e, "epochs_to_failure"), 4e3);
  // 24 words of settings, and 16 of updates; 6 pJ each, and what is written.
  EXPECT_NEAR(cell(e, "by_component", "core/weight_memory", "energy"),
              (24 + 16 / 4.0) * 6e-12 + 2 * 32 * 3e-12 / 4, 1e-21);
  const std::string without = changed(writes(), number("endurance", "1e6", "1"), "");
  const plugin::Estimate endless =
      learn(parts::parse(with_memory(trained_in_turn(), without)), photonic_pair(), 4);
  EXPECT_DOUBLE_EQ(figure(endless, "cells_written"), 16.0);
  EXPECT_EQ(requests::table(endless, "endurance").rows(), 0U);
}

TEST(PhotonicTraining, SamplesOfABatchFollowEachOther) {
  const plugin::Estimate e = learn(parts::parse(trained_in_turn()), photonic_pair(), 4);
  const double update = cell(e, "by_training_phase", "weight_update", "latency");
  EXPECT_NEAR(figure(e, "batch_time_s") / (4 * (figure(e, "latency_s") - update) + update), 1.0,
              1e-12);
  EXPECT_NEAR(figure(e, "interval_s") / (figure(e, "batch_time_s") / 4), 1.0, 1e-12);
  EXPECT_NEAR(cell(e, "by_training_phase", "weight_update", "leakage_energy") /
                  (figure(e, "leakage_W") * update / 4),
              1.0, 1e-12);
  // Inputs, outputs of a and of b, 4 elements of 2 bits; 32 sums of 8 bits.
  EXPECT_EQ(figure(e, "activation_storage_bytes"), 3.0);
  EXPECT_EQ(figure(e, "gradient_storage_bytes"), 32.0);
}

/// Six units hold both layers and the transpose of the second.
std::string trained_in_place() {
  const std::string text =
      with_gradients(parts::with_wide_memories(parts::photonic_description()), "digital-unit");
  return changed(text, "<photonic_core",
                 parts::component("vector_unit", "1", "4", "0.0001") + "<photonic_core");
}

TEST(PhotonicTraining, WeightsThatStayAreSetOnceForAnUpdate) {
  const plugin::Estimate e = learn(parts::parse(trained_in_place()), photonic_pair(), 4);
  EXPECT_EQ(cell(e, "by_training_phase", "forward", "weights_set"), 0.0);
  EXPECT_EQ(cell(e, "by_training_phase", "weight_update", "weights_set"), (16 + 2 * 16) / 4.0);
  EXPECT_NEAR(cell(e, "by_training_phase", "weight_update", "setting_time"), 2 * 42e-9, 1e-18);
  EXPECT_NEAR(cell(e, "by_component", "core/weight_bank", "energy"), 48 * 3e-12 / 4, 1e-22);
  EXPECT_EQ(figure(e, "units_used"), 6.0);
  // Two operations a multiply-accumulate of both gradients.
  EXPECT_NEAR(cell(e, "by_component", "tile/vector_unit", "events"), 2 * 32, 1e-9);
}

TEST(PhotonicTraining, APipelineTakesTheCyclesOfItsLayers) {
  const std::string text = changed(trained_in_place(), "name='pipelining' value='none'",
                                   "name='pipelining' value='layers'");
  const plugin::Estimate e = learn(parts::parse(text), photonic_pair(), 4);
  EXPECT_EQ(figure(e, "pipeline_cycles_per_batch"), 2 * 2 + 4 + 1);
  EXPECT_NEAR(figure(e, "batch_time_s") /
                  ((2 * 2 + 4) * figure(e, "pipeline_cycle_s") + figure(e, "update_time_s")),
              1.0, 1e-12);
  EXPECT_EQ(cell(e, "storage", "a", "copies"), 3.0);
}

/// Errors have either sign, inputs of the network and outputs of a ReLU have not.
TEST(PhotonicTraining, IntensitiesPassTwiceForEitherSign) {
  const std::string field = trained_in_turn();
  const std::string intensity =
      changed(field, "name='encoding' value='field'", "name='encoding' value='intensity'");
  workload::Operation relu;
  relu.name = "relu";
  relu.kind = workload::OperationKind::activation;
  relu.inputs = {0};
  relu.input_elements = relu.output_elements = 4;
  workload::Operation second = parts::matrix("b", 1, 1, 4, 4);
  second.inputs = {1};
  workload::Workload work = parts::workload_of({parts::matrix("a", 1, 1, 4, 4), relu, second});
  const auto conversions = [&](const std::string& text) {
    return cell(learn(parts::parse(text), work, 1), "by_component", "core/adc", "events");
  };
  EXPECT_NEAR(conversions(field), 3 * 4 + 2 * 16, 1e-9);
  EXPECT_NEAR(conversions(intensity), (2 + 2 * 1) * 4 + 4 + 2 * 2 * 16, 1e-9);
  work.operations[1].not_negative = true;
  EXPECT_NEAR(conversions(intensity), (2 + 2 * 1) * 4 + 2 * 2 * 16, 1e-9);
}

class PhotonicTrainingTotals : public testing::TestWithParam<std::tuple<const char*, const char*>> {
};

TEST_P(PhotonicTrainingTotals, AreTheSumsOfTheirBreakdowns) {
  const auto& [chip, network] = GetParam();
  const Architecture read =
      architecture::load_architecture(chip, {NEUCASL_SOURCE_FOLDER "/devices"});
  const workload::Workload work = workload::named(network);
  const plugin::Estimate e = learn(read, work, 32);
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
  for (const char* name : {"by_component", "by_layer"}) {
    EXPECT_NEAR(requests::sum(e, name, "area") / figure(e, "area_m2"), 1.0, 1e-12) << name;
  }
  EXPECT_NEAR(requests::sum(e, "by_training_phase", "write_energy"), figure(e, "write_energy_J"),
              1e-12 * energy);
  EXPECT_NEAR(requests::sum(e, "by_layer", "operations") / (2 * figure(e, "multiply_accumulates")),
              1.0, 1e-12);
  EXPECT_GT(figure(e, "multiply_accumulates"), 2.5 * work.multiply_accumulates());
  EXPECT_LE(figure(e, "throughput_ops"), figure(e, "peak_ops"));
  EXPECT_GT(energy,
            2.0 * figure(requests::run({.architecture = read, .workload = work}), "energy_J"));
}

INSTANTIATE_TEST_SUITE_P(Bundled, PhotonicTrainingTotals,
                         testing::Combine(testing::Values("litecon", "deap_cnn", "crosslight",
                                                          "dota_b", "albireo"),
                                          testing::Values("lenet5", "vgg8")));

INSTANTIATE_TEST_SUITE_P(Attention, PhotonicTrainingTotals,
                         testing::Values(std::tuple{"dota_b", "bert_base"}));

struct PhotonicFault {
  const char* name;
  std::string text;
  const char* code;
  const char* says;
};

void PrintTo(const PhotonicFault& fault, std::ostream* stream) { *stream << fault.name; }

class FaultyPhotonicTraining : public testing::TestWithParam<PhotonicFault> {};

TEST_P(FaultyPhotonicTraining, IsRefused) {
  base::Diagnostic found;
  try {
    static_cast<void>(learn(parts::parse(GetParam().text), photonic_pair(), 1));
    ADD_FAILURE() << "not refused";
  } catch (const base::Error& error) {
    found = error.diagnostic();
  }
  EXPECT_EQ(found.code, GetParam().code);
  EXPECT_TRUE(found.where.known());
  EXPECT_NE(to_string(found).find(GetParam().says), std::string::npos) << to_string(found);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultyPhotonicTraining,
    testing::Values(
        PhotonicFault{"no_way_to_gradients", parts::set_in_turn(), "architecture.training",
                      "photonic-cores"},
        PhotonicFault{"gradients_in_arrays", with_gradients(parts::set_in_turn(), "arrays"),
                      "architecture.choice", "not for a <photonic_core>"},
        PhotonicFault{"banks_that_stay",
                      with_gradients(parts::photonic_description(), "photonic-cores"),
                      "architecture.training", "keep their weights from sample to sample"},
        PhotonicFault{"memory_that_is_not_written", with_memory(trained_in_turn(), ""),
                      "device.number", "write_energy"},
        PhotonicFault{"sums_that_stay_in_a_pipeline",
                      changed(parts::photonic_description(false), "name='pipelining' value='none'",
                              "name='pipelining' value='layers'"),
                      "architecture.choice", "photonic cores in turn"},
        PhotonicFault{"narrow_converter",
                      changed(trained_in_turn(), number("activation_bits", "2", "1"),
                              number("activation_bits", "6", "1")),
                      "architecture.converter", "second operands of 6 bits"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(PhotonicTraining, WithoutAMemoryThatCanBeWrittenIsRefused) {
  const std::string text = trained_in_place();
  const std::size_t begin = text.find("<component kind='off_chip_memory'");
  const std::string closing = "</component>\n";
  std::string bare = text;
  bare.erase(begin, text.find(closing, begin) + closing.size() - begin);
  const Architecture chip = parts::parse(bare);
  const workload::Workload work = photonic_pair();
  const base::Diagnostic found = requests::refusal(
      {.architecture = chip, .workload = work, .phase = SystemPhase::training, .batch = 1});
  EXPECT_EQ(found.code, "architecture.capacity");
  EXPECT_NE(found.message.find("weight memories hold 0"), std::string::npos) << found.message;
  // Inference leaves the weights in their banks.
  EXPECT_GT(figure(requests::run({.architecture = chip, .workload = work}), "energy_J"), 0.0);
}

}  // namespace
}  // namespace neucasl::performance_plugin
