#include "neucasl/plugin/parameters.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace neucasl::plugin {
namespace {

std::vector<ParameterSpec> schema() {
  ParameterSpec samples{"samples", ParameterType::integer, "1", "100", 1.0, 1e6, {}, "count",
                        false};
  ParameterSpec voltage{"voltage", ParameterType::quantity, "mV", "", 0.0, 2.0, {}, "read", false};
  ParameterSpec share{"share", ParameterType::quantity, "1", "0.5", {}, {}, {}, "share", false};
  ParameterSpec fast{"fast", ParameterType::boolean, "1", "true", {}, {}, {}, "speed", false};
  ParameterSpec mode{"mode", ParameterType::text, "1", "plain", {},
                     {},     {"plain", "rich"},   "m", false};
  ParameterSpec file{"file", ParameterType::text, "1", "", {}, {}, {}, "path", true};
  ParameterSpec style{"style", ParameterType::text, "1", "", {}, {}, {"a", "b"}, "style", true};
  return {samples, voltage, share, fast, mode, file, style};
}

const base::Location stage{"flow.xml", 2, 3};

ParameterSet set(const std::vector<ParameterSet::Given>& given) {
  return ParameterSet(schema(), given, "stage 's'", stage);
}

TEST(Parameters, TakesGivenValuesAndDefaults) {
  const ParameterSet p = set({{"voltage", "200 mV", {"flow.xml", 4, 5}}, {"fast", "false", {}}});
  EXPECT_EQ(p.integer("samples"), 100);
  EXPECT_DOUBLE_EQ(p.si("voltage"), 0.2);
  EXPECT_DOUBLE_EQ(p.si("share"), 0.5);
  EXPECT_FALSE(p.boolean("fast"));
  EXPECT_EQ(p.text("mode"), "plain");
  EXPECT_EQ(p.text("file"), "");
  EXPECT_EQ(p.text("style"), "");
  EXPECT_EQ(p.where("voltage"), (base::Location{"flow.xml", 4, 5}));
  EXPECT_EQ(p.where("samples"), stage);
}

TEST(Parameters, TheLastOneGivenWins) {
  const ParameterSet p = set({{"voltage", "1 V", {}}, {"voltage", "0.5 V", {}}});
  EXPECT_DOUBLE_EQ(p.si("voltage"), 0.5);
}

TEST(Parameters, ExplainEachFault) {
  struct Bad {
    const char* name;
    const char* text;
    const char* code;
    const char* says;
  };
  const Bad bad[] = {
      {"volage", "1 V", "parameter.unknown", "did you mean 'voltage'"},
      {"samples", "ten", "parameter.value", "whole number"},
      {"samples", "1.5", "parameter.value", "whole number"},
      {"samples", "99999999999999999999", "parameter.value", "whole number"},
      {"samples", "0", "parameter.range", "1 to"},
      {"samples", "2000000", "parameter.range", "out of range"},
      {"fast", "yes", "parameter.value", "true or false"},
      {"mode", "rih", "parameter.value", "did you mean 'rich'"},
      {"mode", "", "parameter.value", "known: plain, rich"},
      {"style", "c", "parameter.value", "known: a, b"},
      {"voltage", "3 V", "parameter.range", "2 V"},
      {"voltage", "-1 mV", "parameter.range", "0 V"},
      {"voltage", "1", "base.dimension", "has no unit"},
      {"voltage", "1 A", "base.dimension", "in V"},
      {"voltage", "nan V", "base.quantity", "finite"},
  };
  const base::Location where{"flow.xml", 7, 8};
  for (const Bad& b : bad) {
    try {
      static_cast<void>(set({{"voltage", "1 V", {}}, {b.name, b.text, where}}));
      ADD_FAILURE() << b.name << " = " << b.text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, b.code) << error.what();
      EXPECT_EQ(error.diagnostic().where, where) << error.what();
      EXPECT_NE(std::string(error.what()).find(b.says), std::string::npos) << error.what();
    }
  }
}

TEST(Parameters, RequireWhatHasNoDefault) {
  try {
    static_cast<void>(set({}));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "parameter.missing");
    EXPECT_EQ(error.diagnostic().where, stage);
    EXPECT_NE(error.diagnostic().message.find("'voltage'"), std::string::npos);
  }
}

TEST(Parameters, CanonicalTextIsSortedAndInSiUnits) {
  const ParameterSet a = set({{"voltage", "200 mV", {}}});
  EXPECT_EQ(a.canonical(),
            "fast = true\nfile = \nmode = plain\nsamples = 100\nshare = 0.5\nstyle = \n"
            "voltage = 0.2\n");
  EXPECT_EQ(set({{"samples", "100", {}}, {"voltage", "0.2 V", {}}}).canonical(), a.canonical());
}

TEST(Parameters, AskingForWhatIsNotDeclaredIsAFaultOfTheCaller) {
  const ParameterSet p = set({{"voltage", "1 V", {}}});
  EXPECT_THROW(static_cast<void>(p.boolean("none")), std::logic_error);
  EXPECT_THROW(static_cast<void>(p.where("none")), std::logic_error);
}

}  // namespace
}  // namespace neucasl::plugin
