#include "elements.hpp"

namespace neucasl::memristor_circuits {
namespace {

void electrical_pins(ir::ModuleBuilder& primitive, const std::vector<std::string>& pins) {
  for (const std::string& pin : pins) {
    primitive.port(pin, ir::Discipline::electrical, ir::Direction::inout);
  }
}

}  // namespace

ir::ModuleId Elements::two_pins(const std::string& element, const std::string& parameter,
                                const base::Dimension& dimension) {
  if (const ir::ModuleId known = design_.find_module(element); known.valid()) return known;
  ir::ModuleBuilder primitive(design_, element, true);
  primitive.attribute("element", element);
  primitive.parameter(parameter, base::Quantity{0.0, dimension});
  electrical_pins(primitive, {"p", "n"});
  return primitive.id();
}

ir::ModuleId Elements::controlled(const std::string& element, const std::string& parameter,
                                  const base::Dimension& dimension) {
  if (const ir::ModuleId known = design_.find_module(element); known.valid()) return known;
  ir::ModuleBuilder primitive(design_, element, true);
  primitive.attribute("element", element);
  primitive.parameter(parameter, base::Quantity{0.0, dimension});
  electrical_pins(primitive, {"p", "n", "control_p", "control_n"});
  return primitive.id();
}

ir::ModuleId Elements::formula_voltage(const std::string& name, const std::string& formula) {
  if (const ir::ModuleId known = design_.find_module(name); known.valid()) return known;
  ir::ModuleBuilder primitive(design_, name, true);
  primitive.attribute("element", "behavioural_voltage_source");
  primitive.attribute("formula", formula);
  electrical_pins(primitive, {"p", "n", "input"});
  return primitive.id();
}

ir::ModuleId Elements::waveform_source(const std::string& name,
                                       const std::vector<std::pair<double, double>>& points,
                                       double rest) {
  ir::ModuleBuilder primitive(design_, name, true);
  primitive.attribute("element", "voltage_source");
  primitive.attribute("waveform", "piecewise_linear");
  primitive.parameter("voltage", volts(rest));
  for (std::size_t k = 0; k < points.size(); ++k) {
    primitive.parameter("time_" + std::to_string(k),
                        base::Quantity{points[k].first, base::dimension::time});
    primitive.parameter("value_" + std::to_string(k), volts(points[k].second));
  }
  electrical_pins(primitive, {"p", "n"});
  return primitive.id();
}

ir::ModuleId Elements::card_device(
    const std::string& name, const std::string& card, const std::vector<std::string>& pins,
    const std::vector<std::pair<std::string, base::Quantity>>& parameters) {
  if (const ir::ModuleId known = design_.find_module(name); known.valid()) return known;
  ir::ModuleBuilder primitive(design_, name, true);
  primitive.attribute("device", card);
  for (const auto& [parameter, value] : parameters) primitive.parameter(parameter, value);
  electrical_pins(primitive, pins);
  return primitive.id();
}

}  // namespace neucasl::memristor_circuits
