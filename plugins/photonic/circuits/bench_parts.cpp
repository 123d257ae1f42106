#include "bench_parts.hpp"

#include <memory>
#include <stdexcept>

#include "../models.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;

void add_pins(ir::ModuleBuilder& builder, const std::vector<std::string>& pins) {
  for (const std::string& pin : pins) builder.port(pin, Discipline::electrical, Direction::inout);
}

}  // namespace

ir::ModuleId add_device(ir::Design& design, const DevicePart& part) {
  const std::unique_ptr<model::DeviceModel> model(make_model(part.model));
  if (!model) throw std::logic_error("no photonic model '" + part.model + "'");
  const model::Specification& specification = model->specification();
  ir::ModuleBuilder builder(design, part.name, true);
  builder.attribute("element", part.model);
  if (!part.card.empty()) builder.attribute("device", part.card);
  for (const std::string& name : part.declared) {
    const model::Parameter& parameter =
        specification.parameters[model::parameter_index(specification, name)];
    builder.parameter(name,
                      base::scaled(parameter.default_value, base::parse_unit(parameter.unit)));
  }
  for (const model::Terminal& terminal : specification.terminals) {
    builder.port(terminal.name, terminal.discipline, terminal.direction);
  }
  return builder.id();
}

ir::ModuleId add_voltage_source(ir::Design& design) {
  if (const ir::ModuleId known = design.find_module("voltage_source"); known.valid()) return known;
  ir::ModuleBuilder builder(design, "voltage_source", true);
  builder.attribute("element", "voltage_source");
  builder.parameter("voltage", volts(0.0));
  add_pins(builder, {"p", "n"});
  return builder.id();
}

ir::ModuleId add_resistor(ir::Design& design) {
  ir::ModuleBuilder builder(design, "resistor", true);
  builder.attribute("element", "resistor");
  builder.parameter("resistance", ohms(1e3));
  add_pins(builder, {"p", "n"});
  return builder.id();
}

ir::ModuleId add_transimpedance(ir::Design& design) {
  if (const ir::ModuleId known = design.find_module("transimpedance"); known.valid()) return known;
  ir::ModuleBuilder builder(design, "transimpedance", true);
  builder.attribute("element", "current_controlled_voltage_source");
  builder.parameter("transresistance", ohms(1e3));
  add_pins(builder, {"p", "n", "control_p", "control_n"});
  return builder.id();
}

ir::ModuleId add_balanced_receiver(ir::Design& design, const std::string& detector_card,
                                   double bias) {
  const ir::ModuleId detector =
      add_device(design, {"photodiode", "photodetector", detector_card, {}});
  const ir::ModuleId source = add_voltage_source(design);
  const ir::ModuleId stage = add_transimpedance(design);
  ir::ModuleBuilder builder(design, "balanced_receiver");
  builder.parameter("transresistance", ohms(1e3));
  const auto plus = builder.port("plus", Discipline::optical, Direction::input);
  const auto minus = builder.port("minus", Discipline::optical, Direction::input);
  const auto output = builder.port("output", Discipline::electrical, Direction::inout);
  const auto ground = builder.port("ground", Discipline::electrical, Direction::inout);
  const auto between = builder.net("between", Discipline::electrical);
  const auto high = builder.net("high", Discipline::electrical);
  const auto low = builder.net("low", Discipline::electrical);
  builder.instance("plus_diode", detector,
                   {{"input", plus}, {"anode", between}, {"cathode", high}});
  builder.instance("minus_diode", detector,
                   {{"input", minus}, {"anode", low}, {"cathode", between}});
  builder.instance("high_bias", source, {{"p", high}, {"n", ground}}, {{"voltage", volts(bias)}});
  builder.instance("low_bias", source, {{"p", low}, {"n", ground}}, {{"voltage", volts(-bias)}});
  builder.instance("stage", stage,
                   {{"p", output}, {"n", ground}, {"control_p", between}, {"control_n", ground}},
                   {{"transresistance", ir::Expression{"transresistance"}}});
  return builder.id();
}

std::string bus_bit(const std::string& bus, std::size_t bit, std::size_t width) {
  return width == 1 ? bus : bus + '[' + std::to_string(bit) + ']';
}

}  // namespace neucasl::photonic
