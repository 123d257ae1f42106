#include <gtest/gtest.h>

#include <cmath>

#include "tests/exploration/spaces.hpp"

namespace neucasl::exploration {
namespace {

using spaces::Bench;
using spaces::space_text;

/// The space with one parameter's text in place of that of the rows.
Parameter parameter_of(const std::string& text) {
  std::string space = space_text("<search method='sobol' points='4'/>");
  space = architecture::test::changed(
      space, "number='chip/tile/group/array/rows' values='2 4 8' unit='1'", text);
  return parse_space(space, "space.xml").parameters.front();
}

std::vector<double> levels_of(const Parameter& parameter) {
  std::vector<double> levels;
  for (const Value& level : parameter.levels) {
    levels.push_back(std::get<base::Quantity>(level).value);
  }
  return levels;
}

TEST(Parameter, TakesListsStepsAndLogarithms) {
  EXPECT_EQ(levels_of(parameter_of("values='1 2.5 10' unit='nm'")),
            (std::vector<double>{1e-9, 2.5e-9, 1e-8}));
  EXPECT_EQ(levels_of(parameter_of("from='1' to='8' step='3' unit='1'")),
            (std::vector<double>{1, 4, 7}));
  EXPECT_EQ(levels_of(parameter_of("from='0' to='1' step='0.1' unit='1'")).size(), 11U);
  const auto decades =
      levels_of(parameter_of("from='1' to='1000' points='4' scale='logarithmic' unit='ns'"));
  ASSERT_EQ(decades.size(), 4U);
  EXPECT_EQ(decades[0], 1e-9);
  EXPECT_NEAR(decades[1], 1e-8, 1e-20);
  EXPECT_NEAR(decades[2], 1e-7, 1e-19);
  EXPECT_EQ(decades[3], 1e-6);
}

TEST(Parameter, TakesIntervals) {
  const Parameter line = parameter_of("from='2' to='6' unit='nm'");
  EXPECT_TRUE(line.levels.empty());
  EXPECT_NEAR(std::get<base::Quantity>(line.value_of(0.25)).value, 3e-9, 1e-22);
  const Parameter ratio = parameter_of("from='1' to='100' scale='logarithmic' unit='1'");
  EXPECT_NEAR(std::get<base::Quantity>(ratio.value_of(0.5)).value, 10.0, 1e-12);
  EXPECT_EQ(std::get<base::Quantity>(ratio.value_of(1.0)).value, 100.0);
}

TEST(Parameter, OfAWholeNumberHasNoInterval) {
  try {
    const Bench bench(architecture::test::changed(space_text("<search method='sobol' points='4'/>"),
                                                  "values='2 4 8'", "from='2' to='8'"));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "exploration.parameter");
    EXPECT_EQ(error.diagnostic().where.line, 4U);
  }
}

/// 4 x 16^(1/4) and so on, but for rounding.
TEST(Parameter, LogarithmicLevelsHitWholeNumbers) {
  const Space space = parse_space(
      "<space id='s' title='t' architecture='a' network='n'>"
      "<parameter name='x' from='1' to='59049' points='11' scale='logarithmic' unit='1'/>"
      "<objective of='y' goal='minimise'/><search method='grid'/></space>",
      "s.xml");
  double power = 1.0;
  for (const Value& level : space.parameters[0].levels) {
    EXPECT_EQ(std::get<base::Quantity>(level).value, power);
    power *= 3.0;
  }
}

TEST(Parameter, SharesGenesEquallyAmongLevels) {
  const Parameter three = parameter_of("values='5 6 7' unit='1'");
  EXPECT_EQ(three.level_of(0.0), 0U);
  EXPECT_EQ(three.level_of(0.3333), 0U);
  EXPECT_EQ(three.level_of(0.3334), 1U);
  EXPECT_EQ(three.level_of(1.0), 2U);
}

TEST(Designs, ChangeNumbersChoicesAndWhatFollows) {
  const Bench bench;
  const architecture::Architecture one =
      bench.designs().at({base::Quantity{8, {}}, base::Quantity{1, {}}, base::Quantity{3, {}},
                          std::string("balanced")});
  EXPECT_EQ(number_at(one, "chip/tile/group/array/rows").value.value, 8.0);
  EXPECT_EQ(one.core().find(architecture::ComponentKind::dac)->count, 16U);
  EXPECT_EQ(one.tile().count, 3U);
  EXPECT_EQ(one.duplication, architecture::Duplication::balanced);
  // 10 um^2 for 4 x 8 cells.
  EXPECT_NEAR(number_at(one, "chip/tile/group/array/area").value.value, 20e-12, 1e-24);
  EXPECT_EQ(number_at(one, "chip/tile/group/array/area").kind, device::Kind::assumed);
}

TEST(Designs, TakeOtherCards) {
  const neucasl::test::ScratchFolder folder;
  const auto card = [&](const std::string& id, const std::string& energy) {
    static_cast<void>(folder.file("cards/" + id + ".xml",
                                  "<card id='" + id +
                                      "' family='periphery' title='t'>"
                                      "<citation key='s'>c</citation>" +
                                      architecture::test::number("adc_energy", energy, "pJ") +
                                      "</card>"));
  };
  card("first", "2");
  card("second", "5");
  const std::string adc = architecture::test::component("adc", "2", "2", "2");
  const std::string referring =
      architecture::test::changed(adc, architecture::test::number("energy", "2", "pJ"),
                                  "<number name='energy' card='first' number='adc_energy'/>");
  const std::string text =
      architecture::test::changed(architecture::test::description(), adc.substr(0, adc.size() - 13),
                                  referring.substr(0, referring.size() - 13));
  static_cast<void>(folder.file("small.architecture.xml", text));
  const auto space_with = [&](const std::string& parameter) {
    const std::string file = folder.file(
        "space.xml",
        architecture::test::changed(space_text(), "<citation", parameter + "<citation"));
    return parse_space(base::read_file(file), file);
  };
  const Space space =
      space_with("<parameter name='periphery' card='first' values='first second'/>");
  const Designs designs(space, {folder / "cards"});
  const auto energy_with = [&](const std::string& id) {
    const std::vector<Value> point{id, base::Quantity{8, {}}, base::Quantity{1, {}},
                                   base::Quantity{3, {}}, std::string("none")};
    return number_at(designs.at(point), "chip/tile/group/adc/energy").value.value;
  };
  EXPECT_NEAR(energy_with("first"), 2e-12, 1e-24);
  EXPECT_NEAR(energy_with("second"), 5e-12, 1e-24);
  const Space unused = space_with("<parameter name='p' card='other' values='first second'/>");
  EXPECT_THROW(Designs(unused, {folder / "cards"}), base::Error);
}

struct Fault {
  const char* from;  ///< In the text of the space.
  const char* to;
  const char* code;
  const char* says;
  int line;
};

void PrintTo(const Fault& fault, std::ostream* stream) { *stream << fault.code << ' ' << fault.to; }

const Fault faults[] = {
    {"array/rows", "array/row", "architecture.path", "did you mean 'chip/tile/group/array/rows'",
     4},
    {"choice='weight_duplication'", "choice='weight_duplicaton'", "architecture.choice",
     "weight_duplication", 7},
    {"values='2 4 8' unit='1'", "values='' unit='1'", "exploration.xml", "values", 4},
    {"values='2 4 8' unit='1'", "unit='1'", "exploration.parameter", "range is empty", 4},
    {"values='2 4 8' unit='1'", "values='2 nan 8' unit='1'", "base.quantity", "nan", 4},
    {"values='2 4 8' unit='1'", "values='2 4 4' unit='1'", "exploration.parameter", "twice", 4},
    {"values='2 4 8' unit='1'", "values='2 4 8'", "exploration.xml", "unit", 4},
    {"values='2 4 8' unit='1'", "values='2 4' unit='nm'", "exploration.parameter", "not in 'm'", 4},
    {"from='1' to='4'", "from='5' to='4'", "exploration.parameter", "from 5 to 4 is empty", 6},
    {"from='1' to='4'", "from='1' to='inf'", "base.quantity", "inf", 6},
    {"step='1'", "step='0'", "exploration.parameter", "step", 6},
    {"step='1'", "step='1e-9'", "exploration.parameter", "10^5", 6},
    {"step='1'", "", "exploration.search", "a grid has no end", 6},
    {"step='1'", "points='1'", "exploration.parameter", "2 to 10^5", 6},
    {"name='tiles'", "name='rows'", "exploration.parameter", "twice", 6},
    {"number='chip/tile/count'", "number='chip/tile/group/array/rows'", "exploration.parameter",
     "both set", 6},
    {"values='2 4 8' unit='1'", "values='2 4.5' unit='1'", "exploration.parameter", "not 4.5", 4},
    {"name='tiles'", "name='base'", "exploration.parameter", "no name", 6},
    {"name='tiles'", "nam='tiles'", "exploration.xml", "name", 6},
    {"<derived number='chip/tile/group/dac/count'", "<derived number='chip/tile/dac/count'",
     "architecture.path", "dac/count", 8},
    {"2 * rows'", "2 * row'", "exploration.formula", "did you mean 'rows'", 8},
    {"2 * rows'", "2 * duplication'", "exploration.formula", "is a word", 8},
    {"2 * rows'", "2 * * rows'", "exploration.formula", "unexpected", 8},
    {"source='s' place='two", "source='x' place='two", "device.source", "'x'", 8},
    {"at_most='3000 um^2'", "", "exploration.constraint", "area_m2", 11},
    {"at_most='3000 um^2'", "at_most='1 um^2' at_least='2 um^2'", "exploration.constraint",
     "no value", 11},
    {"goal='maximise'", "goal='maximize'", "exploration.objective", "maximise", 13},
    {"of='throughput_per_s'", "of='energy_J'", "exploration.objective", "twice", 13},
    {"<search method='grid'/>", "", "exploration.search", "how to search", 1},
    {"method='grid'", "method='gird'", "exploration.search", "grid", 15},
    {"method='grid'", "method='sobol'", "exploration.xml", "points", 15},
    {"method='grid'", "method='nsga2' population='0'", "exploration.search", "population", 15},
    {"architecture='small.architecture.xml'", "architecture='small'", "architecture.unknown",
     "small", 1},
};

class SpaceFault : public testing::TestWithParam<Fault> {};

TEST_P(SpaceFault, IsNamedWithItsPlace) {
  const Fault& fault = GetParam();
  try {
    const Bench bench(architecture::test::changed(space_text(), fault.from, fault.to));
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, fault.code) << error.what();
    EXPECT_NE(std::string(error.what()).find(fault.says), std::string::npos) << error.what();
    EXPECT_EQ(static_cast<int>(error.diagnostic().where.line), fault.line) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Each, SpaceFault, testing::ValuesIn(faults));

/// Faults that show when the estimator has spoken.
const Fault late_faults[] = {
    {"<objective of='energy_J'", "<objective of='energy'", "exploration.objective", "energy_J", 12},
    {"<constraint of='area_m2'", "<constraint of='area_m'", "exploration.objective", "area_m2", 11},
    {"3000 um^2", "3000 um", "exploration.constraint", "give it in 'm^2'", 11},
    {"goal='maximise'", "goal='maximise' reference='1 s'", "exploration.objective",
     "without a unit", 13},
    {"formula='rows * chip", "formula='energy_J + rows * chip", "exploration.formula", "cannot add",
     10},
    {"<figure name='cells'", "<figure name='latency_s'", "exploration.formula",
     "cannot have a formula", 10},
    {"method='grid'", "method='nsga2' population='5'", "exploration.search", "even number", 15},
    {"formula='rows * chip", "formula='latencys + rows * chip", "exploration.formula",
     "did you mean 'latency_s'", 10},
};

class LateFault : public testing::TestWithParam<Fault> {};

TEST_P(LateFault, IsNamedWithItsPlace) {
  const Fault& fault = GetParam();
  Bench bench(architecture::test::changed(space_text(), fault.from, fault.to));
  try {
    static_cast<void>(bench.run());
    FAIL() << "not refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, fault.code) << error.what();
    EXPECT_NE(std::string(error.what()).find(fault.says), std::string::npos) << error.what();
    EXPECT_EQ(static_cast<int>(error.diagnostic().where.line), fault.line) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Each, LateFault, testing::ValuesIn(late_faults));

}  // namespace
}  // namespace neucasl::exploration
