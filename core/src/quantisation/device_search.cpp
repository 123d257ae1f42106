#include "neucasl/quantisation/device_search.hpp"

#include <algorithm>

#include "neucasl/mapping/architecture.hpp"
#include "neucasl/precision/graph_quantisation.hpp"

namespace neucasl::quantisation {
namespace {

std::vector<double> metrics_of(const Task& task, const FoundBits& found,
                               const plugin::WeightStorage& chips) {
  std::vector<double> result;
  for (const workload::ScoreSums& sums :
       judged_draws(task, task.model.test, map_of(task, found), chips)) {
    result.push_back(metric_of(task.model, sums));
  }
  return result;
}

}  // namespace

std::unique_ptr<plugin::AnalogStorage> device_storage(
    const architecture::Architecture& architecture, const DeviceChoice& choice,
    const plugin::Context& context, const plugin::ArraySolver* solver) {
  device::UseList uses;
  const mapping::Architecture arrays = mapping::read_architecture(architecture, uses, choice.card);
  if (arrays.encoding != architecture::Encoding::differential) {
    throw base::Error("quantisation.device",
                      "architecture '" + architecture.id + "' keeps weights with an offset",
                      "choose one with pairs of cells, such as hfox_differential",
                      architecture.where);
  }
  plugin::AnalogCells cells = plugin::read_analog_cells(
      context.devices->load(arrays.device, architecture.where), arrays.bits_per_cell, uses);
  cells.device.stuck_on = cells.device.stuck_off = 0.0;
  plugin::AnalogStorage::Options options;
  options.first.chip = {context.seed, 0, choice.time};
  options.first.drift_compensation = choice.drift_compensation;
  options.draws = choice.draws;
  if (choice.wires) {
    options.wires =
        plugin::ArrayWires{.solver = solver,
                           .rows = arrays.array_rows,
                           .columns = arrays.array_columns,
                           .row_segment_resistance = arrays.row_segment_resistance,
                           .column_segment_resistance = arrays.column_segment_resistance,
                           .threads = context.threads,
                           .cancel = context.cancel};
  }
  return std::make_unique<plugin::AnalogStorage>(std::move(cells), options);
}

std::vector<double> effective_bits(const Task& task, const plugin::WeightStorage& storage) {
  workload::StagedOptions options;
  options.threads = task.context.threads;
  options.cancel = task.context.cancel;
  workload::StagedNetwork network(*task.model.network, options);
  std::vector<double> result;
  const auto& layers = task.model.network->matrix_layers();
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const std::vector<float> weight = network.weight(layer);
    const workload::PlacedLayer placed = network.place(layer);
    result.push_back(plugin::effective_bits(
        {layers[layer].name, weight, precision::weight_layout(placed.graph, placed.node)},
        task.menu.back(), storage));
  }
  return result;
}

std::vector<int> capped_menu(const std::vector<int>& menu, const std::vector<double>& effective) {
  const double most = *std::max_element(effective.begin(), effective.end());
  const auto enough =
      std::find_if(menu.begin(), menu.end(), [&](int bits) { return bits >= most; });
  return {menu.begin(), enough == menu.end() ? enough : enough + 1};
}

Rescoring rescored(const Task& task, const NamedMethod& method, const std::string& variant,
                   const plugin::WeightStorage& judged) {
  Task rounded = task;
  rounded.storage = nullptr;
  Rescoring result;
  result.before = find_bits(rounded, method, variant);
  result.after = find_bits(task, method, variant);
  result.metric_before = metrics_of(task, result.before, judged);
  result.metric_after =
      result.changed() ? metrics_of(task, result.after, judged) : result.metric_before;
  return result;
}

}  // namespace neucasl::quantisation
