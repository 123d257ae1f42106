#include "photonic_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using architecture::LevelKind;
using architecture::PhotonicOperation;

class PhotonicScheduler {
 public:
  PhotonicScheduler(const architecture::Architecture& architecture,
                    const workload::Workload& workload, PhotonicCost& result, device::UseList& uses)
      : architecture_(architecture),
        workload_(workload),
        result_(result),
        converters_(architecture, uses),
        modulator_(index_of_modulator()) {}

  void run(const std::vector<PhotonicDemand>& demand) {
    SystemCost& system = result_.system;
    system.operations.reserve(demand.size());
    for (workload::OperationId id = 0; id < demand.size(); ++id) {
      system.operations.push_back(cost_of(id, demand[id]));
      system.latency += system.operations.back().time();
      system.interval = std::max(system.interval, system.operations.back().time());
    }
    if (!architecture_.pipelined) system.interval = system.latency;
    system.sample_time = system.latency;
  }

 private:
  [[nodiscard]] std::size_t index_of_modulator() const {
    const std::vector<Unit>& units = result_.system.units;
    const auto found = std::find_if(units.begin(), units.end(), [](const Unit& unit) {
      return unit.kind == ComponentKind::modulator && !unit.weights;
    });
    return static_cast<std::size_t>(found - units.begin());
  }

  [[nodiscard]] double events(const Unit& unit, const PhotonicDemand& demand) const {
    return photonic_events(unit, demand, architecture_, result_.placement.plan);
  }

  OperationCost cost_of(workload::OperationId id, const PhotonicDemand& demand) {
    const std::vector<Unit>& units = result_.system.units;
    OperationCost cost;
    cost.operation = id;
    cost.demand = demand.common;
    cost.energy.reserve(units.size());
    cost.events.reserve(units.size());
    for (std::size_t u = 0; u < units.size(); ++u) {
      cost.events.push_back(events(units[u], demand));
      cost.energy.push_back(cost.events.back() * energy_of(units[u], id));
      if (sets_weights(units[u]) || brings_weights(units[u])) continue;
      bound(cost, u, time_of(u, cost), 0.0);
    }
    const PhotonicOperation* placed = result_.placement.find(id);
    if (placed != nullptr) add_symbols(*placed, cost);
    // Weights are fetched while others are set and symbols pass.
    for (std::size_t u = 0; u < units.size(); ++u) {
      if (brings_weights(units[u])) bound(cost, u, time_of(u, cost), cost.programming_time);
    }
    if (placed != nullptr && result_.placement.plan.converters_hold) hold(*placed, cost);
    return cost;
  }

  /// Banks and their converters work while weights are set.
  [[nodiscard]] bool sets_weights(const Unit& unit) const {
    return unit.kind == ComponentKind::weight_bank ||
           (result_.placement.plan.weight_stationary && unit.kind == ComponentKind::dac &&
            unit.weights);
  }

  [[nodiscard]] static bool brings_weights(const Unit& unit) {
    return unit.kind == ComponentKind::weight_memory ||
           unit.kind == ComponentKind::off_chip_memory || unit.kind == ComponentKind::link;
  }

  /// J of one event.
  [[nodiscard]] double energy_of(const Unit& unit, workload::OperationId id) const {
    return unit.energy * converters_.energy_factor(unit, result_.bits[id]);
  }

  [[nodiscard]] double time_of(std::size_t u, const OperationCost& cost) const {
    const Unit& unit = result_.system.units[u];
    return cost.events[u] * unit.time / copies_at_work(unit, cost.demand);
  }

  /// A component that works for `time`, of which `hidden` passes beside the bound time.
  static void bound(OperationCost& cost, std::size_t u, double time, double hidden) {
    if (time - hidden <= cost.bound_time) return;
    cost.bound_time = time - hidden;
    cost.bound = u;
  }

  /// The converters of the units at work stand for the time of the operation.
  void hold(const PhotonicOperation& placed, OperationCost& cost) const {
    if (!placed.programmed) return;  // They always do.
    const std::vector<Unit>& units = result_.system.units;
    for (std::size_t u = 0; u < units.size(); ++u) {
      if (units[u].kind != ComponentKind::dac || !units[u].weights) continue;
      const double at_work = static_cast<double>(placed.blocks) *
                             static_cast<double>(placed.copies) /
                             static_cast<double>(placed.rounds);
      const double converters =
          units[u].copies / static_cast<double>(result_.placement.plan.units) * at_work;
      cost.events[u] = converters * cost.time() / units[u].time;
      cost.energy[u] = cost.events[u] * energy_of(units[u], placed.operation);
    }
  }

  void add_symbols(const PhotonicOperation& placed, OperationCost& cost) const {
    const architecture::PhotonicPlan& plan = result_.placement.plan;
    const double rounds = static_cast<double>(placed.rounds);
    const double time = (placed.symbols + rounds * plan.readout_symbols) * plan.symbol_time;
    // Components that take exactly the time of the symbols do not bound it.
    constexpr double rounding = 1.0 + 1e-12;
    if (time * rounding >= cost.bound_time) {
      cost.bound_time = time;
      cost.bound = modulator_;
    }
    if (placed.programmed) cost.setting_time = rounds * plan.setting_time;
    cost.programming_time = cost.setting_time;
    const workload::MatrixProduct& product = workload_.operations[placed.operation].product;
    cost.column_share =
        product.multiply_accumulates() /
        (placed.symbols * static_cast<double>(placed.units) * static_cast<double>(plan.rows) *
         static_cast<double>(plan.depth) * static_cast<double>(plan.outputs));
  }

