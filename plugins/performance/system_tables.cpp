#include <algorithm>
#include <limits>
#include <numeric>

#include "system_report.hpp"

namespace neucasl::performance_plugin {
namespace {

/// Bits that pass the buffers, in bytes.
double buffer_bytes(const OperationCost& cost) { return cost.demand.buffer_bits / 8.0; }

/// Bytes per second that pass all buffers: every bit passes each kind of them, the slowest bounds.
double buffer_bandwidth(const SystemCost& cost) {
  double least = std::numeric_limits<double>::infinity();
  for (const Unit& unit : cost.units) {
    if (unit.kind != architecture::ComponentKind::buffer) continue;
    least = std::min(least, unit.copies * unit.width / 8.0 / unit.time);
  }
  return least;
}

double ratio(double a, double b) { return b > 0.0 ? a / b : 0.0; }

/// What is written: cells of arrays, otherwise of the weight memory.
const Unit* written_unit(const SystemCost& cost) {
  const Unit* array = find_unit(cost.units, architecture::ComponentKind::array);
  return array != nullptr ? array
                          : find_unit(cost.units, architecture::ComponentKind::weight_memory);
}

results::Table by_component(const SystemCost& cost) {
  std::vector<std::string> names, kinds, phases;
  std::vector<double> copies, events, energy, leakage, area, power;
  const Unit* written = written_unit(cost);
  for (std::size_t u = 0; u < cost.units.size(); ++u) {
    const Unit& unit = cost.units[u];
    names.push_back(unit.name);
    kinds.emplace_back(to_string(unit.kind));
    phases.emplace_back(to_string(phase_of(unit.kind)));
    copies.push_back(unit.copies);
    double unit_events = 0.0;
    double unit_energy = 0.0;
    for (const OperationCost& operation : cost.operations) {
      unit_events += operation.events[u];
      unit_energy += operation.energy[u];
      if (&unit == written) unit_energy += operation.programming_energy;
    }
    events.push_back(unit_events);
    energy.push_back(unit_energy);
    leakage.push_back(unit.copies * unit.leakage * cost.interval);
    area.push_back(unit.copies * unit.area);
    power.push_back(unit.copies * unit.peak_power());
  }
  results::Table table{"by_component", "Energy, area and power by component", {}};
  table.add("component", names)
      .add("kind", kinds)
      .add("phase", phases)
      .add("copies", copies)
      .add("events", events)
      .add("energy", energy, base::dimension::energy)
      .add("leakage_energy", leakage, base::dimension::energy)
      .add("area", area, base::dimension::area)
      .add("peak_power", power, base::dimension::power);
  return table;
}

/// Area that belongs to one array: its share of groups and tiles.
double area_per_array(const SystemCost& cost) {
  double area = 0.0;
  for (const Unit& unit : cost.units) {
    if (unit.level != architecture::LevelKind::chip) area += unit.copies * unit.area;
  }
  return area / static_cast<double>(cost.placement.plan.available);
}

struct LayerColumns {
  std::vector<std::string> names, kinds, bounds;
  std::vector<double> arrays, copies, operations, energy, leakage, latency, area, cells, intensity,
      attainable, achieved;

