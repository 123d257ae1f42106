#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/circuit/analysis.hpp"

namespace neucasl::circuit {
namespace {

/// A trapezoid 0 0 1 1 0 0, a ramp and a current.
Result transient() {
  Result result;
  result.analysis = "tran";
  result.axis_name = "time";
  result.axis_dimension = base::dimension::time;
  result.axis = {0, 1, 2, 4, 6, 8};
  const auto volt = base::dimension::voltage;
  result.traces = {{"a", TraceKind::node, volt, {0, 0, 1, 1, 0, 0}, {}},
                   {"ramp", TraceKind::node, volt, {-4, -3, -2, 0, 2, 4}, {}},
                   {"v1", TraceKind::branch, base::dimension::current, {0, 0, 2, 2, 0, 0}, {}},
                   {"net.re", TraceKind::node, {}, {0, 0, 3, 3, 3, 3}, {}},
                   {"net.im", TraceKind::node, {}, {0, 0, 4, 4, 4, 4}, {}}};
  return result;
}

struct Sample {
  std::string text;
  double value;
  base::Dimension dimension = base::dimension::voltage;
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.text; }
class MeasurementTest : public testing::TestWithParam<Sample> {};

TEST_P(MeasurementTest, HasTheValueWorkedOutByHand) {
  const results::Figure figure = measure({{}, GetParam().text, {}}, transient());
  EXPECT_NEAR(figure.value, GetParam().value, 1e-14) << GetParam().text;
  EXPECT_EQ(figure.dimension, GetParam().dimension);
  EXPECT_EQ(figure.key, GetParam().text.substr(0, GetParam().text.find(' ')));
}

const auto second = base::dimension::time;

INSTANTIATE_TEST_SUITE_P(
    All, MeasurementTest,
    testing::Values(
        Sample{"m max v(a)", 1.0}, Sample{"m min v(ramp)", -4.0}, Sample{"m PP V(ramp)", 8.0},
        Sample{"m max v(ramp) from=0 to=5", 1.0}, Sample{"m min v(ramp) from=1.5", -2.5},
        Sample{"m max_at v(a) from=1.5", 2.0, second}, Sample{"m min_at v(ramp)", 0.0, second},
        // 0.5 + 2 + 1
        Sample{"m integ v(a)", 3.5, base::dimension::voltage* base::dimension::time},
        Sample{"m avg v(a)", 3.5 / 8}, Sample{"m avg v(a) from=1 to=3", 0.75},
        // (1/3 + 2 + 2/3) / 8
        Sample{"m rms v(a)", std::sqrt(3.0 / 8)},
        Sample{"m avg i(v1) from=2 to=4", 2.0, base::dimension::current},
        Sample{"m find v(a) at=1.25", 0.25}, Sample{"m find v(a) at = 8", 0.0},
        Sample{"m find v(a) when v(ramp)=1", 0.5}, Sample{"m when v(a)=0.25", 1.25, second},
        Sample{"m when v(a)=0.5 fall=1", 5.0, second},
        Sample{"m when v(a)=500m cross=2", 5.0, second},
        Sample{"m when v(a)=0.5V cross=last", 5.0, second},
        Sample{"m when v(a)=v(ramp)", 14.0 / 3.0, second},
        Sample{"m when v(ramp,a)=-2 rise=1", 3.0, second},
        Sample{"m when v(a)=0.5 cross=1 from=3", 5.0, second},
        Sample{"m trig v(a) val=0.1 rise=1 targ v(a) val=0.9 rise=1", 0.8, second},
        Sample{"m trig v(a) val=0.5 rise=1 targ v(a) val=0.5 fall=1", 3.5, second},
        Sample{"m trig at=1 targ v(a) val=0.5 cross=1 td=2", 4.0, second},
        Sample{"m count v(a) val=0.5 cross=1", 2.0, base::dimension::none},
        Sample{"m count v(a) val=0.5 rise=1 from=2", 0.0, base::dimension::none},
        Sample{"m max p(net)", 25.0, base::dimension::power}, Sample{"m find v(0,a) at=2", -1.0}));

TEST(Measurement, OfComplexResults) {
  Result result;
  result.analysis = "ac";
  result.axis_name = "frequency";
  result.axis_dimension = base::dimension::frequency;
  result.axis = {1, 3};
  result.traces = {{"out", TraceKind::node, base::dimension::voltage, {3, 0}, {4, 1}}};
  const auto value = [&](const std::string& text) { return measure({{}, text, {}}, result).value; };
  EXPECT_DOUBLE_EQ(value("m max v(out)"), 5.0);
  EXPECT_DOUBLE_EQ(value("m max vm(out)"), 5.0);
  EXPECT_DOUBLE_EQ(value("m find vr(out) at=1"), 3.0);
  EXPECT_DOUBLE_EQ(value("m find vi(out) at=2"), 2.5);
  EXPECT_DOUBLE_EQ(value("m find vp(out) at=3"), std::acos(-1.0) / 2);
  EXPECT_NEAR(value("m max vdb(out)"), 20 * std::log10(5.0), 1e-12);
  // From 20 log10 5 to 0 dB over 2 Hz.
  EXPECT_NEAR(value("bandwidth when vdb(out)=6.9897000433601883 fall=1"), 2.0, 1e-9);
}

TEST(Measurement, OfASweepDownwards) {
  Result result;
  result.analysis = "dc";
  result.axis_name = "v1";
  result.axis_dimension = base::dimension::voltage;
  result.axis = {2, 1, 0};
  result.traces = {{"a", TraceKind::node, base::dimension::voltage, {0, 1, 5}, {}}};
  const auto value = [&](const std::string& text) { return measure({{}, text, {}}, result).value; };
  EXPECT_DOUBLE_EQ(value("m find v(a) at=0.5"), 3.0);
  EXPECT_DOUBLE_EQ(value("m max v(a) from=0.5 to=2"), 3.0);
  EXPECT_DOUBLE_EQ(value("m when v(a)=3"), 0.5);
}

struct Fault {
  std::string text;
  std::string part;
};
class MeasurementFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(MeasurementFaultTest, IsNamed) {
  try {
    measure({{}, GetParam().text, {"deck.cir", 9, 1}}, transient());
    FAIL() << GetParam().text;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "circuit.measure");
    EXPECT_EQ(error.diagnostic().where.line, 9U);
    EXPECT_NE(std::string(error.what()).find(GetParam().part), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, MeasurementFaultTest,
    testing::Values(
        Fault{"m", "too few"}, Fault{"m maxx v(a)", "did you mean 'max'"},
        Fault{"m max v(ramq)", "did you mean 'ramp'"}, Fault{"m max i(v2)", "did you mean 'v1'"},
        Fault{"m max a", "no signal"}, Fault{"m max w(a)", "no signal"},
        Fault{"m max v(a) from=9", "axis goes"}, Fault{"m max v(a) form=1", "'from'"},
        Fault{"m max v(a) nonsense", "too much"}, Fault{"m find v(a)", "'at'"},
        Fault{"m find v(a) at=9", "outside"}, Fault{"m when v(a)=2", "0 of the kind"},
        Fault{"m when v(a)=0.5 rise=2", "1 of the kind"},
        Fault{"m when v(a)=0.5 rise=0", "whole number"}, Fault{"m when v(a) 0.5", "'='"},
        Fault{"m trig v(a) rise=1 targ v(a) val=1 rise=1", "'val'"},
        Fault{"m trig v(a) val=0.5 rise=1", "'targ'"},
        Fault{"m trig at targ v(a) val=0.5 rise=1", "'at'"}, Fault{"m max v(a) from=1V", "'1V'"}));

TEST(Measurement, OfAnOperatingPointIsItsValue) {
  Result result;
  result.analysis = "op";
  result.traces = {{"a", TraceKind::node, base::dimension::voltage, {-1.5}, {}},
                   {"b", TraceKind::node, base::dimension::voltage, {0.5}, {}}};
  for (const char* kind : {"max", "min", "avg"}) {
    EXPECT_EQ(measure({{}, std::string("m ") + kind + " v(a,b)", {}}, result).value, -2.0) << kind;
  }
  EXPECT_EQ(measure({{}, "m rms v(a)", {}}, result).value, 1.5);
  for (const char* text : {"m integ v(a)", "m max_at v(a)", "m find v(a) at=0", "m when v(a)=0",
                           "m max v(a) from=1"}) {
    EXPECT_THROW(measure({{}, text, {}}, result), base::Error) << text;
  }
}

}  // namespace
}  // namespace neucasl::circuit
