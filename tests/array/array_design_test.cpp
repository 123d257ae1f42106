#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "array_bench.hpp"
#include "array_extraction.hpp"
#include "neucasl/base/diagnostics.hpp"
#include "neucasl/ir/builder.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/mapping/array_module.hpp"
#include "simulator.hpp"

namespace neucasl::array_plugin {
namespace {

using base::Quantity;
using ir::Discipline;

/// An end of a wire of the design: open, or joined by a resistor, or directly, to a source.
struct DesignEnd {
  bool open = true;
  double resistance = 0.0;
  double voltage = 0.0;
};

/// A test bench whose wires end as is wished.
struct EndsPlan {
  std::size_t rows = 5;
  std::size_t columns = 6;
  double row_segment = 3.0;
  double column_segment = 4.0;
  std::vector<DesignEnd> left, right, top, bottom;

  EndsPlan(std::size_t row_count, std::size_t column_count)
      : rows(row_count),
        columns(column_count),
        left(rows),
        right(rows),
        top(columns),
        bottom(columns) {
    for (std::size_t i = 0; i < rows; ++i) {
      left[i] = {false, 0.0, 0.3 + 0.1 * static_cast<double>(i)};
    }
    for (DesignEnd& end : bottom) end = {false, 0.0, 0.0};
  }
};

ir::ModuleId element(ir::Design& design, const std::string& name, const std::string& parameter,
                     const base::Dimension& dimension) {
  if (const ir::ModuleId known = design.find_module(name); known.valid()) return known;
  ir::ModuleBuilder primitive(design, name, true);
  primitive.attribute("element", name);
  primitive.parameter(parameter, Quantity{0.0, dimension});
  for (const char* pin : {"p", "n"}) {
    primitive.port(pin, Discipline::electrical, ir::Direction::inout);
  }
  return primitive.id();
}

ir::Design design_of(const EndsPlan& plan) {
  ir::Design design;
  design.name = "ends";
  mapping::ArrayDescription array;
  array.name = "memory";
  array.rows = array.array_rows = plan.rows;
  array.columns = array.array_columns = plan.columns;
  array.row_segment_resistance = plan.row_segment;
  array.column_segment_resistance = plan.column_segment;
  std::mt19937_64 engine(5);
  for (std::size_t k = 0; k < plan.rows * plan.columns; ++k) {
    array.conductance.push_back(k % 7 == 3 ? 0.0 : 1e-4 * static_cast<double>(1 + engine() % 9));
  }
  const mapping::ArrayWiring wiring = array.wiring();
  const ir::ModuleId device = mapping::add_memory_device(design, "memory_device", "");
  const ir::ModuleId module = mapping::add_array(design, device, array);
  const ir::ModuleId source =
      element(design, "voltage_source", "voltage", base::dimension::voltage);
  const ir::ModuleId resistor =
      element(design, "resistor", "resistance", base::dimension::resistance);
  ir::ModuleBuilder top(design, "bench");
  design.top = top.id();
  const ir::NetRef ground = top.net("ground", Discipline::electrical, 1, true);
  const ir::NetRef rows =
      top.net("row_wire", Discipline::electrical, static_cast<std::uint32_t>(wiring.row_width()));
  const ir::NetRef columns = top.net("column_wire", Discipline::electrical,
                                     static_cast<std::uint32_t>(wiring.column_width()));
  top.instance("array", module, {{"row_wire", rows}, {"column_wire", columns}});
  const auto finish = [&](const std::string& name, const DesignEnd& end, ir::NetRef wire,
                          std::size_t bit) {
    if (end.open) return;
    wire.bit = static_cast<std::uint32_t>(bit);
    ir::NetRef driven = wire;
    if (end.resistance > 0.0) {
      driven = top.net(name + "_driven", Discipline::electrical);
      top.instance(name + "_driver", resistor, {{"p", driven}, {"n", wire}},
                   {{"resistance", Quantity{end.resistance, base::dimension::resistance}}});
    }
    top.instance(name, source, {{"p", driven}, {"n", ground}},
                 {{"voltage", Quantity{end.voltage, base::dimension::voltage}}});
  };
  for (std::size_t i = 0; i < plan.rows; ++i) {
    const std::string name = std::to_string(i);
    finish("left_" + name, plan.left[i], rows, wiring.driven_bit(i));
    finish("right_" + name, plan.right[i], rows, wiring.row_node(i, plan.columns - 1));
  }
  for (std::size_t j = 0; j < plan.columns; ++j) {
    const std::string name = std::to_string(j);
    finish("top_" + name, plan.top[j], columns, wiring.column_node(0, j));
    finish("bottom_" + name, plan.bottom[j], columns, wiring.sensed_bit(j));
  }
  return design;
}

class ArrayDesigns : public ::testing::Test {
 protected:
  /// Whether the line solver takes the design, and the same numbers from both simulators.
  void expect_as_native(const EndsPlan& plan, bool by_lines) {
    const ir::Design design = design_of(plan);
    const circuit::Circuit circuit = circuit::lower(
        ir::flatten(design, design.top), *bench_.context.models, *bench_.context.devices);
    EXPECT_EQ(linear_array(find_array(circuit).array).has_value(), by_lines);
    const plugin::OperatingPoint ours = array_.operating_point(design, design.top, bench_.context);
    EXPECT_EQ(ours.method == LineSolver().method(), by_lines);
    const plugin::OperatingPoint theirs =
        bench_.simulator("native")->operating_point(design, design.top, bench_.context);
    compare(ours.node_voltage, theirs.node_voltage, 1e-9);
    compare(ours.source_current, theirs.source_current, 1e-12);
  }
  static void compare(const std::vector<std::pair<std::string, double>>& ours,
                      const std::vector<std::pair<std::string, double>>& theirs, double tolerance) {
    EXPECT_EQ(ours.size(), theirs.size());
    const std::map<std::string, double> known(ours.begin(), ours.end());
    for (const auto& [name, value] : theirs) {
      ASSERT_TRUE(known.count(name) == 1) << name;
      EXPECT_NEAR(known.at(name), value, tolerance) << name;
    }
  }

