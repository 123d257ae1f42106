#include "neucasl/flow/circuit_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/plugin/host.hpp"
#include "tests/flow/fakes.hpp"

namespace neucasl::flow {
namespace {

class CircuitRunTest : public testing::Test {
 protected:
  CircuitRunTest() {
    context_.diagnostics = &sink_;
    context_.devices = &cards_;
    context_.models = &host_.models();
  }

  static plugin::CircuitDesign divider(double expected) {
    plugin::CircuitDesign design;
    design.design = test::FakeFrontEnd::divider(0.25);
    design.analyses = {"op"};
    design.measurements = {{0, {"tap", "tap max v(tap)", {}}, "Voltage of the tap"},
                           {0, {"supply", "supply max v(supply)", {}}, "Supply"}};
    design.expectations = {{"tap", expected, 1e-3, 0.0, "2 V / 4"}};
    return design;
  }
  CircuitRun run(const plugin::CircuitDesign& design, const std::vector<double>& factors) {
    std::vector<test::FakeSimulator> made;
    made.reserve(factors.size());
    std::vector<std::pair<std::string, plugin::CircuitSimulator*>> simulators;
    for (const double factor : factors) {
      made.emplace_back(factor);
      simulators.emplace_back("by " + base::shortest(factor), &made.back());
    }
    return run_circuit(design, simulators, {}, context_);
  }

  base::DiagnosticSink sink_;
  device::Library cards_{std::vector<std::filesystem::path>{}};
  plugin::Host host_{std::vector<std::filesystem::path>{}};
  plugin::Context context_;
};

TEST_F(CircuitRunTest, AMetExpectationHasNoFault) {
  const plugin::CircuitDesign design = divider(0.5);
  const CircuitRun result = run(design, {1.0});
  EXPECT_TRUE(result.expectations_met());
  EXPECT_EQ(faults_of(result, 0.0), "");
  EXPECT_NEAR(result.engines[0].measured[0].value, 0.5, 1e-12);
  EXPECT_EQ(result.worst_difference, 0.0);
}

TEST_F(CircuitRunTest, AMissedExpectationIsNamedWithBothValues) {
  const plugin::CircuitDesign design = divider(0.6);
  const CircuitRun result = run(design, {1.0});
  EXPECT_FALSE(result.expectations_met());
  EXPECT_EQ(faults_of(result, 0.0), "'tap' is 0.5, expected 0.6 (2 V / 4)");
  const results::Findings findings = to_findings(design, result, "fake", "divider");
  const auto met = std::find_if(findings.figures.begin(), findings.figures.end(),
                                [](const auto& f) { return f.key == "divider.expectations_met"; });
  ASSERT_NE(met, findings.figures.end());
  EXPECT_EQ(met->value, 0.0);
}

TEST_F(CircuitRunTest, ToleranceIsRelativePlusAbsolute) {
  plugin::CircuitDesign design = divider(0.51);
  design.expectations[0].relative = 0.01;
  EXPECT_FALSE(run(design, {1.0}).expectations_met());
  design.expectations[0].absolute = 0.005;
  EXPECT_TRUE(run(design, {1.0}).expectations_met());
}

TEST_F(CircuitRunTest, EnginesThatDifferAreFoundBeyondTheLimit) {
  const CircuitRun result = run(divider(0.5), {1.0, 1.05});
  EXPECT_NEAR(result.worst_difference, 0.05 / 1.05, 1e-12);
  EXPECT_EQ(faults_of(result, 0.1), "");
  const std::string faults = faults_of(result, 0.01);
  EXPECT_NE(faults.find("between 'by 1' and 'by 1.05'"), std::string::npos) << faults;
}

TEST_F(CircuitRunTest, AResultThatIsNoNumberIsRefused) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(run(divider(0.5), {none}), base::Error);
  EXPECT_THROW(run(divider(0.5), {1.0, none}), base::Error);
}

TEST_F(CircuitRunTest, AnExpectationOfWhatNobodyMeasuresIsRefused) {
  plugin::CircuitDesign design = divider(0.5);
  design.expectations[0].measurement = "tab";
  try {
    run(design, {1.0});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "front-end.expectation");
    EXPECT_NE(error.diagnostic().remedy.find("'tap'"), std::string::npos) << error.what();
  }
}

TEST_F(CircuitRunTest, TheTableHoldsEveryEngineBesideTheory) {
  const plugin::CircuitDesign design = divider(0.5);
  const results::Table table = measurement_table(design, run(design, {1.0, 1.0001}));
  EXPECT_NO_THROW(table.validate());
  EXPECT_EQ(table.rows(), 2U);
  const auto& met = std::get<std::vector<std::string>>(table.column("met").values);
  EXPECT_EQ(met, (std::vector<std::string>{"yes", ""}));
  const auto& expected = std::get<std::vector<std::string>>(table.column("expected").values);
  EXPECT_EQ(expected, (std::vector<std::string>{"0.5", ""}));
}

TEST_F(CircuitRunTest, ExpectationsOfAllRowsAreNumbers) {
  plugin::CircuitDesign design = divider(0.5);
  design.measurements.pop_back();
  const results::Table table = measurement_table(design, run(design, {1.0}));
  EXPECT_EQ(std::get<std::vector<double>>(table.column("expected").values),
            std::vector<double>{0.5});
  EXPECT_EQ(std::get<std::vector<double>>(table.column("tolerance").values),
            std::vector<double>{1e-3 * 0.5});
}

}  // namespace
}  // namespace neucasl::flow
