#pragma once

#include <vector>

#include "neucasl/ir/flat_netlist.hpp"

/// \file
/// Checks that ngspice does not make: it answers circuits without a solution, too.

namespace neucasl::ngspice_plugin {

/// Every node needs a path to the ground through elements that carry direct current: otherwise its
/// voltage is undefined, and ngspice returns 0 V or what a short transient leaves behind.
/// \throws base::Error "ngspice.floating-node" with the first such node.
void require_paths_to_ground(const ir::FlatNetlist& netlist);

/// A solution: one voltage for each node (0 for the ground); one current for each element, used for
/// voltage sources and inductors only, from p through the element to n.
struct RestState {
  std::vector<double> voltage;
  std::vector<double> current;
};

/// Tests the solution against Kirchhoff's current law at each node and each voltage source.
/// \throws base::Error "ngspice.residual" with the worst place.
void require_circuit_laws(const ir::FlatNetlist& netlist, const RestState& state);

}  // namespace neucasl::ngspice_plugin