  array_test::ArrayBench bench_;
  ArraySimulator array_;
};

TEST_F(ArrayDesigns, DrivenRowsAndSensedColumns) { expect_as_native(EndsPlan(5, 6), true); }

TEST_F(ArrayDesigns, DriversTerminationsAndFloatingWires) {
  EndsPlan plan(5, 6);
  plan.left[1].resistance = 50.0;
  plan.left[2].open = true;  // row 2 floats
  plan.bottom[3].resistance = 120.0;
  plan.bottom[4].open = true;           // column 4 floats
  plan.top[0] = {false, 75.0, 0.2};     // column 0 is held at both ends
  plan.right[3] = {false, 20.0, -0.1};  // and row 3 is driven from both
  plan.bottom[5].voltage = 0.15;        // a sensed column that is not at 0 V
  expect_as_native(plan, true);
}

TEST_F(ArrayDesigns, IdealWiresWithDrivers) {
  EndsPlan plan(4, 3);
  plan.row_segment = plan.column_segment = 0.0;
  for (DesignEnd& end : plan.left) end.resistance = 100.0;
  plan.bottom[1].resistance = 60.0;
  plan.bottom[2].open = true;
  expect_as_native(plan, true);
}

TEST_F(ArrayDesigns, OneRowAndOneColumn) {
  EndsPlan row(1, 5);
  row.left[0].resistance = 10.0;
  expect_as_native(row, true);
  EndsPlan column(5, 1);
  column.bottom[0].resistance = 10.0;
  expect_as_native(column, true);
}

/// A source on the last crossing itself leaves no segment to the end: the general solver takes it.
TEST_F(ArrayDesigns, AnEndOfLessThanASegmentIsTakenByTheGeneralSolver) {
  EndsPlan plan(4, 5);
  plan.right[2] = {false, 0.0, 0.5};
  expect_as_native(plan, false);
}

TEST_F(ArrayDesigns, AFloatingPartIsRefusedByItsWire) {
  EndsPlan plan(3, 7);
  plan.rows = 3;
  for (DesignEnd& end : plan.left) end.open = true;
  for (DesignEnd& end : plan.bottom) end.open = true;
  const ir::Design design = design_of(plan);
  try {
    (void)array_.operating_point(design, design.top, bench_.context);
    FAIL() << "an array without a potential was solved";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "array.floating");
    EXPECT_NE(error.diagnostic().message.find("row 0"), std::string::npos)
        << error.diagnostic().message;
  }
}

TEST_F(ArrayDesigns, ASimulatorNeedsItsLibraries) {
  const ir::Design design = design_of(EndsPlan(2, 2));
  plugin::Context bare;
  try {
    (void)array_.operating_point(design, design.top, bare);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "array.context");
  }
}

}  // namespace
}  // namespace neucasl::array_plugin
