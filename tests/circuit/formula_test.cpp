#include "neucasl/circuit/formula.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neucasl::circuit {
namespace {

const std::vector<std::string> inputs{"a", "b", "x1.c"};

double value(const std::string& text, const std::vector<double>& at = {0.3, -1.7, 2.5}) {
  return model::evaluate(parse_formula(text, inputs), at);
}

TEST(Formula, ReadsNumbersWithSuffixes) {
  EXPECT_DOUBLE_EQ(value("1k"), 1e3);
  EXPECT_DOUBLE_EQ(value("2.5MEG"), 2.5e6);
  EXPECT_DOUBLE_EQ(value("10u"), 1e-5);
  EXPECT_DOUBLE_EQ(value("3mil"), 3 * 25.4e-6);
  EXPECT_DOUBLE_EQ(value("1e-3k"), 1.0);
  EXPECT_DOUBLE_EQ(value("4pF + 1fF"), 4.001e-12);
}

TEST(Formula, BindsAsNgspiceDoes) {
  EXPECT_DOUBLE_EQ(value("2^3^2"), 64.0);
  EXPECT_DOUBLE_EQ(value("-2^2"), -4.0);
  EXPECT_DOUBLE_EQ(value("2*-3"), -6.0);
  EXPECT_DOUBLE_EQ(value("8/4/2"), 1.0);
  EXPECT_DOUBLE_EQ(value("10-4-3"), 3.0);
  EXPECT_DOUBLE_EQ(value("1+2*3 > 6 ? 10 : 20"), 10.0);
  EXPECT_DOUBLE_EQ(value("0 ? 1 : 0 ? 2 : 3"), 3.0);
}

TEST(Formula, ReadsVoltages) {
  EXPECT_DOUBLE_EQ(value("v(a)"), 0.3);
  EXPECT_DOUBLE_EQ(value("v(a, b)"), 2.0);
  EXPECT_DOUBLE_EQ(value("V(x1.c)"), 2.5);
  EXPECT_DOUBLE_EQ(value("v(a,0) + v(gnd)"), 0.3);
}

struct Sample {
  std::string text;
  double (*expected)(double a, double b);
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.text; }
class FormulaValueTest : public testing::TestWithParam<Sample> {};

TEST_P(FormulaValueTest, MatchesAndHasTheSlopeOfFiniteDifferences) {
  const Sample& sample = GetParam();
  const model::Symbol formula = parse_formula(sample.text, inputs);
  for (const double a : {0.31, 1.7, -0.6}) {
    for (const double b : {-1.23, 0.44}) {
      const double expected = sample.expected(a, b);
      if (!std::isfinite(expected)) continue;
      std::vector<double> at{a, b, 0.0};
      std::vector<double> gradient(3);
      EXPECT_NEAR(model::evaluate(formula, at, gradient), expected,
                  1e-13 * (1 + std::abs(expected)));
      const double step = 1e-6;
      const double slope =
          (sample.expected(a + step, b) - sample.expected(a - step, b)) / (2 * step);
      EXPECT_NEAR(gradient[0], slope, 1e-6 * (1 + std::abs(slope))) << a << ' ' << b;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FormulaValueTest,
    testing::Values(
        Sample{"exp(v(a))*sin(v(b))", [](double a, double b) { return std::exp(a) * std::sin(b); }},
        Sample{"ln(v(a)) + log(v(a)) + log10(v(a))",
               [](double a, double) { return 2 * std::log(a) + std::log10(a); }},
        Sample{"sqrt(v(a))", [](double a, double) { return std::sqrt(a); }},
        Sample{"cos(v(a)) + tan(v(a)) + atan(v(a))",
               [](double a, double) { return std::cos(a) + std::tan(a) + std::atan(a); }},
        Sample{"sinh(v(a)) - cosh(v(a)) * tanh(v(a)/2)",
               [](double a, double) { return std::sinh(a) - std::cosh(a) * std::tanh(a / 2); }},
        Sample{"abs(v(a)*v(b))", [](double a, double b) { return std::abs(a * b); }},
        Sample{"min(v(a), v(b)) + max(v(a), v(b))*2",
               [](double a, double b) { return std::min(a, b) + 2 * std::max(a, b); }},
        Sample{"limit(v(a), -0.5, 0.5)",
               [](double a, double) { return std::min(std::max(a, -0.5), 0.5); }},
        Sample{"v(a)^3", [](double a, double) { return a * a * a; }},
        Sample{"v(a)**-2", [](double a, double) { return 1 / (a * a); }},
        Sample{"pow(v(a), 1.5)", [](double a, double) { return std::pow(std::abs(a), 1.5); }},
        Sample{"2^v(a)", [](double a, double) { return std::exp2(a); }},
        Sample{"v(a) > v(b) ? v(a)^2 : -v(a)",
               [](double a, double b) { return a > b ? a * a : -a; }},
        Sample{"(v(a) >= 0) * (v(b) < 0) * v(a)",
               [](double a, double b) { return (a >= 0) * (b < 0) * a; }},
        Sample{"(v(a) > 0 && v(b) > 0) || !(v(a) != v(b)) ? 3*v(a) : v(a)",
               [](double a, double b) { return a > 0 && b > 0 ? 3 * a : a; }}));

TEST(Formula, ComparisonsAreOneOrNothing) {
  EXPECT_EQ(value("v(a) == v(a)"), 1.0);
  EXPECT_EQ(value("v(a) <= v(a)"), 1.0);
  EXPECT_EQ(value("v(a) < v(a)"), 0.0);
  EXPECT_EQ(value("v(a) != v(b)"), 1.0);
  EXPECT_EQ(value("!v(a)"), 0.0);
}

struct Fault {
  std::string text;
  std::string part;
};
class FormulaFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(FormulaFaultTest, IsNamed) {
  try {
    parse_formula(GetParam().text, inputs, {"deck", 3, 1});
    FAIL() << GetParam().text;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "circuit.formula");
    EXPECT_EQ(error.diagnostic().where.line, 3U);
    EXPECT_NE(std::string(error.what()).find(GetParam().part), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FormulaFaultTest,
    testing::Values(Fault{"", "too early"}, Fault{"1 +", "column 4"}, Fault{"(1", "expected ')'"},
                    Fault{"1 2", "column 3"}, Fault{"v(x1.d)", "did you mean 'x1.c'"},
                    Fault{"v()", "expected a name"}, Fault{"i(v1)", "no currents"},
                    Fault{"time", "unknown name 'time'"}, Fault{"sine(v(a))", "did you mean 'sin'"},
                    Fault{"min(1, v(a), 2)", "wrong number of arguments"},
                    Fault{"v(a)^v(b)", "not constant"}, Fault{"1/0", "not finite"},
                    Fault{"4k7", "bad number"}, Fault{"v(a) ? 1", "expected ':'"},
                    Fault{"$(rm)", "unexpected"}));

TEST(Formula, DeepNestingIsRefused) {
  for (const std::string& open : {std::string("("), std::string("-"), std::string("exp(")}) {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += open;
    EXPECT_THROW(parse_formula(text + "1", inputs), base::Error) << open;
  }
  std::string sum = "v(a)";
  for (int i = 0; i < 2000; ++i) sum += "+v(a)";
  EXPECT_NEAR(value(sum), 2001 * 0.3, 1e-9);
  for (int i = 0; i < 100000; ++i) sum += "+v(a)";
  EXPECT_THROW(parse_formula(sum, inputs), base::Error);
}

}  // namespace
}  // namespace neucasl::circuit
