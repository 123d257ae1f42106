#include "neucasl/cells/sheet.hpp"

namespace neucasl::cells {
namespace {

using base::Quantity;

std::string kind_name(bool voltage) { return voltage ? "voltage_source" : "current_source"; }

base::Dimension kind_dimension(bool voltage) {
  return voltage ? base::dimension::voltage : base::dimension::current;
}

void two_pin_ports(ir::ModuleBuilder& primitive) {
  primitive.port("p", ir::Discipline::electrical, ir::Direction::inout);
  primitive.port("n", ir::Discipline::electrical, ir::Direction::inout);
}

ir::ModuleId pulse_primitive(ir::Design& design, bool voltage) {
  const std::string name = "pulse_" + kind_name(voltage);
  if (const ir::ModuleId found = design.find_module(name); found.valid()) return found;
  ir::ModuleBuilder primitive(design, name, true);
  primitive.attribute("element", kind_name(voltage));
  primitive.attribute("waveform", "pulse");
  const Quantity nothing{0.0, kind_dimension(voltage)};
  const Quantity no_time{0.0, base::dimension::time};
  const Quantity edge{1e-12, base::dimension::time};
  primitive.parameter("value_1", nothing);
  primitive.parameter("value_2", nothing);
  primitive.parameter("delay", no_time);
  primitive.parameter("rise", edge);
  primitive.parameter("fall", edge);
  primitive.parameter("width", no_time);
  primitive.parameter("period", no_time);
  two_pin_ports(primitive);
  return primitive.id();
}

}  // namespace

Sheet::Sheet(ir::Design& design, const Transistors& transistors, const std::string& name)
    : design_(design), transistors_(transistors), builder_(design, name) {}

void Sheet::input(const std::string& name, std::uint32_t width) {
  builder_.port(name, ir::Discipline::electrical, ir::Direction::input, width);
}
void Sheet::output(const std::string& name, std::uint32_t width) {
  builder_.port(name, ir::Discipline::electrical, ir::Direction::output, width);
}
void Sheet::inout(const std::string& name, std::uint32_t width) {
  builder_.port(name, ir::Discipline::electrical, ir::Direction::inout, width);
}
void Sheet::bus(const std::string& name, std::uint32_t width) {
  builder_.net(name, ir::Discipline::electrical, width);
}

ir::NetRef Sheet::net(const std::string& name) {
  std::string stem = name;
  std::uint32_t bit = 0;
  if (const auto bracket = name.find('['); bracket != std::string::npos) {
    stem = name.substr(0, bracket);
    bit = static_cast<std::uint32_t>(std::stoul(name.substr(bracket + 1)));
  }
  if (const ir::NetId found = design_.module(id()).find_net(stem); found.valid()) {
    return {found, bit};
  }
  return builder_.net(name, ir::Discipline::electrical, 1, name == "ground");
}

void Sheet::n(const std::string& name, const std::string& drain, const std::string& gate,
              const std::string& source, double units) {
  const ir::NetRef d = net(drain), g = net(gate), s = net(source);
  transistors_.n(builder_, name, d, g, s, {net("supply"), net("ground")}, units);
}

void Sheet::p(const std::string& name, const std::string& drain, const std::string& gate,
              const std::string& source, double units) {
  const ir::NetRef d = net(drain), g = net(gate), s = net(source);
  transistors_.p(builder_, name, d, g, s, {net("supply"), net("ground")}, units);
}

void Sheet::transmission_gate(const std::string& name, const std::string& a, const std::string& b,
                              const std::string& on, const std::string& on_bar, double units) {
  n(name + "_n", a, on, b, units);
  p(name + "_p", a, on_bar, b, units);
}

void Sheet::two_pins(const std::string& name, ir::ModuleId master, const std::string& p,
                     const std::string& n, const ir::ModuleBuilder::Parameters& parameters) {
  const ir::NetRef first = net(p), second = net(n);
  builder_.instance(name, master, {{"p", first}, {"n", second}}, parameters);
}

void Sheet::resistor(const std::string& name, const std::string& p, const std::string& n,
                     double ohm) {
  const Quantity value{ohm, base::dimension::resistance};
  two_pins(name,
           two_terminal(design_, "resistor", "resistor", "resistance",
                        {1e3, base::dimension::resistance}),
           p, n, {{"resistance", value}});
}

void Sheet::capacitor(const std::string& name, const std::string& p, const std::string& n,
                      double farad) {
  const Quantity value{farad, base::dimension::capacitance};
  two_pins(name,
           two_terminal(design_, "capacitor", "capacitor", "capacitance",
                        {1e-15, base::dimension::capacitance}),
           p, n, {{"capacitance", value}});
}

void Sheet::source(Kind kind, const std::string& name, const std::string& p, const std::string& n,
                   double value) {
  const bool is_voltage = kind == Kind::voltage;
  const std::string parameter = is_voltage ? "voltage" : "current";
  const base::Dimension dimension = kind_dimension(is_voltage);
  two_pins(name,
           two_terminal(design_, kind_name(is_voltage), kind_name(is_voltage), parameter,
                        {0.0, dimension}),
           p, n, {{parameter, Quantity{value, dimension}}});
}

void Sheet::pulse_source(Kind kind, const std::string& name, const std::string& p,
                         const std::string& n, const Pulse& pulse) {
  const bool is_voltage = kind == Kind::voltage;
  const base::Dimension unit = kind_dimension(is_voltage);
  const auto time = [](double value) { return Quantity{value, base::dimension::time}; };
  two_pins(name, pulse_primitive(design_, is_voltage), p, n,
           {{"value_1", Quantity{pulse.low, unit}},
            {"value_2", Quantity{pulse.high, unit}},
            {"delay", time(pulse.delay)},
            {"rise", time(pulse.rise)},
            {"fall", time(pulse.fall)},
            {"width", time(pulse.width)},
            {"period", time(pulse.period)}});
}

void Sheet::voltage(const std::string& name, const std::string& p, const std::string& n,
                    double volt) {
  source(Kind::voltage, name, p, n, volt);
}
void Sheet::voltage(const std::string& name, const std::string& p, const std::string& n,
                    const Pulse& pulse) {
  pulse_source(Kind::voltage, name, p, n, pulse);
}
void Sheet::current(const std::string& name, const std::string& p, const std::string& n,
                    double ampere) {
  source(Kind::current, name, p, n, ampere);
}
void Sheet::current(const std::string& name, const std::string& p, const std::string& n,
                    const Pulse& pulse) {
  pulse_source(Kind::current, name, p, n, pulse);
}

void Sheet::voltage(const std::string& name, const std::string& p, const std::string& n,
                    const std::vector<std::pair<double, double>>& points) {
  // The number of points belongs to the primitive, so each source has its own.
  const std::string module = design_.module(id()).name;
  ir::ModuleBuilder primitive(design_, module + "_" + name, true);
  primitive.attribute("element", "voltage_source");
  primitive.attribute("waveform", "piecewise_linear");
  for (std::size_t k = 0; k < points.size(); ++k) {
    primitive.parameter("time_" + std::to_string(k),
                        Quantity{points[k].first, base::dimension::time});
    primitive.parameter("value_" + std::to_string(k),
                        Quantity{points[k].second, base::dimension::voltage});
  }
  two_pin_ports(primitive);
  two_pins(name, primitive.id(), p, n, {});
}

void Sheet::formula_voltage(const std::string& name, const std::string& p, const std::string& n,
                            const std::string& formula, const std::vector<std::string>& nets) {
  const std::string module = design_.module(id()).name;
  ir::ModuleBuilder primitive(design_, module + "_" + name, true);
  primitive.attribute("element", "behavioural_voltage_source");
  primitive.attribute("formula", formula);
  two_pin_ports(primitive);
  for (const std::string& input : nets) {
    primitive.port(input, ir::Discipline::electrical, ir::Direction::input);
  }
  ir::ModuleBuilder::Connections pins = {{"p", net(p)}, {"n", net(n)}};
  for (const std::string& input : nets) pins.emplace_back(input, net(input));
  builder_.instance(name, primitive.id(), pins);
}

void Sheet::instance(const std::string& name, ir::ModuleId master, const Nets& nets) {
  ir::ModuleBuilder::Connections pins;
  for (const auto& [port, joined] : nets) pins.emplace_back(port, net(joined));
  builder_.instance(name, master, pins);
}

}  // namespace neucasl::cells
