#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Cuts of operator graphs.

namespace neucasl::workload {

/// First nodes of the stages of a graph of one input and one output: 0, and for each of `heads`
/// (nodes, rising) the last cut at or before it.
std::vector<std::size_t> stage_starts(const OperatorGraph& graph,
                                      const std::vector<std::size_t>& heads);

/// Nodes [starts[k], starts[k + 1]) as graphs of one input and one output each, with the stored
/// tensors that they read. `starts` begins with 0; each is a cut. \throws base::Error "onnx.graph"
/// when the graph has not one input and one output.
std::vector<OperatorGraph> cut(OperatorGraph graph, const std::vector<std::size_t>& starts);

}  // namespace neucasl::workload
