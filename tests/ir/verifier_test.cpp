#include "neucasl/ir/verifier.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "neucasl/ir/text.hpp"
#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

constexpr const char* base_text = R"(ncir 1
design "base"
top top
primitive res
  attribute element: "resistor"
  parameter resistance: 1 ohm
  net p electrical
  net n electrical
  port p inout
  port n inout
end
primitive laser
  net out optical
  port out output
end
primitive detector
  net in optical
  net out electrical
  port in input
  port out inout
end
primitive wide
  net in electrical [2]
  port in inout
end
module top
  parameter r: 2 ohm
  net gnd electrical ground
  net a electrical
  net bus electrical [4]
  net light optical
  table t [2 2] "ohm"
    1 2
    3 4
  end
  instance r1: res (p = a, n = gnd) { resistance: = "2 * r" }
  instance l: laser (out = light)
  instance d: detector (in = light, out = a)
  array cells: res [2 2] (p = bus[0 + 2 row + 1 column], n = bus[3 - 2 row - 1 column])
    { resistance: table t }
end
)";

constexpr std::size_t res = 0;
constexpr std::size_t laser = 1;
constexpr std::size_t top = 4;

struct Fault {
  const char* name;
  const char* code;
  std::function<void(Design&)> make;
};

const Net& add_net(Module& module, const std::string& name) {
  module.nets.push_back({name, Discipline::electrical, 1, false, {}});
  return module.nets.back();
}

