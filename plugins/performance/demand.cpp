#include "demand.hpp"

#include <algorithm>
#include <cmath>

#include "digital_core.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using architecture::OperationPlacement;
using workload::Operation;
using workload::OperationId;
using workload::OperationKind;

double real(std::size_t value) { return static_cast<double>(value); }

class Demands {
 public:
  Demands(const architecture::Architecture& architecture, const architecture::Placement& placement,
          const workload::Workload& workload, const std::vector<architecture::OperationBits>& bits,
          const std::vector<Unit>& units)
      : architecture_(architecture),
        placement_(placement),
        workload_(workload),
        bits_(bits),
        units_(units),
        read_later_(workload.operations.size(), false) {}

  std::vector<Demand> run() {
    require_memory();
    for (const Operation& operation : workload_.operations) {
      for (const OperationId input : operation.inputs) {
        if (input != workload::workload_input) read_later_[input] = true;
      }
    }
    result_.reserve(workload_.operations.size());
    for (OperationId id = 0; id < workload_.operations.size(); ++id) result_.push_back(of(id));
    return std::move(result_);
  }

 private:
  [[nodiscard]] double input_bits(OperationId id) const {
    return real(workload_.operations[id].input_elements) * bits_[id].input;
  }
  [[nodiscard]] double output_bits(OperationId id) const {
    return real(workload_.operations[id].output_elements) * bits_[id].output;
  }

  [[nodiscard]] bool has(ComponentKind kind) const { return find_unit(units_, kind) != nullptr; }

  /// What moves data may not be free.
  void require_memory() const {
    const auto refuse = [&](const std::string& what, const std::string& remedy) {
      throw base::Error("architecture.hierarchy", "'" + architecture_.id + "' " + what, remedy,
                        architecture_.chip.where);
    };
    if (!has(ComponentKind::buffer)) {
      refuse("has no buffer for activations", "add a component of kind 'buffer'");
    }
    if (!has(ComponentKind::link) && !has(ComponentKind::off_chip_memory)) {
      refuse("has no way to its inputs",
             "add a component of kind 'link' or 'off_chip_memory' to the chip");
    }
    if (architecture_.chip.count > 1 && !has(ComponentKind::link)) {
      refuse("has several chips and no link", "add a component of kind 'link' to the chip");
    }
    if (placement_.rounds > 1 && !has(ComponentKind::off_chip_memory)) {
      refuse("programs weights during an inference and has nowhere to keep them",
             "add a component of kind 'off_chip_memory' to the chip");
    }
  }

  Demand of(OperationId id) {
    const Operation& operation = workload_.operations[id];
    Demand demand;
    const OperationPlacement* placed = placement_.find(id);
    if (placed == nullptr) {
      run_beside_inputs(operation, demand);
      add_digital(id, demand);
    } else if (architecture_.core().kind == architecture::LevelKind::digital_core) {
      add_digital_core(operation, bits_[id], *placed, placement_.plan, demand);
    } else {
      add_arrays(id, *placed, demand);
    }
    add_outside(id, demand);
    return demand;
  }

