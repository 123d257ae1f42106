#include "neucasl/mapping/planned_chip.hpp"

#include <algorithm>

#include "analog_layer.hpp"

namespace neucasl::mapping {
namespace {

LayerView layer_of(const LayerPlan& plan, const LayerCalibration& calibration,
                   const Architecture& architecture, const CellLevels& levels) {
  LayerView layer;
  layer.name = plan.name;
  layer.offset = plan.encoding == architecture::Encoding::offset;
  layer.analog_subtraction = architecture.analog_subtraction;
  layer.weight_bits = plan.weight_bits;
  layer.activation_bits = plan.activation_bits;
  layer.bits_per_cell = architecture.bits_per_cell;
  layer.slices = plan.slices;
  layer.dac_bits = architecture.dac_bits;
  layer.adc_bits = architecture.adc_bits;
  layer.input_cycles = plan.input_cycles;
  layer.depth = plan.depth;
  layer.outputs = plan.outputs;
  layer.positions = plan.positions;
  layer.weight_scale = plan.weight.scale;
  layer.input_scale = calibration.input_scale;
  layer.read_voltage = levels.read_voltage;
  layer.pulse_time = architecture.pulse_time;
  layer.conductance_min = levels.conductance_min;
  layer.conductance_max = levels.conductance_max;
  for (const double scale : calibration.full_scale) {
    layer.full_scale.push_back(scale * layer.level_step() * layer.code_voltage());
  }
  for (std::size_t t = 0; t < plan.tiles.size(); ++t) {
    TileView tile;
    tile.name = plan.name + ".tile_" + std::to_string(t);
    tile.row_first = plan.tiles[t].row_first;
    tile.rows = plan.tiles[t].rows;
    tile.output_first = plan.tiles[t].output_first;
    tile.outputs = plan.tiles[t].outputs;
    tile.columns = tile.outputs * plan.columns_of_output();
    tile.array_rows = architecture.array_rows;
    tile.array_columns = architecture.array_columns;
    tile.row_segment_resistance = architecture.row_segment_resistance;
    tile.column_segment_resistance = architecture.column_segment_resistance;
    layer.tiles.push_back(std::move(tile));
  }
  return layer;
}

/// By level.
std::vector<double> level_conductances(const Architecture& architecture, const CellLevels& levels) {
  std::vector<double> result;
  result.reserve(std::size_t{1} << architecture.bits_per_cell);
  for (int level = 0; level < 1 << architecture.bits_per_cell; ++level) {
    result.push_back(levels.conductance(level, architecture.bits_per_cell));
  }
  return result;
}

}  // namespace

ChipView planned_chip(const std::vector<LayerPlan>& plans,
                      const std::vector<LayerCalibration>& calibration,
                      const Architecture& architecture, const CellLevels& levels) {
  ChipView chip;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    chip.layers.push_back(layer_of(plans[i], calibration.at(i), architecture, levels));
  }
  return chip;
}

TileSource planned_conductances(const std::vector<LayerPlan>& plans,
                                const Architecture& architecture, const CellLevels& levels) {
  struct Place {
    const LayerPlan* plan;
    const TilePlan* tile;
  };
  std::vector<Place> places;
  for (const LayerPlan& plan : plans) {
    for (const TilePlan& tile : plan.tiles) places.push_back({&plan, &tile});
  }
  const int bits = architecture.bits_per_cell;
  return [places = std::move(places), conductance = level_conductances(architecture, levels),
          bits](std::size_t tile) {
    const Place& place = places.at(tile);
    std::vector<double> result;
    for (const std::uint8_t level : place.plan->levels(*place.tile, bits)) {
      result.push_back(conductance[level]);
    }
    return result;
  };
}

std::unique_ptr<network::MatrixBackend> planned_analog_backend(
    const network::Network& network, const std::vector<LayerPlan>& plans,
    const std::vector<LayerCalibration>& calibration, const Architecture& architecture,
    const CellLevels& levels, const AnalogOptions& options) {
  check_options(options);
  const ChipView chip = planned_chip(plans, calibration, architecture, levels);
  const std::vector<double> conductance = level_conductances(architecture, levels);
  std::vector<ProductLayer> layers(network.layers.size());
  for_each_layer(
      network, chip, [&](network::LayerId id, const LayerView& view, std::size_t first_tile) {
        const auto plan = std::find_if(plans.begin(), plans.end(),
                                       [&](const LayerPlan& p) { return p.name == view.name; });
        const auto analog = std::make_shared<const AnalogLayer>(view, first_tile, options);
        const auto table =
            std::make_shared<const AnalogLayer::WeightTable>(analog->table(conductance));
        layers[id] = analog->layer();
        const auto empty = std::make_shared<const ProductLayer>(layers[id]);
        layers[id].fill = [analog, empty, table, weight = &plan->weight.value](std::size_t b,
                                                                               BlockMatrices& out) {
          analog->fill(*empty, b, *table, *weight, out);
        };
      });
  return block_products(network, std::move(layers));
}

}  // namespace neucasl::mapping
