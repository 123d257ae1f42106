#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "neucasl/base/random.hpp"
#include "neucasl/ir/builder.hpp"

/// \file
/// Designs for tests: one with every construct, and random ones.

namespace neucasl::ir::test {

namespace dim = base::dimension;

inline ModuleId two_terminal(Design& design, const std::string& name, const std::string& parameter,
                             const base::Quantity& value) {
  ModuleBuilder primitive(design, name, true);
  primitive.attribute("element", name);
  primitive.parameter(parameter, value);
  primitive.port("p", Discipline::electrical, Direction::inout);
  primitive.port("n", Discipline::electrical, Direction::inout);
  return primitive.id();
}

/// Every discipline, direction and kind of value, a bus, a ground, a table and an array.
inline Design sample_design() {
  Design design;
  design.name = "every \"construct\" \\ of\nthe IR, \xc2\xb5";
  const ModuleId resistor = two_terminal(design, "resistor", "resistance", {1.0, dim::resistance});
  ModuleBuilder source(design, "source", true);
  source.attribute("device", "some_card");
  source.parameter("enabled", true);
  source.parameter("count", std::int64_t{-3});
  source.parameter("ratio", base::Quantity{0.1, dim::none});
  source.parameter("label", std::string("a, b } # \"c\""));
  source.parameter("wavelength", base::Quantity{1.55e-6, dim::length});
  source.parameter("doubled", Expression{"2 * ratio"});
  source.port("out", Discipline::optical, Direction::output, 2);
  source.port("heat", Discipline::thermal, Direction::inout);
  ModuleBuilder detector(design, "detector", true);
  detector.port("in", Discipline::optical, Direction::input, 2);
  detector.port("code", Discipline::digital, Direction::output);
  detector.port("fired", Discipline::spike, Direction::output);
  ModuleBuilder grid(design, "grid");
  grid.parameter("r", base::Quantity{2.0, dim::resistance});
  const NetRef rows = grid.port("rows", Discipline::electrical, Direction::inout, 2);
  const NetRef columns = grid.port("columns", Discipline::electrical, Direction::inout, 3);
  const TableId table =
      grid.table("values", 2, 3, dim::resistance, {1.0, 2.0, 3.0, 1e-300, 0.1, 1e300});
  grid.array("cells", resistor, 2, 3, {{"p", rows, 1, 0}, {"n", {columns.net, 2}, 0, -1}},
             {{"resistance", table}});
  grid.array("ties", resistor, 1, 1, {{"p", rows, 0, 0}, {"n", {columns.net, 1}, 0, 0}},
             {{"resistance", Expression{"r + 1 [kohm]"}}});
  ModuleBuilder top(design, "top");
  design.top = top.id();
  const NetRef code = top.port("code.0", Discipline::digital, Direction::output);
  const NetRef fired = top.port("fired", Discipline::spike, Direction::output);
  const NetRef ground = top.net("gnd", Discipline::electrical, 1, true);
  const NetRef bus = top.net("bus", Discipline::electrical, 7);
  const NetRef light = top.net("light", Discipline::optical, 2);
  const NetRef heat = top.net("heat", Discipline::thermal);
  top.instance("grid", grid.id(), {{"rows", {bus.net, 1}}, {"columns", {bus.net, 4}}},
               {{"r", base::Quantity{5.0, dim::resistance}}});
  top.instance("r0", resistor, {{"p", {bus.net, 3}}, {"n", ground}});
  top.instance("r1", resistor, {{"p", bus}, {"n", ground}});
  top.instance("laser", source.id(), {{"out", light}, {"heat", heat}},
               {{"enabled", false},
                {"count", std::int64_t{1} << 62},
                {"label", std::string("x")},
                {"ratio", base::Quantity{5.0, {}}}});
  top.instance("eye", detector.id(), {{"in", light}, {"code", code}, {"fired", fired}});
  return design;
}

/// Random designs that pass the verifier.
class RandomDesign {
 public:
  explicit RandomDesign(std::uint64_t seed) : random_(seed, "test/design") {}

