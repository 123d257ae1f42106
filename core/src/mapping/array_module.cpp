#include "neucasl/mapping/array_module.hpp"

#include "neucasl/ir/builder.hpp"

namespace neucasl::mapping {
namespace {

using base::Quantity;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::ModuleId;

namespace dim = base::dimension;

ModuleId add_two_terminal(ir::Design& design, const std::string& name, const std::string& element,
                          const std::string& parameter, const Quantity& value) {
  if (const ModuleId known = design.find_module(name); known.valid()) return known;
  ModuleBuilder primitive(design, name, true);
  primitive.attribute("element", element);
  primitive.parameter(parameter, value);
  primitive.port("p", Discipline::electrical, Direction::inout);
  primitive.port("n", Discipline::electrical, Direction::inout);
  return primitive.id();
}

/// The cell of a device, with the segments that the wiring has.
ModuleId add_cell(ir::Design& design, ModuleId device, const ArrayWiring& wiring) {
  const std::string name = design.module(device).name + "_cell" +
                           (wiring.row_segments ? "_r" : "") + (wiring.column_segments ? "_c" : "");
  if (const ModuleId known = design.find_module(name); known.valid()) return known;
  const ModuleId segment =
      add_two_terminal(design, "wire_segment", "resistor", "resistance", {1.0, dim::resistance});
  ModuleBuilder cell(design, name);
  cell.parameter("conductance", Quantity{0.0, dim::conductance});
  const auto port = [&](const char* port_name) {
    return cell.port(port_name, Discipline::electrical, Direction::inout);
  };
  const ir::NetRef row_in = port(wiring.row_segments ? "row_in" : "row");
  const ir::NetRef row = wiring.row_segments ? port("row") : row_in;
  const ir::NetRef column = port("column");
  cell.instance("device", device, {{"row", row}, {"column", column}},
                {{"conductance", ir::Expression{"conductance"}}});
  if (wiring.row_segments) {
    cell.parameter("row_segment_resistance", Quantity{1.0, dim::resistance});
    cell.instance("row_segment", segment, {{"p", row_in}, {"n", row}},
                  {{"resistance", ir::Expression{"row_segment_resistance"}}});
  }
  if (wiring.column_segments) {
    cell.parameter("column_segment_resistance", Quantity{1.0, dim::resistance});
    const ir::NetRef column_out = port("column_out");
    cell.instance("column_segment", segment, {{"p", column}, {"n", column_out}},
                  {{"resistance", ir::Expression{"column_segment_resistance"}}});
  }
  return cell.id();
}

std::int64_t whole(std::size_t value) { return static_cast<std::int64_t>(value); }

ir::NetRef at(ir::NetRef net, std::size_t bit) {
  net.bit = static_cast<std::uint32_t>(bit);
  return net;
}

}  // namespace

ModuleId add_memory_device(ir::Design& design, const std::string& name, const std::string& card) {
  if (const ModuleId known = design.find_module(name); known.valid()) return known;
  ModuleBuilder device(design, name, true);
  device.attribute("element", "conductance");
  device.attribute("device", card);
  device.parameter("conductance", Quantity{0.0, dim::conductance});
  device.port("row", Discipline::electrical, Direction::inout);
  device.port("column", Discipline::electrical, Direction::inout);
  return device.id();
}

ModuleId add_array(ir::Design& design, ModuleId device, const ArrayDescription& array) {
  const ArrayWiring wiring = array.wiring();
  const ModuleId cell = add_cell(design, device, wiring);
  ModuleBuilder module(design, array.name);
  module.attribute("role", "array");
  module.parameter("array_rows", whole(array.array_rows));
  module.parameter("array_columns", whole(array.array_columns));
  module.parameter("row_segment_resistance",
                   Quantity{array.row_segment_resistance, dim::resistance});
  module.parameter("column_segment_resistance",
                   Quantity{array.column_segment_resistance, dim::resistance});
  const ir::NetRef row_wire = module.port("row_wire", Discipline::electrical, Direction::inout,
                                          static_cast<std::uint32_t>(wiring.row_width()));
  const ir::NetRef column_wire =
      module.port("column_wire", Discipline::electrical, Direction::inout,
                  static_cast<std::uint32_t>(wiring.column_width()));
  const auto rows = static_cast<std::uint32_t>(array.rows);
  const auto columns = static_cast<std::uint32_t>(array.columns);
  const ir::TableId table =
      module.table("conductance", rows, columns, dim::conductance, array.conductance);

  std::vector<ModuleBuilder::Pin> pins;
  ModuleBuilder::Parameters parameters{{"conductance", table}};
  const std::int64_t row_stride = whole(wiring.row_stride());
  if (wiring.row_segments) {
    pins.push_back({"row_in", at(row_wire, 0), row_stride, 1});
    pins.push_back({"row", at(row_wire, 1), row_stride, 1});
    parameters.emplace_back("row_segment_resistance", ir::Expression{"row_segment_resistance"});
  } else {
    pins.push_back({"row", at(row_wire, 0), row_stride, 0});
  }
  const std::int64_t column_stride = wiring.column_segments ? whole(array.columns) : 0;
  pins.push_back({"column", at(column_wire, 0), column_stride, 1});
  if (wiring.column_segments) {
    pins.push_back({"column_out", at(column_wire, array.columns), column_stride, 1});
    parameters.emplace_back("column_segment_resistance",
                            ir::Expression{"column_segment_resistance"});
  }
  module.array("cells", cell, rows, columns, pins, parameters);
  return module.id();
}

TestBench array_test_bench(ArrayDescription array, std::span<const double> voltages) {
  if (voltages.size() != array.rows) {
    throw base::Error(
        "mapping.test-bench",
        std::to_string(voltages.size()) + " voltages for " + std::to_string(array.rows) + " rows",
        "give one voltage a row");
  }
  TestBench bench;
  bench.design.name = array.name + "_bench";
  const ModuleId device = add_memory_device(bench.design, "memory_device", "");
  const ModuleId module = add_array(bench.design, device, array);
  const ModuleId source = add_two_terminal(bench.design, "voltage_source", "voltage_source",
                                           "voltage", {0.0, dim::voltage});
  const ArrayWiring wiring = array.wiring();
  ModuleBuilder top(bench.design, "bench");
  bench.design.top = top.id();
  const ir::NetRef ground = top.net("ground", Discipline::electrical, 1, true);
  const ir::NetRef row_wire =
      top.net("row_wire", Discipline::electrical, static_cast<std::uint32_t>(wiring.row_width()));
  const ir::NetRef column_wire = top.net("column_wire", Discipline::electrical,
                                         static_cast<std::uint32_t>(wiring.column_width()));
  top.instance("array", module, {{"row_wire", row_wire}, {"column_wire", column_wire}});
  for (std::size_t i = 0; i < array.rows; ++i) {
    top.instance("drive_" + std::to_string(i), source,
                 {{"p", at(row_wire, wiring.driven_bit(i))}, {"n", ground}},
                 {{"voltage", Quantity{voltages[i], dim::voltage}}});
  }
  for (std::size_t j = 0; j < array.columns; ++j) {
    bench.sense_sources.push_back("sense_" + std::to_string(j));
    top.instance(bench.sense_sources.back(), source,
                 {{"p", at(column_wire, wiring.sensed_bit(j))}, {"n", ground}});
  }
  bench.array = std::move(array);
  return bench;
}

TestBench array_test_bench(const ir::Design& chip, const TileView& tile, std::size_t row_first,
                           std::size_t rows, std::size_t column_first, std::size_t columns,
                           std::span<const double> voltages) {
  if (rows == 0 || columns == 0 || row_first + rows > tile.rows ||
      column_first + columns > tile.columns) {
    throw base::Error("mapping.test-bench",
                      "the block of " + std::to_string(rows) + " x " + std::to_string(columns) +
                          " cells exceeds tile '" + tile.name + "'",
                      "the tile has " + std::to_string(tile.rows) + " x " +
                          std::to_string(tile.columns) + " cells");
  }
  ArrayDescription array;
  array.name = chip.module(tile.array).name + "_part";
  array.rows = array.array_rows = rows;
  array.columns = array.array_columns = columns;
  array.row_segment_resistance = tile.row_segment_resistance;
  array.column_segment_resistance = tile.column_segment_resistance;
  const std::vector<double>& values = conductances(chip, tile);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto first =
        values.begin() + static_cast<std::ptrdiff_t>((row_first + i) * tile.columns + column_first);
    array.conductance.insert(array.conductance.end(), first,
                             first + static_cast<std::ptrdiff_t>(columns));
  }
  return array_test_bench(std::move(array), voltages);
}

}  // namespace neucasl::mapping
