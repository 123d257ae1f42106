#include "neucasl/architecture/photonic_plan.hpp"

#include <algorithm>
#include <cmath>

#include "counts.hpp"
#include "neucasl/architecture/copies.hpp"

namespace neucasl::architecture {
namespace {

using base::Error;

bool has_choice(const Component& component, std::string_view name, std::string_view value) {
  return std::any_of(
      component.numbers.choices.begin(), component.numbers.choices.end(),
      [&](const device::Choice& choice) { return choice.name == name && choice.value == value; });
}

double real(std::size_t value) { return static_cast<double>(value); }

std::size_t whole_or(const device::Card& card, const char* name, std::size_t absent,
                     device::UseList& uses) {
  return card.find(name) == nullptr ? absent : whole(card, name, uses);
}

/// Copies of a component on all chips.
double copies_on_chips(const Architecture& architecture, const Component& wanted) {
  double result = 0.0;
  for_each_level(architecture, [&](const Level& level, double copies) {
    for (const Component& component : level.components) {
      if (&component == &wanted) result = copies_of(level, copies, component);
    }
  });
  return result;
}

class Planner {
 public:
  Planner(const Architecture& architecture, device::UseList& uses)
      : architecture_(architecture), core_(architecture.core()), uses_(uses) {}

  PhotonicPlan run() {
    plan_.weight_stationary = architecture_.dataflow == Dataflow::weight_stationary;
    plan_.channels = whole(core_.numbers, "channels", uses_);
    plan_.rows = whole(core_.numbers, "rows", uses_);
    plan_.depth = plan_.channels * whole_or(core_.numbers, "guides", 1, uses_);
    plan_.outputs = whole(core_.numbers, "columns", uses_);
    plan_.symbol_time = core_.numbers.si("symbol_time", base::dimension::time, uses_);
    plan_.accumulation = whole_or(core_.numbers, "accumulation_symbols", 1, uses_);
    if (core_.numbers.find("readout_symbols") != nullptr) {
      plan_.readout_symbols = core_.numbers.si("readout_symbols", base::dimension::none, uses_);
    }
    plan_.intensities =
        encodes_intensities(*find_component(architecture_, ComponentKind::modulator));
    check_size();
    const std::size_t cores = core_.count;
    const std::size_t tiles = architecture_.tile().count;
    widen(architecture_.cores_split, cores);
    widen(architecture_.tiles_split, tiles);
    plan_.units_per_chip = cores * tiles / plan_.cores_per_unit;
    plan_.units = plan_.units_per_chip * architecture_.chip.count;
    check_parts();
    check_converters();
    if (plan_.weight_stationary) plan_settings();
    return plan_;
  }

 private:
  /// More multipliers than this are a slip of the pen, and products of counts must not overflow.
  void check_size() const {
    constexpr double most = 1e12;
    double multipliers = real(plan_.rows) * real(plan_.depth) * real(plan_.outputs);
    for (const Level* level : {&core_, &architecture_.tile(), &architecture_.chip}) {
      multipliers *= real(level->count);
      if (multipliers <= most) continue;
      throw Error("architecture.count",
                  "'" + level->name + "' brings the products of one symbol to " +
                      base::shortest(multipliers),
                  "give counts whose product is at most 10^12", level->where);
    }
  }

  void widen(Split split, std::size_t count) {
    if (split == Split::blocks) return;
    plan_.cores_per_unit *= count;
    if (split == Split::positions) plan_.rows *= count;
    if (split == Split::depth) plan_.depth *= count;
    if (split == Split::outputs) plan_.outputs *= count;
  }

  void check_part(const Component& component, std::size_t needed, const std::string& what) const {
    const double there = copies_on_chips(architecture_, component);
    if (there >= real(needed) * real(plan_.units)) return;
    throw Error("architecture.photonic_core",
                base::shortest(there / real(plan_.units)) + " of '" + component.name +
                    "' serve the " + std::to_string(needed) + ' ' + what,
                "give " + std::to_string(needed) + " for each of " + std::to_string(plan_.units) +
                    " units of " + std::to_string(plan_.cores_per_unit) + " cores",
                component.numbers.find("count")->where);
  }

