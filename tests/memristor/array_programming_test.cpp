#include "circuit_bench.hpp"

namespace neucasl::memristor_circuits {
namespace {

class ArrayWrites : public CircuitBench {
 protected:
  ArrayWrites() : array_(make("array")) {}

  /// Expectations are met by the simulator of arrays and by the native one, which agree.
  flow::CircuitRun check(const Settings& settings) {
    const plugin::CircuitDesign design = build("array_programming", settings);
    const flow::CircuitRun result = flow::run_circuit(
        design, {{"array", array_.get()}, {"native", native_.get()}}, {}, context_);
    EXPECT_FALSE(design.expectations.empty());
    EXPECT_EQ(flow::faults_of(result, 1e-4), "");
    return result;
  }

  std::unique_ptr<plugin::CircuitSimulator> array_;
};

const Settings small{
    {"rows", "5"}, {"columns", "7"}, {"selected_row", "2"}, {"selected_column", "3"}};

Settings with(Settings settings, const Settings& more) {
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

TEST_F(ArrayWrites, HalfSelectedCellsSeeTheVoltagesOfTheirScheme) {
  const plugin::CircuitDesign half = build("array_programming", small);
  EXPECT_DOUBLE_EQ(figure(half, "half_select_voltage"), 0.5 * figure(half, "write_voltage"));
  EXPECT_DOUBLE_EQ(figure(half, "unselected_voltage"), 0.0);
  const plugin::CircuitDesign third =
      build("array_programming", with(small, {{"scheme", "third"}, {"operation", "set"}}));
  EXPECT_LT(figure(third, "write_voltage"), 0.0);
  EXPECT_NEAR(figure(third, "half_select_voltage"), figure(third, "write_voltage") / 3.0, 1e-15);
  EXPECT_NEAR(figure(third, "unselected_voltage"), -figure(third, "write_voltage") / 3.0, 1e-15);
}

TEST_F(ArrayWrites, IdealWiresGiveTheStatesOfTheCellAlone) {
  // Without wires the tolerance of each state is that of the engine alone.
  const Settings ideal{{"row_segment_resistance", "0 ohm"},
                       {"column_segment_resistance", "0 ohm"},
                       {"others", "high"},
                       {"pulse_time", "1 ns"},
                       {"pulses", "3"}};
  const plugin::CircuitDesign design = build("array_programming", with(small, ideal));
  EXPECT_EQ(figure(design, "drop_bound"), 0.0);
  EXPECT_GT(figure(design, "row_neighbour_state_ideal"), 0.01);  // disturbed
  check(with(small, ideal));
}

TEST_F(ArrayWrites, WiresAndDriversStayWithinTheirBound) {
  for (const char* scheme : {"half", "third"}) {
    for (const char* operation : {"set", "reset"}) {
      check(with(small, {{"scheme", scheme},
                         {"operation", operation},
                         {"others", "random"},
                         {"driver_resistance", "5 ohm"}}));
    }
  }
}

TEST_F(ArrayWrites, NgspiceAgrees) {
  expect_good(build("array_programming",
                    {{"rows", "3"}, {"columns", "3"}, {"others", "high"}, {"pulse_time", "1 ns"}}),
              0.01);
}

TEST_F(ArrayWrites, RefusesCellsOutsideAndCardsWithoutAState) {
  base::Diagnostic d = refusal("array_programming", {{"selected_row", "8"}});
  EXPECT_EQ(d.code, "memristor.shape");
  EXPECT_NE(d.message.find("row 8"), std::string::npos);
  d = refusal("array_programming", {{"selected_column", "9"}});
  EXPECT_NE(d.message.find("column 9"), std::string::npos);
  EXPECT_EQ(refusal("array_programming", {{"device", "hfox_neurram"}}).code, "memristor.cell");
}

}  // namespace
}  // namespace neucasl::memristor_circuits
