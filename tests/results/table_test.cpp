#include "neucasl/results/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>

namespace neucasl::results {
namespace {

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "results.table");
    return error.what();
  }
  return {};
}

TEST(Table, AddsColumnsAndFindsThem) {
  Table table{"energy", "Energy", {}};
  table.add("layer", std::vector<std::string>{"a", "b"})
      .add("energy", std::vector<double>{1.0, 2.0}, base::dimension::energy)
      .add("devices", std::vector<std::int64_t>{3, 4});
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.column("energy").dimension, base::dimension::energy);
  EXPECT_EQ(table.column("devices").size(), 2U);
  EXPECT_NO_THROW(table.validate());
  EXPECT_EQ(Table{}.rows(), 0U);
}

TEST(Table, NamesTheNearestColumn) {
  Table table{"energy", "", {}};
  table.add("energy", std::vector<double>{1.0});
  const std::string message = error_of([&] { (void)table.column("enrgy"); });
  EXPECT_NE(message.find("enrgy"), std::string::npos);
  EXPECT_NE(message.find("'energy'"), std::string::npos);
}

TEST(Table, RejectsUnequalRepeatedAndUnnamedColumns) {
  Table unequal{"t", "", {}};
  unequal.add("a", std::vector<double>{1.0}).add("b", std::vector<double>{1.0, 2.0});
  EXPECT_NE(error_of([&] { unequal.validate(); }).find("'b' has 2 rows"), std::string::npos);
  EXPECT_NE(error_of([&] { (void)to_csv(unequal); }), "");

  Table repeated{"t", "", {}};
  repeated.add("a", std::vector<double>{1.0}).add("a", std::vector<double>{1.0});
  EXPECT_NE(error_of([&] { repeated.validate(); }).find("'a'"), std::string::npos);

  Table unnamed{"t", "", {}};
  unnamed.add("", std::vector<double>{1.0});
  EXPECT_NE(error_of([&] { unnamed.validate(); }), "");

  Table unit{"t", "", {{"a", base::dimension::energy, std::vector<std::string>{"x"}}}};
  EXPECT_NE(error_of([&] { unit.validate(); }), "");
}

TEST(Csv, QuotesOnlyWhereNeeded) {
  Table table{"t", "", {}};
  table.add("na,me",
            std::vector<std::string>{"plain", "a,b", "say \"x\"", "two\nlines", "cr\r", ""});
  EXPECT_EQ(to_csv(table),
            "\"na,me\"\nplain\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n\"cr\r\"\n\"\"\n");
}

TEST(Csv, HeaderCarriesTheUnit) {
  Table table{"t", "", {}};
  table.add("energy", std::vector<double>{1e-9}, base::dimension::energy)
      .add("share", std::vector<double>{0.5})
      .add("count", std::vector<std::int64_t>{-7});
  EXPECT_EQ(to_csv(table), "energy (J),share,count\n1e-09,0.5,-7\n");
}

TEST(Csv, NumbersReadBackAsTheSameDouble) {
  const std::vector<double> values{
      0.1, 1.0 / 3.0, 1e-300, 6.02214076e23, -0.0, 5e-324, std::numeric_limits<double>::max()};
  Table table{"t", "", {}};
  table.add("x", values);
  const std::string text = to_csv(table);
  std::size_t at = text.find('\n') + 1;
  for (const double value : values) {
    EXPECT_EQ(std::strtod(text.c_str() + at, nullptr), value);
    at = text.find('\n', at) + 1;
  }
}

TEST(Csv, NanHasNoSign) {
  Table table{"t", "", {}};
  table.add("x", std::vector<double>{std::copysign(NAN, -1.0), -INFINITY});
  EXPECT_EQ(to_csv(table), "x\nnan\n-inf\n");
}

}  // namespace
}  // namespace neucasl::results
