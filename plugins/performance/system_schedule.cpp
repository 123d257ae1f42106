#include "system_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "digital_core.hpp"

namespace neucasl::performance_plugin {
namespace {

using architecture::ComponentKind;
using architecture::LevelKind;

class Scheduler {
 public:
  Scheduler(const architecture::Architecture& architecture, const workload::Workload& workload,
            const std::vector<architecture::OperationBits>& bits, SystemCost& result,
            device::UseList& uses)
      : architecture_(architecture),
        workload_(workload),
        bits_(bits),
        result_(result),
        uses_(uses) {}

  void run(const std::vector<Demand>& demand) {
    if (const auto* dac = architecture_.core().find(ComponentKind::dac)) {
      dac_bits_ = dac->numbers.si("bits", base::dimension::none, uses_);
    }
    sum_bits_ = architecture_.numbers.si("partial_sum_bits", base::dimension::none, uses_);
    result_.operations.reserve(demand.size());
    for (workload::OperationId id = 0; id < demand.size(); ++id) {
      result_.operations.push_back(cost_of(id, demand[id]));
    }
    for (const OperationCost& cost : result_.operations) {
      result_.latency += cost.time();
      result_.interval = std::max(result_.interval, cost.time());
    }
    if (!architecture_.pipelined) result_.interval = result_.latency;
    result_.sample_time = result_.latency;
  }

 private:
  /// Copies of a unit where a demand runs.
  static double copies_at(const Unit& unit, const Demand& demand) {
    switch (unit.level) {
      case LevelKind::chip:
        return unit.per_level * demand.chips;
      case LevelKind::tile:
        // A part of a shared component is still one component.
        return std::max(1.0, unit.per_level * demand.tiles);
      default:
        return unit.per_level * demand.groups;
    }
  }

  OperationCost cost_of(workload::OperationId id, const Demand& demand) {
    OperationCost cost;
    cost.operation = id;
    cost.demand = demand;
    cost.energy.reserve(result_.units.size());
    cost.events.reserve(result_.units.size());
    for (std::size_t u = 0; u < result_.units.size(); ++u) {
      const Unit& unit = result_.units[u];
      const double events = events_of(unit, demand, dac_bits_, sum_bits_);
      cost.events.push_back(events);
      cost.energy.push_back(events * unit.energy);
      const double time = events * unit.time / copies_at(unit, demand);
      if (time > cost.bound_time) {
        cost.bound_time = time;
        cost.bound = u;
      }
    }
    if (const auto* placed = result_.placement.find(id)) add_reads(*placed, cost);
    return cost;
  }

  void add_reads(const architecture::OperationPlacement& placed, OperationCost& cost) {
    const architecture::ArrayPlan& plan = result_.placement.plan;
    const workload::MatrixProduct& product = workload_.operations[placed.operation].product;
    std::size_t slowest = 0;
    const bool digital = architecture_.core().kind == LevelKind::digital_core;
    if (digital) {
      cost.fill = digital_step_time(result_.units, plan, bits_[placed.operation].weight, slowest);
    } else {
      const std::size_t outputs = std::min(placed.outputs, product.outputs);
      const double columns = static_cast<double>(outputs * placed.cells_per_weight);
      cost.fill = read_time(result_, converted(architecture_, columns), slowest);
    }
    const std::size_t positions = (product.positions + placed.copies - 1) / placed.copies;
    const double steps = static_cast<double>(positions) * static_cast<double>(placed.rounds) *
                         static_cast<double>(placed.passes) *
                         static_cast<double>(digital ? placed.row_blocks : 1);
    const double time = steps * static_cast<double>(placed.input_cycles) * cost.fill;
    if (time >= cost.bound_time) {
      cost.bound_time = time;
      cost.bound = slowest;
    }
    cost.column_share = static_cast<double>(product.depth) / static_cast<double>(plan.rows) *
                        static_cast<double>(product.outputs * placed.cells_per_weight) /
                        static_cast<double>(plan.columns) /
                        static_cast<double>(placed.row_blocks * placed.column_blocks);
    if (result_.placement.rounds > 1) add_programming(placed, cost);
  }

