#include "neucasl/circuit/variation_plan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "circuits.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::circuit {
namespace {

constexpr double kelvin_room = 300.0;

/// Two devices of one card, an array of resistors, a source.
class VariationPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(scratch_ / "test");
    std::ofstream(scratch_ / "test" / "made.xml")
        << "<card id=\"made\" family=\"test\" title=\"t\"><citation key=\"k\">s</citation>"
           "<number name=\"capacitance\" value=\"5\" unit=\"fF\" kind=\"assumed\" source=\"k\" "
           "place=\"p\"><spread distribution=\"normal\" sigma=\"0.5\" scope=\"process\"/></number>"
           "<number name=\"time_constant\" value=\"30\" unit=\"ns\" kind=\"assumed\" source=\"k\" "
           "place=\"p\"><spread distribution=\"lognormal\" sigma=\"0.1\"/></number>"
           "<choice name=\"model\" value=\"relaxing_conductor\"/></card>";
    nominal_ = circuit_of(
        "ncir 1\ndesign \"d\"\ntop bench\n"
        "primitive dev\n  attribute device: \"made\"\n" +
            two_ports() +
            "primitive loose\n  attribute element: \"relaxing_conductor\"\n"
            "  parameter capacitance: 0 fF\n" +
            two_ports() +
            "primitive wire\n  attribute element: \"resistor\"\n  parameter resistance: 2 ohm\n" +
            two_ports() +
            "primitive supply\n  attribute element: \"voltage_source\"\n  parameter voltage: 1 "
            "V\n" +
            two_ports() +
            "module bench\n  net ground electrical ground\n  net a electrical\n"
            "  net b electrical [6]\n"
            "  instance m1: dev (p = a, n = "
            "ground)\n  instance m2: dev (p = a, n = ground)\n"
            "  instance one_zero: loose (p = a, n = ground)\n  instance vdd: supply (p = a, n = "
            "ground)\n"
            "  array wires: wire [2 3] (p = a[0 + 0 row + 0 column], n = b[0 + 3 row + 1 "
            "column])\nend\n",
        {}, scratch_.path());
  }

  static std::string two_ports() {
    return "  net p electrical\n  net n electrical\n  port p inout\n  port n inout\nend\n";
  }

  [[nodiscard]] static VariationRules rules(const std::string& xml) {
    return read_variation_rules(base::parse_xml("<variation>\n" + xml + "\n</variation>", "v.xml"));
  }
  [[nodiscard]] VariationPlan plan(const std::string& xml) const {
    return VariationPlan(rules(xml), nominal_);
  }
  [[nodiscard]] base::Diagnostic refused(const std::string& xml) const {
    try {
      (void)plan(xml);
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return {};
  }
  [[nodiscard]] Circuit made(const VariationPlan& plan, const std::vector<double>& u) const {
    Circuit circuit = nominal_;
    plan.apply(u, circuit);
    return circuit;
  }

  test::ScratchFolder scratch_;
  Circuit nominal_;
};

TEST_F(VariationPlanTest, MismatchHasANumberForEachPart) {
  const VariationPlan one = plan(
      "<vary name=\"c\" parts=\"m*\" parameter=\"capacitance\" distribution=\"normal\" "
      "sigma=\"1 fF\"/>");
  ASSERT_EQ(one.size(), 2U);
  EXPECT_EQ(one.name(0), "c m1.capacitance");
  const Circuit circuit = made(one, {1.0, -2.0});
  EXPECT_NEAR(circuit.devices[0].parameters[2], 6e-15, 1e-27);
  EXPECT_NEAR(circuit.devices[1].parameters[2], 3e-15, 1e-27);
  EXPECT_EQ(circuit.devices[0].derived[2], circuit.devices[0].parameters[2]);
  const auto settings = one.settings(std::vector<double>{1.0, -2.0});
  EXPECT_EQ(settings[1].target, "m2.capacitance");
  EXPECT_NEAR(settings[1].nominal, 5e-15, 1e-27);
  EXPECT_NEAR(settings[1].value, 3e-15, 1e-27);
}

