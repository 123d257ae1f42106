#include "report_parts.hpp"

#include <algorithm>
#include <set>

namespace neucasl::performance_plugin {
namespace {

namespace dim = base::dimension;

results::Figure figure(const std::string& key, const std::string& label, double value,
                       const base::Dimension& dimension, const std::string& method) {
  results::Figure result;
  result.key = key;
  result.label = label;
  result.value = value;
  result.dimension = dimension;
  result.method = method;
  result.plugin = "performance";
  return result;
}

std::set<std::string> components_of(const CostTable& costs) {
  std::set<std::string> names;
  for (const auto& [part, components] : costs) {
    for (const auto& [component, cost] : components) names.insert(component);
  }
  return names;
}

/// The chip's parts in the order of the data: layers, then what they share.
std::vector<std::string> parts_of(const mapping::ChipView& chip) {
  std::vector<std::string> parts;
  for (const mapping::LayerView& layer : chip.layers) parts.push_back(layer.name);
  parts.emplace_back("chip");
  return parts;
}

Cost cost_of(const CostTable& costs, const std::string& part, const std::string& component) {
  const auto row = costs.find(part);
  if (row == costs.end()) return {};
  const auto cell = row->second.find(component);
  return cell == row->second.end() ? Cost{} : cell->second;
}

/// Bars are components, series are layers; `pick` takes the value from a cost.
template <class Pick>
results::BarChart breakdown(const mapping::ChipView& chip, const CostTable& costs,
                            const std::string& caption, const results::Axis& axis, double unit,
                            Pick pick) {
  results::BarChart chart;
  chart.caption = caption;
  chart.axis = axis;
  chart.series = parts_of(chip);
  for (const std::string& component : components_of(costs)) {
    std::string label = component;
    std::replace(label.begin(), label.end(), '_', ' ');
    chart.bars.push_back(label);
    std::vector<double> values;
    for (const std::string& part : chart.series) {
      values.push_back(pick(cost_of(costs, part, component)) / unit);
    }
    chart.values.push_back(std::move(values));
  }
  return chart;
}

}  // namespace

void add_figures(const mapping::ChipView& chip, const Totals& totals, plugin::Estimate& result) {
  const std::vector<std::string> sources = result.uses.lines();
  auto& figures = result.figures;
  figures.push_back(figure("energy_per_inference_J", "Energy of one inference", totals.energy(),
                           dim::energy,
                           "Operations of each component times its energy, cells from their "
                           "conductances and the inputs' mean codes, leakage over the latency"));
  figures.back().sources = sources;
  figures.push_back(figure("latency_s", "Latency of one inference", totals.latency, dim::time,
                           "Layers one after the other; within a layer, reading overlaps with "
                           "converting"));
  figures.back().sources = sources;
  figures.push_back(figure("area_m2", "Area of the chip", totals.cost.area, dim::area,
                           "Sum over all components and built cells, without routing; cells are "
                           "scaled to the periphery's feature size"));
  figures.back().sources = sources;
  figures.push_back(figure("energy_dynamic_J", "Energy of one inference without leakage",
                           totals.cost.energy, dim::energy,
                           "As the energy of one inference, without leakage"));
  figures.push_back(figure("throughput_per_s", "Inferences per second, pipelined",
                           1.0 / totals.longest_layer, dim::none,
                           "One over the slowest layer, each layer on another image"));
  figures.push_back(figure("tops_per_watt", "10^12 operations per joule (TOPS/W)",
                           1e-12 * totals.operations / totals.energy(), dim::none,
                           "Two operations for a multiply-accumulate of the network, over the "
                           "energy with leakage"));
  figures.push_back(figure("arrays", "Arrays", static_cast<double>(chip.arrays()), {},
                           "Counted in the chip's netlist"));
  figures.push_back(figure("array_utilisation", "Share of built cells in use", chip.utilisation(),
                           {}, "Cells of the netlist over cells built"));
  figures.back().as_percent = true;
  figures.push_back(
      figure("assumed_share", "Assumed numbers, share by count", result.uses.assumed_share(), {},
             "Numbers of kind 'assumed' among the device and periphery numbers that the "
             "performance estimate used: a count, not weighted by their effect; "
             "the architecture's choices come on top"));
  figures.back().as_percent = true;
}

void add_tables(const mapping::ChipView& chip, const CostTable& costs,
                const std::vector<double>& layer_time, const Totals& totals,
                plugin::Estimate& result) {
  std::vector<std::string> names;
  std::vector<double> copies, operations, energy, leakage, area;
  for (const std::string& component : components_of(costs)) {
    Cost sum;
    for (const std::string& part : parts_of(chip)) sum += cost_of(costs, part, component);
    names.push_back(component);
    copies.push_back(sum.copies);
    operations.push_back(sum.operations);
    energy.push_back(sum.energy);
    leakage.push_back(sum.leakage * totals.latency);
    area.push_back(sum.area);
  }
  results::Table by_component{"cost_by_component", "Energy and area by component", {}};
  by_component.add("component", names)
      .add("copies", copies)
      .add("operations_per_inference", operations)
      .add("energy", energy, dim::energy)
      .add("leakage_energy", leakage, dim::energy)
      .add("area", area, dim::area);
  result.tables.push_back(std::move(by_component));

  std::vector<std::string> layers;
  std::vector<std::int64_t> arrays, positions;
  std::vector<double> layer_energy, layer_leakage, latency, layer_area;
  std::size_t index = 0;
  for (const std::string& part : parts_of(chip)) {
    Cost sum;
    for (const std::string& component : names) sum += cost_of(costs, part, component);
    const bool is_layer = index < chip.layers.size();
    layers.push_back(part);
    arrays.push_back(is_layer ? static_cast<std::int64_t>(chip.layers[index].tiles.size()) : 0);
    positions.push_back(is_layer ? static_cast<std::int64_t>(chip.layers[index].positions) : 0);
    layer_energy.push_back(sum.energy);
    layer_leakage.push_back(sum.leakage * totals.latency);
    latency.push_back(is_layer ? layer_time[index] : totals.buffer_time);
    layer_area.push_back(sum.area);
    ++index;
  }
  results::Table by_layer{"cost_by_layer", "Arrays, energy, latency and area by layer", {}};
  by_layer.add("layer", layers)
      .add("arrays", arrays)
      .add("positions", positions)
      .add("energy", layer_energy, dim::energy)
      .add("leakage_energy", layer_leakage, dim::energy)
      .add("latency", latency, dim::time)
      .add("area", layer_area, dim::area);
  result.tables.push_back(std::move(by_layer));
}

void add_section(const mapping::ChipView& chip, const CostTable& costs, const Totals& totals,
                 plugin::Estimate& result) {
  results::ReportSection& section = result.section;
  section.title = "Performance";
  section.items.emplace_back(results::Paragraph{
      "One inference costs " + base::to_engineering({totals.energy(), dim::energy}) +
      ", of which " + base::to_engineering({totals.leakage_energy(), dim::energy}) +
      " is leakage, and takes " + base::to_engineering({totals.latency, dim::time}) +
      ". One multiply-accumulate counts as two operations."});
  section.items.emplace_back(
      breakdown(chip, costs, "Energy of one inference by component and layer, without leakage.",
                {"Energy", "nJ", false}, 1e-9, [](const Cost& cost) { return cost.energy; }));
  section.items.emplace_back(breakdown(chip, costs, "Area by component and layer.",
                                       {"Area", "mm^2", false}, 1e-6,
                                       [](const Cost& cost) { return cost.area; }));
  for (const results::Table& table : result.tables) {
    section.items.emplace_back(results::ShownTable{table});
  }
}

}  // namespace neucasl::performance_plugin
