#include "photonic_demand.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using architecture::PhotonicOperation;
using workload::OperationId;

double count(std::size_t value) { return static_cast<double>(value); }

class PhotonicDemands {
 public:
  explicit PhotonicDemands(const PhotonicSetting& setting)
      : architecture_(setting.architecture),
        placement_(setting.placement),
        workload_(setting.workload),
        bits_(setting.bits),
        units_(setting.units),
        weights_(setting.weights) {}

  std::vector<PhotonicDemand> run() {
    const std::vector<Demand> common =
        demands(architecture_, architecture::as_arrays(placement_), workload_, bits_, units_);
    result_.reserve(common.size());
    for (OperationId id = 0; id < common.size(); ++id) {
      PhotonicDemand demand;
      demand.common = common[id];
      if (const PhotonicOperation* placed = placement_.find(id)) {
        add_products(workload_.operations[id].product, *placed, demand);
        add_places(*placed, demand);
      } else {
        run_beside_inputs(workload_.operations[id], demand);
      }
      result_.push_back(demand);
    }
    return std::move(result_);
  }

 private:
  void add_products(const workload::MatrixProduct& product, const PhotonicOperation& placed,
                    PhotonicDemand& demand) const {
    const architecture::PhotonicPlan& plan = placement_.plan;
    const double products = count(product.count);
    const double inputs =
        products * count(product.positions) * count(product.depth) * count(placed.output_blocks);
    const double weights = products * count(product.depth) * count(product.outputs);
    const double encoded = weights * count(placed.position_blocks);
    const double sums = products * count(product.positions) * count(product.outputs);
    const double partial = sums * count(placed.depth_blocks);
    const double symbols = placed.unit_symbols;
    const double passes = count(placed.passes);
    const architecture::OperationBits& bits = bits_[placed.operation];
    demand.on_cores = true;
    demand.conversions =
        passes * sums * std::ceil(count(placed.depth_blocks) / count(plan.accumulation));
    if (architecture_.unused_parts_on) {
      demand.unit_symbols = placed.symbols * count(plan.units);
    } else {
      demand.unit_symbols = symbols;
      demand.input_share =
          passes * inputs * placed.encoded_share / (symbols * count(plan.encoded_inputs));
      demand.weight_share =
          encoded * placed.symbols_of_block / (symbols * count(plan.depth) * count(plan.outputs));
      demand.sum_share = passes * partial / (symbols * count(plan.rows) * count(plan.outputs));
    }
    if (placed.programmed) demand.common.weights_set = weights * count(placed.copies);
    add_additions(sums, demand);
    demand.common.partial_sums = demand.conversions;
    demand.common.buffer_bits = inputs * bits.input + sums * bits.output;
    const double moved = plan.weight_stationary ? demand.common.weights_set : encoded;
    add_second_operand(product, moved * bits.weight, weights * bits.weight, demand);
  }

  void add_additions(double sums, PhotonicDemand& demand) const {
    demand.common.additions = demand.conversions - sums;
    if (find_unit(units_, ComponentKind::accumulator) != nullptr) return;
    demand.common.vector_operations = demand.common.additions;
    if (demand.common.additions == 0.0) return;
    if (find_unit(units_, ComponentKind::vector_unit) != nullptr) return;
    // `demands` has refused partial sums that nothing can add: these are of either sign.
    throw base::Error("performance.unsupported",
                      "inputs of either sign leave sums of '" + workload_.name + "' that '" +
                          architecture_.id + "' cannot subtract",
                      "add a component of kind 'accumulator' or 'vector_unit' to the tile",
                      architecture_.tile().where);
  }

  /// `moved` bits are encoded or set, `once` is what there is.
  void add_second_operand(const workload::MatrixProduct& product, double moved, double once,
                          PhotonicDemand& demand) const {
    if (moved == 0.0) return;
    if (!product.stationary) {
      demand.common.buffer_bits += moved;
      return;
    }
    if (weights_ == WeightPlace::weight_memory) {
      demand.weight_bits = moved;
      return;
    }
    demand.common.off_chip_bits += once;
    demand.common.link_bits += once;
    if (!placement_.plan.weight_stationary) demand.common.buffer_bits += once + moved;
  }

  void add_places(const PhotonicOperation& placed, PhotonicDemand& demand) const {
    const architecture::PhotonicPlan& plan = placement_.plan;
    const double tiles_of_chip = count(architecture_.tile().count);
    const double cores = count(placed.units) * count(plan.cores_per_unit);
    demand.units = count(placed.units);
    demand.common.groups = cores;
    demand.common.chips = std::ceil(count(placed.units) / count(plan.units_per_chip));
    demand.common.tiles = architecture_.tiles_split == architecture::Split::blocks
                              ? std::ceil(cores / count(architecture_.core().count))
                              : demand.common.chips * tiles_of_chip;
    const workload::Operation& operation = workload_.operations[placed.operation];
    demand.common.router_bits =
        count(operation.input_elements) * bits_[placed.operation].input * demand.common.tiles;
  }