TEST_F(VariationPlanTest, ProcessHasOneForAll) {
  const VariationPlan one = plan(
      "<vary parts=\"m1 m2\" parameter=\"capacitance\" distribution=\"normal\" "
      "relative_sigma=\"10 %\" scope=\"process\"/>\n"
      "<vary parts=\"vdd\" parameter=\"voltage\" distribution=\"uniform\" low=\"0.9 V\" "
      "high=\"1.1 V\"/>\n"
      "<vary ambient=\"temperature\" distribution=\"normal\" sigma=\"20 K\" low=\"250 K\"/>");
  ASSERT_EQ(one.size(), 3U);
  const Circuit circuit = made(one, {2.0, 0.0, 0.0});
  EXPECT_NEAR(circuit.devices[0].parameters[2], 6e-15, 1e-27);
  EXPECT_EQ(circuit.devices[0].parameters, circuit.devices[1].parameters);
  EXPECT_NEAR(circuit.sources[0].rest, 1.0, 1e-15);
  EXPECT_NEAR(circuit.devices[1].environment.temperature, kelvin_room, 0.2);
  // The bound at -2.5 sigma.
  EXPECT_GE(made(one, {0.0, 0.0, -8.0}).devices[0].environment.temperature, 250.0);
}

TEST_F(VariationPlanTest, RulesActOneAfterTheOther) {
  const VariationPlan both = plan(
      "<vary parts=\"m*\" parameter=\"capacitance\" distribution=\"normal\" sigma=\"1 fF\" "
      "scope=\"process\"/>\n"
      "<vary parts=\"m*\" parameter=\"capacitance\" distribution=\"lognormal\" sigma=\"0.5\"/>");
  ASSERT_EQ(both.size(), 3U);
  const Circuit circuit = made(both, {1.0, 0.0, 2.0});
  EXPECT_NEAR(circuit.devices[0].parameters[2], 6e-15, 1e-27);
  EXPECT_NEAR(circuit.devices[1].parameters[2], 6e-15 * std::exp(1.0), 1e-26);
  // The same plan on a circuit that has a sample already gives the same circuit.
  Circuit again = circuit;
  both.apply(std::vector<double>{0.5, 0.5, 0.5}, again);
  both.apply(std::vector<double>{1.0, 0.0, 2.0}, again);
  EXPECT_EQ(again.devices[1].parameters, circuit.devices[1].parameters);
}

TEST_F(VariationPlanTest, CardsGiveTheirSpreadsInTheirScopes) {
  const VariationPlan cards = plan("<vary parts=\"*\" spreads=\"card\"/>");
  ASSERT_EQ(cards.size(), 3U);
  EXPECT_EQ(cards.name(0), "card made.capacitance");
  const Circuit circuit = made(cards, {1.0, 0.0, 1.0});
  EXPECT_NEAR(circuit.devices[0].parameters[2], 5.5e-15, 1e-27);
  EXPECT_EQ(circuit.devices[0].parameters[2], circuit.devices[1].parameters[2]);
  EXPECT_NEAR(circuit.devices[0].parameters[1], 30e-9, 1e-20);
  EXPECT_NEAR(circuit.devices[1].parameters[1], 30e-9 * std::exp(0.1), 1e-20);
  // `vary` shares the number of the process too; the model's own variation comes on top.
  Circuit varied = nominal_;
  vary(varied, 1, 7);
  EXPECT_NE(varied.devices[0].parameters[1], varied.devices[1].parameters[1]);
}

TEST_F(VariationPlanTest, CorrelatedRulesShareAMatrixPartByPart) {
  const VariationPlan two = plan(
      "<vary name=\"c\" parts=\"m*\" parameter=\"capacitance\" distribution=\"normal\" "
      "sigma=\"1 fF\"/>\n"
      "<vary name=\"g\" parts=\"m*\" parameter=\"conductance\" distribution=\"normal\" "
      "sigma=\"0.1 mS\"/>\n<correlation first=\"c\" second=\"g\" value=\"0.6\"/>");
  ASSERT_EQ(two.size(), 4U);
  // Numbers: c of m1, c of m2, g of m1, g of m2.
  const Circuit circuit = made(two, {1.0, 0.0, 0.0, 1.0});
  EXPECT_NEAR(circuit.devices[0].parameters[2], 6e-15, 1e-27);
  EXPECT_NEAR(circuit.devices[0].parameters[0], 1.06e-3, 1e-15);
  EXPECT_NEAR(circuit.devices[1].parameters[2], 5e-15, 1e-27);
  EXPECT_NEAR(circuit.devices[1].parameters[0], 1.08e-3, 1e-15);
}

