#include "tile.hpp"

#include <algorithm>

#include "described_parts.hpp"
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
  array.columns = tile.outputs * plan.columns_of_output();
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

/// Registers that hold the rows' codes: words of a card, or one bank of a description.
void add_input_registers(const ChipParts& parts, ModuleBuilder& module,
                         const mapping::LayerPlan& plan, std::uint32_t rows, NetRef in,
                         NetRef code) {
  const auto positions = static_cast<double>(plan.positions);
  if (!costs_described(parts.architecture)) {
    module.array("input_registers", parts.periphery.input_register, rows, 1,
                 {{"in", in, 0, 0}, {"out", code, 1, 0}},
                 {{"operations", operations(positions * plan.activation_bits)}});
    return;
  }
  const double bits = positions * plan.input_cycles * rows * parts.architecture.dac_bits;
  using Kind = architecture::ComponentKind;
  module.instance(
      "input_registers", parts.periphery.input_register, {{"in", in}, {"out", code}},
      work(parts.architecture, bits / width_of(parts.architecture, Kind::input_register),
           parts_of_array(parts.architecture, Kind::input_register)));
}

/// Drivers of the rows. `code` is one net for all rows, or as many as rows.
void add_drivers(const ChipParts& parts, ModuleBuilder& module, const mapping::LayerPlan& plan,
                 std::uint32_t rows, NetRef in, NetRef row_wire, std::size_t row_stride) {
  const auto positions = static_cast<double>(plan.positions);
  NetRef code = in;
  const bool words = !costs_described(parts.architecture);
  if (parts.periphery.input_register.valid()) {
    code = module.net("code", Discipline::digital, words ? rows : 1);
    add_input_registers(parts, module, plan, rows, in, code);
  }
  ModuleBuilder::Parameters parameters =
      work(parts.architecture, positions * plan.input_cycles, 1.0);
  if (words) {
    const double longest_pulse =
        parts.architecture.pulse_time *
        ((1 << std::min(parts.architecture.dac_bits, plan.activation_bits)) - 1);
    parameters.emplace_back("operation_time", Quantity{longest_pulse, base::dimension::time});
  }
  module.array(
      "row_drivers", parts.periphery.row_driver, rows, 1,
      {{"in", code, words ? 1 : 0, 0}, {"out", row_wire, static_cast<std::int64_t>(row_stride), 0}},
      parameters);
}

/// One group: `converters` converters that each read `lines` lines in turn.
struct ReadGroup {
  std::string suffix;
  std::uint32_t converters = 0;
  std::uint32_t lines = 0;
  std::uint32_t first_line = 0;
};

/// The lines held for the converters; where nothing holds them, a converter's one column.
ModuleBuilder::Pin add_holds(const ChipParts& parts, ModuleBuilder& module, double reads,
                             const ReadGroup& group, NetRef first_column) {
  const std::int64_t columns_of_line = parts.architecture.analog_subtraction ? 2 : 1;
  first_column.bit += static_cast<std::uint32_t>(columns_of_line) * group.first_line;
  const std::int64_t stride = columns_of_line * group.lines;
  if (!parts.periphery.sample_and_hold.valid()) return {"in", first_column, stride, 0};
  const NetRef held = module.net("held" + group.suffix, Discipline::electrical, group.converters);
  std::vector<ModuleBuilder::Pin> pins{{"positive", first_column, stride, columns_of_line}};
  if (parts.architecture.analog_subtraction) {
    NetRef negative = first_column;
    ++negative.bit;
    pins.push_back({"negative", negative, stride, columns_of_line});
  }
  pins.push_back({"out", held, 1, 0});
  // A card counts lines, a description columns that are held.
  const double columns =
      costs_described(parts.architecture) ? static_cast<double>(columns_of_line) : 1.0;
  module.array("sample_and_holds" + group.suffix, parts.periphery.sample_and_hold, group.converters,
               group.lines, pins, work(parts.architecture, reads * columns, columns));
  return {"in", held, 1, 0};
}

