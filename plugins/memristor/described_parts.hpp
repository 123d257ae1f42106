#pragma once

#include "neucasl/ir/builder.hpp"
#include "neucasl/mapping/architecture.hpp"

/// \file
/// Parts of a described chip, as the netlist counts them: group-level ones by array, tile-level
/// ones by the arrays of a tile.

namespace neucasl::memristor_plugin {

struct DescribedPart {
  const architecture::Level* level = nullptr;
  const architecture::Component* component = nullptr;
};

/// Whether the description says what the periphery costs, not a card.
bool costs_described(const mapping::Architecture& architecture);

/// The first component of a kind, the group's before the tile's; null when there is none.
DescribedPart find_part(const mapping::Architecture& architecture,
                        architecture::ComponentKind kind);

/// Components of a kind for one array: count / shared_by over the arrays of its level.
double parts_of_array(const mapping::Architecture& architecture, architecture::ComponentKind kind);

/// Bits of one event. \throws base::Error "device.number" when the part does not state them.
double width_of(const mapping::Architecture& architecture, architecture::ComponentKind kind);

/// Parameters "operations" of a copy and, in a described chip, its "share".
ir::ModuleBuilder::Parameters work(const mapping::Architecture& architecture, double operations,
                                   double share);

}  // namespace neucasl::memristor_plugin