TEST_F(VariationPlanTest, PlacesCorrelateAnArray) {
  const VariationPlan space = plan(
      "<vary parts=\"wires*\" parameter=\"resistance\" distribution=\"normal\" sigma=\"0.1 ohm\" "
      "correlation_length=\"20 um\" decay=\"gaussian\"/>\n"
      "<place parts=\"*\" x=\"1 mm\" row_pitch=\"10 um\" column_pitch=\"20 um\"/>");
  ASSERT_EQ(space.size(), 6U);
  // The first number alone: each wire has its correlation with the first.
  const Circuit circuit = made(space, {1.0, 0.0, 0.0, 0.0, 0.0, 0.0});
  for (const Passive& wire : circuit.passives) {
    const double row = wire.name[6] - '0';
    const double column = wire.name[9] - '0';
    EXPECT_NEAR(wire.value, 2.0 + 0.1 * std::exp(-(column * column + 0.25 * row * row)), 1e-12)
        << wire.name;
  }
  EXPECT_EQ(refused("<vary parts=\"wires*\" parameter=\"resistance\" distribution=\"normal\" "
                    "sigma=\"0.1 ohm\" correlation_length=\"20 um\"/>")
                .code,
            "variation.plan");
}

TEST_F(VariationPlanTest, TablesComeFromFiles) {
  std::ofstream(scratch_ / "r.csv") << "1\n3\n";
  const std::string rule =
      "<vary parts=\"wires*\" parameter=\"resistance\" distribution=\"table\" "
      "file=\"" +
      (scratch_ / "r.csv").string() + "\" ";
  const VariationPlan value = plan(rule + "unit=\"ohm\" scope=\"process\"/>");
  EXPECT_EQ(made(value, {8.0}).passives[0].value, 3.0);
  const VariationPlan deviation = plan(rule + "unit=\"mohm\" of=\"deviation\" scope=\"process\"/>");
  EXPECT_NEAR(made(deviation, {-8.0}).passives[0].value, 2.001, 1e-15);
  EXPECT_EQ(refused(rule + "unit=\"V\"/>").code, "variation.plan");
}

TEST_F(VariationPlanTest, ValuesAreHeldInTheRangeOfValidity) {
  const VariationPlan wide =
      plan("<vary parts=\"m1\" parameter=\"capacitance\" distribution=\"normal\" sigma=\"1 fF\"/>");
  Circuit circuit = nominal_;
  EXPECT_EQ(wide.apply(std::vector<double>{-9.0}, circuit), 1U);
  EXPECT_EQ(circuit.devices[0].parameters[2], 0.0);
  EXPECT_EQ(wide.apply(std::vector<double>{-1.0}, circuit), 0U);
  // A passive has no range, and says so.
  const VariationPlan wires = plan(
      "<vary parts=\"wires*\" parameter=\"resistance\" distribution=\"normal\" sigma=\"1 ohm\" "
      "scope=\"process\"/>");
  EXPECT_THROW(wires.apply(std::vector<double>{-3.0}, circuit), base::Error);
  EXPECT_THROW(wires.apply(std::vector<double>{}, circuit), base::Error);
  EXPECT_THROW(wires.apply(std::vector<double>{NAN}, circuit), base::Error);
}

