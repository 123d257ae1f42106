#include "circuit_bench.hpp"
#include "memristor/circuits/array_solution.hpp"
#include "memristor/circuits/weights.hpp"

namespace neucasl::memristor_circuits {
namespace {

using SynapseArray = CircuitBench;

TEST_F(SynapseArray, LinearCells) { expect_good(build("synapse_array", {}), 1e-6); }

TEST_F(SynapseArray, ResistiveWires) {
  const plugin::CircuitDesign design =
      build("synapse_array", {{"rows", "6"},
                              {"outputs", "4"},
                              {"row_segment_resistance", "30 ohm"},
                              {"column_segment_resistance", "60 ohm"}});
  expect_good(design, 1e-6);
  EXPECT_GT(figure(design, "largest_deviation"), 0.005);
}

TEST_F(SynapseArray, Transistors) {
  const plugin::CircuitDesign design = build("synapse_array", {{"rows", "4"},
                                                               {"outputs", "3"},
                                                               {"vectors", "2"},
                                                               {"cell", "1T1R"},
                                                               {"device", "hfox_stanford_asu"}});
  expect_good(design, 1e-4);
  EXPECT_EQ(figure(design, "devices"), 2.0 * 4.0 * 6.0);
}

TEST_F(SynapseArray, SelectorsStoreOneBit) {
  const plugin::CircuitDesign design = build("synapse_array", {{"rows", "4"},
                                                               {"outputs", "3"},
                                                               {"vectors", "2"},
                                                               {"cell", "1S1R"},
                                                               {"device", "hfox_stanford_asu"},
                                                               {"weight_bits", "2"},
                                                               {"bits_per_cell", "1"}});
  expect_good(design, 1e-6);
  EXPECT_EQ(figure(design, "devices"), 2.0 * 4.0 * 6.0);
}

TEST_F(SynapseArray, OffsetColumnsAndBitSlices) {
  const plugin::CircuitDesign offset =
      build("synapse_array", {{"rows", "5"}, {"outputs", "3"}, {"encoding", "offset"}});
  expect_good(offset, 1e-6);
  EXPECT_EQ(figure(offset, "array_columns"), 4.0);
  const plugin::CircuitDesign slices =
      build("synapse_array",
            {{"rows", "5"}, {"outputs", "3"}, {"weight_bits", "7"}, {"bits_per_cell", "2"}});
  expect_good(slices, 1e-6);
  EXPECT_EQ(figure(slices, "array_columns"), 3.0 * 2.0 * 3.0);
  const plugin::CircuitDesign both = build("synapse_array", {{"rows", "5"},
                                                             {"outputs", "3"},
                                                             {"encoding", "offset"},
                                                             {"weight_bits", "4"},
                                                             {"bits_per_cell", "2"}});
  expect_good(both, 1e-6);
  EXPECT_EQ(figure(both, "array_columns"), 3.0 * 2.0 + 1.0);
}

TEST_F(SynapseArray, Neurons) {
  expect_good(build("synapse_array", {{"readout", "neuron"}}), 0.02);
}

TEST_F(SynapseArray, WeightsAndInputsFromFiles) {
  const std::string weights = file("weights.csv", "# two rows\n0.5, -1\n0.25; 0\n");
  const std::string inputs = file("inputs.csv", "1 0\n-1 1\n");
  const plugin::CircuitDesign design =
      build("synapse_array", {{"weights", weights}, {"inputs", inputs}});
  expect_good(design, 1e-6);
  // 10 kohm x 39 uS x 0.5 V for a product of 1; the second vector's outputs are -0.25 and 1.
  const auto& table = design.tables.front();
  const auto product = std::get<std::vector<double>>(table.column("product").values);
  EXPECT_EQ(product, (std::vector<double>{0.5, -1.0, -0.25, 1.0}));
}

TEST_F(SynapseArray, RefusesBadFilesWithTheirLine) {
  const auto weights = [&](const char* text, Settings more = {}) {
    more.emplace_back("weights", file("bad.csv", text));
    return refusal("synapse_array", more);
  };
  base::Diagnostic d = weights("0.5, 0\n0.25, 3\n", {{"weight_max", "1"}});
  EXPECT_EQ(d.code, "memristor.weights");
  EXPECT_EQ(d.where.line, 2U);
  EXPECT_NE(d.remedy.find("at least 3"), std::string::npos);
  d = weights("1 2\n3\n");
  EXPECT_EQ(d.code, "memristor.numbers");
  EXPECT_EQ(d.where.line, 2U);
  d = weights("1 2\n3 x\n");
  EXPECT_EQ(d.code, "memristor.numbers");
  EXPECT_EQ(d.where.column, 3U);
  EXPECT_EQ(weights("# nothing\n").code, "memristor.numbers");
  EXPECT_EQ(weights("1 2\n3 4\n", {{"rows", "3"}}).code, "memristor.shape");
  d = weights("1 2\n3 4\n", {{"inputs", file("inputs3.csv", "1 0 1\n")}});
  EXPECT_EQ(d.code, "memristor.shape");
  d = weights("1 2\n3 4\n", {{"inputs", file("inputs4.csv", "1 0\n0 1.5\n")}});
  EXPECT_EQ(d.code, "memristor.input");
  EXPECT_EQ(d.where.line, 2U);
}

TEST_F(SynapseArray, RefusesWhatTheCellsDoNotHave) {
  EXPECT_EQ(refusal("synapse_array", {{"conductance_max", "100 uS"}}).code, "memristor.range");
  EXPECT_EQ(refusal("synapse_array", {{"weight_bits", "1"}}).code, "memristor.weights");
  EXPECT_EQ(refusal("synapse_array", {{"device", "asap7_n"}, {"read_voltage", "0.1 V"}}).code,
            "memristor.cell");
  EXPECT_EQ(refusal("synapse_array", {{"cell", "1T1R"}, {"transistor", "nbo2_selector"}}).code,
            "memristor.cell");
}

/// One cell behind one segment of each wire is a voltage divider.
TEST(ArraySolution, OneCellIsADivider) {
  const ArraySolution x = solve_array(ArrayProblem{1, 1, 100.0, 300.0, {1e-3}}, {1.0});
  EXPECT_NEAR(x.column_current[0], 1.0 / 1400.0, 1e-15);
  EXPECT_NEAR(x.row_voltage[0], 1300.0 / 1400.0, 1e-12);
}

/// Two equal cells on a row with a wire: the ladder's currents by hand.
TEST(ArraySolution, RowOfTwoCellsIsALadder) {
  const double r = 500.0;
  const ArraySolution x = solve_array(ArrayProblem{1, 2, r, 0.0, {1e-3, 1e-3}}, {1.0});
  // Behind the first node: 1 kohm beside r + 1 kohm.
  const double parallel = 1.0 / (1e-3 + 1.0 / (r + 1e3));
  const double first = parallel / (r + parallel);
  EXPECT_NEAR(x.column_current[0], first * 1e-3, 1e-14);
  EXPECT_NEAR(x.column_current[1], first / (r + 1e3), 1e-14);
  const std::vector<double> bound = wire_loss_bound({1, 2, r, 0.0, {1e-3, 1e-3}}, {1.0});
  for (std::size_t j = 0; j < 2; ++j) EXPECT_LE(1e-3 - x.column_current[j], bound[j]);
}

/// q = round(0.4 x 15) = 6 = 12 in digits of two bits, -1 is -15 = -33.
TEST(EncodedWeight, DigitsOfADifferentialPair) {
  NumberTable table;
  table.rows = 1;
  table.columns = 2;
  table.values = {0.4, -1.0};
  table.where.resize(2);
  const WeightFormat format{Encoding::differential, 5, 2, 1.0, 1e-6, 31e-6};
  const EncodedWeights e = encode(table, format);
  ASSERT_EQ(e.columns, 8U);
  const std::vector<double> expected{21e-6, 1e-6, 11e-6, 1e-6, 1e-6, 31e-6, 1e-6, 31e-6};
  for (std::size_t k = 0; k < 8; ++k) EXPECT_NEAR(e.conductance[k], expected[k], 1e-18) << k;
  EXPECT_EQ(e.gain, (std::vector<double>{1.0, -1.0, 4.0, -4.0}));
  EXPECT_NEAR(e.realised[0], 6.0 / 15.0, 1e-15);
}

}  // namespace
}  // namespace neucasl::memristor_circuits