const Fault faults[] = {
    {"no top", "ir.top", [](Design& d) { d.top = {}; }},
    {"top out of range", "ir.top", [](Design& d) { d.top = ModuleId(std::size_t{9}); }},
    {"empty module name", "ir.name", [](Design& d) { d.modules[laser].name = ""; }},
    {"digit first", "ir.name", [](Design& d) { d.modules[top].nets[1].name = "1a"; }},
    {"bad character", "ir.name", [](Design& d) { d.modules[top].instances[0].name = "a b"; }},
    {"too long", "ir.name", [](Design& d) { d.modules[top].name = std::string(256, 'a'); }},
    {"module twice", "ir.name", [](Design& d) { d.modules[laser].name = "res"; }},
    {"net twice", "ir.name", [](Design& d) { d.modules[top].nets[1].name = "bus"; }},
    {"instance twice", "ir.name", [](Design& d) { d.modules[top].instances[0].name = "d"; }},
    {"instance and array", "ir.name", [](Design& d) { d.modules[top].arrays[0].name = "d"; }},
    {"parameter twice", "ir.name",
     [](Design& d) { d.modules[top].parameters.push_back(d.modules[top].parameters[0]); }},
    {"table name", "ir.name", [](Design& d) { d.modules[top].tables[0].name = "-"; }},
    {"attribute name", "ir.name", [](Design& d) { d.modules[res].attributes[0].name = "a b"; }},
    {"attribute twice", "ir.name",
     [](Design& d) { d.modules[res].attributes.push_back(d.modules[res].attributes[0]); }},
    {"master", "ir.reference",
     [](Design& d) { d.modules[top].instances[0].master = ModuleId(std::size_t{99}); }},
    {"array master", "ir.reference", [](Design& d) { d.modules[top].arrays[0].master = {}; }},
    {"connected net", "ir.reference",
     [](Design& d) {
       Instance extra{"w", ModuleId(std::size_t{3}), {{0, NetId(std::size_t{77}), 0}}, {}, {}};
       extra.connections.push_back({0, NetId(std::size_t{2}), 0});
       d.modules[top].instances.push_back(extra);
     }},
    {"connected port", "ir.reference",
     [](Design& d) {
       d.modules[top].instances[0].connections.push_back({7, NetId(std::size_t{0}), 0});
     }},
    {"net of a port", "ir.reference",
     [](Design& d) {
       d.modules[laser].ports[0].net = NetId(std::size_t{5});
       d.modules[top].instances.resize(1);
       d.modules[top].nets.pop_back();
     }},
    {"table", "ir.reference",
     [](Design& d) { d.modules[top].arrays[0].parameters[0].value = TableId(std::size_t{4}); }},
    {"itself", "ir.recursion",
     [](Design& d) {
       d.modules[top].instances.push_back({"x", d.top, {}, {}, {}});
     }},
    {"itself through another", "ir.recursion",
     [](Design& d) {
       Module between;
       between.name = "between";
       between.instances.push_back({"x", d.top, {}, {}, {}});
       d.modules.push_back(between);
       d.modules[top].instances.push_back({"y", ModuleId(d.modules.size() - 1), {}, {}, {}});
     }},
    {"content", "ir.primitive",
     [](Design& d) {
       d.modules[res].instances.push_back({"x", d.top, {}, {}, {}});
     }},
    {"no discipline", "ir.discipline",
     [](Design& d) { d.modules[top].nets[1].discipline = Discipline::unspecified; }},
    {"another discipline", "ir.discipline",
     [](Design& d) { d.modules[top].nets[1].discipline = Discipline::digital; }},
    {"array of another discipline", "ir.discipline",
     [](Design& d) { d.modules[top].nets[2].discipline = Discipline::thermal; }},
    {"connected twice", "ir.port",
     [](Design& d) {
       auto& c = d.modules[top].instances[0].connections;
       c.push_back(c[0]);
     }},
    {"port twice", "ir.port",
     [](Design& d) {
       d.modules[top].ports = {{NetId(std::size_t{1}), Direction::inout},
                               {NetId(std::size_t{1}), Direction::inout}};
     }},
    {"no direction", "ir.port",
     [](Design& d) { d.modules[res].ports[0].direction = Direction::unspecified; }},
    {"open port", "ir.unconnected",
     [](Design& d) { d.modules[top].instances[0].connections.pop_back(); }},
    {"open pin", "ir.unconnected", [](Design& d) { d.modules[top].arrays[0].pins.pop_back(); }},
    {"bit", "ir.width", [](Design& d) { d.modules[top].instances[0].connections[0].bit = 1; }},
    {"largest bit", "ir.width",
     [](Design& d) { d.modules[top].instances[0].connections[0].bit = 0xffffffffU; }},
    {"no width", "ir.width", [](Design& d) { d.modules[top].nets[2].width = 0; }},
    {"wide ground", "ir.width", [](Design& d) { d.modules[top].nets[0].width = 2; }},
    {"empty array", "ir.width", [](Design& d) { d.modules[top].arrays[0].rows = 0; }},
    {"pin beyond", "ir.width", [](Design& d) { d.modules[top].arrays[0].pins[0].base = 1; }},
    {"pin below", "ir.width", [](Design& d) { d.modules[top].arrays[0].pins[1].base = 2; }},
    {"array of bus ports", "ir.width",
     [](Design& d) {
       d.modules[top].arrays.push_back(
           {"w", ModuleId(std::size_t{3}), 1, 1, {{0, NetId(std::size_t{2}), 0, 0, 0}}, {}, {}});
     }},
    {"missing value", "ir.table", [](Design& d) { d.modules[top].tables[0].values.pop_back(); }},
    {"empty table", "ir.table",
     [](Design& d) {
       d.modules[top].tables.push_back({"none", 0, 0, {}, {}, {}});
     }},
    {"not finite", "ir.table",
     [](Design& d) {
       d.modules[top].tables[0].values[2] = std::numeric_limits<double>::quiet_NaN();
     }},
    {"another shape", "ir.table",
     [](Design& d) {
       d.modules[top].tables[0].rows = 4;
       d.modules[top].tables[0].columns = 1;
     }},
    {"table on an instance", "ir.table",
     [](Design& d) { d.modules[top].instances[0].parameters[0].value = TableId(std::size_t{0}); }},
    {"unknown parameter", "ir.parameter",
     [](Design& d) { d.modules[top].instances[0].parameters[0].name = "resistanse"; }},
    {"set twice", "ir.parameter",
     [](Design& d) {
       auto& p = d.modules[top].instances[0].parameters;
       p.push_back(p[0]);
     }},
    {"another unit", "ir.parameter",
     [](Design& d) {
       d.modules[top].instances[0].parameters[0].value = base::Quantity{1.0, test::dim::voltage};
     }},
    {"formula of another unit", "ir.parameter",
     [](Design& d) { d.modules[top].instances[0].parameters[0].value = Expression{"r * r"}; }},
    {"table of another unit", "ir.parameter",
     [](Design& d) { d.modules[top].tables[0].dimension = test::dim::conductance; }},
    {"infinite value", "ir.parameter",
     [](Design& d) {
       d.modules[top].instances[0].parameters[0].value =
           base::Quantity{std::numeric_limits<double>::infinity(), test::dim::resistance};
     }},
    {"infinite default", "ir.parameter",
     [](Design& d) {
       d.modules[res].parameters[0].value =
           base::Quantity{std::numeric_limits<double>::infinity(), test::dim::resistance};
     }},
    {"table as default", "ir.parameter",
     [](Design& d) {
       d.modules[top].parameters.push_back({"p", TableId(std::size_t{0}), {}});
     }},
    {"syntax", "ir.expression",
     [](Design& d) { d.modules[top].instances[0].parameters[0].value = Expression{"2 *"}; }},
    {"unknown name", "ir.expression",
     [](Design& d) { d.modules[top].instances[0].parameters[0].value = Expression{"q"}; }},
    {"unknown unit", "ir.expression",
     [](Design& d) { d.modules[top].instances[0].parameters[0].value = Expression{"2 [ohn]"}; }},
    {"default", "ir.expression",
     [](Design& d) {
       d.modules[top].parameters.push_back({"p", Expression{"later"}, {}});
     }},
    {"three on one optical net", "ir.optical",
     [](Design& d) {
       Instance second = d.modules[top].instances[1];
       second.name = "l2";
       d.modules[top].instances.push_back(second);
     }},
    {"one on an optical net", "ir.optical",
     [](Design& d) {
       auto& instances = d.modules[top].instances;
       instances.erase(instances.begin() + 1);
     }},
    {"none on an optical net", "ir.optical",
     [](Design& d) {
       d.modules[top].nets.push_back({"dark", Discipline::optical, 2, false, {}});
     }},
};