  Design make() {
    design_.name = text();
    const std::uint32_t primitives = 1 + random_.below(4);
    for (std::uint32_t i = 0; i < primitives; ++i) primitive("prim" + std::to_string(i));
    const std::uint32_t modules = 1 + random_.below(4);
    for (std::uint32_t i = 0; i < modules; ++i) module(i);
    if (random_.below(20) != 0) design_.top = ModuleId(design_.modules.size() - 1);
    return std::move(design_);
  }

 private:
  std::string text() {
    static constexpr const char* pieces[] = {"a",  "Z9", " ",  "\"", "\\",       "\n", "\t", "#",
                                             "{}", ",",  "[]", "=",  "\xc2\xb5", "\r", "n",  "end"};
    std::string result;
    for (std::uint32_t i = random_.below(8); i > 0; --i) {
      result += pieces[random_.below(std::size(pieces))];
    }
    return result;
  }

  double number() {
    switch (random_.below(4)) {
      case 0:
        return static_cast<double>(random_.below(20)) - 10.0;
      case 1:
        return random_.normal();
      default:
        break;
    }
    const auto value =
        std::bit_cast<double>((std::uint64_t{random_.next_u32()} << 32) | random_.next_u32());
    return std::isfinite(value) ? value : 0.5;
  }

  base::Dimension dimension() {
    constexpr base::Dimension known[] = {dim::none,          dim::resistance, dim::conductance,
                                         dim::time,          dim::area,       {{0, 1, 0, 0, 0}},
                                         {{1, -2, 3, 0, 1}}, dim::capacitance};
    return known[random_.below(std::size(known))];
  }

  Value value_like(const Value& formal) {
    if (std::holds_alternative<bool>(formal)) return random_.below(2) == 0;
    if (std::holds_alternative<std::string>(formal)) return text();
    if (const auto* q = std::get_if<base::Quantity>(&formal)) {
      // Formulas use the pure numbers, which must not overflow in them.
      const bool pure = q->dimension.dimensionless();
      if (random_.below(4) != 0) {
        return base::Quantity{pure ? random_.normal() : number(), q->dimension};
      }
      const std::string unit = base::unit_symbol(q->dimension);
      return Expression{"scale * (1 + 2.5)" + (pure ? "" : " * 3 [" + unit + "]")};
    }
    if (std::holds_alternative<Expression>(formal)) return Expression{"2 * scale"};
    return static_cast<std::int64_t>((std::uint64_t{random_.next_u32()} << 32) |
                                     random_.next_u32());
  }

  void primitive(const std::string& name) {
    ModuleBuilder builder(design_, name, true);
    if (random_.below(2) == 0) builder.attribute("device", text());
    if (random_.below(2) == 0) builder.attribute("element", text());
    builder.parameter("true", base::Quantity{number(), dimension()});
    if (random_.below(2) == 0) builder.parameter("count", std::int64_t{random_.next_u32()});
    if (random_.below(2) == 0) builder.parameter("flag", random_.below(2) == 0);
    if (random_.below(2) == 0) builder.parameter("label", text());
    if (random_.below(2) == 0) {
      builder.parameter("base.1", base::Quantity{3.0, {}});
      builder.parameter("formula", Expression{"-base.1 / 2"});
    }
    const std::uint32_t ports = 1 + random_.below(4);
    for (std::uint32_t i = 0; i < ports; ++i) {
      const Discipline discipline =
          random_.below(3) == 0 ? Discipline::digital : Discipline::electrical;
      builder.port("p" + std::to_string(i), discipline,
                   static_cast<Direction>(1 + random_.below(3)),
                   random_.below(6) == 0 ? 2 + random_.below(3) : 1);
    }
  }

