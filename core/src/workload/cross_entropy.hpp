#pragma once

#include "derivative.hpp"
#include "neucasl/workload/chain.hpp"

/// \file
/// Parts of a mean cross-entropy, one for each batch.

namespace neucasl::workload {

/// Rows that the mean is taken of. \throws base::Error "workload.targets" for none.
std::size_t counted_targets(std::span<const std::int64_t> targets);

/// Not divided by the number of rows. \throws as `cross_entropy`.
double cross_entropy_sum(const Tensor& scores, std::span<const std::int64_t> targets);

/// Divided by `count`.
Tensor cross_entropy_seed(const Tensor& scores, std::span<const std::int64_t> targets,
                          std::size_t count);

}  // namespace neucasl::workload
