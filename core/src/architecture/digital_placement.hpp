#pragma once

#include "neucasl/architecture/placement.hpp"

/// \file
/// What placement on arrays and on digital cores share, and the latter.

namespace neucasl::architecture {

/// Fills in the counts of a plan, from the levels. \throws base::Error "architecture.count".
void count_arrays(const Architecture& architecture, std::size_t per_group, ArrayPlan& plan);

ArrayPlan digital_plan(const Architecture& architecture, device::UseList& uses);
Placement place_digital(const Architecture& architecture, const workload::Workload& workload,
                        const std::vector<OperationBits>& bits, double free_bits,
                        device::UseList& uses);

}  // namespace neucasl::architecture
