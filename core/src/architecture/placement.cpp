#include "neucasl/architecture/placement.hpp"

#include <algorithm>

#include "counts.hpp"
#include "digital_placement.hpp"

namespace neucasl::architecture {
namespace {

/// Cells side by side for a weight.
std::size_t cells_of(Encoding encoding, std::size_t weight_bits, std::size_t cell_bits) {
  if (encoding == Encoding::offset) return ceil_divide(weight_bits, cell_bits);
  // The sign of a differential weight is the choice of the column.
  return 2 * std::max<std::size_t>(1, ceil_divide(weight_bits - 1, cell_bits));
}

/// Weights side by side in a row.
std::size_t outputs_of(std::size_t columns, std::size_t cells, const Component& array) {
  if (cells <= columns) return columns / cells;
  throw base::Error("architecture.hierarchy",
                    "a weight takes " + std::to_string(cells) + " cells, more than the " +
                        std::to_string(columns) + " columns of '" + array.name + "'",
                    "give at least " + std::to_string(cells) + " columns",
                    array.numbers.find("columns")->where);
}

/// Copies when each works off at most `most` positions.
std::size_t copies_for(const workload::MatrixProduct& product, std::size_t most) {
  return ceil_divide(product.positions, most);
}

/// More arrays than this are a slip of the pen, and products of counts must not overflow.
void check_size(const Architecture& architecture) {
  constexpr double most = 1e12;
  const Component* array = architecture.core().find(ComponentKind::array);
  double arrays = array == nullptr ? 1.0 : static_cast<double>(array->count);
  for (const Level* level : {&architecture.core(), &architecture.tile(), &architecture.chip}) {
    arrays *= static_cast<double>(level->count);
    if (arrays <= most) continue;
    throw base::Error("architecture.count",
                      "'" + level->name + "' brings the arrays to " + base::shortest(arrays),
                      "give counts whose product is at most 10^12", level->where);
  }
}

class Placer {
 public:
  /// Parts that hold `plan.rows` x `plan.outputs` weights whatever their bits.
  Placer(const ArrayPlan& plan, const Architecture& architecture,
         const workload::Workload& workload, std::string parts)
      : architecture_(architecture), workload_(workload), parts_(std::move(parts)) {
    result_.plan = plan;
  }

  /// Arrays.
  Placer(const Architecture& architecture, const workload::Workload& workload,
         const std::vector<OperationBits>& bits, const std::vector<std::size_t>& writing,
         device::UseList& uses)
      : Placer(array_plan(architecture, uses), architecture, workload, "arrays") {
    bits_ = &bits;
    writing_ = &writing;
    const Component& array = *architecture.core().find(ComponentKind::array);
    cell_bits_ = whole(array.numbers, "bits_per_cell", uses);
    input_bits_ = whole(architecture.core().find(ComponentKind::dac)->numbers, "bits", uses);
  }

  Placement run() {
    std::size_t needed = 0;
    for (workload::OperationId id = 0; id < workload_.operations.size(); ++id) {
      const workload::MatrixProduct& product = workload_.operations[id].product;
      if (product.count == 0 || !product.stationary) continue;
      OperationPlacement placed;
      placed.operation = id;
      slice(placed);
      placed.row_blocks = ceil_divide(product.depth, result_.plan.rows);
      placed.column_blocks = ceil_divide(product.outputs, placed.outputs);
      placed.arrays = product.count * placed.row_blocks * placed.column_blocks;
      needed += placed.arrays;
      result_.operations.push_back(placed);
    }
    if (needed <= result_.plan.available) {
      if (architecture_.duplication == Duplication::balanced) duplicate();
      place_in_order();
    } else if (architecture_.time_multiplexed) {
      fill_rounds();
    } else {
      refuse(needed);
    }
    return std::move(result_);
  }

 private:
  void slice(OperationPlacement& placed) const {
    if (bits_ == nullptr) {
      placed.cells_per_weight = result_.plan.cells_per_weight;
      placed.outputs = result_.plan.outputs;
      placed.input_cycles = result_.plan.input_cycles;
      return;
    }
    const OperationBits& bits = (*bits_)[placed.operation];
    placed.cells_per_weight =
        cells_of(architecture_.encoding, static_cast<std::size_t>(bits.weight), cell_bits_);
    placed.outputs = outputs_of(result_.plan.columns, placed.cells_per_weight,
                                *architecture_.core().find(ComponentKind::array));
    placed.input_cycles = ceil_divide(static_cast<std::size_t>(bits.input), input_bits_);
  }

