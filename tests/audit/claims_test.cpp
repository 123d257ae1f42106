#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "findings.hpp"

// The bundled audits, against what their sources publish and against sums made apart.

namespace neucasl::audit {
namespace {

const std::filesystem::path folder =
    std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "examples" / "audit";

Design bundled(const std::string& name) { return load_design(folder / (name + ".xml")); }

void expect_share(double found, double expected, double tolerance) {
  EXPECT_NEAR(found / expected, 1.0, tolerance);
}

TEST(LighteningDotaB, PowerOfEachPart) {
  const Audit audited = audit(bundled("lightening_dota_b"));
  // Sums of the authors' device list, in W.
  expect_share(value_of(audited, "power_of_laser"), 0.7700917416019183, 1e-12);
  expect_share(value_of(audited, "power_of_dac"), 3.214285714285714, 1e-12);
  expect_share(value_of(audited, "power_of_modulator"), 4.032, 1e-12);
  expect_share(value_of(audited, "power_of_adc"), 2.1312, 1e-12);
  expect_share(value_of(audited, "power_of_tia"), 1.728, 1e-12);
  expect_share(value_of(audited, "power_of_detector"), 2.5344, 1e-12);
  expect_share(value_of(audited, "power_of_adder"), 26.241457858769934e-3, 1e-12);
  expect_share(value_of(audited, "total_power"), 14.752610938746402, 1e-12);
  expect_share(value_of(audited, "total_power"), 14.75261, 1e-6);
  EXPECT_EQ(value_of(audited, "count_of_dac"), 1440.0);
  EXPECT_EQ(value_of(audited, "count_of_adc"), 576.0);
  EXPECT_EQ(value_of(audited, "count_of_detector"), 2304.0);
  EXPECT_EQ(value_of(audited, "peak_multiply_accumulates"), 8.0 * 1728.0 * 5e9);
}

TEST(LighteningDotaB, AreaOfEachPart) {
  const Audit audited = audit(bundled("lightening_dota_b"));
  expect_share(value_of(audited, "total_area"), 60.300595086e-6, 1e-12);
  expect_share(value_of(audited, "total_area"), 60.3006e-6, 1e-6);
  expect_share(value_of(audited, "area_of_crossing"), 11.31602688e-6, 1e-12);
  expect_share(value_of(audited, "area_of_y_branch"), 0.00226512e-6, 1e-12);
  expect_share(value_of(audited, "area_of_comb"), 8.411136e-6, 1e-12);
}

TEST(LighteningDotaB, WhatItsReadmeAndCommentSayOtherwise) {
  const Audit audited = audit(bundled("lightening_dota_b"));
  EXPECT_EQ(not_following(audited),
            (std::set<std::string>{"DAC power by the law of its comment", "area as printed, TIA",
                                   "area as printed, total"}));
  // The whole difference of the totals is that of the amplifiers.
  const Finding& total = finding(audited, "area as printed, total");
  const Finding& part = finding(audited, "area as printed, TIA");
  EXPECT_NEAR(total.stated.value - total.recomputed.value,
              part.stated.value - part.recomputed.value, 1e-15);
}

TEST(LighteningSimphony, LossAndEnergyAsLogged) {
  const Audit audited = audit(bundled("lightening_simphony"));
  expect_share(value_of(audited, "insertion_loss_db"), 6.22, 1e-12);
  const Finding& energy = finding(audited, "energy with the laser without the fan-out");
  EXPECT_TRUE(energy.follows);
  expect_share(energy.recomputed.value, 1542369.3035858537e-12, 1e-9);
}

TEST(LighteningSimphony, ItsLaserMissesTheFanOut) {
  const Audit audited = audit(bundled("lightening_simphony"));
  EXPECT_EQ(not_following(audited), (std::set<std::string>{"laser power", "energy"}));
  const Finding& laser = finding(audited, "laser power");
  EXPECT_NEAR(laser.stated.value, 1.177e-3, 1e-6);
  EXPECT_NEAR(laser.recomputed.value, 169.5e-3, 0.05e-3);
  EXPECT_NEAR(10.0 * std::log10(laser.recomputed.value / laser.stated.value), 21.58, 0.01);
}

TEST(CrossLight, SixteenBitsAreBelowSix) {
  const Audit audited = audit(bundled("crosslight"));
  const Finding& resolution = finding(audited, "resolution");
  EXPECT_FALSE(resolution.follows);
  EXPECT_EQ(resolution.stated.value, 16.0);
  EXPECT_NEAR(resolution.recomputed.value, 5.6719687, 1e-6);
  EXPECT_EQ(resolution.nearest, "channels = 1");
  EXPECT_EQ(not_following(audited),
            (std::set<std::string>{"resolution", "resolution of the exact bank"}));
}

TEST(CrossLight, RatiosOfItsAbstractAreThoseToHolyLight) {
  const Audit audited = audit(bundled("crosslight"));
  EXPECT_NEAR(finding(audited, "energy per bit against HolyLight").recomputed.value, 274.13 / 28.78,
              1e-9);
  EXPECT_NEAR(finding(audited, "frames per joule against HolyLight").recomputed.value, 52.59 / 3.3,
              1e-9);
}

TEST(DeapCnn, AcceptsItsPresetsAndRejectsItsPaper) {
  struct Preset {
    const char* kernel;
    const char* depth;
    double modulators;
    bool follows;
    const char* nearest;
  };
  const Preset presets[] = {{"5", "8", 200, true, ""},
                            {"3", "113", 1017, true, ""},
                            {"10", "10", 1000, true, ""},
                            {"10", "12", 1200, false, "depth = 10"}};
  for (const Preset& preset : presets) {
    Design design = bundled("deap_cnn");
    set_number(design, std::string("kernel=") + preset.kernel);
    set_number(design, std::string("depth=") + preset.depth);
    const Audit audited = audit(design);
    const Finding& modulators = finding(audited, "modulators");
    EXPECT_EQ(modulators.recomputed.value, preset.modulators);
    EXPECT_EQ(modulators.follows, preset.follows);
    EXPECT_EQ(modulators.nearest, preset.nearest);
    EXPECT_TRUE(finding(audited, "wavelengths").follows);
  }
  Design wide = bundled("deap_cnn");
  set_number(wide, "kernel=11");
  EXPECT_EQ(finding(audit(wide), "wavelengths").nearest, "kernel = 10");
}

TEST(DeapCnn, HundredWavelengthsFillItsFinesse) {
  const Audit audited = audit(bundled("deap_cnn"));
  // A ring of r = a = 0.99 has finesse pi sqrt(0.970299) / 0.029701 = 104.2: as wide as the
  // spacing.
  EXPECT_NEAR(value_of(audited, "channel_spacing"), 0.1825e-9, 1e-15);
  EXPECT_LT(value_of(audited, "printed_bits"), 1.0);
  EXPECT_LT(value_of(audited, "crosstalk_bits"), value_of(audited, "printed_bits"));
}

TEST(Albireo, PowerAndAreaFollowFromItsComponents) {
  const Audit audited = audit(bundled("albireo"));
  EXPECT_TRUE(audited.all_follow());
  expect_share(value_of(audited, "power_of_ring"), 7.52, 2e-3);
  expect_share(value_of(audited, "power_of_laser"), 2.36, 2e-3);
  expect_share(value_of(audited, "total_area"), 124.6e-6, 2e-3);
}

TEST(Albireo, ModerateAndAggressiveDevices) {
  struct Row {
    const char* number;
    const char* quantity;
    double published;  ///< W, table III
  };
  // Of the aggressive devices the converters ran at 8 GHz there and at 5 GHz here; the laser,
  // printed as 0.12 W, follows at neither.
  const std::vector<std::vector<Row>> all = {
      {{"ring_unit_power=0.388 mW", "power_of_ring", 0.94},
       {"modulator_unit_power=1.41 mW", "power_of_modulator", 0.43},
       {"laser_unit_power=0.0713 mW", "power_of_laser", 0.09},
       {"tia_energy=0.3 pJ", "power_of_tia", 0.07},
       {"dac_energy=2.6 pJ", "power_of_dac", 3.98}},
      {{"ring_unit_power=0.155 mW", "power_of_ring", 0.38},
       {"modulator_unit_power=0.565 mW", "power_of_modulator", 0.17},
       {"tia_energy=0.0375 pJ", "power_of_tia", 0.01},
       {"dac_energy=0.325 pJ", "power_of_dac", 0.80 * 5.0 / 8.0}}};
  for (const std::vector<Row>& rows : all) {
    Design design = bundled("albireo");
    for (const Row& row : rows) set_number(design, row.number);
    const Audit audited = audit(design);
    for (const Row& row : rows) {
      // Half a unit of the last printed digit.
      EXPECT_NEAR(value_of(audited, row.quantity), row.published, 0.005) << row.number;
    }
  }
}

TEST(LiteCon, SaysThatItsNumbersAreAssumed) {
  const Audit audited = audit(bundled("litecon"));
  EXPECT_GT(audited.uses.assumed_share(), 0.9);
  // The limit is the worst of its causes.
  double least = value_of(audited, "crosstalk_bits");
  for (const char* name :
       {"resonance_bits", "shot_bits", "thermal_bits", "intensity_bits", "converter_bits"}) {
    least = std::min(least, value_of(audited, name));
  }
  EXPECT_LE(value_of(audited, "combined_bits"), least);
  EXPECT_GT(value_of(audited, "combined_bits"), least - 0.5);
}

TEST(Bundled, AllLoadAndAreTested) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    const Design design = load_design(entry.path());
    EXPECT_EQ(design.card.id, entry.path().stem().string());
    const Audit audited = audit(design);
    audited.claims().validate();
    audited.quantities().validate();
    EXPECT_EQ(audited.uses.uses().size(), design.card.numbers.size()) << "a number without use";
    names.insert(design.card.id);
  }
  EXPECT_EQ(names, (std::set<std::string>{"albireo", "crosslight", "deap_cnn", "lightening_dota_b",
                                          "lightening_simphony", "litecon"}));
}

}  // namespace
}  // namespace neucasl::audit
