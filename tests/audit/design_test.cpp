#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/audit/audit.hpp"

namespace neucasl::audit {
namespace {

/// A design with these children behind one citation and a few numbers, one to a line from line 3.
std::string design_text(const std::string& children) {
  return "<audit id=\"x\" title=\"X\">\n<citation key=\"a\">A. Author, 2020</citation>\n"
         "<number name=\"n\" value=\"3\" unit=\"1\" kind=\"measured\" source=\"a\" place=\"p\"/>\n"
         "<number name=\"zero\" value=\"0\" unit=\"1\" kind=\"assumed\" source=\"a\" "
         "place=\"p\"/>\n"
         "<number name=\"p\" value=\"2\" unit=\"mW\" kind=\"measured\" source=\"a\" place=\"p\"/>\n"
         "<number name=\"f\" value=\"1\" unit=\"GHz\" kind=\"measured\" source=\"a\" "
         "place=\"p\"/>\n"
         "<number name=\"l\" value=\"18\" unit=\"nm\" kind=\"measured\" source=\"a\" "
         "place=\"p\"/>\n" +
         children + "\n</audit>";
}

std::string claim_text(const std::string& formula, const std::string& relation,
                       const std::string& value, const std::string& unit = "1",
                       const std::string& more = "") {
  return "<claim name=\"c\" formula=\"" + formula + "\" relation=\"" + relation + "\" value=\"" +
         value + "\" unit=\"" + unit + "\" source=\"a\" place=\"p\" " + more + "/>";
}

Finding only_finding(const std::string& children) {
  const Audit audited = audit(parse_design(design_text(children), "x.xml"));
  EXPECT_EQ(audited.findings.size(), 1U);
  return audited.findings.at(0);
}

TEST(Claims, HoldByTheirRelation) {
  EXPECT_TRUE(only_finding(claim_text("n", "equals", "3")).follows);
  EXPECT_FALSE(only_finding(claim_text("n", "equals", "3.01")).follows);
  EXPECT_TRUE(only_finding(claim_text("n", "equals", "3.01", "1", "tolerance=\"0.01\"")).follows);
  EXPECT_TRUE(only_finding(claim_text("n", "at_least", "2")).follows);
  EXPECT_FALSE(only_finding(claim_text("n", "at_least", "4")).follows);
  EXPECT_TRUE(only_finding(claim_text("n", "at_most", "4")).follows);
  EXPECT_FALSE(only_finding(claim_text("n", "at_most", "2")).follows);
}

TEST(Claims, SayByHowMuchAndWhere) {
  const Finding found = only_finding(claim_text("2 * p", "equals", "5", "mW"));
  EXPECT_NEAR(found.difference, -0.2, 1e-12);
  EXPECT_EQ(found.where.line, 8U);
  EXPECT_EQ(found.equation, "2 * p");
  EXPECT_EQ(found.source, "a, p");
  EXPECT_TRUE(std::isnan(only_finding(claim_text("n", "at_least", "0")).difference));
}

TEST(Claims, NameTheNearestValueThatKeepsThem) {
  const auto nearest = [](const std::string& formula, const std::string& relation,
                          const std::string& value) {
    return only_finding(claim_text(formula, relation, value, "1", "adjust=\"n\"")).nearest;
  };
  EXPECT_EQ(nearest("n^2", "at_most", "5"), "n = 2");
  EXPECT_EQ(nearest("n^2", "at_least", "20"), "n = 5");
  EXPECT_EQ(nearest("n", "equals", "2.5"), "");
  EXPECT_EQ(nearest("n^2", "at_most", "10"), "");
}

TEST(Parts, AddUpToTheirTotals) {
  const Audit audited = audit(parse_design(
      design_text("<rate frequency=\"f\" multiply_accumulates=\"n\"/>"
                  "<part name=\"x\" count=\"n\" power=\"p\" area=\"l^2\" cycles=\"10\"/>"
                  "<part name=\"y\" count=\"2\" law=\"sar\" power=\"p\" reference_bits=\"8\" "
                  "reference_rate=\"f\" bits=\"4\" rate=\"f / 2\" cycles=\"n\"/>"
                  "<part name=\"z\" count=\"1\" area=\"l^2\"/>" +
                  claim_text("total_power", "equals", "7", "mW", "tolerance=\"1e-12\"")),
      "x.xml"));
  EXPECT_TRUE(audited.all_follow());
  double power = 0, area = 0, energy = 0;
  for (const Recomputed& one : audited.recomputed) {
    if (one.name.starts_with("power_of_")) power += one.value.value;
    if (one.name.starts_with("area_of_")) area += one.value.value;
    if (one.name.starts_with("energy_of_")) energy += one.value.value;
  }
  EXPECT_NEAR(power / 7e-3, 1.0, 1e-12);
  for (const Recomputed& one : audited.recomputed) {
    if (one.name == "total_power") {
      EXPECT_DOUBLE_EQ(one.value.value, power);
    }
    if (one.name == "total_area") {
      EXPECT_DOUBLE_EQ(one.value.value, area);
    }
    if (one.name == "total_energy") {
      EXPECT_DOUBLE_EQ(one.value.value, energy);
    }
  }
  EXPECT_NEAR(energy / (6e-3 * 10e-9 + 1e-3 * 3e-9), 1.0, 1e-12);
}

TEST(Bank, ChannelsBeyondTheFreeSpectralRangeAreFoundWithoutAClaim) {
  const Finding found = only_finding(
      "<bank channels=\"n\" quality=\"8000\" free_spectral_range=\"l\" "
      "wavelength=\"1550 [nm]\" spacing=\"8 [nm]\"/>");
  EXPECT_FALSE(found.follows);
  EXPECT_EQ(found.recomputed.value, 2.0);
  EXPECT_EQ(found.nearest, "n = 2");
}

TEST(Bank, OneChannelHasAllBits) {
  EXPECT_TRUE(only_finding("<bank channels=\"1\" quality=\"8000\" free_spectral_range=\"l\" "
                           "wavelength=\"1550 [nm]\"/>" +
                           claim_text("printed_bits", "at_least", "16"))
                  .follows);
}

TEST(Uses, AreTheNumbersThatFormulasTook) {
  const Audit audited =
      audit(parse_design(design_text(claim_text("n + zero", "equals", "3")), "x.xml"));
  ASSERT_EQ(audited.uses.uses().size(), 2U);
  EXPECT_DOUBLE_EQ(audited.uses.assumed_share(), 0.5);
}

TEST(SetNumber, ChangesValueAndKind) {
  Design design = parse_design(design_text(claim_text("p", "equals", "2", "mW")), "x.xml");
  set_number(design, "p=3 mW");
  EXPECT_DOUBLE_EQ(design.card.find("p")->value.value, 3e-3);
  EXPECT_EQ(design.card.find("p")->kind, device::Kind::assumed);
  EXPECT_FALSE(audit(design).all_follow());
}

struct Refusal {
  const char* children;
  const char* code;
  unsigned line;
};

const Refusal refusals[] = {
    {"<number name=\"q\" value=\"1\" kind=\"measured\" source=\"a\" place=\"p\"/>", "device.unit",
     8},
    {"<number name=\"q\" value=\"1\" unit=\"1\" kind=\"measured\" source=\"b\" place=\"p\"/>",
     "device.source", 8},
    {"<number name=\"n\" value=\"1\" unit=\"1\" kind=\"measured\" source=\"a\" place=\"p\"/>",
     "device.name", 8},
    {"<lnk/>", "base.xml", 8},
    {"<rate frequency=\"f\"/>\n<rate frequency=\"f\"/>", "audit.xml", 9},
    {"<rate frequency=\"n\"/>", "audit.dimension", 8},
    {"<rate frequency=\"zero * f\"/>", "audit.rate", 8},
    {"<rate frequency=\"g\"/>", "ir.expression", 8},
    {"<part name=\"x\" count=\"n\" power=\"p\"/>\n<part name=\"x\" count=\"n\" power=\"p\"/>",
     "audit.xml", 9},
    {"<part name=\"x\" count=\"n\"/>", "audit.xml", 8},
    {"<part name=\"x\" count=\"n\" area=\"l^2\" cycles=\"3\"/>", "audit.xml", 8},
    {"<part name=\"x\" count=\"n\" power=\"p\" cycles=\"3\"/>", "audit.rate", 8},
    {"<part name=\"x\" count=\"-n\" power=\"p\"/>", "audit.count", 8},
    {"<part name=\"x\" count=\"n\" power=\"n\"/>", "audit.dimension", 8},
    {"<part name=\"x\" count=\"n\" power=\"p\" law=\"srr\" bits=\"1\" rate=\"f\" "
     "reference_bits=\"8\" reference_rate=\"f\"/>",
     "audit.xml", 8},
    {"<part name=\"x\" count=\"n\" power=\"p\" law=\"sar\" bits=\"9\" rate=\"f\" "
     "reference_bits=\"8\" reference_rate=\"f\"/>",
     "link.converter", 8},
    {"<bank channels=\"2.5\" quality=\"8000\" free_spectral_range=\"l\" wavelength=\"1 [um]\"/>",
     "audit.count", 8},
    {"<bank channels=\"zero\" quality=\"8000\" free_spectral_range=\"l\" wavelength=\"1 [um]\"/>",
     "audit.count", 8},
    {"<bank channels=\"5000\" quality=\"8000\" free_spectral_range=\"l\" wavelength=\"1 [um]\"/>",
     "audit.count", 8},
    {"<bank channels=\"n\" quality=\"zero\" free_spectral_range=\"l\" wavelength=\"1 [um]\"/>",
     "link.channels", 8},
    {"<link sensitivity_dbm=\"-25\" fan_out=\"zero\" wall_plug_efficiency=\"1\"/>", "link.budget",
     8},
    {"<link sensitivity_dbm=\"-25\" fan_out=\"1\" wall_plug_efficiency=\"1\"><loss "
     "element=\"e\" db=\"-1\"/></link>",
     "link.loss", 8},
    {"<claim name=\"c\" formula=\"n\" relation=\"is\" value=\"1\" unit=\"1\" source=\"a\" "
     "place=\"p\"/>",
     "audit.xml", 8},
    {"<claim name=\"c\" formula=\"n\" relation=\"equals\" value=\"1\" unit=\"mW\" source=\"a\" "
     "place=\"p\"/>",
     "audit.dimension", 8},
    {"<claim name=\"c\" formula=\"n\" relation=\"equals\" value=\"1\" unit=\"1\" source=\"a\" "
     "place=\"p\" tolerance=\"1\"/>",
     "audit.xml", 8},
    {"<claim name=\"c\" formula=\"n\" relation=\"equals\" value=\"1\" unit=\"1\" source=\"a\" "
     "place=\"p\" adjust=\"m\"/>",
     "audit.xml", 8},
    {"<claim name=\"c\" formula=\"n\" relation=\"equals\" value=\"1\" unit=\"1\" source=\"b\" "
     "place=\"p\"/>",
     "device.source", 8},
    {"<number name=\"total_power\" value=\"1\" unit=\"1\" kind=\"measured\" source=\"a\" "
     "place=\"p\"/><part name=\"x\" count=\"n\" power=\"p\"/>",
     "audit.name", 8},
};

TEST(Design, RefusesWithCodeAndLine) {
  for (const Refusal& refusal : refusals) {
    try {
      static_cast<void>(audit(parse_design(design_text(refusal.children), "x.xml")));
      ADD_FAILURE() << "accepted: " << refusal.children;
    } catch (const base::Error& error) {
      const base::Diagnostic& diagnostic = error.diagnostic();
      EXPECT_EQ(diagnostic.code, refusal.code) << error.what();
      EXPECT_EQ(diagnostic.where.line, refusal.line) << error.what();
      EXPECT_FALSE(diagnostic.remedy.empty()) << error.what();
    }
  }
}

TEST(Design, RefusesToSetWhatIsNotThere) {
  Design design = parse_design(design_text(""), "x.xml");
  const std::pair<const char*, const char*> wrong[] = {
      {"p", "audit.number"},     {"=3", "audit.number"},      {"q=3", "audit.number"},
      {"p=3", "base.dimension"}, {"p=3 V", "base.dimension"}, {"p=x", "base.quantity"},
  };
  for (const auto& [text, code] : wrong) {
    try {
      set_number(design, text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, code) << error.what();
    }
  }
  EXPECT_DOUBLE_EQ(design.card.find("p")->value.value, 2e-3);
}

}  // namespace
}  // namespace neucasl::audit
