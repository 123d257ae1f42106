#include "neucasl/cells/characterization.hpp"

#include "neucasl/base/file.hpp"
#include "session.hpp"

namespace neucasl::cells {
namespace {

const std::filesystem::path devices = NEUCASL_SOURCE_FOLDER "/devices";

std::filesystem::path bundled_file(const std::string& technology) {
  return devices / technology / (technology == "cnt" ? "cnt_5nm_node.lib" : "asap7.lib");
}

logic::CellLibrary bundled(const std::string& technology) {
  const std::filesystem::path file = bundled_file(technology);
  return logic::parse_liberty(base::read_file(file), file.string());
}

class Characterization : public CellSession {
 protected:
  static std::vector<StandardCell> cells(const std::vector<std::string>& names) {
    std::vector<StandardCell> result;
    for (const std::string& name : names) result.push_back(*find_standard_cell(name));
    return result;
  }
};

TEST_F(Characterization, BundledLibrariesAreWholeAndFitTheirCards) {
  for (const std::string& technology : technologies) {
    const logic::CellLibrary library = bundled(technology);
    for (const StandardCell& cell : standard_cells()) {
      if (cell.kind == CellKind::latch) continue;
      const logic::Cell* found = library.find(cell.name);
      ASSERT_NE(found, nullptr) << technology << ' ' << cell.name;
      EXPECT_EQ(found->transistors, cell.transistors());
      EXPECT_EQ(found->flip_flop, cell.kind == CellKind::flip_flop);
      if (!found->flip_flop) {
        EXPECT_EQ(found->function, cell.function) << cell.name;
      }
    }
    EXPECT_TRUE(fits(library, pair(technology), cards_));
    EXPECT_FALSE(fits(library, pair(technology, {{"supply", "0.6 V", {}}}), cards_));
    EXPECT_FALSE(fits(library, pair(technology, {{"unit_size", "2", {}}}), cards_));
    EXPECT_LT(std::filesystem::file_size(bundled_file(technology)), 250'000U);
  }
}

/// Another simulation at the corners of the tables gives what the file says.
TEST_F(Characterization, NgspiceGivesTheBundledTables) {
  for (const std::string& technology : technologies) {
    const logic::CellLibrary library = bundled(technology);
    const logic::LoadTable& axes = library.find("INV_X1")->arcs[0].rise_delay;
    const CharacterizationGrid grid{{axes.transition.front(), axes.transition.back()},
                                    {axes.load.front(), axes.load.back()}};
    const std::vector<logic::Cell> again =
        characterize(pair(technology), cells({"INV_X1", "NAND2_X1", "XOR2_X1", "DFF_X1"}), grid,
                     *ngspice_, context_);
    ASSERT_EQ(again.size(), 4U);
    for (const logic::Cell& cell : again) {
      const logic::Cell& stored = *library.find(cell.name);
      EXPECT_NEAR(cell.leakage_power, stored.leakage_power, 0.01 * stored.leakage_power);
      ASSERT_EQ(cell.arcs.size(), stored.arcs.size());
      for (std::size_t a = 0; a < cell.arcs.size(); ++a) {
        const auto compare = [&](const logic::LoadTable& now, const logic::LoadTable& then) {
          for (const double transition : grid.transition) {
            for (const double load : grid.load) {
              const double expected = then.at(transition, load);
              EXPECT_NEAR(now.at(transition, load), expected, 0.01 * std::abs(expected))
                  << technology << ' ' << cell.name << " arc " << a;
            }
          }
        };
        compare(cell.arcs[a].rise_delay, stored.arcs[a].rise_delay);
        compare(cell.arcs[a].fall_delay, stored.arcs[a].fall_delay);
        compare(cell.arcs[a].rise_transition, stored.arcs[a].rise_transition);
        compare(cell.arcs[a].fall_transition, stored.arcs[a].fall_transition);
      }
    }
  }
}

/// A larger load is charged more slowly, through a resistance that a larger cell has less of; the
/// slope of delay over load is ln 2 times that resistance within what a ramp changes.
TEST_F(Characterization, TablesBehaveAsResistancesDo) {
  for (const std::string& technology : technologies) {
    const logic::CellLibrary library = bundled(technology);
    const logic::Cell& one = *library.find("INV_X1");
    const logic::Cell& four = *library.find("INV_X4");
    EXPECT_NEAR(four.inputs[0].capacitance, 4.0 * one.inputs[0].capacitance,
                0.1 * four.inputs[0].capacitance);
    const auto slope = [&](const logic::Cell& cell) {
      const logic::LoadTable& table = cell.arcs[0].rise_delay;
      return (table.value[4] - table.value[3]) / (table.load[4] - table.load[3]);
    };
    EXPECT_NEAR(slope(four), slope(one) / 4.0, 0.05 * slope(four));
    for (const logic::Cell& cell : library.cells) {
      for (const logic::TimingArc& arc : cell.arcs) {
        const logic::LoadTable& table = arc.fall_delay;
        for (std::size_t k = 0; k < table.value.size(); ++k) {
          if (k % table.load.size() == 0) continue;
          EXPECT_GT(table.value[k], table.value[k - 1]) << cell.name;
        }
      }
    }
  }
}

TEST_F(Characterization, GridOfTheBundledLibraryIsThatOfItsInverter) {
  const CellScale scale = measure_scale(pair("finfet"), *ngspice_, context_);
  const logic::CellLibrary library = bundled("finfet");
  const logic::Cell& inverter = *library.find("INV_X1");
  EXPECT_NEAR(scale.input_capacitance, inverter.inputs[0].capacitance,
              0.1 * scale.input_capacitance);
  const CharacterizationGrid grid = grid_of(scale);
  ASSERT_EQ(grid.load.size(), inverter.arcs[0].rise_delay.load.size());
  EXPECT_NEAR(grid.load.back(), inverter.arcs[0].rise_delay.load.back(), 0.02 * grid.load.back());
}

/// Below a few kT/q an inverter has no gain: its output reaches no rail.
TEST_F(Characterization, TooLowASupplyIsNamed) {
  EXPECT_EQ(code_of([&] {
              (void)measure_scale(pair("finfet", {{"supply", "20 mV", {}}}), *native_, context_);
            }),
            "cells.characterization");
}

}  // namespace
}  // namespace neucasl::cells