  void add_rest(const std::string& name, double rest_arrays, double rest_area) {
    names.push_back(name);
    kinds.emplace_back("none");
    bounds.emplace_back("none");
    for (std::vector<double>* column : {&copies, &operations, &energy, &leakage, &latency, &cells,
                                        &intensity, &attainable, &achieved}) {
      column->push_back(0.0);
    }
    arrays.push_back(rest_arrays);
    area.push_back(rest_area);
  }
};

void add_layer(const SystemCost& cost, const workload::Operation& operation,
               const OperationCost& layer, LayerColumns& columns) {
  const auto* placed = cost.placement.find(layer.operation);
  const double arrays =
      placed == nullptr ? 0.0
                        : static_cast<double>(placed->arrays) * static_cast<double>(placed->copies);
  const double operations =
      operations_per_multiply_accumulate * operation.product.multiply_accumulates();
  const double peak = operations_per_multiply_accumulate * cost.peak_rate;
  columns.names.push_back(operation.name);
  columns.kinds.emplace_back(to_string(operation.kind));
  columns.bounds.push_back(cost.units[layer.bound].name);
  columns.arrays.push_back(arrays);
  columns.copies.push_back(placed == nullptr ? 0.0 : static_cast<double>(placed->copies));
  columns.operations.push_back(operations);
  columns.energy.push_back(layer.dynamic_energy());
  columns.leakage.push_back(cost.leakage_energy_of(layer));
  columns.latency.push_back(layer.time());
  columns.area.push_back(cost.placement.in_turn ? 0.0 : arrays * area_per_array(cost));
  columns.cells.push_back(placed == nullptr ? 0.0 : layer.column_share);
  const double intensity = ratio(operations, buffer_bytes(layer));
  columns.intensity.push_back(intensity);
  columns.attainable.push_back(std::min(peak, intensity * buffer_bandwidth(cost)));
  columns.achieved.push_back(operations / layer.time());
}

/// Rows of layers, then what belongs to none.
results::Table by_layer(const SystemCost& cost, const workload::Workload& workload) {
  LayerColumns c;
  for (const OperationCost& layer : cost.operations) {
    add_layer(cost, workload.operations[layer.operation], layer, c);
  }
  const double chip =
      cost.area - area_per_array(cost) * static_cast<double>(cost.placement.plan.available);
  const bool shared = cost.placement.in_turn;
  const double rest =
      shared ? static_cast<double>(cost.placement.plan.available)
             : static_cast<double>(cost.placement.plan.available - cost.placement.arrays_used);
  c.add_rest("(" + cost.parts + (shared ? " shared in turn)" : " not used)"), rest,
             rest * area_per_array(cost));
  c.add_rest("(chip)", 0.0, chip);
  results::Table table{"by_layer", "Energy, latency, area and roofline by layer", {}};
  table.add("layer", c.names)
      .add("kind", c.kinds)
      .add("bound", c.bounds)
      .add(cost.parts, c.arrays)
      .add("copies", c.copies)
      .add("operations", c.operations)
      .add("energy", c.energy, base::dimension::energy)
      .add("leakage_energy", c.leakage, base::dimension::energy)
      .add("latency", c.latency, base::dimension::time)
      .add("area", c.area, base::dimension::area)
      .add("cell_utilisation", c.cells)
      .add("operational_intensity", c.intensity)
      .add("attainable_ops", c.attainable)
      .add("achieved_ops", c.achieved);
  return table;
}

results::Table by_phase(const SystemCost& cost) {
  std::vector<double> energy(phase_count, 0.0);
  std::vector<double> time(phase_count, 0.0);
  const auto at = [](std::vector<double>& values, Phase phase) -> double& {
    return values[static_cast<std::size_t>(phase)];
  };
  for (const OperationCost& layer : cost.operations) {
    for (std::size_t u = 0; u < cost.units.size(); ++u) {
      at(energy, phase_of(cost.units[u].kind)) += layer.energy[u];
    }
    at(energy, Phase::programming) += layer.programming_energy;
    at(time, Phase::programming) += layer.programming_time;
    at(time, Phase::compute) += layer.fill;
    if (layer.bound_time > 0.0)
      at(time, phase_of(cost.units[layer.bound].kind)) += layer.bound_time;
  }
  for (const Unit& unit : cost.units) {
    at(energy, phase_of_leakage(unit)) += unit.copies * unit.leakage * cost.interval;
  }
  std::vector<std::string> names;
  for (std::size_t p = 0; p < phase_count; ++p) {
    names.emplace_back(to_string(static_cast<Phase>(p)));
  }
  results::Table table{"by_phase", "Energy by phase, and latency by the phase that bounds it", {}};
  table.add("phase", names)
      .add("energy", energy, base::dimension::energy)
      .add("latency", time, base::dimension::time);
  return table;
}

}  // namespace

void add_system_tables(const SystemCost& cost, const workload::Workload& workload,
                       plugin::Estimate& result) {
  result.tables.push_back(by_component(cost));
  result.tables.push_back(by_layer(cost, workload));
  result.tables.push_back(by_phase(cost));
}

}  // namespace neucasl::performance_plugin
