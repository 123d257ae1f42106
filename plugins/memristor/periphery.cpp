#include "periphery.hpp"

#include "neucasl/mapping/array_module.hpp"

namespace neucasl::memristor_plugin {
namespace {

using base::Quantity;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;

ModuleBuilder component(ir::Design& design, const std::string& name, const std::string& card) {
  ModuleBuilder primitive(design, name, true);
  primitive.attribute("component", name);
  primitive.attribute("device", card);
  primitive.parameter("operations", Quantity{0.0, {}});
  return primitive;
}

ir::ModuleId digital_component(ir::Design& design, const std::string& name,
                               const std::string& card) {
  ModuleBuilder primitive = component(design, name, card);
  primitive.port("in", Discipline::digital, Direction::input);
  primitive.port("out", Discipline::digital, Direction::output);
  return primitive.id();
}

ir::ModuleId add_row_driver(ir::Design& design, const std::string& card) {
  ModuleBuilder primitive = component(design, "row_driver", card);
  // Overrides the card: a driver is active as long as its longest pulse.
  primitive.parameter("operation_time", Quantity{0.0, base::dimension::time});
  primitive.port("in", Discipline::digital, Direction::input);
  primitive.port("out", Discipline::electrical, Direction::output);
  return primitive.id();
}

ir::ModuleId add_sample_and_hold(ir::Design& design, const std::string& card) {
  ModuleBuilder primitive = component(design, "sample_and_hold", card);
  primitive.port("positive", Discipline::electrical, Direction::input);
  primitive.port("negative", Discipline::electrical, Direction::input);
  primitive.port("out", Discipline::electrical, Direction::output);
  return primitive.id();
}

ir::ModuleId add_adc(ir::Design& design, const std::string& card) {
  ModuleBuilder primitive = component(design, "adc", card);
  primitive.parameter("bits", std::int64_t{8});
  primitive.port("in", Discipline::electrical, Direction::input);
  primitive.port("out", Discipline::digital, Direction::output);
  return primitive.id();
}

}  // namespace

Periphery add_periphery(ir::Design& design, const std::string& device_card,
                        const std::string& periphery_card) {
  Periphery p;
  p.memory_device = mapping::add_memory_device(design, "memristor", device_card);
  p.row_driver = add_row_driver(design, periphery_card);
  p.sample_and_hold = add_sample_and_hold(design, periphery_card);
  p.adc = add_adc(design, periphery_card);
  p.shift_add = digital_component(design, "shift_add", periphery_card);
  p.input_register = digital_component(design, "input_register", periphery_card);
  p.output_register = digital_component(design, "output_register", periphery_card);
  p.accumulator = digital_component(design, "accumulator", periphery_card);
  p.activation_unit = digital_component(design, "activation_unit", periphery_card);
  p.buffer = digital_component(design, "buffer", periphery_card);
  return p;
}

}  // namespace neucasl::memristor_plugin
