#pragma once

#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// Where the weights of a workload lie on a chip of arrays, weight-stationary.
///
/// A weight of b bits takes s cells of c bits side by side in a row,
///   s = ceil(b / c) with offset encoding, s = 2 ceil((b - 1) / c) with differential encoding,
/// and is not split over two arrays. `count` products of depth K and N outputs take
///   count ceil(K / rows) ceil(N / floor(columns / s))
/// arrays. With balanced duplication an operation of P positions gets ceil(P / T) copies, T being
/// the smallest whole number with which all copies fit: the most positions that one copy works off.
/// Arrays are taken in the order of the operations; operations may share tiles and groups.
/// When arrays are programmed anew, operations fill *rounds* in their order, and one that is larger
/// than the chips takes several rounds alone.

namespace neucasl::architecture {

struct ArrayPlan {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t cells_per_weight = 0;
  std::size_t outputs = 0;       ///< Weights side by side in one row.
  std::size_t input_cycles = 0;  ///< Reads for the digits of one input.
  std::size_t per_group = 0;     ///< Arrays of a group.
  std::size_t per_tile = 0;
  std::size_t per_chip = 0;
  std::size_t available = 0;  ///< On all chips.
};

/// \throws base::Error "architecture.hierarchy" when there is no array group or a weight is wider
/// than a row of an array.
NEUCASL_EXPORT ArrayPlan array_plan(const Architecture& architecture, device::UseList& uses);

struct OperationPlacement {
  workload::OperationId operation = 0;
  std::size_t row_blocks = 0;     ///< Of one product.
  std::size_t column_blocks = 0;  ///< Of one product.
  std::size_t arrays = 0;         ///< Of one copy, all products.
  std::size_t copies = 1;
  std::size_t first_array = 0;  ///< Of the first copy, among those of its round.
  std::size_t rounds = 1;       ///< For this operation alone; more than 1: it fills the chips.
  std::size_t first_round = 0;
};

struct Placement {
  ArrayPlan plan;
  std::vector<OperationPlacement> operations;  ///< Those with stationary weights, in order.
  std::size_t rounds = 1;
  std::size_t arrays_used = 0;  ///< In the fullest round.

  /// Null for an operation without stationary weights.
  [[nodiscard]] NEUCASL_EXPORT const OperationPlacement* find(workload::OperationId id) const;
};

/// \throws base::Error "architecture.capacity" when the network does not fit and may not be
/// time-multiplexed, with the smallest number of chips or tiles that would do; as array_plan.
NEUCASL_EXPORT Placement place(const Architecture& architecture, const workload::Workload& workload,
                               device::UseList& uses);

/// The same for parts of another make that hold `plan.rows` x `plan.outputs` weights each, which
/// diagnostics call `parts`.
NEUCASL_EXPORT Placement place_on(const ArrayPlan& plan, const Architecture& architecture,
                                  const workload::Workload& workload, const std::string& parts);

}  // namespace neucasl::architecture