  void check_parts() {
    using Kind = ComponentKind;
    plan_.encoded_inputs =
        whole_or(core_.numbers, "encoded_inputs", plan_.rows * plan_.depth, uses_);
    if (plan_.encoded_inputs < plan_.depth) {
      throw Error("architecture.photonic_core",
                  "'encoded_inputs' = " + std::to_string(plan_.encoded_inputs) +
                      " is less than the " + std::to_string(plan_.depth) + " terms of one sum",
                  "give at least " + std::to_string(plan_.depth),
                  core_.numbers.find("encoded_inputs")->where);
    }
    check_part(*find_component(architecture_, Kind::modulator), plan_.encoded_inputs,
               "inputs of a symbol");
    const Component& weights = plan_.weight_stationary
                                   ? *find_component(architecture_, Kind::weight_bank)
                                   : *find_component(architecture_, Kind::modulator, true);
    check_part(weights, plan_.depth * plan_.outputs, "weights of a symbol");
    check_part(*find_component(architecture_, Kind::photodetector), plan_.rows * plan_.outputs,
               "sums of a symbol");
  }

  /// Operands pass their converters in one piece.
  void check_converter(const Component& component, int operand_bits,
                       const std::string& operands) const {
    const double bits = component.numbers.si("bits", base::dimension::none, uses_);
    if (bits >= operand_bits) return;
    throw Error("architecture.converter",
                "'" + component.name + "' of " + base::shortest(bits) + " bits converts " +
                    operands + " of " + std::to_string(operand_bits) + " bits",
                "give it " + std::to_string(operand_bits) + " bits, or " + operands + " of " +
                    base::shortest(bits),
                component.numbers.find("bits")->where);
  }

  void check_converters() const {
    using Kind = ComponentKind;
    check_converter(*find_component(architecture_, Kind::dac), architecture_.activation_bits,
                    "activations");
    check_converter(*find_component(architecture_, Kind::dac, true), architecture_.weight_bits,
                    "weights");
    check_converter(*find_component(architecture_, Kind::adc), architecture_.activation_bits,
                    "activations");
  }

  void plan_settings() {
    const Component& bank = *find_component(architecture_, ComponentKind::weight_bank);
    const Component& dac = *find_component(architecture_, ComponentKind::dac, true);
    const double banks = copies_on_chips(architecture_, bank) / real(plan_.units);
    const double converters = copies_on_chips(architecture_, dac) / real(plan_.units);
    plan_.banks_per_weight =
        static_cast<std::size_t>(banks / (real(plan_.depth) * real(plan_.outputs)));
    const double conversion = dac.numbers.si("time", base::dimension::time, uses_);
    const double settling = bank.numbers.si("time", base::dimension::time, uses_);
    plan_.setting_time =
        (std::ceil(banks / converters) - 1.0) * conversion + std::max(conversion, settling);
    plan_.converters_hold = converters_hold(dac);
  }

  const Architecture& architecture_;
  const Level& core_;
  device::UseList& uses_;
  PhotonicPlan plan_;
};

class PhotonicPlacer {
 public:
  PhotonicPlacer(const Architecture& architecture, const workload::Workload& workload,
                 device::UseList& uses, const std::vector<bool>& beside)
      : architecture_(architecture),
        workload_(workload),
        beside_(beside),
        negative_(workload::takes_negative(workload)) {
    result_.plan = photonic_plan(architecture, uses);
  }