  /// An operation without products runs where its first input was made.
  void run_beside_inputs(const workload::Operation& operation, PhotonicDemand& demand) const {
    if (operation.inputs.empty() || operation.inputs[0] == workload::workload_input) return;
    const PhotonicDemand& before = result_[operation.inputs[0]];
    demand.units = before.units;
    demand.common.groups = before.common.groups;
    demand.common.tiles = before.common.tiles;
    demand.common.chips = before.common.chips;
  }

  const architecture::Architecture& architecture_;
  const architecture::PhotonicPlacement& placement_;
  const workload::Workload& workload_;
  const std::vector<architecture::OperationBits>& bits_;
  const std::vector<Unit>& units_;
  WeightPlace weights_;
  std::vector<PhotonicDemand> result_;
};

}  // namespace

double photonic_events(const Unit& unit, const PhotonicDemand& demand,
                       const architecture::Architecture& architecture,
                       const architecture::PhotonicPlan& plan) {
  const double per_unit = unit.copies / count(plan.units);
  const double symbols = per_unit * demand.unit_symbols;
  // With unused parts on, converters run through, whatever is a block's last symbol.
  const double running = symbols / count(plan.accumulation);
  const bool all = architecture.unused_parts_on;
  switch (unit.kind) {
    case ComponentKind::modulator:
      return symbols * (unit.weights ? demand.weight_share : demand.input_share);
    case ComponentKind::dac:
      if (!unit.weights) return symbols * demand.input_share;
      // Of converters that stand while weights are held, the time decides.
      if (plan.converters_hold) return 0.0;
      return plan.weight_stationary ? demand.common.weights_set * count(plan.banks_per_weight)
                                    : symbols * demand.weight_share;
    case ComponentKind::weight_bank:
      return demand.common.weights_set * count(plan.banks_per_weight);
    case ComponentKind::photodetector:
      return symbols * demand.sum_share;
    case ComponentKind::amplifier:
      return all ? running
                 : demand.conversions * per_unit / (count(plan.rows) * count(plan.outputs));
    case ComponentKind::adc:
    case ComponentKind::sample_and_hold:
    case ComponentKind::shift_and_add:
      return all ? running : demand.conversions;
    case ComponentKind::weight_memory:
      return demand.weight_bits / unit.width;
    default:
      return events_of(unit, demand.common, architecture.activation_bits,
                       architecture.partial_sum_bits);
  }
}

WeightPlace weight_place(const architecture::Architecture& architecture,
                         const architecture::PhotonicPlacement& placement,
                         const workload::Workload& workload,
                         const std::vector<architecture::OperationBits>& bits,
                         const std::vector<Unit>& units, bool trained) {
  const bool changed =
      trained || std::any_of(placement.operations.begin(), placement.operations.end(),
                             [&](const PhotonicOperation& placed) {
                               return placed.programmed || !placement.plan.weight_stationary;
                             });
  if (!changed) return WeightPlace::banks;
  double bytes = 0.0;
  for (OperationId id = 0; id < bits.size(); ++id) {
    const workload::Operation& operation = workload.operations[id];
    if (operation.weights_of != workload::workload_input) continue;
    bytes += count(operation.product.weights()) * bits[id].weight / 8.0;
  }
  const Unit* weight_memory = find_unit(units, ComponentKind::weight_memory);
  const double room =
      weight_memory == nullptr ? 0.0 : weight_memory->copies * weight_memory->capacity;
  if (weight_memory != nullptr && room >= bytes) return WeightPlace::weight_memory;
  if (find_unit(units, ComponentKind::off_chip_memory) != nullptr) {
    return WeightPlace::off_chip_memory;
  }
  const auto* memory = architecture::find_component(architecture, ComponentKind::weight_memory);
  throw base::Error("architecture.capacity",
                    "the weights of '" + workload.name + "' take " + base::shortest(bytes) +
                        " bytes, weight memories hold " + base::shortest(room),
                    "add a component of kind 'off_chip_memory' to the chip, or weight memories "
                    "of " +
                        base::shortest(std::ceil(bytes)) + " bytes together",
                    memory != nullptr ? memory->numbers.where : architecture.chip.where);
}

std::vector<PhotonicDemand> photonic_demands(const PhotonicSetting& setting) {
  return PhotonicDemands(setting).run();
}

std::vector<Demand> common_demands(const std::vector<PhotonicDemand>& demands) {
  std::vector<Demand> common;
  common.reserve(demands.size());
  for (const PhotonicDemand& one : demands) common.push_back(one.common);
  return common;
}

void take_common_demands(const std::vector<Demand>& common, std::vector<PhotonicDemand>& demands) {
  for (std::size_t id = 0; id < demands.size(); ++id) demands[id].common = common[id];
}

}  // namespace neucasl::performance_plugin
