#include "periphery.hpp"

#include "described_parts.hpp"
#include "neucasl/mapping/array_module.hpp"

namespace neucasl::memristor_plugin {
namespace {

using architecture::ComponentKind;
using base::Quantity;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;

/// Makes primitives, of a card or of the parts of a description.
class Primitives {
 public:
  Primitives(ir::Design& design, const mapping::Architecture& architecture, std::string card)
      : design_(design), architecture_(architecture), card_(std::move(card)) {}

  /// Whether the chip has one.
  [[nodiscard]] bool has(ComponentKind kind) const {
    return !costs_described(architecture_) || find_part(architecture_, kind).component != nullptr;
  }

  ModuleBuilder component(const std::string& name, ComponentKind kind) {
    ModuleBuilder primitive(design_, name, true);
    primitive.attribute("component", name);
    if (costs_described(architecture_)) {
      const DescribedPart part = find_part(architecture_, kind);
      primitive.attribute("description", architecture_.id);
      primitive.attribute("part", part.level->name + "/" + part.component->name);
      primitive.parameter("share", Quantity{1.0, {}});
    } else {
      primitive.attribute("device", card_);
    }
    primitive.parameter("operations", Quantity{0.0, {}});
    return primitive;
  }

  ir::ModuleId digital(const std::string& name, ComponentKind kind) {
    if (!has(kind)) return {};
    ModuleBuilder primitive = component(name, kind);
    primitive.port("in", Discipline::digital, Direction::input);
    primitive.port("out", Discipline::digital, Direction::output);
    return primitive.id();
  }

  ir::ModuleId row_driver() {
    ModuleBuilder primitive = component("row_driver", ComponentKind::dac);
    // Overrides the card: a driver is active as long as its longest pulse.
    if (!costs_described(architecture_)) {
      primitive.parameter("operation_time", Quantity{0.0, base::dimension::time});
    }
    primitive.port("in", Discipline::digital, Direction::input);
    primitive.port("out", Discipline::electrical, Direction::output);
    return primitive.id();
  }

  ir::ModuleId sample_and_hold() {
    if (!has(ComponentKind::sample_and_hold)) return {};
    ModuleBuilder primitive = component("sample_and_hold", ComponentKind::sample_and_hold);
    primitive.port("positive", Discipline::electrical, Direction::input);
    if (architecture_.analog_subtraction) {
      primitive.port("negative", Discipline::electrical, Direction::input);
    }
    primitive.port("out", Discipline::electrical, Direction::output);
    return primitive.id();
  }

  ir::ModuleId adc() {
    ModuleBuilder primitive = component("adc", ComponentKind::adc);
    primitive.parameter("bits", std::int64_t{architecture_.adc_bits});
    primitive.port("in", Discipline::electrical, Direction::input);
    primitive.port("out", Discipline::digital, Direction::output);
    return primitive.id();
  }

  ir::ModuleId subtraction() {
    if (architecture_.analog_subtraction) return {};
    ModuleBuilder primitive(design_, "subtraction", true);
    primitive.attribute("component", "subtraction");
    primitive.attribute("counted_in",
                        has(ComponentKind::shift_and_add) ? "shift_add" : "activation_unit");
    // What each input digit adds to a sum of digits of weights.
    primitive.parameter("offset", std::int64_t{0});
    primitive.parameter("lowest_level", Quantity{0.0, {}});
    primitive.port("inputs", Discipline::digital, Direction::input);
    primitive.port("in", Discipline::digital, Direction::input);
    primitive.port("out", Discipline::digital, Direction::output);
    return primitive.id();
  }

 private:
  ir::Design& design_;
  const mapping::Architecture& architecture_;
  std::string card_;
};

void require_held_columns(const mapping::Architecture& architecture, const Periphery& periphery) {
  if (periphery.sample_and_hold.valid()) return;
  if (architecture.lines_per_adc == 1 && !architecture.analog_subtraction) return;
  throw base::Error("memristor.description",
                    "a converter of '" + architecture.id + "' reads " +
                        std::to_string(architecture.lines_per_adc) +
                        (architecture.analog_subtraction ? " pairs of columns" : " columns") +
                        ", and nothing holds them",
                    "add a component of kind 'sample_and_hold' to the group, or a converter for "
                    "each column",
                    architecture.where);
}

}  // namespace

Periphery add_periphery(ir::Design& design, const std::string& device_card,
                        const mapping::Architecture& architecture,
                        const std::string& periphery_card) {
  using Kind = ComponentKind;
  Primitives make(design, architecture, periphery_card);
  Periphery p;
  p.memory_device = mapping::add_memory_device(design, "memristor", device_card);
  p.row_driver = make.row_driver();
  p.sample_and_hold = make.sample_and_hold();
  p.adc = make.adc();
  p.shift_add = make.digital("shift_add", Kind::shift_and_add);
  p.input_register = make.digital("input_register", Kind::input_register);
  p.output_register = make.digital("output_register", Kind::output_register);
  p.accumulator = make.digital("accumulator", Kind::accumulator);
  p.activation_unit = make.digital("activation_unit", Kind::activation_unit);
  p.buffer = make.digital("buffer", Kind::buffer);
  p.subtraction = make.subtraction();
  require_held_columns(architecture, p);
  return p;
}

}  // namespace neucasl::memristor_plugin