  PhotonicPlacement run() {
    const PhotonicPlan& plan = result_.plan;
    const bool set_in_turn = !plan.weight_stationary || architecture_.time_multiplexed;
    std::size_t needed = 0;
    bool computed = false;
    for (workload::OperationId id = 0; id < workload_.operations.size(); ++id) {
      const workload::MatrixProduct& product = workload_.operations[id].product;
      if (product.count == 0 || (!product.stationary && !set_in_turn)) continue;
      if (!beside_.empty() && beside_[id]) continue;
      result_.operations.push_back(blocks_of(id, product));
      needed += result_.operations.back().blocks;
      computed = computed || !product.stationary;
    }
    if (!plan.weight_stationary) {
      keep_sums();
    } else if (!architecture_.time_multiplexed || (needed <= plan.units && !computed)) {
      keep_weights();
    } else {
      set_weights_in_turn();
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] PhotonicOperation blocks_of(workload::OperationId id,
                                            const workload::MatrixProduct& product) const {
    const PhotonicPlan& plan = result_.plan;
    PhotonicOperation placed;
    placed.operation = id;
    placed.position_blocks = ceil_divide(product.positions, plan.rows);
    placed.depth_blocks = ceil_divide(product.depth, plan.depth);
    placed.output_blocks = ceil_divide(product.outputs, plan.outputs);
    placed.blocks = product.count * placed.output_blocks *
                    (plan.weight_stationary ? placed.depth_blocks : placed.position_blocks);
    placed.passes = plan.intensities && negative_[id] ? 2 : 1;
    count_inputs(workload_.operations[id], placed);
    placed.unit_symbols = real(product.count) * real(placed.output_blocks) *
                          real(placed.depth_blocks) * real(placed.position_blocks) *
                          placed.symbols_of_block;
    return placed;
  }

  /// Different inputs of a full block, and the symbols that its modulators need for them.
  void count_inputs(const workload::Operation& operation, PhotonicOperation& placed) const {
    const PhotonicPlan& plan = result_.plan;
    const double rows = real(std::min(plan.rows, operation.product.positions));
    const double depth = real(std::min(plan.depth, operation.product.depth));
    double different = rows * depth;
    if (operation.window_width > 0) {
      const double width = real(operation.window_width);
      const double moved = (rows - 1.0) * real(operation.window_stride);
      different = std::min(different, std::ceil(depth * (moved + width) / width));
    }
    const double encoders = real(plan.encoded_inputs);
    placed.symbols_of_block = real(placed.passes) * std::max(1.0, std::ceil(different / encoders));
    placed.encoded_share =
        plan.encoded_inputs < plan.rows * plan.depth ? different / (rows * depth) : 1.0;
  }

  /// Each block of sums stays in its unit.
  void keep_sums() {
    const std::size_t units = result_.plan.units;
    for (PhotonicOperation& placed : result_.operations) {
      placed.rounds = ceil_divide(placed.blocks, units);
      placed.units = std::min(placed.blocks, units);
      placed.symbols = real(placed.rounds) * real(placed.depth_blocks) * placed.symbols_of_block;
      result_.units_used = std::max(result_.units_used, placed.units);
    }
    result_.in_turn = result_.operations.size() > 1;
  }

  /// All weights stay: as weights in arrays.
  void keep_weights() {
    ArrayPlan plan = as_arrays(result_).plan;
    const Placement placement =
        place_on(plan, architecture_, workload_, "blocks of photonic weights");
    for (std::size_t k = 0; k < result_.operations.size(); ++k) {
      PhotonicOperation& placed = result_.operations[k];
      placed.copies = placement.operations[k].copies;
      placed.units = placed.blocks * placed.copies;
      placed.symbols =
          real(ceil_divide(placed.position_blocks, placed.copies)) * placed.symbols_of_block;
    }
    result_.units_used = placement.arrays_used;
  }

  void set_weights_in_turn() {
    const PhotonicPlan& plan = result_.plan;
    for (PhotonicOperation& placed : result_.operations) {
      placed.programmed = true;
      // Streams shorter than a setting gain less than the copies cost.
      const double enough = std::ceil(real(placed.position_blocks) * placed.symbols_of_block *
                                      plan.symbol_time / plan.setting_time);
      const std::size_t room = std::max<std::size_t>(1, plan.units / placed.blocks);
      placed.copies = std::min({room, placed.position_blocks,
                                std::max<std::size_t>(1, static_cast<std::size_t>(enough))});
      placed.rounds = ceil_divide(placed.blocks * placed.copies, plan.units);
      placed.units = std::min(placed.blocks * placed.copies, plan.units);
      placed.symbols = real(placed.rounds) *
                       real(ceil_divide(placed.position_blocks, placed.copies)) *
                       placed.symbols_of_block;
      result_.units_used = std::max(result_.units_used, placed.units);
    }
    result_.in_turn = true;
  }

  const Architecture& architecture_;
  const workload::Workload& workload_;
  const std::vector<bool>& beside_;
  std::vector<bool> negative_;  ///< Inputs of each operation may be below zero.
  PhotonicPlacement result_;
};

}  // namespace

bool encodes_intensities(const Component& component) {
  return has_choice(component, "encoding", "intensity");
}

bool encodes_weights(const Component& component) {
  return has_choice(component, "operand", "weights");
}

bool converters_hold(const Component& component) {
  return has_choice(component, "held_by", "converter");
}

bool counts_lines_together(const Component& component) {
  return has_choice(component, "sensitivity_of", "comb");
}

const Component* find_component(const Architecture& architecture, ComponentKind kind,
                                bool weights) {
  const Component* result = nullptr;
  for_each_level(architecture, [&](const Level& level, double /*copies*/) {
    for (const Component& component : level.components) {
      const bool wanted = component.kind == kind && encodes_weights(component) == weights;
      if (wanted && result == nullptr) result = &component;
    }
  });
  return result;
}

const PhotonicOperation* PhotonicPlacement::find(workload::OperationId id) const {
  const auto found =
      std::lower_bound(operations.begin(), operations.end(), id,
                       [](const PhotonicOperation& placed, workload::OperationId operation) {
                         return placed.operation < operation;
                       });
  return found != operations.end() && found->operation == id ? &*found : nullptr;
}

PhotonicPlan photonic_plan(const Architecture& architecture, device::UseList& uses) {
  const Level& core = architecture.core();
  if (core.kind != LevelKind::photonic_core) {
    throw Error("architecture.photonic_core", "'" + core.name + "' is no photonic core",
                "give the tile a <photonic_core>", core.where);
  }
  return Planner(architecture, uses).run();
}

PhotonicPlacement place_photonic(const Architecture& architecture,
                                 const workload::Workload& workload, device::UseList& uses,
                                 const std::vector<bool>& beside) {
  return PhotonicPlacer(architecture, workload, uses, beside).run();
}

Placement as_arrays(const PhotonicPlacement& placement) {
  const PhotonicPlan& plan = placement.plan;
  Placement result;
  result.plan.rows = plan.depth;
  result.plan.columns = plan.outputs;
  result.plan.outputs = plan.outputs;
  result.plan.cells_per_weight = 1;
  result.plan.input_cycles = 1;
  result.plan.per_group = 1;
  result.plan.per_tile = 1;
  result.plan.per_chip = plan.units_per_chip;
  result.plan.available = plan.units;
  result.arrays_used = placement.units_used;
  std::size_t next = 0;
  result.operations.reserve(placement.operations.size());
  for (const PhotonicOperation& placed : placement.operations) {
    OperationPlacement one;
    one.operation = placed.operation;
    one.row_blocks = placed.depth_blocks;
    one.column_blocks = placed.output_blocks;
    one.arrays = std::max<std::size_t>(1, placed.units / placed.copies);
    one.copies = placed.copies;
    one.outputs = plan.outputs;
    one.cells_per_weight = 1;
    one.input_cycles = 1;
    one.first_array = placement.in_turn ? 0 : next;
    next += one.arrays * one.copies;
    result.operations.push_back(one);
  }
  return result;
}

}  // namespace neucasl::architecture
