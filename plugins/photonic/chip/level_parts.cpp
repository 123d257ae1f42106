#include "level_parts.hpp"

namespace neucasl::photonic {
namespace {

using architecture::Component;
using architecture::ComponentKind;
using architecture::Level;

PartPins pins_of(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::laser:
      return PartPins::laser;
    case ComponentKind::passive:
    case ComponentKind::control:
      return PartPins::enabled;
    case ComponentKind::dac:
      return PartPins::to_analog;
    case ComponentKind::amplifier:
      return PartPins::analog;
    case ComponentKind::adc:
      return PartPins::to_digital;
    default:
      return PartPins::digital;
  }
}

/// dB of a modulator: its own loss, and where those of all channels stand in a row its share of
/// what they take from each other's.
double modulator_loss(const ChipPlan& plan, const Component& modulator) {
  const auto number = [&](const char* name, double absent) {
    return modulator.numbers.find(name) == nullptr
               ? absent
               : modulator.numbers.si(name, base::dimension::none, plan.uses);
  };
  const double loss = number("loss_db", 0.0);
  if (plan.core.kind != CoreKind::banks) return loss;
  const auto channels = static_cast<double>(plan.core.channels);
  return (loss + (channels - 1.0) * number("through_loss_db", 0.0)) / channels;
}

ir::ModuleId master_of(const ChipPlan& plan, const PlacedPart& part) {
  const std::string& id = plan.chip.id;
  switch (part.component->kind) {
    case ComponentKind::modulator:
      return add_modulator(plan.design, id, part, modulator_loss(plan, *part.component));
    case ComponentKind::weight_bank:
      return add_weight_bank(plan.design, id, part, plan.core);
    case ComponentKind::photodetector:
      return add_detector(plan.design, id, part, plan.uses);
    default:
      return add_counted_part(plan.design, id, part, pins_of(part.component->kind));
  }
}

}  // namespace

LevelParts::LevelParts(const ChipPlan& plan, const Level& level) {
  for (const Component& component : level.components) {
    if (component.shared_by == 1 || &level == &plan.chip.chip) {
      add(plan, {&level, &component}, component.count);
    }
  }
  for (const Level& below : level.parts) {
    for (const Component& component : below.components) {
      if (component.shared_by == 1) continue;
      const std::size_t groups = (below.count + component.shared_by - 1) / component.shared_by;
      add(plan, {&below, &component}, component.count * groups);
    }
  }
}

void LevelParts::add(const ChipPlan& plan, const PlacedPart& part, std::size_t count) {
  parts_.push_back({part, count, master_of(plan, part), part.component->name});
}

const LevelPart* LevelParts::find(ComponentKind kind, bool weights) const {
  for (const LevelPart& one : parts_) {
    if (one.part.component->kind != kind) continue;
    if (architecture::encodes_weights(*one.part.component) == weights) return &one;
  }
  return nullptr;
}

std::size_t LevelParts::count(ComponentKind kind, bool weights) const {
  const LevelPart* part = find(kind, weights);
  return part == nullptr ? 0 : part->count;
}

}  // namespace neucasl::photonic
