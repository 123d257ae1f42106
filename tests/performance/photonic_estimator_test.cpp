#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/link/bank.hpp"
#include "neucasl/link/resolution.hpp"
#include "neucasl/precision/precision_map.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/architecture/photonic_parts.hpp"
#include "tests/performance/estimate_view.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace parts = architecture::test;
using parts::photonic_description;
using parts::set_in_turn;
using test::EstimateView;

architecture::Architecture bundled(const std::string& id) {
  return architecture::load_architecture(id, {NEUCASL_SOURCE_FOLDER "/devices"});
}

workload::Workload one_product(std::size_t positions, std::size_t depth, std::size_t outputs) {
  return parts::workload_of({parts::matrix("a", 1, positions, depth, outputs)});
}

base::Diagnostic refusal_of(const std::string& text, const workload::Workload& workload) {
  try {
    static_cast<void>(EstimateView(parts::parse(text), workload));
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

// 1 + 2 x 0.5 + 2 + 3 x 0.1 + 1.5 + 3 x 0.2 dB.
constexpr double loss_db = 6.4;

TEST(PhotonicLink, LaserPowerFollowsFromTheLosses) {
  const EstimateView e(parts::parse(photonic_description()), one_product(5, 4, 3));
  EXPECT_NEAR(e.figure("insertion_loss_dB"), loss_db, 1e-12);
  EXPECT_NEAR(e.sum("link_budget", "total_dB"), loss_db, 1e-12);
  const double light = 4e-6 * std::pow(10.0, loss_db / 10.0) * 3.0 * 4.0;
  EXPECT_NEAR(e.figure("laser_optical_power_W") / light, 1.0, 1e-12);
  EXPECT_NEAR(e.figure("laser_power_W") / (4.0 * light), 1.0, 1e-12);
  EXPECT_NEAR(e.figure("link_margin_dB"), 0.0, 1e-9);
  // Four lines of the sensitivity each.
  EXPECT_NEAR(e.figure("detector_power_W") / 16e-6, 1.0, 1e-12);
  EXPECT_NEAR(e.cell("by_component", "core/laser", "leakage_energy"),
              6.0 * 4.0 * light * e.figure("interval_s"), 1e-20);
}

TEST(PhotonicLink, FullScaleIsThatOfAllChannelsWhoeverEmitsThem) {
  const EstimateView comb(parts::parse(photonic_description()), one_product(5, 4, 3));
  std::string text = parts::changed(photonic_description(), parts::number("wavelengths", "4", "1"),
                                    parts::number("wavelengths", "1", "1"));
  const EstimateView lines(parts::parse(text), one_product(5, 4, 3));
  EXPECT_NEAR(lines.figure("detector_power_W") / 16e-6, 1.0, 1e-12);
  EXPECT_NEAR(lines.figure("effective_bits"), comb.figure("effective_bits"), 1e-12);
  EXPECT_NEAR(comb.figure("laser_power_W") / lines.figure("laser_power_W"), 4.0, 1e-12);
  text = parts::changed(
      photonic_description(), parts::number("fan_out", "3", "1"),
      parts::number("fan_out", "3", "1") + "<choice name='sensitivity_of' value='comb'/>");
  const EstimateView together(parts::parse(text), one_product(5, 4, 3));
  EXPECT_NEAR(together.figure("detector_power_W") / 4e-6, 1.0, 1e-12);
  EXPECT_NEAR(together.figure("laser_power_W") / lines.figure("laser_power_W"), 1.0, 1e-12);
}

TEST(PhotonicLink, NoBitsAndNoLaserAreRefused) {
  const auto with = [](const std::string& name, const std::string& from, const std::string& to) {
    return parts::changed(photonic_description(), parts::number(name, from, "1"),
                          parts::number(name, to, "1"));
  };
  const base::Diagnostic noise =
      refusal_of(with("intensity_noise_db", "-140", "50"), one_product(5, 4, 3));
  EXPECT_EQ(noise.code, "performance.resolution");
  EXPECT_NE(noise.remedy.find("'intensity_noise_db' = 50"), std::string::npos) << noise.remedy;
  EXPECT_TRUE(noise.where.known());
  EXPECT_EQ(refusal_of(with("quality", "8000", "1e300"), one_product(5, 4, 3)).code,
            "performance.resolution");
  const std::string stated =
      parts::changed(with("loss_db", "1.5", "1e5"), parts::number("fan_out", "3", "1"),
                     parts::number("fan_out", "3", "1") + parts::number("leakage", "1", "W"));
  const base::Diagnostic dark = refusal_of(stated, one_product(5, 4, 3));
  EXPECT_EQ(dark.code, "performance.link");
  EXPECT_EQ(dark.remedy.find("inf"), std::string::npos) << dark.remedy;
  // 0.25 W of light for 12 times 4 uW.
  EXPECT_NE(dark.remedy.find("a path of 37.16 dB"), std::string::npos) << dark.remedy;
}

TEST(PhotonicLink, LevelsBelowThoseOfActivationsAreReported) {
  std::vector<base::Diagnostic> heard;
  base::DiagnosticSink sink([&](const base::Diagnostic& one) { heard.push_back(one); });
  const std::string text =
      parts::changed(photonic_description(), parts::number("fan_out", "3", "1"),
                     parts::number("fan_out", "3", "1") + parts::number("level_bits", "1", "1"));
  static_cast<void>(EstimateView(parts::parse(text), one_product(5, 4, 3), &sink));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].code, "performance.resolution");
  EXPECT_NE(heard[0].message.find("levels of 1 bits, activations have 2"), std::string::npos);
  heard.clear();
  std::string wide =
      parts::changed(photonic_description(), parts::number("activation_bits", "2", "1"),
                     parts::number("activation_bits", "6", "1"));
  static_cast<void>(EstimateView(parts::parse(wide), one_product(5, 4, 3), &sink));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_NE(heard[0].message.find("effective bits of a sum"), std::string::npos);
}

