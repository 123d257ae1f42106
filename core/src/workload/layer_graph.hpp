#pragma once

#include "neucasl/network/network.hpp"
#include "neucasl/workload/operator_graph.hpp"

namespace neucasl::workload {

/// The network as a graph for one sample, whose first size may be changed.
OperatorGraph graph_of(const network::Network& network);

}  // namespace neucasl::workload
