#include "neucasl/mapping/array_module.hpp"

#include <gtest/gtest.h>

#include <map>

#include "neucasl/ir/checks.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/spice_writer.hpp"
#include "neucasl/ir/verifier.hpp"
#include "tests/mapping/parts.hpp"

namespace neucasl::mapping {
namespace {

ArrayDescription description(std::size_t rows, std::size_t columns, double row_segment,
                             double column_segment) {
  ArrayDescription array;
  array.name = "array";
  array.rows = rows;
  array.columns = columns;
  array.array_rows = 128;
  array.array_columns = 128;
  array.row_segment_resistance = row_segment;
  array.column_segment_resistance = column_segment;
  for (std::size_t i = 0; i < rows * columns; ++i) {
    array.conductance.push_back(1e-6 * (static_cast<double>(i) + 1.0));
  }
  return array;
}

std::map<std::string, std::size_t> kinds(const ir::FlatNetlist& flat) {
  std::map<std::string, std::size_t> count;
  for (const std::uint32_t kind : flat.kind) ++count[flat.kinds[kind].element];
  return count;
}

TEST(ArrayBench, HasEveryCellSegmentAndSource) {
  for (const double row : {0.0, 1.5}) {
    for (const double column : {0.0, 2.5}) {
      const ArrayDescription array = description(4, 6, row, column);
      const TestBench bench = array_test_bench(array, std::vector<double>{0.1, 0.2, 0.3, 0.4});
      base::DiagnosticSink sink;
      ASSERT_TRUE(ir::verify(bench.design, sink));
      const ir::FlatNetlist flat = ir::flatten(bench.design);
      auto count = kinds(flat);
      EXPECT_EQ(count["conductance"], 24U);
      EXPECT_EQ(count["resistor"], (row > 0 ? 24U : 0U) + (column > 0 ? 24U : 0U));
      EXPECT_EQ(count["voltage_source"], 10U);
      EXPECT_EQ(flat.nodes(), 1 + array.wiring().row_width() + array.wiring().column_width());
      EXPECT_TRUE(ir::report_connectivity(flat, sink));
      EXPECT_NO_THROW(static_cast<void>(ir::to_spice(flat)));
    }
  }
}

TEST(ArrayBench, CellsSitAtTheirCrossings) {
  const ArrayDescription array = description(3, 2, 1.5, 2.5);
  const TestBench bench = array_test_bench(array, std::vector<double>{0.1, 0.2, 0.3});
  const ir::FlatNetlist flat = ir::flatten(bench.design);
  const ArrayWiring wiring = array.wiring();
  std::map<std::string, std::size_t> by_name;
  for (std::size_t e = 0; e < flat.elements(); ++e) by_name[flat.element_name(e)] = e;
  const auto pin = [&](const std::string& element, std::uint32_t index) {
    return flat.node_name(flat.pin_node[flat.pin_offset[by_name.at(element)] + index]);
  };
  const auto bit = [](const char* net, std::size_t index) {
    return net + std::string("[") + std::to_string(index) + ']';
  };
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      const std::string cell = "array.cells[" + std::to_string(i) + "][" + std::to_string(j) + "]";
      EXPECT_EQ(pin(cell + ".device", 0), bit("row_wire", wiring.row_node(i, j)));
      EXPECT_EQ(pin(cell + ".device", 1), bit("column_wire", wiring.column_node(i, j)));
      EXPECT_EQ(flat.parameter_of(by_name.at(cell + ".device"), "conductance"),
                array.conductance[i * 2 + j]);
      EXPECT_EQ(flat.parameter_of(by_name.at(cell + ".row_segment"), "resistance"), 1.5);
      EXPECT_EQ(flat.parameter_of(by_name.at(cell + ".column_segment"), "resistance"), 2.5);
      // The row leads from the driver on, the column towards the sense source.
      const std::size_t before = j == 0 ? wiring.driven_bit(i) : wiring.row_node(i, j - 1);
      EXPECT_EQ(pin(cell + ".row_segment", 0), bit("row_wire", before));
      const std::size_t after = i == 2 ? wiring.sensed_bit(j) : wiring.column_node(i + 1, j);
      EXPECT_EQ(pin(cell + ".column_segment", 1), bit("column_wire", after));
    }
  }
  ASSERT_EQ(bench.sense_sources.size(), 2U);
  for (std::size_t j = 0; j < 2; ++j) {
    EXPECT_EQ(pin(bench.sense_sources[j], 0), bit("column_wire", wiring.sensed_bit(j)));
    EXPECT_EQ(flat.parameter_of(by_name.at(bench.sense_sources[j]), "voltage"), 0.0);
  }
  EXPECT_EQ(flat.parameter_of(by_name.at("drive_1"), "voltage"), 0.2);
}

TEST(ArrayBench, CutsABlockOutOfATile) {
  const network::Network network = test::network();
  const ir::Design chip =
      test::build_chip(network, precision::uniform(network, 4, 8), test::architecture(16, 32));
  const ChipView view = read_chip(chip);
  const TileView& tile = view.layers[1].tiles[1];
  const TestBench bench =
      array_test_bench(chip, tile, 2, 3, 1, 4, std::vector<double>{0.1, 0.2, 0.3});
  const std::vector<double>& whole = conductances(chip, tile);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      EXPECT_EQ(bench.array.conductance[i * 4 + j], whole[(i + 2) * tile.columns + j + 1]);
    }
  }
  EXPECT_EQ(bench.array.row_segment_resistance, 1.0);
  EXPECT_EQ(bench.array.column_segment_resistance, 2.0);
  const auto code = [&](std::size_t row, std::size_t rows, std::size_t column, std::size_t columns,
                        std::size_t voltages) {
    return test::failure([&] {
             static_cast<void>(array_test_bench(chip, tile, row, rows, column, columns,
                                                std::vector<double>(voltages, 0.1)));
           })
        .code;
  };
  EXPECT_EQ(code(0, tile.rows, 0, tile.columns, tile.rows), "");
  EXPECT_EQ(code(1, tile.rows, 0, 1, tile.rows), "mapping.test-bench");
  EXPECT_EQ(code(0, 1, 1, tile.columns, 1), "mapping.test-bench");
  EXPECT_EQ(code(0, 0, 0, 1, 0), "mapping.test-bench");
  EXPECT_EQ(code(0, 2, 0, 1, 3), "mapping.test-bench");
}

}  // namespace
}  // namespace neucasl::mapping