  void add_arrays(OperationId id, const OperationPlacement& placed, Demand& demand) const {
    const Operation& operation = workload_.operations[id];
    const workload::MatrixProduct& product = operation.product;
    const architecture::ArrayPlan& plan = placement_.plan;
    const double positions = real(product.count) * real(product.positions);
    const double reads = positions * real(placed.input_cycles);
    const double rows = real(placed.row_blocks);
    const double columns = real(placed.column_blocks);
    demand.array_reads = reads * rows * columns;
    demand.rows_driven = reads * real(product.depth) * columns;
    demand.cycle_sums = reads * real(product.outputs) * rows;
    demand.columns_held = demand.cycle_sums * real(placed.cells_per_weight);
    demand.conversions = converted(architecture_, demand.columns_held);
    demand.partial_sums = positions * real(product.outputs) * rows;
    demand.additions = positions * real(product.outputs) * (rows - 1.0);
    if (demand.additions > 0.0 && !has(ComponentKind::accumulator)) {
      if (!has(ComponentKind::vector_unit)) refuse_additions(operation);
      demand.vector_operations = demand.additions;
    }
    const double arrays = std::min(real(placed.arrays) * real(placed.copies), real(plan.available));
    demand.groups = std::ceil(arrays / real(plan.per_group));
    demand.tiles = std::ceil(arrays / real(plan.per_tile));
    demand.chips = std::ceil(arrays / real(plan.per_chip));
    const double patches = positions * real(product.depth) * bits_[id].input;
    demand.buffer_bits = patches * real(placed.rounds) + output_bits(id);
    // A tile that holds fewer arrays than there are row blocks needs only a part of the inputs.
    demand.router_bits = input_bits(id) * demand.tiles * real(placed.rounds) *
                         std::min(1.0, real(plan.per_tile) / rows);
    if (placement_.rounds > 1) {
      const double weights = real(product.weights());
      demand.cells_written = weights * real(placed.cells_per_weight);
      demand.off_chip_bits = weights * bits_[id].weight;
      demand.link_bits = demand.off_chip_bits;
    }
  }

  /// An operation without weights runs in the tiles where its first input was made.
  void run_beside_inputs(const Operation& operation, Demand& demand) const {
    if (operation.inputs.empty() || operation.inputs[0] == workload::workload_input) return;
    const Demand& before = result_[operation.inputs[0]];
    demand.chips = before.chips;
    demand.tiles = before.tiles;
    demand.groups = before.groups;
  }

  void add_digital(OperationId id, Demand& demand) const {
    const Operation& operation = workload_.operations[id];
    const double inputs = real(operation.input_elements);
    if (operation.input_elements + operation.output_elements == 0) return;
    if (operation.kind == OperationKind::activation && has(ComponentKind::activation_unit)) {
      demand.activations = inputs;
      return;
    }
    demand.buffer_bits = input_bits(id) + output_bits(id);
    if (operation.kind == OperationKind::pooling && has(ComponentKind::pooling_unit)) {
      demand.pooled = inputs;
      return;
    }
    if (!has(ComponentKind::vector_unit)) refuse(operation);
    demand.vector_operations = operation.kind == OperationKind::matrix
                                   ? 2.0 * operation.product.multiply_accumulates()
                                   : inputs;
  }

  [[noreturn]] void refuse_additions(const Operation& operation) const {
    throw base::Error("performance.unsupported",
                      "operation '" + operation.name + "' of '" + workload_.name +
                          "' has partial sums, which '" + architecture_.id + "' cannot add",
                      "add a component of kind 'accumulator' or 'vector_unit' to the tile",
                      architecture_.tile().where);
  }

  [[noreturn]] void refuse(const Operation& operation) const {
    const bool product = operation.kind == OperationKind::matrix;
    throw base::Error("performance.unsupported",
                      "operation '" + operation.name + "' of '" + workload_.name + "' is " +
                          (product ? "a product of two computed matrices"
                                   : "of kind '" + std::string(to_string(operation.kind)) + "'") +
                          ", for which '" + architecture_.id + "' has no unit",
                      "add a component of kind 'vector_unit' to the tile",
                      architecture_.tile().where);
  }

  /// Inputs and outputs of the network, and what passes between chips.
  void add_outside(OperationId id, Demand& demand) {
    const Operation& operation = workload_.operations[id];
    const bool first = std::find(operation.inputs.begin(), operation.inputs.end(),
                                 workload::workload_input) != operation.inputs.end();
    double outside = 0.0;
    if (first) outside += real(workload_.input_elements) * bits_[id].input;
    if (!read_later_[id]) outside += output_bits(id);
    demand.off_chip_bits += outside;
    demand.link_bits += outside;
    demand.link_bits += bits_between_chips(id);
  }