TEST(PhotonicLink, LevelsAndExtinctionCostLight) {
  const std::string text = parts::changed(
      parts::changed(photonic_description(), parts::number("fan_out", "3", "1"),
                     parts::number("fan_out", "3", "1") + parts::number("level_bits", "4", "1")),
      parts::number("through_loss_db", "0.1", "1"),
      parts::number("through_loss_db", "0.1", "1") +
          parts::number("extinction_ratio_db", "10", "1"));
  const EstimateView plain(parts::parse(photonic_description()), one_product(5, 4, 3));
  const EstimateView e(parts::parse(text), one_product(5, 4, 3));
  EXPECT_NEAR(e.figure("laser_power_W") / plain.figure("laser_power_W"), 16.0 / 0.9, 1e-12);
}

TEST(PhotonicLink, BitsComeFromTheirCauses) {
  const EstimateView e(parts::parse(photonic_description()), one_product(5, 4, 3));
  const link::SeriesBank bank{8000.0, 18e-9, 1.5};
  EXPECT_NEAR(e.figure("bits_crosstalk"),
              link::resolution_bits(bank.crosstalk(link::channel_grid(1550e-9, 2e-9, 4))), 1e-9);
  EXPECT_NEAR(e.figure("bits_resonance_error"), link::resonance_bits(1e-12, 1550e-9, 8000.0), 1e-9);
  const link::ReceiverBits noise = link::receiver_bits({16e-6, 1e9, 1000.0, 300.0, -140.0});
  EXPECT_NEAR(e.figure("bits_shot_noise"), noise.shot, 1e-9);
  EXPECT_NEAR(e.figure("bits_thermal_noise"), noise.thermal, 1e-9);
  EXPECT_NEAR(e.figure("bits_intensity_noise"), noise.intensity, 1e-9);
  EXPECT_EQ(e.figure("bits_dac_of_weights"), 5.0);
  EXPECT_EQ(e.figure("bits_adc"), 6.0);
  EXPECT_NEAR(e.figure("effective_bits"), link::combined_bits(e.numbers("effective_bits", "bits")),
              1e-12);
  EXPECT_LT(e.figure("effective_bits"), 5.0);
}

TEST(PhotonicLink, ModulatedWeightsHaveNoBank) {
  const EstimateView e(parts::parse(photonic_description(false)), one_product(5, 4, 3));
  EXPECT_FALSE(e.has_figure("bits_crosstalk"));
  EXPECT_NEAR(e.figure("insertion_loss_dB"), 4.3, 1e-12);
}

