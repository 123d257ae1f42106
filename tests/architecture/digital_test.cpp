#include <gtest/gtest.h>

#include "neucasl/architecture/placement.hpp"
#include "tests/architecture/digital_parts.hpp"

namespace neucasl::architecture {
namespace {

using test::changed;
using test::digital_description;
using test::matrix;
using test::parse;
using test::workload_of;

Placement place_digital_on(const std::string& text, const workload::Workload& workload) {
  device::UseList uses;
  return place(parse(text), workload, uses);
}

base::Diagnostic digital_refusal(const std::string& text, const workload::Workload& workload) {
  try {
    static_cast<void>(place_digital_on(text, workload));
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

TEST(DigitalCore, IsALevelOfATile) {
  const Architecture read = parse(digital_description());
  EXPECT_EQ(read.core().kind, LevelKind::digital_core);
  EXPECT_EQ(read.gradient, Gradient::digital_unit);
  device::UseList uses;
  const ArrayPlan plan = array_plan(read, uses);
  EXPECT_EQ(plan.rows, 4U);
  EXPECT_EQ(plan.outputs, 2U);
  EXPECT_EQ(plan.available, 2U);
  EXPECT_EQ(plan.input_cycles, 1U);
}

TEST(DigitalCore, HasAMultiplierForEachProduct) {
  const std::string text =
      changed(digital_description(), "name='multiplier'>\n" + test::number("count", "8", "1"),
              "name='multiplier'>\n" + test::number("count", "7", "1"));
  const base::Diagnostic found = digital_refusal(text, workload_of({matrix("a", 1, 1, 4, 2)}));
  EXPECT_EQ(found.code, "architecture.hierarchy");
  EXPECT_EQ(found.remedy, "give 8");
  EXPECT_GT(found.where.line, 0U);
}

TEST(DigitalCore, IsTakenInTurn) {
  const std::string text = changed(digital_description(), "name='pipelining' value='none'",
                                   "name='pipelining' value='layers'");
  EXPECT_EQ(digital_refusal(text, workload_of({matrix("a", 1, 1, 4, 2)})).code,
            "architecture.choice");
}

TEST(DigitalCore, WorksOffBlocksOfOutputs) {
  // 5 outputs in blocks of 2 on two cores: two passes; 6 inputs in two steps.
  const Placement placed =
      place_digital_on(digital_description(), workload_of({matrix("a", 1, 3, 6, 5)}));
  ASSERT_EQ(placed.operations.size(), 1U);
  EXPECT_EQ(placed.operations[0].row_blocks, 2U);
  EXPECT_EQ(placed.operations[0].column_blocks, 3U);
  EXPECT_EQ(placed.operations[0].passes, 2U);
  EXPECT_EQ(placed.operations[0].arrays, 2U);
  EXPECT_TRUE(placed.in_turn);
  EXPECT_EQ(placed.weight_bits, 6 * 5 * 4.0);
  EXPECT_EQ(placed.weight_bits_fit, 2 * 64 * 8.0);
}

TEST(DigitalCore, WideFactorsTakeSeveralSteps) {
  device::UseList uses;
  const Architecture read = parse(digital_description());
  const workload::Workload work = workload_of({matrix("a", 1, 3, 6, 5)});
  const Placement placed = place(read, work, {{6, 9, 2}}, uses);
  EXPECT_EQ(placed.operations[0].input_cycles, 2U * 3U);
}

TEST(DigitalCore, SpareCoresShareThePositions) {
  const std::string text = changed(digital_description(), "weight_duplication' value='none'",
                                   "weight_duplication' value='balanced'");
  const Placement placed = place_digital_on(text, workload_of({matrix("a", 1, 3, 6, 2)}));
  EXPECT_EQ(placed.operations[0].copies, 2U);
  EXPECT_EQ(placed.weight_bits, 2 * 6 * 2 * 4.0);
  // 200 weights of 4 bits fit 128 bytes once, not twice.
  const Placement large = place_digital_on(text, workload_of({matrix("a", 1, 3, 100, 2)}));
  EXPECT_EQ(large.operations[0].copies, 1U);
}

TEST(DigitalCore, CopiesLeaveRoom) {
  device::UseList uses;
  const Architecture read = parse(changed(digital_description(), "weight_duplication' value='none'",
                                          "weight_duplication' value='balanced'"));
  const workload::Workload work = workload_of({matrix("a", 1, 3, 6, 2)});
  const auto copies = [&](double free_bits) {
    return place(read, work, uniform_bits(read, work), uses, {.free_bits = free_bits})
        .operations[0]
        .copies;
  };
  // 1024 bits for two copies of 48.
  EXPECT_EQ(copies(1024 - 96), 2U);
  EXPECT_EQ(copies(1024 - 95), 1U);
}

TEST(DigitalCore, WeightsMustFitTheirMemories) {
  // 300 weights of 4 bits: 150 bytes; 64 in each of two memories.
  const workload::Workload work = workload_of({matrix("a", 1, 1, 100, 3)});
  const base::Diagnostic found = digital_refusal(digital_description(), work);
  EXPECT_EQ(found.code, "architecture.capacity");
  EXPECT_NE(found.message.find("150 bytes"), std::string::npos) << found.message;
  EXPECT_NE(found.remedy.find("2 chips, or 75 bytes"), std::string::npos) << found.remedy;
  const auto with = [&](const char* capacity) {
    return changed(digital_description(), test::number("capacity", "64", "1"),
                   test::number("capacity", capacity, "1"));
  };
  EXPECT_EQ(place_digital_on(with("75"), work).operations.size(), 1U);
  EXPECT_EQ(digital_refusal(with("74"), work).code, "architecture.capacity");
}

TEST(DigitalCore, LaterWeightsAreStreamedWhenTheyMayBe) {
  const std::string text = changed(digital_description(), "time_multiplexing' value='no'",
                                   "time_multiplexing' value='yes'");
  const Placement placed =
      place_digital_on(text, workload_of({matrix("a", 1, 1, 100, 2), matrix("b", 1, 1, 100, 1)}));
  EXPECT_FALSE(placed.operations[0].streamed);
  EXPECT_TRUE(placed.operations[1].streamed);
  EXPECT_EQ(placed.weight_bits, 800.0);
}

TEST(DigitalCore, TransposedWeightsTakeNoRoom) {
  workload::Operation back = matrix("b", 1, 1, 2, 100);
  back.weights_of = 0;
  const Placement placed =
      place_digital_on(digital_description(), workload_of({matrix("a", 1, 1, 100, 2), back}));
  EXPECT_EQ(placed.weight_bits, 800.0);
}

TEST(Placement, BitsOfAnOperationSizeItsCells) {
  device::UseList uses;
  const Architecture read = parse(test::description());
  const workload::Workload work = workload_of({matrix("a", 1, 3, 6, 5), matrix("b", 1, 3, 6, 5)});
  const Placement placed = place(read, work, {{2, 4, 2}, {8, 1, 2}}, uses);
  EXPECT_EQ(placed.operations[0].cells_per_weight, 1U);
  EXPECT_EQ(placed.operations[0].outputs, 8U);
  EXPECT_EQ(placed.operations[0].arrays, 2U);
  EXPECT_EQ(placed.operations[0].input_cycles, 4U);
  EXPECT_EQ(placed.operations[1].cells_per_weight, 4U);
  EXPECT_EQ(placed.operations[1].arrays, 2U * 3U);
  EXPECT_EQ(placed.operations[1].input_cycles, 1U);
  EXPECT_THROW(static_cast<void>(place(read, work, {{2, 4, 2}}, uses)), base::Error);
}

}  // namespace
}  // namespace neucasl::architecture