  /// What an operation takes from other chips, and hands on when it lies on several itself: each
  /// chip with a part of a copy takes the inputs of that copy, copies on further chips the
  /// positions that they work off.
  double bits_between_chips(OperationId id) {
    const Operation& operation = workload_.operations[id];
    std::size_t first = 0;
    std::size_t last = 0;
    double readings = 0.0;  // Of the inputs, on other chips than the first.
    if (const OperationPlacement* placed = placement_.find(id)) {
      const std::size_t end = placed->first_array + placed->arrays * placed->copies - 1;
      first = placed->first_array / placement_.plan.per_chip;
      last = std::min(end, placement_.plan.available - 1) / placement_.plan.per_chip;
      const std::size_t one_copy =
          (placed->first_array + placed->arrays - 1) / placement_.plan.per_chip;
      readings = real(std::min(one_copy, last) - first) + (last > one_copy ? 1.0 : 0.0);
    } else if (!operation.inputs.empty() && operation.inputs[0] != workload::workload_input) {
      first = last = last_chip_[operation.inputs[0]];
    }
    last_chip_.push_back(last);
    double sum = input_bits(id) * readings;
    for (const OperationId input : operation.inputs) {
      if (input == workload::workload_input || last_chip_[input] == first) continue;
      sum += output_bits(input);
    }
    return sum;
  }

  const architecture::Architecture& architecture_;
  const architecture::Placement& placement_;
  const workload::Workload& workload_;
  const std::vector<architecture::OperationBits>& bits_;
  const std::vector<Unit>& units_;
  std::vector<bool> read_later_;
  std::vector<std::size_t> last_chip_;  ///< Where the output of each operation is.
  std::vector<Demand> result_;
};

}  // namespace

double converted(const architecture::Architecture& architecture, double columns) {
  return architecture.analog_subtraction ? columns / 2.0 : columns;
}

double events_of(const Unit& unit, const Demand& demand, double dac_bits, double partial_sum_bits) {
  const bool tile = unit.level != architecture::LevelKind::array_group;
  switch (unit.kind) {
    case ComponentKind::array:
      return demand.array_reads;
    case ComponentKind::dac:
      return demand.rows_driven;
    case ComponentKind::sample_and_hold:
      return demand.columns_held;
    case ComponentKind::adc:
    case ComponentKind::shift_and_add:
      return demand.conversions;
    case ComponentKind::accumulator:
      return demand.additions;
    case ComponentKind::input_register:
      return demand.rows_driven * dac_bits / unit.width;
    case ComponentKind::output_register:
      return (tile ? demand.partial_sums : demand.cycle_sums) * partial_sum_bits / unit.width;
    case ComponentKind::activation_unit:
      return demand.activations;
    case ComponentKind::pooling_unit:
      return demand.pooled;
    case ComponentKind::vector_unit:
      return demand.vector_operations;
    case ComponentKind::buffer:
    case ComponentKind::bus:
      return demand.buffer_bits / unit.width;
    case ComponentKind::router:
      return demand.router_bits * unit.hops / unit.width;
    case ComponentKind::link:
      return demand.link_bits / unit.width;
    case ComponentKind::off_chip_memory:
      return demand.off_chip_bits / unit.width;
    case ComponentKind::multiplier:
    case ComponentKind::adder_tree:
      return demand.multiplications;
    case ComponentKind::weight_memory:
      return demand.weight_memory_bits / unit.width;
    default:
      return 0.0;
  }
}

std::vector<Demand> demands(const architecture::Architecture& architecture,
                            const architecture::Placement& placement,
                            const workload::Workload& workload,
                            const std::vector<architecture::OperationBits>& bits,
                            const std::vector<Unit>& units) {
  return Demands(architecture, placement, workload, bits, units).run();
}

}  // namespace neucasl::performance_plugin
