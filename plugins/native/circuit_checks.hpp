#pragma once

#include "system.hpp"

/// \file
/// Whether a circuit determines its unknowns, as far as its structure tells.

namespace neucasl::native_plugin {

/// Every node needs a path to the ground through elements that carry direct current. Such are:
/// resistors, inductors, voltage sources, lines, controlled and behavioural sources (with their
/// controls), and devices between those terminals of one discipline whose current depends on
/// anything; they join the ground, too, when these currents do not sum to zero.
/// \throws base::Error "native.floating-node" with the first node that has none.
void require_paths_to_ground(System& system);

}  // namespace neucasl::native_plugin
