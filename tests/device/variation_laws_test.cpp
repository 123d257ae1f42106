#include "neucasl/device/variation_laws.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/scratch_folder.hpp"

namespace neucasl::device {
namespace {

Card card_with(const std::string& body) {
  return parse_card(
      "<card id=\"c\" family=\"wear\" title=\"t\"><citation key=\"r\">s</citation>\n" + body +
          "</card>",
      "c.xml");
}

std::string pure(const std::string& name, const std::string& value, const std::string& unit = "1") {
  return "<number name=\"" + name + "\" value=\"" + value + "\" unit=\"" + unit +
         "\" kind=\"assumed\" source=\"r\" place=\"p\"/>\n";
}

std::string spread_of_ten(const std::string& attributes) {
  return "<number name=\"x\" value=\"10\" unit=\"mV\" kind=\"assumed\" source=\"r\" place=\"p\">"
         "<spread " +
         attributes + "/></number>";
}

TEST(Spread, NormalAndLognormalArePlainFormulas) {
  const Spread normal{"normal", 0.5};
  const Spread relative{"normal", 0.1, true};
  const Spread lognormal{"lognormal", 0.2};
  for (const double u : {-8.0, -1.0, 0.0, 2.5}) {
    EXPECT_EQ(normal.sampled(3.0, u), 3.0 + 0.5 * u);
    EXPECT_EQ(relative.sampled(-3.0, u), -3.0 * (1.0 + 0.1 * u));
    EXPECT_EQ(lognormal.sampled(3.0, u), 3.0 * std::exp(0.2 * u));
    EXPECT_DOUBLE_EQ(lognormal.about(3.0).from_normal(u), lognormal.sampled(3.0, u));
  }
  EXPECT_NEAR(relative.about(-3.0).standard_deviation(), 0.3, 1e-15);
}

TEST(Spread, CardsGiveBoundsScopesAndTables) {
  const Card bounded = card_with(
      spread_of_ten("distribution=\"normal\" sigma=\"2\" low=\"9\" high=\"15\" scope=\"process\""));
  const Spread& cut = *bounded.find("x")->spread;
  EXPECT_EQ(cut.scope, variation::Scope::process);
  EXPECT_NEAR(cut.sampled(10e-3, -8.0), 9e-3, 1e-12);
  EXPECT_NEAR(cut.sampled(10e-3, 8.0), 15e-3, 1e-6);
  EXPECT_LE(cut.sampled(10e-3, 8.0), 15e-3);

  const Card uniform = card_with(spread_of_ten("distribution=\"uniform\" low=\"8\" high=\"14\""));
  EXPECT_NEAR(uniform.find("x")->spread->sampled(10e-3, 0.0), 11e-3, 1e-15);
  EXPECT_NEAR(uniform.find("x")->spread->sigma, 6e-3 / std::sqrt(12.0), 1e-15);
  EXPECT_EQ(uniform.find("x")->spread->scope, variation::Scope::mismatch);

  const test::ScratchFolder folder;
  const std::string file = folder.file("x.csv", "-1\n3\n");
  const Card table =
      card_with(spread_of_ten("distribution=\"table\" file=\"" + file + "\" of=\"deviation\""));
  EXPECT_NEAR(table.find("x")->spread->sampled(10e-3, 8.0), 13e-3, 1e-15);
  const Card values = card_with(spread_of_ten("distribution=\"table\" file=\"" + file + "\""));
  EXPECT_NEAR(values.find("x")->spread->sampled(10e-3, -8.0), -1e-3, 1e-15);
}

TEST(Spread, ATableIsFoundBesideItsCard) {
  const test::ScratchFolder folder;
  std::ofstream(folder / "x.csv") << "1\n2\n";
  std::ofstream(folder / "c.xml")
      << "<card id=\"c\" family=\"wear\" title=\"t\"><citation key=\"r\">s</citation>\n"
      << spread_of_ten("distribution=\"table\" file=\"x.csv\"") << "</card>";
  EXPECT_EQ(load_card(folder / "c.xml").find("x")->spread->sampled(0.0, 8.0), 2e-3);
}

TEST(VariationLaws, AreReadFromTheBundledCards) {
  const Library library({std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "devices"});
  UseList uses;
  const auto wire = electromigration_of(library.load("copper_wire_damascene"), uses);
  // Ten years at the reference, less by half at 2^(1/1.1) times the current.
  const double years = variation::median_lifetime(wire, 1e10, 378.15) / (365.25 * 86400.0);
  EXPECT_NEAR(years, 10.0, 1e-9);
  EXPECT_NEAR(
      variation::median_lifetime(wire, 1e10 * std::exp2(1.0 / 1.1), 378.15) / (365.25 * 86400.0),
      5.0, 1e-9);
  const auto gate = breakdown_of(library.load("gate_dielectric_thin"), uses);
  EXPECT_NEAR(variation::breakdown(gate, 2.0, 398.15, 1e-10).scale, 1000.0, 1e-6);
  const Card cells = library.load("hfox_traps_endurance");
  EXPECT_NEAR(variation::survival(endurance_of(cells, uses), 1e6), std::exp(-1.0), 1e-12);
  EXPECT_NEAR(variation::TelegraphNoise(telegraph_of(cells, uses)).occupancy(), 0.5, 1e-12);
  const variation::FaultLaw faults = faults_of(cells, uses);
  EXPECT_NEAR(faults.probability, 0.1079, 1e-12);
  EXPECT_NEAR(faults.on_share, 0.0904 / 0.1079, 1e-12);
  EXPECT_EQ(faults.pattern, variation::FaultPattern::cells);
  EXPECT_EQ(uses.uses().size(), 20U);
  EXPECT_EQ(uses.assumed_share(), 1.0);
}

TEST(VariationLaws, FaultPatternsAreChosen) {
  UseList uses;
  const std::string both =
      pure("stuck_on_probability", "0.01") + pure("stuck_off_probability", "0.03");
  const auto pattern = [](const std::string& name) {
    return "<choice name=\"fault_pattern\" value=\"" + name + "\"/>";
  };
  const auto regions =
      faults_of(card_with(both + pattern("regions") + pure("fault_clustering", "1.5") +
                          pure("fault_region_rows", "8") + pure("fault_region_columns", "4")),
                uses);
  EXPECT_EQ(regions.pattern, variation::FaultPattern::regions);
  EXPECT_EQ(regions.clustering, 1.5);
  EXPECT_EQ(regions.region_columns, 4U);
  const auto satellites =
      faults_of(card_with(both + pattern("satellites") + pure("fault_satellites", "5") +
                          pure("fault_radius", "2")),
                uses);
  EXPECT_EQ(satellites.satellites, 5.0);
  EXPECT_EQ(faults_of(card_with(both + pattern("rows")), uses).pattern,
            variation::FaultPattern::rows);
  EXPECT_THROW((void)faults_of(card_with(both + pattern("diagonal")), uses), base::Error);
  EXPECT_THROW((void)faults_of(card_with(both + pattern("regions")), uses), base::Error);
  EXPECT_THROW((void)faults_of(card_with(pure("stuck_on_probability", "0.6") +
                                         pure("stuck_off_probability", "0.6")),
                               uses),
               base::Error);
  EXPECT_THROW(
      (void)endurance_of(card_with(pure("endurance", "-1") + pure("endurance_shape", "1")), uses),
      base::Error);
}

}  // namespace
}  // namespace neucasl::device
