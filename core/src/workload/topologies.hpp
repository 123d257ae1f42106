#pragma once

#include "neucasl/workload/topologies.hpp"

/// \file
/// The families of networks behind `named`.

namespace neucasl::workload {

/// One of the networks that `named` knows.
struct Topology {
  const char* name;
  bool transformer;
  bool decoder;
  Workload (*make)(const TopologyOptions& options);
};

const std::vector<Topology>& image_topologies();
const std::vector<Topology>& transformer_topologies();

}  // namespace neucasl::workload
