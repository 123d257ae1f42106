#pragma once

#include <string>
#include <vector>

#include "neucasl/ir/flat_netlist.hpp"

/// \file
/// Graph checks of a flat netlist, by Boost.Graph algorithms over the view of graph.hpp.

namespace neucasl::ir {

struct ConnectivityReport {
  std::size_t components = 0;  ///< Connected parts of the whole netlist.
  /// Nodes with fewer than two pins or ports on them, but for those of spike nets.
  std::vector<std::uint32_t> floating_nodes;
  /// One node of each part that touches neither the ground nor a port of the top; parts of optical
  /// or spike nets alone need none.
  std::vector<std::uint32_t> islands;
  /// Elements of each directed loop from outputs to inputs, one list for a loop.
  std::vector<std::vector<std::uint32_t>> signal_loops;
};

NEUCASL_EXPORT ConnectivityReport check_connectivity(const FlatNetlist& netlist);

/// Reports what `check_connectivity` finds, at most `most` of each kind, by name: "ir.floating"
/// (error), "ir.island" (error), "ir.loop" (warning: a loop may be meant). True without errors.
NEUCASL_EXPORT bool report_connectivity(const FlatNetlist& netlist, base::DiagnosticSink& sink,
                                        std::size_t most = 5);

}  // namespace neucasl::ir
