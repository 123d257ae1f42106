#include <gtest/gtest.h>

#include <cmath>

#include "tests/performance/photonic_requests.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace parts = architecture::test;
using parts::photonic_description;
using parts::set_in_turn;
using test::EstimateView;
using test::one_product;
using test::refusal_of;

struct PhotonicEvent {
  const char* component;
  double events;
  double energy;  ///< pJ of one event
};

void PrintTo(const PhotonicEvent& event, std::ostream* stream) { *stream << event.component; }

class EventsOfSetWeights : public testing::TestWithParam<PhotonicEvent> {};

// 10 x 4 blocks of 4 x 3 weights on 6 units, 5 positions.
TEST_P(EventsOfSetWeights, FollowTheShapes) {
  const EstimateView e(parts::parse(set_in_turn()), one_product(5, 40, 12));
  const PhotonicEvent& expected = GetParam();
  EXPECT_NEAR(e.cell("by_component", expected.component, "events"), expected.events, 1e-9);
  EXPECT_NEAR(e.cell("by_component", expected.component, "energy"),
              expected.events * expected.energy * 1e-12, 1e-21);
}

INSTANTIATE_TEST_SUITE_P(
    All, EventsOfSetWeights,
    testing::Values(PhotonicEvent{"core/input_dac", 5 * 40 * 4, 0.5},
                    PhotonicEvent{"core/input_modulator", 5 * 40 * 4, 0.625},
                    PhotonicEvent{"core/weight_dac", 40 * 12, 0.125},
                    PhotonicEvent{"core/weight_bank", 40 * 12, 3.0},
                    PhotonicEvent{"core/photodetector", 2 * 5 * 12 * 10, 0.25},
                    PhotonicEvent{"core/amplifier", 5 * 12 * 10, 1.5},
                    PhotonicEvent{"core/adc", 5 * 12 * 10, 2.0},
                    PhotonicEvent{"core/laser", 0, 0.0},
                    PhotonicEvent{"tile/accumulator", 5 * 12 * 9, 0.375},
                    PhotonicEvent{"tile/buffer", (5 * 40 * 4 + 5 * 12) * 2 / 16.0, 5.0},
                    PhotonicEvent{"chip/off_chip_memory", (40 * 12 * 4 + 5 * (40 + 12) * 2) / 32.0,
                                  13.0}));

TEST(PhotonicSchedule, SettingsAndSymbolsFollowEachOther) {
  const EstimateView e(parts::parse(parts::with_wide_memories(set_in_turn())),
                       one_product(500, 40, 12));
  EXPECT_NEAR(e.figure("latency_s"), 7 * (42e-9 + 500e-9), 1e-16);
  EXPECT_NEAR(e.cell("by_phase", "programming", "latency"), 7 * 42e-9, 1e-16);
  EXPECT_EQ(e.figure("settings"), 40.0);
  EXPECT_EQ(e.texts("by_layer", "bound")[0], "core/input_modulator");
  EXPECT_NEAR(e.figure("peak_ops"), 2.0 * 6 * 12 / 1e-9, 1e-3);
  // Seven rounds of six units for 40 blocks, all full.
  EXPECT_NEAR(e.figure("multiplier_utilisation"), 40.0 / 42.0, 1e-12);
}

TEST(PhotonicSchedule, SlowTuningCostsTimeForEachRound) {
  const std::string quick = parts::with_wide_memories(set_in_turn());
  const std::string slow =
      parts::changed(quick, parts::number("time", "40", "ns"), parts::number("time", "4000", "ns"));
  const EstimateView fast(parts::parse(quick), one_product(500, 40, 12));
  const EstimateView e(parts::parse(slow), one_product(500, 40, 12));
  EXPECT_NEAR(e.figure("latency_s") - fast.figure("latency_s"), 7 * 3960e-9, 1e-15);
  EXPECT_GT(e.figure("energy_J"), fast.figure("energy_J"));
}

TEST(PhotonicSchedule, WeightsAreFetchedWhileOthersAreSetAndUsed) {
  const std::string quick = parts::with_wide_memories(set_in_turn());
  const double alone = 7 * (42e-9 + 500e-9);
  const auto memory = [](const std::string& time) {
    return parts::component(
        "weight_memory", "1", "6", time,
        parts::number("width", "8", "1") + parts::number("capacity", "40", "1"));
  };
  // 240 reads by six memories.
  for (const auto& [time, latency] :
       {std::pair{"90", alone}, std::pair{"100", 40 * 100e-9}, std::pair{"300", 40 * 300e-9}}) {
    const std::string text =
        parts::changed(quick, "</photonic_core>", memory(time) + "</photonic_core>");
    const EstimateView e(parts::parse(text), one_product(500, 40, 12));
    EXPECT_NEAR(e.figure("latency_s"), latency, 1e-15) << time;
  }
}