std::set<std::string> codes(const Design& design) {
  base::DiagnosticSink sink;
  const bool good = verify(design, sink);
  EXPECT_EQ(good, sink.error_count() == 0);
  std::set<std::string> result;
  for (const base::Diagnostic& diagnostic : sink.all()) result.insert(diagnostic.code);
  return result;
}

TEST(Verifier, AcceptsGoodDesigns) {
  EXPECT_EQ(codes(parse(base_text)), std::set<std::string>{});
  EXPECT_EQ(codes(test::sample_design()), std::set<std::string>{});
}

TEST(Verifier, FindsEachFaultAndNothingElse) {
  for (const Fault& fault : faults) {
    Design design = parse(base_text);
    fault.make(design);
    EXPECT_EQ(codes(design), std::set<std::string>{fault.code}) << fault.name;
  }
}

TEST(Verifier, EveryFaultNamesItsModuleAndPlace) {
  Design design = parse(base_text, "x.ncir");
  design.modules[top].instances[0].parameters[0].name = "resistanse";
  base::DiagnosticSink sink;
  EXPECT_FALSE(verify(design, sink));
  ASSERT_EQ(sink.all().size(), 1U);
  const base::Diagnostic found = sink.all()[0];
  EXPECT_EQ(found.where, (base::Location{"x.ncir", 36, 39}));
  EXPECT_NE(found.message.find("module 'top'"), std::string::npos);
  EXPECT_NE(found.remedy.find("did you mean 'resistance'"), std::string::npos);
}

TEST(Verifier, ReportsAllFaults) {
  Design design = parse(base_text);
  add_net(design.modules[top], "1");
  design.modules[top].arrays[0].rows = 0;
  design.modules[top].tables[0].values.clear();
  EXPECT_EQ(codes(design), (std::set<std::string>{"ir.name", "ir.width", "ir.table"}));
}

TEST(Verifier, SurvivesDeepHierarchiesAndLongChainsOfFormulas) {
  Design design;
  for (int i = 0; i < 20000; ++i) {
    ModuleBuilder module(design, "m" + std::to_string(i));
    if (i > 0) module.instance("x", ModuleId(static_cast<std::size_t>(i - 1)), {});
    if (i > 300) continue;
    if (i == 0) module.parameter("p0", base::Quantity{1.0, {}});
    for (int k = 1; i == 0 && k < 300; ++k) {
      const std::string last = "p" + std::to_string(k - 1);
      module.parameter("p" + std::to_string(k), Expression{"(" + last + " + " + last + ") / 2"});
    }
  }
  design.top = ModuleId(design.modules.size() - 1);
  EXPECT_EQ(codes(design), std::set<std::string>{});
}

TEST(Identifier, IsLettersDigitsUnderscoreAndDot) {
  for (const char* good : {"a", "_", "a.b", "A9_.", "end"}) EXPECT_TRUE(is_identifier(good));
  for (const char* bad : {"", "9", ".a", "a b", "a-b", "\xc2\xb5", "a[0]"}) {
    EXPECT_FALSE(is_identifier(bad)) << bad;
  }
  EXPECT_TRUE(is_identifier(std::string(255, 'a')));
  EXPECT_FALSE(is_identifier(std::string(256, 'a')));
}

}  // namespace
}  // namespace neucasl::ir
