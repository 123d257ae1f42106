#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "neucasl/circuit/analysis.hpp"

namespace neucasl::circuit {
namespace {

std::vector<double> numbers_of(const std::string& raw) {
  const std::string mark = "Binary:\n";
  const std::size_t begin = raw.find(mark) + mark.size();
  EXPECT_EQ((raw.size() - begin) % sizeof(double), 0U);
  std::vector<double> numbers((raw.size() - begin) / sizeof(double));
  std::memcpy(numbers.data(), raw.data() + begin, numbers.size() * sizeof(double));
  return numbers;
}

std::string header_of(const std::string& raw) { return raw.substr(0, raw.find("Binary:\n")); }

TEST(RawFile, OfATransientIsReal) {
  Result result;
  result.analysis = "tran";
  result.axis_name = "time";
  result.axis_dimension = base::dimension::time;
  result.axis = {0.0, 1e-9};
  result.traces = {{"out", TraceKind::node, base::dimension::voltage, {0.25, 0.5}, {}},
                   {"v1", TraceKind::branch, base::dimension::current, {-1e-3, -2e-3}, {}}};
  const std::string raw = to_raw(result, "two\nlines");
  EXPECT_EQ(header_of(raw),
            "Title: two lines\nPlotname: Transient Analysis\nFlags: real\nNo. Variables: 3\n"
            "No. Points: 2\nVariables:\n\t0\ttime\ttime\n\t1\tv(out)\tvoltage\n"
            "\t2\ti(v1)\tcurrent\n");
  EXPECT_EQ(numbers_of(raw), (std::vector<double>{0.0, 0.25, -1e-3, 1e-9, 0.5, -2e-3}));
}

TEST(RawFile, OfAnAcAnalysisIsComplex) {
  Result result;
  result.analysis = "ac";
  result.axis_name = "frequency";
  result.axis_dimension = base::dimension::frequency;
  result.axis = {10.0};
  result.traces = {{"out", TraceKind::node, base::dimension::voltage, {0.5}, {-0.5}}};
  const std::string raw = to_raw(result, "t");
  EXPECT_NE(raw.find("Flags: complex\nNo. Variables: 2\nNo. Points: 1\n"), std::string::npos);
  EXPECT_EQ(numbers_of(raw), (std::vector<double>{10.0, 0.0, 0.5, -0.5}));
}

TEST(RawFile, OfAnOperatingPointHasNoAxis) {
  Result result;
  result.analysis = "op";
  result.traces = {{"a", TraceKind::node, base::dimension::voltage, {1.5}, {}}};
  const std::string raw = to_raw(result, "t");
  EXPECT_NE(raw.find("Plotname: Operating Point\n"), std::string::npos);
  EXPECT_EQ(numbers_of(raw), std::vector<double>{1.5});
}

TEST(RawFile, NamesSweepsAndNoiseAsNgspice) {
  Result result;
  result.analysis = "dc";
  result.axis_name = "v1";
  result.axis_dimension = base::dimension::voltage;
  result.axis = {1.0};
  EXPECT_NE(to_raw(result, "t").find("\t0\tv-sweep\tvoltage\n"), std::string::npos);
  result.analysis = "noise";
  const base::Dimension density =
      base::dimension::voltage * base::dimension::voltage * base::dimension::time;
  result.traces = {{"output", TraceKind::noise, density, {4e-18}, {}}};
  const std::string raw = to_raw(result, "t");
  EXPECT_NE(raw.find("\t1\tonoise_spectrum\tvoltage-density\n"), std::string::npos);
  EXPECT_DOUBLE_EQ(numbers_of(raw)[1], 2e-9);
}

}  // namespace
}  // namespace neucasl::circuit