TEST(PhotonicSchedule, ConvertersThatHoldWeightsStandAllTheTime) {
  const std::string bank = parts::with_wide_memories(set_in_turn());
  const std::string converter =
      parts::changed(bank, parts::held_by("bank"), parts::held_by("converter"));
  const workload::Workload work = one_product(500, 40, 12);
  EXPECT_NEAR(
      EstimateView(parts::parse(bank), work).cell("by_component", "core/weight_dac", "energy"),
      40 * 12 * 0.125e-12, 1e-22);
  // Six converters for each of 40 settings, 42 ns and 500 symbols, 0.125 pJ in 2 ns.
  EXPECT_NEAR(
      EstimateView(parts::parse(converter), work).cell("by_component", "core/weight_dac", "energy"),
      40 * 6 * 542e-9 * 0.125e-12 / 2e-9, 1e-20);
  const std::string stay = parts::changed(parts::with_wide_memories(photonic_description()),
                                          parts::held_by("bank"), parts::held_by("converter"));
  // Two of six units.
  EXPECT_NEAR(EstimateView(parts::parse(stay), one_product(500, 8, 3))
                  .cell("by_component", "core/weight_dac", "leakage_energy"),
              500e-9 * (36 * 1e-6 + 2 * 6 * 0.125e-12 / 2e-9), 1e-20);
}

TEST(PhotonicSchedule, LightAndTuningAreNoLeakageOfCircuits) {
  const EstimateView e(parts::parse(photonic_description()), one_product(5, 4, 3));
  double light = 0.0;
  for (const char* part :
       {"core/laser", "core/splitter", "core/input_modulator", "core/weight_bank"}) {
    light += e.cell("by_component", part, "leakage_energy");
  }
  EXPECT_NEAR(e.cell("by_phase", "light", "energy") / light, 1.0, 1e-12);
  const double interval = e.figure("interval_s");
  EXPECT_NEAR(e.figure("all_lasers_W") * interval,
              e.cell("by_component", "core/laser", "leakage_energy"), 1e-20);
  EXPECT_NEAR((e.figure("all_lasers_W") + e.figure("tuning_W")) * interval / light, 1.0, 1e-12);
}

TEST(PhotonicSchedule, TheSlowestBufferLimitsTheRoofline) {
  const std::string second =
      parts::component("buffer", "1", "5", "4",
                       parts::number("width", "16", "1") + parts::number("capacity", "64", "1"));
  const std::string text =
      parts::changed(photonic_description(), "<photonic_core",
                     parts::changed(second, "name='buffer'", "name='slow'") + "<photonic_core");
  const EstimateView e(parts::parse(text), one_product(5, 4, 3));
  // Three tiles of 2 bytes in 4 ns.
  EXPECT_NEAR(e.cell("by_layer", "a", "attainable_ops") /
                  (e.cell("by_layer", "a", "operational_intensity") * 3 * 2 / 4e-9),
              1.0, 1e-12);
}

TEST(PhotonicSchedule, WhatBuffersDoNotHoldGoesOffTheChip) {
  workload::Operation first = parts::matrix("first", 1, 5, 4, 3);
  workload::Operation second = parts::matrix("second", 1, 5, 4, 3);
  first.output_elements = second.input_elements = 20000;
  second.inputs = {0};
  const workload::Workload work = parts::workload_of({first, second});
  const EstimateView small(parts::parse(photonic_description()), work);
  const std::string text =
      parts::changed(photonic_description(), parts::number("capacity", "1024", "1"),
                     parts::number("capacity", "2048", "1"));
  const EstimateView large(parts::parse(text), work);
  // 5000 bytes of 2 bits an element, in three tiles: written and read.
  EXPECT_NEAR(small.cell("by_component", "chip/off_chip_memory", "events") -
                  large.cell("by_component", "chip/off_chip_memory", "events"),
              2 * 40000 / 32.0, 1e-9);
  EXPECT_GT(small.figure("latency_s"), large.figure("latency_s"));
}

