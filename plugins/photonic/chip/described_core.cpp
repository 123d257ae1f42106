#include "described_core.hpp"

#include "neucasl/base/text.hpp"

namespace neucasl::photonic {
namespace {

namespace dim = base::dimension;
using architecture::Architecture;
using architecture::ComponentKind;

std::size_t whole_number(const device::Card& card, const char* name, std::size_t absent,
                         device::UseList& uses) {
  if (card.find(name) == nullptr) return absent;
  return static_cast<std::size_t>(card.si(name, dim::none, uses));
}

/// Components of one core, those of the levels above shared evenly, must be as many as laid out.
void require_count(const Architecture& chip, const PlacedPart& part, std::size_t needed,
                   const std::string& what) {
  double of_core = static_cast<double>(part.component->count);
  if (!part.at(chip.core())) of_core /= static_cast<double>(chip.core().count);
  if (part.at(chip.chip)) of_core /= static_cast<double>(chip.tile().count);
  of_core /= static_cast<double>(part.component->shared_by);
  if (of_core == static_cast<double>(needed)) return;
  throw base::Error("photonic.layout",
                    base::concatenate({base::shortest(of_core), " of '", part.component->name,
                                       "' in one '", chip.core().name, "' cannot be laid out: ",
                                       what, " take ", std::to_string(needed)}),
                    "give " + std::to_string(needed) + " for each core",
                    part.component->numbers.find("count")->where);
}

/// A weight converter for each resonator or modulator, at the same level.
void require_driven(const Architecture& chip, const PlacedPart& driven, bool weights) {
  const PlacedPart dac = find_placed(chip, ComponentKind::dac, weights);
  if (dac.level == driven.level && dac.component->count == driven.component->count) return;
  throw base::Error(
      "photonic.layout",
      base::concatenate({std::to_string(dac.component->count), " of '", dac.component->name,
                         "' drive ", std::to_string(driven.component->count), " of '",
                         driven.component->name, "', and how is not described"}),
      "give one for each, at the same level", dac.component->numbers.find("count")->where);
}

CoreKind kind_of(const Architecture& chip, device::UseList& uses) {
  if (chip.dataflow == architecture::Dataflow::weight_stationary) return CoreKind::banks;
  // Light that does not pass the weights' modulators meets theirs.
  const device::Card& weights =
      find_placed(chip, ComponentKind::modulator, true).component->numbers;
  if (weights.find("passes") != nullptr && weights.si("passes", dim::none, uses) == 0.0) {
    return CoreKind::crossings;
  }
  return CoreKind::network;
}

void check_banks(const Architecture& chip, const DescribedCore& core) {
  const std::size_t guides = core.input_guides();
  const PlacedPart bank = find_placed(chip, ComponentKind::weight_bank);
  const PlacedPart modulator = find_placed(chip, ComponentKind::modulator);
  const PlacedPart detector = find_placed(chip, ComponentKind::photodetector);
  for (const PlacedPart& part : {bank, modulator, detector}) {
    if (part.at(chip.core())) continue;
    throw base::Error("photonic.layout",
                      "'" + part.component->name + "' stands outside of '" + chip.core().name +
                          "', whose circuit it is a part of",
                      "state it in the photonic core", part.component->numbers.where);
  }
  require_count(chip, modulator, guides * core.channels, "guides with a modulator a channel");
  require_count(chip, bank, guides * core.columns * core.channels,
                "guides and columns with a resonator a channel");
  require_count(chip, detector, guides * core.columns, "banks with a detector each");
  require_driven(chip, bank, true);
}

}  // namespace

PlacedPart find_placed(const Architecture& chip, ComponentKind kind, bool weights) {
  const architecture::Component* wanted = architecture::find_component(chip, kind, weights);
  PlacedPart result;
  architecture::for_each_level(chip, [&](const architecture::Level& level, double /*copies*/) {
    for (const architecture::Component& component : level.components) {
      if (&component == wanted) result = {&level, &component};
    }
  });
  return result;
}

DescribedCore read_core(const Architecture& chip, device::UseList& uses) {
  // Refuses counts that do not serve a symbol.
  static_cast<void>(architecture::photonic_plan(chip, uses));
  const device::Card& numbers = chip.core().numbers;
  DescribedCore core;
  core.kind = kind_of(chip, uses);
  core.channels = whole_number(numbers, "channels", 0, uses);
  core.guides = whole_number(numbers, "guides", 1, uses);
  core.rows = whole_number(numbers, "rows", 0, uses);
  core.columns = whole_number(numbers, "columns", 0, uses);
  core.wavelengths =
      link::channel_grid(numbers.si("wavelength", dim::length, uses),
                         numbers.si("channel_spacing", dim::length, uses), core.channels);
  if (core.kind == CoreKind::banks) {
    const device::Card& bank = find_placed(chip, ComponentKind::weight_bank).component->numbers;
    core.bank.quality = bank.si("quality", dim::none, uses);
    core.bank.free_spectral_range = numbers.si("free_spectral_range", dim::length, uses);
    if (bank.find("loss_db") != nullptr) {
      core.bank.drop_loss_db = bank.si("loss_db", dim::none, uses);
    }
    check_banks(chip, core);
  } else if (core.kind == CoreKind::crossings) {
    require_count(chip, find_placed(chip, ComponentKind::photodetector),
                  2 * core.rows * core.columns, "crossings with a pair of detectors");
  }
  if (core.kind != CoreKind::banks) {
    require_driven(chip, find_placed(chip, ComponentKind::modulator, true), true);
  }
  require_driven(chip, find_placed(chip, ComponentKind::modulator), false);
  return core;
}

}  // namespace neucasl::photonic