  void add_programming(const architecture::OperationPlacement& placed, OperationCost& cost) {
    const device::Card& array = architecture_.core().find(ComponentKind::array)->numbers;
    cost.programming_energy =
        cost.demand.cells_written * array.si("write_energy", base::dimension::energy, uses_);
    // Operations that share a round are programmed together, by the first of them.
    const double begun = placed.first_array == 0 ? static_cast<double>(placed.rounds) : 0.0;
    cost.programming_time = begun * static_cast<double>(result_.placement.plan.rows) *
                            array.si("write_time", base::dimension::time, uses_);
  }

 public:
  /// Time of one read with so many conversions for each array, and the unit that sets it.
  static double read_time(const SystemCost& system, double conversions, std::size_t& slowest) {
    const Unit& array = *find_unit(system.units, ComponentKind::array);
    double longest = 0.0;
    for (std::size_t u = 0; u < system.units.size(); ++u) {
      const Unit& unit = system.units[u];
      double time = 0.0;
      if (unit.kind == ComponentKind::array || unit.kind == ComponentKind::dac) time = unit.time;
      if (unit.kind == ComponentKind::adc) {
        time = conversions * array.per_level / unit.per_level * unit.time;
      }
      if (time > longest) {
        longest = time;
        slowest = u;
      }
    }
    return longest;
  }

 private:
  const architecture::Architecture& architecture_;
  const workload::Workload& workload_;
  const std::vector<architecture::OperationBits>& bits_;
  SystemCost& result_;
  device::UseList& uses_;
  double dac_bits_ = 1.0;
  double sum_bits_ = 1.0;
};

void require_weight_stationary(const architecture::Architecture& architecture) {
  if (architecture.dataflow == architecture::Dataflow::weight_stationary) return;
  throw base::Error("performance.unsupported",
                    "arrays of memory cells keep weights, not sums: '" + architecture.id +
                        "' is output-stationary",
                    "choose dataflow 'weight-stationary'",
                    architecture.numbers.choice("dataflow").where);
}

}  // namespace

double OperationCost::dynamic_energy() const {
  return std::accumulate(energy.begin(), energy.end(), programming_energy);
}

double SystemCost::dynamic_energy() const {
  double sum = 0.0;
  for (const OperationCost& cost : operations) sum += cost.dynamic_energy();
  return sum;
}

SystemCost idle_system(const architecture::Architecture& architecture, device::UseList& uses) {
  require_weight_stationary(architecture);
  SystemCost result;
  result.placement.plan = architecture::array_plan(architecture, uses);
  result.units = read_units(architecture, uses);
  for (const Unit& unit : result.units) {
    result.area += unit.copies * unit.area;
    result.leakage += unit.copies * unit.leakage;
    result.peak_power += unit.copies * unit.peak_power();
  }
  const architecture::ArrayPlan& plan = result.placement.plan;
  const double columns = static_cast<double>(plan.outputs * plan.cells_per_weight);
  std::size_t slowest = 0;
  result.full_read = architecture.core().kind == LevelKind::digital_core
                         ? digital_step_time(result.units, plan, architecture.weight_bits, slowest)
                         : Scheduler::read_time(result, converted(architecture, columns), slowest);
  result.peak_rate = static_cast<double>(plan.available) * static_cast<double>(plan.rows) *
                     static_cast<double>(plan.outputs) /
                     (static_cast<double>(plan.input_cycles) * result.full_read);
  return result;
}

void schedule(const architecture::Architecture& architecture, const workload::Workload& workload,
              const std::vector<architecture::OperationBits>& bits,
              const std::vector<Demand>& demand, SystemCost& result, device::UseList& uses) {
  Scheduler(architecture, workload, bits, result, uses).run(demand);
  if (result.latency > 0.0) return;
  throw base::Error("performance.workload", "'" + workload.name + "' asks for no work",
                    "give a network with operations");
}

SystemCost system_cost(const architecture::Architecture& architecture,
                       const workload::Workload& workload,
                       const std::vector<architecture::OperationBits>& bits,
                       device::UseList& uses) {
  workload.check();
  SystemCost result = idle_system(architecture, uses);
  result.placement = architecture::place(architecture, workload, bits, uses);
  std::vector<Demand> demand =
      demands(architecture, result.placement, workload, bits, result.units);
  result.storage = store_inference(architecture, result.placement, workload, bits, demand, uses);
  schedule(architecture, workload, bits, demand, result, uses);
  return result;
}

}  // namespace neucasl::performance_plugin