  [[nodiscard]] const workload::MatrixProduct& product(const OperationPlacement& placed) const {
    return workload_.operations[placed.operation].product;
  }

  /// Positions that could be worked off while the matrix of an operation is written.
  [[nodiscard]] std::size_t writing_of(const OperationPlacement& placed) const {
    return writing_ == nullptr || writing_->empty() ? 0 : (*writing_)[placed.operation];
  }

  /// Positions of each copy. Those that wait for writing, as long as the slowest of them takes, or
  /// `most`.
  [[nodiscard]] std::size_t share_of(const OperationPlacement& placed, std::size_t most) const {
    const std::size_t writing = writing_of(placed);
    return writing == 0 ? most : std::max(most, slowest_written_) - writing;
  }

  [[nodiscard]] bool fits(std::size_t most_positions) const {
    std::size_t arrays = 0;
    for (const OperationPlacement& placed : result_.operations) {
      arrays += placed.arrays * copies_for(product(placed), share_of(placed, most_positions));
      if (arrays > result_.plan.available) return false;
    }
    return true;
  }

  void duplicate() {
    std::size_t high = 1;
    for (const OperationPlacement& placed : result_.operations) {
      const std::size_t writing = writing_of(placed);
      const std::size_t positions = product(placed).positions;
      high = std::max(high, writing + positions);
      // A copy that is written anew each time is made for no less reading than its writing takes.
      slowest_written_ = std::max(slowest_written_, writing + std::min(positions, writing));
    }
    std::size_t low = 1;
    // `high` always fits: one copy of each.
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (fits(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    for (OperationPlacement& placed : result_.operations) {
      placed.copies = copies_for(product(placed), share_of(placed, high));
    }
  }

  void place_in_order() {
    std::size_t next = 0;
    for (OperationPlacement& placed : result_.operations) {
      placed.first_array = next;
      next += placed.arrays * placed.copies;
    }
    result_.arrays_used = next;
  }

  void fill_rounds() {
    std::size_t round = 0;
    std::size_t next = 0;
    for (OperationPlacement& placed : result_.operations) {
      if (next > 0 && next + placed.arrays > result_.plan.available) {
        ++round;
        next = 0;
      }
      placed.first_array = next;
      placed.first_round = round;
      placed.rounds = ceil_divide(placed.arrays, result_.plan.available);
      result_.arrays_used =
          std::max(result_.arrays_used, std::min(next + placed.arrays, result_.plan.available));
      if (placed.rounds > 1) {
        round += placed.rounds;
        next = 0;
      } else {
        next += placed.arrays;
      }
    }
    result_.rounds = next > 0 ? round + 1 : round;
    result_.in_turn = result_.rounds > 1;
  }

  [[noreturn]] void refuse(std::size_t needed) const {
    const std::size_t chips = ceil_divide(needed, result_.plan.per_chip);
    // Tiles that work on one block together are not what a chip lacks.
    const std::size_t per_tile =
        std::max<std::size_t>(1, result_.plan.per_chip / architecture_.tile().count);
    const std::size_t tiles = ceil_divide(needed, per_tile * architecture_.chip.count);
    const device::Number* count = architecture_.chip.numbers.find("count");
    throw base::Error(
        "architecture.capacity",
        "'" + workload_.name + "' needs " + std::to_string(needed) + ' ' + parts_ + " of " +
            std::to_string(result_.plan.rows) + " x " + std::to_string(result_.plan.columns) +
            ", '" + architecture_.id + "' has " + std::to_string(result_.plan.available) +
            " and may not be time-multiplexed",
        "nearest that fits: " + std::to_string(chips) + " chips of " +
            std::to_string(architecture_.tile().count) + " tiles, or " + std::to_string(tiles) +
            " tiles on each of " + std::to_string(architecture_.chip.count) +
            "; or choose time_multiplexing 'yes'",
        count != nullptr ? count->where : architecture_.chip.where);
  }

  const Architecture& architecture_;
  const workload::Workload& workload_;
  std::string parts_;
  const std::vector<OperationBits>* bits_ = nullptr;   // null: those of the plan
  const std::vector<std::size_t>* writing_ = nullptr;  // null or empty: no operation waits
  std::size_t slowest_written_ = 0;                    // in positions, with the writing
  std::size_t cell_bits_ = 1;
  std::size_t input_bits_ = 1;
  Placement result_;
};

}  // namespace

void count_arrays(const Architecture& architecture, std::size_t per_group, ArrayPlan& plan) {
  check_size(architecture);
  plan.per_group = per_group;
  plan.per_tile = plan.per_group * architecture.core().count;
  plan.per_chip = plan.per_tile * architecture.tile().count;
  plan.available = plan.per_chip * architecture.chip.count;
}

std::vector<OperationBits> uniform_bits(const Architecture& architecture,
                                        const workload::Workload& workload) {
  const OperationBits bits{architecture.weight_bits, architecture.activation_bits,
                           architecture.activation_bits};
  return std::vector<OperationBits>(workload.operations.size(), bits);
}

ArrayPlan array_plan(const Architecture& architecture, device::UseList& uses) {
  const Level& group = architecture.core();
  if (group.kind == LevelKind::digital_core) return digital_plan(architecture, uses);
  if (group.kind != LevelKind::array_group) {
    throw base::Error("architecture.hierarchy", "'" + group.name + "' is no group of arrays",
                      "give the tile an <array_group> to hold stationary weights in arrays",
                      group.where);
  }
  const Component& array = *group.find(ComponentKind::array);
  const Component& dac = *group.find(ComponentKind::dac);
  ArrayPlan plan;
  plan.rows = whole(array.numbers, "rows", uses);
  plan.columns = whole(array.numbers, "columns", uses);
  const std::size_t cell_bits = whole(array.numbers, "bits_per_cell", uses);
  const std::size_t weight_bits = whole(architecture.numbers, "weight_bits", uses);
  plan.cells_per_weight = cells_of(architecture.encoding, weight_bits, cell_bits);
  plan.outputs = outputs_of(plan.columns, plan.cells_per_weight, array);
  plan.input_cycles = ceil_divide(whole(architecture.numbers, "activation_bits", uses),
                                  whole(dac.numbers, "bits", uses));
  count_arrays(architecture, array.count, plan);
  return plan;
}

const OperationPlacement* Placement::find(workload::OperationId id) const {
  const auto found =
      std::lower_bound(operations.begin(), operations.end(), id,
                       [](const OperationPlacement& placed, workload::OperationId operation) {
                         return placed.operation < operation;
                       });
  return found != operations.end() && found->operation == id ? &*found : nullptr;
}

Placement place(const Architecture& architecture, const workload::Workload& workload,
                const std::vector<OperationBits>& bits, device::UseList& uses,
                const CopyLimits& limits) {
  if (bits.size() != workload.operations.size()) {
    throw base::Error("architecture.bits",
                      "bits of " + std::to_string(bits.size()) + " operations for the " +
                          std::to_string(workload.operations.size()) + " of '" + workload.name +
                          "'",
                      "give one entry for each operation");
  }
  if (!limits.writing.empty() && limits.writing.size() != workload.operations.size()) {
    throw base::Error("architecture.bits",
                      "writing of " + std::to_string(limits.writing.size()) +
                          " operations for the " + std::to_string(workload.operations.size()) +
                          " of '" + workload.name + "'",
                      "give one entry for each operation, or none");
  }
  if (architecture.core().kind == LevelKind::digital_core) {
    return place_digital(architecture, workload, bits, limits.free_bits, uses);
  }
  return Placer(architecture, workload, bits, limits.writing, uses).run();
}

Placement place(const Architecture& architecture, const workload::Workload& workload,
                device::UseList& uses) {
  return place(architecture, workload, uniform_bits(architecture, workload), uses);
}

Placement place_on(const ArrayPlan& plan, const Architecture& architecture,
                   const workload::Workload& workload, const std::string& parts) {
  return Placer(plan, architecture, workload, parts).run();
}

}  // namespace neucasl::architecture
