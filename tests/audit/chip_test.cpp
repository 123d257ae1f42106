#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "findings.hpp"
#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/base/file.hpp"

// Audits of the descriptions of chips, against what their sources publish.

namespace neucasl::audit {
namespace {

const std::filesystem::path devices = std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices";

architecture::Architecture described(const std::string& id) {
  return architecture::load_architecture(id, {devices});
}

TEST(ChipAudit, CrossLightsSixteenBitsAreBelowSix) {
  const Audit audited = audit(design_of(described("crosslight")));
  const Finding& printed = finding(audited, "resolution, printed crosstalk");
  EXPECT_FALSE(printed.follows);
  EXPECT_EQ(printed.stated.value, 16.0);
  EXPECT_NEAR(printed.recomputed.value, 5.6719687, 1e-6);
  EXPECT_EQ(printed.nearest, "arm_channels = 1");
  EXPECT_GT(printed.where.line, 1U);
  EXPECT_FALSE(finding(audited, "resolution, exact crosstalk").follows);
  EXPECT_TRUE(finding(audited, "channels within the free spectral range").follows);
  EXPECT_EQ(value_of(audited, "channels_in_range"), 15.0);
  // 733 arms of 15 products in 20 ns.
  EXPECT_NEAR(value_of(audited, "peak_multiply_accumulates"), 733.0 * 15.0 / 20e-9, 1.0);
}

TEST(ChipAudit, SimPhonysLaserMissesTheFanOut) {
  const Audit audited = audit(design_of(described("lightening_simphony")));
  EXPECT_TRUE(finding(audited, "insertion loss").follows);
  EXPECT_NEAR(finding(audited, "insertion loss").recomputed.value, 6.22, 1e-9);
  const Finding& laser = finding(audited, "laser power");
  EXPECT_FALSE(laser.follows);
  EXPECT_NEAR(laser.stated.value, 1.177e-3, 1e-6);
  EXPECT_NEAR(laser.recomputed.value, 169.5e-3, 0.05e-3);
  EXPECT_TRUE(finding(audited, "laser power without the fan-out").follows);
  for (const char* kind : {"modulator", "dac", "adc", "amplifier", "photodetector", "passive"}) {
    EXPECT_TRUE(finding(audited, std::string("power of ") + kind).follows) << kind;
  }
}

TEST(ChipAudit, DeapCnnAcceptsItsPresetAndRejectsItsPaper) {
  const architecture::Architecture chip = described("deap_cnn");
  const std::string modulators = "engine_input_ring, as many as a symbol needs";
  EXPECT_TRUE(finding(audit(design_of(chip)), modulators).follows);
  Design paper = design_of(chip);
  set_number(paper, "engine_channels=100");
  set_number(paper, "engine_guides=12");
  const Finding found = finding(audit(paper), modulators);
  EXPECT_FALSE(found.follows);
  EXPECT_EQ(found.stated.value, 1017.0);
  EXPECT_EQ(found.recomputed.value, 1200.0);
  EXPECT_EQ(found.nearest, "engine_guides = 10");
  // And 100 lines 2.02 nm apart leave the free spectral range.
  EXPECT_FALSE(finding(audit(paper), "channels within the free spectral range").follows);
  set_number(paper, "engine_guides=10");
  EXPECT_TRUE(finding(audit(paper), modulators).follows);
}

TEST(ChipAudit, DotaBsPowerAndAreaFollow) {
  const Audit audited = audit(design_of(described("dota_b")));
  for (const char* claim : {"power of one chip", "area of one chip", "power of laser",
                            "power of dac", "power of modulator", "power of adc",
                            "power of amplifier", "power of photodetector", "power of control"}) {
    EXPECT_TRUE(finding(audited, claim).follows) << claim;
  }
  EXPECT_NEAR(finding(audited, "power of one chip").recomputed.value / 14.75261, 1.0, 1e-6);
  EXPECT_NEAR(value_of(audited, "peak_multiply_accumulates"), 8.0 * 1728.0 * 5e9, 1e3);
}

TEST(ChipAudit, IsaacsTotalsAndPeakFollowFromItsTable) {
  const Audit audited = audit(design_of(described("isaac_ce")));
  for (const char* claim :
       {"power of one chip", "area of one chip", "power of one tile", "area of one tile"}) {
    EXPECT_NEAR(finding(audited, claim).difference, 0.0, 0.02) << claim;
  }
  // 16,128 arrays of 128 rows and 16 weights, 16 cycles of 100 ns.
  const double peak = 168.0 * 96.0 * 128.0 * 16.0 / (16.0 * 100e-9);
  EXPECT_NEAR(value_of(audited, "peak_multiply_accumulates") / peak, 1.0, 1e-12);
  EXPECT_NEAR(finding(audited, "peak rate, two operations a product").difference, 0.0, 0.01);
}

TEST(ChipAudit, DigitalCoresHaveAPeakToo) {
  const Audit audited = audit(design_of(described("dadiannao")));
  EXPECT_NEAR(2.0 * value_of(audited, "peak_multiply_accumulates"), 4.96e12, 0.01e12);
}

TEST(ChipAudit, ALaserThatDoesNotSufficeIsFound) {
  Design chip = design_of(described("deap_cnn"));
  EXPECT_TRUE(finding(audit(chip), "laser power, one laser").follows);
  set_number(chip, "engine_splitter_tree_loss_db=10");
  const Finding found = finding(audit(chip), "laser power, one laser");
  EXPECT_FALSE(found.follows);
  EXPECT_GT(found.recomputed.value, found.stated.value);
}

/// Half a unit of the digit that is written last decides.
TEST(ChipAudit, PublishedNumbersHoldToTheirLastDigit) {
  std::string text = base::read_file(devices / "architecture" / "dota_b.architecture.xml");
  const std::string stated = "\"14752.61\"";
  text.replace(text.find(stated), stated.size(), "\"14752.62\"");
  const device::Library cards({devices});
  const Audit changed = audit(design_of(architecture::parse_architecture(text, "x.xml", cards)));
  const Finding& power = finding(changed, "power of one chip");
  EXPECT_FALSE(power.follows);
  EXPECT_EQ(power.where.file, "x.xml");
  EXPECT_TRUE(not_following(changed).contains("power of one chip"));
}

/// Every bundled description is audited, and each number that it names is there to be changed.
TEST(ChipAudit, AllBundledDescriptions) {
  const std::vector<std::string> ids = architecture::architecture_ids({devices});
  EXPECT_GE(ids.size(), 11U);
  for (const std::string& id : ids) {
    const Design design = design_of(described(id));
    EXPECT_EQ(design.card.id, id);
    const Audit audited = audit(design);
    audited.claims().validate();
    audited.quantities().validate();
    EXPECT_GT(value_of(audited, "total_area"), 0.0) << id;
    EXPECT_GT(value_of(audited, "total_power"), 0.0) << id;
    EXPECT_GT(value_of(audited, "peak_multiply_accumulates"), 0.0) << id;
    std::set<std::string> names;
    for (const device::Number& number : design.card.numbers) {
      EXPECT_TRUE(names.insert(number.name).second) << id << ' ' << number.name;
    }
  }
}

TEST(ChipAudit, UnknownNumbersAreNamed) {
  Design chip = design_of(described("crosslight"));
  try {
    set_number(chip, "arm_chanels=4");
    ADD_FAILURE() << "taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "audit.number");
    EXPECT_NE(error.diagnostic().remedy.find("arm_channels"), std::string::npos);
  }
}

}  // namespace
}  // namespace neucasl::audit
