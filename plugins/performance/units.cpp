#include "units.hpp"

#include <algorithm>

#include "neucasl/architecture/copies.hpp"
#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/link/converter.hpp"

namespace neucasl::performance_plugin {
namespace {

double number_or(const device::Card& card, const char* name, const base::Dimension& dimension,
                 double missing, device::UseList& uses) {
  return card.find(name) == nullptr ? missing : card.si(name, dimension, uses);
}

const device::Choice* scaling_of(const device::Card& card) {
  const auto scaling =
      std::find_if(card.choices.begin(), card.choices.end(),
                   [](const device::Choice& choice) { return choice.name == "scaling"; });
  return scaling == card.choices.end() ? nullptr : &*scaling;
}

/// W of a converter, scaled to some bits and its rate where the card says from what.
double converter_power(const device::Card& card, double power, double time, double bits,
                       device::UseList& uses) {
  const device::Choice* scaling = scaling_of(card);
  if (scaling == nullptr) return power;
  try {
    const link::Converter reference{power, card.si("reference_bits", base::dimension::none, uses),
                                    card.si("reference_rate", base::dimension::frequency, uses)};
    return link::converter_power(link::converter_law(scaling->value), reference, bits, 1.0 / time);
  } catch (const base::Error& error) {
    if (error.diagnostic().where.known()) throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.where = scaling->where;
    throw base::Error(std::move(diagnostic));
  }
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
  unit.copies = architecture::copies_of(level, level_copies, component);
  // A laser that does not state it draws what its link needs.
  unit.leakage = number_or(card, "leakage", base::dimension::power, 0.0, uses);
  unit.area = card.si("area", base::dimension::area, uses);
  unit.time = number_or(card, "time", base::dimension::time, 0.0, uses);
  const double bits =
      scaling_of(card) == nullptr ? 0.0 : card.si("bits", base::dimension::none, uses);
  unit.energy = conversion_energy(component, bits, uses);
  unit.width = number_or(card, "width", base::dimension::none, 0.0, uses);
  unit.hops = number_or(card, "hops", base::dimension::none, 1.0, uses);
  unit.capacity = number_or(card, "capacity", base::dimension::none, 0.0, uses);
  unit.weights = architecture::encodes_weights(component);
  unit.in_published_totals =
      number_or(card, "in_published_totals", base::dimension::none, 1.0, uses) != 0.0;
  return unit;
}

}  // namespace

std::string_view to_string(Phase phase) {
  constexpr std::string_view names[phase_count] = {"programming", "communication", "memory",
                                                   "compute",     "conversion",    "digital",
                                                   "light",       "leakage"};
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
    case Kind::passive:
      return Phase::light;
    case Kind::control:
      return Phase::leakage;
  }
  return Phase::leakage;
}

Phase phase_of_leakage(const Unit& unit) {
  using Kind = architecture::ComponentKind;
  const bool light = unit.kind == Kind::laser || unit.kind == Kind::passive ||
                     unit.kind == Kind::modulator || unit.kind == Kind::weight_bank;
  return light ? Phase::light : Phase::leakage;
}

double conversion_energy(const architecture::Component& converter, double bits,
                         device::UseList& uses) {
  const device::Card& card = converter.numbers;
  if (card.find("power") == nullptr) {
    return number_or(card, "energy", base::dimension::energy, 0.0, uses);
  }
  const double time = number_or(card, "time", base::dimension::time, 0.0, uses);
  const double power = card.si("power", base::dimension::power, uses);
  return converter_power(card, power, time, bits, uses) * time;
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
