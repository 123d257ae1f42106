#include "digital_placement.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

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
                const std::vector<OperationBits>& bits, device::UseList& uses)
      : architecture_(architecture), workload_(workload), bits_(bits) {
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
    drop_copies();
    copy_transposes();
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
    if (architecture_.duplication == Duplication::balanced) {
      placed.copies = std::clamp<std::size_t>(plan.available / blocks, 1, product.positions);
    }
    result_.operations.push_back(placed);
  }

  [[nodiscard]] double bits_of(const OperationPlacement& placed) const {
    const workload::MatrixProduct& p = workload_.operations[placed.operation].product;
    return static_cast<double>(p.count) * static_cast<double>(p.depth) *
           static_cast<double>(p.outputs) * bits_[placed.operation].weight *
           static_cast<double>(p.stationary ? placed.copies : 1);
  }

  [[nodiscard]] bool holds_weights(const OperationPlacement& placed) const {
    const workload::Operation& operation = workload_.operations[placed.operation];
    return operation.product.stationary && operation.weights_of == workload::workload_input;
  }

  /// Steps that the last copy of an operation saves, for each of its bits.
  [[nodiscard]] double worth_of_copy(const OperationPlacement& placed) const {
    const std::size_t positions = workload_.operations[placed.operation].product.positions;
    const std::size_t saved =
        ceil_divide(positions, placed.copies - 1) - ceil_divide(positions, placed.copies);
    return static_cast<double>(saved) * static_cast<double>(placed.passes) *
           static_cast<double>(placed.row_blocks) * static_cast<double>(placed.input_cycles) *
           static_cast<double>(placed.copies) / bits_of(placed);
  }

  /// Copies are for spare room: those are dropped first that save the least time for theirs.
  void drop_copies() {
    using Worth = std::pair<double, std::size_t>;
    std::priority_queue<Worth, std::vector<Worth>, std::greater<>> least;
    const auto offer = [&](std::size_t index) {
      const OperationPlacement& placed = result_.operations[index];
      if (holds_weights(placed) && placed.copies > 1) least.emplace(worth_of_copy(placed), index);
    };
    for (std::size_t k = 0; k < result_.operations.size(); ++k) offer(k);
    double excess = bits_needed() - result_.weight_bits_fit;
    while (excess > 0.0 && !least.empty()) {
      const std::size_t index = least.top().second;
      least.pop();
      OperationPlacement& placed = result_.operations[index];
      excess -= bits_of(placed) / static_cast<double>(placed.copies);
      --placed.copies;
      offer(index);
    }
  }

  /// A transpose is read from where it lies, no more often than it lies there.
  void copy_transposes() {
    for (OperationPlacement& placed : result_.operations) {
      const workload::OperationId origin = workload_.operations[placed.operation].weights_of;
      if (origin == workload::workload_input) continue;
      const OperationPlacement* held = result_.find(origin);
      if (held != nullptr) placed.copies = std::min(placed.copies, held->copies);
    }
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
                        const std::vector<OperationBits>& bits, device::UseList& uses) {
  return DigitalPlacer(architecture, workload, bits, uses).run();
}

}  // namespace neucasl::architecture
