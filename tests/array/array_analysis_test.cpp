#include "neucasl/plugin/array_analysis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "line_solver.hpp"
#include "neucasl/base/diagnostics.hpp"

namespace neucasl::array_plugin {
namespace {

using plugin::BiasScheme;
using plugin::CellReading;

CellReading read(BiasScheme scheme, double segment, std::size_t n = 8) {
  // The selected cell (2, 5) is in its high-resistance state, all others in the low one.
  std::vector<double> conductance(n * n, 1e-4);
  conductance[2 * n + 5] = 1e-6;
  const plugin::ArrayProblem problem{n, n, conductance, segment, segment, {}};
  return plugin::read_cell(LineSolver(), problem, {2, 5, 0.6, scheme}, {});
}

TEST(ReadCell, HalfSchemeGivesHalfTheVoltageToHalfSelectedCells) {
  const CellReading x = read(BiasScheme::half, 0.0);
  EXPECT_NEAR(x.row_disturb.voltage, 0.3, 1e-14);
  EXPECT_NEAR(x.column_disturb.voltage, 0.3, 1e-14);
  EXPECT_NEAR(x.unselected.voltage, 0.0, 1e-14);
  EXPECT_NEAR(x.cell_current, 0.6e-6, 1e-18);
  // Seven half-selected cells on the column.
  EXPECT_NEAR(x.sneak_current, 7 * 0.3e-4, 1e-16);
  EXPECT_EQ(x.row_disturb.row, 2u);
  EXPECT_EQ(x.column_disturb.column, 5u);
}

TEST(ReadCell, ThirdSchemeGivesAThirdToAllOthers) {
  const CellReading x = read(BiasScheme::third, 0.0);
  EXPECT_NEAR(x.row_disturb.voltage, 0.2, 1e-14);
  EXPECT_NEAR(x.column_disturb.voltage, 0.2, 1e-14);
  EXPECT_NEAR(x.unselected.voltage, -0.2, 1e-14);
  EXPECT_NEAR(x.selected_voltage, 0.6, 1e-14);
  EXPECT_NEAR(x.sneak_current, 7 * 0.2e-4, 1e-16);
}

TEST(ReadCell, FloatingWiresSneakThroughThreeGroupsOfCells) {
  // By symmetry: n - 1 cells of the row, (n - 1)^2 unselected ones, n - 1 of the column in series.
  const CellReading x = read(BiasScheme::floating, 0.0);
  const double sneak = 0.6 / (1.0 / 7e-4 + 1.0 / 49e-4 + 1.0 / 7e-4);
  EXPECT_NEAR(x.sneak_current, sneak, 1e-12 * sneak);
  EXPECT_NEAR(x.row_disturb.voltage, sneak / 7e-4, 1e-12);
  EXPECT_NEAR(x.unselected.voltage, -sneak / 49e-4, 1e-12);
}

TEST(ReadCell, GroundedRowsSneakNothingIntoAnIdealColumn) {
  const CellReading x = read(BiasScheme::grounded, 0.0);
  EXPECT_NEAR(x.sneak_current, 0.0, 1e-18);
  EXPECT_NEAR(x.row_disturb.voltage, 0.6, 1e-14);
  EXPECT_NEAR(x.column_disturb.voltage, 0.0, 1e-14);
}

TEST(ReadCell, WiresLowerTheSelectedVoltageAndPowerAddsUp) {
  for (const BiasScheme scheme :
       {BiasScheme::half, BiasScheme::third, BiasScheme::floating, BiasScheme::grounded}) {
    const CellReading x = read(scheme, 25.0);
    EXPECT_LT(x.selected_voltage, 0.6);
    EXPECT_GT(x.selected_voltage, 0.3);
    const double parts = x.power.cells + x.power.row_wires + x.power.column_wires + x.power.ends;
    EXPECT_NEAR(parts, x.power.delivered, 1e-11 * parts);
    EXPECT_EQ(x.disturb[2 * 8 + 5], x.selected_voltage);
  }
}

TEST(ReadCell, RefusesWhatIsNotInTheArray) {
  const std::vector<double> g(6, 1e-5);
  const plugin::ArrayProblem problem{2, 3, g, 1.0, 1.0, {}};
  const auto code = [&](const plugin::CellSelection& selection) {
    try {
      (void)plugin::read_cell(LineSolver(), problem, selection, {});
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string("none");
  };
  EXPECT_EQ(code({2, 0, 0.1}), "array.selection");
  EXPECT_EQ(code({0, 3, 0.1}), "array.selection");
  EXPECT_EQ(code({0, 0, std::nan("")}), "array.selection");
  EXPECT_EQ(code({1, 2, 0.1}), "none");
  EXPECT_THROW((void)plugin::bias_scheme("quarter"), base::Error);
}

TEST(AccessDevices, AreInSeriesWithTheCells) {
  const std::vector<double> g{1e-3, 0.0, 2e-4, 1e-4};
  const std::vector<double> access{5000.0, std::numeric_limits<double>::infinity()};
  const std::vector<double> both = plugin::with_access_devices(2, 2, g, access);
  EXPECT_NEAR(both[0], 1.0 / 6000.0, 1e-19);
  EXPECT_EQ(both[1], 0.0);
  EXPECT_EQ(both[2], 0.0);
  EXPECT_EQ(both[3], 0.0);
  EXPECT_THROW((void)plugin::with_access_devices(2, 2, g, std::vector<double>{1.0}), base::Error);
  EXPECT_THROW((void)plugin::with_access_devices(2, 2, g, std::vector<double>{1.0, -1.0}),
               base::Error);
}

}  // namespace
}  // namespace neucasl::array_plugin