  const architecture::Architecture& architecture_;
  const workload::Workload& workload_;
  PhotonicCost& result_;
  PhotonicConverters converters_;
  std::size_t modulator_;
};

/// Converters that hold weights which stay from sample to sample are always on.
void hold_always(const PhotonicCost& cost, const PhotonicConverters& converters, Unit& unit) {
  const architecture::PhotonicPlan& plan = cost.placement.plan;
  const bool holds = plan.converters_hold && !cost.placement.in_turn &&
                     unit.kind == ComponentKind::dac && unit.weights;
  if (!holds) return;
  for (const PhotonicOperation& placed : cost.placement.operations) {
    const double used = static_cast<double>(placed.units) / static_cast<double>(plan.units);
    unit.leakage += used * unit.energy / unit.time *
                    converters.energy_factor(unit, cost.bits[placed.operation]);
  }
  unit.energy = 0.0;
}

/// Units with the laser's power, and what follows from them without a workload.
void read_components(const architecture::Architecture& architecture, PhotonicCost& cost,
                     device::UseList& uses) {
  SystemCost& system = cost.system;
  system.units = read_units(architecture, uses);
  const PhotonicConverters converters(architecture, uses);
  for (Unit& unit : system.units) {
    if (unit.kind == ComponentKind::laser) unit.leakage = cost.link.electrical_power;
    hold_always(cost, converters, unit);
    system.area += unit.copies * unit.area;
    system.leakage += unit.copies * unit.leakage;
    system.peak_power += unit.copies * unit.peak_power();
  }
  const architecture::PhotonicPlan& plan = cost.placement.plan;
  system.peak_rate = static_cast<double>(plan.units) * static_cast<double>(plan.rows) *
                     static_cast<double>(plan.depth) * static_cast<double>(plan.outputs) /
                     plan.symbol_time;
  system.full_read = plan.symbol_time;
}

/// Of the operations on the cores; the architecture's where there are none.
OperandBits widest_bits(const architecture::Architecture& architecture, const PhotonicCost& cost) {
  OperandBits widest;
  for (const PhotonicOperation& placed : cost.placement.operations) {
    widest.weight = std::max(widest.weight, cost.bits[placed.operation].weight);
    widest.input = std::max(widest.input, cost.bits[placed.operation].input);
  }
  if (widest.weight == 0) widest = {architecture.weight_bits, architecture.activation_bits};
  return widest;
}

/// Off-chip memory must hold the weights that come from there.
void mark_weights_outside(PhotonicCost& cost) {
  for (architecture::OperationPlacement& placed : cost.system.placement.operations) {
    placed.streamed = cost.weights == WeightPlace::off_chip_memory;
  }
}

}  // namespace

double copies_at_work(const Unit& unit, const Demand& demand) {
  switch (unit.level) {
    case LevelKind::chip:
      return unit.per_level * demand.chips;
    case LevelKind::tile:
      // A part of a shared component is still one component.
      return std::max(1.0, unit.per_level * demand.tiles);
    default:
      return std::max(1.0, unit.per_level * demand.groups);
  }
}

PhotonicCost idle_photonic(const architecture::Architecture& architecture,
                           const workload::Workload& workload,
                           const std::vector<architecture::OperationBits>& bits,
                           const std::vector<bool>& beside, bool trained, device::UseList& uses) {
  PhotonicCost cost;
  cost.bits = bits;
  cost.placement = architecture::place_photonic(architecture, workload, uses, beside);
  const OperandBits widest = widest_bits(architecture, cost);
  cost.link = photonic_link(architecture, cost.placement.plan, uses, &widest);
  read_components(architecture, cost, uses);
  cost.weights =
      weight_place(architecture, cost.placement, workload, bits, cost.system.units, trained);
  cost.system.parts = "units";
  cost.system.placement = architecture::as_arrays(cost.placement);
  mark_weights_outside(cost);
  return cost;
}

void schedule_photonic(const architecture::Architecture& architecture,
                       const workload::Workload& workload,
                       const std::vector<PhotonicDemand>& demand, PhotonicCost& result,
                       device::UseList& uses) {
  PhotonicScheduler(architecture, workload, result, uses).run(demand);
  // Layers that share units have no area of their own.
  result.system.placement.in_turn = result.placement.in_turn;
  if (result.system.latency > 0.0) return;
  throw base::Error("performance.workload", "'" + workload.name + "' asks for no work",
                    "give a network with operations");
}

PhotonicCost photonic_cost(const architecture::Architecture& architecture,
                           const workload::Workload& workload,
                           const std::vector<architecture::OperationBits>& bits,
                           device::UseList& uses) {
  workload.check();
  PhotonicConverters(architecture, uses).require(workload, bits, true);
  PhotonicCost cost = idle_photonic(architecture, workload, bits, {}, false, uses);
  std::vector<PhotonicDemand> demand = photonic_demands(cost.setting(architecture, workload));
  // What the buffers do not hold between operations goes off the chip.
  std::vector<Demand> common = common_demands(demand);
  cost.system.storage =
      store_inference(architecture, cost.system.placement, workload, bits, common, uses);
  take_common_demands(common, demand);
  schedule_photonic(architecture, workload, demand, cost, uses);
  return cost;
}

}  // namespace neucasl::performance_plugin
