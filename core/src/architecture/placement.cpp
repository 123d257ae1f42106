#include "neucasl/architecture/placement.hpp"

#include <algorithm>

#include "ceil_divide.hpp"

namespace neucasl::architecture {
namespace {

std::size_t number(const device::Card& card, const char* name, device::UseList& uses) {
  return static_cast<std::size_t>(card.si(name, base::dimension::none, uses));
}

/// Copies when each works off at most `most` positions.
std::size_t copies_for(const workload::MatrixProduct& product, std::size_t most) {
  return ceil_divide(product.positions, most);
}

/// More arrays than this are a slip of the pen, and products of counts must not overflow.
void check_size(const Architecture& architecture) {
  constexpr double most = 1e12;
  double arrays = static_cast<double>(architecture.core().find(ComponentKind::array)->count);
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
  Placer(const ArrayPlan& plan, const Architecture& architecture,
         const workload::Workload& workload, std::string parts)
      : architecture_(architecture), workload_(workload), parts_(std::move(parts)) {
    result_.plan = plan;
  }

  Placement run() {
    std::size_t needed = 0;
    for (workload::OperationId id = 0; id < workload_.operations.size(); ++id) {
      const workload::MatrixProduct& product = workload_.operations[id].product;
      if (product.count == 0 || !product.stationary) continue;
      OperationPlacement placed;
      placed.operation = id;
      placed.row_blocks = ceil_divide(product.depth, result_.plan.rows);
      placed.column_blocks = ceil_divide(product.outputs, result_.plan.outputs);
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
  [[nodiscard]] const workload::MatrixProduct& product(const OperationPlacement& placed) const {
    return workload_.operations[placed.operation].product;
  }

  [[nodiscard]] bool fits(std::size_t most_positions) const {
    std::size_t arrays = 0;
    for (const OperationPlacement& placed : result_.operations) {
      arrays += placed.arrays * copies_for(product(placed), most_positions);
      if (arrays > result_.plan.available) return false;
    }
    return true;
  }

  void duplicate() {
    std::size_t high = 1;
    for (const OperationPlacement& placed : result_.operations) {
      high = std::max(high, product(placed).positions);
    }
    // `high` always fits: one copy of each.
    std::size_t low = 1;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (fits(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    for (OperationPlacement& placed : result_.operations) {
      placed.copies = copies_for(product(placed), high);
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
  Placement result_;
};

}  // namespace

ArrayPlan array_plan(const Architecture& architecture, device::UseList& uses) {
  const Level& group = architecture.core();
  if (group.kind != LevelKind::array_group) {
    throw base::Error("architecture.hierarchy", "'" + group.name + "' is no group of arrays",
                      "give the tile an <array_group> to hold stationary weights in arrays",
                      group.where);
  }
  const Component& array = *group.find(ComponentKind::array);
  const Component& dac = *group.find(ComponentKind::dac);
  ArrayPlan plan;
  plan.rows = number(array.numbers, "rows", uses);
  plan.columns = number(array.numbers, "columns", uses);
  const std::size_t cell_bits = number(array.numbers, "bits_per_cell", uses);
  const std::size_t weight_bits = number(architecture.numbers, "weight_bits", uses);
  const bool offset = architecture.encoding == Encoding::offset;
  // The sign of a differential weight is the choice of the column.
  plan.cells_per_weight =
      offset ? ceil_divide(weight_bits, cell_bits)
             : 2 * std::max<std::size_t>(1, ceil_divide(weight_bits - 1, cell_bits));
  plan.outputs = plan.columns / plan.cells_per_weight;
  if (plan.outputs == 0) {
    throw base::Error("architecture.hierarchy",
                      "a weight takes " + std::to_string(plan.cells_per_weight) +
                          " cells, more than the " + std::to_string(plan.columns) +
                          " columns of '" + array.name + "'",
                      "give at least " + std::to_string(plan.cells_per_weight) + " columns",
                      array.numbers.find("columns")->where);
  }
  plan.input_cycles = ceil_divide(number(architecture.numbers, "activation_bits", uses),
                                  number(dac.numbers, "bits", uses));
  check_size(architecture);
  plan.per_group = array.count;
  plan.per_tile = plan.per_group * group.count;
  plan.per_chip = plan.per_tile * architecture.tile().count;
  plan.available = plan.per_chip * architecture.chip.count;
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
                device::UseList& uses) {
  return place_on(array_plan(architecture, uses), architecture, workload, "arrays");
}

Placement place_on(const ArrayPlan& plan, const Architecture& architecture,
                   const workload::Workload& workload, const std::string& parts) {
  return Placer(plan, architecture, workload, parts).run();
}

}  // namespace neucasl::architecture
