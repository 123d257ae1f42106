#include "units.hpp"

#include <algorithm>

namespace neucasl::performance_plugin {
namespace {

double number_or(const device::Card& card, const char* name, const base::Dimension& dimension,
                 double missing, device::UseList& uses) {
  return card.find(name) == nullptr ? missing : card.si(name, dimension, uses);
}

Unit read_unit(const architecture::Level& level, const architecture::Component& component,
               double level_copies, device::UseList& uses) {
  const device::Card& card = component.numbers;
  Unit unit;
  unit.name = level.name + "/" + component.name;
  unit.kind = component.kind;
  unit.level = level.kind;
  unit.per_level = card.si("count", base::dimension::none, uses) /
                   number_or(card, "shared_by", base::dimension::none, 1.0, uses);
  unit.copies = unit.per_level * level_copies;
  unit.leakage = card.si("leakage", base::dimension::power, uses);
  unit.area = card.si("area", base::dimension::area, uses);
  unit.time = number_or(card, "time", base::dimension::time, 0.0, uses);
  unit.energy = number_or(card, "energy", base::dimension::energy, 0.0, uses);
  if (card.find("power") != nullptr) {
    unit.energy = card.si("power", base::dimension::power, uses) * unit.time;
  }
  unit.width = number_or(card, "width", base::dimension::none, 0.0, uses);
  unit.hops = number_or(card, "hops", base::dimension::none, 1.0, uses);
  return unit;
}

}  // namespace

std::string_view to_string(Phase phase) {
  constexpr std::string_view names[phase_count] = {
      "programming", "communication", "memory", "compute", "conversion", "digital", "leakage"};
  return names[static_cast<std::size_t>(phase)];
}

Phase phase_of(architecture::ComponentKind kind) {
  using Kind = architecture::ComponentKind;
  switch (kind) {
    case Kind::array:
    case Kind::dac:
    case Kind::sample_and_hold:
    case Kind::modulator:
    case Kind::photodetector:
    case Kind::amplifier:
    case Kind::multiplier:
    case Kind::adder_tree:
      return Phase::compute;
    case Kind::weight_bank:
      return Phase::programming;
    case Kind::adc:
    case Kind::shift_and_add:
      return Phase::conversion;
    case Kind::accumulator:
    case Kind::activation_unit:
    case Kind::pooling_unit:
    case Kind::vector_unit:
      return Phase::digital;
    case Kind::input_register:
    case Kind::output_register:
    case Kind::buffer:
    case Kind::weight_memory:
    case Kind::off_chip_memory:
      return Phase::memory;
    case Kind::bus:
    case Kind::router:
    case Kind::link:
      return Phase::communication;
    case Kind::laser:
    case Kind::control:
      return Phase::leakage;
  }
  return Phase::leakage;
}

std::vector<Unit> read_units(const architecture::Architecture& architecture,
                             device::UseList& uses) {
  std::vector<Unit> units;
  architecture::for_each_level(architecture, [&](const architecture::Level& level, double copies) {
    static_cast<void>(level.numbers.si("count", base::dimension::none, uses));
    for (const architecture::Component& component : level.components) {
      units.push_back(read_unit(level, component, copies, uses));
    }
  });
  return units;
}

const Unit* find_unit(const std::vector<Unit>& units, architecture::ComponentKind kind) {
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.kind == kind; });
  return found == units.end() ? nullptr : &*found;
}

}  // namespace neucasl::performance_plugin
