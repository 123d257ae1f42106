#include "neucasl/circuit/analysis.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neucasl::circuit {
namespace {

template <class T>
T parsed(const std::string& text) {
  return std::get<T>(parse_analysis(text));
}

TEST(Analysis, SweepHoldsBothEnds) {
  const auto sweep = parsed<SweepAnalysis>("dc v1 0 1 0.1");
  ASSERT_EQ(sweep.values.size(), 11U);
  for (int k = 0; k <= 10; ++k) EXPECT_EQ(sweep.values[static_cast<std::size_t>(k)], k / 10.0);
  EXPECT_EQ(parsed<SweepAnalysis>("dc v1 -1 1 0.1").values[10], 0.0);
}

TEST(Analysis, SweepStopsBeforeAnEndOffTheGrid) {
  const auto sweep = parsed<SweepAnalysis>("dc v1 0 1 0.3");
  ASSERT_EQ(sweep.values.size(), 4U);
  EXPECT_DOUBLE_EQ(sweep.values.back(), 0.9);
}

TEST(Analysis, SweepGoesDownwardsAndStandsStill) {
  EXPECT_EQ(parsed<SweepAnalysis>("dc v1 1 -1 -0.5").values,
            (std::vector<double>{1, 0.5, 0, -0.5, -1}));
  EXPECT_EQ(parsed<SweepAnalysis>("dc v1 2 2 0.5").values, std::vector<double>{2});
}

TEST(Analysis, FrequencyGrids) {
  const auto decades = parsed<AcAnalysis>("ac dec 10 1 1k").frequencies;
  ASSERT_EQ(decades.size(), 31U);
  EXPECT_EQ(decades.back(), 1000.0);
  EXPECT_NEAR(decades[5], std::sqrt(10.0), 1e-12);
  EXPECT_EQ(parsed<AcAnalysis>("ac oct 1 1 9").frequencies, (std::vector<double>{1, 2, 4, 8}));
  EXPECT_EQ(parsed<AcAnalysis>("ac lin 5 0 4Hz").frequencies, (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_EQ(parsed<AcAnalysis>("AC LIN 1 5 7").frequencies, std::vector<double>{5});
  EXPECT_EQ(parsed<AcAnalysis>("ac dec 3 1MHz 1GHz").frequencies.size(), 10U);
}

TEST(Analysis, Transients) {
  auto transient = parsed<TransientAnalysis>("tran 1n 1u");
  EXPECT_DOUBLE_EQ(transient.stop, 1e-6);
  EXPECT_DOUBLE_EQ(transient.largest_step, 1e-9);
  EXPECT_FALSE(transient.use_initial_conditions);
  transient = parsed<TransientAnalysis>("tran 1us 10us 5us uic");
  EXPECT_DOUBLE_EQ(transient.start, 5e-6);
  EXPECT_DOUBLE_EQ(transient.largest_step, 1e-7);
  EXPECT_TRUE(transient.use_initial_conditions);
  EXPECT_DOUBLE_EQ(parsed<TransientAnalysis>("tran 1n 1u 0 2n").largest_step, 2e-9);
}

TEST(Analysis, Noise) {
  const auto noise = parsed<NoiseAnalysis>("noise v(out, ref) v1 lin 2 1 2");
  EXPECT_EQ(noise.output, "out");
  EXPECT_EQ(noise.reference, "ref");
  EXPECT_EQ(noise.input, "v1");
  EXPECT_EQ(noise.frequencies.size(), 2U);
}

double first_of(const std::string& target, const std::string& number) {
  return parsed<SweepAnalysis>("dc " + target + ' ' + number + ' ' + number + " 1").values[0];
}

TEST(Analysis, UnitsCountWhereTheyFit) {
  EXPECT_DOUBLE_EQ(first_of("wavelength", "1.55um"), 1.55e-6);
  EXPECT_DOUBLE_EQ(first_of("wavelength", "1m"), 1.0);
  EXPECT_DOUBLE_EQ(first_of("temperature", "300K"), 300.0);
  EXPECT_DOUBLE_EQ(first_of("v1", "1m"), 1e-3);
  EXPECT_DOUBLE_EQ(first_of("v1", "10mV"), 1e-2);
  EXPECT_DOUBLE_EQ(first_of("i1", "1A"), 1.0);
  EXPECT_DOUBLE_EQ(first_of("r1", "10k"), 1e4);
  EXPECT_DOUBLE_EQ(first_of("r1", "10kohm"), 1e4);
  EXPECT_DOUBLE_EQ(first_of("c1", "1f"), 1e-15);
  EXPECT_DOUBLE_EQ(first_of("v1", "1e-3"), 1e-3);
  EXPECT_DOUBLE_EQ(parsed<AcAnalysis>("ac lin 1 1MHz 1MHz").frequencies[0], 1e6);
  EXPECT_DOUBLE_EQ(parsed<AcAnalysis>("ac lin 1 2MEG 2MEG").frequencies[0], 2e6);
}

TEST(Analysis, TextComesBack) {
  for (const std::string text :
       {"op", "dc v1 0 1 0.1", "dc temperature 250 350 10", "ac dec 10 1 1e+06", "ac lin 5 0 4",
        "tran 1e-09 1e-06 0 1e-09", "tran 1e-09 1e-06 5e-07 1e-09 uic",
        "noise v(out) v1 dec 5 1 1000", "noise v(out,ref) v1 lin 2 1 2"}) {
    const std::string again = to_string(parse_analysis(text));
    EXPECT_EQ(again, text);
    EXPECT_EQ(to_string(parse_analysis(again)), again);
  }
}

struct Fault {
  std::string text;
  std::string part;
};
class AnalysisFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(AnalysisFaultTest, IsNamed) {
  try {
    parse_analysis(GetParam().text, {"deck.cir", 7, 1});
    FAIL() << GetParam().text;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "circuit.analysis");
    EXPECT_EQ(error.diagnostic().where.line, 7U);
    EXPECT_FALSE(error.diagnostic().remedy.empty());
    EXPECT_NE(std::string(error.what()).find(GetParam().part), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, AnalysisFaultTest,
    testing::Values(Fault{"", "op, dc, ac"}, Fault{"trna 1n 1u", "did you mean 'tran'"},
                    Fault{"op 1", "too much"}, Fault{"dc v1 0 1", "dc TARGET"},
                    Fault{"dc v1 0 1 -0.1", "sign"}, Fault{"dc v1 0 1 0", "more than"},
                    Fault{"dc v1 0 1 1e-12", "more than"}, Fault{"dc v1 0 x 1", "'x'"},
                    Fault{"dc v1 0 1 nan", "'nan'"}, Fault{"dc v1 0 inf 1", "'inf'"},
                    Fault{"ac dec 10 0 1k", "FROM"}, Fault{"ac dec 0 1 1k", "whole number"},
                    Fault{"ac dec 1.5 1 1k", "whole number"}, Fault{"ac dek 1 1 1k", "'dec'"},
                    Fault{"ac dec 10 1k 1", "FROM"}, Fault{"ac dec 10 1 1ks", "'1ks'"},
                    Fault{"tran 1n", "STOP"}, Fault{"tran 0 1u", "STEP"},
                    Fault{"tran 1n 1u 2u", "START"}, Fault{"tran 1nV 1u", "'1nV'"},
                    Fault{"tran 1n 1u 0 0", "MAX"}, Fault{"tran 1e-30 1", "more than"},
                    Fault{"noise out v1 dec 1 1 2", "output"},
                    Fault{"noise v() v1 dec 1 1 2", "'v()'"},
                    Fault{"noise v(a) v1 dec 1 1", "noise v(NODE)"}));

Result transient() {
  Result result;
  result.analysis = "tran";
  result.axis_name = "time";
  result.axis_dimension = base::dimension::time;
  result.axis = {0, 1, 2, 4};
  result.traces = {{"a", TraceKind::node, base::dimension::voltage, {0, 2, 4, 0}, {}},
                   {"v1", TraceKind::branch, base::dimension::current, {1, 1, 3, 3}, {}}};
  return result;
}

TEST(Result, FindsTracesByNameAndKind) {
  const Result result = transient();
  EXPECT_EQ(result.find("v1", TraceKind::branch), &result.traces[1]);
  EXPECT_EQ(result.find("v1", TraceKind::node), nullptr);
}

TEST(Result, BeginsAfterATime) {
  const Result between = after(transient(), 1.5);
  EXPECT_EQ(between.axis, (std::vector<double>{1.5, 2, 4}));
  EXPECT_EQ(between.traces[0].real, (std::vector<double>{3, 4, 0}));
  EXPECT_EQ(between.traces[1].real, (std::vector<double>{2, 3, 3}));
  const Result exact = after(transient(), 2.0);
  EXPECT_EQ(exact.axis, (std::vector<double>{2, 4}));
  EXPECT_EQ(exact.traces[0].real, (std::vector<double>{4, 0}));
  EXPECT_EQ(after(transient(), 0.0).axis.size(), 4U);
}

TEST(Result, BecomesATable) {
  Result result = transient();
  result.traces[0].imaginary = {1, 1, 1, 1};
  const results::Table table = to_table(result, "tran");
  table.validate();
  EXPECT_EQ(results::to_csv(table),
            "time (s),v(a)_real (V),v(a)_imaginary (V),i(v1) (A)\n0,0,1,1\n1,2,1,1\n2,4,1,3\n"
            "4,0,1,3\n");
}

}  // namespace
}  // namespace neucasl::circuit
