#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/logic/cell_library.hpp"
#include "sample_library.hpp"

namespace neucasl::logic {
namespace {

void expect_same(const LoadTable& a, const LoadTable& b) {
  EXPECT_EQ(a.transition, b.transition);
  EXPECT_EQ(a.load, b.load);
  EXPECT_EQ(a.value, b.value);
}

void expect_same(const Cell& a, const Cell& b) {
  SCOPED_TRACE(a.name);
  EXPECT_EQ(a.name, b.name);
  ASSERT_EQ(a.inputs.size(), b.inputs.size());
  for (std::size_t i = 0; i < a.inputs.size(); ++i) {
    EXPECT_EQ(a.inputs[i].name, b.inputs[i].name);
    EXPECT_EQ(a.inputs[i].capacitance, b.inputs[i].capacitance);
    EXPECT_EQ(a.inputs[i].clock, b.inputs[i].clock);
  }
  EXPECT_EQ(a.output, b.output);
  EXPECT_EQ(a.flip_flop, b.flip_flop);
  if (!a.flip_flop) {
    EXPECT_EQ(a.function, b.function);
  }
  EXPECT_EQ(a.area, b.area);
  EXPECT_EQ(a.leakage_power, b.leakage_power);
  EXPECT_EQ(a.largest_load, b.largest_load);
  EXPECT_EQ(a.transistors, b.transistors);
  ASSERT_EQ(a.arcs.size(), b.arcs.size());
  for (std::size_t k = 0; k < a.arcs.size(); ++k) {
    EXPECT_EQ(a.arcs[k].input, b.arcs[k].input);
    EXPECT_EQ(a.arcs[k].sense, b.arcs[k].sense);
    expect_same(a.arcs[k].rise_delay, b.arcs[k].rise_delay);
    expect_same(a.arcs[k].fall_delay, b.arcs[k].fall_delay);
    expect_same(a.arcs[k].rise_transition, b.arcs[k].rise_transition);
    expect_same(a.arcs[k].fall_transition, b.arcs[k].fall_transition);
    expect_same(a.arcs[k].rise_energy, b.arcs[k].rise_energy);
    expect_same(a.arcs[k].fall_energy, b.arcs[k].fall_energy);
  }
}

void expect_same(const CellLibrary& a, const CellLibrary& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.voltage, b.voltage);
  EXPECT_EQ(a.temperature, b.temperature);
  EXPECT_EQ(a.origin, b.origin);
  ASSERT_EQ(a.cells.size(), b.cells.size());
  for (std::size_t c = 0; c < a.cells.size(); ++c) expect_same(a.cells[c], b.cells[c]);
}

CellLibrary read(const std::string& text) { return parse_liberty(text, "file"); }

TEST(Liberty, ReadsBackWhatWasWritten) {
  const CellLibrary library = test::sample_library();
  const std::string text = print_liberty(library);
  expect_same(read(text), library);
  EXPECT_EQ(print_liberty(read(text)), text);
}

TEST(Liberty, ReadsBackArbitraryNumbers) {
  // Every bit of measured figures survives, as do sizes that units do not divide.
  CellLibrary library = test::sample_library();
  base::RandomStream random(4, "test/liberty");
  const auto noise = [&](double& value) { value *= std::exp(random.normal()); };
  noise(library.voltage);
  noise(library.temperature);
  library.origin = "ngspice \"39.3\", cards \\a\\ 1234";
  for (Cell& cell : library.cells) {
    noise(cell.area);
    noise(cell.leakage_power);
    noise(cell.largest_load);
    for (CellInput& input : cell.inputs) noise(input.capacitance);
    for (TimingArc& arc : cell.arcs) {
      for (LoadTable* table : {&arc.rise_delay, &arc.fall_delay, &arc.rise_transition,
                               &arc.fall_transition, &arc.rise_energy, &arc.fall_energy}) {
        for (double& value : table->value) noise(value);
        for (double& value : table->load) value *= 1.0 + 1e-3 * random.uniform();
      }
      arc.fall_energy.value[0] *= -1.0;
    }
  }
  expect_same(read(print_liberty(library)), library);
}

TEST(Liberty, NamesThatNeedQuotationMarks) {
  CellLibrary library = test::sample_library();
  library.name = "slow corner-1";
  library.cells[5].name = "NAND2 X1";
  library.cells[5].inputs[0].name = "a[0]";
  expect_same(read(print_liberty(library)), library);
}

TEST(Liberty, HasWhatToolsExpect) {
  const std::string text = print_liberty(test::sample_library());
  for (const char* part :
       {"library (sample) {", "time_unit : \"1ps\";", "capacitive_load_unit (1, ff);",
        "leakage_power_unit : \"1nW\";", "lu_table_template (", "power_lut_template (",
        "slew_derate_from_library : 0.6;", "max_capacitance : 20;", "capacitance : 1;",
        "timing_sense : negative_unate;", "timing_type : rising_edge;", "ff (IQ, IQN) {",
        "next_state : \"d\";", "clocked_on : \"clk\";", "internal_power () {",
        "cell_leakage_power : 1;", "function : \"!(a & b)\";"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

/// The form of other libraries: other units, thresholds, order of axes, several inputs of a table.
constexpr const char* foreign = R"(/* a
   comment */
library ("other") {
  time_unit : "10ns";
  voltage_unit : "100mV";
  capacitive_load_unit (2.0, pf);
  leakage_power_unit : 1uW;
  nom_voltage : 12; nom_temperature : 25;
  slew_lower_threshold_pct_rise : 10; slew_upper_threshold_pct_rise : 90;
  slew_lower_threshold_pct_fall : 10; slew_upper_threshold_pct_fall : 90;
  unknown_attribute : something + 1;
  operating_conditions (typical) { process : 1; }
  lu_table_template (t) {
    variable_1 : total_output_net_capacitance;
    variable_2 : input_net_transition;
    index_1 ("1, 2, 4");
    index_2 ("1, 2");
  }
  cell (XOR) {
    area : 2.5;
    leakage_power () { when : "a"; value : 3; }
    leakage_power () { when : "!a"; value : 5; }
    pin (a, b) { direction : input; capacitance : 0.5; }
    pin (y) {
      direction : output; function : "(a ^ b) * 1 + 0"; max_capacitance : 4;
      timing () {
        related_pin : "a b"; timing_sense : non_unate;
        cell_rise (t) { values ("1, 2", "3, 4", \
                                "5, 6"); }
        cell_fall (t) { values ("1, 2, 3, 4, 5, 6"); }
        rise_transition (t) { index_1 ("1, 2"); values ("8, 8, 8, 16"); }
        fall_transition (scalar) { values ("0.8"); }
      }
      internal_power () {
        related_pin : "a b";
        rise_power (scalar) { values ("3"); }
        fall_power (scalar) { values ("-1"); }
      }
    }
  }
}
)";

TEST(Liberty, OtherUnitsAndForms) {
  const CellLibrary library = read(foreign);
  EXPECT_EQ(library.name, "other");
  EXPECT_DOUBLE_EQ(library.voltage, 1.2);
  EXPECT_DOUBLE_EQ(library.temperature, 298.15);
  ASSERT_EQ(library.cells.size(), 1U);
  const Cell& cell = library.cells[0];
  EXPECT_EQ(cell.function, (TruthTable{0x6, 2}));
  EXPECT_DOUBLE_EQ(cell.leakage_power, 4e-6);
  EXPECT_DOUBLE_EQ(cell.inputs[1].capacitance, 1e-12);
  EXPECT_DOUBLE_EQ(cell.largest_load, 8e-12);
  ASSERT_EQ(cell.arcs.size(), 2U);
  const TimingArc& arc = cell.arcs[1];
  EXPECT_EQ(arc.input, 1U);
  EXPECT_EQ(arc.sense, TimingArc::Sense::either);
  // Row: transition; a time from 10 % to 90 % of a ramp is 0.8 of the whole, as 20-80 is 0.6.
  EXPECT_EQ(arc.rise_delay.load.size(), 3U);
  EXPECT_DOUBLE_EQ(arc.rise_delay.transition[1], 2e-8 / 0.8);
  EXPECT_DOUBLE_EQ(arc.rise_delay.load[2], 8e-12);
  EXPECT_DOUBLE_EQ(arc.rise_delay.value[1], 3e-8);  // First transition, second load.
  EXPECT_DOUBLE_EQ(arc.rise_delay.value[3], 2e-8);  // Second transition, first load.
  EXPECT_DOUBLE_EQ(arc.rise_transition.value[3], 16e-8 / 0.8);
  EXPECT_DOUBLE_EQ(arc.fall_transition.at(1e-9, 1e-12), 1e-8);
  EXPECT_DOUBLE_EQ(arc.rise_energy.at(0.0, 0.0), 3 * 0.1 * 0.1 * 2e-12);
  EXPECT_LT(arc.fall_energy.value[0], 0.0);
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = foreign;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void refuses(const std::string& code, std::uint32_t line, const std::vector<std::string>& parts,
             const std::string& text) {
  test::expect_error(code, line, parts, [&] { read(text); });
}

TEST(LibertyErrors, Syntax) {
  refuses("liberty.syntax", 1, {"empty"}, "");
  refuses("liberty.syntax", 2, {"comment"}, "library (a) {\n/* never ends\n}\n");
  refuses("liberty.syntax", 1, {"'library' is not closed"}, "library (a) {\n");
  refuses("liberty.syntax", 2, {"text is not closed"}, "library (a) {\n comment : \"x\n}\n");
  refuses("liberty.syntax", 1, {"arguments"}, "library (a {\n}\n");
  refuses("liberty.syntax", 3, {"behind the end"}, "library (a) {\n}\n}\n");
  refuses("liberty.syntax", 2, {"no value"}, "library (a) {\n area : ;\n}\n");
  refuses("liberty.syntax", 2, {"followed by"}, "library (a) {\n area ;\n}\n");
  std::string deep = "library (a) {";
  for (int i = 0; i < 100; ++i) deep += "g (x) {";
  refuses("liberty.syntax", 1, {"deeper"}, deep);
}

/// The library with something exchanged is refused at the line where `place` stands.
void refuses_change(const std::string& code, const std::string& place,
                    const std::vector<std::string>& parts, const std::string& from,
                    const std::string& to) {
  const std::string text = replaced(from, to);
  const std::size_t at = text.find(place);
  ASSERT_NE(at, std::string::npos) << place;
  const auto line = static_cast<std::uint32_t>(
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  refuses(code, line, parts, text);
}

TEST(LibertyErrors, Functions) {
  refuses_change("liberty.syntax", "function", {"function"}, "(a ^ b) * 1 + 0", "a ^ ^ b");
}

TEST(LibertyErrors, Values) {
  refuses("liberty.value", 1, {"'cell'"}, "cell (a) {\n}\n");
  const auto refused = [](const std::string& place, const std::vector<std::string>& parts,
                          const std::string& from, const std::string& to) {
    refuses_change("liberty.value", place, parts, from, to);
  };
  refused("10x", {"10x", "time_unit"}, "10ns", "10x");
  refused("library (", {"capacitive_load_unit"}, "capacitive_load_unit (2.0, pf);", "");
  refused("library (", {"nom_voltage"}, "nom_voltage : 12;", "");
  refused("library (", {"nom_temperature"}, "nom_temperature : 25;", "");
  refused("area", {"'2.5z'"}, "2.5", "2.5z");
  refused("index_1", {"ascending"}, "\"1, 2, 4\"", "\"1, 4, 2\"");
  refused("cell_rise", {"'u'", "did you mean 't'"}, "cell_rise (t)", "cell_rise (u)");
  refused("cell_fall", {"5 values", "2 transitions", "3 loads"}, "1, 2, 3, 4, 5, 6",
          "1, 2, 3, 4, 5");
  refused("function", {"'c'"}, "(a ^ b) *", "(a ^ c) *");
  refused("pin (a, b)", {"no capacitance"}, "capacitance : 0.5;", "");
  refused("pin (y)", {"no timing from 'b'"}, "related_pin : \"a b\"; timing",
          "related_pin : \"a\"; timing");
  refused("timing ()", {"internal_power"}, "related_pin : \"a b\";\n        rise_power",
          "related_pin : \"a\";\n rise_power");
  refused("timing ()", {"no table 'cell_rise'"}, "cell_rise", "cell_riser");
  refused("timing_sense", {"positive_unate"}, "non_unate", "any");
  refused("pin (a, a)", {"two pins 'a'"}, "pin (a, b)", "pin (a, a)");
  refused("index_1", {"no number"}, "\"1, 2, 4\"", "\"1, nan, 4\"");
}

TEST(LibertyErrors, Unsupported) {
  const auto refused = [](const std::string& place, const std::vector<std::string>& parts,
                          const std::string& from, const std::string& to) {
    refuses_change("liberty.unsupported", place, parts, from, to);
  };
  refused("pin (y)", {"direction"}, "direction : output", "direction : x");
  refused("latch (", {"'latch'"}, "leakage_power () { when : \"a\"; value : 3; }",
          "latch (IQ, IQN) { }");
  refused("cell_rise", {"variable"}, "variable_1 : total_output_net_capacitance",
          "variable_1 : fanout_number");
  refused("input_threshold", {"supply"}, "slew_lower_threshold_pct_fall : 10;",
          "input_threshold_pct_rise : 40;");
  refused("delay_model", {"table_lookup"}, "time_unit", "delay_model : cmos2;\n  time_unit");
}

TEST(Liberty, FlipFlopsThatDoMoreAreRefused) {
  const std::string text = print_liberty(test::sample_library());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string copy = text;
    return copy.replace(copy.find(from), from.size(), to);
  };
  const auto code = [](const std::string& changed) {
    try {
      read(changed);
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return std::string("none");
  };
  EXPECT_EQ(code(with("next_state : \"d\"", "next_state : \"!d\"")), "liberty.unsupported");
  EXPECT_EQ(code(with("clocked_on : \"clk\"", "clocked_on : \"!clk\"")), "liberty.unsupported");
  EXPECT_EQ(code(with("next_state : \"d\";", "next_state : \"d\"; clear : \"clk\";")),
            "liberty.unsupported");
  EXPECT_EQ(code(with("timing_type : rising_edge", "timing_type : falling_edge")),
            "liberty.unsupported");
}

TEST(LoadTable, BilinearAndBeyond) {
  LoadTable table;
  table.transition = {1.0, 2.0, 4.0};
  table.load = {0.0, 10.0};
  table.value = {0.0, 10.0, 1.0, 13.0, 3.0, 17.0};
  EXPECT_DOUBLE_EQ(table.at(1.0, 5.0), 5.0);
  EXPECT_DOUBLE_EQ(table.at(1.5, 5.0), 6.0);
  EXPECT_DOUBLE_EQ(table.at(3.0, 0.0), 2.0);
  EXPECT_DOUBLE_EQ(table.at(1.0, 20.0), 20.0);  // Along the last cell.
  EXPECT_DOUBLE_EQ(table.at(0.0, 0.0), -1.0);   // Along the first.
  EXPECT_DOUBLE_EQ(table.at(6.0, 10.0), 21.0);
  EXPECT_THROW(static_cast<void>(LoadTable{}.at(1.0, 1.0)), std::logic_error);
}

}  // namespace
}  // namespace neucasl::logic
