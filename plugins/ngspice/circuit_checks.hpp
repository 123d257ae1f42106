#pragma once

#include <vector>

#include "neucasl/circuit/analysis.hpp"

/// \file
/// Checks that ngspice does not make: it answers circuits without a solution, too.

namespace neucasl::ngspice_plugin {

/// Every node needs a path to the ground through elements that carry direct current: otherwise its
/// voltage is undefined, and ngspice returns 0 V or what a short transient leaves behind. A device
/// model counts as such a path.
/// \throws base::Error "ngspice.floating-node" with the first such node.
void require_paths_to_ground(const circuit::Circuit& circuit);

/// A solution: one value for each node, and one current for each element of a list that has a
/// current of its own, from p through the element to n (0 for the others).
struct Solution {
  explicit Solution(const circuit::Circuit& circuit);

  std::vector<double> node;
  std::vector<double> source;
  std::vector<double> passive;
  std::vector<double> controlled;
  std::vector<double> control;  ///< Through the shorts of current-controlled sources.
  std::vector<double> behavioural;
};

/// At rest, or at the time of a transient.
struct Moment {
  bool at_rest = true;
  double time = 0.0;
};

/// Tests the solution against Kirchhoff's current law, with the device models evaluated anew, and
/// against the equations of sources and internal unknowns. In a transient, only where nothing is
/// stored.
/// \throws base::Error "ngspice.residual" with the worst place.
void require_circuit_laws(const circuit::Circuit& circuit, const Solution& solution,
                          const circuit::Tolerances& tolerances, const Moment& moment = {});

}  // namespace neucasl::ngspice_plugin
