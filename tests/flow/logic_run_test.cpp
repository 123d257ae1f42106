#include "neucasl/flow/logic_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "neucasl/logic/readers.hpp"
#include "tests/flow/fakes.hpp"

namespace neucasl::flow {
namespace {

const std::string source = NEUCASL_SOURCE_FOLDER;

plugin::ParameterSet with_fault(const std::string& fault) {
  plugin::ParameterSpec spec;
  spec.name = "fault";
  spec.default_value = "none";
  return {{spec}, {{"fault", fault, {}}}, "test", {}};
}

class LogicRunTest : public testing::Test {
 protected:
  LogicRunTest() { context_.diagnostics = &sink_; }

  LogicRun run(const logic::Network& network, const std::string& fault = "none",
               const RowChoice& rows = {}, bool simulated = true) {
    const plugin::ParameterSet parameters = with_fault(fault);
    return run_logic(
        {network, parameters, front_end_, simulator_, simulated ? &simulator_ : nullptr, rows},
        context_);
  }
  std::string refusal(const logic::Network& network, const RowChoice& rows) {
    try {
      run(network, "none", rows);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "none";
  }

  base::DiagnosticSink sink_;
  plugin::Context context_;
  test::FakeFrontEnd front_end_;
  test::FakeSimulator simulator_{1.0};
};

logic::Network full_adder() { return logic::read_logic(source + "/netlists/logic/full_adder.eqn"); }

/// The exclusive or of `count` inputs, as a chain.
logic::Network parity(unsigned count) {
  logic::Network network;
  network.name = "parity";
  std::vector<logic::NodeIndex> inputs;
  for (unsigned i = 0; i < count; ++i) inputs.push_back(network.add_input("x" + std::to_string(i)));
  logic::NodeIndex node = inputs[0];
  for (unsigned i = 1; i < count; ++i) {
    node = network.add_function("p" + std::to_string(i), {node, inputs[i]}, {0b0110, 2});
  }
  network.add_output("odd", node);
  return network;
}

TEST_F(LogicRunTest, EveryRowOfAnAdderIsComparedWithTheFunction) {
  const logic::Network adder = full_adder();
  const LogicRun result = run(adder);
  EXPECT_TRUE(result.correct());
  EXPECT_EQ(faults_of(result, adder), "");
  ASSERT_EQ(result.check.rows.size(), 8U);
  const std::size_t sum = *adder.find_output("sum");
  const std::size_t carry = *adder.find_output("cout");
  for (std::uint64_t row = 0; row < 8; ++row) {
    EXPECT_EQ(result.check.rows[row].inputs, row);
    const auto ones = static_cast<unsigned>(std::popcount(row));
    EXPECT_EQ(result.expected[row][sum], ones % 2 == 1) << row;
    EXPECT_EQ(result.expected[row][carry], ones >= 2) << row;
  }
  EXPECT_EQ(result.delay(), 1e-12);
  EXPECT_EQ(result.energy(), 4e-15);
}

TEST_F(LogicRunTest, WithoutASimulatorTheTablesOfTheDesignCount) {
  const LogicRun result = run(full_adder(), "none", {}, false);
  EXPECT_FALSE(result.checked);
  EXPECT_TRUE(result.correct());
  EXPECT_EQ(result.delay(), 2e-12);
  EXPECT_EQ(result.energy(), 3e-15);
}

TEST_F(LogicRunTest, AFrontEndThatRealisesAnotherFunctionIsFound) {
  const logic::Network adder = full_adder();
  const LogicRun result = run(adder, "function", {}, false);
  EXPECT_FALSE(result.correct());
  EXPECT_EQ(result.equivalence.verdict, logic::Equivalence::Verdict::different);
  EXPECT_NE(faults_of(result, adder).find("output '" + result.equivalence.output + "'"),
            std::string::npos);
  const results::Findings findings = to_findings(result, adder, "fake", "fake");
  EXPECT_EQ(findings.figures.front().key, "logic.equivalent");
  EXPECT_EQ(findings.figures.front().value, 0.0);
}

TEST_F(LogicRunTest, AWrongRowIsCountedAndNamed) {
  const logic::Network adder = full_adder();
  const LogicRun result = run(adder, "row");
  EXPECT_TRUE(result.equivalence.holds());
  EXPECT_FALSE(result.correct());
  EXPECT_EQ(result.rows_correct, 7U);
  EXPECT_EQ(faults_of(result, adder), "1 of 8 rows are wrong, first a=1 b=1 cin=1");
  const results::Table table = truth_table(result, adder);
  const std::string output = adder.outputs()[0].name;
  const auto& shown =
      std::get<std::vector<std::string>>(table.column(output + "_simulated").values);
  EXPECT_EQ(shown.back(), "undefined");
}

TEST_F(LogicRunTest, BeyondAThousandRowsADistinctSampleWithBothEndsIsSimulated) {
  const logic::Network network = parity(12);
  const LogicRun first = run(network);
  ASSERT_EQ(first.check.rows.size(), RowChoice::sample);
  std::vector<std::uint64_t> rows;
  for (const plugin::LogicRow& row : first.check.rows) rows.push_back(row.inputs);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
  EXPECT_EQ(rows.front(), 0U);
  EXPECT_EQ(rows.back(), 4095U);
  EXPECT_TRUE(first.correct());
  const LogicRun again = run(network);
  EXPECT_TRUE(std::equal(rows.begin(), rows.end(), again.check.rows.begin(),
                         [](std::uint64_t a, const plugin::LogicRow& b) { return a == b.inputs; }));
  EXPECT_EQ(run(network, "none", {0, true}).check.rows.size(), 4096U);
  EXPECT_EQ(run(network, "none", {100, false}).check.rows.size(), 100U);
  EXPECT_EQ(run(network, "none", {1, false}).check.rows.size(), 1U);
}

TEST_F(LogicRunTest, RowsThatCannotBeSimulatedAreRefused) {
  EXPECT_NE(refusal(parity(3), {9, false}).find("[logic.rows]; give at most 8"), std::string::npos);
  EXPECT_NE(refusal(parity(21), {0, true}).find("up to 20 inputs"), std::string::npos);
  EXPECT_NE(refusal(parity(65), {}).find("64 inputs fit"), std::string::npos);
  for (const char* text : {"0", "-1", "many", "1.5", "99999999999999999999"}) {
    EXPECT_THROW(parse_rows(text), base::Error) << text;
  }
  EXPECT_TRUE(parse_rows("all").all);
  EXPECT_EQ(parse_rows("17").count, 17U);
}

TEST_F(LogicRunTest, ASequentialNetworkRunsThroughClockCycles) {
  const logic::Network counter = logic::read_logic(source + "/netlists/logic/counter_2.blif");
  ASSERT_FALSE(counter.combinational());
  const LogicRun result = run(counter, "none", {12, false});
  ASSERT_EQ(result.check.rows.size(), 12U);
  EXPECT_TRUE(result.correct());
  ASSERT_EQ(counter.inputs().size(), 1U);
  // The count goes up by one after each cycle in which the enable is 1.
  unsigned count = 0;
  for (std::size_t row = 0; row < 12; ++row) {
    EXPECT_EQ(result.expected[row][*counter.find_output("q0")], (count & 1U) != 0) << row;
    EXPECT_EQ(result.expected[row][*counter.find_output("q1")], (count & 2U) != 0) << row;
    EXPECT_EQ(result.expected[row][*counter.find_output("wrap")], count % 4 == 3) << row;
    count += result.check.rows[row].inputs & 1U;
  }
  EXPECT_GT(count, 3U);
}

}  // namespace
}  // namespace neucasl::flow
