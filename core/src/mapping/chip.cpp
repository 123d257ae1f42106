#include "neucasl/mapping/chip.hpp"

#include <cmath>

namespace neucasl::mapping {
namespace {

class Reader {
 public:
  Reader(const ir::Design& design, const ir::Module& module) : design_(design), module_(module) {}

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw base::Error("mapping.chip", "module '" + module_.name + "' " + what, remedy,
                      design_.location(module_.where));
  }

  [[nodiscard]] double quantity(std::string_view name, const base::Dimension& dimension) const {
    const ir::Parameter* parameter = module_.find_parameter(name);
    const auto* value = parameter ? std::get_if<base::Quantity>(&parameter->value) : nullptr;
    if (!value || value->dimension != dimension || !(value->value >= 0.0)) {
      fail("has no parameter '" + std::string(name) + "' >= 0 in '" + base::unit_symbol(dimension) +
               "'",
           "write it as a front end for arrays does");
    }
    return value->value;
  }

  [[nodiscard]] std::size_t count(std::string_view name, std::int64_t least = 1) const {
    const ir::Parameter* parameter = module_.find_parameter(name);
    const auto* value = parameter ? std::get_if<std::int64_t>(&parameter->value) : nullptr;
    if (!value || *value < least || *value > (std::int64_t{1} << 40)) {
      fail("has no whole number '" + std::string(name) + "' >= " + std::to_string(least),
           "write it as a front end for arrays does");
    }
    return static_cast<std::size_t>(*value);
  }

  [[nodiscard]] int bits(std::string_view name) const {
    const std::size_t value = count(name);
    if (value > 16) fail("has '" + std::string(name) + "' above 16", "give a bit count");
    return static_cast<int>(value);
  }

