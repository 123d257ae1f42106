#include "neucasl/circuit/circuit.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "session.hpp"

namespace neucasl::cells {
namespace {

class CellTruth : public CellSession {
 protected:
  /// Output voltage at rest over the supply.
  double level(const TransistorPair& pair, const StandardCell& cell, unsigned row,
               plugin::CircuitSimulator& simulator) {
    ir::Design design;
    design.name = "truth";
    const Transistors transistors(design, pair);
    const ir::ModuleId master = add_cell(design, transistors, cell);
    Sheet bench(design, transistors, "bench");
    bench.voltage("supply_source", "supply", "ground", pair.supply);
    Sheet::Nets nets = {{"vdd", "supply"}, {"vss", "ground"}, {cell.output, "out"}};
    for (std::size_t i = 0; i < cell.inputs.size(); ++i) {
      const bool high = ((row >> i) & 1U) != 0;
      bench.voltage("source_" + cell.inputs[i], "in_" + cell.inputs[i], "ground",
                    high ? pair.supply : 0.0);
      nets.emplace_back(cell.inputs[i], "in_" + cell.inputs[i]);
    }
    bench.instance("cell", master, nets);
    design.top = bench.id();
    const plugin::OperatingPoint point = simulator.operating_point(design, design.top, context_);
    for (const auto& [name, voltage] : point.node_voltage) {
      if (name == "out") return voltage / pair.supply;
    }
    throw std::logic_error("no output");
  }

  void expect_table(const std::string& technology, const StandardCell& cell,
                    plugin::CircuitSimulator& simulator) {
    const TransistorPair transistors = pair(technology);
    for (unsigned row = 0; row < (1U << cell.inputs.size()); ++row) {
      const double expected = cell.function.at(row) ? 1.0 : 0.0;
      EXPECT_NEAR(level(transistors, cell, row, simulator), expected, 0.01)
          << technology << ' ' << cell.name << " row " << row;
    }
  }
};

TEST_F(CellTruth, EveryCellGivesItsTableInTheNativeEngine) {
  std::size_t combinational = 0;
  for (const StandardCell& cell : standard_cells()) {
    if (cell.kind != CellKind::combinational) continue;
    ++combinational;
    for (const std::string& technology : technologies) expect_table(technology, cell, *native_);
  }
  EXPECT_EQ(combinational, 34U);
}

TEST_F(CellTruth, SomeCellsGiveTheirTableInNgspice) {
  for (const char* name : {"INV_X1", "NAND3_X1", "XOR2_X1", "MUX2_X1", "OAI22_X1", "TIEHI_X1"}) {
    for (const std::string& technology : technologies) {
      expect_table(technology, *find_standard_cell(name), *ngspice_);
    }
  }
}

/// The tables by their names, not by the transistors.
TEST(StandardCells, TablesAreThoseOfTheirNames) {
  const auto expect = [](const char* name, auto function) {
    const StandardCell& cell = *find_standard_cell(name);
    for (unsigned row = 0; row < (1U << cell.inputs.size()); ++row) {
      const bool a = (row & 1U) != 0;
      const bool b = (row & 2U) != 0;
      const bool c = (row & 4U) != 0;
      const bool d = (row & 8U) != 0;
      EXPECT_EQ(cell.function.at(row), function(a, b, c, d)) << name << " row " << row;
    }
  };
  expect("INV_X4", [](bool a, bool, bool, bool) { return !a; });
  expect("BUF_X2", [](bool a, bool, bool, bool) { return a; });
  expect("NAND2_X1", [](bool a, bool b, bool, bool) { return !(a && b); });
  expect("NAND3_X2", [](bool a, bool b, bool c, bool) { return !(a && b && c); });
  expect("NAND4_X1", [](bool a, bool b, bool c, bool d) { return !(a && b && c && d); });
  expect("NOR2_X2", [](bool a, bool b, bool, bool) { return !(a || b); });
  expect("NOR3_X1", [](bool a, bool b, bool c, bool) { return !(a || b || c); });
  expect("NOR4_X1", [](bool a, bool b, bool c, bool d) { return !(a || b || c || d); });
  expect("AND2_X1", [](bool a, bool b, bool, bool) { return a && b; });
  expect("OR2_X1", [](bool a, bool b, bool, bool) { return a || b; });
  expect("XOR2_X1", [](bool a, bool b, bool, bool) { return a != b; });
  expect("XNOR2_X1", [](bool a, bool b, bool, bool) { return a == b; });
  expect("MUX2_X1", [](bool a, bool b, bool s, bool) { return s ? b : a; });
  expect("AOI21_X1", [](bool a, bool b, bool c, bool) { return !((a && b) || c); });
  expect("AOI22_X1", [](bool a, bool b, bool c, bool d) { return !((a && b) || (c && d)); });
  expect("OAI21_X1", [](bool a, bool b, bool c, bool) { return !((a || b) && c); });
  expect("OAI22_X1", [](bool a, bool b, bool c, bool d) { return !((a || b) && (c || d)); });
  expect("TIEHI_X1", [](bool, bool, bool, bool) { return true; });
  expect("TIELO_X1", [](bool, bool, bool, bool) { return false; });
}

TEST(StandardCells, CountTransistorsAndColumns) {
  const auto transistors = [](const char* name) { return find_standard_cell(name)->transistors(); };
  EXPECT_EQ(transistors("INV_X1"), 2U);
  EXPECT_EQ(transistors("NAND4_X1"), 8U);
  EXPECT_EQ(transistors("XOR2_X1"), 12U);
  EXPECT_EQ(transistors("MUX2_X1"), 12U);
  EXPECT_EQ(transistors("DFF_X1"), 24U);
  EXPECT_EQ(transistors("LATCH_X1"), 16U);
  // Two units wide in series: two columns for each input, and one to the next cell.
  EXPECT_EQ(find_standard_cell("NAND2_X1")->columns(), 5U);
  EXPECT_EQ(find_standard_cell("INV_X4")->columns(), 5U);
  EXPECT_EQ(find_standard_cell("NAND5_X1"), nullptr);
}

TEST_F(CellTruth, StackedTransistorsGiveTheSameTable) {
  const TransistorPair stacked = pair("cnt", {{"stacked", "2", {}}});
  const StandardCell& cell = *find_standard_cell("NOR2_X1");
  for (unsigned row = 0; row < 4; ++row) {
    EXPECT_NEAR(level(stacked, cell, row, *native_), cell.function.at(row) ? 1.0 : 0.0, 0.01);
  }
  ir::Design design;
  const Transistors transistors(design, stacked);
  const ir::ModuleId module = add_cell(design, transistors, cell);
  EXPECT_EQ(design.module(module).instances.size(), 8U);
  EXPECT_DOUBLE_EQ(cell.area(stacked), 2.0 * cell.area(pair("cnt")));
}

TEST_F(CellTruth, WrongCardsAreRefused) {
  const auto refuse = [&](const Given& given) {
    return code_of([&] { (void)pair("finfet", given); });
  };
  EXPECT_EQ(refuse({{"n_card", "asap7_p", {}}}), "cells.card");
  EXPECT_EQ(refuse({{"n_card", "cnt_5nm_node_n", {}}}), "cells.card");
  EXPECT_EQ(refuse({{"p_card", "hfox_neurram", {}}}), "device.number");
  EXPECT_EQ(refuse({{"n_card", "asap8_n", {}}}), "device.unknown");
}

}  // namespace
}  // namespace neucasl::cells
