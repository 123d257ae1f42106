#include "neucasl/base/quantity.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "neucasl/base/random.hpp"

namespace neucasl::base {
namespace {

std::string code_of(std::string_view text) {
  try {
    static_cast<void>(parse_quantity(text));
  } catch (const Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

TEST(Quantity, ReadsUnitsAndPrefixes) {
  struct Case {
    const char* text;
    double value;
    Dimension dimension;
  };
  const Case cases[] = {
      {"10 kOhm", 1e4, dimension::resistance},
      {"10kohm", 1e4, dimension::resistance},
      {"1.2 um", 1.2e-6, dimension::length},
      {"1.2 µm", 1.2e-6, dimension::length},  // micro sign
      {"1.2 μm", 1.2e-6, dimension::length},  // Greek mu
      {"4 Ω", 4.0, dimension::resistance},
      {"0.2 V", 0.2, dimension::voltage},
      {"-3 mA", -3e-3, dimension::current},
      {"+3 mA", 3e-3, dimension::current},
      {"  5\tns ", 5e-9, dimension::time},
      {"2 GHz", 2e9, dimension::frequency},
      {"7 aF", 7e-18, dimension::capacitance},
      {"300 K", 300.0, dimension::temperature},
      {"1 eV", 1.602176634e-19, dimension::energy},
      {"1 min", 60.0, dimension::time},
      {"5 %", 0.05, dimension::none},
      {"3", 3.0, dimension::none},
      {"1e3 1", 1e3, dimension::none},
      {"3 pH", 3e-12, dimension::inductance},
      {"1 m", 1.0, dimension::length},
      {"1 mm", 1e-3, dimension::length},
      {"1 a", 365.25 * 86400.0, dimension::time},
  };
  for (const Case& c : cases) {
    const Quantity q = parse_quantity(c.text);
    EXPECT_DOUBLE_EQ(q.value, c.value) << c.text;
    EXPECT_EQ(q.dimension, c.dimension) << c.text;
  }
}

TEST(Quantity, ReadsProductsQuotientsAndPowers) {
  EXPECT_DOUBLE_EQ(parse_quantity("3 fF/um").value, 3e-9);
  EXPECT_EQ(parse_quantity("3 fF/um").dimension, dimension::capacitance / dimension::length);
  EXPECT_DOUBLE_EQ(parse_quantity("2 um^2").value, 2e-12);
  EXPECT_EQ(parse_quantity("2 um^2").dimension, dimension::area);
  EXPECT_EQ(parse_quantity("1 A/V^2").dimension,
            dimension::current / (dimension::voltage * dimension::voltage));
  EXPECT_EQ(parse_quantity("1 V*A").dimension, dimension::power);
  EXPECT_EQ(parse_quantity("1 V A").dimension, dimension::power);
  EXPECT_EQ(parse_quantity("1 s^-1").dimension, dimension::frequency);
  EXPECT_EQ(parse_quantity("1 1/s").dimension, dimension::frequency);
  EXPECT_DOUBLE_EQ(parse_quantity("1 km/h").value, 1e3 / 3600.0);
  EXPECT_DOUBLE_EQ(parse_unit("mV").value, 1e-3);
}

TEST(Quantity, ComputesWithDimensions) {
  const Quantity voltage = parse_quantity("2 V");
  const Quantity resistance = parse_quantity("4 ohm");
  const Quantity current = voltage / resistance;
  EXPECT_EQ(current, (Quantity{0.5, dimension::current}));
  EXPECT_EQ((voltage * current).dimension, dimension::power);
}

TEST(Quantity, RefusesWhatIsNotAFiniteNumber) {
  for (const char* text : {"", " ", "V", "nan", "nan V", "inf", "-inf ohm", "1e400 V", "abc", "--1",
                           "+-1", ".", "1e308 TV", "1e300 Tm^9"}) {
    EXPECT_EQ(code_of(text), "base.quantity") << text;
  }
}

TEST(Quantity, RefusesWhatIsNotAUnit) {
  for (const char* text : {"1 volt", "1 kV/", "1 /s", "1 V**A", "1 V^", "1 V^x", "1 V^10",
                           "1 V^1.5", "1 kmin", "1 k", "1,5 V", "1 V;", "0x10 V"}) {
    EXPECT_EQ(code_of(text), "base.quantity") << text;
  }
}

TEST(Quantity, SuggestsTheNearestUnit) {
  try {
    static_cast<void>(parse_quantity("1 ohn", {"card.xml", 3, 7}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.diagnostic().remedy.find("did you mean 'ohm'"), std::string::npos);
    EXPECT_EQ(error.diagnostic().where, (Location{"card.xml", 3, 7}));
  }
}

TEST(Quantity, RequiresTheDimension) {
  EXPECT_DOUBLE_EQ(parse_si("5 uS", dimension::conductance), 5e-6);
  struct Case {
    const char* text;
    Dimension dimension;
    const char* message;
    const char* remedy;
  };
  const Case cases[] = {
      {"5 V", dimension::resistance, "is in V", "in ohm"},
      {"5", dimension::time, "has no unit", "in s"},
      {"5 V", dimension::none, "is in V", "without a unit"},
  };
  for (const Case& c : cases) {
    try {
      static_cast<void>(parse_si(c.text, c.dimension));
      FAIL() << c.text;
    } catch (const Error& error) {
      EXPECT_EQ(error.diagnostic().code, "base.dimension");
      EXPECT_NE(error.diagnostic().message.find(c.message), std::string::npos) << error.what();
      EXPECT_NE(error.diagnostic().remedy.find(c.remedy), std::string::npos) << error.what();
    }
  }
}

TEST(Quantity, ShortestTextReadsBackAsTheSameDouble) {
  RandomStream random(1, "test/quantity");
  const Dimension dimensions[] = {
      dimension::none,        dimension::length,    dimension::area,    dimension::voltage,
      dimension::conductance, dimension::charge,    dimension::energy,  dimension::frequency,
      dimension::temperature, {{0, 1, 0, 0, 0}},    {{1, -2, 3, 0, 0}}, {{-1, 0, 4, 2, 1}},
      dimension::inductance,  dimension::resistance};
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = (std::uint64_t{random.next_u32()} << 32) | random.next_u32();
    const auto value = std::bit_cast<double>(bits);
    if (!std::isfinite(value)) continue;
    const std::string text = shortest(value);
    double back = 0.0;
    ASSERT_EQ(std::from_chars(text.data(), text.data() + text.size(), back).ptr,
              text.data() + text.size());
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), bits) << text;
    const Quantity quantity{value, dimensions[random.below(std::size(dimensions))]};
    ASSERT_EQ(parse_quantity(to_string(quantity)), quantity) << to_string(quantity);
  }
}

TEST(Quantity, PrintsCoherentUnits) {
  EXPECT_EQ(to_string({1e-6, dimension::conductance}), "1e-06 S");
  EXPECT_EQ(to_string({2.5, dimension::none}), "2.5");
  EXPECT_EQ(unit_symbol(dimension::area), "m^2");
  EXPECT_EQ(unit_symbol({{0, 1, 0, 0, 0}}), "kg");
  EXPECT_EQ(unit_symbol(dimension::none), "");
}

TEST(Quantity, PrintsEngineeringTextForPeople) {
  struct Case {
    Quantity quantity;
    int digits;
    const char* text;
  };
  const Case cases[] = {
      {{1.23e-5, dimension::current}, 4, "12.3 uA"},
      {{-1.23e-5, dimension::current}, 4, "-12.3 uA"},
      {{1e-3, dimension::voltage}, 4, "1 mV"},
      {{1000.0, dimension::resistance}, 4, "1 kohm"},
      {{0.0, dimension::voltage}, 4, "0 V"},
      {{0.999999, dimension::voltage}, 3, "1 V"},
      {{999.999e-9, dimension::time}, 3, "1 us"},
      {{2.5e-12, dimension::area}, 4, "2.5 um^2"},
      {{1e-7, dimension::area}, 4, "0.1 mm^2"},
      {{3e-6, dimension::area}, 4, "3 mm^2"},
      {{2.0, dimension::area}, 4, "2 m^2"},
      {{0.25, dimension::none}, 4, "0.25"},
      {{12.5e12, dimension::frequency}, 4, "12.5 THz"},
      {{1e-6, {{0, 1, 0, 0, 0}}}, 4, "1e-06 kg"},
  };
  for (const Case& c : cases) EXPECT_EQ(to_engineering(c.quantity, c.digits), c.text);
  EXPECT_EQ(to_engineering({std::numeric_limits<double>::quiet_NaN(), dimension::time}), "nan s");
}

TEST(Quantity, EngineeringTextStaysNearTheValue) {
  RandomStream random(2, "test/quantity");
  for (int i = 0; i < 5000; ++i) {
    const double value = std::pow(10.0, -17.0 + 30.0 * random.uniform());
    const Dimension dimension = i % 2 == 0 ? dimension::energy : dimension::area;
    const double back = parse_si(to_engineering({value, dimension}, 4), dimension);
    ASSERT_NEAR(back / value, 1.0, 5.1e-4) << shortest(value);
  }
}

}  // namespace
}  // namespace neucasl::base
