#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include "circuits.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::circuit {
namespace {

const std::string two_pins =
    "  net p electrical\n  net n electrical\n  port p inout\n  port n inout\nend\n";

/// A design of one primitive `x` and an instance of it between `a` and the ground.
std::string one(const std::string& primitive, const std::string& settings = "",
                const std::string& pins = two_pins,
                const std::string& joins = "p = a, n = ground") {
  return "ncir 1\ndesign \"d\"\ntop bench\nprimitive x\n" + primitive + pins +
         "module bench\n  net ground electrical ground\n  net a electrical\n  net b electrical\n"
         "  instance one: x (" +
         joins + ") {" + settings + "}\nend\n";
}

std::string element(const std::string& name, const std::string& parameters = "") {
  return "  attribute element: \"" + name + "\"\n" + parameters;
}

base::Diagnostic fault(const std::string& text) {
  try {
    (void)circuit_of(text);
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

TEST(Lower, PassivesKeepValuesAndInitialValues) {
  const Circuit circuit = circuit_of(
      one(element("capacitor", "  parameter capacitance: 1 pF\n  parameter initial_voltage: 0 V\n"),
          " capacitance: 3 pF, initial_voltage: 0.25 V "));
  ASSERT_EQ(circuit.passives.size(), 1U);
  EXPECT_EQ(circuit.passives[0].name, "one");
  EXPECT_EQ(circuit.passives[0].kind, PassiveKind::capacitor);
  EXPECT_DOUBLE_EQ(circuit.passives[0].value, 3e-12);
  EXPECT_DOUBLE_EQ(circuit.passives[0].initial.value(), 0.25);
  EXPECT_EQ(circuit.passives[0].n, 0U);
  EXPECT_EQ(circuit.nodes[circuit.passives[0].p].name, "a");
  EXPECT_EQ(circuit.nodes.size(), 2U) << "the net b is idle";
  EXPECT_TRUE(circuit.linear());
}

TEST(Lower, TwoPinsMayHaveOtherNames) {
  const Circuit circuit = circuit_of(one(
      element("conductance", "  parameter conductance: 1 uS\n"), "",
      "  net row electrical\n  net column electrical\n  port row inout\n  port column inout\nend\n",
      "row = a, column = b"));
  ASSERT_EQ(circuit.passives.size(), 1U);
  EXPECT_EQ(circuit.nodes[circuit.passives[0].p].name, "a");
  EXPECT_EQ(circuit.nodes[circuit.passives[0].n].name, "b");
}

TEST(Lower, SourceWithWaveform) {
  const Circuit circuit = circuit_of(one(
      element("voltage_source",
              "  attribute waveform: \"pulse\"\n  parameter value_1: 0.1 V\n  parameter value_2: "
              "1 V\n  parameter delay: 1 ns\n  parameter rise: 1 ns\n  parameter fall: 1 ns\n"
              "  parameter width: 2 ns\n  parameter period: 10 ns\n  parameter ac_magnitude: 2 "
              "V\n")));
  ASSERT_EQ(circuit.sources.size(), 1U);
  const Source& source = circuit.sources[0];
  EXPECT_TRUE(source.is_voltage);
  EXPECT_DOUBLE_EQ(source.rest, 0.1);
  EXPECT_DOUBLE_EQ(source.ac_magnitude, 2.0);
  EXPECT_DOUBLE_EQ(source.waveform.at(1.5e-9, 0.0), 0.55);
  EXPECT_DOUBLE_EQ(source.waveform.at(3e-9, 0.0), 1.0);
  EXPECT_NEAR(source.waveform.at(14.5e-9, 0.0), 0.55, 1e-9) << "falling edge of the second period";
  const std::vector<double> corners = source.waveform.corners(12e-9);
  ASSERT_EQ(corners.size(), 5U);
  EXPECT_DOUBLE_EQ(corners[0], 1e-9);
  EXPECT_NEAR(corners[3], 5e-9, 1e-20);
  EXPECT_NEAR(corners[4], 11e-9, 1e-20);
}

TEST(Waveform, SineExponentialAndPiecewise) {
  const Waveform sine{Waveform::Kind::sine, {1.0, 2.0, 1e6, 1e-6, 1e5, 0.0}};
  EXPECT_DOUBLE_EQ(sine.at(0.5e-6, 0.0), 1.0);
  EXPECT_NEAR(sine.at(1.25e-6, 0.0), 1.0 + 2.0 * std::exp(-0.25e-6 * 1e5), 1e-12);
  const Waveform rise{Waveform::Kind::exponential, {0.0, 1.0, 0.0, 1e-9, 5e-9, 1e-9}};
  EXPECT_NEAR(rise.at(2e-9, 0.0), 1.0 - std::exp(-2.0), 1e-12);
  EXPECT_NEAR(rise.at(7e-9, 0.0), std::exp(-2.0) - std::exp(-7.0), 1e-12);
  const Waveform line{Waveform::Kind::piecewise_linear, {0.0, 1.0, 2.0, 3.0, 4.0, -1.0}};
  EXPECT_DOUBLE_EQ(line.at(1.0, 0.0), 2.0);
  EXPECT_DOUBLE_EQ(line.at(3.0, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(line.at(9.0, 0.0), -1.0);
  EXPECT_EQ(line.corners(4.0), std::vector<double>{2.0});
}

TEST(Lower, ControlledAndBehaviouralSources) {
  const std::string pins =
      "  net p electrical\n  net n electrical\n  net control_p electrical\n  net control_n "
      "electrical\n  port p inout\n  port n inout\n  port control_p inout\n  port control_n "
      "inout\nend\n";
  const Circuit controlled = circuit_of(
      one(element("voltage_controlled_current_source", "  parameter transconductance: 2 mS\n"), "",
          pins, "p = a, n = ground, control_p = b, control_n = ground"));
  ASSERT_EQ(controlled.controlled.size(), 1U);
  EXPECT_EQ(controlled.controlled[0].kind, ControlledKind::current_by_voltage);
  EXPECT_DOUBLE_EQ(controlled.controlled[0].gain, 2e-3);
  EXPECT_EQ(controlled.nodes[controlled.controlled[0].control_p].name, "b");

  const std::string sense =
      "  net p electrical\n  net n electrical\n  net in electrical\n  port p inout\n  port n "
      "inout\n  port in inout\nend\n";
  const Circuit formula =
      circuit_of(one(element("behavioural_current_source", "  attribute formula: \"1m*v(in)^2\"\n"),
                     "", sense, "p = a, n = ground, in = b"));
  ASSERT_EQ(formula.behavioural.size(), 1U);
  const Behavioural& source = formula.behavioural[0];
  std::vector<double> x;
  for (const std::uint32_t node : source.inputs)
    x.push_back(formula.nodes[node].name == "b" ? 3.0 : 0.0);
  EXPECT_NEAR(model::evaluate(source.formula, x), 9e-3, 1e-15);
  EXPECT_FALSE(formula.linear());
}

TEST(Lower, DeviceTakesPrimitiveOverCardOverDefault) {
  const test::ScratchFolder scratch;
  const std::filesystem::path folder = scratch / "test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "my_device.xml")
      << "<card id=\"my_device\" family=\"test\" title=\"t\"><citation key=\"k\">s</citation>"
         "<number name=\"time_constant\" value=\"30\" unit=\"ns\" kind=\"measured\" source=\"k\" "
         "place=\"p\"/><number name=\"capacitance\" value=\"5\" unit=\"fF\" kind=\"measured\" "
         "source=\"k\" place=\"p\"><spread distribution=\"normal\" sigma=\"1\"/></number>"
         "<choice name=\"model\" value=\"relaxing_conductor\"/></card>";
  const std::string text = one("  attribute device: \"my_device\"\n  parameter capacitance: 7 fF\n",
                               " capacitance: 9 fF ");
  Circuit circuit = circuit_of(text, {}, scratch.path());
  ASSERT_EQ(circuit.devices.size(), 1U);
  const Device& device = circuit.devices[0];
  EXPECT_DOUBLE_EQ(device.parameters[0], 1e-3);
  EXPECT_DOUBLE_EQ(device.parameters[1], 30e-9);
  EXPECT_DOUBLE_EQ(device.parameters[2], 9e-15);
  ASSERT_EQ(device.nodes.size(), 5U);
  EXPECT_EQ(circuit.nodes[device.nodes[3]].name, "one.follower");
  EXPECT_EQ(circuit.nodes[device.nodes[3]].internal, model::InternalKind::state);
  EXPECT_DOUBLE_EQ(circuit.nodes[device.nodes[4]].initial, 0.25);
  EXPECT_EQ(circuit.uses.uses().size(), 2U);

  circuit.set("one.time_constant", 50e-9);
  EXPECT_DOUBLE_EQ(circuit.devices[0].derived[1], 50e-9);
  EXPECT_THROW(circuit.set("one.time_constant", 1.0), base::Error);
  EXPECT_EQ(circuit.dimension_of("one.time_constant"), base::dimension::time);

  Circuit first = circuit;
  Circuit again = circuit;
  Circuit other = circuit;
  vary(first, 1, 4);
  vary(again, 1, 4);
  vary(other, 1, 5);
  EXPECT_EQ(first.devices[0].parameters, again.devices[0].parameters);
  EXPECT_NE(first.devices[0].parameters, other.devices[0].parameters);
  EXPECT_NE(first.devices[0].parameters[2], circuit.devices[0].parameters[2]);
  EXPECT_EQ(first.devices[0].derived[2], first.devices[0].parameters[2]);
}

/// Two lamps that shine at each other.
std::string lamps(const std::string& second) {
  return "ncir 1\ndesign \"d\"\ntop bench\nprimitive lamp\n  attribute element: \"lamp\"\n"
         "  parameter wavelength: 1550 nm\n  net out optical\n  net p electrical\n  port out "
         "output\n"
         "  port p inout\nend\nmodule bench\n  net ground electrical ground\n  net light optical\n"
         "  net a electrical\n  instance first: lamp (out = light, p = a)\n"
         "  instance second: lamp (out = light, p = a) { wavelength: " +
         second + " }\nend\n";
}

TEST(Lower, OpticalNetIsAPairOfNodesForEachCarrier) {
  const Circuit single = circuit_of(lamps("1550 nm"));
  ASSERT_EQ(single.carriers.size(), 1U);
  EXPECT_NEAR(single.carriers[0], 1.55e-6, 1e-18);
  EXPECT_TRUE(single.find_node("light.re") && single.find_node("light.im"));
  EXPECT_EQ(single.devices.size(), 2U);

  Circuit two = circuit_of(lamps("1560 nm"));
  EXPECT_EQ(two.carriers.size(), 2U);
  EXPECT_EQ(two.devices.size(), 4U);
  EXPECT_TRUE(two.find_node("light.1.re") && two.find_node("light.2.im"));
  EXPECT_EQ(two.devices[1].name, "first.2");
  EXPECT_DOUBLE_EQ(two.devices[0].derived[0], 1.0) << "shines on its own carrier";
  EXPECT_DOUBLE_EQ(two.devices[1].derived[0], 0.0);
  EXPECT_DOUBLE_EQ(two.devices[0].derived[1], 0.5e-6) << "shared by the carriers";
  EXPECT_EQ(two.devices[0].nodes[2], two.devices[1].nodes[2]);
  EXPECT_THROW(two.set("wavelength", 1.5e-6), base::Error);
  two.set("first.wavelength", 1.5e-6);
  EXPECT_DOUBLE_EQ(two.devices[0].derived[0], 0.0);

  Circuit swept = circuit_of(lamps("1550 nm"));
  swept.set("wavelength", 1.5e-6);
  EXPECT_DOUBLE_EQ(swept.devices[0].derived[0], 1.0);
  EXPECT_DOUBLE_EQ(swept.devices[0].environment.wavelength, 1.5e-6);

  LoweringOptions options;
  options.carriers = {1.3e-6};
  EXPECT_DOUBLE_EQ(circuit_of(lamps("1550 nm"), options).devices[0].derived[0], 0.0);
}

TEST(Lower, FaultsAreNamedWithTheirPlace) {
  const auto expect = [](const std::string& text, const std::string& code,
                         const std::string& word) {
    const base::Diagnostic found = fault(text);
    EXPECT_EQ(found.code, code) << found.message;
    EXPECT_NE((found.message + found.remedy).find(word), std::string::npos)
        << found.message << " / " << found.remedy;
    EXPECT_EQ(found.where.file, "t.ncir") << found.message;
    EXPECT_GT(found.where.line, 0U) << found.message;
  };
  expect(one(element("resistro", "  parameter resistance: 1 ohm\n")), "circuit.element",
         "resistor");
  expect(one("  attribute note: \"no element\"\n"), "circuit.element", "attribute 'element'");
  expect(one(element("resistor", "  parameter resistance: 1 V\n")), "circuit.value", "ohm");
  expect(one(element("resistor", "  parameter resistance: 1 ohm\n"), " resistance: 0 ohm "),
         "circuit.value", "positive");
  expect(one(element("resistor")), "circuit.value", "'resistance'");
  expect(one(element("relaxing_conductor", "  parameter time_constant: 1 s\n")), "model.range",
         "0.1 ns to 1000 ns");
  expect(one(element("relaxing_conductor", "  parameter time_constant: 1 V\n")), "model.unit",
         "ns");
  expect(one(element("relaxing_conductor", "  parameter time_constnt: 1 ns\n")), "model.parameter",
         "time_constant");
  expect(one(element("relaxing_conductor"), "",
             "  net p electrical\n  net m electrical\n  port p inout\n  port m inout\nend\n",
             "p = a, m = ground"),
         "circuit.pins", "'n'");
  expect(one(element("voltage_source", "  attribute waveform: \"square\"\n")), "circuit.value",
         "pulse");
  expect(
      one(element("voltage_source", "  attribute waveform: \"pulse\"\n  parameter value_2: 1 V\n")),
      "circuit.value", "rise");
  const std::string spike = "ncir 1\ndesign \"d\"\ntop bench\nprimitive x\n" +
                            element("relaxing_conductor") +
                            "  net p spike\n  net n spike\n  port p inout\n  port n inout\nend\n"
                            "module bench\n  net a spike\n  net b spike\n"
                            "  instance one: x (p = a, n = b)\nend\n";
  expect(spike, "circuit.pins", "electrical");
}

}  // namespace
}  // namespace neucasl::circuit