TEST(PhotonicSchedule, WeightsThatStayAreNotSet) {
  const EstimateView e(parts::parse(parts::with_wide_memories(photonic_description())),
                       one_product(500, 8, 3));
  EXPECT_NEAR(e.figure("latency_s"), 500e-9, 1e-16);
  EXPECT_EQ(e.cell("by_component", "core/weight_bank", "events"), 0.0);
  EXPECT_EQ(e.figure("settings"), 0.0);
  EXPECT_EQ(e.figure("units_used"), 2.0);
}

TEST(PhotonicSchedule, SumsThatStayWaitForTheirDepth) {
  const std::string text = parts::changed(
      photonic_description(false), parts::number("rows", "1", "1"),
      parts::number("rows", "1", "1") + parts::number("accumulation_symbols", "2", "1") +
          parts::number("readout_symbols", "3", "1"));
  const EstimateView e(parts::parse(parts::with_wide_memories(text)), one_product(100, 10, 7));
  // 300 blocks on 6 units, 3 symbols and 3 to read, two conversions for each sum.
  EXPECT_NEAR(e.figure("latency_s"), 50 * 6e-9, 1e-16);
  EXPECT_NEAR(e.cell("by_component", "core/adc", "events"), 100 * 7 * 2, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "tile/accumulator", "events"), 100 * 7, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "core/input_modulator", "events"), 100 * 10 * 3, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "core/weight_modulator", "events"), 100 * 10 * 7, 1e-9);
}

TEST(PhotonicSchedule, UnusedPartsMayStayOn) {
  const std::string on = parts::with_choice(photonic_description(false), "unused_parts", "on");
  const EstimateView e(parts::parse(on), one_product(1, 10, 7));
  // Three blocks of three symbols, of which three of six units have one.
  EXPECT_NEAR(e.cell("by_component", "core/input_modulator", "events"), 3 * 24, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "core/adc", "events"), 3 * 18, 1e-9);
  const EstimateView off(parts::parse(photonic_description(false)), one_product(1, 10, 7));
  EXPECT_NEAR(off.cell("by_component", "core/input_modulator", "events"), 10 * 3, 1e-9);
}

TEST(PhotonicSchedule, WeightMemoriesKeepWeightsOnTheChip) {
  const std::string memory =
      parts::component("weight_memory", "1", "6", "1",
                       parts::number("width", "8", "1") + parts::number("capacity", "40", "1"));
  const auto with = [&](const std::string& text) {
    return parts::changed(text, "</photonic_core>", memory + "</photonic_core>");
  };
  // Six memories of 40 bytes hold 480 weights of 4 bits.
  const EstimateView e(parts::parse(with(set_in_turn())), one_product(5, 40, 12));
  EXPECT_NEAR(e.cell("by_component", "core/weight_memory", "events"), 40 * 12 * 4 / 8.0, 1e-9);
  EXPECT_NEAR(e.cell("by_component", "chip/off_chip_memory", "events"), 5 * (40 + 12) * 2 / 32.0,
              1e-9);
  const std::size_t begin = set_in_turn().find("<component kind='off_chip_memory'");
  std::string alone = with(set_in_turn());
  alone.erase(begin, alone.find("</component>", begin) + 12 - begin);
  EXPECT_GT(EstimateView(parts::parse(alone), one_product(5, 40, 12)).figure("energy_J"), 0.0);
  const base::Diagnostic found = refusal_of(alone, one_product(5, 60, 12));
  EXPECT_EQ(found.code, "architecture.capacity");
  EXPECT_NE(found.message.find("take 360 bytes, weight memories hold 240"), std::string::npos)
      << found.message;
}

TEST(PhotonicSchedule, UnknownLawsOfConvertersAreRefused) {
  const std::string text = parts::changed(
      photonic_description(), parts::number("bits", "6", "1"),
      parts::number("bits", "6", "1") + parts::number("reference_bits", "8", "1") +
          parts::number("reference_rate", "10", "GHz") + "<choice name='scaling' value='sarr'/>");
  // The law scales a power.
  const std::string power =
      parts::changed(text, parts::number("energy", "0.5", "pJ"), parts::number("power", "1", "mW"));
  const base::Diagnostic found = refusal_of(power, one_product(5, 4, 3));
  EXPECT_EQ(found.code, "link.converter");
  EXPECT_TRUE(found.where.known());
  const EstimateView e(parts::parse(parts::changed(power, "value='sarr'", "value='sar'")),
                       one_product(5, 4, 3));
  // 6 bits at 1 GHz from 8 bits at 10 GHz and 1 mW.
  EXPECT_NEAR(e.cell("by_component", "core/input_dac", "energy"), 20 * 0.075e-3 * 1e-9, 1e-22);
}
}  // namespace
}  // namespace neucasl::performance_plugin
