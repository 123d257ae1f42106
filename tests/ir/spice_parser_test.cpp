#include "neucasl/ir/spice_parser.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/spice_writer.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/ir/verifier.hpp"

namespace neucasl::ir {
namespace {

/// Two device models and a card, as a host would know them.
class Devices : public SpiceDevices {
 public:
  [[nodiscard]] std::optional<SpiceDevice> find(std::string_view name) const override {
    namespace d = base::dimension;
    const auto pin = [](const char* pin_name, Discipline discipline = Discipline::electrical) {
      return SpicePin{pin_name, discipline, Direction::inout};
    };
    if (name == "vteam") {
      return SpiceDevice{"vteam",
                         false,
                         {pin("p"), pin("n")},
                         {{"on_resistance", d::resistance}, {"length", d::length}}};
    }
    if (name == "waveguide") {
      return SpiceDevice{"waveguide",
                         false,
                         {pin("port_1", Discipline::optical), pin("port_2", Discipline::optical)},
                         {}};
    }
    if (name == "laser") {
      return SpiceDevice{"Laser", true, {pin("output", Discipline::optical)}, {}};
    }
    if (name == "diode") {
      return SpiceDevice{"diode",
                         false,
                         {pin("anode"), pin("cathode")},
                         {{"saturation_current", d::current},
                          {"area", d::none},
                          {"band_gap", d::energy},
                          {"nominal_temperature", d::temperature}}};
    }
    if (name == "mosfet_level1_n" || name == "mosfet_level1_p") {
      return SpiceDevice{std::string(name),
                         false,
                         {pin("drain"), pin("gate"), pin("source"), pin("bulk")},
                         {{"length", d::length},
                          {"width", d::length},
                          {"threshold_voltage", d::voltage},
                          {"gate_oxide_capacitance", d::capacitance / d::area},
                          {"transconductance", d::current / (d::voltage * d::voltage)}}};
    }
    return std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> names() const override {
    return {"vteam", "waveguide", "laser", "diode", "mosfet_level1_n", "mosfet_level1_p"};
  }
};

const Devices devices;

SpiceImport import_of(const std::string& cards) {
  return parse_spice("title\n" + cards + "\n.end\n", "deck.cir", &devices);
}

/// The flat netlist of cards, and its elements by name.
struct Flat {
  FlatNetlist netlist;