void add_read_group(const ChipParts& parts, ModuleBuilder& module, const mapping::LayerPlan& plan,
                    const ReadGroup& group, NetRef first_column, NetRef out) {
  const double reads = static_cast<double>(plan.positions) * plan.input_cycles;
  const std::uint32_t n = group.converters;
  const ModuleBuilder::Pin held = add_holds(parts, module, reads, group, first_column);
  const bool described = costs_described(parts.architecture);
  NetRef raw = out;
  const bool adds = parts.periphery.shift_add.valid();
  if (adds) raw = module.net("raw" + group.suffix, Discipline::digital, n);
  ModuleBuilder::Parameters each_line = work(parts.architecture, reads * group.lines, 1.0);
  ModuleBuilder::Parameters converting = each_line;
  converting.emplace_back("bits", std::int64_t{parts.architecture.adc_bits});
  module.array("adcs" + group.suffix, parts.periphery.adc, n, 1,
               {held, {"out", raw, adds ? 1 : 0, 0}}, converting);
  if (!adds) return;
  if (described) {
    // Fewer adders than converters: each is shared.
    using Kind = architecture::ComponentKind;
    const double share = parts_of_array(parts.architecture, Kind::shift_and_add) /
                         parts_of_array(parts.architecture, Kind::adc);
    module.array("shift_adds" + group.suffix, parts.periphery.shift_add, n, 1,
                 {{"in", raw, 1, 0}, {"out", out, 0, 0}},
                 work(parts.architecture, reads * group.lines, share));
    return;
  }
  const NetRef sum = module.net("sum" + group.suffix, Discipline::digital, n);
  module.array("shift_adds" + group.suffix, parts.periphery.shift_add, n, 1,
               {{"in", raw, 1, 0}, {"out", sum, 1, 0}}, each_line);
  module.array("output_registers" + group.suffix, parts.periphery.output_register, n, 1,
               {{"in", sum, 1, 0}, {"out", out, 0, 0}}, each_line);
}

/// What follows the converters: subtraction where each column is converted, and in a described chip
/// the registers of the group.
NetRef add_outputs(const ChipParts& parts, ModuleBuilder& module, const mapping::LayerPlan& plan,
                   const mapping::TilePlan& tile, NetRef in, NetRef out) {
  using Kind = architecture::ComponentKind;
  const bool registers =
      costs_described(parts.architecture) && parts.periphery.output_register.valid();
  NetRef next = out;
  if (registers) {
    next = module.net("collected", Discipline::digital);
    const double words =
        static_cast<double>(plan.positions) * plan.input_cycles * static_cast<double>(tile.outputs);
    const double bits = words * parts.architecture.description->partial_sum_bits;
    module.instance(
        "output_registers", parts.periphery.output_register, {{"in", next}, {"out", out}},
        work(parts.architecture, bits / width_of(parts.architecture, Kind::output_register),
             parts_of_array(parts.architecture, Kind::output_register)));
  }
  if (!parts.periphery.subtraction.valid()) return next;
  const NetRef sums = module.net("sums", Discipline::digital);
  const double lowest = mapping::lowest_level(parts.levels, parts.architecture.bits_per_cell);
  module.instance(
      "subtraction", parts.periphery.subtraction, {{"inputs", in}, {"in", sums}, {"out", next}},
      {{"offset", std::int64_t{plan.offset()}}, {"lowest_level", Quantity{lowest, {}}}});
  return sums;
}

}  // namespace

ModuleId add_tile(const ChipParts& parts, const mapping::LayerPlan& plan, std::size_t index,
                  const mapping::LayerCalibration& calibration) {
  const mapping::TilePlan& tile = plan.tiles[index];
  const std::string suffix = plan.name + '_' + std::to_string(index);
  const ModuleId array = add_tile_array(parts, plan, tile, "array_" + suffix);
  const auto rows = static_cast<std::uint32_t>(tile.rows);
  const std::size_t columns = tile.outputs * plan.columns_of_output();
  const auto lines = static_cast<std::uint32_t>(
      tile.outputs * static_cast<std::size_t>(plan.slices) * parts.architecture.lines_of_slice());

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
  const mapping::ArrayWiring wiring{tile.rows, columns,
                                    parts.architecture.row_segment_resistance > 0.0,
                                    parts.architecture.column_segment_resistance > 0.0};
  const NetRef row_wire = module.net("row_wire", Discipline::electrical,
                                     static_cast<std::uint32_t>(wiring.row_width()));
  const NetRef column_wire = module.net("column_wire", Discipline::electrical,
                                        static_cast<std::uint32_t>(wiring.column_width()));
  add_drivers(parts, module, plan, rows, in, row_wire, wiring.row_stride());
  module.instance("array", array, {{"row_wire", row_wire}, {"column_wire", column_wire}});

  NetRef sensed = column_wire;
  sensed.bit += static_cast<std::uint32_t>(wiring.sensed_bit(0));
  const NetRef converted = add_outputs(parts, module, plan, tile, in, out);
  const auto share = static_cast<std::uint32_t>(parts.architecture.lines_per_adc);
  const std::uint32_t full = lines / share;
  if (full > 0) add_read_group(parts, module, plan, {"", full, share, 0}, sensed, converted);
  if (const std::uint32_t rest = lines % share; rest > 0) {
    add_read_group(parts, module, plan, {"_rest", 1, rest, full * share}, sensed, converted);
  }
  return module.id();
}

}  // namespace neucasl::memristor_plugin
