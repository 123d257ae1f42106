#include "performance/system_schedule.hpp"
#include "tests/performance/requests.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::Architecture;
using architecture::test::changed;
using architecture::test::description;
using architecture::test::matrix;
using architecture::test::number;
using architecture::test::parse;
using architecture::test::workload_of;
using requests::cell;
using requests::figure;

std::string with_buffers(const std::string& capacity, std::string text = description()) {
  return changed(std::move(text), number("capacity", "1024", "1"),
                 number("capacity", capacity, "1"));
}

std::string without_memory(std::string text) {
  const std::size_t begin = text.find("<component kind='off_chip_memory");
  return text.erase(begin, text.find("</component>", begin) + 12 - begin);
}

/// 18 inputs, 15 values between, 3 outputs; two bits each.
workload::Workload two_layers() {
  workload::Operation second = matrix("b", 1, 1, 15, 3);
  second.inputs = {0};
  return workload_of({matrix("a", 1, 3, 6, 5), second});
}

TEST(Storage, OneSampleKeepsWhatIsStillRead) {
  const Architecture read = parse(description());
  const workload::Workload work = two_layers();
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_DOUBLE_EQ(figure(e, "kept_bytes"), (18 + 15) * 2 / 8.0);
  EXPECT_DOUBLE_EQ(figure(e, "buffer_capacity_bytes"), 2 * 1024.0);
  EXPECT_EQ(figure(e, "off_chip_bytes"), 0.0);
}

TEST(Storage, WhatDoesNotFitGoesOffTheChip) {
  // 66 bits for 64: the 15 values go out and come back.
  const Architecture read = parse(with_buffers("4"));
  const workload::Workload work = two_layers();
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  const plugin::Estimate roomy =
      requests::run({.architecture = parse(description()), .workload = work});
  EXPECT_DOUBLE_EQ(figure(e, "off_chip_bytes"), 15 * 2 / 8.0);
  const double moved = 2 * 15 * 2 / 32.0;
  for (const char* component : {"chip/off_chip_memory", "chip/link"}) {
    EXPECT_NEAR(cell(e, "by_component", component, "events") -
                    cell(roomy, "by_component", component, "events"),
                moved, 1e-12);
  }
  EXPECT_NEAR(figure(e, "energy_dynamic_J") - figure(roomy, "energy_dynamic_J"),
              moved * (13e-12 + 11e-12), 1e-22);
}

TEST(Storage, WithoutMemoryTheSmallestCapacityIsNamed) {
  const workload::Workload work = two_layers();
  const Architecture small = parse(without_memory(with_buffers("4")));
  const base::Diagnostic found = requests::refusal({.architecture = small, .workload = work});
  EXPECT_EQ(found.code, "architecture.capacity");
  EXPECT_NE(found.message.find("keeps 9 bytes"), std::string::npos) << found.message;
  EXPECT_NE(found.remedy.find("5 bytes for each 'buffer', or 2 chips"), std::string::npos)
      << found.remedy;
  EXPECT_GT(found.where.line, 0U);
  const Architecture enough = parse(without_memory(with_buffers("5")));
  EXPECT_EQ(figure(requests::run({.architecture = enough, .workload = work}), "off_chip_bytes"),
            0.0);
}

TEST(Storage, OffChipMemoryHasACapacityToo) {
  const workload::Workload work = two_layers();
  const auto with_memory = [&](const char* capacity) {
    return parse(changed(with_buffers("4"), number("capacity", "1000000", "1"),
                         number("capacity", capacity, "1")));
  };
  const Architecture small = with_memory("3");
  const base::Diagnostic found = requests::refusal({.architecture = small, .workload = work});
  EXPECT_EQ(found.code, "architecture.capacity");
  EXPECT_NE(found.remedy.find("at least 4 bytes"), std::string::npos) << found.remedy;
  const Architecture enough = with_memory("4");
  EXPECT_GT(figure(requests::run({.architecture = enough, .workload = work}), "off_chip_bytes"),
            0.0);
}

/// 480 weights that are programmed in turn, 8 bits each by a precision map.
TEST(Storage, WeightsOffTheChipHaveTheirOwnBits) {
  const workload::Workload work = workload_of({matrix("a", 1, 1, 40, 12)});
  const auto cost = [&](const char* capacity, int weight_bits) {
    device::UseList uses;
    const Architecture read =
        parse(changed(changed(description(), number("capacity", "1000000", "1"),
                              number("capacity", capacity, "1")),
                      "time_multiplexing' value='no'", "time_multiplexing' value='yes'"));
    return system_cost(read, work, {{weight_bits, 2, 2}}, uses).latency;
  };
  EXPECT_GT(cost("240", 4), 0.0);
  EXPECT_GT(cost("480", 8), 0.0);
  try {
    static_cast<void>(cost("479", 8));
    ADD_FAILURE() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.capacity");
    EXPECT_NE(error.diagnostic().remedy.find("at least 480 bytes"), std::string::npos);
  }
}

TEST(Storage, PipelinesKeepEachValueTwice) {
  const Architecture read = parse(
      changed(description(), "name='pipelining' value='none'", "name='pipelining' value='layers'"));
  const workload::Workload work = two_layers();
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_DOUBLE_EQ(figure(e, "kept_bytes"), (2 * 18 + 2 * 15 + 3) * 2 / 8.0);
  EXPECT_EQ(cell(e, "storage", "a", "copies"), 2.0);
  EXPECT_EQ(cell(e, "storage", "b", "copies"), 1.0);
}

TEST(Storage, WindowsKeepTheirRows) {
  const Architecture read = parse(changed(description(), "name='pipelining' value='none'",
                                          "name='pipelining' value='windows'"));
  workload::Workload work = two_layers();
  work.operations[0].window_elements = 7;
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_DOUBLE_EQ(figure(e, "kept_bytes"), (7 + 2 * 15 + 3) * 2 / 8.0);
}

TEST(Storage, ActivationsWorkInPlace) {
  const Architecture read = parse(description());
  workload::Workload work = two_layers();
  workload::Operation relu;
  relu.name = "relu";
  relu.kind = workload::OperationKind::activation;
  relu.inputs = {0};
  relu.input_elements = relu.output_elements = 15;
  work.operations.insert(work.operations.begin() + 1, relu);
  work.operations[2].inputs = {1};
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_DOUBLE_EQ(figure(e, "kept_bytes"), (18 + 15) * 2 / 8.0);
  // The input, the activation's output in place of the first layer's, the output.
  EXPECT_EQ(requests::table(e, "storage").rows(), 3U);
}

TEST(Storage, LongWaysKeepMoreSamples) {
  const Architecture read = parse(changed(
      changed(description(), "name='pipelining' value='none'", "name='pipelining' value='layers'"),
      "<array_group",
      architecture::test::component("vector_unit", "1", "4", "1") + "<array_group"));
  workload::Workload work = two_layers();
  workload::Operation third = matrix("c", 1, 1, 3, 15);
  third.inputs = {1};
  workload::Operation add;
  add.name = "add";
  add.kind = workload::OperationKind::elementwise;
  add.inputs = {2, 0};
  add.input_elements = 30;
  add.output_elements = 15;
  work.operations.push_back(third);
  work.operations.push_back(add);
  const plugin::Estimate e = requests::run({.architecture = read, .workload = work});
  EXPECT_EQ(cell(e, "storage", "a", "copies"), 4.0);
  EXPECT_EQ(cell(e, "storage", "c", "copies"), 2.0);
}

}  // namespace
}  // namespace neucasl::performance_plugin