  explicit Flat(const std::string& cards) : netlist(flatten(import_of(cards).design)) {}
  [[nodiscard]] std::size_t find(const std::string& name) const {
    for (std::size_t e = 0; e < netlist.elements(); ++e) {
      if (spice_name(netlist.element_name(e)) == name) return e;
    }
    ADD_FAILURE() << "no element " << name;
    return 0;
  }
  [[nodiscard]] double value(const std::string& name, const std::string& parameter) const {
    return netlist.parameter_of(find(name), parameter);
  }
  [[nodiscard]] std::string kind(const std::string& name) const {
    return netlist.kinds[netlist.kind[find(name)]].element;
  }
  [[nodiscard]] std::string attribute(const std::string& name, const std::string& of) const {
    return std::string(netlist.kinds[netlist.kind[find(name)]].attribute(of));
  }
  /// Nodes of an element, in the order of its pins.
  [[nodiscard]] std::vector<std::string> nodes(const std::string& name) const {
    std::vector<std::string> names;
    const std::size_t e = find(name);
    for (std::uint32_t i = netlist.pin_offset[e]; i < netlist.pin_offset[e + 1]; ++i) {
      names.push_back(spice_name(netlist.node_name(netlist.pin_node[i])));
    }
    return names;
  }
};

using Names = std::vector<std::string>;

TEST(SpiceParser, ReadsPassives) {
  const Flat flat("R1 a B 1k\nc1 a 0 10pF ic=0.5\nl1 b gnd l=2u ic=1m\nr2 a 0 r={2*3k}");
  EXPECT_EQ(flat.kind("r1"), "resistor");
  EXPECT_EQ(flat.nodes("r1"), (Names{"a", "b"}));
  EXPECT_DOUBLE_EQ(flat.value("r1", "resistance"), 1e3);
  EXPECT_DOUBLE_EQ(flat.value("c1", "capacitance"), 1e-11);
  EXPECT_DOUBLE_EQ(flat.value("c1", "initial_voltage"), 0.5);
  EXPECT_EQ(flat.nodes("l1"), (Names{"b", "0"}));
  EXPECT_DOUBLE_EQ(flat.value("l1", "inductance"), 2e-6);
  EXPECT_DOUBLE_EQ(flat.value("l1", "initial_current"), 1e-3);
  EXPECT_DOUBLE_EQ(flat.value("r2", "resistance"), 6e3);
}

TEST(SpiceParser, ReadsSources) {
  const Flat flat(
      "v1 a 0 5\nv2 a 0 dc 1 ac 2 90\nv3 a 0 ac=1\nv4 a 0\ni1 a 0 1m\n"
      "v5 a 0 pulse(0 1.8 1n 2n 3n 10n 40n)\nv6 a 0 0.3 sin(1 2 1k 1m 10 90)\n"
      "i2 a 0 exp(0 1 1n 2n 3n 4n)\nv7 a 0 pwl(0 0\n+ 1n 1, 2n 0.5)\nv8 a 0 PULSE 0 1\n.tran 5n "
      "1u");
  EXPECT_DOUBLE_EQ(flat.value("v1", "voltage"), 5.0);
  EXPECT_DOUBLE_EQ(flat.value("v2", "voltage"), 1.0);
  EXPECT_DOUBLE_EQ(flat.value("v2", "ac_magnitude"), 2.0);
  EXPECT_DOUBLE_EQ(flat.value("v2", "ac_phase"), std::acos(-1.0) / 2);
  EXPECT_DOUBLE_EQ(flat.value("v3", "ac_magnitude"), 1.0);
  EXPECT_DOUBLE_EQ(flat.value("v4", "voltage"), 0.0);
  EXPECT_DOUBLE_EQ(flat.value("i1", "current"), 1e-3);
  EXPECT_EQ(flat.attribute("v5", "waveform"), "pulse");
  EXPECT_DOUBLE_EQ(flat.value("v5", "value_2"), 1.8);
  EXPECT_DOUBLE_EQ(flat.value("v5", "fall"), 3e-9);
  EXPECT_DOUBLE_EQ(flat.value("v5", "period"), 4e-8);
  EXPECT_EQ(flat.attribute("v6", "waveform"), "sine");
  EXPECT_DOUBLE_EQ(flat.value("v6", "voltage"), 0.3);
  EXPECT_DOUBLE_EQ(flat.value("v6", "frequency"), 1e3);
  EXPECT_DOUBLE_EQ(flat.value("v6", "damping"), 10.0);
  EXPECT_DOUBLE_EQ(flat.value("v6", "phase"), std::acos(-1.0) / 2);
  EXPECT_EQ(flat.attribute("i2", "waveform"), "exponential");
  EXPECT_DOUBLE_EQ(flat.value("i2", "time_constant_2"), 4e-9);
  EXPECT_EQ(flat.attribute("v7", "waveform"), "piecewise_linear");
  EXPECT_DOUBLE_EQ(flat.value("v7", "time_2"), 2e-9);
  EXPECT_DOUBLE_EQ(flat.value("v7", "value_2"), 0.5);
  // Edges left out last one output step; the pulse stays.
  EXPECT_DOUBLE_EQ(flat.value("v8", "rise"), 5e-9);
  EXPECT_GT(flat.value("v8", "width"), 1e6);
  EXPECT_DOUBLE_EQ(flat.value("v8", "period"), 0.0);
}

TEST(SpiceParser, ReadsLinearControlledSources) {
  const Flat flat("v1 in 0 1\ne1 a 0 in 0 2\ng1 b 0 in a 1m\nf1 c 0 v1 3\nh1 d 0 v1 50\nr1 in 0 1");
  EXPECT_EQ(flat.nodes("e1"), (Names{"a", "0", "in", "0"}));
  EXPECT_DOUBLE_EQ(flat.value("e1", "gain"), 2.0);
  EXPECT_DOUBLE_EQ(flat.value("g1", "transconductance"), 1e-3);
  EXPECT_EQ(flat.kind("f1"), "current_controlled_current_source");
  EXPECT_DOUBLE_EQ(flat.value("h1", "transresistance"), 50.0);
  // in -> sense of f1 -> sense of h1 -> v1 -> 0
  EXPECT_EQ(flat.nodes("f1"), (Names{"c", "0", "in", "v1#sense"}));
  EXPECT_EQ(flat.nodes("h1"), (Names{"d", "0", "v1#sense", "v1#sense2"}));
  EXPECT_EQ(flat.nodes("v1"), (Names{"v1#sense2", "0"}));
  EXPECT_EQ(flat.nodes("r1"), (Names{"in", "0"}));
}

TEST(SpiceParser, ReadsBehaviouralSources) {
  const Flat flat(
      ".param k=2m\nv1 a 0 1\nb1 x 0 v=k*v(a)^2 + v(a,b)\nb2 y 0 i={max(v(a),0)*i(v1)}\n"
      "b3 z 0 v='3*k'\ne1 w 0 value={v(0,a)}\ng1 w 0 cur='v(a)^3'\nr1 b 0 1\nr2 x 0 1");
  EXPECT_EQ(flat.attribute("b1", "formula"), "0.002*v(in1)^2+v(in1,in2)");
  EXPECT_EQ(flat.nodes("b1"), (Names{"x", "0", "a", "b"}));
  EXPECT_EQ(flat.attribute("b2", "formula"), "max(v(in1),0)*v(in2)");
  EXPECT_EQ(flat.nodes("b2"), (Names{"y", "0", "a", "v1#current"}));
  EXPECT_EQ(flat.nodes("v1#current"), (Names{"v1#current", "0", "a", "v1#sense"}));
  EXPECT_DOUBLE_EQ(flat.value("v1#current", "transresistance"), 1.0);
  EXPECT_EQ(flat.kind("b3"), "voltage_source");  // a constant
  EXPECT_DOUBLE_EQ(flat.value("b3", "voltage"), 6e-3);
  EXPECT_EQ(flat.attribute("e1", "formula"), "-v(in1)");
  EXPECT_EQ(flat.kind("g1"), "behavioural_current_source");
  // ngspice takes the magnitude of the base.
  EXPECT_EQ(flat.attribute("g1", "formula"), "abs(v(in1))^3");
}

TEST(SpiceParser, ReadsInductorsLinesAndDevices) {
  const Flat flat(
      "l1 a 0 1u\nl2 b 0 4u\nk1 l1 l2 0.5\nt1 a 0 b 0 z0=50 td=1n\nt2 a 0 b 0 z0=75 f=1g nl=0.5\n"
      "n1 a b vteam on_resistance=2k length=3n\n.model cell vteam(on_resistance=100)\n"
      "n2 a 0 cell length=5n\nn3 o1 laser\nn4 o1 o2 waveguide\nn5 o2 laser\n"
      "d1 a 0 dm 2\n.model dm d is=1e-15 eg=1.11 tnom=27\n"
      "m1 a b 0 0 mm l=1u w=10u ad=1p\n.model mm pmos level=1 vto=-0.7 tox=10n uo=500");
  EXPECT_EQ(flat.nodes("k1"), (Names{"a", "0", "b", "0"}));
  EXPECT_DOUBLE_EQ(flat.value("k1", "inductance_2"), 4e-6);
  EXPECT_DOUBLE_EQ(flat.value("k1", "coupling"), 0.5);
  EXPECT_DOUBLE_EQ(flat.value("t1", "delay"), 1e-9);
  EXPECT_DOUBLE_EQ(flat.value("t2", "delay"), 5e-10);
  EXPECT_EQ(flat.kind("n1"), "vteam");
  EXPECT_DOUBLE_EQ(flat.value("n1", "on_resistance"), 2e3);
  EXPECT_DOUBLE_EQ(flat.value("n2", "on_resistance"), 100.0);
  EXPECT_DOUBLE_EQ(flat.value("n2", "length"), 5e-9);
  EXPECT_EQ(flat.attribute("n3", "device"), "Laser");
  EXPECT_EQ(
      flat.netlist.node_discipline[flat.netlist.pin_node[flat.netlist.pin_offset[flat.find("n4")]]],
      Discipline::optical);
  EXPECT_EQ(flat.kind("d1"), "diode");
  EXPECT_DOUBLE_EQ(flat.value("d1", "saturation_current"), 1e-15);
  EXPECT_DOUBLE_EQ(flat.value("d1", "area"), 2.0);
  EXPECT_DOUBLE_EQ(flat.value("d1", "band_gap"), 1.11 * 1.602176634e-19);
  EXPECT_DOUBLE_EQ(flat.value("d1", "nominal_temperature"), 300.15);
  EXPECT_EQ(flat.kind("m1"), "mosfet_level1_p");
  EXPECT_EQ(flat.nodes("m1"), (Names{"a", "b", "0", "0"}));
  const double oxide = 3.9 * 8.854214871e-12 / 1e-8;
  EXPECT_DOUBLE_EQ(flat.value("m1", "gate_oxide_capacitance"), oxide);
  EXPECT_DOUBLE_EQ(flat.value("m1", "transconductance"), 0.05 * oxide);
}

TEST(SpiceParser, KeepsTheHierarchyAndSpecialisesIt) {
  const std::string cards =
      "x1 in mid divider\nx2 mid out divider r=2k\nx3 in out2 divider params: r={k}\n.param k=2k\n"
      "v1 in 0 1\n.subckt divider a b params: r=1k half={r/2}\n.param quarter={half/2}\n"
      "ra a b {r}\nrb b 0 {quarter}\n.ends divider";
  const SpiceImport import = import_of(cards);
  const Design& design = import.design;
  EXPECT_TRUE(design.find_module("divider").valid());
  EXPECT_TRUE(design.find_module("divider__1").valid());
  EXPECT_FALSE(design.find_module("divider__2").valid());  // x2 and x3 share one
  const Flat flat(cards);
  EXPECT_DOUBLE_EQ(flat.value("x1.rb", "resistance"), 250.0);
  EXPECT_DOUBLE_EQ(flat.value("x2.ra", "resistance"), 2e3);
  EXPECT_DOUBLE_EQ(flat.value("x3.rb", "resistance"), 500.0);
  EXPECT_EQ(flat.nodes("x2.ra"), (Names{"mid", "out"}));
}

TEST(SpiceParser, FindsDefinitionsInsideDefinitions) {
  const Flat flat(
      "x1 a outer\n.subckt outer p\n.subckt inner q\nr1 q 0 2\n.ends\nx1 p inner\nx2 p "
      "other\n.ends\n"
      ".subckt other q\nr1 q n 3\nr2 n 0 4\n.ends");
  EXPECT_DOUBLE_EQ(flat.value("x1.x1.r1", "resistance"), 2.0);
  EXPECT_EQ(flat.nodes("x1.x2.r1"), (Names{"a", "x1.x2.n"}));
}

TEST(SpiceParser, EvaluatesParametersInAnyOrder) {
  const Flat flat(
      ".param a={b*2} b=3 c='a+b' d = a == 6 ? 1k : 2k\nr1 x 0 {a}\nr2 x 0 'c'\nr3 x 0 d\n"
      "r4 x 0 {sqrt(b*3) + min(1, 2) + 2**3 + pi*0}");
  EXPECT_DOUBLE_EQ(flat.value("r1", "resistance"), 6.0);
  EXPECT_DOUBLE_EQ(flat.value("r2", "resistance"), 9.0);
  EXPECT_DOUBLE_EQ(flat.value("r3", "resistance"), 1e3);
  EXPECT_DOUBLE_EQ(flat.value("r4", "resistance"), 12.0);
}

TEST(SpiceParser, ReadsWhatToCompute) {
  const SpiceImport import = import_of(
      "v1 1 0 1\nr1 1 0 1\n.param t=10n\n.op\n.dc v1 0 {t*1e8} 0.1\n.dc temp 0 100 50\n"
      ".ac dec 10 1 1meg\n.tran 1n {t} uic\n.noise v(1) v1 lin 3 1 1k\n"
      ".meas tran m1 max v(1) from=2n to={t}\n.measure ac m2 when v(1)=10m\n"
      ".ic v(1)={2*t} v(2)=1m\n.options reltol=1e-4 abstol=1p vntol=1n gmin=1e-12 method=gear klu\n"
      ".temp 50\n.print tran v(1)");
  std::vector<std::string> texts;
  for (const SpiceCard& card : import.analyses) texts.push_back(card.text);
  EXPECT_EQ(texts,
            (Names{"op", "dc v1 0 1 0.1", "dc temperature 273.15 373.15 50", "ac dec 10 1 1e+06",
                   "tran 1e-09 1e-08 uic", "noise v(1) v1 lin 3 1 1000"}));
  EXPECT_EQ(import.analyses[1].where.line, 6U);
  ASSERT_EQ(import.measurements.size(), 2U);
  EXPECT_EQ(import.measurements[0].analysis, "tran");
  EXPECT_EQ(import.measurements[0].text, "m1 max v(1) from=2e-09 to=1e-08");
  EXPECT_EQ(import.measurements[1].text, "m2 when v(1)=0.01");
  ASSERT_EQ(import.initial_voltages.size(), 2U);
  EXPECT_EQ(import.initial_voltages[1].node, "2");
  EXPECT_DOUBLE_EQ(import.initial_voltages[0].value, 2e-8);
  EXPECT_DOUBLE_EQ(*import.options.relative_tolerance, 1e-4);
  EXPECT_DOUBLE_EQ(*import.options.current_tolerance, 1e-12);
  EXPECT_DOUBLE_EQ(*import.options.voltage_tolerance, 1e-9);
  EXPECT_DOUBLE_EQ(*import.options.temperature, 323.15);
  EXPECT_EQ(*import.options.method, "gear");
  EXPECT_EQ(import.notes.size(), 2U);  // .print, klu
}

TEST(SpiceParser, TheFirstLineIsTheTitle) {
  const SpiceImport import = parse_spice(".include /etc/passwd\nr1 a 0 1\n");
  EXPECT_EQ(import.design.name, ".include /etc/passwd");
  ASSERT_EQ(import.notes.size(), 1U);  // no .end
  EXPECT_EQ(import.notes[0].code, "spice.end");
}

TEST(SpiceParser, DropsComments) {
  const Flat flat(
      "* r9 a 0 1\n   * too\nr1 a 0 1k ; one\nr2 a 0 2k $ two\nr3 a 0 3k // three\n\nr4 a 0\n* "
      "between\n"
      "+ 4k\n\tr5 a 0 5k");
  EXPECT_EQ(flat.netlist.elements(), 5U);
  EXPECT_DOUBLE_EQ(flat.value("r4", "resistance"), 4e3);
}

TEST(SpiceParser, WindowsLineEndsAreLineEnds) {
  const SpiceImport import = parse_spice("t\r\nr1 a 0 1k\r\n.end\r\n");
  EXPECT_EQ(import.design.name, "t");
  EXPECT_TRUE(import.notes.empty());
}

TEST(SpiceNames, AreIdentifiersAndComeBack) {
  for (const std::string name :
       {"a", "1",    "10",    "_1", "a+b", "net#1", "_x2b_", "_x2b",     "a[3]", "a_x",   "__",
        "_", "x1.1", "x1._1", ".1", "..",  "a.",    "_x2b[", "\xc3\xa9", "r0_0", "1_x31_"}) {
    const std::string identifier = spice_identifier(name);
    EXPECT_TRUE(is_identifier(identifier)) << name << ' ' << identifier;
    EXPECT_EQ(spice_name(identifier), name) << identifier;
  }
  EXPECT_EQ(spice_identifier("r0_0"), "r0_0");
  EXPECT_EQ(spice_name("x1._1"), "x1.1");
}

TEST(SpiceParser, EveryShortNameIsItsOwn) {
  // All names of up to four of the characters that the escape uses.
  std::vector<std::string> names{""};
  std::set<std::string> identifiers;
  for (std::size_t first = 0, length = 0; length < 4; ++length) {
    const std::size_t end = names.size();
    for (; first < end; ++first) {
      for (const char c : {'_', 'x', '2', 'b', '.', '+'}) names.push_back(names[first] + c);
    }
  }
  names.erase(names.begin());
  for (const std::string& name : names) {
    const std::string identifier = spice_identifier(name);
    EXPECT_TRUE(identifiers.insert(identifier).second) << name;
    EXPECT_EQ(spice_name(identifier), name);
  }
}

TEST(SpiceParser, ADeckOfTheWriterComesBack) {
  const std::string cards =
      "v1 in 0 1.5\nr1 in out 1234.5\nc1 out 0 1e-12\nl1 out 0 3e-6\ni1 out 0 1m";
  const FlatNetlist first = flatten(import_of(cards).design);
  const std::string deck = to_text(to_spice(first));
  const FlatNetlist second = flatten(parse_spice(deck).design);
  ASSERT_EQ(second.elements(), first.elements());
  EXPECT_EQ(second.parameter, first.parameter);
  EXPECT_EQ(to_text(to_spice(second)), deck);
}

TEST(SpiceParser, TheTextFormOfAnImportComesBack) {
  const SpiceImport import = import_of(
      "v1 1 0 pulse(0 1 1n 1n 1n 5n)\nf1 a+ 0 v1 2\nx1 1 s r=1k\n.subckt s a r=1\nr1 a 0 "
      "{r}\n.ends\n"
      "b1 b 0 v=v(1)^2*sin(v(a+))\nn1 b 0 vteam on_resistance=1k");
  base::DiagnosticSink sink;
  EXPECT_TRUE(verify(import.design, sink)) << base::to_string(sink.all().front());
  EXPECT_EQ(parse(print(import.design)), import.design);
}

TEST(SpiceParser, ACrossbarIsReadWhole) {
  std::string cards;
  const auto name = [](const char* wire, int i, int j) {
    return wire + std::to_string(i) + '_' + std::to_string(j);
  };
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < 64; ++j) {
      const std::string at = std::to_string(i) + '_' + std::to_string(j);
      cards += "rm" + at + ' ' + name("r", i, j) + ' ' + name("c", i, j) + " 1e5\n";
      if (j > 0) cards += "rr" + at + ' ' + name("r", i, j - 1) + ' ' + name("r", i, j) + " 2\n";
      if (i > 0) cards += "rc" + at + ' ' + name("c", i - 1, j) + ' ' + name("c", i, j) + " 2\n";
    }
  }
  const Flat flat(cards + "vs0 c63_63 0 0\nv0 r0_0 0 0.1");
  EXPECT_EQ(flat.netlist.elements(), 64U * 64U * 3U - 128U + 2U);
  EXPECT_EQ(flat.netlist.nodes(), 64U * 64U * 2U + 1U);
  EXPECT_EQ(flat.nodes("v0"), (Names{"r0_0", "0"}));
}

struct Refused {
  std::string cards;
  std::string code;
  std::string part;
  std::uint32_t line = 2;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.cards; }
class RefusedTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, IsNamedWithItsPlace) {
  const Refused& refused = GetParam();
  try {
    parse_spice("t\n" + refused.cards + "\nr99 a 0 1\n", "deck.cir", &devices);
    FAIL() << refused.cards;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, refused.code) << error.what();
    EXPECT_EQ(error.diagnostic().where.file, "deck.cir");
    EXPECT_EQ(error.diagnostic().where.line, refused.line);
    EXPECT_GT(error.diagnostic().where.column, 0U);
    EXPECT_FALSE(error.diagnostic().remedy.empty());
    EXPECT_NE(std::string(error.what()).find(refused.part), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cards, RefusedTest,
    testing::Values(Refused{".control\nshell rm x\n.endc", "spice.card", "no command is run"},
                    Refused{".include /etc/passwd", "spice.card", "no file is opened"},
                    Refused{".INC x", "spice.card", "no file is opened"},
                    Refused{".lib a b", "spice.card", "no file is opened"},
                    Refused{".csparam a=1", "spice.card", "did you mean '.param'"},
                    Refused{".func f(x) {x}", "spice.card", "write the formula out"},
                    Refused{".if (1)", "spice.card", "keep one branch"},
                    Refused{".global vdd", "spice.card", "as a port"},
                    Refused{".nodeset v(a)=1", "spice.card", ".ic"},
                    Refused{".fourier v(a)", "spice.card", "not accepted"},
                    Refused{"a1 %v(a) b model", "spice.card", "code models"},
                    Refused{"q1 a b c m", "spice.card", "device models"},
                    Refused{"s1 a 0 b 0 m", "spice.card", "conditional"},
                    Refused{"shell ls", "spice.card", "no command is run"},
                    Refused{"echo a b c d 1", "spice.card", "no command is run"},
                    Refused{"source x", "spice.card", "no command is run"},
                    Refused{"# x", "spice.card", "unknown element"},
                    Refused{".model q npn(bf=1)", "spice.model", "unknown type 'npn'"},
                    Refused{".options rshunt=1", "spice.parameter", "reltol, abstol"},
                    Refused{"v1 a 0 pwl file=/etc/passwd", "spice.parameter", "'file'"},
                    Refused{"v1 a 0 trnoise(1 2 3)", "spice.syntax", "unknown waveform"},
                    Refused{"v1 a 0 sin(0 1)", "spice.syntax", "2 values"},
                    Refused{"v1 a 0 pulse(0 1", "spice.syntax", "not closed"},
                    Refused{"v1 a 0 1 2", "spice.syntax", "not understood"},
                    Refused{"e1 a 0 poly(1) b 0 0 1", "spice.syntax", "formula"},
                    Refused{"b1 c 0 v=system(1)", "spice.formula", "unknown function"},
                    Refused{"b1 c 0 v=time", "spice.formula", "unknown name 'time'"},
                    Refused{"b1 c 0 v=v(a)^v(a)", "spice.formula", "both vary"},
                    Refused{"b1 c 0 v=i(v7)", "spice.node", "'v7'"},
                    Refused{"b1 c 0 v=v(a", "spice.formula", "expected"},
                    Refused{"m1 a b c d m2\n.model m2 nmos level=49", "spice.model", "level 1",
                            3}));

INSTANTIATE_TEST_SUITE_P(
    Faults, RefusedTest,
    testing::Values(
        Refused{"r1 a 0", "spice.syntax", "value is missing"},
        Refused{"r1 a", "spice.syntax", "too few nodes"}, Refused{"r 0 1", "spice.syntax", "name"},
        Refused{"r1 a 0 1 tc1=1", "spice.parameter", "tc1"},
        Refused{"r1 a 0 4k7", "spice.formula", "bad number"},
        Refused{"r1 a 0 1e999", "spice.formula", "bad number"},
        Refused{"r1 a 0 {1/0}", "spice.number", "not finite"},
        Refused{"r1 a 0 {x}", "spice.parameter", "unknown parameter 'x'"},
        Refused{"r1 a 0 inf", "spice.parameter", "'inf'"},
        Refused{"r1 a 0 'x", "spice.syntax", "not closed"},
        Refused{"r1 a 0 {v(a)}", "spice.formula", "where a number is needed"},
        Refused{"r1 a 0 1\nr1 a 0 1", "spice.card", "twice", 3},
        Refused{"k1 l1 l2 0.5", "spice.node", "no inductor 'l1'"},
        Refused{"l1 a 0 1\nl2 a 0 1\nl3 a 0 1\nk1 l1 l2 0.5\nk2 l2 l3 0.5", "spice.syntax",
                "coupled by 'k1'", 6},
        Refused{"f1 a 0 vx 1", "spice.node", "no voltage source 'vx'"},
        Refused{"t1 a 0 b 0 z0=50", "spice.syntax", "delay"},
        Refused{"d1 a 0 nomodel", "spice.model", "nomodel"},
        Refused{"n1 a b vtaem", "spice.device", "did you mean 'vteam'"},
        Refused{"n1 a vteam", "spice.syntax", "p n"},
        Refused{"n1 a b vteam lenght=1", "spice.parameter", "did you mean 'length'"},
        Refused{"n1 a b waveguide\nr1 a 0 1", "spice.node", "optical", 3},
        Refused{"x1 a nosuch", "spice.subcircuit", "nosuch"},
        Refused{"x1 a s\n.subckt s a b\nr1 a b 1\n.ends", "spice.syntax", "1 nodes for the 2"},
        Refused{"x1 a s q=1\n.subckt s a\nr1 a 0 1\n.ends", "spice.parameter", "no parameter 'q'"},
        Refused{"x1 a s\nr1 x1.n 0 1\n.subckt s a\nr1 a n 1\nr2 n 0 1\n.ends", "spice.node",
                "inside a subcircuit", 3},
        Refused{".subckt s a a\n.ends", "spice.node", "twice"},
        Refused{".subckt s 0\n.ends", "spice.node", "ground"},
        Refused{".subckt s a", "spice.subcircuit", "not closed"},
        Refused{".ends", "spice.subcircuit", "without"},
        Refused{".subckt s a\n.ends q", "spice.subcircuit", "'q'", 3},
        Refused{".subckt s a\n.op\n.ends", "spice.card", "inside a subcircuit", 3},
        Refused{".param x=1 x=2", "spice.parameter", "twice"},
        Refused{".param x={y} y={x}", "spice.parameter", "itself"},
        Refused{".ic v(a", "spice.syntax", ".ic v(NODE)"},
        Refused{".temp", "spice.syntax", "CELSIUS"},
        Refused{".temp -300", "spice.number", "absolute zero"},
        Refused{".meas foo m max v(a)", "spice.syntax", "unknown analysis"},
        Refused{".dc v1 0 1 1 v2 0 1 1", "spice.syntax", "one source"},
        Refused{"+ 1", "spice.syntax", "continuation"},
        Refused{std::string("r1 a 0 1\0", 9), "spice.character", "code 0"}));

/// Code of the error, or "" when the deck is read.
std::string code_of(const std::string& deck) {
  try {
    parse_spice(deck);
    return "";
  } catch (const base::Error& error) {
    EXPECT_LT(std::string(error.what()).size(), 1000U);
    return error.diagnostic().code;
  }
}

TEST(HostileDeck, OfDeepSubcircuits) {
  std::string nested = "t\nx1 s0\n";
  std::string chain = nested;
  for (int i = 0; i < 100'000; ++i) {
    const std::string cards =
        ".subckt s" + std::to_string(i) + "\nx1 s" + std::to_string(i + 1) + '\n';
    nested += cards;
    chain += cards + ".ends\n";
  }
  for (int i = 0; i < 100'000; ++i) nested += ".ends\n";
  EXPECT_EQ(code_of(nested), "spice.depth");
  EXPECT_EQ(code_of(chain), "spice.depth");
  EXPECT_EQ(code_of("t\nx1 s\n.subckt s\nx1 q\n.ends\n.subckt q\nx1 s\n.ends\n"),
            "spice.recursion");
}

TEST(HostileDeck, OfManySetsOfParameters) {
  std::string deck = "t\nx1 s0\n";
  for (int i = 0; i < 40; ++i) {
    const std::string below = " s" + std::to_string(i + 1);
    deck += ".subckt s" + std::to_string(i) + " a=1\nx1" + below + " a={2*a}\nx2" + below +
            " a={2*a+1}\n.ends\n";
  }
  EXPECT_EQ(code_of(deck + ".subckt s40 a=1\nr1 n 0 {a}\n.ends\n"), "spice.limit");
}

TEST(HostileDeck, OfLongLinesAndDeepFormulas) {
  EXPECT_EQ(code_of("t\nr1 a 0 " + std::string(10'000'000, '1')), "spice.limit");
  std::string continued = "t\nv1 a 0 pwl(0 0";
  for (int i = 0; i < 300'000; ++i) continued += "\n+ 1 1";
  EXPECT_EQ(code_of(continued + ")\n"), "spice.limit");
  const std::string deep(100'000, '(');
  EXPECT_EQ(code_of("t\nr1 a 0 {" + deep + "}\n"), "spice.formula");
  EXPECT_EQ(code_of("t\nb1 a 0 v=" + deep + "\n"), "spice.formula");
  EXPECT_EQ(code_of("t\nr1 a 0 " + std::string(100'000, '{') + "\n"), "spice.syntax");
  EXPECT_EQ(code_of("t\nr1 " + std::string(300, 'a') + " 0 1\n"), "spice.node");
  EXPECT_EQ(code_of(""), "spice.syntax");
  EXPECT_EQ(code_of("t\n"), "spice.card");
}

TEST(HostileDeck, OfLongChainsOfParameters) {
  std::string forwards = "t\nr1 a 0 {p50000}\n.param p0=1\n";
  std::string backwards = "t\nr1 a 0 {p0}\n";
  for (int i = 0; i < 50'000; ++i) {
    const std::string low = std::to_string(i);
    const std::string high = std::to_string(i + 1);
    forwards += ".param p" + high + "={p" + low + "}\n";
    backwards += ".param p" + low + "={p" + high + "}\n";
  }
  EXPECT_EQ(code_of(forwards), "");
  EXPECT_EQ(code_of(backwards + ".param p50000=1\n"), "spice.depth");
}

TEST(HostileDeck, NoTruncationOrChangedByteDoesMoreThanFail) {
  const std::string deck =
      "t\n.param k={2*3}\nv1 in 0 dc 1 pulse(0 1 1n 1n 1n 5n 20n)\nx1 in out s r={k}\n"
      ".subckt s a b r=1\nr1 a b {r}\n.ends\nb1 o 0 v=v(in)^2 > 1 ? i(v1) : -k\nf1 q 0 v1 2\n"
      ".meas tran m max v(o) from=1n\n.ic v(in)=1\n.tran 1n 10n\n.end\n";
  for (std::size_t length = 0; length < deck.size(); ++length) {
    static_cast<void>(code_of(deck.substr(0, length)));
  }
  for (std::size_t at = 0; at < deck.size(); ++at) {
    for (const char c : {'\0', '(', ')', '{', '\'', '=', '+', '\n', ' ', '.', '\xff'}) {
      std::string changed = deck;
      changed[at] = c;
      static_cast<void>(code_of(changed));
    }
  }
}

TEST(DeepHierarchy, IsCountedAndRefusedToBeExpanded) {
  std::string text = "ncir 1\ndesign \"x\"\ntop m0\n";
  constexpr int levels = 20'000;
  for (int level = 0; level < levels; ++level) {
    text += "module m" + std::to_string(level) + "\n  instance a: m" + std::to_string(level + 1) +
            " ()\nend\n";
  }
  const Design design = parse(text + "module m" + std::to_string(levels) + "\nend\n");
  EXPECT_EQ(statistics(design).depth, static_cast<std::size_t>(levels));
  try {
    flatten(design);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ir.depth");
  }
}

}  // namespace
}  // namespace neucasl::ir