TEST_F(VariationPlanTest, EachFaultIsNamedWithItsLine) {
  const std::string normal = "distribution=\"normal\" sigma=\"1 fF\"";
  const auto vary = [&](const std::string& attributes) {
    return "<vary parts=\"m*\" parameter=\"capacitance\" " + attributes + "/>";
  };
  struct Bad {
    std::string xml;
    std::string code;
    std::string message;
  };
  const std::vector<Bad> all = {
      {"<vary parts=\"q*\" parameter=\"capacitance\" " + normal + "/>", "variation.plan",
       "no part of the circuit is called 'q*'"},
      {"<vary parts=\"m*\" parameter=\"capacity\" " + normal + "/>", "variation.plan",
       "has a parameter 'capacity'"},
      {vary("distribution=\"normal\""), "variation.plan", "no sigma"},
      {vary("distribution=\"normal\" sigma=\"1 fF\" relative_sigma=\"2 %\""), "variation.plan",
       "two sigmas"},
      {vary("distribution=\"gauss\" sigma=\"1 fF\""), "variation.plan", "'gauss'"},
      {vary("distribution=\"normal\" sigma=\"-1 fF\""), "variation.distribution", "negative"},
      {vary("distribution=\"normal\" sigma=\"1 V\""), "base.dimension", ""},
      {vary("distribution=\"normal\" sigma=\"1 fF\" low=\"1 pF\""), "variation.distribution",
       "nothing of the distribution"},
      {"<vary parts=\"one_zero\" parameter=\"capacitance\" distribution=\"normal\" "
       "relative_sigma=\"2 %\"/>",
       "variation.distribution", "relative to a value of 0"},
      {vary("distribution=\"uniform\" low=\"1 fF\""), "variation.plan", "lacks an end"},
      {vary("distribution=\"uniform\" low=\"2 fF\" high=\"1 fF\""), "variation.distribution",
       "not in order"},
      {vary("distribution=\"lognormal\" relative_sigma=\"1\""), "variation.plan", "logarithm"},
      {vary("distribution=\"table\""), "variation.plan", "in a file"},
      {vary("distribution=\"table\" file=\"none.csv\" unit=\"fF\""), "base.file", ""},
      {vary(normal + " scope=\"die\""), "variation.plan", "scope=\"die\""},
      {vary(normal + " scope=\"process\" correlation_length=\"1 um\""), "variation.plan",
       "no correlation length"},
      {vary(normal + " sigmas=\"1\""), "base.xml", "'sigmas'"},
      {"<vary parts=\"wires*\" spreads=\"model\"/>", "variation.plan", "no model"},
      {"<vary parts=\"wires*\" spreads=\"card\"/>", "variation.plan", "no card"},
      {"<vary ambient=\"pressure\" distribution=\"normal\" sigma=\"1 K\"/>", "variation.plan",
       "'pressure'"},
      {"<correlation first=\"a\" second=\"b\" value=\"0.5\"/>", "variation.plan",
       "no <vary> is named 'a'"},
      {"<correlation first=\"a\" second=\"b\" value=\"1.5\"/>", "variation.plan", "1.5"},
  };
  for (const Bad& bad : all) {
    const base::Diagnostic diagnostic = refused(bad.xml);
    EXPECT_EQ(diagnostic.code, bad.code) << bad.xml << diagnostic.message;
    EXPECT_EQ(diagnostic.where.line, 2U) << bad.xml;
    EXPECT_NE(diagnostic.message.find(bad.message), std::string::npos) << diagnostic.message;
  }
}

TEST_F(VariationPlanTest, BadCorrelationsAreRefused) {
  const auto named = [](const std::string& name, const std::string& more) {
    return "<vary name=\"" + name + "\" " + more + "/>\n";
  };
  const std::string c = "parameter=\"capacitance\" distribution=\"normal\" sigma=\"1 fF\"";
  const std::string g = "parameter=\"conductance\" distribution=\"normal\" sigma=\"0.1 mS\"";
  const std::string t = "parameter=\"time_constant\" distribution=\"normal\" sigma=\"1 ns\"";
  const auto pair = [](const std::string& a, const std::string& b, const std::string& value) {
    return "<correlation first=\"" + a + "\" second=\"" + b + "\" value=\"" + value + "\"/>\n";
  };
  const std::string three = named("a", "parts=\"m*\" " + c) + named("b", "parts=\"m*\" " + g) +
                            named("d", "parts=\"m*\" " + t);
  const base::Diagnostic indefinite =
      refused(three + pair("a", "b", "-0.9") + pair("b", "d", "-0.9") + pair("a", "d", "-0.9"));
  EXPECT_EQ(indefinite.code, "variation.correlation");
  EXPECT_NE(indefinite.message.find("smallest eigenvalue"), std::string::npos);
  EXPECT_EQ(indefinite.where.line, 5U);
  EXPECT_EQ(refused(three + pair("a", "b", "0.1") + pair("b", "a", "0.2")).message,
            "'b' and 'a' are correlated twice");
  EXPECT_EQ(refused(three + pair("a", "a", "0.1")).message, "'a' is correlated with itself");
  const std::string unlike = named("a", "parts=\"m1\" " + c) + named("b", "parts=\"m*\" " + g);
  EXPECT_EQ(refused(unlike + pair("a", "b", "0.1")).message,
            "'a' and 'b' are not of the same parts");
  EXPECT_EQ(refused(named("a", "parts=\"m1\" " + c) + named("a", "parts=\"m2\" " + c)).message,
            "two <vary> are named 'a'");
}

}  // namespace
}  // namespace neucasl::circuit
