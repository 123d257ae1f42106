#include "neucasl/architecture/photonic_plan.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/random.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/architecture/photonic_parts.hpp"

namespace neucasl::architecture {
namespace {

using test::photonic_description;
using test::set_in_turn;
using test::with_choice;

PhotonicPlan plan_of(const std::string& text) {
  device::UseList uses;
  return photonic_plan(test::parse(text), uses);
}

PhotonicPlacement placed_on(const std::string& text, const workload::Workload& workload) {
  device::UseList uses;
  return place_photonic(test::parse(text), workload, uses);
}

workload::Workload product(std::size_t count, std::size_t positions, std::size_t depth,
                           std::size_t outputs, bool stationary = true) {
  workload::Workload work =
      test::workload_of({test::matrix("a", count, positions, depth, outputs)});
  work.operations[0].product.stationary = stationary;
  return work;
}

base::Diagnostic refusal_of_photonics(const std::string& text) {
  try {
    device::UseList uses;
    static_cast<void>(photonic_plan(test::parse(text), uses));
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

TEST(PhotonicPlan, FollowsTheCounts) {
  const PhotonicPlan plan = plan_of(photonic_description());
  EXPECT_EQ(plan.rows, 1U);
  EXPECT_EQ(plan.depth, 4U);
  EXPECT_EQ(plan.outputs, 3U);
  EXPECT_EQ(plan.units, 6U);
  EXPECT_EQ(plan.banks_per_weight, 1U);
  EXPECT_DOUBLE_EQ(plan.symbol_time, 1e-9);
  EXPECT_DOUBLE_EQ(plan.setting_time, 42e-9);
  EXPECT_FALSE(plan.converters_hold);
  EXPECT_EQ(plan_of(photonic_description(false)).setting_time, 0.0);
}

TEST(PhotonicPlan, CoresTogetherMakeLargerUnits) {
  const PhotonicPlan depth = plan_of(with_choice(photonic_description(), "cores_split", "depth"));
  EXPECT_EQ(depth.depth, 8U);
  EXPECT_EQ(depth.units, 3U);
  const std::string both =
      with_choice(with_choice(photonic_description(false), "cores_split", "positions"),
                  "tiles_split", "outputs");
  const PhotonicPlan all = plan_of(both);
  EXPECT_EQ(all.rows, 2U);
  EXPECT_EQ(all.depth, 4U);
  EXPECT_EQ(all.outputs, 9U);
  EXPECT_EQ(all.cores_per_unit, 6U);
  EXPECT_EQ(all.units, 1U);
}

TEST(PhotonicPlan, AResonatorSettlesWhileItsConverterDrivesIt) {
  const auto setting_time = [](const char* converter, const char* count) {
    std::string text = test::changed(photonic_description(), test::number("time", "2", "ns"),
                                     test::number("time", converter, "ns"));
    text = test::changed(text, test::number("count", "6", "1"), test::number("count", count, "1"));
    return plan_of(text).setting_time;
  };
  EXPECT_DOUBLE_EQ(setting_time("40", "12"), 40e-9);
  EXPECT_DOUBLE_EQ(setting_time("60", "12"), 60e-9);
  EXPECT_DOUBLE_EQ(setting_time("60", "6"), 120e-9);
  EXPECT_DOUBLE_EQ(setting_time("2", "1"), 22e-9 + 40e-9);
}

TEST(PhotonicPlan, GuidesAddTerms) {
  std::string text =
      test::changed(photonic_description(), test::number("channels", "4", "1"),
                    test::number("channels", "2", "1") + test::number("guides", "2", "1"));
  EXPECT_EQ(plan_of(text).depth, 4U);
  EXPECT_EQ(plan_of(text).channels, 2U);
}

TEST(PhotonicPlacement, WeightsThatFitStay) {
  const PhotonicPlacement one = placed_on(set_in_turn(), product(1, 30, 8, 3));
  ASSERT_EQ(one.operations.size(), 1U);
  EXPECT_FALSE(one.operations[0].programmed);
  EXPECT_EQ(one.operations[0].blocks, 2U);
  EXPECT_EQ(one.operations[0].symbols, 30.0);
  EXPECT_EQ(one.units_used, 2U);
  const std::string balanced = test::changed(set_in_turn(), "weight_duplication' value='none'",
                                             "weight_duplication' value='balanced'");
  const PhotonicPlacement copied = placed_on(balanced, product(1, 30, 8, 3));
  EXPECT_EQ(copied.operations[0].copies, 3U);
  EXPECT_EQ(copied.operations[0].symbols, 10.0);
  EXPECT_FALSE(copied.in_turn);
}

TEST(PhotonicPlacement, MoreWeightsAreSetInTurn) {
  const PhotonicPlacement placed = placed_on(set_in_turn(), product(1, 5, 40, 12));
  const PhotonicOperation& operation = placed.operations[0];
  EXPECT_TRUE(operation.programmed);
  EXPECT_EQ(operation.blocks, 40U);
  EXPECT_EQ(operation.rounds, 7U);
  EXPECT_EQ(operation.symbols, 35.0);
  EXPECT_EQ(operation.unit_symbols, 200.0);
  EXPECT_TRUE(placed.in_turn);
}

TEST(PhotonicPlacement, CopiesEndWhereStreamsAreAsShortAsSettings) {
  const auto copies = [](std::size_t positions) {
    workload::Workload work =
        test::workload_of({test::matrix("a", 1, positions, 4, 3), test::matrix("b", 1, 1, 40, 12)});
    const PhotonicPlacement placed = placed_on(set_in_turn(), work);
    return std::pair{placed.operations[0].copies, placed.operations[0].symbols};
  };
  EXPECT_EQ(copies(41), (std::pair<std::size_t, double>{1, 41.0}));
  EXPECT_EQ(copies(43), (std::pair<std::size_t, double>{2, 22.0}));
  EXPECT_EQ(copies(100), (std::pair<std::size_t, double>{3, 34.0}));
  EXPECT_EQ(copies(1000), (std::pair<std::size_t, double>{6, 167.0}));
}

TEST(PhotonicPlacement, WeightsBeyondTheUnitsAreRefused) {
  try {
    static_cast<void>(placed_on(photonic_description(), product(1, 5, 40, 12)));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.capacity");
    EXPECT_NE(error.diagnostic().message.find("40 blocks of photonic weights of 4 x 3, 'small' "
                                              "has 6"),
              std::string::npos)
        << error.what();
    EXPECT_NE(error.diagnostic().remedy.find("7 chips of 3 tiles, or 20 tiles"), std::string::npos)
        << error.what();
    EXPECT_TRUE(error.diagnostic().where.known());
  }
}

TEST(PhotonicPlacement, ComputedMatricesNeedOperandsThatMove) {
  EXPECT_TRUE(placed_on(photonic_description(), product(1, 5, 4, 3, false)).operations.empty());
  EXPECT_TRUE(placed_on(set_in_turn(), product(1, 5, 4, 3, false)).operations[0].programmed);
  EXPECT_EQ(placed_on(photonic_description(false), product(1, 5, 4, 3, false)).operations.size(),
            1U);
}

TEST(PhotonicPlacement, SumsStayForTheirDepth) {
  const PhotonicPlacement placed = placed_on(photonic_description(false), product(2, 10, 10, 7));
  const PhotonicOperation& operation = placed.operations[0];
  EXPECT_EQ(operation.blocks, 60U);
  EXPECT_EQ(operation.rounds, 10U);
  EXPECT_EQ(operation.symbols, 30.0);
  EXPECT_EQ(operation.unit_symbols, 180.0);
}

/// Three rows share 8 encoded inputs of 12; 3 positions a row, 4 terms.
PhotonicOperation overlapping(std::size_t width, std::size_t stride) {
  std::string text = photonic_description(false);
  text = test::changed(text, test::number("rows", "1", "1"),
                       test::number("rows", "3", "1") + test::number("encoded_inputs", "8", "1"));
  for (int k = 0; k < 2; ++k) {
    text = test::changed(text, test::number("count", "4", "1"), test::number("count", "8", "1"));
  }
  text = test::changed(text, test::number("count", "6", "1"), test::number("count", "9", "1"));
  workload::Workload work = product(1, 30, 4, 3);
  work.operations[0].window_width = width;
  work.operations[0].window_stride = stride;
  return placed_on(text, work).operations[0];
}

TEST(PhotonicPlacement, WindowsThatOverlapShareInputs) {
  // ceil(4 (2 s + k) / k) of at most 12 inputs differ.
  const PhotonicOperation wide = overlapping(3, 1);
  EXPECT_EQ(wide.symbols_of_block, 1.0);
  EXPECT_DOUBLE_EQ(wide.encoded_share, 7.0 / 12.0);
  EXPECT_EQ(wide.unit_symbols, 10.0);
  const PhotonicOperation moved = overlapping(3, 2);
  EXPECT_EQ(moved.symbols_of_block, 2.0);
  EXPECT_DOUBLE_EQ(moved.encoded_share, 10.0 / 12.0);
  EXPECT_EQ(moved.unit_symbols, 20.0);
  for (const PhotonicOperation& alone : {overlapping(1, 1), overlapping(0, 0)}) {
    EXPECT_EQ(alone.symbols_of_block, 2.0);
    EXPECT_DOUBLE_EQ(alone.encoded_share, 1.0);
  }
}

TEST(PhotonicPlacement, NetworksSayHowTheirWindowsOverlap) {
  const workload::Workload lenet = workload::named("lenet5");
  EXPECT_EQ(lenet.operations[0].window_width, 5U);
  EXPECT_EQ(lenet.operations[0].window_stride, 1U);
  EXPECT_EQ(lenet.operations.back().window_width, 0U);
  const workload::Workload resnet = workload::named("resnet18");
  EXPECT_EQ(resnet.operations[0].window_width, 7U);
  EXPECT_EQ(resnet.operations[0].window_stride, 2U);
}

TEST(PhotonicPlacement, StandsForArraysOfOneCycle) {
  const Placement arrays = as_arrays(placed_on(set_in_turn(), product(1, 30, 8, 6)));
  ASSERT_EQ(arrays.operations.size(), 1U);
  EXPECT_EQ(arrays.operations[0].input_cycles, 1U);
  EXPECT_EQ(arrays.operations[0].cells_per_weight, 1U);
  EXPECT_EQ(arrays.operations[0].outputs, 3U);
}

TEST(PhotonicPlacement, SymbolsHoldAllProducts) {
  base::RandomStream random(7, "photonic_plan_test", 0);
  const auto size = [&](double most) {
    return 1 + static_cast<std::size_t>(random.uniform() * most);
  };
  for (const bool stationary : {true, false}) {
    const std::string text = stationary ? set_in_turn() : photonic_description(false);
    for (int k = 0; k < 200; ++k) {
      const workload::Workload work = product(size(4), size(300), size(60), size(40));
      const PhotonicPlacement placed = placed_on(text, work);
      const PhotonicOperation& one = placed.operations[0];
      const double room = static_cast<double>(placed.plan.depth * placed.plan.outputs);
      EXPECT_GE(one.unit_symbols * room, work.multiply_accumulates());
      EXPECT_GE(one.symbols * static_cast<double>(one.units), one.unit_symbols);
      EXPECT_LE(one.units, placed.plan.units);
    }
  }
}

struct PhotonicFault {
  const char* name;
  std::string text;
  const char* code;
  const char* says;
};

void PrintTo(const PhotonicFault& fault, std::ostream* stream) { *stream << fault.name; }

std::string without(const std::string& part) {
  return test::changed(photonic_description(), part, "");
}

class PhotonicFaults : public testing::TestWithParam<PhotonicFault> {};

TEST_P(PhotonicFaults, AreRefusedWithTheirPlace) {
  const base::Diagnostic found = refusal_of_photonics(GetParam().text);
  EXPECT_EQ(found.code, GetParam().code);
  EXPECT_NE((found.message + found.remedy).find(GetParam().says), std::string::npos)
      << found.message << " / " << found.remedy;
  EXPECT_TRUE(found.where.known());
  EXPECT_FALSE(found.remedy.empty());
}

const std::string detector_text = test::component(
    "photodetector", "6", "0.25", "1",
    test::number("responsivity", "1", "A/W") + test::number("sensitivity", "4", "uW"));

INSTANTIATE_TEST_SUITE_P(
    All, PhotonicFaults,
    testing::Values(
        PhotonicFault{"no laser", without(test::laser()), "architecture.photonic_core", "a laser"},
        PhotonicFault{"no detector", without(detector_text), "architecture.photonic_core",
                      "a photodetector"},
        PhotonicFault{"no bank", without(test::weight_bank()), "architecture.photonic_core",
                      "a weight_bank"},
        PhotonicFault{"two lasers",
                      test::changed(photonic_description(), test::splitter(),
                                    test::changed(test::laser(), "name='laser'", "name='more'")),
                      "architecture.photonic_core", "more than one"},
        PhotonicFault{
            "no moving weights",
            test::changed(photonic_description(), "'weight-stationary'", "'output-stationary'"),
            "architecture.photonic_core", "weights that move"},
        PhotonicFault{"converter without bits", without(test::number("bits", "5", "1")),
                      "architecture.converter", "without bits"},
        PhotonicFault{"converter narrower than inputs",
                      test::changed(photonic_description(), test::number("bits", "6", "1"),
                                    test::number("bits", "1", "1")),
                      "architecture.converter", "'input_dac' of 1 bits converts activations of 2"},
        PhotonicFault{"converter narrower than weights",
                      test::changed(photonic_description(), test::number("bits", "5", "1"),
                                    test::number("bits", "3", "1")),
                      "architecture.converter", "'weight_dac' of 3 bits converts weights of 4"},
        PhotonicFault{"converter narrower than outputs",
                      test::changed(photonic_description(), test::receiver(),
                                    test::changed(test::receiver(), test::number("bits", "6", "1"),
                                                  test::number("bits", "1", "1"))),
                      "architecture.converter", "'adc' of 1 bits"},
        PhotonicFault{"nothing that holds weights", without(test::held_by("bank")),
                      "architecture.choice", "held_by"},
        PhotonicFault{"no encoding of inputs", without("<choice name='encoding' value='field'/>\n"),
                      "architecture.choice", "does not say how it encodes inputs"},
        PhotonicFault{"an encoding of another kind",
                      test::changed(photonic_description(), "name='encoding' value='field'",
                                    "name='encoding' value='fields'"),
                      "architecture.choice", "did you mean 'field'"},
        PhotonicFault{
            "an unknown holder",
            test::changed(photonic_description(), test::held_by("bank"), test::held_by("banks")),
            "architecture.choice", "did you mean 'bank'"},
        PhotonicFault{"fewer inputs than terms",
                      test::changed(photonic_description(), test::number("rows", "1", "1"),
                                    test::number("rows", "1", "1") +
                                        test::number("encoded_inputs", "3", "1")),
                      "architecture.photonic_core", "less than the 4 terms"},
        PhotonicFault{"no loss", without(test::number("loss_db", "1.5", "1")),
                      "architecture.number", "loss_db"},
        PhotonicFault{
            "efficient laser",
            test::changed(photonic_description(), test::number("wall_plug_efficiency", "0.25", "1"),
                          test::number("wall_plug_efficiency", "2", "1")),
            "architecture.number", "at most 1"},
        PhotonicFault{"sums that stay with weights that stay",
                      test::changed(photonic_description(), test::number("rows", "1", "1"),
                                    test::number("rows", "1", "1") +
                                        test::number("accumulation_symbols", "3", "1")),
                      "architecture.choice", "3 symbols"},
        PhotonicFault{"unknown operand",
                      test::changed(photonic_description(), "value='weights'", "value='weight'"),
                      "architecture.choice", "did you mean 'weights'"},
        PhotonicFault{"a choice of another kind",
                      test::changed(photonic_description(), test::number("quality", "8000", "1"),
                                    test::number("quality", "8000", "1") +
                                        "<choice name='operand' value='weights'/>"),
                      "architecture.choice", "no choice 'operand'"},
        PhotonicFault{
            "scaling from nothing",
            test::changed(photonic_description(), test::number("bits", "6", "1"),
                          test::number("bits", "6", "1") + "<choice name='scaling' value='sar'/>"),
            "architecture.converter", "reference_bits"},
        PhotonicFault{"too few banks",
                      test::changed(photonic_description(), test::number("count", "12", "1"),
                                    test::number("count", "11", "1")),
                      "architecture.photonic_core", "give 12 for each of 6 units"},
        PhotonicFault{"channels beyond the range",
                      test::changed(photonic_description(), test::number("channels", "4", "1"),
                                    test::number("channels", "10", "1")),
                      "architecture.channels", "at most 9"}));

}  // namespace
}  // namespace neucasl::architecture
