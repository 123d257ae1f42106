#include "tile.hpp"

#include <algorithm>

#include "neucasl/mapping/array_module.hpp"

namespace neucasl::memristor_plugin {
namespace {

using base::Quantity;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::ModuleId;
using ir::NetRef;

Quantity operations(double count) { return {count, {}}; }

ModuleId add_tile_array(const ChipParts& parts, const mapping::LayerPlan& plan,
                        const mapping::TilePlan& tile, const std::string& name) {
  mapping::ArrayDescription array;
  array.name = name;
  array.rows = tile.rows;
  array.columns = tile.outputs * static_cast<std::size_t>(plan.slices) * 2;
  array.array_rows = parts.architecture.array_rows;
  array.array_columns = parts.architecture.array_columns;
  array.row_segment_resistance = parts.architecture.row_segment_resistance;
  array.column_segment_resistance = parts.architecture.column_segment_resistance;
  const int bits = parts.architecture.bits_per_cell;
  for (const std::uint8_t level : plan.levels(tile, bits)) {
    array.conductance.push_back(parts.levels.conductance(level, bits));
  }
  return mapping::add_array(parts.design, parts.periphery.memory_device, array);
}

/// Drivers of the rows, with the registers that hold their codes.
void add_drivers(const ChipParts& parts, ModuleBuilder& module, const mapping::LayerPlan& plan,
                 std::uint32_t rows, NetRef in, NetRef row_wire, std::size_t row_stride) {
  const auto positions = static_cast<double>(plan.positions);
  const double longest_pulse =
      parts.architecture.pulse_time *
      ((1 << std::min(parts.architecture.dac_bits, plan.activation_bits)) - 1);
  const NetRef code = module.net("code", Discipline::digital, rows);
  module.array("input_registers", parts.periphery.input_register, rows, 1,
               {{"in", in, 0, 0}, {"out", code, 1, 0}},
               {{"operations", operations(positions * plan.activation_bits)}});
  module.array("row_drivers", parts.periphery.row_driver, rows, 1,
               {{"in", code, 1, 0}, {"out", row_wire, static_cast<std::int64_t>(row_stride), 0}},
               {{"operations", operations(positions * plan.input_cycles)},
                {"operation_time", Quantity{longest_pulse, base::dimension::time}}});
}

/// One group: `converters` converters that each read `pairs` column pairs in turn.
struct ReadGroup {
  std::string suffix;
  std::uint32_t converters = 0;
  std::uint32_t pairs = 0;
  std::uint32_t first_pair = 0;
};

void add_read_group(const ChipParts& parts, ModuleBuilder& module, const mapping::LayerPlan& plan,
                    const ReadGroup& group, NetRef column_wire, std::size_t sense_first,
                    NetRef out) {
  const double reads = static_cast<double>(plan.positions) * plan.input_cycles;
  const std::uint32_t n = group.converters;
  const NetRef held = module.net("held" + group.suffix, Discipline::electrical, n);
  const NetRef raw = module.net("raw" + group.suffix, Discipline::digital, n);
  const NetRef sum = module.net("sum" + group.suffix, Discipline::digital, n);
  NetRef positive = column_wire;
  positive.bit = static_cast<std::uint32_t>(sense_first + std::size_t{2} * group.first_pair);
  NetRef negative = positive;
  ++negative.bit;
  const std::int64_t group_stride = std::int64_t{2} * group.pairs;
  module.array("sample_and_holds" + group.suffix, parts.periphery.sample_and_hold, n, group.pairs,
               {{"positive", positive, group_stride, 2},
                {"negative", negative, group_stride, 2},
                {"out", held, 1, 0}},
               {{"operations", operations(reads)}});
  const ModuleBuilder::Parameters each_pair{{"operations", operations(reads * group.pairs)}};
  module.array("adcs" + group.suffix, parts.periphery.adc, n, 1,
               {{"in", held, 1, 0}, {"out", raw, 1, 0}},
               {each_pair[0], {"bits", std::int64_t{parts.architecture.adc_bits}}});
  module.array("shift_adds" + group.suffix, parts.periphery.shift_add, n, 1,
               {{"in", raw, 1, 0}, {"out", sum, 1, 0}}, each_pair);
  module.array("output_registers" + group.suffix, parts.periphery.output_register, n, 1,
               {{"in", sum, 1, 0}, {"out", out, 0, 0}}, each_pair);
}

}  // namespace

ModuleId add_tile(const ChipParts& parts, const mapping::LayerPlan& plan, std::size_t index,
                  const mapping::LayerCalibration& calibration) {
  const mapping::TilePlan& tile = plan.tiles[index];
  const std::string suffix = plan.name + '_' + std::to_string(index);
  const ModuleId array = add_tile_array(parts, plan, tile, "array_" + suffix);
  const auto rows = static_cast<std::uint32_t>(tile.rows);
  const auto pairs =
      static_cast<std::uint32_t>(tile.outputs * static_cast<std::size_t>(plan.slices));

  ModuleBuilder module(parts.design, "tile_" + suffix, false, parts.architecture.where);
  module.attribute("role", "tile");
  const auto whole = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  module.parameter("row_first", whole(tile.row_first));
  module.parameter("rows", whole(tile.rows));
  module.parameter("output_first", whole(tile.output_first));
  module.parameter("outputs", whole(tile.outputs));
  const auto first = calibration.row_activity.begin() + static_cast<std::ptrdiff_t>(tile.row_first);
  module.table("row_activity", rows, 1, {}, {first, first + static_cast<std::ptrdiff_t>(rows)});

  const NetRef in = module.port("in", Discipline::digital, Direction::input);
  const NetRef out = module.port("out", Discipline::digital, Direction::output);
  const mapping::ArrayWiring wiring{tile.rows, std::size_t{2} * pairs,
                                    parts.architecture.row_segment_resistance > 0.0,
                                    parts.architecture.column_segment_resistance > 0.0};
  const NetRef row_wire = module.net("row_wire", Discipline::electrical,
                                     static_cast<std::uint32_t>(wiring.row_width()));
  const NetRef column_wire = module.net("column_wire", Discipline::electrical,
                                        static_cast<std::uint32_t>(wiring.column_width()));
  add_drivers(parts, module, plan, rows, in, row_wire, wiring.row_stride());
  module.instance("array", array, {{"row_wire", row_wire}, {"column_wire", column_wire}});

  const auto share = static_cast<std::uint32_t>(parts.architecture.pairs_per_adc);
  const std::uint32_t full = pairs / share;
  if (full > 0) {
    add_read_group(parts, module, plan, {"", full, share, 0}, column_wire, wiring.sensed_bit(0),
                   out);
  }
  if (const std::uint32_t rest = pairs % share; rest > 0) {
    add_read_group(parts, module, plan, {"_rest", 1, rest, full * share}, column_wire,
                   wiring.sensed_bit(0), out);
  }
  return module.id();
}

}  // namespace neucasl::memristor_plugin
