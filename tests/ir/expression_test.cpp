#include "neucasl/ir/expression.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neucasl::ir {
namespace {

namespace dim = base::dimension;
using base::Quantity;

std::optional<Quantity> lookup(std::string_view name) {
  if (name == "width") return Quantity{2e-6, dim::length};
  if (name == "v") return Quantity{3.0, dim::voltage};
  if (name == "n") return Quantity{4.0, {}};
  if (name == "a.b") return Quantity{7.0, {}};
  return std::nullopt;
}

Quantity value(const std::string& text) { return evaluate({text}, lookup); }

std::string failure(const std::string& text) {
  try {
    static_cast<void>(evaluate({text}, lookup, {"f", 1, 2}));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ir.expression") << text;
    EXPECT_EQ(error.diagnostic().where, (base::Location{"f", 1, 2}));
    return error.diagnostic().message;
  }
  return "";
}

TEST(Expression, Computes) {
  struct Case {
    const char* text;
    double value;
  };
  const Case cases[] = {
      {"1 + 2 * 3", 7},   {"(1 + 2) * 3", 9},  {"8 / 4 / 2", 1},   {"7 - 2 - 1", 4},
      {"2 ^ 3 ^ 2", 512}, {"-2 ^ 2", -4},      {"2 ^ -1", 0.5},    {"--3", 3},
      {" n ", 4},         {"a.b", 7},          {"sqrt(n)", 2},     {"exp(0) + log(1)", 1},
      {"abs(-5)", 5},     {"floor(7 / 2)", 3}, {"ceil(7 / 2)", 4}, {"min(n, 3)", 3},
      {"max(n, 3)", 4},   {"1e3", 1000},       {".5", 0.5},        {"50 [%]", 0.5}};
  for (const Case& c : cases) {
    EXPECT_DOUBLE_EQ(value(c.text).value, c.value) << c.text;
    EXPECT_TRUE(value(c.text).dimension.dimensionless()) << c.text;
  }
}

TEST(Expression, CarriesDimensions) {
  EXPECT_EQ(value("2 * width + 10 [nm]").dimension, dim::length);
  EXPECT_DOUBLE_EQ(value("2 * width + 10 [nm]").value, 4.01e-6);
  EXPECT_EQ(value("width ^ 2").dimension, dim::area);
  EXPECT_EQ(value("width ^ -1").dimension, (base::Dimension{{-1, 0, 0, 0, 0}}));
  EXPECT_EQ(value("sqrt(width * width)").dimension, dim::length);
  EXPECT_EQ(value("v / 2 [uA]").dimension, dim::resistance);
  EXPECT_EQ(value("max(v, 5 [mV])"), (Quantity{3.0, dim::voltage}));
  EXPECT_EQ(value("abs(-v)"), (Quantity{3.0, dim::voltage}));
}

TEST(Expression, ExplainsFaults) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {{"", "ends too early"},
                        {"1 +", "ends too early"},
                        {"1 + $", "column 5: unexpected '$'"},
                        {"1 2", "column 3: unexpected '2'"},
                        {"(1", "expected ')'"},
                        {"q + 1", "unknown name 'q'"},
                        {"width + 1 [V]", "cannot add 'm' and 'V'"},
                        {"width + 1", "cannot add"},
                        {"1 / 0", "not finite"},
                        {"log(-1)", "not finite"},
                        {"2 ^ width", "exponent must have no unit"},
                        {"width ^ 0.5", "integer exponent"},
                        {"width ^ 10", "integer exponent"},
                        {"sqrt(width)", "square root"},
                        {"exp(v)", "pure number"},
                        {"min(1)", "wrong number"},
                        {"sqrt(1, 2)", "wrong number"},
                        {"min(v, 1)", "differ in unit"},
                        {"sin(1)", "unknown function 'sin'"},
                        {"1 [", "expected ']'"},
                        {"1 [furlong]", "unknown unit"},
                        {"1e999", "bad number"}};
  for (const Case& c : cases) {
    EXPECT_NE(failure(c.text).find(c.message), std::string::npos)
        << c.text << ": " << failure(c.text);
  }
}

TEST(Expression, LimitsNesting) {
  EXPECT_DOUBLE_EQ(value(std::string(150, '(') + "1" + std::string(150, ')')).value, 1.0);
  for (const std::string& piece : {std::string("("), std::string("-"), std::string("2^"),
                                   std::string("sqrt("), std::string("min(1,")}) {
    std::string text;
    for (int i = 0; i < 200000; ++i) text += piece;
    EXPECT_NE(failure(text).find("too deep"), std::string::npos) << piece;
  }
  std::string sum = "1";
  for (int i = 0; i < 100000; ++i) sum += "+1*1";
  EXPECT_DOUBLE_EQ(value(sum).value, 100001.0);
}

}  // namespace
}  // namespace neucasl::ir