TEST(PhotonicLink, AWeakLaserIsRefused) {
  const double needed = 4.0 * 4e-6 * std::pow(10.0, loss_db / 10.0) * 12.0;
  const auto stated = [](double milliwatt) {
    return parts::changed(photonic_description(), parts::number("fan_out", "3", "1"),
                          parts::number("fan_out", "3", "1") +
                              parts::number("leakage", std::to_string(milliwatt), "mW"));
  };
  const base::Diagnostic found = refusal_of(stated(0.7e3 * needed), one_product(5, 4, 3));
  EXPECT_EQ(found.code, "performance.link");
  EXPECT_NE(found.message.find("does not close: 6.4 dB and 3 ways"), std::string::npos)
      << found.message;
  EXPECT_NE(found.remedy.find("divided into 2 ways; or a path of 4.85 dB"), std::string::npos)
      << found.remedy;
  EXPECT_TRUE(found.where.known());
  const EstimateView strong(parts::parse(stated(2e3 * needed)), one_product(5, 4, 3));
  EXPECT_NEAR(strong.figure("link_margin_dB"), 10.0 * std::log10(2.0), 1e-4);
  const std::string limited = parts::changed(
      photonic_description(), parts::number("fan_out", "3", "1"),
      parts::number("fan_out", "3", "1") + parts::number("largest_optical_power", "50", "uW"));
  const base::Diagnostic over = refusal_of(limited, one_product(5, 4, 3));
  EXPECT_EQ(over.code, "performance.link");
  EXPECT_NE(over.message.find("'laser' may give 50 uW"), std::string::npos) << over.message;
  EXPECT_NE(over.remedy.find("allow 209.5 uW of light"), std::string::npos) << over.remedy;
}

TEST(PhotonicLink, WeightsBeyondTheBankAreReported) {
  std::vector<base::Diagnostic> heard;
  base::DiagnosticSink sink([&](const base::Diagnostic& one) { heard.push_back(one); });
  static_cast<void>(
      EstimateView(parts::parse(photonic_description()), one_product(5, 4, 3), &sink));
  EXPECT_TRUE(heard.empty());
  const std::string wide =
      parts::changed(parts::changed(photonic_description(), parts::number("weight_bits", "4", "1"),
                                    parts::number("weight_bits", "12", "1")),
                     parts::number("bits", "5", "1"), parts::number("bits", "12", "1"));
  const EstimateView e(parts::parse(wide), one_product(5, 4, 3), &sink);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].code, "performance.resolution");
  const double resolved = std::floor(e.figure("weight_bits_resolved"));
  EXPECT_NE(heard[0].remedy.find("weight_bits = " + base::shortest(resolved)), std::string::npos)
      << heard[0].remedy;
  EXPECT_TRUE(heard[0].where.known());
}

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

TEST(PhotonicEstimate, TrainingAndPrecisionMapsAreRefused) {
  const architecture::Architecture chip = parts::parse(photonic_description());
  const workload::Workload work = one_product(5, 4, 3);
  const precision::PrecisionMap map;
  PerformanceEstimator estimator;
  plugin::Context context;
  const auto refusal = [&](const plugin::SystemRequest& request) {
    try {
      static_cast<void>(estimator.estimate_system(request, {}, context));
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return base::Diagnostic{};
  };
  const base::Diagnostic training =
      refusal({.architecture = chip, .workload = work, .phase = plugin::SystemPhase::training});
  EXPECT_EQ(training.code, "performance.unsupported");
  EXPECT_NE(training.message.find("no estimate of training of photonic cores 'core'"),
            std::string::npos)
      << training.message;
  EXPECT_TRUE(training.where.known());
  const base::Diagnostic bits =
      refusal({.architecture = chip, .workload = work, .precision = &map});
  EXPECT_EQ(bits.code, "performance.unsupported");
  EXPECT_NE(bits.message.find("no bits by layer"), std::string::npos) << bits.message;
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
  // 25088 x 4096 weights in blocks of 25 x 6 on 128 units.
  const double rounds = std::ceil(1004.0 * 683.0 / 128.0);
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