 private:
  const ir::Design& design_;
  const ir::Module& module_;
};

TileView read_tile(const ir::Design& design, const ir::Module& module, const std::string& path,
                   const LayerView& layer) {
  const Reader tile_reader(design, module);
  TileView tile;
  tile.name = path;
  tile.row_first = tile_reader.count("row_first", 0);
  tile.rows = tile_reader.count("rows");
  tile.output_first = tile_reader.count("output_first", 0);
  tile.outputs = tile_reader.count("outputs");
  tile.columns = tile.outputs * layer.columns_of_output();
  if (tile.row_first + tile.rows > layer.depth ||
      tile.output_first + tile.outputs > layer.outputs) {
    tile_reader.fail("lies outside its layer", "keep its rows and outputs within the layer");
  }
  const ir::TableId activity = module.find_table("row_activity");
  if (!activity.valid() || module.tables[activity.index].values.size() != tile.rows) {
    tile_reader.fail("has no table 'row_activity' of its rows", "give one value a row");
  }
  tile.row_activity = module.tables[activity.index].values;
  for (const ir::Instance& instance : module.instances) {
    if (design.module(instance.master).attribute("role") == "array") tile.array = instance.master;
  }
  if (!tile.array.valid()) tile_reader.fail("has no array", "instantiate one");

  const ir::Module& array = design.module(tile.array);
  const Reader array_reader(design, array);
  tile.array_rows = array_reader.count("array_rows");
  tile.array_columns = array_reader.count("array_columns");
  tile.row_segment_resistance =
      array_reader.quantity("row_segment_resistance", base::dimension::resistance);
  tile.column_segment_resistance =
      array_reader.quantity("column_segment_resistance", base::dimension::resistance);
  for (const ir::InstanceArray& cells : array.arrays) {
    for (const ir::Parameter& parameter : cells.parameters) {
      const auto* table = std::get_if<ir::TableId>(&parameter.value);
      if (parameter.name == "conductance" && table) tile.conductance = *table;
    }
  }
  if (!tile.conductance.valid()) {
    array_reader.fail("has no cells with a conductance table", "write the cells as one array");
  }
  const ir::ValueTable& table = array.tables[tile.conductance.index];
  if (table.rows != tile.rows || table.columns != tile.columns) {
    array_reader.fail(
        "has a conductance table of " + std::to_string(table.rows) + " x " +
            std::to_string(table.columns),
        "its tile needs " + std::to_string(tile.rows) + " x " + std::to_string(tile.columns));
  }
  return tile;
}

/// Whether an attribute has the first of two words; `absent` when it is not there.
bool has_first(const Reader& reader, const ir::Module& module, const std::string& name,
               const std::string& first, const std::string& second, bool absent) {
  const std::string_view value = module.attribute(name);
  if (value.empty()) return absent;
  if (value != first && value != second) {
    reader.fail("has the " + name + " '" + std::string(value) + "'",
                "write '" + first + "' or '" + second + "'");
  }
  return value == first;
}

LayerView read_layer(const ir::Design& design, ir::ModuleId id, const std::string& path) {
  const ir::Module& module = design.module(id);
  const Reader reader(design, module);
  LayerView layer;
  layer.module = id;
  layer.name = module.attribute("layer");
  if (layer.name.empty()) reader.fail("has no attribute 'layer'", "name the network's layer");
  layer.offset = has_first(reader, module, "encoding", "offset", "differential", false);
  layer.analog_subtraction =
      has_first(reader, module, "subtraction", "analog", "digital", !layer.offset);
  if (layer.offset && layer.analog_subtraction) {
    reader.fail("subtracts columns and has no pairs of them", "write subtraction 'digital'");
  }
  layer.weight_bits = reader.bits("weight_bits");
  layer.activation_bits = reader.bits("activation_bits");
  layer.bits_per_cell = reader.bits("bits_per_cell");
  layer.slices = reader.bits("slices");
  layer.dac_bits = reader.bits("dac_bits");
  layer.adc_bits = reader.bits("adc_bits");
  layer.input_cycles = reader.bits("input_cycles");
  layer.depth = reader.count("depth");
  layer.outputs = reader.count("outputs");
  layer.positions = reader.count("positions");
  layer.weight_scale = reader.quantity("weight_scale", base::dimension::none);
  layer.input_scale = reader.quantity("input_scale", base::dimension::none);
  layer.read_voltage = reader.quantity("read_voltage", base::dimension::voltage);
  layer.pulse_time = reader.quantity("pulse_time", base::dimension::time);
  layer.conductance_min = reader.quantity("conductance_min", base::dimension::conductance);
  layer.conductance_max = reader.quantity("conductance_max", base::dimension::conductance);
  for (int k = 0; k < layer.slices; ++k) {
    layer.full_scale.push_back(
        reader.quantity("full_scale_" + std::to_string(k), base::dimension::current));
  }
  for (const ir::Instance& instance : module.instances) {
    const ir::Module& part = design.module(instance.master);
    if (part.attribute("role") != "tile") continue;
    layer.tiles.push_back(read_tile(design, part, path + '.' + instance.name, layer));
  }
  if (layer.tiles.empty()) reader.fail("has no tile", "instantiate at least one");
  return layer;
}

}  // namespace

std::size_t ChipView::arrays() const {
  std::size_t sum = 0;
  for (const LayerView& layer : layers) sum += layer.tiles.size();
  return sum;
}

double ChipView::utilisation() const {
  double used = 0.0;
  double built = 0.0;
  for (const LayerView& layer : layers) {
    for (const TileView& tile : layer.tiles) {
      used += static_cast<double>(tile.rows * tile.columns);
      built += static_cast<double>(tile.array_rows * tile.array_columns);
    }
  }
  return built > 0.0 ? used / built : 0.0;
}

ChipView read_chip(const ir::Design& design) {
  if (!design.top.valid() || design.module(design.top).attribute("role") != "chip") {
    throw base::Error("mapping.chip", "the top of design '" + design.name + "' is not a chip",
                      "give a design made by a front end for arrays");
  }
  if (design.module(design.top).attribute("cores") == "photonic") {
    throw base::Error(
        "mapping.chip", "design '" + design.name + "' is a photonic chip",
        "arrays are read here; estimate its architecture, or simulate one of its cores",
        design.location(design.module(design.top).where));
  }
  ChipView chip;
  for (const ir::Instance& instance : design.module(design.top).instances) {
    if (design.module(instance.master).attribute("role") != "layer") continue;
    chip.layers.push_back(read_layer(design, instance.master, instance.name));
  }
  if (chip.layers.empty()) {
    throw base::Error("mapping.chip", "the chip has no layer", "instantiate at least one");
  }
  return chip;
}

const std::vector<double>& conductances(const ir::Design& design, const TileView& tile) {
  return design.module(tile.array).tables[tile.conductance.index].values;
}

}  // namespace neucasl::mapping
