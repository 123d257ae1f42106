#include "chip_formulas.hpp"

#include "neucasl/architecture/photonic_plan.hpp"

namespace neucasl::audit {

using architecture::Component;
using architecture::ComponentKind;
using architecture::Level;
using architecture::LevelKind;

std::vector<ChipPart> ChipFormulas::parts() const {
  std::vector<ChipPart> result;
  architecture::for_each_level(chip_, [&](const Level& level, double /*copies*/) {
    for (const Component& component : level.components) result.push_back({&level, &component});
  });
  return result;
}

ChipPart ChipFormulas::part(ComponentKind kind, bool weights) const {
  for (const ChipPart& one : parts()) {
    if (one.component->kind != kind) continue;
    if (architecture::encodes_weights(*one.component) == weights) return one;
  }
  return {};
}

std::string ChipFormulas::core(std::string_view number, const std::string& absent) const {
  const Level& core = chip_.core();
  if (!absent.empty() && core.numbers.find(number) == nullptr) return absent;
  return core.name + "_" + std::string(number);
}

std::string ChipFormulas::copies(const Level& level) const {
  if (&level == &chip_.chip) return "1";
  const std::string tiles = chip_.tile().name + "_count";
  return &level == &chip_.tile() ? tiles : tiles + " * " + level.name + "_count";
}

std::string ChipFormulas::count(const ChipPart& part) const {
  if (!part.has("shared_by")) return copies(*part.level) + " * " + part.number("count");
  const bool of_core = part.level == &chip_.core();
  const std::string together = of_core ? part.level->name + "_count" : copies(*part.level);
  const std::string groups = "ceil(" + together + " / " + part.number("shared_by") + ")";
  return (of_core ? copies(chip_.tile()) + " * " : "") + groups + " * " + part.number("count");
}

std::string ChipFormulas::split(std::string text, Split how) const {
  if (chip_.cores_split == how) text += " * " + chip_.core().name + "_count";
  if (chip_.tiles_split == how) text += " * " + chip_.tile().name + "_count";
  return text;
}

std::string ChipFormulas::cells_of_weight() const {
  const ChipPart array = part(ComponentKind::array);
  const std::string bits = array.number("bits_per_cell");
  return chip_.encoding == architecture::Encoding::offset
             ? "ceil(weight_bits / " + bits + ")"
             : "2 * ceil((weight_bits - 1) / " + bits + ")";
}

std::string ChipFormulas::read_time() const {
  const ChipPart array = part(ComponentKind::array);
  const ChipPart adc = part(ComponentKind::adc);
  const std::string columns = "floor(" + array.number("columns") + " / (" + cells_of_weight() +
                              ")) * " + cells_of_weight() +
                              (chip_.analog_subtraction ? " / 2" : "");
  std::string conversions = columns + " * " + array.number("count") + " / " + adc.number("count");
  if (adc.has("shared_by")) conversions += " * " + adc.number("shared_by");
  return "max(max(" + array.number("time") + ", " + part(ComponentKind::dac).number("time") +
         "), " + conversions + " * " + adc.number("time") + ")";
}

std::string ChipFormulas::step_time() const {
  std::string result;
  const std::string products = core("inputs") + " * " + core("outputs");
  const auto add = [&](const ChipPart& one, const std::string& events) {
    if (one.component == nullptr) return;
    std::string time = events + " / " + one.number("count") + " * " + one.number("time");
    if (one.has("shared_by")) time += " * " + one.number("shared_by");
    result = result.empty() ? time : "max(" + result + ", " + time + ")";
  };
  add(part(ComponentKind::multiplier), products);
  add(part(ComponentKind::adder_tree), products);
  const ChipPart memory = part(ComponentKind::weight_memory);
  if (memory.component != nullptr) {
    add(memory, products + " * weight_bits / " + memory.number("width"));
  }
  return result;
}

std::string ChipFormulas::cycle_time() const {
  switch (chip_.core().kind) {
    case LevelKind::photonic_core:
      return core("symbol_time");
    case LevelKind::digital_core:
      return step_time();
    default:
      return read_time();
  }
}

std::string ChipFormulas::products() const {
  const std::string cores = copies(chip_.core());
  switch (chip_.core().kind) {
    case LevelKind::photonic_core:
      return units() + " * " + unit_rows() + " * " + unit_depth() + " * " + unit_outputs();
    case LevelKind::digital_core: {
      const std::string bits = part(ComponentKind::multiplier).number("bits");
      return cores + " * " + core("inputs") + " * " + core("outputs") + " / (ceil(weight_bits / " +
             bits + ") * ceil(activation_bits / " + bits + "))";
    }
    default: {
      const ChipPart array = part(ComponentKind::array);
      return cores + " * " + array.number("count") + " * " + array.number("rows") + " * floor(" +
             array.number("columns") + " / (" + cells_of_weight() + ")) / ceil(activation_bits / " +
             part(ComponentKind::dac).number("bits") + ")";
    }
  }
}

}  // namespace neucasl::audit
