#include "digital_placement.hpp"

#include <algorithm>
#include <cmath>

#include "counts.hpp"

namespace neucasl::architecture {
namespace {

constexpr double bits_per_byte = 8.0;

std::size_t steps_of(int weight_bits, int input_bits, std::size_t multiplier_bits) {
  return ceil_divide(static_cast<std::size_t>(weight_bits), multiplier_bits) *
         ceil_divide(static_cast<std::size_t>(input_bits), multiplier_bits);
}

class DigitalPlacer {
 public:
  DigitalPlacer(const Architecture& architecture, const workload::Workload& workload,
                const std::vector<OperationBits>& bits, double free_bits, device::UseList& uses)
      : architecture_(architecture), workload_(workload), bits_(bits), free_bits_(free_bits) {
    result_.plan = digital_plan(architecture, uses);
    result_.in_turn = true;
    const Level& core = architecture.core();
    multiplier_bits_ = whole(core.find(ComponentKind::multiplier)->numbers, "bits", uses);
    const Component& memory = *core.find(ComponentKind::weight_memory);
    bits_of_core_ = static_cast<double>(memory.count) / static_cast<double>(memory.shared_by) *
                    memory.numbers.si("capacity", base::dimension::none, uses) * bits_per_byte;
    result_.weight_bits_fit = bits_of_core_ * static_cast<double>(result_.plan.available);
  }

  Placement run() {
    for (workload::OperationId id = 0; id < workload_.operations.size(); ++id) {
      if (workload_.operations[id].product.count > 0) add(id);
    }
    if (architecture_.duplication == Duplication::balanced) duplicate();
    keep_weights();
    for (const OperationPlacement& placed : result_.operations) {
      result_.arrays_used = std::max(result_.arrays_used, placed.arrays * placed.copies);
    }
    return std::move(result_);
  }

 private:
  void add(workload::OperationId id) {
    const workload::MatrixProduct& product = workload_.operations[id].product;
    const ArrayPlan& plan = result_.plan;
    OperationPlacement placed;
    placed.operation = id;
    placed.cells_per_weight = 1;
    placed.outputs = plan.outputs;
    placed.input_cycles = steps_of(bits_[id].weight, bits_[id].input, multiplier_bits_);
    placed.row_blocks = ceil_divide(product.depth, plan.rows);
    placed.column_blocks = ceil_divide(product.outputs, plan.columns);
    const std::size_t blocks = product.count * placed.column_blocks;
    placed.passes = ceil_divide(blocks, plan.available);
    placed.arrays = std::min(blocks, plan.available);
    result_.operations.push_back(placed);
  }

  /// Copies on cores that are free, when each works off at most `most_positions` or as few as they
  /// allow; transposes have those of their weights.
  void set_copies(std::size_t most_positions) {
    std::vector<std::size_t> copies(workload_.operations.size(), 1);
    for (OperationPlacement& placed : result_.operations) {
      const workload::Operation& operation = workload_.operations[placed.operation];
      placed.copies = std::max<std::size_t>(
          1, std::min(result_.plan.available / placed.arrays,
                      ceil_divide(operation.product.positions, most_positions)));
      if (operation.weights_of != workload::workload_input) {
        placed.copies = std::min(placed.copies, copies[operation.weights_of]);
      }
      copies[placed.operation] = placed.copies;
    }
  }

