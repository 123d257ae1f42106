#pragma once

#include "neucasl/architecture/placement.hpp"
#include "neucasl/precision/precision_map.hpp"

/// \file
/// Bits of the operations of a workload, from a precision map.

namespace neucasl::performance_plugin {

/// The map gives the bits of weights and inputs of matrix operations by name; without a map they
/// are those of the architecture. An operation writes its output with the bits of the widest
/// operation that reads it, and one without a product passes on the bits that it writes; the output
/// of the network has the bits of the architecture. \throws base::Error "precision.network" when
/// the map is for another network, "precision.layer" for an operation that is missing (without
/// fallback), named twice or no matrix operation, "precision.bits" for bits beyond
/// precision::least_bits and most_bits.
std::vector<architecture::OperationBits> operation_bits(
    const architecture::Architecture& architecture, const workload::Workload& workload,
    const precision::PrecisionMap* map);

}  // namespace neucasl::performance_plugin
