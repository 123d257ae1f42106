#include "neucasl/architecture/placement.hpp"

#include <gtest/gtest.h>

#include "tests/architecture/parts.hpp"

namespace neucasl::architecture {
namespace {

using test::changed;
using test::description;
using test::matrix;
using test::parse;
using test::workload_of;

Placement place_on(const std::string& text, const workload::Workload& workload) {
  device::UseList uses;
  return place(parse(text), workload, uses);
}

std::string in_turn() {
  return changed(description(), "time_multiplexing' value='no'", "time_multiplexing' value='yes'");
}

std::string balanced() {
  return changed(description(), "weight_duplication' value='none'",
                 "weight_duplication' value='balanced'");
}

TEST(Placement, WeightsTakeCellsByTheirBits) {
  device::UseList uses;
  const ArrayPlan plan = array_plan(parse(description()), uses);
  // 4 bits in cells of 2: two columns of eight a weight; 2 bits driven one by one.
  EXPECT_EQ(plan.cells_per_weight, 2U);
  EXPECT_EQ(plan.outputs, 4U);
  EXPECT_EQ(plan.input_cycles, 2U);
  EXPECT_EQ(plan.available, 12U);
  const ArrayPlan pairs =
      array_plan(parse(changed(description(), "value='offset'", "value='differential'")), uses);
  // Three bits of magnitude in two cells, on each side.
  EXPECT_EQ(pairs.cells_per_weight, 4U);
}

TEST(Placement, CountsMayNotOverflow) {
  device::UseList uses;
  const std::string tiles = "<tile name='tile'>\n";
  Architecture huge = parse(changed(description(), tiles + test::number("count", "2", "1"),
                                    tiles + test::number("count", "900000000", "1")));
  set_chips(huge, 1000000);
  try {
    static_cast<void>(array_plan(huge, uses));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.count");
  }
}

TEST(Placement, AWeightMustFitARow) {
  device::UseList uses;
  const std::string text = changed(description(), test::number("weight_bits", "4", "1"),
                                   test::number("weight_bits", "18", "1"));
  try {
    static_cast<void>(array_plan(parse(text), uses));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.hierarchy");
    EXPECT_NE(error.diagnostic().remedy.find("at least 9 columns"), std::string::npos);
    EXPECT_GT(error.diagnostic().where.line, 0U);
  }
}

TEST(Placement, CountsBlocksOfEachProduct) {
  // 6 rows on arrays of 4, 5 outputs on arrays of 4; two products.
  const Placement placed = place_on(description(), workload_of({matrix("a", 2, 3, 6, 5)}));
  ASSERT_EQ(placed.operations.size(), 1U);
  EXPECT_EQ(placed.operations[0].row_blocks, 2U);
  EXPECT_EQ(placed.operations[0].column_blocks, 2U);
  EXPECT_EQ(placed.operations[0].arrays, 8U);
  EXPECT_EQ(placed.arrays_used, 8U);
  EXPECT_EQ(placed.rounds, 1U);
}

TEST(Placement, SpareArraysHoldCopiesOfBusyLayers) {
  // 12 arrays: 6 positions and one array each, 60 positions and one array.
  const Placement placed =
      place_on(balanced(), workload_of({matrix("a", 1, 60, 4, 4), matrix("b", 1, 6, 4, 4)}));
  // At most 6 positions a copy: 10 + 1 arrays; at most 5: 12 + 2 do not fit.
  EXPECT_EQ(placed.operations[0].copies, 10U);
  EXPECT_EQ(placed.operations[1].copies, 1U);
  EXPECT_EQ(placed.operations[1].first_array, 10U);
  EXPECT_EQ(placed.arrays_used, 11U);
}

TEST(Placement, DuplicationIsTheBestThatFits) {
  const workload::Workload work =
      workload_of({matrix("a", 1, 23, 4, 4), matrix("b", 1, 11, 8, 4), matrix("c", 1, 5, 4, 8)});
  const Placement placed = place_on(balanced(), work);
  std::size_t most = 0;
  for (const OperationPlacement& p : placed.operations) {
    const std::size_t positions = work.operations[p.operation].product.positions;
    most = std::max(most, (positions + p.copies - 1) / p.copies);
  }
  // Every smaller number of positions a copy takes more arrays than there are.
  for (std::size_t fewer = 1; fewer < most; ++fewer) {
    std::size_t arrays = 0;
    for (const OperationPlacement& p : placed.operations) {
      const std::size_t positions = work.operations[p.operation].product.positions;
      arrays += p.arrays * ((positions + fewer - 1) / fewer);
    }
    EXPECT_GT(arrays, 12U) << fewer;
  }
}

TEST(Placement, CopiesThatAreWrittenAnewAreMadeForMoreReadingThanWriting) {
  device::UseList uses;
  const Architecture read = parse(balanced());
  const workload::Workload work =
      workload_of({matrix("a", 1, 60, 4, 4), matrix("b", 1, 60, 4, 4), matrix("c", 1, 6, 4, 4)});
  const auto copies = [&](const std::vector<std::size_t>& writing) {
    const Placement placed =
        place(read, work, uniform_bits(read, work), uses, {.writing = writing});
    return std::vector<std::size_t>{placed.operations[0].copies, placed.operations[1].copies,
                                    placed.operations[2].copies};
  };
  // 12 arrays: T = 12 without writing. With 4 positions of writing b needs 60 / (T - 4) copies.
  EXPECT_EQ(copies({}), (std::vector<std::size_t>{5, 5, 1}));
  EXPECT_EQ(copies({0, 4, 0}), (std::vector<std::size_t>{5, 6, 1}));
  // Copies of b have no less than 20 positions; those of a share the other arrays, T = 8.
  EXPECT_EQ(copies({0, 20, 0}), (std::vector<std::size_t>{8, 3, 1}));
  // Six positions after 50 of writing: no second copy of c, however many arrays are free.
  EXPECT_EQ(copies({0, 0, 50}), (std::vector<std::size_t>{5, 5, 1}));
  EXPECT_THROW(
      static_cast<void>(place(read, work, uniform_bits(read, work), uses, {.writing = {0, 0}})),
      base::Error);
}

TEST(Placement, WhatDoesNotFitIsRefusedWithTheNearestSize) {
  try {
    static_cast<void>(place_on(description(), workload_of({matrix("a", 1, 1, 40, 12)})));
    FAIL();
  } catch (const base::Error& error) {
    // 10 x 3 arrays; 12 a chip, 6 a tile.
    EXPECT_EQ(error.diagnostic().code, "architecture.capacity");
    EXPECT_NE(error.diagnostic().message.find("needs 30 arrays"), std::string::npos);
    EXPECT_NE(error.diagnostic().remedy.find("3 chips of 2 tiles, or 5 tiles on each of 1"),
              std::string::npos)
        << error.diagnostic().remedy;
    EXPECT_EQ(error.diagnostic().where.file, "a.xml");
    EXPECT_GT(error.diagnostic().where.line, 0U);
  }
}

TEST(Placement, TheNearestSizeFits) {
  Architecture bigger = parse(description());
  set_chips(bigger, 3);
  device::UseList uses;
  const workload::Workload work = workload_of({matrix("a", 1, 1, 40, 12)});
  EXPECT_EQ(place(bigger, work, uses).arrays_used, 30U);
  set_chips(bigger, 2);
  EXPECT_THROW(static_cast<void>(place(bigger, work, uses)), base::Error);
}

TEST(Placement, RoundsFillUpInOrder) {
  const Placement placed = place_on(
      in_turn(),
      workload_of({matrix("a", 1, 1, 20, 4), matrix("b", 1, 1, 20, 4), matrix("c", 1, 1, 12, 4),
                   matrix("d", 1, 1, 40, 12), matrix("e", 1, 1, 4, 4)}));
  // 5 + 5 arrays; 3 more do not fit into 12; 30 take three rounds alone.
  const std::size_t first_round[] = {0, 0, 1, 2, 5};
  const std::size_t rounds[] = {1, 1, 1, 3, 1};
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_EQ(placed.operations[k].first_round, first_round[k]) << k;
    EXPECT_EQ(placed.operations[k].rounds, rounds[k]) << k;
  }
  EXPECT_EQ(placed.rounds, 6U);
  EXPECT_EQ(placed.arrays_used, 12U);
}

TEST(Placement, PhotonicCoresHoldNoArrays) {
  Architecture read = parse(description());
  read.chip.parts[0].parts[0].kind = LevelKind::photonic_core;
  device::UseList uses;
  EXPECT_THROW(static_cast<void>(array_plan(read, uses)), base::Error);
}

}  // namespace
}  // namespace neucasl::architecture
