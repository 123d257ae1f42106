#include "logic_bench.hpp"

namespace neucasl::memristor_logic {
namespace {

using StatefulLogic = LogicBench;
const char* const families[] = {"magic", "imply"};

TEST_F(StatefulLogic, FullAdderInEveryRow) {
  const std::size_t cycles[] = {10, 19};
  for (std::size_t f = 0; f < 2; ++f) {
    const flow::LogicRun run =
        run_logic(read("full_adder.blif"), {{"family", families[f]}}, ngspice_.get());
    EXPECT_TRUE(run.equivalence.proven());
    EXPECT_EQ(run.check.rows.size(), 8U);
    EXPECT_EQ(run.rows_correct, 8U) << families[f];
    EXPECT_EQ(run.design.figures.front().value, static_cast<double>(cycles[f]));
    // Both integrate the same state equations; the prediction takes edges as a lump.
    EXPECT_NEAR(run.check.energy / run.check.table_energy, 1.0, 0.1) << families[f];
    EXPECT_EQ(diagnostics_.all().size(), 0U);
  }
}

TEST_F(StatefulLogic, ConstantsWiresAndInvertersInNgspice) {
  logic::Network network;
  network.name = "plain";
  const logic::NodeIndex a = network.add_input("a");
  const logic::NodeIndex b = network.add_input("b");
  network.add_output("wire", a);
  network.add_output("inverse", network.add_function("n", {b}, {0b01, 1}));
  network.add_output("one", network.add_constant("c1", true));
  network.add_output("zero", network.add_constant("c0", false));
  for (const char* family : families) {
    const flow::LogicRun run = run_logic(network, {{"family", family}}, ngspice_.get());
    EXPECT_TRUE(run.correct()) << family;
    EXPECT_EQ(run.check.rows.size(), 4U);
  }
  logic::Network wire;
  wire.name = "wire";
  wire.add_output("y", wire.add_input("x"));
  const flow::LogicRun run = run_logic(wire, {}, ngspice_.get());
  EXPECT_TRUE(run.correct());
  EXPECT_EQ(run.design.delay, 0.0);
}

TEST_F(StatefulLogic, RandomFunctionsInNgspice) {
  base::RandomStream random(7, "test/stateful-logic");
  for (const char* family : families) {
    const logic::Network network = function(4, random.below(65536));
    const flow::LogicRun run = run_logic(network, {{"family", family}}, ngspice_.get());
    EXPECT_EQ(run.rows_correct, 16U) << family;
  }
}

/// Every row of many functions by the state equations, and the schedule's own network.
TEST_F(StatefulLogic, RandomFunctionsByStateEquations) {
  base::RandomStream random(3, "test/stateful-logic");
  for (const char* family : families) {
    for (const char* fan_in : {"2", "4"}) {
      for (int k = 0; k < 8; ++k) {
        const logic::Network network = function(4, random.below(65536));
        const RowPlan planned = plan(network, {{"family", family}, {"fan_in", fan_in}});
        EXPECT_TRUE(logic::compare(network, realised_network(planned.schedule, network)).proven());
        for (std::uint64_t row = 0; row < 16; ++row) {
          const std::vector<bool> cells =
              first_values(planned.schedule, row, former_content(planned, 1, row));
          EXPECT_TRUE(wrong_cells(planned, cells, predict(planned, cells).resistance).empty())
              << family << " row " << row;
        }
      }
    }
  }
}

TEST_F(StatefulLogic, ReusesCellsOfAShortRow) {
  const logic::Network adder = read("full_adder.blif");
  for (const char* family : families) {
    const RowPlan wide = plan(adder, {{"family", family}});
    EXPECT_EQ(wide.schedule.prepare_cycles(), 1U);
    const flow::LogicRun run =
        run_logic(adder, {{"family", family}, {"row_size", "8"}}, native_.get());
    EXPECT_TRUE(run.correct()) << family;
    EXPECT_LE(run.design.cells, 8U);
    EXPECT_GT(run.design.figures.front().value, static_cast<double>(wide.schedule.cycles()));
  }
}

/// A driver that is too weak for all cells at once writes them in several cycles.
TEST_F(StatefulLogic, WritesInGroups) {
  const logic::Network adder = read("full_adder.blif");
  const RowPlan weak = plan(adder, {{"switch_resistance", "120 ohm"}});
  EXPECT_LT(weak.drive.most_written, 9U);
  EXPECT_GT(weak.schedule.prepare_cycles(), 1U);
  for (const Operation& operation : weak.schedule.operations) {
    EXPECT_LE(operation.outputs.size(), weak.drive.most_written);
  }
  EXPECT_TRUE(run_logic(adder, {{"switch_resistance", "120 ohm"}}, native_.get()).correct());
}

/// Open switches that leak are no part of the prediction: the simulation has to notice.
TEST_F(StatefulLogic, ReportsAWrongCellWithItsCycle) {
  const flow::LogicRun run =
      run_logic(read("full_adder.blif"), {{"open_resistance", "1 kohm"}}, native_.get());
  EXPECT_FALSE(run.correct());
  EXPECT_LT(run.rows_correct, 8U);
  ASSERT_FALSE(diagnostics_.all().empty());
  const base::Diagnostic first = diagnostics_.all().front();
  EXPECT_EQ(first.code, "memristor.cell-state");
  EXPECT_NE(first.message.find("after cycle"), std::string::npos);
  EXPECT_NE(first.message.find("cell_"), std::string::npos);
  EXPECT_EQ(run.check.tables.back().name, "wrong_cells");
}

TEST_F(StatefulLogic, RefusesWhatCannotWork) {
  const logic::Network adder = read("full_adder.blif");
  base::Diagnostic d = logic_refusal(adder, {{"gate_voltage", "0.5 V"}});
  EXPECT_EQ(d.code, "memristor.voltage");
  EXPECT_NE(d.message.find("too small"), std::string::npos);
  EXPECT_NE(d.remedy.find("636.3 mV to 1.43 V"), std::string::npos) << d.remedy;
  d = logic_refusal(adder, {{"family", "imply"}, {"gate_voltage", "2.5 V"}});
  EXPECT_EQ(d.code, "memristor.voltage");
  EXPECT_NE(d.message.find("a true p must keep q from being set"), std::string::npos);
  d = logic_refusal(adder, {{"family", "imply"}, {"condition_voltage", "1.6 V"}});
  EXPECT_EQ(d.code, "memristor.voltage");
  d = logic_refusal(adder, {{"gate_time", "0.2 ns"}});
  EXPECT_EQ(d.code, "memristor.width");
  d = logic_refusal(adder, {{"family", "imply"}, {"load_resistance", "20 kohm"}});
  EXPECT_EQ(d.code, "memristor.width");
  d = logic_refusal(adder, {{"device", "hfox_stanford_pku"}});
  EXPECT_EQ(d.code, "memristor.logic-device");
  d = logic_refusal(adder, {{"row_size", "5"}});
  EXPECT_EQ(d.code, "memristor.row");
  EXPECT_NE(d.remedy.find("row_size of at least"), std::string::npos);
  d = logic_refusal(read("counter_2.blif"), {});
  EXPECT_EQ(d.code, "memristor.sequential");
  EXPECT_GT(d.where.line, 0U);
}

/// Without margin, the rules of MAGIC are where the states begin to move.
TEST_F(StatefulLogic, RulesOfMagicAreThoseOfTheStateEquations) {
  const LogicDevice memristor = device();
  const plugin::ParameterSet set = parameters({{"voltage_margin", "0"}, {"fan_in", "4"}});
  RowDrive drive = design_row(set, memristor, 4, 1);
  const RowDynamics dynamics(memristor, drive.switch_resistance);
  const auto moves = [&](double voltage, const std::vector<double>& states, Operation operation) {
    drive.gate_voltage = voltage;
    return dynamics.fastest_rate(pulse_of(operation, drive), states) > 0.0;
  };
  const Operation invert{Operation::Kind::nor, {1}, {0}};
  EXPECT_TRUE(moves(1.01 * drive.gate_voltage_low, {0.0, 0.0}, invert));
  EXPECT_FALSE(moves(0.99 * drive.gate_voltage_low, {0.0, 0.0}, invert));
  EXPECT_TRUE(moves(1.01 * drive.gate_voltage_high, {0.0, 1.0}, invert));
  EXPECT_FALSE(moves(0.99 * drive.gate_voltage_high, {0.0, 1.0}, invert));
}

/// The same for implication: the lower end is where q is set, the upper where a true p fails.
TEST_F(StatefulLogic, RulesOfImplicationAreThoseOfTheStateEquations) {
  const LogicDevice memristor = device();
  const plugin::ParameterSet set =
      parameters({{"family", "imply"}, {"voltage_margin", "0"}, {"condition_voltage", "1.3 V"}});
  RowDrive drive = design_row(set, memristor, 2, 1);
  const RowDynamics dynamics(memristor, drive.switch_resistance);
  const auto moves = [&](double voltage, double p) {
    drive.gate_voltage = voltage;
    return dynamics.fastest_rate(pulse_of({Operation::Kind::imply, {1}, {0}}, drive), {1.0, p}) >
           0.0;
  };
  EXPECT_TRUE(moves(1.01 * drive.gate_voltage_low, 1.0));
  EXPECT_FALSE(moves(0.99 * drive.gate_voltage_low, 1.0));
  EXPECT_TRUE(moves(1.01 * drive.gate_voltage_high, 0.0));
  EXPECT_FALSE(moves(0.99 * drive.gate_voltage_high, 0.0));
}

}  // namespace
}  // namespace neucasl::memristor_logic