  void module(std::uint32_t index) {
    const std::size_t known = design_.modules.size();
    static constexpr const char* names[] = {"end", "net", "table", "module"};
    ModuleBuilder builder(design_, names[index]);
    builder.parameter("scale", base::Quantity{1.0 + random_.uniform(), {}});
    if (random_.below(2) == 0) builder.parameter("twice", Expression{"2 * scale"});
    if (random_.below(2) == 0) builder.net("gnd", Discipline::electrical, 1, true);
    const std::uint32_t ports = random_.below(3);
    for (std::uint32_t i = 0; i < ports; ++i) {
      builder.port("io" + std::to_string(i), Discipline::electrical, Direction::inout,
                   1 + random_.below(2));
    }
    const std::uint32_t contents = 1 + random_.below(4);
    for (std::uint32_t i = 0; i < contents; ++i) {
      const ModuleId master(random_.below(static_cast<std::uint32_t>(known)));
      if (random_.below(2) == 0 && narrow(master)) {
        array(builder, master, i);
      } else {
        instance(builder, master, i);
      }
    }
  }

  [[nodiscard]] bool narrow(ModuleId master) const {
    const Module& m = design_.module(master);
    for (std::uint32_t p = 0; p < m.ports.size(); ++p) {
      if (m.port_net(p).width != 1) return false;
    }
    return true;
  }

  /// A net of the discipline that has the bits, an old one now and then.
  NetRef net_for(ModuleBuilder& builder, Discipline discipline, std::uint32_t width) {
    const auto& nets = design_.module(builder.id()).nets;
    for (std::size_t i = 0; i < nets.size(); ++i) {
      if (nets[i].discipline == discipline && nets[i].width >= width && random_.below(2) == 0) {
        return {NetId(i), random_.below(nets[i].width - width + 1)};
      }
    }
    return builder.net("n" + std::to_string(nets.size()), discipline, width);
  }

  ModuleBuilder::Parameters actuals(ModuleId master) {
    ModuleBuilder::Parameters result;
    for (const Parameter& formal : std::vector(design_.module(master).parameters)) {
      if (random_.below(2) == 0) result.emplace_back(formal.name, value_like(formal.value));
    }
    return result;
  }

  void instance(ModuleBuilder& builder, ModuleId master, std::uint32_t index) {
    ModuleBuilder::Connections connections;
    for (std::uint32_t p = 0; p < design_.module(master).ports.size(); ++p) {
      const Net net = design_.module(master).port_net(p);
      connections.emplace_back(net.name, net_for(builder, net.discipline, net.width));
    }
    builder.instance("u" + std::to_string(index), master, connections, actuals(master));
  }

  void array(ModuleBuilder& builder, ModuleId master, std::uint32_t index) {
    const std::uint32_t rows = 1 + random_.below(4);
    const std::uint32_t columns = 1 + random_.below(4);
    std::vector<ModuleBuilder::Pin> pins;
    for (std::uint32_t p = 0; p < design_.module(master).ports.size(); ++p) {
      const Net inner = design_.module(master).port_net(p);
      const std::int64_t row = static_cast<std::int64_t>(random_.below(7)) - 3;
      const std::int64_t column = static_cast<std::int64_t>(random_.below(7)) - 3;
      const std::int64_t low = std::min<std::int64_t>(0, row * (rows - 1)) +
                               std::min<std::int64_t>(0, column * (columns - 1));
      const std::int64_t high = std::max<std::int64_t>(0, row * (rows - 1)) +
                                std::max<std::int64_t>(0, column * (columns - 1));
      NetRef net = net_for(builder, inner.discipline, static_cast<std::uint32_t>(high - low + 1));
      net.bit += static_cast<std::uint32_t>(-low);
      pins.push_back({inner.name, net, row, column});
    }
    ModuleBuilder::Parameters parameters = actuals(master);
    for (auto& [name, value] : parameters) {
      const auto* q = std::get_if<base::Quantity>(&value);
      if (!q || random_.below(2) == 0) continue;
      std::vector<double> values(rows * columns);
      for (double& v : values) v = number();
      value = builder.table("t" + std::to_string(index) + name, rows, columns, q->dimension,
                            std::move(values));
    }
    builder.array("a" + std::to_string(index), master, rows, columns, pins, parameters);
  }

  base::RandomStream random_;
  Design design_;
};

inline Design random_design(std::uint64_t seed) { return RandomDesign(seed).make(); }

}  // namespace neucasl::ir::test
