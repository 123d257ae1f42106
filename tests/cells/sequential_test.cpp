#include <cmath>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "session.hpp"

namespace neucasl::cells {
namespace {

/// Levels of data and clock (or enable), a phase each.
struct Phase {
  bool data = false;
  bool clock = false;
};

class SequentialCells : public CellSession {
 protected:
  /// Output over the supply at the end of each phase.
  std::vector<double> levels(const std::string& technology, const char* name,
                             const std::vector<Phase>& phases,
                             plugin::CircuitSimulator& simulator) {
    const TransistorPair transistors = pair(technology);
    const StandardCell& cell = *find_standard_cell(name);
    ir::Design design;
    design.name = "cycles";
    const Transistors made(design, transistors);
    const ir::ModuleId master = add_cell(design, made, cell);
    Sheet bench(design, made, "bench");
    bench.voltage("supply_source", "supply", "ground", transistors.supply);
    for (std::size_t input = 0; input < 2; ++input) {
      std::vector<std::pair<double, double>> points;
      for (std::size_t k = 0; k < phases.size(); ++k) {
        const double start = static_cast<double>(k) * phase;
        const bool high = input == 0 ? phases[k].data : phases[k].clock;
        const double volt = high ? transistors.supply : 0.0;
        points.emplace_back(k == 0 ? 0.0 : start + ramp, volt);
        points.emplace_back(start + phase, volt);
      }
      bench.voltage("source_" + cell.inputs[input], "in_" + cell.inputs[input], "ground", points);
    }
    bench.capacitor("load", "out", "ground", 1e-16);
    bench.instance("cell", master,
                   {{cell.inputs[0], "in_" + cell.inputs[0]},
                    {cell.inputs[1], "in_" + cell.inputs[1]},
                    {"q", "out"},
                    {"vdd", "supply"},
                    {"vss", "ground"}});
    design.top = bench.id();
    circuit::TransientAnalysis analysis;
    analysis.stop = phase * static_cast<double>(phases.size());
    const circuit::Result result = simulator.simulate(
        circuit::lower(ir::flatten(design), host_.models(), cards_), analysis, {}, context_);
    std::vector<double> read;
    for (std::size_t k = 1; k <= phases.size(); ++k) {
      const double time = phase * static_cast<double>(k) - 0.01 * phase;
      read.push_back(
          circuit::measure({"q", "q find v(out) at=" + base::shortest(time), {}}, result).value /
          transistors.supply);
    }
    return read;
  }

  static constexpr double phase = 200e-12;
  static constexpr double ramp = 5e-12;
};

/// What is stored changes with the rising edge only: data may change while the clock is high or
/// low.
TEST_F(SequentialCells, FlipFlopTakesDataAtTheRisingEdge) {
  const std::vector<Phase> phases = {
      {true, false},  {true, true},  {false, true}, {false, false}, {true, false},
      {false, false}, {false, true}, {true, true},  {true, false},  {true, true},
  };
  const std::vector<double> expected = {-1, 1, 1, 1, 1, 1, 0, 0, 0, 1};
  for (const std::string& technology : technologies) {
    for (plugin::CircuitSimulator* simulator : {native_.get(), ngspice_.get()}) {
      const std::vector<double> read = levels(technology, "DFF_X1", phases, *simulator);
      for (std::size_t k = 0; k < phases.size(); ++k) {
        if (expected[k] < 0) continue;  // Before the first edge.
        EXPECT_NEAR(read[k], expected[k], 0.02) << technology << " phase " << k;
      }
    }
  }
}

TEST_F(SequentialCells, LatchFollowsWhileEnabledAndHoldsOtherwise) {
  const std::vector<Phase> phases = {
      {false, true},  {true, true},  {false, true},  {true, true},  {true, false},
      {false, false}, {false, true}, {false, false}, {true, false}, {true, true},
  };
  const std::vector<double> expected = {0, 1, 0, 1, 1, 1, 0, 0, 0, 1};
  for (const std::string& technology : technologies) {
    const std::vector<double> read = levels(technology, "LATCH_X1", phases, *native_);
    for (std::size_t k = 0; k < phases.size(); ++k) {
      EXPECT_NEAR(read[k], expected[k], 0.02) << technology << " phase " << k;
    }
  }
}

}  // namespace
}  // namespace neucasl::cells