  /// The fewest positions a copy with which all copies fit.
  void duplicate() {
    std::size_t high = 1;
    for (const OperationPlacement& placed : result_.operations) {
      high = std::max(high, workload_.operations[placed.operation].product.positions);
    }
    std::size_t low = 1;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      set_copies(middle);
      if (bits_needed() + free_bits_ <= result_.weight_bits_fit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    set_copies(high);
  }

  [[nodiscard]] double bits_of(const OperationPlacement& placed) const {
    const workload::MatrixProduct& p = workload_.operations[placed.operation].product;
    return static_cast<double>(p.count) * static_cast<double>(p.depth) *
           static_cast<double>(p.outputs) * bits_[placed.operation].weight *
           static_cast<double>(placed.copies);
  }

  /// Trained weights stay; the largest computed matrix takes room while it is used.
  double bits_needed() {
    result_.weight_bits = 0.0;
    result_.computed_bits = 0.0;
    for (const OperationPlacement& placed : result_.operations) {
      const workload::Operation& operation = workload_.operations[placed.operation];
      if (!operation.product.stationary) {
        result_.computed_bits = std::max(result_.computed_bits, bits_of(placed));
      } else if (operation.weights_of == workload::workload_input) {
        result_.weight_bits += bits_of(placed);
      }
    }
    return result_.weight_bits + result_.computed_bits;
  }

  void keep_weights() {
    const double needed = bits_needed();
    if (needed <= result_.weight_bits_fit) return;
    if (!architecture_.time_multiplexed) refuse(needed);
    stream();
  }

  /// The first operations keep their weights, as far as they fit.
  void stream() {
    double kept = std::min(result_.computed_bits, result_.weight_bits_fit);
    std::vector<bool> streamed(workload_.operations.size(), false);
    result_.weight_bits = 0.0;
    for (OperationPlacement& placed : result_.operations) {
      const workload::Operation& operation = workload_.operations[placed.operation];
      if (!operation.product.stationary) {
        placed.streamed = bits_of(placed) > result_.weight_bits_fit;
        continue;
      }
      if (operation.weights_of != workload::workload_input) {
        placed.streamed = streamed[operation.weights_of];
        continue;
      }
      const double own = bits_of(placed);
      placed.streamed = kept + own > result_.weight_bits_fit;
      streamed[placed.operation] = placed.streamed;
      if (placed.streamed) continue;
      kept += own;
      result_.weight_bits += own;
    }
  }

  [[noreturn]] void refuse(double needed) const {
    const double chip = bits_of_core_ * static_cast<double>(result_.plan.per_chip);
    const double chips = std::ceil(needed / chip);
    const Component& memory = *architecture_.core().find(ComponentKind::weight_memory);
    const double memories = static_cast<double>(result_.plan.available) *
                            static_cast<double>(memory.count) /
                            static_cast<double>(memory.shared_by);
    throw base::Error(
        "architecture.capacity",
        "'" + workload_.name + "' has " + base::shortest(std::ceil(needed / bits_per_byte)) +
            " bytes of weights, the weight memories of '" + architecture_.id + "' hold " +
            base::shortest(result_.weight_bits_fit / bits_per_byte) +
            " and may not be time-multiplexed",
        "nearest that fits: " + base::shortest(chips) + " chips, or " +
            base::shortest(std::ceil(needed / bits_per_byte / memories)) + " bytes for each '" +
            memory.name + "'; or choose time_multiplexing 'yes'",
        memory.numbers.find("capacity")->where);
  }

  const Architecture& architecture_;
  const workload::Workload& workload_;
  const std::vector<OperationBits>& bits_;
  double free_bits_;
  std::size_t multiplier_bits_ = 1;
  double bits_of_core_ = 0.0;
  Placement result_;
};

}  // namespace

ArrayPlan digital_plan(const Architecture& architecture, device::UseList& uses) {
  const Level& core = architecture.core();
  ArrayPlan plan;
  plan.rows = whole(core.numbers, "inputs", uses);
  plan.columns = whole(core.numbers, "outputs", uses);
  plan.cells_per_weight = 1;
  plan.outputs = plan.columns;
  plan.input_cycles =
      steps_of(static_cast<int>(whole(architecture.numbers, "weight_bits", uses)),
               static_cast<int>(whole(architecture.numbers, "activation_bits", uses)),
               whole(core.find(ComponentKind::multiplier)->numbers, "bits", uses));
  count_arrays(architecture, 1, plan);
  return plan;
}

Placement place_digital(const Architecture& architecture, const workload::Workload& workload,
                        const std::vector<OperationBits>& bits, double free_bits,
                        device::UseList& uses) {
  return DigitalPlacer(architecture, workload, bits, free_bits, uses).run();
}

}  // namespace neucasl::architecture
