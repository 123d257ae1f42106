#include "neucasl/io/touchstone.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::io {
namespace {

TEST(Touchstone, WritesWhatItReads) {
  for (const std::size_t ports : {1u, 2u, 3u, 5u}) {
    Touchstone data;
    data.ports = ports;
    data.comments = {"of a test"};
    data.frequency = {1.93e14, 1.931e14};
    for (std::size_t k = 0; k < 2 * ports * ports; ++k) {
      data.matrix.emplace_back(std::sin(1.0 + static_cast<double>(k)),
                               std::cos(3.0 * static_cast<double>(k)) / 3.0);
    }
    const Touchstone back = parse_touchstone(to_touchstone(data), ports, "x");
    EXPECT_EQ(back.frequency, data.frequency);
    EXPECT_EQ(back.matrix, data.matrix) << ports;
    EXPECT_EQ(back.comments, data.comments);
    EXPECT_EQ(back.reference_resistance, 50.0);
  }
}

TEST(Touchstone, FormatsUnitsAndTheOrderOfTwoPorts) {
  const Touchstone ri =
      parse_touchstone("! two ports\n# GHz S RI R 75\n1 .1 .2 .3 .4 .5 .6 .7 .8 ! end\n", 2, "x");
  EXPECT_EQ(ri.frequency[0], 1e9);
  EXPECT_EQ(ri.reference_resistance, 75.0);
  EXPECT_EQ(ri.matrix[2], std::complex<double>(0.3, 0.4));  // S21
  EXPECT_EQ(ri.matrix[1], std::complex<double>(0.5, 0.6));  // S12
  const Touchstone ma = parse_touchstone("# kHz MA\n1 0.5 90\n", 1, "x");
  EXPECT_EQ(ma.frequency[0], 1e3);
  EXPECT_NEAR(std::abs(ma.matrix[0] - std::complex<double>(0.0, 0.5)), 0.0, 1e-15);
  const Touchstone db = parse_touchstone("# MHz S DB\n1 -20 180\n", 1, "x");
  EXPECT_NEAR(std::abs(db.matrix[0] - std::complex<double>(-0.1, 0.0)), 0.0, 1e-15);
  // Without options: GHz, magnitude and angle.
  EXPECT_EQ(parse_touchstone("#\n2 1 0\n", 1, "x").frequency[0], 2e9);
  EXPECT_EQ(touchstone_ports("a.b.s12p"), 12u);
}

TEST(Touchstone, SaysWhereItIsWrong) {
  struct Case {
    const char* text;
    std::size_t ports;
    std::uint32_t line, column;
  };
  for (const Case& one :
       {Case{"# HZ S RI\n1 2 x\n", 1, 2, 5}, Case{"# HZ S RI\n1 2 nan\n", 1, 2, 5},
        Case{"1 2 3\n", 1, 1, 1}, Case{"# HZ Y RI\n1 2 3\n", 1, 1, 6}, Case{"# HZ S QQ\n", 1, 1, 8},
        Case{"# HZ S RI\n2 0 0\n2 0 0\n", 1, 3, 1}, Case{"# HZ S RI\n-1 0 0\n", 1, 2, 1},
        Case{"[Version] 2.0\n", 1, 1, 1}, Case{"# HZ R -50\n1 0 0\n", 1, 1, 8},
        Case{"# HZ S RI\n1 2 3\n2 4\n", 1, 4, 1}, Case{"# HZ S RI\n", 1, 2, 1},
        Case{"", 1, 1, 1}}) {
    try {
      parse_touchstone(one.text, one.ports, "file.s1p");
      ADD_FAILURE() << one.text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "io.touchstone");
      EXPECT_EQ(error.diagnostic().where.line, one.line) << one.text;
      EXPECT_EQ(error.diagnostic().where.column, one.column) << one.text;
    }
  }
  for (const char* name : {"a.s0p", "a.csv", "a.sp", "a.s2", "a.s99999p"}) {
    EXPECT_THROW((void)touchstone_ports(name), base::Error) << name;
  }
  EXPECT_THROW((void)to_touchstone({2, {1.0}, {{1.0, 0.0}}, 50.0, {}}), base::Error);
}

}  // namespace
}  // namespace neucasl::io
