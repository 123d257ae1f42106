#pragma once

#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// Where the weights of a workload lie on a chip of arrays or digital cores, weight-stationary.
///
/// **Arrays.**
/// A weight of b bits takes s cells of c bits side by side in a row,
///   s = ceil(b / c) with offset encoding, s = 2 ceil((b - 1) / c) with differential encoding,
/// and is not split over two arrays. `count` products of depth K and N outputs take
///   count ceil(K / rows) ceil(N / floor(columns / s))
/// arrays. With balanced duplication an operation of P positions gets ceil(P / T) copies, T being
/// the smallest whole number with which all copies fit: the most positions that one copy works off.
/// An operation whose matrix is written anew for each sample, as long as w positions take, gets
/// ceil(P / (max(T, T_w) - w)), T_w being the largest w + min(P, w) of these: a copy for less
/// reading than its own writing is not made, nor one that would wait for the slowest of them.
/// Arrays are taken in the order of the operations; operations may share tiles and groups.
/// When arrays are programmed anew, operations fill *rounds* in their order, and one that is larger
/// than the chips takes several rounds alone.
///
/// **Digital cores** of T_i inputs and T_o outputs take the operations in turn. `count` products
/// have count ceil(N / T_o) blocks of T_o outputs, each of which one core works off in ceil(K /
/// T_i) steps a position; A cores need ceil(blocks / A) passes. With balanced duplication an
/// operation of fewer blocks than cores gets min(ceil(P / T), floor(A / blocks)) copies that share
/// the positions, T being the smallest whole number with which all copies fit. Factors wider than a
/// multiplier's m bits take ceil(b_w / m) ceil(b_a / m) steps in place of one. Weights lie in the
/// weight memories, taken together; those of the operations that come last are *streamed* from
/// off-chip memory when they do not fit and the architecture is time-multiplexed. Transposed
/// weights are read from where they lie. A product of two computed matrices has the second one in
/// the weight memories while it runs.

namespace neucasl::architecture {

/// Bits of one operation.
struct OperationBits {
  int weight = 0;
  int input = 0;
  int output = 0;
};
/// Those of the architecture for each operation.
NEUCASL_EXPORT std::vector<OperationBits> uniform_bits(const Architecture& architecture,
                                                       const workload::Workload& workload);

/// Of arrays or digital cores, with the bits of the architecture.
struct ArrayPlan {
  std::size_t rows = 0;     ///< Of a digital core: inputs.
  std::size_t columns = 0;  ///< Of a digital core: outputs.
  std::size_t cells_per_weight = 0;
  std::size_t outputs = 0;       ///< Weights side by side in one row.
  std::size_t input_cycles = 0;  ///< Reads for the digits of one input; steps of a digital core.
  std::size_t per_group = 0;     ///< Arrays of a group.
  std::size_t per_tile = 0;
  std::size_t per_chip = 0;
  std::size_t available = 0;  ///< On all chips.
};

/// \throws base::Error "architecture.hierarchy" when there is neither array group nor digital core,
/// or a weight is wider than a row of an array.
NEUCASL_EXPORT ArrayPlan array_plan(const Architecture& architecture, device::UseList& uses);

struct OperationPlacement {
  workload::OperationId operation = 0;
  std::size_t row_blocks = 0;     ///< Of one product.
  std::size_t column_blocks = 0;  ///< Of one product.
  std::size_t arrays = 0;         ///< Of one copy, all products; or digital cores.
  std::size_t copies = 1;
  std::size_t cells_per_weight = 0;
  std::size_t outputs = 0;       ///< Weights side by side in one row.
  std::size_t input_cycles = 0;  ///< As in the plan, with the bits of the operation.
  std::size_t first_array = 0;   ///< Of the first copy, among those of its round.
  std::size_t rounds = 1;        ///< For this operation alone; more than 1: it fills the chips.
  std::size_t first_round = 0;
  std::size_t passes = 1;  ///< Of digital cores over the blocks of outputs.
  bool streamed = false;   ///< Weights come from off-chip memory each time.
};

struct Placement {
  ArrayPlan plan;
  /// Those with stationary weights, on digital cores all products, in order.
  std::vector<OperationPlacement> operations;
  std::size_t rounds = 1;
  std::size_t arrays_used = 0;   ///< In the fullest round, or by the operation with most cores.
  bool in_turn = false;          ///< Operations share arrays or cores one after the other.
  double weight_bits = 0.0;      ///< In weight memories of digital cores.
  double computed_bits = 0.0;    ///< There, of the largest computed matrix.
  double weight_bits_fit = 0.0;  ///< Into them.

  /// Null for an operation without stationary weights.
  [[nodiscard]] NEUCASL_EXPORT const OperationPlacement* find(workload::OperationId id) const;
};

/// How far duplication goes.
struct CopyLimits {
  /// For operations on arrays whose matrix is written anew for each sample, the positions that
  /// could be worked off meanwhile; an entry for each operation, or none.
  std::vector<std::size_t> writing = {};
  double free_bits = 0.0;  ///< Of the weight memories of digital cores, which copies leave free.
};

/// `bits` holds those of each operation.
/// \throws base::Error "architecture.capacity" when the network does not fit and may not be
/// time-multiplexed, with the smallest number of chips or tiles that would do; as array_plan.
NEUCASL_EXPORT Placement place(const Architecture& architecture, const workload::Workload& workload,
                               const std::vector<OperationBits>& bits, device::UseList& uses,
                               const CopyLimits& limits = {});
/// With the bits of the architecture.
NEUCASL_EXPORT Placement place(const Architecture& architecture, const workload::Workload& workload,
                               device::UseList& uses);

/// The same for parts of another make that hold `plan.rows` x `plan.outputs` weights each, which
/// diagnostics call `parts`.
NEUCASL_EXPORT Placement place_on(const ArrayPlan& plan, const Architecture& architecture,
                                  const workload::Workload& workload, const std::string& parts);

}  // namespace neucasl::architecture
