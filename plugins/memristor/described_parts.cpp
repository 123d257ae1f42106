#include "described_parts.hpp"

namespace neucasl::memristor_plugin {

using architecture::ComponentKind;

bool costs_described(const mapping::Architecture& architecture) {
  return architecture.periphery.empty() && architecture.description != nullptr;
}

DescribedPart find_part(const mapping::Architecture& architecture, ComponentKind kind) {
  const architecture::Architecture& chip = *architecture.description;
  for (const architecture::Level* level : {&chip.core(), &chip.tile(), &chip.chip}) {
    if (const architecture::Component* found = level->find(kind)) return {level, found};
  }
  return {};
}

double parts_of_array(const mapping::Architecture& architecture, ComponentKind kind) {
  const architecture::Architecture& chip = *architecture.description;
  const DescribedPart part = find_part(architecture, kind);
  double arrays = static_cast<double>(chip.core().find(ComponentKind::array)->count);
  if (part.level != &chip.core()) arrays *= static_cast<double>(chip.core().count);
  if (part.level == &chip.chip) arrays *= static_cast<double>(chip.tile().count);
  const architecture::Component& component = *part.component;
  return static_cast<double>(component.count) / static_cast<double>(component.shared_by) / arrays;
}

double width_of(const mapping::Architecture& architecture, ComponentKind kind) {
  device::UseList unused;  // The estimate that counts events records what it rests on.
  return find_part(architecture, kind)
      .component->numbers.si("width", base::dimension::none, unused);
}

ir::ModuleBuilder::Parameters work(const mapping::Architecture& architecture, double operations,
                                   double share) {
  ir::ModuleBuilder::Parameters result{{"operations", base::Quantity{operations, {}}}};
  if (costs_described(architecture)) result.emplace_back("share", base::Quantity{share, {}});
  return result;
}

}  // namespace neucasl::memristor_plugin
